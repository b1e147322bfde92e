package jobs

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/search"
)

// An index lies in the lake as parts, index/parts/…, and a manifest per state of gold that
// names its parts. Neither is ever changed. A manifest's key says which snapshots it was
// made of, so that whoever opens a published set finds the index that belongs to it.
const (
	indexPrefix     = "index/"
	indexPartPrefix = indexPrefix + "parts/"
	indexSetPrefix  = indexPrefix + "sets/"
)

// indexed are the tables that an index is made of.
var indexed = []schemas.Table{schemas.GoldPostings, schemas.GoldPostingTechs, schemas.SilverLifecycles}

const (
	// fewestInPart and mostSmallParts keep the number of parts low: when there are more
	// parts below that size, they become one.
	fewestInPart   = search.MaxDocs / 2
	mostSmallParts = 8
	// mostDeleted is the share of a part's documents, in percent, that other parts may speak
	// for before the rest is moved over to a new part.
	mostDeleted = 25
	// askedAtOnce is how many postings a statement fetches with their technologies and events:
	// 100,000 of them took more than DuckDB has where the program has 1.7 GiB.
	askedAtOnce = 1 << 15
	// unnamedAfter is how long a part may lie there before a manifest names it.
	unnamedAfter = time.Hour
)

// Index makes the search index of gold as it stands. Postings that the newest index has in
// the state they are in stay in its parts; the others go to new parts. It comes before
// [Publish], so that the set and its index are there at once; repeating it does nothing.
func Index(ctx context.Context, e *Env, _ string, _ Window) (Report, error) {
	return makeIndex(ctx, e, false)
}

// IndexAnew is [Index] with every part made anew that holds a posting in a state it is no
// longer in: after texts were removed.
func IndexAnew(ctx context.Context, e *Env, _ string, _ Window) (Report, error) {
	return makeIndex(ctx, e, true)
}

func makeIndex(ctx context.Context, e *Env, clean bool) (report Report, err error) {
	heads, err := e.Lake.Heads(ctx, indexed...)
	if err != nil {
		return report, err
	}
	store := e.Lake.Objects()
	manifest, err := readManifest(ctx, store, indexKey(heads))
	switch {
	case err == nil && (!clean || !hasDeleted(manifest)):
		report.In = liveDocs(manifest)
		report.Out = report.In
		return report, nil
	case err != nil && !errs.Is(err, errs.NotFound):
		return report, err
	}
	x := &indexing{env: e, set: heads, clean: clean}
	defer func() { err = errors.Join(err, x.close()) }()
	if x.session, err = e.Lake.Session(ctx, heads, indexed...); err != nil {
		return report, err
	}
	if x.dir, err = os.MkdirTemp("", "tmi-index-"); err != nil {
		return report, fmt.Errorf("index: %w", err)
	}
	if err := x.openNewest(ctx); err != nil {
		return report, err
	}
	if err := x.compare(ctx); err != nil {
		return report, err
	}
	if err := x.rebuild(); err != nil {
		return report, err
	}
	if manifest, err = x.build(ctx); err != nil {
		return report, err
	}
	text, err := json.Marshal(manifest)
	if err != nil {
		return report, fmt.Errorf("index: %w", err)
	}
	// Last, when all that it names is there.
	if _, err := store.Put(ctx, indexKey(heads), bytes.NewReader(text)); err != nil {
		return report, fmt.Errorf("index: %w", err)
	}
	report.In = liveDocs(manifest)
	report.Out, report.BytesOut = report.In, x.written
	e.Logger.Info("indexed", "postings", report.In, "taken_up", len(x.todo), "parts", len(manifest.Parts), "bytes_out", x.written)
	return report, e.sweepIndex(ctx, unnamedAfter)
}

func indexKey(set lake.Set) string {
	var ids []any
	for _, t := range indexed {
		ids = append(ids, set.Tables[t.Name()].SnapshotID)
	}
	return indexSetPrefix + fmt.Sprintf("%d-%d-%d.json", ids...)
}

