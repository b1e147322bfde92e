package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// Expired is what retention removes from one layer of one source by one rule.
type Expired struct {
	Source  string `json:"source"`
	Layer   string `json:"layer"`
	Rule    string `json:"rule"`    // the setting that asks for it
	Rows    int64  `json:"rows"`    // of tables; they stay, without what is removed, but for sightings
	Objects int64  `json:"objects"` // of raw: segments that are removed or rewritten
	Bytes   int64  `json:"bytes"`   // removed, before compression in tables
}

// Expire enforces retention: texts and personal data go first, statistics stay. It is
// [ExpireAll] as a step over everything; its account is given source by source.
func Expire(ctx context.Context, e *Env, _ string, _ Window) (report Report, err error) {
	_, err = ExpireAll(ctx, e, nil, true)
	return report, err
}

// ExpireAll removes from the sources (nil: all that are known) what the policy says is due
// at the clock's time, and publishes the result; with apply false it says what it would
// remove. Rows stay, with the instant at which their texts went; what was taken out of
// raw is noted in each run's manifest. What it removed is in ops.runs, source by source.
// Snapshots and published sets of before are marked for [Upkeep] to remove at its next run.
// It takes turns with runs that refine.
func ExpireAll(ctx context.Context, e *Env, names []string, apply bool) (all []Expired, err error) {
	err = e.alone(ctx, apply, func(ctx context.Context) error {
		all, err = e.expireAll(ctx, names, apply)
		return err
	})
	return all, err
}

func (e *Env) expireAll(ctx context.Context, names []string, apply bool) (all []Expired, err error) {
	defer func() {
		if e := e.Record(context.WithoutCancel(ctx)); err == nil {
			err = e
		}
	}()
	if names == nil {
		names = e.sourceNames()
	}
	now := e.Clock().UTC().Truncate(time.Microsecond)
	for i, source := range names {
		x := &expiry{env: e, source: source, policy: e.Retention.Of(source), now: now}
		if !apply {
			if err := x.run(ctx, false); err != nil {
				return all, fmt.Errorf("expire %s: %w", source, err)
			}
		} else if _, err := e.Do(ctx, "expire", source, Window{From: time.Unix(0, 0).UTC(), To: now}, func(ctx context.Context, _ *Env, _ string, _ Window) (report Report, err error) {
			err = x.run(ctx, true)
			for _, d := range x.done {
				report.In += d.Rows
				report.Out += d.Rows
				report.BytesIn += d.Bytes
				report.Requests += d.Objects
			}
			return report, err
		}); err != nil {
			return all, fmt.Errorf("expire %s: %w", source, err)
		}
		if apply && len(x.done) == 0 {
			e.runs = e.runs[:len(e.runs)-1] // nothing to tell
		}
		all = append(all, x.done...)
		e.progress("expire", "", i+1, len(names))
	}
	if !apply || len(all) == 0 {
		return all, nil
	}
	return all, e.republish(ctx)
}

// republish checks, indexes and publishes the heads, removes the indexes of before, and
// marks what else readers saw before.
func (e *Env) republish(ctx context.Context) error {
	for _, step := range []struct {
		name string
		run  Step
	}{{"check", Check}, {"index", IndexAnew}, {"publish", Publish}} {
		if _, err := e.Do(ctx, step.name, "", Window{From: time.Unix(0, 0).UTC(), To: e.Clock()}, step.run); err != nil {
			return err
		}
	}
	if err := forgetIndexes(ctx, e); err != nil {
		return err
	}
	set, err := e.Lake.Published(ctx)
	if err != nil {
		return err
	}
	return e.Lake.MarkForgotten(ctx, set.Seq)
}

// expiry is the work on one source.
type expiry struct {
	env    *Env
	source string
	policy Retention
	now    time.Time
	due    map[string]time.Time // postings whose texts are due, with when they closed
	done   []Expired
}

func (x *expiry) add(layer, rule string, rows, objects, bytes int64) {
	if rows+objects > 0 {
		x.done = append(x.done, Expired{Source: x.source, Layer: layer, Rule: rule, Rows: rows, Objects: objects, Bytes: bytes})
	}
}

// duePosting is a row of the session's postings_due.
type duePosting struct {
	PostingID string    `parquet:"posting_id,id(1)" db:"posting_id"`
	ClosedAt  time.Time `parquet:"closed_at,timestamp(microsecond),id(2)" db:"closed_at"`
}

// run goes from raw upwards: bronze knows where in raw a text lies for as long as it holds
// the text itself, so that a run that is cut off finds the rest the next time.
func (x *expiry) run(ctx context.Context, apply bool) error {
	session, err := x.env.heads(ctx, schemas.BronzePostings, schemas.BronzeSightings, schemas.SilverPostings, schemas.SilverLifecycles, schemas.GoldPostings, schemas.OpsRejects)
	if err != nil {
		return err
	}
	defer session.Close()
	id := sql.Named("source", x.source)
	due, err := queries.All[duePosting](ctx, session, "retention/closed", id, sql.Named("before", before(x.now, x.policy.ClosedTextDays)))
	if err != nil {
		return err
	}
	x.due = make(map[string]time.Time, len(due))
	for _, d := range due {
		x.due[d.PostingID] = d.ClosedAt
	}
	if err := lake.Load(ctx, session, "postings_due", slices.Values(due)); err != nil {
		return err
	}
	for _, step := range []func(context.Context, *lake.Session, bool) error{x.raw, x.sightings, x.bronze, x.rejects, x.silver, x.gold} {
		if err := step(ctx, session, apply); err != nil {
			return err
		}
	}
	return nil
}

