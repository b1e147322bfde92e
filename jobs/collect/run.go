package collect

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/rowfile"
	"github.com/techmapit/tmi/lake/warc"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
)

// Defaults of [Options].
const (
	DefaultRecheck          = 7 * 24 * time.Hour
	DefaultRecheckUnstamped = 20 * time.Hour
	DefaultConcurrency      = 4

	// closingTime is what an interrupted run takes to put its open segment and manifest away.
	closingTime = 2 * time.Minute
)

// Options are what a run needs. Source, Store and Client are required; other zero fields
// take the defaults above.
type Options struct {
	Source   sources.Source
	Store    objects.Store
	Client   Client
	Clock    func() time.Time
	NewRunID func(started time.Time) string
	Location *time.Location // of calendar days; nil = Asia/Seoul
	Limit    int            // the newest postings to take; 0 = all
	IsDemo   bool
	Code     string // version of the binary

	Concurrency int // details under way at once; the client's own limits stand
	// Recheck is how old a detail's capture may be before it is asked for again although
	// the list says that nothing changed.
	Recheck time.Duration
	// RecheckUnstamped is the same for postings of which the list cannot say whether they
	// changed, and for details that the board refused.
	RecheckUnstamped time.Duration

	// Lists are the lists to read; nil = all that the source names.
	Lists []string
	// Resume takes over every run of the source that has not ended and whose process is not
	// known to live, also another machine's, and goes on with the lists that the last run was
	// reading when it stopped.
	Resume bool
	// ListsSince makes this run a further slice of a reading that began then, at most
	// MaxReading ago: list pages captured since are read from raw instead of asked for, and
	// count as this run's own sightings. Zero = every list page is asked for.
	ListsSince time.Time
	// SegmentAge is how long a segment may stay open: what a crash costs at most; 0 = until
	// it is full.
	SegmentAge time.Duration
	// Seen is what other collectors share of their captures; nil = nothing is shared.
	Seen Seen
	// Announcer is told of each run that ended; nil = nobody is.
	Announcer Announcer

	MinFreeDisk int64  // bytes; less on a local disk ends the run before a write; 0 = no check
	SpoolDir    string // for the open segment; "" = the system's temporary folder

	// Progress hears how many of the run's details are done; calls come one at a time.
	Progress func(done, total int)
	Logger   *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.NewRunID == nil {
		o.NewRunID = NewRunID
	}
	if o.Location == nil {
		o.Location = Seoul
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Concurrency = cmp.Or(o.Concurrency, DefaultConcurrency)
	o.Recheck, o.RecheckUnstamped = cmp.Or(o.Recheck, DefaultRecheck), cmp.Or(o.RecheckUnstamped, DefaultRecheckUnstamped)
	return o
}

// Run reads the source's lists, fetches the details that are new, changed or due, lands
// every answer, and ends by writing run.json. A list or page that fails never stops the
// others: it is counted, and the list says why it is not complete.
//
// The manifest comes back whenever one was written, with an error beside it where the run
// is of no use or ended early: errs.Unavailable where no list could be read or an answer
// could not be landed, errs.Conflict for a lake of the other kind, ctx's own where it was
// interrupted. What was landed by then counts in each case.
func Run(ctx context.Context, o Options) (schemas.RunManifest, error) {
	o = o.withDefaults()
	hasSpace := spaceCheck(o.Store, o.SpoolDir, o.MinFreeDisk)
	if err := hasSpace(); err != nil {
		return schemas.RunManifest{}, err
	}
	if err := Mark(ctx, o.Store, o.IsDemo); err != nil {
		return schemas.RunManifest{}, err
	}
	known, err := loadKnown(ctx, o.Store, o.Source.Name(), o.Seen, o.Logger)
	if err != nil {
		return schemas.RunManifest{}, err
	}
	r, err := newRun(ctx, o, known, hasSpace)
	if err != nil {
		return schemas.RunManifest{}, err
	}
	return r.collect(ctx)
}

func (r *run) collect(ctx context.Context) (m schemas.RunManifest, err error) {
	end, err := begin(ctx, r.o.Store, r.prefix, underway{RunID: r.manifest.RunID, StartedAt: r.manifest.StartedAt, Code: r.o.Code})
	if err != nil {
		return m, err
	}
	defer func() { end(context.WithoutCancel(ctx), m.RunID != "") }()
	runCtx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r.lander.stop = stop

	listErr := r.readLists(runCtx)
	r.fetchDetails(runCtx)
	// An answer that could not be landed speaks before what it brought about.
	if cause := context.Cause(runCtx); cause != nil && !isCancelled(cause) {
		r.unlanded = cause
	}
	return r.finish(ctx, firstOf(r.unlanded, ctx.Err(), listErr))
}

// run is one run under way.
type run struct {
	o        Options
	log      *slog.Logger
	prefix   string
	before   crawl.Stats // the client may have asked before
	manifest schemas.RunManifest
	lander   *lander
	refs     []sources.Ref // each posting once
	left     int           // details that were due and not tried
	earlier  adopted       // what a killed run of the same name had landed
	unlanded error         // why an answer could not be landed
}

// newRun takes its place in the store, after it has ended the runs before it that were cut
// off; one of the same name is gone on with, behind its segments. A name whose run has
// ended is errs.Conflict.
func newRun(ctx context.Context, o Options, known *Known, hasSpace func() error) (*run, error) {
	name, started := o.Source.Name(), o.Clock().UTC()
	runID := o.NewRunID(started)
	r := &run{
		o: o, log: o.Logger.With("source", name, "run_id", runID), prefix: RunPrefix(name, runID, started, o.Location), before: o.Client.Stats(),
		manifest: schemas.RunManifest{Version: manifestVersion, RunID: runID, Source: name, IsDemo: o.IsDemo, StartedAt: started, Code: o.Code, Lists: []schemas.ListRead{}, Segments: []schemas.SegmentInfo{}},
	}
	r.manifest.Index = path.Join(r.prefix, indexName)
	if isTaken, err := objects.Exists(ctx, o.Store, path.Join(r.prefix, manifestName)); err != nil || isTaken {
		return nil, firstOf(err, errs.New(errs.Conflict, "run %s of %s has ended already", runID, name))
	}
	var err error
	if r.earlier, err = adopt(ctx, o, runID, r.prefix, known); err != nil {
		return nil, err
	}
	for _, c := range r.earlier.captures { // the run began when its first part did
		if c.CapturedAt.Before(r.manifest.StartedAt) {
			r.manifest.StartedAt = c.CapturedAt
		}
	}
	if o.Resume && o.ListsSince.IsZero() {
		if o.ListsSince, err = lastReading(ctx, o, r.earlier); err != nil {
			return nil, err
		}
	}
	if started.Sub(o.ListsSince) > MaxReading {
		o.ListsSince = time.Time{}
	}
	r.o = o
	next, err := warc.NextSegment(ctx, o.Store, r.prefix)
	if err != nil {
		return nil, err
	}
	writer, err := warc.NewSegmentWriter(o.Store, warc.SegmentOptions{
		Options: warc.Options{Now: o.Clock}, Prefix: r.prefix, First: next, SpoolDir: o.SpoolDir,
		Info: warc.Header{{Name: "software", Value: crawl.ProductToken + "/" + cmp.Or(o.Code, "0")}, {Name: "robots", Value: "RFC 9309"}, {Name: "isPartOf", Value: runID}},
	})
	if err != nil {
		return nil, err
	}
	r.lander = &lander{
		client: o.Client, store: o.Store, known: known, writer: writer, source: name, runID: runID, clock: o.Clock,
		hasSpace: hasSpace, listsSince: o.ListsSince, segmentAge: o.SegmentAge,
	}
	return r, nil
}

// readLists reads one list after the other. Its error says that none could be read.
func (r *run) readLists(ctx context.Context) error {
	names, err := r.o.Source.Lists(ctx, r.lander)
	if err != nil {
		return errs.New(errs.Unavailable, "name the lists of %s: %w", r.manifest.Source, err)
	}
	if names, err = chosen(names, r.o.Lists); err != nil {
		return fmt.Errorf("%s: %w", r.manifest.Source, err)
	}
	seen := map[string]bool{}
	for _, name := range names {
		left := 0
		if r.o.Limit > 0 {
			if left = r.o.Limit - len(seen); left <= 0 {
				break
			}
		}
		listing, err := r.o.Source.Discover(ctx, r.lander, name, left)
		if listing.ReadAt.IsZero() {
			listing.ReadAt = r.o.Clock().UTC()
		}
		if err != nil && listing.Error == "" {
			listing.Error = err.Error()
		}
		listing.IsComplete = listing.IsComplete && listing.Error == ""
		r.manifest.Lists = append(r.manifest.Lists, listing.ListRead)
		r.log.Info("list read", "list", name, "postings", listing.PostingCount, "complete", listing.IsComplete, "error", listing.Error)
		for _, ref := range listing.Refs {
			if !seen[ref.BoardID] { // a posting may stand in several lists
				seen[ref.BoardID] = true
				r.refs = append(r.refs, ref)
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return r.unreadable()
}

// chosen are the lists wanted, in the source's order; errs.Invalid for one that it has not.
func chosen(names, wanted []string) ([]string, error) {
	if wanted == nil {
		return names, nil
	}
	for _, name := range wanted {
		if !slices.Contains(names, name) {
			return nil, errs.New(errs.Invalid, "there is no list %q, expected some of %q", name, names)
		}
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(wanted, name) }), nil
}

// unreadable is errs.Unavailable where not one list could be read, be it in part, and not
// every one of them is simply not there.
func (r *run) unreadable() error {
	first := ""
	for _, list := range r.manifest.Lists {
		if list.IsComplete || list.PostingCount > 0 {
			return nil
		}
		if !list.NoSuchBoard && first == "" {
			first = list.List + ": " + list.Error
		}
	}
	if first == "" {
		return nil
	}
	return errs.New(errs.Unavailable, "no list of %s could be read; %s", r.manifest.Source, first)
}

// fetchDetails fetches what is new, changed or due, several at a time.
func (r *run) fetchDetails(ctx context.Context) {
	due := r.due(ctx)
	tried := 0
	defer func() { r.left = len(due) - tried }()
	var done int
	var mu sync.Mutex
	report := func() {
		mu.Lock()
		defer mu.Unlock()
		done++
		r.o.Progress(done, len(due))
	}
	if len(due) > 0 {
		r.o.Progress(0, len(due))
	}
	refs := make(chan sources.Ref)
	var workers sync.WaitGroup
	for range min(r.o.Concurrency, len(due)) {
		workers.Go(func() {
			for ref := range refs {
				if _, err := r.o.Source.Fetch(ctx, r.lander, ref); err != nil && ctx.Err() == nil {
					r.log.Warn("page given up", "url", ref.URL, "error", err.Error())
				}
				report()
			}
		})
	}
	for _, ref := range due {
		if ctx.Err() != nil {
			break
		}
		select {
		case refs <- ref:
			tried++
		case <-ctx.Done():
		}
	}
	close(refs)
	workers.Wait()
}

// due are the postings whose detail is to be fetched, in the lists' order.
func (r *run) due(ctx context.Context) []sources.Ref {
	now := r.o.Clock()
	var pages []string
	for _, ref := range r.refs {
		if ref.URL != "" {
			pages = append(pages, pageKey(schemas.KindDetail, "", ref.BoardID, ""))
		}
	}
	r.lander.known.ask(ctx, pages)
	var due []sources.Ref
	for _, ref := range r.refs {
		switch {
		case ref.URL == "": // the list's row is the whole posting
		case r.isDue(ref, now):
			due = append(due, ref)
		default:
			r.lander.counts.Skipped++
		}
	}
	return due
}

func (r *run) isDue(ref sources.Ref, now time.Time) bool {
	old, ok := r.lander.known.Lookup(schemas.KindDetail, "", ref.BoardID, "")
	if !ok || ref.Stamp != old.Stamp {
		return true
	}
	age := now.Sub(old.CapturedAt)
	if ref.Stamp == "" || old.Status >= 400 {
		return age >= r.o.RecheckUnstamped
	}
	return age >= r.o.Recheck
}

// finish closes the segments and writes index and manifest, in this order; problem is what
// ended the run early, nil if nothing did.
func (r *run) finish(ctx context.Context, problem error) (schemas.RunManifest, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closingTime)
	defer cancel()
	captures, err := r.closeSegments(ctx)
	if err != nil && (problem == nil || isCancelled(problem)) {
		problem = err // what was lost is more than that the run was stopped
	}
	if len(captures) == 0 && (r.unlanded != nil || r.lander.hasLanded()) {
		return schemas.RunManifest{}, problem // all of it was lost: there is no run
	}
	m := &r.manifest
	m.EndedAt = r.o.Clock().UTC()
	r.count(captures)
	if isCancelled(problem) {
		m.Cursor = &schemas.RunCursor{ListsSince: m.StartedAt, DetailsLeft: r.left}
		if !r.o.ListsSince.IsZero() {
			m.Cursor.ListsSince = r.o.ListsSince
		}
	}
	m.Status = r.status(problem, len(captures))
	if problem != nil {
		m.Error = problem.Error()
	}
	if err := writeRun(ctx, r.o.Store, r.prefix, *m, captures); err != nil {
		return schemas.RunManifest{}, firstOf(problem, err)
	}
	// Only what a run.json vouches for is shared: a page that others skip must not be lost.
	r.lander.known.share(ctx, captures, r.log)
	r.o.announce(ctx, *m, r.log)
	r.log.Info("run landed", "status", m.Status, "responses", m.Counts.Responses, "revisits", m.Counts.Revisits, "skipped", m.Counts.Skipped,
		"failed", m.Counts.Failed, "blocked", m.Counts.Blocked, "requests", m.Counts.Requests, "retries", m.Counts.Retries, "bytes", m.Counts.BytesOut)
	return *m, problem
}

// closeSegments puts the open segment into the store and returns the captures that are
// there. Where that fails, the open segment's captures are lost, and a list whose pages
// are among them was not read: its end was reached, but nobody can see it any more.
func (r *run) closeSegments(ctx context.Context) ([]schemas.Capture, error) {
	writer := r.lander.writer
	err := writer.Close(ctx)
	if err != nil {
		writer.Discard()
	}
	inStore := map[string]bool{}
	r.manifest.Segments = append(r.manifest.Segments, r.earlier.segments...)
	for _, s := range writer.Segments() {
		inStore[s.Key] = true
		r.manifest.Segments = append(r.manifest.Segments, schemas.SegmentInfo{Key: s.Key, SizeBytes: s.SizeBytes, Records: s.RecordCount, SHA256: s.SHA256})
	}
	kept := slices.Clone(r.earlier.captures)
	for _, c := range r.lander.captures {
		if inStore[c.Object] || path.Dir(c.Object) != r.prefix { // or read from an earlier run's
			kept = append(kept, c)
			continue
		}
		for i := range r.manifest.Lists {
			if list := &r.manifest.Lists[i]; c.Kind == string(schemas.KindList) && c.List == list.List {
				list.IsComplete, list.Error = false, "its pages could not be landed"
			}
		}
	}
	slices.SortFunc(kept, func(a, b schemas.Capture) int {
		return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Offset, b.Offset))
	})
	return kept, err
}

