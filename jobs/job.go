package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/internal/tracing"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// Env is what the steps work with.
type Env struct {
	Lake      *lake.Lake
	Sources   map[string]sources.Source // by name: those that parse
	Boards    map[string]sources.Board
	Extractor *extract.Extractor
	Assistant Asker           // nil: off
	Retention RetentionPolicy // zero: keep everything
	Contracts Contracts       // modes that differ from the shipped ones
	// AuditModes are those that differ from the declared ones, by the audit's name.
	AuditModes map[string]AuditMode
	Zone       *time.Location // of calendar days
	Clock      func() time.Time
	NewRunID   func(time.Time) string
	Logger     *slog.Logger
	Code       string // version of the binary
	// AtOnce is how many versions of postings a statement of gold may join, five times as many
	// times days for counting: what it joins them by is in memory, of which a million need more
	// than 680 MiB. 0 = 200,000.
	AtOnce int64
	// Progress hears how far a step is; done = total ends it.
	Progress func(step, source string, done, total int)
	// Ended hears of every run of a step, failed ones too; nil: nobody listens.
	Ended func(schemas.Run)

	runs []schemas.Run // not yet written
	done []schemas.Run // all that [Env.Do] did
}

// Report is what a step did. In = Out + Rejected + Duplicate.
type Report struct {
	In        int64   `json:"in"`
	Out       int64   `json:"out"`
	Rejected  int64   `json:"rejected"`
	Duplicate int64   `json:"duplicate"`
	BytesIn   int64   `json:"bytes_in"`
	BytesOut  int64   `json:"bytes_out"`
	Requests  int64   `json:"requests"`
	Retries   int64   `json:"retries"`
	Dollars   float64 `json:"dollars,omitempty"`
	// Sealed are the rows, of those in, that were kept as they stand because what they were
	// made of is gone.
	Sealed     int64 `json:"sealed,omitempty"`
	SnapshotID int64 `json:"snapshot_id"`
	// RestatedFrom is where the step began to change rows, if that is before its window.
	RestatedFrom time.Time `json:"restated_from,omitzero"`
}

func (r *Report) add(c lake.Commit) {
	r.BytesOut += c.SizeBytes
	if r.SnapshotID == 0 {
		r.SnapshotID = c.SnapshotID
	}
}

// balanced refuses a report whose rows do not add up.
func (r Report) balanced() error {
	if r.In != r.Out+r.Rejected+r.Duplicate {
		return errs.New(errs.Corrupt, "%d rows in are not %d out + %d rejected + %d duplicate: nothing is committed", r.In, r.Out, r.Rejected, r.Duplicate)
	}
	return nil
}

// Step is one step over one source; steps that are not of a source ignore it.
type Step func(ctx context.Context, e *Env, source string, w Window) (Report, error)

// Do runs a step, logs it, and keeps its row for ops.runs, failed or not.
func (e *Env) Do(ctx context.Context, name, source string, w Window, step Step) (Report, error) {
	started := e.Clock()
	run := schemas.Run{RunID: e.NewRunID(started), Job: name, Source: source, WindowFrom: w.From, WindowTo: w.To, StartedAt: started, Version: e.Code}
	wall := time.Now()
	ctx, span := tracing.Begin(ctx, "job "+name, slog.String("run_id", run.RunID), slog.String("source", source), slog.String("window", w.String()))
	report, err := step(ctx, e, source, w)
	span.Set(slog.Int64("rows_in", report.In), slog.Int64("rows_out", report.Out), slog.Int64("rows_rejected", report.Rejected), slog.Int64("rows_duplicate", report.Duplicate))
	span.End(err)
	run.EndedAt = started.Add(time.Since(wall))
	run.RowsIn, run.RowsOut, run.RowsRejected, run.RowsDuplicate = report.In, report.Out, report.Rejected, report.Duplicate
	run.BytesIn, run.BytesOut, run.Requests, run.Retries = report.BytesIn, report.BytesOut, report.Requests, report.Retries
	run.Dollars = report.Dollars
	if !report.RestatedFrom.IsZero() && report.RestatedFrom.Before(w.From) {
		run.WindowFrom = report.RestatedFrom
	}
	run.Status = schemas.StatusDone
	if report.SnapshotID != 0 {
		run.SnapshotID = &report.SnapshotID
	}
	log := e.Logger.With("job", name, "source", source, "window", w.String(), "run_id", run.RunID)
	if err != nil {
		run.Status, run.Error, run.ExitCode = schemas.StatusFailed, err.Error(), int32(errs.ExitCode(err))
		log.Error("job failed", "error", err)
	} else {
		log.Info("job done", "in", report.In, "out", report.Out, "rejected", report.Rejected, "duplicate", report.Duplicate,
			"sealed", report.Sealed, "bytes_out", report.BytesOut, "dur", time.Since(wall).Round(time.Millisecond))
	}
	e.runs, e.done = append(e.runs, run), append(e.done, run)
	if e.Ended != nil {
		e.Ended(run)
	}
	return report, err
}

// Record writes the rows that [Env.Do] kept to ops.runs. Progress is recorded last: call it
// when all that the rows vouch for is committed.
func (e *Env) Record(ctx context.Context) error {
	if len(e.runs) == 0 {
		return nil
	}
	if _, err := lake.Overwrite(ctx, e.Lake, schemas.OpsRuns, lake.Nothing, values(e.runs)); err != nil {
		return err
	}
	e.runs = nil
	return nil
}

// Forget drops the rows that [Env.Do] kept: for steps that give their own account elsewhere.
func (e *Env) Forget() { e.runs = nil }

func (e *Env) progress(step, source string, done, total int) {
	if e.Progress != nil {
		e.Progress(step, source, done, total)
	}
}

// heads opens a session over tables as they are now: those that the step's statements
// name, or all.
func (e *Env) heads(ctx context.Context, tables ...schemas.Table) (*lake.Session, error) {
	set, err := e.Lake.Heads(ctx, tables...)
	if err != nil {
		return nil, err
	}
	return e.Lake.Session(ctx, set, tables...)
}
