package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"path"
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/jobs/runlog"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// runRecord is one run of a job, whole, as ops.runs has it.
type runRecord struct {
	RunID         string     `json:"run_id" db:"run_id"`
	Job           string     `json:"job" db:"job"`
	Source        string     `json:"source,omitempty" db:"source"`
	Status        string     `json:"status" db:"status"`
	ExitCode      int32      `json:"exit_code" db:"exit_code"`
	WindowFrom    *time.Time `json:"window_from,omitempty" db:"window_from"`
	WindowTo      *time.Time `json:"window_to,omitempty" db:"window_to"`
	StartedAt     time.Time  `json:"started_at" db:"started_at"`
	EndedAt       time.Time  `json:"ended_at" db:"ended_at"`
	RowsIn        int64      `json:"rows_in" db:"rows_in"`
	RowsOut       int64      `json:"rows_out" db:"rows_out"`
	RowsRejected  int64      `json:"rows_rejected" db:"rows_rejected"`
	RowsDuplicate int64      `json:"rows_duplicate" db:"rows_duplicate"`
	BytesIn       int64      `json:"bytes_in" db:"bytes_in"`
	BytesOut      int64      `json:"bytes_out" db:"bytes_out"`
	Requests      int64      `json:"requests" db:"requests"`
	Retries       int64      `json:"retries" db:"retries"`
	Dollars       float64    `json:"dollars" db:"dollars"`
	SnapshotID    *int64     `json:"snapshot_id,omitempty" db:"snapshot_id"`
	Version       string     `json:"version,omitempty" db:"version"`
	Error         string     `json:"error,omitempty" db:"error"`
	NotModified   *int64     `json:"not_modified,omitempty" db:"not_modified"`
	Failed        *int64     `json:"failed,omitempty" db:"failed"`
	Blocked       *int64     `json:"blocked,omitempty" db:"blocked"`
	Forbidden     *int64     `json:"forbidden,omitempty" db:"forbidden"`
	Puts          *int64     `json:"puts,omitempty" db:"puts"`
	// Lists are those that a collecting run read, once bronze has them.
	Lists []listRecord `json:"lists,omitempty"`
	// RefinedBy are the jobs that refined first what a collecting run landed.
	RefinedBy []refinedBy       `json:"refined_by,omitempty"`
	Log       []json.RawMessage `json:"log"` // the last lines that are kept

	lines []runlog.Line
}

type refinedBy struct {
	Job           string    `json:"job" db:"job"`
	RunID         string    `json:"run_id" db:"run_id"`
	Status        string    `json:"status" db:"status"`
	StartedAt     time.Time `json:"started_at" db:"started_at"`
	EndedAt       time.Time `json:"ended_at" db:"ended_at"`
	RowsIn        int64     `json:"rows_in" db:"rows_in"`
	RowsOut       int64     `json:"rows_out" db:"rows_out"`
	RowsRejected  int64     `json:"rows_rejected" db:"rows_rejected"`
	RowsDuplicate int64     `json:"rows_duplicate" db:"rows_duplicate"`
}

// logTail is how many lines of its log are shown with a run.
const logTail = 20

type listRecord struct {
	List         string    `json:"list" db:"list"`
	ReadAt       time.Time `json:"read_at" db:"read_at"`
	IsComplete   bool      `json:"is_complete" db:"is_complete"`
	PostingCount int64     `json:"posting_count" db:"posting_count"`
	BoardTotal   *int64    `json:"board_total,omitempty" db:"board_total"`
	Error        string    `json:"error,omitempty" db:"error"`
}

// showRun prints one run whole. The id may be its beginning, as long as no other begins so.
func (a *app) showRun(ctx context.Context, id string) error {
	session, done, err := a.session(ctx, true)
	if err != nil {
		return err
	}
	defer done()
	runs, err := queries.All[runRecord](ctx, session, "ops/run", sql.Named("run_id", id))
	if err != nil {
		return err
	}
	if len(runs) > 1 && runs[0].RunID != id {
		var names []string
		for _, r := range runs {
			names = append(names, fmt.Sprintf("%s (%s)", r.RunID, strings.TrimSpace(r.Job+" "+r.Source)))
		}
		return errs.New(errs.Invalid, "--run %q is the beginning of several: %s", id, strings.Join(names, ", "))
	}
	store, err := a.openStore(ctx)
	if err != nil {
		return err
	}
	if len(runs) == 0 {
		if runs, err = a.landed(ctx, store, id); err != nil {
			return err
		}
	}
	if len(runs) == 0 {
		return errs.New(errs.NotFound, "no run %q in ops.runs or raw: tmi sql \"select run_id, job, source from ops.runs order by started_at desc limit 20\"", id)
	}
	r := runs[0]
	if r.Job == "collect" {
		if r.RefinedBy, err = queries.All[refinedBy](ctx, session, "ops/refined_by", sql.Named("source", r.Source), sql.Named("started", r.StartedAt), sql.Named("ended", r.EndedAt)); err != nil {
			return err
		}
	}
	r.lines, err = runlog.Read(ctx, store, runlog.Query{RunID: r.RunID, Level: slog.LevelDebug})
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	r.lines = r.lines[max(0, len(r.lines)-logTail):]
	r.Log = logObjects(r.lines)
	if r.Lists != nil { // of a run that bronze has not read
		return a.printRun(r)
	}
	if r.Lists, err = queries.All[listRecord](ctx, session, "ops/run_lists", sql.Named("run_id", r.RunID)); err != nil {
		return err
	}
	return a.printRun(r)
}