// readManifest reads a manifest; errs.NotFound also for one of another version's parts.
func readManifest(ctx context.Context, store objects.Store, key string) (m search.Manifest, err error) {
	text, err := objects.ReadAll(ctx, store, key)
	if err != nil {
		return m, fmt.Errorf("read index: %w", err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, errs.New(errs.Corrupt, "read index %s: %w", key, err)
	}
	if m.Shape != search.Shape() {
		return m, errs.New(errs.NotFound, "index %s was written by another version of the program", key)
	}
	return m, nil
}

func hasDeleted(m search.Manifest) bool {
	return slices.ContainsFunc(m.Parts, func(p search.PartRef) bool { return p.DeletedCount > 0 })
}

func liveDocs(m search.Manifest) (count int64) {
	for _, p := range m.Parts {
		count += int64(p.DocCount - p.DeletedCount)
	}
	return count
}

// indexing is the work on one index.
type indexing struct {
	env     *Env
	set     lake.Set
	clean   bool
	session *lake.Session
	dir     string // for files that are being written
	old     []*oldPart
	todo    []wantedPosting
	written int64
}

// oldPart is a part of the newest index.
type oldPart struct {
	ref     search.PartRef
	part    *search.Part
	release func()
	isLive  func(doc uint32) bool
	stays   []bool // documents that are as they were
}

// wantedPosting is a posting that a part is to take up, and a row of the session's wanted.
type wantedPosting struct {
	PostingID string `parquet:"posting_id,id(1)"`
	State     int64  `parquet:"state,id(2)"`
	PostedUS  int64  `parquet:"posted_us,id(3)"`
}

func (x *indexing) close() error {
	var failed []error
	for _, o := range x.old {
		failed = append(failed, o.part.Close())
		o.release()
	}
	if x.session != nil {
		failed = append(failed, x.session.Close())
	}
	if x.dir != "" {
		failed = append(failed, os.RemoveAll(x.dir))
	}
	return errors.Join(failed...)
}

// openNewest opens the parts of the index that was written last, if it can be read.
func (x *indexing) openNewest(ctx context.Context) error {
	store := x.env.Lake.Objects()
	var newest search.Manifest
	for info, err := range store.List(ctx, indexSetPrefix) {
		if err != nil {
			return fmt.Errorf("list indexes: %w", err)
		}
		m, err := readManifest(ctx, store, info.Key)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if m.Seq > newest.Seq {
			newest = m
		}
	}
	for _, ref := range newest.Parts {
		o, err := openOldPart(ctx, x.env.Lake, ref)
		if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Corrupt) || errs.Is(err, errs.Invalid) {
			x.env.Logger.Warn("a part of the index cannot be read and is made anew", "part", ref.Key, "error", err)
			continue
		}
		if err != nil {
			return err
		}
		x.old = append(x.old, o)
	}
	return nil
}

func openOldPart(ctx context.Context, l *lake.Lake, ref search.PartRef) (*oldPart, error) {
	slice, release, err := openSlice(ctx, l, ref, nil)
	if err != nil {
		return nil, err
	}
	isLive, err := slice.IsLive()
	if err != nil {
		release()
		return nil, errors.Join(err, slice.Part.Close())
	}
	return &oldPart{ref: ref, part: slice.Part, release: release, isLive: isLive, stays: make([]bool, slice.Part.Len())}, nil
}

// openSlice opens a part where it lies, or where the cache holds it until release.
func openSlice(ctx context.Context, l *lake.Lake, ref search.PartRef, before *search.Index) (s search.Slice, release func(), err error) {
	path, release, err := l.LocalFile(ctx, ref.Key)
	if err != nil {
		return s, nil, err
	}
	if before != nil {
		if part, ok := before.Part(path); ok {
			return search.Slice{Part: part, Deleted: ref.Deleted}, release, nil
		}
	}
	part, err := search.OpenPart(path)
	if err != nil {
		release()
		return s, nil, err
	}
	return search.Slice{Part: part, Deleted: ref.Deleted}, release, nil
}

// compare finds the postings that no part has in their state.
func (x *indexing) compare(ctx context.Context) error {
	for row, err := range queries.Each[wantedPosting](ctx, x.session, "search/states") {
		if err != nil {
			return err
		}
		if !x.isKnown(row) {
			x.todo = append(x.todo, row)
		}
	}
	return nil
}

func (x *indexing) isKnown(row wantedPosting) bool {
	for _, o := range x.old {
		if doc, ok := o.part.Find(row.PostingID); ok && o.isLive(doc) && o.part.Hash(doc) == uint64(row.State) {
			o.stays[doc] = true
			return true
		}
	}
	return false
}

func (o *oldPart) count() (staying int) {
	for _, stays := range o.stays {
		if stays {
			staying++
		}
	}
	return staying
}

