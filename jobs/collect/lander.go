package collect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/techmapit/tmi/internal/disk"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/warc"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
)

// Client asks a board; [crawl.Client] is one.
type Client interface {
	Get(ctx context.Context, r sources.Request, known crawl.Known) (schemas.Document, error)
	Stats() crawl.Stats
}

// lander is the [sources.Getter] of a run: it asks under the conditions that are known,
// and lands every answer before it hands it on. Safe for concurrent use.
type lander struct {
	client   Client
	store    objects.Store
	known    *Known
	writer   *warc.SegmentWriter
	source   string
	runID    string
	clock    func() time.Time
	hasSpace func() error
	// listsSince and segmentAge are the run's Options.
	listsSince time.Time
	segmentAge time.Duration
	// stop ends the run: an answer that cannot be landed is no page's failure.
	stop context.CancelCauseFunc

	mu       sync.Mutex
	flushed  time.Time // when a segment was last closed by its age, or the first begun
	captures []schemas.Capture
	counts   schemas.RunCounts // Failed and Skipped; the rest is counted at the end
}

// Get implements [sources.Getter].
func (l *lander) Get(ctx context.Context, r sources.Request) (schemas.Document, error) {
	if r.Kind == schemas.KindList {
		l.known.ask(ctx, []string{pageKey(r.Kind, r.List, r.BoardID, r.URL)})
	}
	old, isKnown := l.known.Lookup(r.Kind, r.List, r.BoardID, r.URL)
	if isKnown && r.Kind == schemas.KindList && !l.listsSince.IsZero() && !old.CapturedAt.Before(l.listsSince) {
		if doc, err := Open(ctx, l.store, old); err == nil {
			return l.readAgain(doc, old), nil
		}
	}
	isKnown = isKnown && canRefer(old, l.clock())
	var conditions crawl.Known
	if isKnown && old.Status == http.StatusOK {
		conditions = crawl.Known{ETag: old.ETag, LastModified: old.LastModified}
	}
	doc, err := l.ask(ctx, r, conditions)
	if err == nil && doc.NotModified && r.Kind == schemas.KindList {
		// The list's text is needed to go on; where it is lost, the board is asked in full.
		before, openErr := Open(ctx, l.store, old)
		if openErr == nil {
			doc.Status, doc.Body = before.Status, before.Body
		} else if doc, err = l.ask(ctx, r, crawl.Known{}); err == nil {
			isKnown = false
		}
	}
	if err != nil {
		return doc, err
	}
	if !isKnown {
		old = schemas.Capture{}
	}
	// What the board answered is landed even if the run is being stopped.
	if err := l.land(context.WithoutCancel(ctx), doc, r, old); err != nil {
		err = fmt.Errorf("land %s: %w", r.URL, err)
		l.stop(err)
		return doc, err
	}
	return doc, nil
}

func (l *lander) ask(ctx context.Context, r sources.Request, conditions crawl.Known) (schemas.Document, error) {
	doc, err := l.client.Get(ctx, r, conditions)
	doc.Source = l.source
	if err != nil && ctx.Err() == nil {
		l.mu.Lock()
		l.counts.Failed++
		l.mu.Unlock()
	}
	return doc, err
}

// readAgain makes a list page that an earlier slice of this reading landed a sighting of
// this run: a row of its index, dated now so that it lies within the run, and no record.
func (l *lander) readAgain(doc schemas.Document, old schemas.Capture) schemas.Document {
	old.IsRevisit, old.RunID, old.CapturedAt = true, l.runID, l.clock().UTC().Truncate(time.Microsecond)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.captures = append(l.captures, old)
	return doc
}

// flushOld closes the open segment where it has been open for long enough.
func (l *lander) flushOld(ctx context.Context) error {
	if l.segmentAge <= 0 {
		return nil
	}
	l.mu.Lock()
	now := l.clock()
	isOld := !l.flushed.IsZero() && now.Sub(l.flushed) >= l.segmentAge
	if isOld || l.flushed.IsZero() {
		l.flushed = now
	}
	l.mu.Unlock()
	if !isOld {
		return nil
	}
	return l.writer.Flush(ctx)
}

