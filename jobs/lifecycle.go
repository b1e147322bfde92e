package jobs

import (
	"cmp"
	"context"
	"database/sql"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// Lifecycle writes what happened to a source's postings: opened, changed, closed, reopened,
// each with its reason and evidence. Closing by absence is known only at the second read
// that misses a posting and dates from the first, so events before the window may appear:
// they are found anew from all that is known of each posting, and written from the first
// that differs. What time alone decides is judged at the window's end.
func Lifecycle(ctx context.Context, e *Env, source string, w Window) (report Report, err error) {
	if w, err = e.Widen(ctx, source, w); err != nil {
		return report, err
	}
	if err := e.Record(ctx); err != nil { // how far bronze is in this process counts too
		return report, err
	}
	session, err := e.heads(ctx, schemas.BronzeLists, schemas.BronzeSightings, schemas.SilverPostings, schemas.SilverPresences, schemas.SilverLifecycles, schemas.OpsRuns)
	if err != nil {
		return report, err
	}
	defer session.Close()
	asOf, err := refinedTo(ctx, session, source)
	if err != nil {
		return report, err
	}
	if asOf.Before(w.To) {
		asOf = w.To
	}
	events, err := e.eventsOf(ctx, session, source, asOf)
	if err != nil {
		return report, err
	}
	written, err := queries.All[schemas.SilverLifecycle](ctx, session, "silver/lifecycle_rows", sql.Named("source", source))
	if err != nil {
		return report, err
	}
	for _, event := range written { // what retention did is in no capture
		if event.Event == schemas.EventExpired {
			events = append(events, event)
		}
	}
	slices.SortFunc(events, compareEvents)
	report.In, report.Out = int64(len(events)), int64(len(events))
	changedFrom := firstDifference(written, events)
	if changedFrom.IsZero() {
		return report, nil
	}
	report.RestatedFrom = changedFrom
	commit, err := lake.Overwrite(ctx, e.Lake, schemas.SilverLifecycles,
		lake.And(lake.Equal("source", source), lake.Within("event_at", changedFrom, endOfTime)), since(events, changedFrom))
	report.add(commit)
	return report, err
}

// endOfTime is after every instant that a posting names.
var endOfTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// eventsOf walks through the lives of all postings of a source.
func (e *Env) eventsOf(ctx context.Context, session *lake.Session, source string, asOf time.Time) ([]schemas.SilverLifecycle, error) {
	id := sql.Named("source", source)
	reads, _, err := listReads(ctx, session, e.Lake.Objects(), source)
	if err != nil {
		return nil, err
	}
	missing, gaps, err := listTries(ctx, session, source)
	if err != nil {
		return nil, err
	}
	gone, err := goneSightings(ctx, session, source, e.Boards[source].ListKeepsGone)
	if err != nil {
		return nil, err
	}
	presence, err := queries.All[schemas.SilverPresence](ctx, session, "silver/timeline_presence", id)
	if err != nil {
		return nil, err
	}
	var events []schemas.SilverLifecycle
	t := timeline{}
	finish := func() {
		events = append(events, t.events(source, reads, asOf)...)
	}
	for v, err := range queries.Each[timelineVersion](ctx, session, "silver/timeline_versions", id) {
		if err != nil {
			return nil, err
		}
		if v.PostingID != t.postingID {
			finish()
			t = timeline{postingID: v.PostingID, gone: gone[v.PostingID], missing: missing, gaps: gaps, listLife: e.Boards[source].ListLife}
			t.stretches, presence = take(presence, v.PostingID)
		}
		t.versions = append(t.versions, v)
	}
	finish()
	return events, nil
}

func compareEvents(a, b schemas.SilverLifecycle) int {
	return cmp.Or(a.EventAt.Compare(b.EventAt), cmp.Compare(a.PostingID, b.PostingID), cmp.Compare(a.Event, b.Event))
}

// take splits off the stretches of a posting; both sides are in the order of ids.
func take(presence []schemas.SilverPresence, postingID string) (own, rest []schemas.SilverPresence) {
	for len(presence) > 0 && presence[0].PostingID < postingID {
		presence = presence[1:] // listed, and never captured
	}
	n := 0
	for n < len(presence) && presence[n].PostingID == postingID {
		n++
	}
	return presence[:n], presence[n:]
}

// listTries are the lists of which the board said, on the last three reads, that they do
// not exist, with the first of those reads; and the times in which runs of the source left
// a list out.
func listTries(ctx context.Context, session *lake.Session, source string) (missing map[string]time.Time, gaps map[string][]gap, err error) {
	type row struct {
		List      string    `db:"list"`
		ReadAt    time.Time `db:"read_at"`
		RunID     string    `db:"run_id"`
		IsMissing bool      `db:"is_missing"`
	}
	streaks, tries, began := map[string][]time.Time{}, map[string][]time.Time{}, map[string]time.Time{}
	for r, err := range queries.Each[row](ctx, session, "silver/timeline_tries", sql.Named("source", source)) {
		if err != nil {
			return nil, nil, err
		}
		tries[r.List] = append(tries[r.List], r.ReadAt)
		if at, ok := began[r.RunID]; !ok || r.ReadAt.Before(at) {
			began[r.RunID] = r.ReadAt
		}
		if r.IsMissing {
			streaks[r.List] = append(streaks[r.List], r.ReadAt)
		} else {
			delete(streaks, r.List)
		}
	}
	missing = map[string]time.Time{}
	for list, reads := range streaks {
		if len(reads) >= missingToClose {
			missing[list] = reads[0]
		}
	}
	runs := slices.SortedFunc(maps.Values(began), time.Time.Compare)
	gaps = map[string][]gap{}
	for list, at := range tries {
		gaps[list] = gapsOf(at, runs)
	}
	return missing, gaps, nil
}

func goneSightings(ctx context.Context, session *lake.Session, source string, listKeepsGone bool) (map[string][]time.Time, error) {
	type row struct {
		PostingID string    `db:"posting_id"`
		SeenAt    time.Time `db:"seen_at"`
	}
	gone := map[string][]time.Time{}
	for r, err := range queries.Each[row](ctx, session, "silver/timeline_gone", sql.Named("source", source), sql.Named("list_keeps_gone", listKeepsGone)) {
		if err != nil {
			return nil, err
		}
		gone[r.PostingID] = append(gone[r.PostingID], r.SeenAt)
	}
	return gone, nil
}

// firstDifference is the earliest instant at which the events found differ from those that
// were written; zero if they are the same.
func firstDifference(written, events []schemas.SilverLifecycle) time.Time {
	slices.SortFunc(written, compareEvents)
	n := 0
	for n < len(written) && n < len(events) && compareEvents(written[n], events[n]) == 0 && written[n].Reason == events[n].Reason && written[n].Evidence == events[n].Evidence {
		n++
	}
	first := time.Time{}
	for _, rest := range [][]schemas.SilverLifecycle{written[n:], events[n:]} {
		if len(rest) > 0 && (first.IsZero() || rest[0].EventAt.Before(first)) {
			first = rest[0].EventAt
		}
	}
	return first
}

// since yields the events from an instant on.
func since(events []schemas.SilverLifecycle, from time.Time) iter.Seq2[schemas.SilverLifecycle, error] {
	n, _ := slices.BinarySearchFunc(events, from, func(e schemas.SilverLifecycle, t time.Time) int { return e.EventAt.Compare(t) })
	return values(events[n:])
}
