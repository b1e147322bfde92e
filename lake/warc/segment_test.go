package warc_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/warc"
)

const prefix = "raw/source=board/date=2026-01-31/run=1"

func newSegments(t testing.TB, store objects.Store, with func(o *warc.SegmentOptions)) *warc.SegmentWriter {
	t.Helper()
	opts := warc.SegmentOptions{Options: fixed(), Prefix: prefix, SpoolDir: t.TempDir()}
	if with != nil {
		with(&opts)
	}
	w, err := warc.NewSegmentWriter(store, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Discard)
	return w
}

func numbered(i int) warc.Draft {
	return warc.Response(fmt.Sprintf("https://board.example/%d", i), captured, 200, nil, fmt.Appendf(nil, "page %d", i))
}

func storedKeys(t *testing.T, store objects.Store) []string {
	t.Helper()
	var list []string
	for info, err := range store.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, info.Key)
	}
	return list
}

// Many goroutines append; every position holds its record, no segment is over its
// limits, and what Segments says is what the store holds.
func TestSegments(t *testing.T) {
	const writers, each = 8, 60
	store := openStore(t)
	w := newSegments(t, store, func(o *warc.SegmentOptions) {
		o.MaxRecords, o.MaxBytes, o.Info = 50, 16<<10, warc.Header{{Name: "software", Value: "tmi/test"}}
	})
	var mu sync.Mutex
	places := map[int]warc.Position{}
	var wg sync.WaitGroup
	for g := range writers {
		wg.Go(func() {
			for i := g * each; i < (g+1)*each; i++ {
				p, err := w.Append(t.Context(), numbered(i))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				places[i] = p
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for range 2 {
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Append(t.Context(), numbered(0)); !errs.Is(err, errs.Invalid) {
		t.Errorf("append after close: got %v, want kind invalid", err)
	}

	for i, p := range places {
		rec, err := warc.ReadAt(t.Context(), store, p.Key, p.Offset, p.Length, warc.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		body, err := rec.Payload()
		if err != nil || string(body) != fmt.Sprintf("page %d", i) || rec.ID() != p.ID || rec.PayloadDigest() != p.PayloadDigest {
			t.Errorf("record %d: payload %q, %v, id %s, want id %s", i, body, err, rec.ID(), p.ID)
		}
	}
	segments := w.Segments()
	if got := storedKeys(t, store); len(got) != len(segments) || len(got) < writers*each/50 {
		t.Errorf("store has %d objects, the writer says %d", len(got), len(segments))
	}
	total := 0
	for n, s := range segments {
		if want := fmt.Sprintf("%s/seg-%05d.warc.gz", prefix, n); s.Key != want {
			t.Errorf("segment %d is %s, want %s", n, s.Key, want)
		}
		data, err := objects.ReadAll(t.Context(), store, s.Key)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		recs := readAll(t, data)
		if s.SizeBytes != int64(len(data)) || s.SHA256 != hex.EncodeToString(sum[:]) || s.RecordCount != len(recs) {
			t.Errorf("segment %+v holds %d bytes, %d records", s, len(data), len(recs))
		}
		if s.RecordCount > 50 || s.SizeBytes > 16<<10 {
			t.Errorf("segment %+v is over its limits", s)
		}
		if recs[0].Type() != warc.TypeInfo || recs[0].Fields().Get("software") != "tmi/test" || !strings.HasSuffix(s.Key, "/"+recs[0].Header.Get("WARC-Filename")) {
			t.Errorf("segment %s starts with %+v", s.Key, recs[0].Header)
		}
		total += s.RecordCount - 1
	}
	if total != writers*each {
		t.Errorf("segments hold %d records, want %d", total, writers*each)
	}
}

func TestSegmentsInS3(t *testing.T) {
	store, err := objects.Open(t.Context(), laketest.StartS3(t).URI()+"/lake")
	if err != nil {
		t.Fatal(err)
	}
	w := newSegments(t, store, func(o *warc.SegmentOptions) { o.MaxRecords = 6 })
	var places []warc.Position
	for i := range 12 {
		p, err := w.Append(t.Context(), numbered(i))
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, p)
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, p := range places {
		rec, err := warc.ReadAt(t.Context(), store, p.Key, p.Offset, p.Length, warc.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if body, err := rec.Payload(); err != nil || string(body) != fmt.Sprintf("page %d", i) {
			t.Errorf("record %d: payload %q, %v", i, body, err)
		}
	}
	if n, err := warc.NextSegment(t.Context(), store, prefix); n != 3 || err != nil {
		t.Errorf("next segment %d, %v, want 3", n, err)
	}
	if _, err := warc.ReadAt(t.Context(), store, places[0].Key, 1<<20, 10, warc.ReadOptions{}); !errs.Is(err, errs.Corrupt) {
		t.Errorf("position after the end: got %v, want kind corrupt", err)
	}
}

func TestSegmentsOfNothing(t *testing.T) {
	store := openStore(t)
	w := newSegments(t, store, nil)
	if err := w.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := storedKeys(t, store); len(got) != 0 || len(w.Segments()) != 0 {
		t.Errorf("store has %v", got)
	}
}

// A process that dies leaves its closed segments and nothing else, on disk and in the
// store, and the next one goes on after them.
func TestSegmentsAfterCrash(t *testing.T) {
	store := openStore(t)
	spool := t.TempDir()
	w := newSegments(t, store, func(o *warc.SegmentOptions) { o.MaxRecords, o.SpoolDir = 11, spool })
	for i := range 25 {
		if _, err := w.Append(t.Context(), numbered(i)); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := os.ReadDir(spool); len(left) != 0 {
		t.Errorf("the open segment has a name on disk: %v", left)
	}
	// The writer is abandoned here with 5 records in its open segment.
	if got := storedKeys(t, store); len(got) != 2 {
		t.Fatalf("store has %v, want the two closed segments", got)
	}
	next, err := warc.NextSegment(t.Context(), store, prefix)
	if err != nil || next != 2 {
		t.Fatalf("next segment %d, %v, want 2", next, err)
	}
	w = newSegments(t, store, func(o *warc.SegmentOptions) { o.First = next })
	p, err := w.Append(t.Context(), numbered(20))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := prefix + "/seg-00002.warc.gz"; p.Key != want {
		t.Errorf("the resumed run writes %s, want %s", p.Key, want)
	}
}

func TestNextSegment(t *testing.T) {
	store := openStore(t)
	for _, key := range []string{prefix + "/seg-00000.warc.gz", prefix + "/seg-00007.warc.gz", prefix + "/seg-00003.warc", prefix + "/seg-00099.tmp", prefix + "0/seg-00050.warc.gz", prefix + "/run.json"} {
		if _, err := objects.WriteAll(t.Context(), store, key, nil); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := warc.NextSegment(t.Context(), store, prefix); n != 8 || err != nil {
		t.Errorf("got %d, %v, want 8", n, err)
	}
	if n, err := warc.NextSegment(t.Context(), store, "raw/none"); n != 0 || err != nil {
		t.Errorf("got %d, %v, want 0", n, err)
	}
}

// Two writers of one run: the second is told and overwrites nothing.
func TestSegmentConflict(t *testing.T) {
	store := openStore(t)
	one, two := newSegments(t, store, nil), newSegments(t, store, nil)
	for i, w := range []*warc.SegmentWriter{one, two} {
		if _, err := w.Append(t.Context(), numbered(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := one.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	before, _ := objects.ReadAll(t.Context(), store, one.Segments()[0].Key)
	for range 2 {
		if err := two.Close(t.Context()); !errs.Is(err, errs.Conflict) {
			t.Errorf("got %v, want kind conflict", err)
		}
	}
	if after, _ := objects.ReadAll(t.Context(), store, one.Segments()[0].Key); !bytes.Equal(before, after) {
		t.Error("the first writer's segment changed")
	}
}

// unreliable refuses the next puts.
type unreliable struct {
	objects.Store
	refuse int
}

func (u *unreliable) PutIfAbsent(ctx context.Context, key string, body io.ReadSeeker) (objects.Info, error) {
	if u.refuse > 0 {
		u.refuse--
		return objects.Info{}, errs.New(errs.Unavailable, "away")
	}
	return u.Store.PutIfAbsent(ctx, key, body)
}

// A store that is away for a while costs nothing that was appended.
func TestSegmentsOutlastTheStore(t *testing.T) {
	store := &unreliable{Store: openStore(t)}
	w := newSegments(t, store, func(o *warc.SegmentOptions) { o.MaxRecords = 3 })
	var kept []int
	for i := range 20 {
		if i%5 == 2 {
			store.refuse = 1
		}
		_, err := w.Append(t.Context(), numbered(i))
		if err != nil && !errs.Is(err, errs.Unavailable) {
			t.Fatal(err)
		}
		if err == nil {
			kept = append(kept, i)
		}
	}
	store.refuse = 1
	if err := w.Close(t.Context()); !errs.Is(err, errs.Unavailable) {
		t.Errorf("close: got %v, want kind unavailable", err)
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, s := range w.Segments() {
		data, err := objects.ReadAll(t.Context(), store, s.Key)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range readAll(t, data)[1:] {
			var n int
			if _, err := fmt.Sscanf(rec.TargetURI(), "https://board.example/%d", &n); err != nil {
				t.Fatal(err)
			}
			got = append(got, n)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(kept) || len(kept) == 20 {
		t.Errorf("store holds %v, appended without error were %v", got, kept)
	}
}

func TestSegmentRefuses(t *testing.T) {
	store := openStore(t)
	w := newSegments(t, store, func(o *warc.SegmentOptions) { o.MaxBytes = 2 << 10 })
	if _, err := w.Append(t.Context(), warc.Draft{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("empty draft: got %v, want kind invalid", err)
	}
	noise := make([]byte, 4<<10)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	if _, err := w.Append(t.Context(), warc.Resource("urn:x:1", captured, "", noise)); !errs.Is(err, errs.Invalid) {
		t.Errorf("record larger than a segment: got %v, want kind invalid", err)
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := storedKeys(t, store); len(got) != 0 {
		t.Errorf("refused records left %v", got)
	}
	for _, o := range []warc.SegmentOptions{{}, {Prefix: "/abs"}, {Prefix: "a/../b"}, {Prefix: "a", MaxRecords: 1}, {Prefix: "a", MaxBytes: -1}, {Prefix: "a", First: -1}} {
		if _, err := warc.NewSegmentWriter(store, o); !errs.Is(err, errs.Invalid) {
			t.Errorf("options %+v: got %v, want kind invalid", o, err)
		}
	}
}
