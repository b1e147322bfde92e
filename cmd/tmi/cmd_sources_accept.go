package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/jobs"
)

func (a *app) sourcesAcceptCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "accept SOURCE LIST",
		Short: "Accept that a list lost many postings at once",
		Long: "A complete list that lost more than half of its postings, or a fifth and at least 20, is held: it closes\n" +
			"nothing until three complete reads agree. Accepting it makes the held reads count from the next run on;\n" +
			"`tmi status` names the lists that are held.\n\n" + exitCodes,
		Example: "  tmi sources accept greenhouse daangn",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := a.config.board(args[0]); err != nil {
				return err
			}
			l, err := a.existingLake(cmd.Context())
			if err != nil {
				return err
			}
			defer l.Close()
			held, err := jobs.AcceptList(cmd.Context(), l, args[0], args[1], time.Now())
			if err != nil {
				return err
			}
			if a.output == "json" {
				return a.printJSON(held)
			}
			fmt.Fprintf(a.stdout, "accepted: list %s of %s fell from %d postings to %d, read at %s; the next run closes what is gone\n",
				held.List, held.Source, held.Before, held.PostingCount, held.ReadAt.In(a.zone).Format("2006-01-02 15:04"))
			return nil
		},
	}
}
