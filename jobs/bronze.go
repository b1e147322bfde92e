package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

const bronzeSchemaVersion = 1

// Bronze reads what a source's runs landed in the window into typed rows of what each
// capture said. A run belongs to the windows in which it captured; a run that ends inside
// the window and began before it widens the window, since the one before could not know it.
//
// A run that retention or an erasure took something from is sealed: its rows are kept.
func Bronze(ctx context.Context, e *Env, source string, w Window) (report Report, err error) {
	parser, ok := e.Sources[source]
	if !ok {
		return Report{}, errs.New(errs.Invalid, "unknown source %q", source)
	}
	if w, err = e.Widen(ctx, source, w); err != nil {
		return Report{}, err
	}
	runs, err := runsWithin(ctx, e, source, w)
	if err != nil {
		return Report{}, err
	}
	unit := &bronzeUnit{env: e, source: source, parser: parser, window: w, rejects: rejects{job: "bronze", source: source, runID: e.NewRunID(e.Clock())},
		sealed: sealed{env: e, source: source, window: w, folders: map[string]bool{}}}
	defer func() { err = errors.Join(err, unit.sealed.close()) }()

	owned := func(column string) lake.Filter {
		return lake.And(lake.Equal("source", source), lake.Within(column, w.From, w.To))
	}
	commit, err := lake.Overwrite(ctx, e.Lake, schemas.BronzePostings, owned("captured_at"), unit.rows(ctx, runs))
	if err != nil {
		return unit.report, err
	}
	unit.report.add(commit)
	for _, write := range []func() (lake.Commit, error){
		func() (lake.Commit, error) {
			return lake.Overwrite(ctx, e.Lake, schemas.BronzeLists, owned("read_at"), values(unit.lists))
		},
		func() (lake.Commit, error) {
			return lake.Overwrite(ctx, e.Lake, schemas.BronzeSightings, owned("seen_at"), values(unit.sightings))
		},
	} {
		commit, err := write()
		if err != nil {
			return unit.report, err
		}
		unit.report.add(commit)
	}
	if err := unit.rejects.commit(ctx, e, w); err != nil {
		return unit.report, err
	}
	if err := recordCollecting(ctx, e, source, w, runs); err != nil {
		return unit.report, err
	}
	unit.lists, unit.sightings = nil, nil // what is remembered takes as much
	return unit.report, unit.remember(ctx)
}

// Widen moves a window's beginning back to that of the earliest run which ended inside it.
func (e *Env) Widen(ctx context.Context, source string, w Window) (Window, error) {
	ended, err := collect.Manifests(ctx, e.Lake.Objects(), source, w.From, w.To)
	if err != nil {
		return w, err
	}
	for _, run := range ended {
		if run.StartedAt.Before(w.From) {
			w.From = run.StartedAt
		}
	}
	return w, nil
}

// runsWithin are the runs that may have captured inside the window, oldest first.
func runsWithin(ctx context.Context, e *Env, source string, w Window) ([]schemas.RunManifest, error) {
	ended, err := collect.Manifests(ctx, e.Lake.Objects(), source, w.From, time.Time{})
	if err != nil {
		return nil, err
	}
	runs := ended[:0]
	for _, run := range ended {
		if run.StartedAt.Before(w.To) {
			runs = append(runs, run)
		}
	}
	return runs, nil
}

// bronzeUnit reads one unit's documents once and sorts what they say into tables.
type bronzeUnit struct {
	env       *Env
	source    string
	parser    sources.Source
	window    Window
	report    Report
	lists     []schemas.BronzeList
	sightings []schemas.BronzeSighting
	captures  [][]schemas.Capture // by run: at first all, then those of the window that can be read
	whole     map[refusal]bool
	met       map[meeting]bool // of the run being read
	rejects   rejects
	sealed    sealed
}

// rows yields the unit's postings; lists, sightings and rejects gather beside them.
func (u *bronzeUnit) rows(ctx context.Context, runs []schemas.RunManifest) func(func(schemas.BronzePosting, error) bool) {
	return func(yield func(schemas.BronzePosting, error) bool) {
		if err := u.open(ctx, runs); err != nil {
			yield(schemas.BronzePosting{}, err)
			return
		}
		for i, run := range runs {
			if !u.run(ctx, run, i, yield) {
				return
			}
			u.env.progress("bronze", u.source, i+1, len(runs))
		}
		u.met = nil
		if err := u.report.balanced(); err != nil {
			yield(schemas.BronzePosting{}, err)
		}
	}
}

