package collect

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
)

func TestRunsInARow(t *testing.T) {
	for _, hasETag := range []bool{true, false} {
		for _, hasState := range []bool{true, false} {
			t.Run(map[bool]string{true: "etag", false: "no etag"}[hasETag]+map[bool]string{true: " state", false: ""}[hasState], func(t *testing.T) {
				f := newFixture(t, 20)
				f.board.hasETag = hasETag
				next := func() schemas.RunManifest {
					m := f.run()
					if hasState {
						captures, err := Captures(t.Context(), f.store, m)
						if err != nil {
							t.Fatal(err)
						}
						if _, err := WriteKnown(t.Context(), f.store, "jumpit", captures); err != nil {
							t.Fatal(err)
						}
					}
					return m
				}
				first := next()
				if first.Status != schemas.StatusDone || first.Counts.Responses != 23 || first.Counts.Revisits != 0 || first.Counts.Requests != 24 {
					t.Fatalf("first run: %+v; want 3 list pages and 20 details", first)
				}
				want := schemas.ListRead{List: "all", Filter: "sort=reg_dt", ReadAt: first.Lists[0].ReadAt, IsComplete: true, PostingCount: 20, BoardTotal: first.Lists[0].BoardTotal}
				if diff := cmp.Diff([]schemas.ListRead{want}, first.Lists); diff != "" || *first.Lists[0].BoardTotal != 20 {
					t.Errorf("lists (-want +got):\n%s", diff)
				}

				f.board.asked("")
				second := next()
				if second.Counts.Responses != 0 || second.Counts.Revisits != 3 || second.Counts.Skipped != 20 || f.board.asked("/api/position/") != 0 {
					t.Errorf("second run: %+v; want revisits of the list pages and nothing else", second.Counts)
				}
				if perRecord := second.Counts.BytesOut / 4; perRecord > 500 {
					t.Errorf("a revisit costs %d bytes, want at most 500", perRecord)
				}

				f.board.change(1003, "바뀐 공고")
				third := next()
				if third.Counts.Responses != 2 || third.Counts.Revisits != 2 || third.Counts.Skipped != 19 || f.board.asked("/api/position/1003") != 1 {
					t.Errorf("third run: %+v; want one list page and one detail", third.Counts)
				}

				f.clock.Advance(DefaultRecheck)
				fourth := next()
				if fourth.Counts.Responses != 0 || fourth.Counts.Revisits != 23 {
					t.Errorf("after a week: %+v; want revisits of everything", fourth.Counts)
				}
				checkDocuments(t, f, fourth)

				f.clock.Advance(MaxReference)
				if fifth := next(); fifth.Counts.Responses != 23 || fifth.Counts.Revisits != 0 {
					t.Errorf("after a month: %+v; want everything landed again", fifth.Counts)
				}
			})
		}
	}
}

// checkDocuments opens every capture of a run, alone and together, and parses it.
func checkDocuments(t *testing.T, f *fixture, m schemas.RunManifest) {
	t.Helper()
	captures, err := Captures(t.Context(), f.store, m)
	if err != nil {
		t.Fatal(err)
	}
	seen, n := map[string]bool{}, 0
	for landed, err := range Documents(t.Context(), f.store, captures) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		alone, err := Open(t.Context(), f.store, landed.Capture)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(alone, landed.Document); diff != "" {
			t.Errorf("alone and together differ:\n%s", diff)
		}
		if !alone.NotModified || alone.Status != 200 || len(alone.Body) == 0 || !alone.FetchedAt.Equal(landed.Capture.CapturedAt) {
			t.Errorf("document of a revisit: %+v", alone)
		}
		parsed, err := f.o.Source.Parse(alone)
		if err != nil || len(parsed.Bad) > 0 {
			t.Errorf("parse %s: %v %v", alone.URL, err, parsed.Bad)
		}
		for _, p := range parsed.Postings {
			seen[p.BoardID] = true
		}
	}
	if n != len(captures) || len(seen) != 20 {
		t.Errorf("%d of %d documents name %d postings, want 20", n, len(captures), len(seen))
	}
}