func (r *run) count(captures []schemas.Capture) {
	counts := r.lander.counts
	now := r.o.Client.Stats()
	counts.Requests, counts.Retries = now.Requests-r.before.Requests, now.Retries-r.before.Retries
	counts.NotModified, counts.BytesIn = now.NotModified-r.before.NotModified, now.BytesIn-r.before.BytesIn
	counts.Nuisances = now.Nuisances.Since(r.before.Nuisances)
	counts.Blocked = counts.Nuisances[schemas.NuisanceBlocked]
	counts.Forbidden = counts.Nuisances[schemas.NuisanceRobotsForbidden]
	addRecords(&counts, captures, r.manifest.Segments)
	counts.Puts = len(r.manifest.Segments) + notePuts
	counts.Dollars = putDollars(r.o.Store, counts.Puts)
	counts.Seconds = r.manifest.EndedAt.Sub(r.manifest.StartedAt).Seconds()
	r.manifest.Counts = counts
}

// addRecords counts what was landed.
func addRecords(counts *schemas.RunCounts, captures []schemas.Capture, segments []schemas.SegmentInfo) {
	for _, c := range captures {
		if c.IsRevisit {
			counts.Revisits++
		} else {
			counts.Responses++
		}
	}
	for _, s := range segments {
		counts.BytesOut += s.SizeBytes
	}
}

