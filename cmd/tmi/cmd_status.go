package main

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/disk"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/queries"
)

type listStatus struct {
	Source         string    `json:"source" db:"source"`
	List           string    `json:"list" db:"list"`
	LastReadAt     time.Time `json:"last_read_at" db:"last_read_at"`
	LastCompleteAt time.Time `json:"last_complete_at,omitzero" db:"last_complete_at"`
	PostingCount   int64     `json:"posting_count" db:"posting_count"`
	IsComplete     bool      `json:"is_complete" db:"is_complete"`
	Error          string    `json:"error,omitempty" db:"error"`
	RejectCount    int64     `json:"reject_count" db:"reject_count"`
}

type lastRun struct {
	Job           string    `json:"job" db:"job"`
	Source        string    `json:"source" db:"source"`
	Status        string    `json:"status" db:"status"`
	ExitCode      int32     `json:"exit_code" db:"exit_code"`
	StartedAt     time.Time `json:"started_at" db:"started_at"`
	EndedAt       time.Time `json:"ended_at" db:"ended_at"`
	RowsIn        int64     `json:"rows_in" db:"rows_in"`
	RowsOut       int64     `json:"rows_out" db:"rows_out"`
	RowsRejected  int64     `json:"rows_rejected" db:"rows_rejected"`
	RowsDuplicate int64     `json:"rows_duplicate" db:"rows_duplicate"`
	Error         string    `json:"error,omitempty" db:"error"`
}

type status struct {
	Lake        string          `json:"lake"`
	IsDemo      bool            `json:"is_demo"`
	Published   int64           `json:"published"`
	PublishedAt time.Time       `json:"published_at,omitzero"`
	TableBytes  int64           `json:"table_bytes"`
	FreeBytes   int64           `json:"free_bytes,omitempty"`
	Lists       []listStatus    `json:"lists"`
	Held        []jobs.HeldList `json:"held"` // lists whose sudden loss closes nothing yet
	Runs        []lastRun       `json:"runs"`
	Next        []string        `json:"next"` // what to do
}

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "How fresh each list is, how the last jobs ended, and what to do next",
		Long:  "Per list: last read, last complete read, postings, rejects; per job: how it last ended; disk.\n\n" + exitCodes,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			l, err := a.existingLake(ctx)
			if err != nil {
				return err
			}
			defer l.Close()
			s := status{Lake: l.Objects().URI()}
			if s.IsDemo, err = isDemo(ctx, l.Objects()); err != nil {
				return err
			}
			set, err := l.Published(ctx)
			if err != nil && !errs.Is(err, errs.NotFound) {
				return err
			}
			s.Published, s.PublishedAt = set.Seq, set.PublishedAt
			heads, err := l.Heads(ctx)
			if err != nil {
				return err
			}
			for _, pin := range heads.Tables {
				s.TableBytes += pin.SizeBytes
			}
			if root, ok := strings.CutPrefix(s.Lake, "file://"); ok {
				if s.FreeBytes, err = disk.FreeBytes(root); err != nil {
					return err
				}
			}
			session, err := l.Session(ctx, heads)
			if err != nil {
				return err
			}
			defer session.Close()
			if s.Lists, err = queries.All[listStatus](ctx, session, "ops/list_status"); err != nil {
				return err
			}
			if s.Held, err = jobs.HeldLists(ctx, l, sourcesOf(s.Lists)); err != nil {
				return err
			}
			if s.Runs, err = queries.All[lastRun](ctx, session, "ops/last_runs"); err != nil {
				return err
			}
			s.Next = s.advice()
			return a.printStatus(s)
		},
	}
}

// sourcesOf are the sources of the lists, each once.
func sourcesOf(lists []listStatus) (names []string) {
	for _, l := range lists {
		if !slices.Contains(names, l.Source) {
			names = append(names, l.Source)
		}
	}
	return names
}

// advice is what an operator should do, worst first.
func (s *status) advice() []string {
	next := []string{}
	for _, r := range s.Runs {
		if r.ExitCode != 0 {
			next = append(next, fmt.Sprintf("%s %s failed (exit %d): %s", r.Job, r.Source, r.ExitCode, oneLine(r.Error)))
		}
	}
	for _, l := range s.Lists {
		if !l.IsComplete {
			next = append(next, fmt.Sprintf("%s list %s was not read completely: %s", l.Source, l.List, oneLine(l.Error)))
		}
	}
	for _, h := range s.Held {
		next = append(next, fmt.Sprintf("%s list %s fell from %d postings to %d: held, nothing is closed until three complete reads agree or you say: tmi sources accept %s %s",
			h.Source, h.List, h.Before, h.PostingCount, h.Source, h.List))
	}
	if s.Published == 0 {
		next = append(next, "nothing is published yet: tmi run")
	}
	return next
}

func (a *app) printStatus(s status) error {
	if a.output == "json" {
		return a.printJSON(s)
	}
	kind := map[bool]string{true: "demo data", false: "real data"}[s.IsDemo]
	fmt.Fprintf(a.stdout, "%s (%s): tables %s, disk free %s\n", s.Lake, kind, size(s.TableBytes), size(s.FreeBytes))
	if s.Published > 0 {
		fmt.Fprintf(a.stdout, "published set %d of %s\n", s.Published, s.PublishedAt.In(a.zone).Format("2006-01-02 15:04"))
	}
	when := func(at time.Time) string {
		if at.IsZero() {
			return "never"
		}
		return at.In(a.zone).Format("2006-01-02 15:04")
	}
	fmt.Fprintln(a.stdout)
	var cells [][]string
	for _, l := range s.Lists {
		cells = append(cells, []string{l.Source, l.List, when(l.LastReadAt), when(l.LastCompleteAt), fmt.Sprint(l.PostingCount), fmt.Sprint(l.RejectCount)})
	}
	if err := writeTable(a.stdout, []string{"source", "list", "last read", "last complete", "postings", "rejects"}, cells); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout)
	cells = nil
	for _, r := range s.Runs {
		cells = append(cells, []string{r.Job, r.Source, r.Status, when(r.EndedAt), fmt.Sprint(r.RowsIn), fmt.Sprint(r.RowsOut), fmt.Sprint(r.RowsRejected), fmt.Sprint(r.RowsDuplicate)})
	}
	if err := writeTable(a.stdout, []string{"job", "source", "ended", "at", "in", "out", "rejected", "duplicate"}, cells); err != nil {
		return err
	}
	for _, line := range s.Next {
		fmt.Fprintln(a.stdout, "→", line)
	}
	return nil
}

// one is a parameter list of one.
func one(name string, value any) []sql.NamedArg { return []sql.NamedArg{sql.Named(name, value)} }
