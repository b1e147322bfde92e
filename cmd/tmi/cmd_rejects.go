package main

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/queries"
)

// rejectRow is a line of `tmi rejects`.
type rejectRow struct {
	RejectedAt time.Time `json:"rejected_at" db:"rejected_at"`
	Job        string    `json:"job" db:"job"`
	Source     string    `json:"source" db:"source"`
	TableName  string    `json:"table" db:"table_name"`
	Reasons    []string  `json:"reasons" db:"reasons"`
	URL        string    `json:"url" db:"url"`
	RawObject  string    `json:"raw_object" db:"raw_object"`
	RawOffset  *int64    `json:"raw_offset" db:"raw_offset"`
	Row        string    `json:"row" db:"refused_row"`
}

func (a *app) rejectsCommand() *cobra.Command {
	var limit int
	c := &cobra.Command{
		Use:     "rejects [TABLE]",
		Short:   "Rows that broke their contract, and why",
		Long:    "Lists rejected rows with every reason, the page they came from and where that lies in raw.\n\n" + exitCodes,
		Example: "  tmi rejects bronze.postings",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var table any
			if len(args) == 1 {
				t, err := tableNamed(args[0])
				if err != nil {
					return err
				}
				table = t.Name()
			}
			session, close, err := a.session(cmd.Context(), true)
			if err != nil {
				return err
			}
			defer close()
			rows, err := queries.All[rejectRow](cmd.Context(), session, "ops/rejects", sql.Named("table_name", table), sql.Named("limit", limit))
			if err != nil {
				return err
			}
			var cells [][]string
			for _, r := range rows {
				raw := r.RawObject
				if r.RawOffset != nil {
					raw = fmt.Sprint(raw, "@", *r.RawOffset)
				}
				cells = append(cells, []string{r.RejectedAt.In(a.zone).Format("2006-01-02 15:04"), r.Source, r.TableName, oneLine(strings.Join(r.Reasons, "; ")), r.URL, raw})
			}
			return a.print([]string{"rejected", "source", "table", "reasons", "url", "raw"}, cells, rows)
		},
	}
	c.Flags().IntVar(&limit, "limit", 100, "how many rows at most")
	return c
}