// rebuild gives up parts of which little is left, or many small ones: what is left of them
// is taken up anew.
func (x *indexing) rebuild() error {
	isSmall := func(o *oldPart) bool { return o.part.Len() < fewestInPart }
	small := 0
	for _, o := range x.old {
		if isSmall(o) {
			small++
		}
	}
	var kept []*oldPart
	for _, o := range x.old {
		staying, all := o.count(), o.part.Len()
		if !(staying == 0 || (all-staying)*100 > mostDeleted*all || x.clean && staying < all || small > mostSmallParts && isSmall(o)) {
			kept = append(kept, o)
			continue
		}
		for doc, stays := range o.stays {
			if stays {
				x.todo = append(x.todo, wantedPosting{o.part.ID(uint32(doc)), int64(o.part.Hash(uint32(doc))), o.part.PostedUS(uint32(doc))})
			}
		}
		if err := o.part.Close(); err != nil {
			return err
		}
		o.release()
	}
	x.old = kept
	// Newest first, so that parts are stretches of time.
	slices.SortFunc(x.todo, func(a, b wantedPosting) int {
		return cmp.Or(cmp.Compare(b.PostedUS, a.PostedUS), cmp.Compare(a.PostingID, b.PostingID))
	})
	return nil
}

// build writes the new parts and lists all that stand.
func (x *indexing) build(ctx context.Context) (search.Manifest, error) {
	seq, err := x.nextSeq(ctx)
	if err != nil {
		return search.Manifest{}, err
	}
	m := search.Manifest{Shape: search.Shape(), Seq: seq, BuiltAt: x.env.Clock().UTC(), Snapshots: map[string]int64{}, Parts: []search.PartRef{}}
	for _, t := range indexed {
		m.Snapshots[t.Name()] = x.set.Tables[t.Name()].SnapshotID
	}
	for _, o := range x.old {
		var deleted []uint32
		for doc, stays := range o.stays {
			if !stays {
				deleted = append(deleted, uint32(doc))
			}
		}
		o.ref.Deleted, o.ref.DeletedCount = search.Deleted(deleted), len(deleted)
		m.Parts = append(m.Parts, o.ref)
	}
	done := 0
	for chunk := range slices.Chunk(x.todo, search.MaxDocs) {
		ref, err := x.buildPart(ctx, chunk)
		if err != nil {
			return m, err
		}
		m.Parts = append(m.Parts, ref)
		done += len(chunk)
		x.env.progress("index", "", done, len(x.todo))
	}
	return m, nil
}

// nextSeq numbers indexes in the order in which they are written.
func (x *indexing) nextSeq(ctx context.Context) (int64, error) {
	var last int64
	for info, err := range x.env.Lake.Objects().List(ctx, indexSetPrefix) {
		if err != nil {
			return 0, fmt.Errorf("list indexes: %w", err)
		}
		if m, err := readManifest(ctx, x.env.Lake.Objects(), info.Key); err == nil {
			last = max(last, m.Seq)
		}
	}
	return last + 1, nil
}