// land writes the answer as a response, or as a revisit of old where that says the same;
// old is zero where nothing may be referred to.
func (l *lander) land(ctx context.Context, doc schemas.Document, r sources.Request, old schemas.Capture) error {
	if err := l.hasSpace(); err != nil {
		return err
	}
	if err := l.flushOld(ctx); err != nil {
		return err
	}
	header := http.Header(doc.Header)
	c := schemas.Capture{
		Kind: string(doc.Kind), List: doc.List, BoardID: doc.BoardID, Page: int32(doc.Page), URL: doc.URL, Status: int32(doc.Status),
		Stamp: r.Stamp, ETag: header.Get("ETag"), LastModified: header.Get("Last-Modified"), CapturedAt: doc.FetchedAt.UTC().Truncate(time.Microsecond),
		Source: l.source, RunID: l.runID,
	}
	refersTo := warc.Reference{
		TargetURI: old.URL, PayloadDigest: old.Digest, Object: old.RefersToObject, Offset: old.RefersToOffset, Length: old.RefersToLength,
	}
	var draft warc.Draft
	switch {
	case doc.NotModified:
		c.IsRevisit, c.Status = true, old.Status
		draft = warc.NotModified(doc.URL, doc.FetchedAt, header, refersTo)
	case old.Digest != "" && int(old.Status) == doc.Status && old.Digest == warc.Digest(doc.Body):
		c.IsRevisit = true
		draft = warc.SamePayload(doc.URL, doc.FetchedAt, doc.Status, header, refersTo)
	default:
		draft = warc.Response(doc.URL, doc.FetchedAt, doc.Status, header, doc.Body)
	}
	draft.Fields = append(draft.Fields, fields(l.source, doc, r)...)
	at, err := l.writer.Append(ctx, draft)
	if err != nil {
		return err
	}
	c.Object, c.Offset, c.Length, c.Digest = at.Key, at.Offset, at.Length, at.PayloadDigest
	c.RefersToObject, c.RefersToOffset, c.RefersToLength = c.Object, c.Offset, c.Length
	if c.IsRevisit {
		c.Digest, c.RefersToObject, c.RefersToOffset, c.RefersToLength = old.Digest, old.RefersToObject, old.RefersToOffset, old.RefersToLength
		if c.ETag == "" && c.LastModified == "" {
			c.ETag, c.LastModified = old.ETag, old.LastModified
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.captures = append(l.captures, c)
	return nil
}

// hasLanded says whether any answer went to the writer.
func (l *lander) hasLanded() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.captures) > 0
}

// fields say in the record itself what the document is, so that raw alone can be read again.
func fields(source string, doc schemas.Document, r sources.Request) warc.Header {
	h := warc.Header{{Name: "TMI-Source", Value: source}, {Name: "TMI-Kind", Value: string(doc.Kind)}}
	for _, f := range []warc.Field{{Name: "TMI-List", Value: doc.List}, {Name: "TMI-Board-Id", Value: doc.BoardID}, {Name: "TMI-Stamp", Value: r.Stamp}} {
		if f.Value != "" {
			h = append(h, f)
		}
	}
	if doc.Page > 0 {
		h = append(h, warc.Field{Name: "TMI-Page", Value: strconv.Itoa(doc.Page)})
	}
	return h
}

// spaceCheck answers whether the disks that a run writes to have least bytes left; it
// looks once in a while only.
func spaceCheck(store objects.Store, spoolDir string, least int64) func() error {
	paths := []string{spoolDir}
	if spoolDir == "" {
		paths[0] = os.TempDir()
	}
	if local, ok := store.(objects.Local); ok {
		paths = append(paths, local.LocalPath("raw"))
	}
	var mu sync.Mutex
	calls := 0
	return func() error {
		const every = 64
		mu.Lock()
		defer mu.Unlock()
		if calls++; least <= 0 || calls%every != 1 {
			return nil
		}
		for _, path := range paths {
			free, err := disk.FreeBytes(path)
			if err != nil {
				return errs.New(errs.Unavailable, "measure the free space of %s: %w", path, err)
			}
			if free < least {
				return errs.New(errs.Unavailable, "%s has %d bytes left, less than min_free_disk (%d)", path, free, least)
			}
		}
		return nil
	}
}

// isCancelled says that an error is a context's end and no more.
func isCancelled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