// run reads the nth run's captures; false ends the iteration.
func (u *bronzeUnit) run(ctx context.Context, run schemas.RunManifest, n int, yield func(schemas.BronzePosting, error) bool) bool {
	fail := func(err error) bool {
		yield(schemas.BronzePosting{}, fmt.Errorf("read run %s: %w", run.RunID, err))
		return false
	}
	u.met = map[meeting]bool{}
	captures := u.captures[n]
	for _, read := range run.Lists {
		u.addList(run, read)
	}
	keeps, err := u.sealed.keeps(ctx, run, captures)
	if err != nil {
		return fail(err)
	}
	if keeps {
		u.captures[n] = slices.DeleteFunc(captures, func(c schemas.Capture) bool { return !u.window.holds(c.CapturedAt) })
		return u.sealed.keep(ctx, u, run, yield)
	}
	type place struct {
		object string
		offset int64
	}
	lost := map[place]bool{} // records without a document
	documents := batched(collect.Documents(ctx, u.env.Lake.Objects(), captures), func(err error) bool { return errs.Is(err, errs.Corrupt) || isRemoved(err) })
	for read, err := range inOrder(ctx, documents, u.read(run)) {
		if err != nil {
			return fail(err)
		}
		if !u.window.holds(read.capture.CapturedAt) {
			continue
		}
		if read.err != nil {
			lost[place{read.capture.Object, read.capture.Offset}] = true
		}
		if isRemoved(read.err) {
			continue
		}
		if read.err != nil {
			u.refuse(read.capture.URL, lineageOf(run, read.capture), nil, "document: "+read.err.Error())
			continue
		}
		if !u.document(run, &read, yield) {
			return false
		}
	}
	u.captures[n] = slices.DeleteFunc(captures, func(c schemas.Capture) bool {
		return !u.window.holds(c.CapturedAt) || lost[place{c.Object, c.Offset}]
	})
	return true
}

func (w Window) holds(at time.Time) bool { return !at.Before(w.From) && at.Before(w.To) }

// refusal is a posting whose detail the board refused for good on a day: the list rows of
// that day are all there is to be had. A day, since a run that was cut off between the
// list and the detail is gone on with by another.
type refusal struct {
	boardID string
	day     time.Time
}

func (u *bronzeUnit) dayOf(c schemas.Capture) time.Time { return DayStart(c.CapturedAt, u.env.Zone) }

// open reads which captures there are, and finds the refusals among them.
func (u *bronzeUnit) open(ctx context.Context, runs []schemas.RunManifest) error {
	u.whole = map[refusal]bool{}
	u.captures = make([][]schemas.Capture, len(runs))
	for i, run := range runs {
		captures, err := collect.Captures(ctx, u.env.Lake.Objects(), run)
		if err != nil {
			return fmt.Errorf("read run %s: %w", run.RunID, err)
		}
		u.captures[i] = captures
		var refused []schemas.Capture
		for _, c := range captures {
			if c.Kind == string(schemas.KindDetail) && c.Status >= 400 {
				refused = append(refused, c)
			}
		}
		for document, err := range collect.Documents(ctx, u.env.Lake.Objects(), refused) {
			if errs.Is(err, errs.Corrupt) || isRemoved(err) {
				continue // refused when its turn comes
			}
			if err != nil {
				return fmt.Errorf("read run %s: %w", run.RunID, err)
			}
			if parsed, err := u.parser.Parse(document.Document); err == nil && parsed.NoDetail {
				u.whole[refusal{document.Capture.BoardID, u.dayOf(document.Capture)}] = true
			}
		}
	}
	return nil
}

func (u *bronzeUnit) addList(run schemas.RunManifest, read schemas.ListRead) {
	if !u.window.holds(read.ReadAt) {
		return
	}
	row := schemas.BronzeList{Source: u.source, List: read.List, Filter: read.Filter, RunID: run.RunID, ReadAt: read.ReadAt,
		IsComplete: read.IsComplete, PostingCount: int64(read.PostingCount), Error: read.Error, IsMissing: read.NoSuchBoard}
	if read.BoardTotal != nil {
		total := int64(*read.BoardTotal)
		row.BoardTotal = &total
	}
	u.lists = append(u.lists, row)
}

// document sorts what one document says; false ends the iteration.
func (u *bronzeUnit) document(run schemas.RunManifest, p *parsed, yield func(schemas.BronzePosting, error) bool) bool {
	lineage := lineageOf(run, p.capture)
	u.report.BytesIn += int64(len(p.doc.Body))
	if p.unread != nil {
		u.refuse(p.doc.URL, lineage, nil, "document: "+p.unread.Error())
		return true
	}
	u.see(run, p.doc, p.said, p.capture)
	if p.capture.IsRevisit { // the response it repeats has the rows; a revisit is a sighting only
		return true
	}
	for _, bad := range p.said.Bad {
		u.refuse(bad.URL, lineage, bad.Row, bad.Reasons...)
	}
	named := map[string]bool{}
	for i := range p.rows {
		row := &p.rows[i]
		if named[row.BoardID] { // twice in one document: the first speaks
			u.report.In++
			u.report.Duplicate++
			continue
		}
		named[row.BoardID] = true
		if row.err != nil {
			yield(row.BronzePosting, fmt.Errorf("%w (posting %s of %s, %s)", row.err, row.BoardID, u.source, row.URL))
			return false
		}
		if row.verdict.rejected != nil {
			u.refuse(row.URL, lineage, []byte(row.Payload), append(row.verdict.rejected, row.verdict.discarded...)...)
			continue
		}
		if row.verdict.discarded != nil { // the row goes on; what it lost is told beside it
			u.rejects.add(u.env, schemas.BronzePostings.Name(), discardedValue(row.verdict.discarded), row.URL, lineage, []byte(row.Payload))
		}
		u.report.In++
		u.report.Out++
		if !yield(row.BronzePosting, nil) {
			return false
		}
	}
	return true
}

