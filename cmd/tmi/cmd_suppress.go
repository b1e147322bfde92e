package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
)

func (a *app) suppressCommand() *cobra.Command {
	var undo bool
	c := &cobra.Command{
		Use:   "suppress [POSTING_ID]",
		Short: "Take a posting off the site, the API and its exports; without an id list those that are",
		Long: "The posting is gone from every public answer within seconds, SQL over HTTP included; `tmi sql` and the counts of\n" +
			"statistics still know it. `tmi erase` removes it from the lake.\n\n" + exitCodes,
		Example: "  tmi suppress 0123456789abcdef0123456789abcdef\n  tmi suppress --undo 0123456789abcdef0123456789abcdef\n  tmi suppress",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if len(args) > 0 { // before a lake is opened for nothing
				if err := jobs.CheckPostingID(args[0]); err != nil {
					return err
				}
			} else if undo {
				return errs.New(errs.Invalid, "--undo needs the id of a posting")
			}
			l, err := a.existingLake(ctx)
			if err != nil {
				return err
			}
			defer l.Close()
			if len(args) == 0 {
				ids, err := jobs.Suppressed(ctx, l.Objects())
				if err != nil {
					return err
				}
				cells := [][]string{}
				for _, id := range ids {
					cells = append(cells, []string{id})
				}
				return a.print([]string{"posting"}, cells, append([]string{}, ids...))
			}
			changed, err := jobs.Suppress(ctx, l.Objects(), args[0], undo)
			if err != nil {
				return err
			}
			if a.output == "json" {
				return a.printJSON(map[string]any{"posting_id": args[0], "suppressed": !undo, "changed": changed})
			}
			switch {
			case undo && changed:
				fmt.Fprintln(a.stdout, "the public sees the posting again")
			case undo:
				fmt.Fprintln(a.stdout, "the posting was not suppressed")
			case changed:
				fmt.Fprintln(a.stdout, "the posting is off the public side")
			default:
				fmt.Fprintln(a.stdout, "the posting was off the public side already")
			}
			return nil
		},
	}
	c.Flags().BoolVar(&undo, "undo", false, "put it back")
	return c
}

// publicSet is the newest published set as the public may see it.
func publicSet(ctx context.Context, l *lake.Lake) (lake.Set, error) {
	set, err := l.Published(ctx)
	if err != nil {
		return set, err
	}
	return withHidden(ctx, l, set)
}

// withHidden is a set without what is off the public side now.
func withHidden(ctx context.Context, l *lake.Lake, set lake.Set) (lake.Set, error) {
	var err error
	set.Hidden, err = jobs.Suppressed(ctx, l.Objects())
	return set, err
}