func TestGoneDetailIsNotAskedForAgainAtOnce(t *testing.T) {
	f := newFixture(t, 3)
	f.board.gone[1001] = true
	if m := f.run(); m.Counts.Responses != 5 || m.Counts.Failed != 0 {
		t.Errorf("first run: %+v; a word that a posting is gone is an answer", m.Counts)
	}
	f.o.RecheckUnstamped = 10 * time.Hour
	if m := f.run(); m.Counts.Skipped != 3 {
		t.Errorf("second run: %+v", m.Counts)
	}
	f.clock.Advance(10 * time.Hour)
	if m := f.run(); m.Counts.Skipped != 2 || m.Counts.Revisits != 3 {
		t.Errorf("third run: %+v", m.Counts)
	}
}

func TestLimit(t *testing.T) {
	f := newFixture(t, 40)
	f.o.Limit = 5
	var last [2]int
	f.o.Progress = func(done, total int) { last = [2]int{done, total} }
	m := f.run()
	if m.Lists[0].IsComplete || m.Lists[0].PostingCount != 5 || m.Counts.Responses != 6 || m.Status != schemas.StatusPartial {
		t.Errorf("got %+v; want one list page and 5 details", m)
	}
	if last != [2]int{5, 5} {
		t.Errorf("progress ended at %v, want 5 of 5", last)
	}
	f.o.Limit = 0
	if m := f.run(); m.Counts.Skipped != 5 || !m.Lists[0].IsComplete {
		t.Errorf("the whole list after the newest: %+v", m)
	}
}

func TestInterrupted(t *testing.T) {
	f := newFixture(t, 40)
	ctx, cancel := context.WithCancel(t.Context())
	seen := 0
	f.o.Concurrency = 1
	f.board.onGet = func(path string) {
		if strings.HasPrefix(path, "/api/position/") {
			if seen++; seen == 10 {
				cancel()
			}
		}
	}
	m, err := Run(ctx, f.o)
	if !errors.Is(err, context.Canceled) || m.Status != schemas.StatusPartial || m.Error == "" {
		t.Fatalf("got %v, %+v; want a partial run", err, m)
	}
	if m.Counts.Responses < 12 || m.Counts.Responses > 14 || m.Counts.Failed != 0 {
		t.Errorf("counts %+v; want what was landed until then", m.Counts)
	}
	if runs, err := Manifests(t.Context(), f.store, "jumpit", time.Time{}, time.Time{}); err != nil || len(runs) != 1 {
		t.Errorf("manifests: %d, %v", len(runs), err)
	}
	f.board.onGet = nil
	if next := f.run(); next.Counts.Skipped+next.Counts.Responses != 40 || next.Counts.Skipped < 9 || next.Status != schemas.StatusDone {
		t.Errorf("the next run goes on: %+v", next.Counts)
	}
}

func TestBoardDown(t *testing.T) {
	f := newFixture(t, 3)
	f.board.status = 503
	m, err := Run(t.Context(), f.o)
	if !errs.Is(err, errs.Unavailable) || m.Status != schemas.StatusFailed || len(m.Lists) != 1 || m.Lists[0].Error == "" || m.Counts.Failed != 1 {
		t.Errorf("got %v, %+v; want errs.Unavailable and a failed run", err, m)
	}
	f.board.status = 0
	if m := f.run(); m.Counts.Responses != 5 {
		t.Errorf("after that: %+v", m.Counts)
	}
}

func TestEmptied(t *testing.T) {
	f := newFixture(t, 5)
	first := f.run()
	if n, err := Emptied(t.Context(), f.store, first); n != 0 || err != nil {
		t.Errorf("a full run: %d, %v", n, err)
	}
	f.board.titles = map[int]string{}
	for range 2 {
		m := f.run()
		if n, err := Emptied(t.Context(), f.store, m); n != 5 || err != nil || m.Status != schemas.StatusDone {
			t.Errorf("a run without rows: %d, %v, %s; want 5", n, err, m.Status)
		}
	}
}

