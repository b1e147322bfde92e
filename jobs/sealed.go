package jobs

import (
	"context"
	"database/sql"
	"errors"
	"path"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// sealed knows which runs of a source lost something of their raw, and what bronze still
// holds of them. A run is sealed too when one that it refers back to is. What bronze never
// held, or lost, is read again as far as raw goes.
type sealed struct {
	env     *Env
	source  string
	window  Window
	session *lake.Session   // opened by the first sealed run
	refined map[string]bool // runs of which bronze holds something
	folders map[string]bool // of runs: is it sealed?
}

func (s *sealed) close() error {
	if s.session == nil {
		return nil
	}
	return s.session.Close()
}

// keeps says that what was made of a run is kept as it stands.
func (s *sealed) keeps(ctx context.Context, run schemas.RunManifest, captures []schemas.Capture) (bool, error) {
	isSealed, err := s.isSealed(ctx, run, captures)
	if err != nil || !isSealed {
		return false, err
	}
	if s.session == nil {
		if s.session, err = s.env.heads(ctx, schemas.BronzePostings, schemas.BronzeLists, schemas.BronzeSightings, schemas.OpsRejects); err != nil {
			return false, err
		}
		type row struct {
			RunID string `db:"run_id"`
		}
		s.refined = map[string]bool{}
		for r, err := range queries.Each[row](ctx, s.session, "retention/refined_runs", sql.Named("source", s.source), sql.Named("from", s.window.From.Add(-collect.MaxReference))) {
			if err != nil {
				return false, err
			}
			s.refined[r.RunID] = true
		}
	}
	return s.refined[run.RunID], nil
}

func (s *sealed) isSealed(ctx context.Context, run schemas.RunManifest, captures []schemas.Capture) (bool, error) {
	if run.IsSealed() {
		return true, nil
	}
	// Retention takes nothing younger than a reference may be.
	if s.env.Clock().Sub(run.EndedAt) <= collect.MaxReference {
		return false, nil
	}
	own := path.Dir(run.Index)
	for _, c := range captures {
		folder := path.Dir(c.RefersToObject)
		if !c.IsRevisit || folder == own {
			continue
		}
		isSealed, known := s.folders[folder]
		if !known {
			referred, err := collect.ManifestIn(ctx, s.env.Lake.Objects(), folder)
			if err != nil && !errs.Is(err, errs.NotFound) {
				return false, err
			}
			isSealed = err != nil || referred.IsSealed()
			s.folders[folder] = isSealed
		}
		if isSealed {
			return true, nil
		}
	}
	return false, nil
}

// keep yields a sealed run's postings and adds its sightings and rejects to the unit's;
// false ends the iteration.
func (s *sealed) keep(ctx context.Context, u *bronzeUnit, run schemas.RunManifest, yield func(schemas.BronzePosting, error) bool) bool {
	fail := func(err error) bool {
		yield(schemas.BronzePosting{}, err)
		return false
	}
	args := append(during(s.source, s.window), sql.Named("run_id", run.RunID))
	for row, err := range queries.Each[schemas.BronzePosting](ctx, s.session, "retention/kept_postings", args...) {
		if err != nil {
			return fail(err)
		}
		u.report.In++
		u.report.Out++
		u.report.Sealed++
		if !yield(row, nil) {
			return false
		}
	}
	for row, err := range queries.Each[schemas.BronzeSighting](ctx, s.session, "retention/kept_sightings", args...) {
		if err != nil {
			return fail(err)
		}
		u.sightings = append(u.sightings, row)
	}
	rejected := append(during(s.source, s.window), sql.Named("job", u.rejects.job), sql.Named("folder", path.Dir(run.Index)+"/"))
	for row, err := range queries.Each[schemas.Reject](ctx, s.session, "retention/kept_rejects", rejected...) {
		if err != nil {
			return fail(err)
		}
		u.report.In++
		u.report.Rejected++
		u.rejects.rows = append(u.rejects.rows, row)
	}
	return true
}

// presenceFrom is from when on presence can be found anew: sightings of before are gone.
func presenceFrom(ctx context.Context, e *Env, source string, w Window) (time.Time, error) {
	runs, err := collect.Manifests(ctx, e.Lake.Objects(), source, w.From, time.Time{})
	if err != nil {
		return w.From, err
	}
	from := w.From
	for _, run := range runs {
		if (run.Lacks(schemas.RemovedSightings) || run.Lacks(schemas.RemovedRaw)) && !run.EndedAt.Before(from) {
			from = run.EndedAt.Add(time.Microsecond)
		}
	}
	return from, nil
}

// isRemoved says that a document is missing on purpose.
func isRemoved(err error) bool { return errors.Is(err, collect.ErrRemoved) }
