package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
)

func (a *app) eraseCommand() *cobra.Command {
	var apply bool
	var text string
	c := &cobra.Command{
		Use:   "erase POSTING_ID | --text TEXT",
		Short: "Remove one posting, or one person's data, from every layer, with proof",
		Long: "Rewrites raw in place, removes rows from every table, counts statistics again, and removes older snapshots, published\n" +
			"sets and copies at once; then reads the whole lake for what was erased. With --text a name or address is replaced wherever it\n" +
			"stands. Without --apply it only says what it would do. It takes turns with tmi run. What is collected meanwhile, or what a\n" +
			"single tmi job read before, may come back, which the proof says (exit code 6): then erase again.\n\n" + exitCodes,
		Example: "  tmi erase 0123456789abcdef0123456789abcdef\n  tmi erase 0123456789abcdef0123456789abcdef --apply\n  tmi erase --text someone@example.com --apply",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 1) == (text != "") {
				return errs.New(errs.Invalid, "tmi erase needs the id of a posting or --text, and not both")
			}
			if len(args) == 1 {
				if err := jobs.CheckPostingID(args[0]); err != nil {
					return err
				}
			}
			l, err := a.existingLake(cmd.Context())
			if err != nil {
				return err
			}
			defer l.Close()
			e, err := a.env(l, func() time.Time { return time.Now().UTC() })
			if err != nil {
				return err
			}
			var done jobs.Erased
			if text != "" {
				done, err = jobs.EraseText(cmd.Context(), e, text, apply)
			} else {
				done, err = jobs.ErasePosting(cmd.Context(), e, args[0], apply)
			}
			if err != nil {
				return err
			}
			if a.output == "json" {
				return a.printJSON(done)
			}
			cells := [][]string{}
			for _, w := range done.Where {
				cells = append(cells, []string{w.Place, fmt.Sprint(w.Count)})
			}
			if err := a.print([]string{"where", "rows or records"}, cells, done); err != nil {
				return err
			}
			if !apply {
				fmt.Fprintln(a.stdout, "nothing was changed: --apply does it")
				return nil
			}
			fmt.Fprintf(a.stdout, "proof: %d objects (%s) were read, segments unpacked and tables decoded, for %d texts of it: none is left\n",
				done.Proof.Objects, size(done.Proof.Bytes), len(done.Texts))
			return nil
		},
	}
	c.Flags().BoolVar(&apply, "apply", false, "do it")
	c.Flags().StringVar(&text, "text", "", "a name, an address: what stands in documents and tables")
	return c
}
