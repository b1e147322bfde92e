package collect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
)

// allResponses counts what the ended runs hold, each record once.
func (f *fixture) allResponses() int {
	f.Helper()
	runs, err := Manifests(f.Context(), f.store, "jumpit", time.Time{}, time.Time{})
	if err != nil {
		f.Fatal(err)
	}
	type place struct {
		object string
		offset int64
	}
	seen := map[place]bool{}
	for _, run := range runs {
		captures, err := Captures(f.Context(), f.store, run)
		if err != nil {
			f.Fatal(err)
		}
		for _, c := range captures {
			if at := (place{c.Object, c.Offset}); !c.IsRevisit {
				if seen[at] {
					f.Errorf("%v stands in two runs", at)
				}
				seen[at] = true
			}
		}
	}
	return len(seen)
}

// cutOff lands everything of a board but the run's end, and returns its index.
func (f *fixture) cutOff() []schemas.Capture {
	f.Helper()
	f.o.Store = failing{f.store, manifestName}
	if _, err := Run(f.Context(), f.o); !errs.Is(err, errs.Unavailable) {
		f.Fatalf("got %v, want the manifest not to be written", err)
	}
	f.o.Store = f.store
	for _, key := range keys(f.T, f.store) {
		hasEnded, err := objects.Exists(f.Context(), f.store, path.Join(path.Dir(key), manifestName))
		if err != nil {
			f.Fatal(err)
		}
		if path.Base(key) == indexName && !hasEnded {
			captures, err := Captures(f.Context(), f.store, schemas.RunManifest{Index: key})
			if err != nil {
				f.Fatal(err)
			}
			if err := f.store.Delete(f.Context(), key); err != nil {
				f.Fatal(err)
			}
			return captures
		}
	}
	f.Fatal("no index was written")
	return nil
}

// note rewrites open.json of the run that was cut off.
func (f *fixture) note(change func(u *underway)) {
	f.Helper()
	for _, key := range keys(f.T, f.store) {
		if path.Base(key) != openName {
			continue
		}
		u, err := readUnderway(f.Context(), f.store, path.Dir(key))
		if err != nil {
			f.Fatal(err)
		}
		change(&u)
		text, err := json.Marshal(u)
		if err == nil {
			_, err = objects.WriteAll(f.Context(), f.store, key, text)
		}
		if err != nil {
			f.Fatal(err)
		}
		return
	}
	f.Fatal("there is no open.json")
}

// The index that is rebuilt from the segments is the one that the run would have written.
func TestCutOffRunIsEndedByTheNext(t *testing.T) {
	for _, hasEarlier := range []bool{false, true} {
		f := newFixture(t, 20)
		if hasEarlier { // then list pages are revisits of the first run's
			f.run()
			f.board.change(1004, "바뀐 공고")
		}
		f.clock.Advance(time.Hour)
		lost := f.cutOff()
		next := f.run()
		runs, err := Manifests(t.Context(), f.store, "jumpit", time.Time{}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		ended := runs[len(runs)-2]
		if ended.Status != schemas.StatusPartial || len(ended.Lists) != 0 || ended.RunID == next.RunID || !strings.Contains(ended.Error, next.RunID) || !ended.EndedAt.After(next.StartedAt.Add(-time.Second)) {
			t.Errorf("the run that was cut off: %+v", ended)
		}
		captures, err := Captures(t.Context(), f.store, ended)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(lost, captures); diff != "" {
			t.Errorf("its index (-as it was +from the segments):\n%s", diff)
		}
		if next.Counts.Responses != 0 || next.Counts.Skipped != 20 || next.Status != schemas.StatusDone {
			t.Errorf("the next run: %+v", next.Counts)
		}
		if want := map[bool]int{false: 23, true: 25}[hasEarlier]; f.allResponses() != want {
			t.Errorf("%d responses in all, want %d", f.allResponses(), want)
		}
		for _, key := range keys(t, f.store) {
			if path.Base(key) == openName {
				t.Errorf("%s is left", key)
			}
		}
		if last := f.run(); last.Counts.Skipped != 20 || len(keys(t, f.store)) == 0 {
			t.Errorf("the run after that: %+v", last.Counts)
		}
	}
}

func TestWhoseRunIsTakenOver(t *testing.T) {
	old := time.Now().Add(-silentAfter - time.Hour)
	cases := []struct {
		name   string
		note   func(u *underway)
		resume bool
		silent bool // for hours
		age    time.Duration
		want   bool
	}{
		{"a process of this machine that is gone", func(u *underway) { u.PID = 1 << 30 }, false, false, 0, true},
		{"a process of this machine that lives", func(u *underway) { u.PID = 1 }, true, true, 0, false},
		{"another machine's, lately", func(u *underway) { u.Host = "elsewhere" }, false, false, 0, false},
		{"another machine's, lately, with resume", func(u *underway) { u.Host = "elsewhere" }, true, false, 0, true},
		{"another machine's, silent for hours", func(u *underway) { u.Host = "elsewhere" }, false, true, 0, true},
		{"older than a run may be", func(u *underway) { u.PID = 1 << 30 }, true, true, lostAfter + 48*time.Hour, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, 5)
			f.cutOff()
			f.note(c.note)
			f.o.Resume = c.resume
			f.clock.Advance(c.age)
			if c.silent {
				f.o.Store = aged{f.store, old}
			}
			m := f.run()
			if isTaken := m.Counts.Skipped == 5; isTaken != c.want {
				t.Errorf("taken over: %t, want %t: %+v", isTaken, c.want, m.Counts)
			}
		})
	}
}