// refuse keeps a row that cannot be one of bronze.postings.
func (u *bronzeUnit) refuse(url string, at schemas.Lineage, row []byte, reasons ...string) {
	u.report.In++
	u.report.Rejected++
	u.rejects.add(u.env, schemas.BronzePostings.Name(), reasons, url, at, row)
}

// discardedValue words the reasons of a row that was kept.
func discardedValue(reasons []string) []string {
	worded := make([]string, len(reasons))
	for i, reason := range reasons {
		worded[i] = "value discarded, row kept: " + reason
	}
	return worded
}

func lineageOf(run schemas.RunManifest, c schemas.Capture) schemas.Lineage {
	return schemas.Lineage{RunID: run.RunID, Captured: c.CapturedAt, RawObject: c.Object, RawOffset: c.Offset, RawLength: c.Length}
}

func (u *bronzeUnit) posting(p *schemas.BoardPosting, doc schemas.Document, at schemas.Lineage) schemas.BronzePosting {
	list := p.ListName
	if list == "" {
		list = doc.List
	}
	return schemas.BronzePosting{
		PostingID: schemas.PostingID(u.source, p.BoardID), Source: u.source, RunID: at.RunID, CapturedAt: at.Captured,
		RawObject: at.RawObject, RawOffset: at.RawOffset, RawLength: at.RawLength, ContentHash: schemas.ContentHash(p),
		ParserVersion: int32(u.parser.ParserVersion()), SchemaVersion: bronzeSchemaVersion, Capture: schemas.CaptureList, List: list, BoardPosting: *p,
	}
}

// meeting is who was met where, and how.
type meeting struct{ boardID, list, seen string }

// see notes the postings that a list names, and those that the board says are gone; once
// a run, since a list that moves while it is read names some on two pages.
func (u *bronzeUnit) see(run schemas.RunManifest, doc schemas.Document, parsed sources.Parsed, c schemas.Capture) {
	sighting := func(boardID, list, seen string, position int) {
		met := meeting{boardID, list, seen}
		if u.met[met] {
			return
		}
		u.met[met] = true
		row := schemas.BronzeSighting{PostingID: schemas.PostingID(u.source, boardID), Source: u.source, List: list, RunID: run.RunID, Seen: seen, SeenAt: c.CapturedAt}
		if position > 0 {
			p := int32(position)
			row.Position = &p
		}
		u.sightings = append(u.sightings, row)
	}
	if parsed.Gone {
		sighting(doc.BoardID, doc.List, schemas.SeenGone, 0)
	}
	if doc.Kind == schemas.KindList {
		for _, ref := range parsed.Refs {
			sighting(ref.BoardID, doc.List, schemas.SeenListed, ref.Position)
		}
	}
}

// remember writes what a collector needs to know of earlier captures, so that it needs no
// catalog. It is the last thing bronze does.
func (u *bronzeUnit) remember(ctx context.Context) error {
	if !slices.ContainsFunc(u.captures, func(run []schemas.Capture) bool { return len(run) > 0 }) {
		return nil
	}
	_, err := collect.WriteKnown(ctx, u.env.Lake.Objects(), u.source, u.captures...)
	return err
}

// recordCollecting puts the runs' own accounts into ops.runs: a collector writes no table.
func recordCollecting(ctx context.Context, e *Env, source string, w Window, runs []schemas.RunManifest) error {
	rows := make([]schemas.Run, 0, len(runs))
	for _, run := range runs {
		if run.StartedAt.Before(w.From) {
			continue // recorded by the window in which it began
		}
		row := schemas.Run{RunID: run.RunID, Job: "collect", Source: source, StartedAt: run.StartedAt, EndedAt: run.EndedAt, Status: run.Status,
			Error: run.Error, Version: run.Code, BytesIn: run.Counts.BytesIn, BytesOut: run.Counts.BytesOut,
			Requests: int64(run.Counts.Requests), Retries: int64(run.Counts.Retries)}
		row.RowsIn = int64(run.Counts.Responses + run.Counts.Revisits + run.Counts.Failed)
		row.RowsOut = int64(run.Counts.Responses)
		row.RowsDuplicate = int64(run.Counts.Revisits)
		row.RowsRejected = int64(run.Counts.Failed) // what stayed blocked is among them
		row.Dollars = run.Counts.Dollars
		for column, count := range map[**int64]int{&row.NotModified: run.Counts.NotModified, &row.Failed: run.Counts.Failed, &row.Blocked: run.Counts.Blocked,
			&row.Forbidden: run.Counts.Forbidden, &row.Puts: run.Counts.Puts} {
			n := int64(count)
			*column = &n
		}
		rows = append(rows, row)
	}
	owned := lake.And(lake.Equal("job", "collect"), lake.Equal("source", source), lake.Within("started_at", w.From, w.To))
	_, err := lake.Overwrite(ctx, e.Lake, schemas.OpsRuns, owned, values(rows))
	return err
}