func (a *app) printRun(r runRecord) error {
	if err := a.print([]string{"run", r.RunID}, a.runCells(r), r); err != nil || a.output != "table" {
		return err
	}
	if err := a.printRunLists(r); err != nil {
		return err
	}
	if len(r.RefinedBy) > 0 {
		var cells [][]string
		for _, j := range r.RefinedBy {
			cells = append(cells, []string{j.Job, j.RunID, j.Status, j.EndedAt.Sub(j.StartedAt).Round(time.Millisecond).String(),
				fmt.Sprint(j.RowsIn), fmt.Sprint(j.RowsOut), fmt.Sprint(j.RowsRejected), fmt.Sprint(j.RowsDuplicate)})
		}
		fmt.Fprintln(a.stdout)
		if err := writeTable(a.stdout, []string{"refined by", "run", "ended", "took", "in", "out", "rejected", "duplicate"}, cells); err != nil {
			return err
		}
	}
	fmt.Fprintln(a.stdout)
	if len(r.lines) == 0 {
		fmt.Fprintln(a.stdout, "no log of it is kept")
	}
	for _, l := range r.lines {
		fmt.Fprintln(a.stdout, a.logLine(l))
	}
	return nil
}

func (a *app) printRunLists(r runRecord) error {
	if len(r.Lists) == 0 {
		return nil
	}
	var cells [][]string
	for _, l := range r.Lists {
		total := ""
		if l.BoardTotal != nil {
			total = fmt.Sprint(*l.BoardTotal)
		}
		cells = append(cells, []string{l.List, map[bool]string{true: "whole", false: "in part"}[l.IsComplete], fmt.Sprint(l.PostingCount), total, oneLine(l.Error)})
	}
	fmt.Fprintln(a.stdout)
	return writeTable(a.stdout, []string{"list", "read", "postings", "board says", "error"}, cells)
}

// startOf is when a run began, by its id.
func startOf(runID string) (time.Time, bool) {
	stamp, _, _ := strings.Cut(runID, "-")
	at, err := time.Parse("20060102T150405Z", stamp)
	return at, err == nil
}

// landed is the collecting run of that id as raw has it, before bronze has read it: open
// where it has no end, none where no board has it.
func (a *app) landed(ctx context.Context, store objects.Store, id string) ([]runRecord, error) {
	started, isNamed := startOf(id)
	if !isNamed {
		return nil, nil
	}
	for _, board := range a.config.boardNames() {
		folder := collect.RunPrefix(board, id, started, a.zone)
		text, err := objects.ReadAll(ctx, store, path.Join(folder, "run.json"))
		if errs.Is(err, errs.NotFound) {
			isOpen, err := objects.Exists(ctx, store, path.Join(folder, "open.json"))
			if err != nil {
				return nil, err
			}
			if isOpen {
				return []runRecord{{RunID: id, Job: "collect", Source: board, Status: "open: at work or cut off", StartedAt: started, EndedAt: started, Lists: []listRecord{}}}, nil
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		var m schemas.RunManifest
		if err := json.Unmarshal(text, &m); err != nil {
			return nil, errs.New(errs.Corrupt, "read %s/run.json: %w", folder, err)
		}
		r := runRecord{RunID: id, Job: "collect", Source: m.Source, Status: m.Status, StartedAt: m.StartedAt, EndedAt: m.EndedAt, Error: m.Error, BytesIn: m.Counts.BytesIn, BytesOut: m.Counts.BytesOut,
			Requests: int64(m.Counts.Requests), Retries: int64(m.Counts.Retries), Dollars: m.Counts.Dollars, Version: m.Code, Lists: []listRecord{}}
		for _, l := range m.Lists {
			r.Lists = append(r.Lists, listRecord{List: l.List, ReadAt: l.ReadAt, IsComplete: l.IsComplete, PostingCount: int64(l.PostingCount), Error: l.Error})
		}
		return []runRecord{r}, nil
	}
	return nil, nil
}

func (a *app) runCells(r runRecord) [][]string {
	at := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.In(a.zone).Format("2006-01-02 15:04:05")
	}
	cells := [][]string{
		{"job", strings.TrimSpace(r.Job + " " + r.Source)},
		{"status", fmt.Sprintf("%s, exit code %d", r.Status, r.ExitCode)},
		{"started", at(&r.StartedAt)},
		{"took", r.EndedAt.Sub(r.StartedAt).Round(time.Millisecond).String()},
	}
	if r.WindowFrom != nil && r.WindowTo != nil {
		cells = append(cells, []string{"window", at(r.WindowFrom) + " – " + at(r.WindowTo)})
	}
	cells = append(cells,
		[]string{"rows", fmt.Sprintf("%d in = %d out + %d rejected + %d duplicate", r.RowsIn, r.RowsOut, r.RowsRejected, r.RowsDuplicate)},
		[]string{"bytes", size(r.BytesIn) + " in, " + size(r.BytesOut) + " out"},
	)
	if r.Requests > 0 {
		cells = append(cells, []string{"requests", fmt.Sprintf("%d, %d of them repeated", r.Requests, r.Retries)})
	}
	for _, count := range []struct {
		what string
		n    *int64
	}{{"not modified", r.NotModified}, {"failed", r.Failed}, {"blocked", r.Blocked}, {"forbidden", r.Forbidden}, {"objects written", r.Puts}} {
		if count.n != nil {
			cells = append(cells, []string{count.what, fmt.Sprint(*count.n)})
		}
	}
	if r.Dollars > 0 {
		cells = append(cells, []string{"dollars", fmt.Sprintf("%.4f", r.Dollars)})
	}
	if r.SnapshotID != nil {
		cells = append(cells, []string{"snapshot", fmt.Sprint(*r.SnapshotID)})
	}
	if r.Version != "" {
		cells = append(cells, []string{"program", r.Version})
	}
	if r.Error != "" {
		cells = append(cells, []string{"error", r.Error})
	}
	return cells
}