func TestDemoAndRealNeverMix(t *testing.T) {
	f := newFixture(t, 1)
	f.run()
	f.o.IsDemo = true
	before := keys(t, f.store)
	if _, err := Run(t.Context(), f.o); !errs.Is(err, errs.Conflict) {
		t.Errorf("got %v, want errs.Conflict", err)
	}
	if diff := cmp.Diff(before, keys(t, f.store)); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
	if kind, err := Kind(t.Context(), f.store); kind != KindReal || err != nil {
		t.Errorf("kind %q, %v", kind, err)
	}
}

// failing is a store in which objects of one kind cannot be put.
type failing struct {
	objects.Store
	word string
}

func (s failing) Put(ctx context.Context, key string, body io.ReadSeeker) (objects.Info, error) {
	if strings.Contains(key, s.word) {
		return objects.Info{}, errs.New(errs.Unavailable, "put %s: no space left", key)
	}
	return s.Store.Put(ctx, key, body)
}

func (s failing) PutIfAbsent(ctx context.Context, key string, body io.ReadSeeker) (objects.Info, error) {
	if strings.Contains(key, s.word) {
		return objects.Info{}, errs.New(errs.Unavailable, "put %s: no space left", key)
	}
	return s.Store.PutIfAbsent(ctx, key, body)
}

func TestNothingHalfWritten(t *testing.T) {
	for _, word := range []string{"seg-", indexName, manifestName} {
		t.Run(word, func(t *testing.T) {
			f := newFixture(t, 20)
			f.o.Store = failing{f.store, word}
			if m, err := Run(t.Context(), f.o); !errs.Is(err, errs.Unavailable) || m.RunID != "" {
				t.Errorf("got %v, run %q; want errs.Unavailable and no run", err, m.RunID)
			}
			if runs, err := Manifests(t.Context(), f.store, "jumpit", time.Time{}, time.Time{}); len(runs) != 0 || err != nil {
				t.Errorf("%d runs exist, %v", len(runs), err)
			}
			f.o.Store = f.store
			m := f.run()
			if word == "seg-" {
				if m.Counts.Responses != 23 {
					t.Errorf("the next run: %+v, want everything", m.Counts)
				}
			} else if m.Counts.Revisits != 3 || m.Counts.Skipped != 20 {
				t.Errorf("the next run: %+v, want what the segments hold taken over", m.Counts)
			}
			if n := f.allResponses(); n != 23 {
				t.Errorf("the runs hold %d responses, want each page once", n)
			}
		})
	}
}

// TestSameNameAgain gives two runs one name, as a demo that goes on after a kill does.
func TestSameNameAgain(t *testing.T) {
	f := newFixture(t, 20)
	f.o.NewRunID = func(time.Time) string { return "20260302T010000Z-00000001" }
	f.o.Store = failing{f.store, manifestName} // killed before the manifest
	if _, err := Run(t.Context(), f.o); err == nil {
		t.Fatal("the manifest was written")
	}
	f.o.Store = f.store
	m := f.run()
	if m.Counts.Responses != 23 || m.Counts.Revisits != 3 || m.Counts.Skipped != 20 || len(m.Segments) != 2 {
		t.Errorf("the run under the same name: %+v, want it to go on behind what is there", m)
	}
	if captures, err := Captures(t.Context(), f.store, m); err != nil || len(captures) != 26 || m.StartedAt.After(captures[0].CapturedAt) {
		t.Errorf("%d captures, %v; the run began %s", len(captures), err, m.StartedAt)
	}
	if _, err := Run(t.Context(), f.o); !errs.Is(err, errs.Conflict) {
		t.Errorf("a run that has ended: got %v, want errs.Conflict", err)
	}
}

