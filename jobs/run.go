package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// Collector collects one source, the newest limit postings of it (0 = all).
type Collector func(ctx context.Context, source string, limit int) (schemas.RunManifest, error)

// RunOptions say what a run covers.
type RunOptions struct {
	Sources []string
	Window  Window    // zero: what was landed and not refined yet, whole days of it
	Collect Collector // nil: refine what is landed
	// Limit is for the newest postings of each source; 0 = all.
	Limit int
	// Eager publishes source by source, as each is collected, instead of once.
	Eager bool
	// Full begins at the first landing.
	Full bool
}

// SourceResult is how a run went for one source.
type SourceResult struct {
	Source    string             `json:"source"`
	ExitCode  int                `json:"exit_code"`
	Error     string             `json:"error,omitempty"`
	Collected *schemas.RunCounts `json:"collected,omitempty"`
	Lists     []schemas.ListRead `json:"lists,omitempty"`
	Bronze    Report             `json:"bronze"`
	Silver    Report             `json:"silver"`
	// Steps are what each step was expected to take and took, where the run was planned.
	Steps []PlannedStep `json:"steps,omitempty"`

	collectedIn time.Duration
	err         error
}

// fail keeps the error that speaks for the source.
func (r *SourceResult) fail(err error) {
	r.err = errs.Worst(r.err, err)
	if r.err != nil {
		r.Error, r.ExitCode = r.err.Error(), errs.ExitCode(r.err)
	}
}

// Run collects the sources side by side, refines what was landed, checks and publishes. A
// source that fails does not stop the others; the error is the one that speaks for all.
// Runs of one lake, on whatever machines, collect at once and refine one after the other.
// What is published when the context ends stays so, and the next run goes on.
func Run(ctx context.Context, e *Env, o RunOptions) ([]SourceResult, error) {
	results := make([]SourceResult, len(o.Sources))
	byName := map[string]*SourceResult{}
	for i, source := range o.Sources {
		results[i].Source = source
		byName[source] = &results[i]
	}
	collected := e.collectAll(ctx, o, byName)
	var waiting []string
	var final error
	for source := range collected {
		if !o.Eager {
			waiting = append(waiting, source)
			continue
		}
		final = errs.Worst(final, e.inTurn(ctx, func(ctx context.Context) error { return e.refine(ctx, o, []string{source}, byName) }))
	}
	if ctx.Err() != nil {
		return results, ctx.Err()
	}
	if !o.Eager {
		final = e.inTurn(ctx, func(ctx context.Context) error { return e.refine(ctx, o, inRequestedOrder(o.Sources, waiting), byName) })
	}
	all := []error{final}
	for i := range results {
		all = append(all, results[i].err)
	}
	return results, errs.Worst(all...)
}

func inRequestedOrder(requested, present []string) []string {
	has := map[string]bool{}
	for _, s := range present {
		has[s] = true
	}
	var ordered []string
	for _, s := range requested {
		if has[s] {
			ordered = append(ordered, s)
		}
	}
	return ordered
}

// collectAll yields each source when its collecting has ended, well or not.
func (e *Env) collectAll(ctx context.Context, o RunOptions, results map[string]*SourceResult) <-chan string {
	done := make(chan string, len(o.Sources))
	if o.Collect == nil {
		for _, source := range o.Sources {
			done <- source
		}
		close(done)
		return done
	}
	ended := make(chan struct{}, len(o.Sources))
	for _, source := range o.Sources {
		go func() {
			began := time.Now()
			manifest, err := o.Collect(ctx, source, o.Limit)
			r := results[source]
			r.collectedIn = time.Since(began)
			if manifest.RunID != "" {
				r.Collected, r.Lists = &manifest.Counts, manifest.Lists
			}
			r.fail(err)
			done <- source
			ended <- struct{}{}
		}()
	}
	go func() {
		for range o.Sources {
			<-ended
		}
		close(done)
	}()
	return done
}