func (x *indexing) buildPart(ctx context.Context, chunk []wantedPosting) (ref search.PartRef, err error) {
	path := filepath.Join(x.dir, "part")
	builder, err := search.NewBuilder(path)
	if err != nil {
		return ref, err
	}
	if err := x.fill(ctx, builder, chunk); err != nil {
		builder.Discard()
		return ref, err
	}
	if err := builder.Close(); err != nil {
		return ref, err
	}
	file, err := os.Open(path)
	if err != nil {
		return ref, fmt.Errorf("index: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(path)) }()
	ref = search.PartRef{Key: indexPartPrefix + x.env.NewRunID(x.env.Clock()) + ".part", DocCount: builder.Len()}
	info, err := x.env.Lake.Objects().PutIfAbsent(ctx, ref.Key, file)
	if err != nil {
		return ref, fmt.Errorf("write index part: %w", err)
	}
	ref.SizeBytes = info.SizeBytes
	x.written += info.SizeBytes
	return ref, nil
}

// indexedPosting is a row of search/documents.
type indexedPosting struct {
	schemas.GoldPosting
	State     int64  `db:"state"`
	TechRows  string `db:"tech_rows"`
	EventRows string `db:"event_rows"`
}

// fill hands a chunk's postings to the builder.
func (x *indexing) fill(ctx context.Context, builder *search.Builder, chunk []wantedPosting) error {
	for asked := range slices.Chunk(chunk, askedAtOnce) {
		if err := lake.Load(ctx, x.session, "wanted", slices.Values(asked)); err != nil {
			return err
		}
		for row, err := range queries.Each[indexedPosting](ctx, x.session, "search/documents") {
			if err != nil {
				return err
			}
			d := search.Document{Posting: row.GoldPosting, Hash: uint64(row.State)}
			if err := d.AddRows(row.TechRows, row.EventRows); err != nil {
				return fmt.Errorf("index posting %s: %w", row.PostingID, err)
			}
			builder.Add(d)
		}
	}
	if builder.Len() != len(chunk) {
		return errs.New(errs.Corrupt, "index: %d of %d postings were found again: gold.postings has an id twice", builder.Len(), len(chunk))
	}
	return nil
}

// sweepIndex removes manifests that no published set has, the newest but, and parts that
// no manifest names for as long as grace.
func (e *Env) sweepIndex(ctx context.Context, grace time.Duration) error {
	store := e.Lake.Objects()
	sets, err := e.Lake.PublishedSets(ctx)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, set := range sets {
		wanted[indexKey(set)] = true
	}
	manifests := map[string]search.Manifest{}
	var newest int64
	for info, err := range store.List(ctx, indexSetPrefix) {
		if err != nil {
			return fmt.Errorf("list indexes: %w", err)
		}
		m, err := readManifest(ctx, store, info.Key)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		manifests[info.Key] = m // of another version: to be removed
		newest = max(newest, m.Seq)
	}
	named := map[string]bool{}
	for key, m := range manifests {
		if m.Shape != search.Shape() || !wanted[key] && m.Seq != newest {
			if err := store.Delete(ctx, key); err != nil {
				return fmt.Errorf("remove index: %w", err)
			}
			delete(manifests, key)
		}
	}
	for m := range maps.Values(manifests) {
		for _, p := range m.Parts {
			named[p.Key] = true
		}
	}
	for info, err := range store.List(ctx, indexPartPrefix) {
		if err != nil {
			return fmt.Errorf("list index parts: %w", err)
		}
		if named[info.Key] || time.Since(info.ModifiedAt) < grace {
			continue
		}
		if err := store.Delete(ctx, info.Key); err != nil {
			return fmt.Errorf("remove index part: %w", err)
		}
	}
	return nil
}

// forgetIndexes leaves one index, of gold as it stands, and nothing in it that gold does not
// hold: after texts were removed.
func forgetIndexes(ctx context.Context, e *Env) error {
	if _, err := makeIndex(ctx, e, true); err != nil {
		return err
	}
	heads, err := e.Lake.Heads(ctx, indexed...)
	if err != nil {
		return err
	}
	store := e.Lake.Objects()
	for info, err := range store.List(ctx, indexSetPrefix) {
		if err != nil {
			return fmt.Errorf("list indexes: %w", err)
		}
		if info.Key == indexKey(heads) {
			continue
		}
		if err := store.Delete(ctx, info.Key); err != nil {
			return fmt.Errorf("remove index: %w", err)
		}
	}
	return e.sweepIndex(ctx, 0)
}

// HasIndex says whether a published set has an index that this program can read.
func HasIndex(ctx context.Context, l *lake.Lake, set lake.Set) bool {
	_, err := readManifest(ctx, l.Objects(), indexKey(set))
	return err == nil
}

// OpenIndex opens the index of a published set; errs.NotFound where there is none that
// this program can read. Parts that the index before it (nil: none) has open are shared
// with it. Whoever closes the index calls the function that comes with it instead.
func OpenIndex(ctx context.Context, l *lake.Lake, set lake.Set, unread []string, before *search.Index) (*search.Index, func() error, error) {
	manifest, err := readManifest(ctx, l.Objects(), indexKey(set))
	if err != nil {
		return nil, nil, err
	}
	var parts []search.Slice
	var releases []func()
	giveUp := func() {
		for _, s := range parts {
			_ = s.Part.Close() // the error that counts is another
		}
		for _, release := range releases {
			release()
		}
	}
	for _, ref := range manifest.Parts {
		s, release, err := openSlice(ctx, l, ref, before)
		if err != nil {
			giveUp()
			return nil, nil, fmt.Errorf("open index: %w", err)
		}
		parts, releases = append(parts, s), append(releases, release)
	}
	ix, err := search.Open(parts, search.Options{Hidden: set.Hidden, Unread: unread})
	if err != nil {
		for _, release := range releases {
			release()
		}
		return nil, nil, err
	}
	return ix, func() error {
		err := ix.Close()
		for _, release := range releases {
			release()
		}
		return err
	}, nil
}
