package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/runlog"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

const (
	// settledAfter is how old rows are when the files that hold them may be merged: jobs of
	// the last days would only take them apart again.
	settledAfter = 7 * 24 * time.Hour
	// unusedAfter is how long a reader or writer may hold on to what no set names any more.
	unusedAfter = 24 * time.Hour
)

// Maintain keeps the cost of the lake flat: small files are merged, snapshots and sets that
// nobody may read any more are forgotten, files that no snapshot names are removed. Rows
// stay as they are. A table that another job is writing is left for the next time.
func Maintain(ctx context.Context, e *Env, _ string, _ Window) (report Report, err error) {
	done, err := Upkeep(ctx, e, true)
	for _, d := range done {
		report.BytesOut += d.BytesFreed
	}
	return report, err
}

// Upkeep is [Maintain], or with apply false says what it would do, table by table. It takes
// turns with runs that refine: what an expiry marked goes at once, and they may read it.
func Upkeep(ctx context.Context, e *Env, apply bool) (all []lake.Maintained, err error) {
	err = e.alone(ctx, apply, func(ctx context.Context) error {
		all, err = upkeep(ctx, e, apply)
		return err
	})
	return all, err
}

func upkeep(ctx context.Context, e *Env, apply bool) ([]lake.Maintained, error) {
	// Snapshots and files are as old as the wall clock says, whatever clock a replay has.
	o := lake.MaintainOptions{Settled: settledAfter, Unused: unusedAfter, Now: time.Now(), Apply: apply}
	if err := e.Lake.CheckVersions(ctx); err != nil {
		return nil, err
	}
	if _, err := e.Lake.ForgetSets(ctx, o); err != nil {
		return nil, err
	}
	if apply {
		if err := runlog.Forget(ctx, e.Lake.Objects(), e.Clock()); err != nil {
			return nil, err
		}
	}
	var all []lake.Maintained
	var failures []error
	isSkipped := false
	for i, t := range schemas.Tables() {
		done, err := e.Lake.Maintain(ctx, t, o)
		switch {
		case errs.Is(err, errs.Conflict):
			isSkipped = true
			e.Logger.Info("table is being written, upkeep leaves it", "table", t.Name(), "error", err)
		case err != nil:
			failures = append(failures, err)
		}
		all = append(all, done)
		e.progress("maintain", "", i+1, len(schemas.Tables()))
	}
	if apply {
		failures = append(failures, e.sweepIndex(ctx, unnamedAfter)) // before the copies of what goes are dropped
	}
	if apply && errors.Join(failures...) == nil && !isSkipped {
		failures = append(failures, e.Lake.Forgotten(ctx))
	}
	return all, errors.Join(failures...)
}
