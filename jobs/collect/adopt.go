package collect

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/warc"
	"github.com/techmapit/tmi/schemas"
)

const (
	// silentAfter is how long a run of another machine may have put nothing before it
	// counts as dead: longer than a segment takes to fill at a slow board's rate.
	silentAfter = 6 * time.Hour
	// lostAfter is how old a run may be and still be taken over; a run's end is looked for
	// no farther from its start than longestRun.
	lostAfter = longestRun - 24*time.Hour
)

// orphan is a run's folder without run.json.
type orphan struct {
	prefix   string
	runID    string
	segments []string  // keys, in order
	touched  time.Time // when the store last got an object of it
	underway
}

// adopted is what became of a source's orphans.
type adopted struct {
	runs []schemas.RunManifest // now ended, oldest first
	// captures and segments are those of the orphan that bears the new run's own name: it
	// goes on where that one stopped.
	captures []schemas.Capture
	segments []schemas.SegmentInfo
}

// adopt gives the runs of the source that did not come to their end, because they were
// killed or their machine was lost, what they lack: the index of the records in their
// segments, and a run.json with status partial that names no list, since nobody knows how
// far a list was read. From then on they are runs like others, and what they landed is
// not asked for again.
//
// A run whose process lives is left alone, and so is one of another machine that put
// something within silentAfter, unless the options say Resume. by and prefix name the
// run that adopts and its folder. Repeating it is safe, also when it is
// killed itself, and of several that adopt at once one wins.
func adopt(ctx context.Context, o Options, by, prefix string, known *Known) (a adopted, err error) {
	name := o.Source.Name()
	orphans, err := findOrphans(ctx, o.Store, name)
	if err != nil {
		return a, err
	}
	for _, orphan := range orphans {
		log := o.Logger.With("source", name, "run_id", orphan.runID)
		if orphan.underway, err = readUnderway(ctx, o.Store, orphan.prefix); err != nil {
			return a, err
		}
		isOurs := orphan.prefix == prefix
		if !isOurs && !orphan.mayBeTaken(o, log) {
			continue
		}
		captures, segments, err := orphan.recover(ctx, o.Store, known, log)
		if err != nil {
			return a, err
		}
		switch {
		case isOurs:
			a.captures, a.segments = captures, segments
		case len(captures) == 0:
			_ = o.Store.Delete(ctx, path.Join(orphan.prefix, openName)) // killed before it landed anything
		default:
			m, err := orphan.end(ctx, o, captures, segments, by)
			if errs.Is(err, errs.Conflict) { // another collector was quicker, or it lived after all
				continue
			}
			if err != nil {
				return a, err
			}
			log.Warn("a run that was cut off is ended in its place", "records", len(captures), "started_at", m.StartedAt)
			known.share(ctx, captures, log)
			o.announce(ctx, m, log)
			a.runs = append(a.runs, m)
		}
	}
	return a, nil
}

func findOrphans(ctx context.Context, store objects.Store, source string) ([]orphan, error) {
	var found []orphan
	hasEnded := map[string]bool{}
	for info, err := range store.List(ctx, sourcePrefix(source)+"date=") {
		if err != nil {
			return nil, fmt.Errorf("list runs of %s: %w", source, err)
		}
		prefix, file := path.Split(info.Key)
		prefix = strings.TrimSuffix(prefix, "/")
		id, isRun := strings.CutPrefix(path.Base(prefix), "run=")
		if !isRun {
			continue
		}
		if len(found) == 0 || found[len(found)-1].prefix != prefix {
			found = append(found, orphan{prefix: prefix, runID: id})
		}
		last := &found[len(found)-1]
		if info.ModifiedAt.After(last.touched) {
			last.touched = info.ModifiedAt
		}
		switch {
		case file == manifestName:
			hasEnded[prefix] = true
		case strings.HasPrefix(file, "seg-"):
			last.segments = append(last.segments, info.Key)
		}
	}
	return slices.DeleteFunc(found, func(o orphan) bool { return hasEnded[o.prefix] }), nil
}

func (p orphan) mayBeTaken(o Options, log *slog.Logger) bool {
	if day, ok := dayOf(p.prefix + "/"); ok && o.Clock().Sub(day) > lostAfter {
		log.Warn("a run never ended and is too old to be taken over: its pages are asked for again", "folder", p.prefix)
		return false
	}
	switch p.life(o.Store.URI() + "/" + p.prefix) {
	case alive:
		log.Info("another run of this board is under way", "pid", p.PID)
		return false
	case dead:
		return true
	}
	// The store's clock and ours are the world's, whatever time the run plays.
	if silent := time.Since(p.touched); !o.Resume && silent < silentAfter {
		log.Info("another machine's run has not ended; it counts as lost later, or with --resume", "host", p.Host, "silent_for", silent.Round(time.Second))
		return false
	}
	return true
}

// recover reads what the orphan's segments hold; a broken segment counts up to its break.
func (p orphan) recover(ctx context.Context, store objects.Store, known *Known, log *slog.Logger) (captures []schemas.Capture, segments []schemas.SegmentInfo, err error) {
	for _, key := range p.segments {
		of, info, err := recoverSegment(ctx, store, key, p.runID, known)
		if errs.Is(err, errs.Corrupt) {
			log.Warn("a segment is broken: what comes after is asked for again", "segment", key, "error", err.Error())
		} else if err != nil {
			return nil, nil, fmt.Errorf("take over run %s: %w", p.runID, err)
		}
		captures, segments = append(captures, of...), append(segments, info)
		known.add(of) // what later segments may refer to
	}
	return captures, segments, nil
}

