package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
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
		Example: "  tmi rejects bronze.postings\n  tmi rejects retry",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			table, err := rejectsOf(args)
			if err != nil {
				return err
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
	c.AddCommand(a.rejectsRetryCommand())
	return c
}

// rejectsOf is the table that the arguments name, nil for all.
func rejectsOf(args []string) (table any, err error) {
	if len(args) == 0 {
		return nil, nil
	}
	t, err := tableNamed(args[0])
	if err != nil {
		return nil, err
	}
	return t.Name(), nil
}

// rejectWindow is where a source's rejected rows came from.
type rejectWindow struct {
	Source          string    `json:"source" db:"source"`
	FirstCapturedAt time.Time `json:"first_captured_at" db:"first_captured_at"`
	LastCapturedAt  time.Time `json:"last_captured_at" db:"last_captured_at"`
	RejectCount     int64     `json:"reject_count" db:"reject_count"`
}

func (a *app) rejectsRetryCommand() *cobra.Command {
	return &cobra.Command{
		Use: "retry [TABLE]", Short: "Read rejected rows again, after a fix",
		Long: "Refines from raw the days that rejected rows came from, of each source, and publishes: after a better\n" +
			"parser or another contract the rows are in, and what is still refused is listed anew.\n\n" + exitCodes,
		Example: "  tmi rejects retry\n  tmi rejects retry bronze.postings",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			table, err := rejectsOf(args)
			if err != nil {
				return err
			}
			return a.retryRejects(cmd.Context(), table)
		},
	}
}

func (a *app) retryRejects(ctx context.Context, table any) error {
	now := func() time.Time { return time.Now().UTC() }
	l, err := a.existingLake(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	before, err := rejectWindows(ctx, l, table)
	if err != nil {
		return err
	}
	e, err := a.env(l, now)
	if err != nil {
		return err
	}
	var failed error
	for _, w := range before {
		window, err := jobs.NewWindow(w.FirstCapturedAt, w.LastCapturedAt.Add(time.Microsecond))
		if err == nil {
			_, err = jobs.Run(ctx, e, jobs.RunOptions{Sources: []string{w.Source}, Window: window})
		}
		failed = errs.Worst(failed, err)
	}
	after, err := rejectWindows(ctx, l, table)
	if err != nil {
		return errs.Worst(failed, err)
	}
	type row struct {
		Source string `json:"source"`
		Before int64  `json:"before"`
		After  int64  `json:"after"`
	}
	rows, cells := []row{}, [][]string{}
	for _, b := range before {
		r := row{Source: b.Source, Before: b.RejectCount}
		for _, w := range after {
			if w.Source == b.Source {
				r.After = w.RejectCount
			}
		}
		rows = append(rows, r)
		cells = append(cells, []string{r.Source, fmt.Sprint(r.Before), fmt.Sprint(r.After)})
	}
	if len(rows) == 0 && a.output == "table" {
		fmt.Fprintln(a.stdout, "nothing is rejected: there is nothing to read again")
		return failed
	}
	return errs.Worst(failed, a.print([]string{"source", "rejected before", "rejected now"}, cells, rows))
}

func rejectWindows(ctx context.Context, l *lake.Lake, table any) ([]rejectWindow, error) {
	heads, err := l.Heads(ctx, schemas.OpsRejects)
	if err != nil {
		return nil, err
	}
	session, err := l.Session(ctx, heads, schemas.OpsRejects)
	if err != nil {
		return nil, err
	}
	windows, err := queries.All[rejectWindow](ctx, session, "ops/reject_windows", sql.Named("table_name", table))
	return windows, errors.Join(err, session.Close())
}
