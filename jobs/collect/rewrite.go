package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/rowfile"
	"github.com/techmapit/tmi/lake/warc"
	"github.com/techmapit/tmi/schemas"
)

// ErrRemoved is what opening a capture answers whose record was taken out on purpose.
var ErrRemoved = errors.New("the record was taken out of raw")

// Edit says what becomes of a record.
type Edit struct {
	Remove bool   // nothing of it stays but its place
	Body   []byte // of a response: what it says instead; nil = it stays
}

// Rewrite takes something out of a run's segments: edit sees each capture that still is
// what was received, with its document (a revisit's has no body), and says what becomes
// of its record. Records keep their places. What is taken out is noted in run.json last,
// with the segments' new digests; captures of removed records leave the run's index, and
// those of rewritten ones no longer vouch for a page, so that no later revisit refers to
// them. It returns the note. Repeating it after a crash is safe.
func Rewrite(ctx context.Context, store objects.Store, run schemas.RunManifest, note schemas.Removal, edit func(schemas.Capture, schemas.Document) (Edit, error)) (schemas.Removal, error) {
	captures, err := Captures(ctx, store, run)
	if err != nil {
		return note, err
	}
	type place struct {
		object string
		offset int64
	}
	at := map[place]int{}
	for i, c := range captures {
		at[place{c.Object, c.Offset}] = i
	}
	removed := map[int]bool{}
	for i := range run.Segments {
		segment := &run.Segments[i]
		done, err := warc.Rewrite(ctx, store, segment.Key, func(record *warc.Record) (*warc.Draft, error) {
			n, ok := at[place{segment.Key, record.Offset}]
			if !ok {
				return nil, nil
			}
			if record.IsRemoved() { // by an earlier try that did not come to its end
				removed[n] = true
				return nil, nil
			}
			c := &captures[n]
			doc := schemas.Document{Source: c.Source, Kind: schemas.DocumentKind(c.Kind), List: c.List, BoardID: c.BoardID, URL: c.URL, NotModified: true}
			if !c.IsRevisit {
				own := *c
				own.Digest = "" // it may have been rewritten before
				if doc, err = document(own, record); err != nil {
					return nil, err
				}
			}
			e, err := edit(*c, doc)
			switch {
			case err != nil:
				return nil, err
			case e.Remove:
				removed[n] = true
				return record.Removed(note.Reason), nil
			case e.Body == nil || c.IsRevisit:
				return nil, nil
			}
			draft, err := record.WithBody(e.Body, note.Reason)
			if err == nil && !draft.Fits(record.Length) {
				removed[n] = true // never more than there was: what does not fit goes whole
				return record.Removed(note.Reason), nil
			}
			c.Digest, c.ETag, c.LastModified = "", "", ""
			return draft, err
		})
		if err != nil {
			return note, err
		}
		if done.Records > 0 {
			segment.SHA256 = done.SHA256
			note.Records += done.Records
		}
	}
	isTouched := note.Records > 0 || len(removed) > 0
	if !isTouched && note.Reason == schemas.RemovedErased {
		return note, nil // nothing of it was here; retention's rules note that they looked
	}
	if isTouched {
		kept := captures[:0]
		for i, c := range captures {
			if !removed[i] {
				kept = append(kept, c)
			}
		}
		if err := writeOver(ctx, store, run.Index, kept); err != nil {
			return note, err
		}
	}
	return note, Note(ctx, store, run, note)
}

// Note adds to run.json what was taken out of a run; what else changed in the manifest is
// written with it.
func Note(ctx context.Context, store objects.Store, run schemas.RunManifest, note schemas.Removal) error {
	run.Removed = append(run.Removed, note)
	text, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return fmt.Errorf("note in run %s what was taken out: %w", run.RunID, err)
	}
	if _, err := objects.WriteAll(ctx, store, path.Dir(run.Index)+"/"+manifestName, append(text, '\n')); err != nil {
		return fmt.Errorf("note in run %s what was taken out: %w", run.RunID, err)
	}
	return nil
}

// RemoveObjects takes away a run's segments and index; run.json stays and says so. The
// note comes first: a run whose index is missing without one cannot be told from a broken
// one. It returns the note with what was freed.
func RemoveObjects(ctx context.Context, store objects.Store, run schemas.RunManifest, note schemas.Removal) (schemas.Removal, error) {
	var keys []string
	for info, err := range store.List(ctx, path.Dir(run.Index)+"/") {
		if err != nil {
			return note, fmt.Errorf("list run %s: %w", run.RunID, err)
		}
		if !strings.HasSuffix(info.Key, "/"+manifestName) {
			keys = append(keys, info.Key)
			note.SizeBytes += info.SizeBytes
		}
	}
	if !run.Lacks(note.Reason) {
		if err := Note(ctx, store, run, note); err != nil {
			return note, err
		}
	}
	for _, key := range keys {
		if err := store.Delete(ctx, key); err != nil {
			return note, fmt.Errorf("remove %s: %w", key, err)
		}
	}
	return note, nil
}

// Forget leaves captures out of all states of the source that are kept.
func Forget(ctx context.Context, store objects.Store, source string, isOut func(schemas.Capture) bool) error {
	for info, err := range store.List(ctx, knownPrefix(source)) {
		if err != nil {
			return fmt.Errorf("list states of %s: %w", source, err)
		}
		captures, err := rowfile.Read[schemas.Capture](ctx, store, info.Key)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("forget captures of %s: %w", source, err)
		}
		kept := captures[:0:0]
		for _, c := range captures {
			if !isOut(c) {
				kept = append(kept, c)
			}
		}
		if len(kept) == len(captures) {
			continue
		}
		if err := writeOver(ctx, store, info.Key, kept); err != nil {
			return fmt.Errorf("forget captures of %s: %w", source, err)
		}
	}
	return nil
}

func writeOver(ctx context.Context, store objects.Store, key string, captures []schemas.Capture) error {
	data, err := rowfile.Encode(captures)
	if err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	if _, err := objects.WriteAll(ctx, store, key, data); err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	return nil
}