// status is partial where the run ended early or a list was not read completely; a list
// that the board does not have was read for what it is.
func (r *run) status(problem error, landed int) string {
	switch {
	case problem != nil && (landed == 0 || !isCancelled(problem) && r.unreadable() != nil):
		return schemas.StatusFailed
	case problem != nil:
		return schemas.StatusPartial
	}
	for _, list := range r.manifest.Lists {
		if !list.IsComplete && !list.NoSuchBoard {
			return schemas.StatusPartial
		}
	}
	return schemas.StatusDone
}

// writeRun puts the index and then the manifest, which makes the run exist for the next
// step: it vouches for everything before it. It is errs.Conflict where the run exists.
func writeRun(ctx context.Context, store objects.Store, prefix string, m schemas.RunManifest, captures []schemas.Capture) error {
	index, err := rowfile.Encode(captures)
	if err == nil { // over the index of a run that was killed before its manifest
		_, err = objects.WriteAll(ctx, store, m.Index, index)
	}
	if err != nil {
		return fmt.Errorf("write index of run %s: %w", m.RunID, err)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("encode run %s: %w", m.RunID, err)
	}
	if _, err := objects.WriteNew(ctx, store, path.Join(prefix, manifestName), append(text, '\n')); err != nil {
		return fmt.Errorf("write run %s: %w", m.RunID, err)
	}
	return nil
}

func firstOf(problems ...error) error {
	for _, err := range problems {
		if err != nil {
			return err
		}
	}
	return nil
}