// refine takes sources from raw to a published set.
func (e *Env) refine(ctx context.Context, o RunOptions, names []string, results map[string]*SourceResult) (err error) {
	defer func() { // what ran is recorded, however it ended
		if e := e.Record(context.WithoutCancel(ctx)); err == nil {
			err = e
		}
	}()
	whole := Window{}
	for _, source := range names {
		w, err := e.windowOf(ctx, o, source)
		if err != nil {
			results[source].fail(err)
			continue
		}
		if err := e.refineSource(ctx, source, w, results[source]); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			results[source].fail(fmt.Errorf("%s: %w", source, err))
			continue
		}
		whole = whole.union(w)
	}
	if whole.To.IsZero() { // nothing to answer anew
		return nil
	}
	for _, step := range []struct {
		name string
		run  Step
	}{{"duplicates", Duplicates}, {"gold", Gold}, {"check", Check}, {"index", Index}, {"publish", Publish}} {
		if _, err := e.Do(ctx, step.name, "", whole, step.run); err != nil {
			return err
		}
	}
	return nil
}

func (e *Env) refineSource(ctx context.Context, source string, w Window, r *SourceResult) (err error) {
	if r.Bronze, err = e.Do(ctx, "bronze", source, w, Bronze); err != nil {
		return err
	}
	if r.Silver, err = e.Do(ctx, "silver", source, w, Silver); err != nil {
		return err
	}
	if e.Assistant != nil {
		if _, err := e.Do(ctx, "assist", source, w, Assist); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			e.Logger.Warn("the run goes on without the assistant", "source", source, "error", err)
		}
	}
	_, err = e.Do(ctx, "lifecycle", source, w, Lifecycle)
	return err
}

func (w Window) union(other Window) Window {
	switch {
	case w.To.IsZero():
		return other
	case other.To.IsZero():
		return w
	}
	if other.From.Before(w.From) {
		w.From = other.From
	}
	if other.To.After(w.To) {
		w.To = other.To
	}
	return w
}

// windowOf is the window asked for, or for a source what was landed and not refined yet:
// from the start of the first such day up to now.
func (e *Env) windowOf(ctx context.Context, o RunOptions, source string) (Window, error) {
	if !o.Window.To.IsZero() {
		return o.Window, nil
	}
	var refinedTo time.Time
	if !o.Full {
		var err error
		if refinedTo, err = e.finishedTo(ctx, source); err != nil {
			return Window{}, err
		}
	}
	now := e.Clock().Add(time.Microsecond)
	from := now
	pending, err := collect.Manifests(ctx, e.Lake.Objects(), source, refinedTo, time.Time{})
	if err != nil {
		return Window{}, err
	}
	for _, run := range pending {
		if run.StartedAt.Before(from) {
			from = run.StartedAt
		}
	}
	return NewWindow(DayStart(from, e.Zone), now)
}

// WholeWindow is the window of a source's landings, from the day of the first up to now.
func WholeWindow(ctx context.Context, e *Env, source string) (Window, error) {
	return e.windowOf(ctx, RunOptions{Full: true}, source)
}

// finishedTo is up to when a source went through all of its steps; zero before the first time.
func (e *Env) finishedTo(ctx context.Context, source string) (time.Time, error) {
	session, err := e.heads(ctx, schemas.OpsRuns)
	if err != nil {
		return time.Time{}, err
	}
	defer session.Close()
	return instantOf(ctx, session, "ops/last_finished", source)
}

// refinedTo is up to when bronze holds a source; zero before the first time.
func refinedTo(ctx context.Context, session *lake.Session, source string) (time.Time, error) {
	return instantOf(ctx, session, "ops/last_refined", source)
}

func instantOf(ctx context.Context, session *lake.Session, statement, source string) (time.Time, error) {
	type refined struct {
		To time.Time `db:"refined_to"`
	}
	r, err := queries.One[refined](ctx, session, statement, sql.Named("source", source))
	return r.To, err
}