// raw removes whole runs, blanks personal data, and cuts out postings.
func (x *expiry) raw(ctx context.Context, session *lake.Session, apply bool) error {
	store := x.env.Lake.Objects()
	runs, err := collect.Manifests(ctx, store, x.source, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	type place struct {
		Object  string `db:"raw_object"`
		Offset  int64  `db:"raw_offset"`
		BoardID string `db:"board_id"`
	}
	cut := map[string]map[int64][]string{} // by object and offset: board ids
	for p, err := range queries.Each[place](ctx, session, "retention/raw_due", sql.Named("source", x.source)) {
		if err != nil {
			return err
		}
		if cut[p.Object] == nil {
			cut[p.Object] = map[int64][]string{}
		}
		cut[p.Object][p.Offset] = append(cut[p.Object][p.Offset], p.BoardID)
	}
	var whole, blanked, trimmed Expired
	for _, run := range runs {
		if run.Lacks(schemas.RemovedRaw) {
			continue
		}
		isDue := func(days int) bool { return run.EndedAt.Before(before(x.now, days)) }
		if isDue(x.policy.RawDays) {
			whole.Objects += int64(len(run.Segments)) + 1
			for _, s := range run.Segments {
				whole.Bytes += s.SizeBytes
			}
			if apply {
				if _, err := collect.RemoveObjects(ctx, store, run, schemas.Removal{At: x.now, Reason: schemas.RemovedRaw}); err != nil {
					return err
				}
			}
			continue
		}
		isPersonal := isDue(x.policy.PersonalDataDays) && !run.Lacks(schemas.RemovedPersonalData)
		cuts := map[string]map[int64][]string{}
		for _, s := range run.Segments {
			if isPersonal {
				blanked.Objects++
			}
			if places := cut[s.Key]; places != nil {
				cuts[s.Key] = places
				trimmed.Objects++
				trimmed.Rows += int64(len(places))
			}
		}
		if !apply || !isPersonal && len(cuts) == 0 {
			continue
		}
		if err := x.rewrite(ctx, run, isPersonal, cuts); err != nil {
			return err
		}
	}
	x.add("raw", schemas.RemovedRaw, 0, whole.Objects, whole.Bytes)
	x.add("raw", schemas.RemovedPersonalData, 0, blanked.Objects, 0)
	x.add("raw", schemas.RemovedClosedText, trimmed.Rows, trimmed.Objects, 0)
	return nil
}

// rewrite blanks personal data in all of a run's records, and cuts postings out of some.
func (x *expiry) rewrite(ctx context.Context, run schemas.RunManifest, isPersonal bool, cuts map[string]map[int64][]string) error {
	note := schemas.Removal{At: x.now, Reason: schemas.RemovedClosedText}
	if isPersonal {
		note.Reason = schemas.RemovedPersonalData
	}
	parser := x.env.Sources[x.source]
	_, err := collect.Rewrite(ctx, x.env.Lake.Objects(), run, note, func(c schemas.Capture, doc schemas.Document) (collect.Edit, error) {
		var edit collect.Edit
		if ids := cuts[c.Object][c.Offset]; len(ids) > 0 {
			if edit = without(parser, doc, ids); edit.Remove {
				return edit, nil
			}
			doc.Body = edit.Body
		}
		if isPersonal && !c.IsRevisit {
			if masked := maskBody(doc.Body); masked != nil {
				edit.Body = masked
			}
		}
		return edit, nil
	})
	return err
}

// sightings removes those of runs that ended long ago, whole runs at a time, so that what
// remains of a run is all or nothing.
func (x *expiry) sightings(ctx context.Context, session *lake.Session, apply bool) error {
	type counted struct {
		RowCount int64     `db:"row_count"`
		FirstAt  time.Time `db:"first_at"`
	}
	cutoff := before(x.now, x.policy.SightingDays)
	found, err := queries.One[counted](ctx, session, "retention/sightings_due", sql.Named("source", x.source), sql.Named("before", cutoff))
	if err != nil || found.RowCount == 0 {
		return err
	}
	x.add("bronze", schemas.RemovedSightings, found.RowCount, 0, 0)
	if !apply {
		return nil
	}
	store := x.env.Lake.Objects()
	runs, err := collect.Manifests(ctx, store, x.source, found.FirstAt, time.Time{})
	if err != nil {
		return err
	}
	for _, run := range runs {
		if run.StartedAt.Before(cutoff) && !run.Lacks(schemas.RemovedSightings) {
			if err := collect.Note(ctx, store, run, schemas.Removal{At: x.now, Reason: schemas.RemovedSightings}); err != nil {
				return err
			}
		}
	}
	_, err = lake.Overwrite(ctx, x.env.Lake, schemas.BronzeSightings,
		lake.And(lake.Equal("source", x.source), lake.Within("seen_at", time.Unix(0, 0), cutoff)), values[schemas.BronzeSighting](nil))
	return err
}
