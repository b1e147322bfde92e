package collect

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/seen"
	"github.com/techmapit/tmi/sources/seen/seentest"
)

// remember gives the fixture the shared memory of a server, and its log.
func (f *fixture) remember(uri string) *bytes.Buffer {
	f.Helper()
	m, err := seen.Open(uri, f.store.URI())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = m.Close() })
	var log bytes.Buffer
	f.o.Seen, f.o.Logger = m, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return &log
}

// Two collectors share what they have landed, although neither reads the other's runs.
func TestSharedMemory(t *testing.T) {
	server := seentest.Start(t)
	f := newFixture(t, 20)
	f.remember(server.URI)
	if m := f.run(); m.Counts.Responses != 23 {
		t.Errorf("the first collector: %+v", m.Counts)
	}
	f.remember(server.URI) // another process's connection
	if m := f.run(); m.Counts.Skipped != 20 || m.Counts.NotModified != 3 {
		t.Errorf("the second collector: %+v, want nothing asked for again", m.Counts)
	}
	f.board.change(1003, "바뀐 공고")
	if m := f.run(); m.Counts.Skipped != 19 || m.Counts.Responses != 2 {
		t.Errorf("after a change: %+v", m.Counts)
	}
	if n := f.allResponses(); n != 25 {
		t.Errorf("%d responses in all, want 25", n)
	}
}

// What Redis loses is asked for again; a server that is away costs not even that.
func TestSharedMemoryLost(t *testing.T) {
	first, second := seentest.Start(t), seentest.Start(t)
	f := newFixture(t, 20)
	f.remember(first.URI)
	f.run()
	f.remember(second.URI) // as one that was started anew: it knows nothing
	if m := f.run(); m.Counts.Responses != 23 || m.Status != schemas.StatusDone {
		t.Errorf("an empty memory: %+v, want everything once more", m.Counts)
	}
	second.Kill()
	log := f.remember(second.URI)
	if m := f.run(); m.Counts.Skipped != 20 || m.Status != schemas.StatusDone || !strings.Contains(log.String(), "does not answer") {
		t.Errorf("no server: %+v, want the runs read instead; log %s", m.Counts, log)
	}

	third := seentest.Start(t)
	log = f.remember(third.URI)
	f.board.change(1003, "바뀐 공고")
	asked := 0
	f.board.onGet = func(path string) {
		if strings.HasPrefix(path, "/api/position/") {
			if asked++; asked == 5 {
				third.Kill()
			}
		}
	}
	f.o.Concurrency = 1
	m := f.run()
	if m.Status != schemas.StatusDone || m.Counts.Failed != 0 || m.Counts.Responses+m.Counts.Revisits != 23 || !strings.Contains(log.String(), "not told of this run") {
		t.Errorf("lost in the middle: %s %+v; log %s", m.Status, m.Counts, log)
	}
	f.board.onGet, f.o.Seen = nil, nil
	if m := f.run(); m.Counts.Skipped != 20 {
		t.Errorf("without a memory: %+v, want every page known from the runs", m.Counts)
	}
}

// A memory that outlives its lake is not believed: what it knows is not there any more.
func TestSharedMemoryOfALakeThatIsGone(t *testing.T) {
	server := seentest.Start(t)
	f := newFixture(t, 20)
	f.remember(server.URI)
	f.run()
	for _, key := range keys(t, f.store) {
		if err := f.store.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	f.remember(server.URI)
	if m := f.run(); m.Counts.Responses != 23 || m.Counts.Skipped != 0 {
		t.Errorf("over an emptied lake: %+v, want everything landed again", m.Counts)
	}
}

// A run that was cut off tells nobody of its pages before it is ended.
func TestSharedMemoryHoldsEndedRunsAlone(t *testing.T) {
	server := seentest.Start(t)
	f := newFixture(t, 20)
	f.remember(server.URI)
	f.cutOff()
	f.note(func(u *underway) { u.Host = "elsewhere" })
	f.remember(server.URI)
	if m := f.run(); m.Counts.Responses != 23 {
		t.Errorf("while the other may live: %+v, want nothing taken from it", m.Counts)
	}
	f.o.Resume = true
	f.clock.Advance(2 * time.Hour)
	if m := f.run(); m.Counts.Skipped != 20 {
		t.Errorf("after it was ended: %+v", m.Counts)
	}
	if n := f.allResponses(); n != 46 {
		t.Errorf("%d responses, want both runs' 23", n)
	}
}