// aged is a store whose objects were all put at one time.
type aged struct {
	objects.Store
	at time.Time
}

func (s aged) List(ctx context.Context, prefix string) iter.Seq2[objects.Info, error] {
	return func(yield func(objects.Info, error) bool) {
		for info, err := range s.Store.List(ctx, prefix) {
			info.ModifiedAt = s.at
			if !yield(info, err) {
				return
			}
		}
	}
}

// A run of the same board in this very process is not taken for a dead one.
func TestTwoRunsAtOnce(t *testing.T) {
	f := newFixture(t, 20)
	f.o.Resume = true
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			if _, err := Run(t.Context(), f.o); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	runs, err := Manifests(t.Context(), f.store, "jumpit", time.Time{}, time.Time{})
	if err != nil || len(runs) != 2 {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	for _, run := range runs {
		if run.Status != schemas.StatusDone || !run.Lists[0].IsComplete {
			t.Errorf("%+v", run)
		}
	}
}

func TestBrokenSegmentOfACutOffRun(t *testing.T) {
	f := newFixture(t, 20)
	lost := f.cutOff()
	key := lost[0].Object
	data, err := objects.ReadAll(t.Context(), f.store, key)
	if err != nil {
		t.Fatal(err)
	}
	cut := data[:lost[9].Offset+lost[9].Length/2] // in the middle of the tenth record
	if _, err := f.store.Put(t.Context(), key, bytes.NewReader(cut)); err != nil {
		t.Fatal(err)
	}
	m := f.run()
	runs, err := Manifests(t.Context(), f.store, "jumpit", time.Time{}, time.Time{})
	if err != nil || len(runs) != 2 {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	if captures, err := Captures(t.Context(), f.store, runs[0]); err != nil || len(captures) != 9 {
		t.Errorf("%d captures are kept, %v; want the nine whole ones", len(captures), err)
	}
	if m.Counts.Skipped+m.Counts.Responses < 20 || m.Status != schemas.StatusDone {
		t.Errorf("the next run: %+v", m.Counts)
	}
}

// A reading that is stopped again and again ends as one complete list, each page of it
// asked for once, whose sightings all stand in the run that completed it.
func TestSlices(t *testing.T) {
	f := newFixture(t, 100) // 8 list pages, the last of them empty
	f.o.Concurrency = 1
	since := f.clock.Now()
	var last schemas.RunManifest
	slices := 0
	for ; slices < 40; slices++ {
		ctx, cancel := context.WithCancel(t.Context())
		asked := 0
		f.board.onGet = func(path string) {
			if path == "/robots.txt" {
				return
			}
			if asked++; asked == 5 {
				cancel()
			}
		}
		f.o.ListsSince = since
		m, err := Run(ctx, f.o)
		cancel()
		f.clock.Advance(time.Second)
		if last = m; err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) || m.Status != schemas.StatusPartial || m.Cursor == nil || !m.Cursor.ListsSince.Equal(since) {
			t.Fatalf("slice %d: %v, %+v", slices, err, m)
		}
	}
	if slices < 20 || !last.Lists[0].IsComplete || last.Lists[0].PostingCount != 100 || last.Status != schemas.StatusDone || last.Cursor != nil {
		t.Errorf("after %d slices: %+v", slices, last)
	}
	if n := f.board.asked("/api/positions"); n > 10 {
		t.Errorf("list pages were asked for %d times, want 8, and once more where a slice was stopped at one", n)
	}
	captures, err := Captures(t.Context(), f.store, last)
	if err != nil {
		t.Fatal(err)
	}
	refs := map[string]bool{}
	for l, err := range Documents(t.Context(), f.store, captures) {
		if err != nil {
			t.Fatal(err)
		}
		if l.Capture.CapturedAt.Before(last.StartedAt) || l.Capture.RunID != last.RunID {
			t.Errorf("%+v lies outside its run", l.Capture)
		}
		parsed, err := f.o.Source.Parse(l.Document)
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range parsed.Refs {
			refs[ref.BoardID] = true
		}
	}
	if len(refs) != 100 {
		t.Errorf("the run that completed the list saw %d postings, want 100", len(refs))
	}
	if n := f.allResponses(); n != 108 {
		t.Errorf("%d responses in all, want 108", n)
	}

	f.board.onGet = nil
	f.clock.Advance(MaxReading)
	f.board.asked("")
	if m := f.run(); m.Counts.NotModified != 8 || f.board.asked("/api/positions") != 8 {
		t.Errorf("after an hour the lists are read anew: %+v", m.Counts)
	}
}

// --resume goes on with the lists of the run that was stopped.
func TestResumeGoesOnWithTheLists(t *testing.T) {
	f := newFixture(t, 40)
	f.o.Concurrency = 1
	ctx, cancel := context.WithCancel(t.Context())
	f.board.onGet = func(path string) {
		if strings.HasPrefix(path, "/api/position/1003") {
			cancel()
		}
	}
	if _, err := Run(ctx, f.o); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	f.board.onGet = nil
	f.board.asked("")
	f.clock.Advance(time.Minute)
	f.o.Resume = true
	m, err := Run(t.Context(), f.o)
	if err != nil || !m.Lists[0].IsComplete || f.board.asked("/api/positions") != 0 {
		t.Errorf("got %v, %+v; want no list page asked for again", err, m)
	}
	if m.Counts.Responses+m.Counts.Skipped != 40 {
		t.Errorf("details: %+v", m.Counts)
	}
}

func TestSegmentAge(t *testing.T) {
	f := newFixture(t, 20)
	f.o.Concurrency, f.o.SegmentAge = 1, time.Minute
	f.board.onGet = func(string) { f.clock.Advance(10 * time.Second) }
	m := f.run()
	if n := len(m.Segments); n < 3 || n > 5 {
		t.Errorf("%d segments of a run of %gs, want one a minute", n, m.Counts.Seconds)
	}
	if diff := cmp.Diff(len(m.Segments)+notePuts, m.Counts.Puts); diff != "" {
		t.Errorf("puts: %s", diff)
	}
	checkOnce(t, f, m)
}

func checkOnce(t *testing.T, f *fixture, m schemas.RunManifest) {
	t.Helper()
	captures, err := Captures(t.Context(), f.store, m)
	if err != nil {
		t.Fatal(err)
	}
	for l, err := range Documents(t.Context(), f.store, captures) {
		if err != nil {
			t.Errorf("%s: %v", l.Capture.URL, err)
		}
	}
}

func TestLists(t *testing.T) {
	f := newFixture(t, 3)
	f.o.Lists = []string{"all"}
	if m := f.run(); len(m.Lists) != 1 {
		t.Errorf("%+v", m.Lists)
	}
	f.o.Lists = []string{"nobody"}
	if _, err := Run(t.Context(), f.o); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), `"nobody"`) {
		t.Errorf("got %v, want errs.Invalid naming the list", err)
	}
}

