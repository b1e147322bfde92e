package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/jobs"
)

func (a *app) maintainCommand() *cobra.Command {
	var apply bool
	c := &cobra.Command{
		Use:   "maintain",
		Short: "Merge small files, forget old snapshots, remove files that nothing names",
		Long: "Keeps the cost of the lake flat; rows stay as they are. Published sets keep being readable: the newest\n" +
			"three, and any of the last 24 hours. Without --apply it only says what it would do.\n\n" + exitCodes,
		Example: "  tmi maintain\n  tmi maintain --apply",
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := a.existingLake(cmd.Context())
			if err != nil {
				return err
			}
			defer l.Close()
			e, err := a.env(l, func() time.Time { return time.Now().UTC() })
			if err != nil {
				return err
			}
			done, err := jobs.Upkeep(cmd.Context(), e, apply)
			if err != nil {
				return err
			}
			var cells [][]string
			for _, d := range done {
				cells = append(cells, []string{d.Table, fmt.Sprintf("%d → %d", d.FilesMerged, d.FilesWritten), fmt.Sprint(d.SnapshotsRemoved), fmt.Sprint(d.FilesRemoved), size(d.BytesFreed)})
			}
			if err := a.print([]string{"table", "files merged", "snapshots forgotten", "files removed", "freed"}, cells, done); err != nil {
				return err
			}
			if !apply && a.output == "table" {
				fmt.Fprintln(a.stdout, "nothing was changed: --apply does it")
			}
			return nil
		},
	}
	c.Flags().BoolVar(&apply, "apply", false, "do it")
	return c
}