func recoverSegment(ctx context.Context, store objects.Store, key, runID string, known *Known) (captures []schemas.Capture, info schemas.SegmentInfo, err error) {
	body, object, err := store.Get(ctx, key)
	if err != nil {
		return nil, info, err
	}
	defer func() { _ = body.Close() }()
	sum := sha256.New()
	tee := io.TeeReader(body, sum)
	info = schemas.SegmentInfo{Key: key, SizeBytes: object.SizeBytes}
	for record, err := range warc.NewReader(key, tee, warc.ReadOptions{}).Records() {
		if err != nil {
			return captures, info, err
		}
		info.Records++
		if record.Type() != warc.TypeResponse && record.Type() != warc.TypeRevisit {
			continue
		}
		c, err := captureOf(ctx, store, key, runID, record, known)
		if err != nil {
			return captures, info, err
		}
		captures = append(captures, c)
	}
	if _, err := io.Copy(io.Discard, tee); err != nil {
		return captures, info, err
	}
	info.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return captures, info, nil
}

// captureOf reads a record's own fields back into the capture that it was landed as.
func captureOf(ctx context.Context, store objects.Store, key, runID string, record *warc.Record, known *Known) (c schemas.Capture, err error) {
	message, err := record.HTTP()
	if err != nil {
		return c, errs.New(errs.Corrupt, "read %s at %d: %w", key, record.Offset, err)
	}
	header := http.Header{}
	for _, field := range message.Header {
		header.Add(field.Name, field.Value)
	}
	c = schemas.Capture{
		Source: record.Header.Get("TMI-Source"), Kind: record.Header.Get("TMI-Kind"), List: record.Header.Get("TMI-List"), BoardID: record.Header.Get("TMI-Board-Id"),
		Stamp: record.Header.Get("TMI-Stamp"), URL: record.TargetURI(), Status: int32(message.StatusCode()), Digest: record.PayloadDigest(),
		ETag: header.Get("ETag"), LastModified: header.Get("Last-Modified"), CapturedAt: record.Date().UTC().Truncate(time.Microsecond), RunID: runID,
		Object: key, Offset: record.Offset, Length: record.Length, RefersToObject: key, RefersToOffset: record.Offset, RefersToLength: record.Length,
	}
	if text := record.Header.Get("TMI-Page"); text != "" {
		if _, err := fmt.Sscan(text, &c.Page); err != nil {
			return c, errs.New(errs.Corrupt, "read %s at %d: TMI-Page is %q, expected a number", key, record.Offset, text)
		}
	}
	if record.Type() == warc.TypeRevisit {
		err = referBack(ctx, store, &c, record, known)
	}
	return c, err
}

// referBack fills in what a revisit has from the response it repeats.
func referBack(ctx context.Context, store objects.Store, c *schemas.Capture, record *warc.Record, known *Known) error {
	to, err := record.RefersTo()
	if err != nil || to.Object == "" {
		return errs.New(errs.Corrupt, "read %s at %d: the revisit names no response (%v)", c.Object, c.Offset, err)
	}
	c.IsRevisit, c.RefersToObject, c.RefersToOffset, c.RefersToLength = true, to.Object, to.Offset, to.Length
	old, ok := known.Lookup(schemas.DocumentKind(c.Kind), c.List, c.BoardID, c.URL)
	if !ok || old.RefersToObject != to.Object || old.RefersToOffset != to.Offset {
		first, err := warc.ReadAt(ctx, store, to.Object, to.Offset, to.Length, warc.ReadOptions{})
		if err != nil {
			return fmt.Errorf("read %s at %d: what the revisit repeats: %w", c.Object, c.Offset, err)
		}
		if old, err = captureOf(ctx, store, to.Object, "", first, known); err != nil {
			return err
		}
	}
	c.Status, c.Digest = old.Status, cmp.Or(c.Digest, old.Digest)
	if c.ETag == "" && c.LastModified == "" {
		c.ETag, c.LastModified = old.ETag, old.LastModified
	}
	return nil
}

// end writes the orphan's index, under a name that the run itself would not give it should
// it live after all, and its run.json. It ends now, not when it was cut off: the
// steps after this one look for what ended since they last looked.
func (p orphan) end(ctx context.Context, o Options, captures []schemas.Capture, segments []schemas.SegmentInfo, by string) (schemas.RunManifest, error) {
	m := schemas.RunManifest{
		Version: manifestVersion, RunID: p.runID, Source: o.Source.Name(), IsDemo: o.IsDemo, StartedAt: p.StartedAt, EndedAt: o.Clock().UTC(), Status: schemas.StatusPartial,
		Error: "cut off before its end; run " + by + " ended it with what it had landed", Lists: []schemas.ListRead{}, Segments: segments, Index: path.Join(p.prefix, "index-"+by+".parquet"), Code: p.Code,
	}
	for _, c := range captures {
		if m.StartedAt.IsZero() || c.CapturedAt.Before(m.StartedAt) {
			m.StartedAt = c.CapturedAt
		}
	}
	m.Counts.Requests = len(captures) // at least
	addRecords(&m.Counts, captures, segments)
	m.Counts.Puts = len(segments) + notePuts
	m.Counts.Dollars = putDollars(o.Store, m.Counts.Puts)
	if err := writeRun(ctx, o.Store, p.prefix, m, captures); err != nil {
		return m, err
	}
	_ = o.Store.Delete(ctx, path.Join(p.prefix, openName)) // it says nothing beside a run.json
	return m, nil
}