// announcer keeps what it is told, and may fail.
type announcer struct {
	events []Event
	err    error
}

func (a *announcer) Announce(_ context.Context, e Event) error {
	a.events = append(a.events, e)
	return a.err
}

func TestAnnounce(t *testing.T) {
	f := newFixture(t, 3)
	a := &announcer{err: errors.New("the queue is away")}
	f.o.Announcer = a
	m := f.run()
	want := []Event{{Version: 1, Event: "collected", Source: "jumpit", Run: m.RunID, Manifest: path.Dir(m.Index) + "/run.json", Status: "done"}}
	if diff := cmp.Diff(want, a.events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if isThere, err := objects.Exists(t.Context(), f.store, a.events[0].Manifest); !isThere || err != nil {
		t.Errorf("the manifest named is not there: %v", err)
	}
	f.cutOff()
	f.run()
	if len(a.events) != 3 || a.events[1].Status != schemas.StatusPartial {
		t.Errorf("events %+v; want the run that was cut off announced too", a.events)
	}
}

func TestHealth(t *testing.T) {
	f := newFixture(t, 3)
	if _, ok, err := LastHealth(t.Context(), f.store, "jumpit"); ok || err != nil {
		t.Errorf("before the first run: %t, %v", ok, err)
	}
	f.run()
	f.board.status = 503
	f.clock.Advance(time.Hour)
	if _, err := Run(t.Context(), f.o); err == nil {
		t.Fatal("a board that is down")
	}
	down, ok, err := LastHealth(t.Context(), f.store, "jumpit")
	if !ok || err != nil || down.Status != schemas.StatusFailed || down.Failed != 1 || down.SuccessRate == nil || *down.SuccessRate != 0 || down.IncompleteLists != 1 {
		t.Errorf("a board that is down: %t %v %+v", ok, err, down)
	}
	f.board.status = 0
	m := f.run()
	up, _, err := LastHealth(t.Context(), f.store, "jumpit")
	rate := 1.0
	want := Health{RunID: m.RunID, Status: "done", SuccessRate: &rate, Pages: 2, NotModified: 2, Lists: 1, Listed: 3, BytesOut: m.Counts.BytesOut, Puts: 4}
	if diff := cmp.Diff(want, up, cmpopts.IgnoreFields(Health{}, "EndedAt", "Seconds", "Nuisances", "BytesIn")); diff != "" || err != nil {
		t.Errorf("health (-want +got), %v:\n%s", err, diff)
	}
}