func TestFullDisk(t *testing.T) {
	f := newFixture(t, 3)
	f.o.MinFreeDisk = 1 << 60
	if _, err := Run(t.Context(), f.o); !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), "min_free_disk") {
		t.Errorf("got %v, want errs.Unavailable naming min_free_disk", err)
	}
	for _, key := range keys(t, f.store) {
		if strings.HasPrefix(key, "raw/") {
			t.Errorf("%s was written", key)
		}
	}
}

func TestLostSegmentAsksAgain(t *testing.T) {
	f := newFixture(t, 2)
	first := f.run()
	for _, s := range first.Segments {
		if err := f.store.Delete(t.Context(), s.Key); err != nil {
			t.Fatal(err)
		}
	}
	if m := f.run(); !m.Lists[0].IsComplete || m.Counts.Responses != 2 {
		t.Errorf("list pages whose text is lost: %+v; want them in full", m)
	}
	captures, err := Captures(t.Context(), f.store, first)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range Documents(t.Context(), f.store, captures) {
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("got %v, want errs.NotFound", err)
		}
	}
}

func TestBrokenRecord(t *testing.T) {
	f := newFixture(t, 20)
	m := f.run()
	key := m.Segments[0].Key
	data, err := objects.ReadAll(t.Context(), f.store, key)
	if err != nil {
		t.Fatal(err)
	}
	captures, err := Captures(t.Context(), f.store, m)
	if err != nil {
		t.Fatal(err)
	}
	c := captures[7]
	copy(data[c.Offset+c.Length/2:], bytes.Repeat([]byte{0xff}, 20))
	if _, err := f.store.Put(t.Context(), key, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	good, broken := 0, 0
	for landed, err := range Documents(t.Context(), f.store, captures) {
		switch {
		case err == nil:
			good++
		case errs.Is(err, errs.Corrupt) && landed.Capture.Offset == c.Offset:
			broken++
		default:
			t.Errorf("%s: %v", landed.Capture.URL, err)
		}
	}
	if good != 22 || broken != 1 {
		t.Errorf("%d good and %d broken, want 22 and 1", good, broken)
	}
}

func TestFolders(t *testing.T) {
	f := newFixture(t, 1)
	for _, at := range []string{"2026-03-01T23:59:00Z", "2026-03-02T00:01:00Z", "2026-03-02T14:59:59Z", "2026-03-02T15:00:00Z"} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		f.clock.now = when
		m, err := Run(t.Context(), f.o)
		if err != nil {
			t.Fatal(err)
		}
		want := "date=2026-03-02/"
		if at == "2026-03-02T15:00:00Z" {
			want = "date=2026-03-03/"
		}
		if !strings.Contains(m.Index, want) || !strings.HasPrefix(m.RunID, when.Format("20060102T150405Z-")) || len(m.RunID) != 25 {
			t.Errorf("%s: index %s, run %s; want %s", at, m.Index, m.RunID, want)
		}
	}
	window := func(from, to string) int {
		parse := func(s string) (t time.Time) { t, _ = time.Parse(time.RFC3339, s); return t }
		runs, err := Manifests(t.Context(), f.store, "jumpit", parse(from), parse(to))
		if err != nil {
			t.Fatal(err)
		}
		return len(runs)
	}
	if n := window("2026-03-02T00:00:00Z", "2026-03-02T15:00:00Z"); n != 2 {
		t.Errorf("the UTC morning holds %d runs, want 2", n)
	}
	if n := window("2026-03-01T15:00:00Z", "2026-03-02T15:00:00Z"); n != 3 {
		t.Errorf("the day in Seoul holds %d runs, want 3", n)
	}
	if window("", "") != 4 || window("2026-03-02T15:00:01Z", "") > 1 || window("2026-04-01T00:00:00Z", "") != 0 {
		t.Error("open windows")
	}
}
