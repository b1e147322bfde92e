package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/boards"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/replica"
)

// market is a replica world on a port, with a clock that the test sets.
type market struct {
	*replica.World
	server *replica.Server
	now    time.Time
}

// newMarket plays a world that starts on the first of May 2026.
func newMarket(t testing.TB, c replica.Config) *market {
	t.Helper()
	c.Start = day(1, 0)
	world, err := replica.New(c)
	if err != nil {
		t.Fatal(err)
	}
	m := &market{World: world, now: day(1, 9)}
	if m.server, err = world.Serve(func() time.Time { return m.now }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.server.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

var allSources = []string{"jumpit", "rallit", "greenhouse", "hn"}

// source is a board of the market as it is set up now.
func (m *market) source(t testing.TB, name string) sources.Source {
	t.Helper()
	board, err := boards.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	settings := board.Settings
	settings.BaseURL, settings.Boards, settings.Threads = m.server.BaseURLs[name], m.Boards(), m.Threads(m.now)
	source, err := board.New(settings)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// collector collects into a lake at the market's time, which stands still meanwhile.
func (m *market) collector(t testing.TB, l *lake.Lake) jobs.Collector {
	return func(ctx context.Context, name string, limit int) (schemas.RunManifest, error) {
		now := m.now
		clock := func() time.Time { return now }
		client, err := crawl.New(crawl.Options{BaseURL: m.server.BaseURLs[name], Rate: 1e6, Concurrency: 4, Clock: clock})
		if err != nil {
			return schemas.RunManifest{}, err
		}
		return collect.Run(ctx, collect.Options{Source: m.source(t, name), Store: l.Objects(), Client: client, Clock: clock, Location: seoul, Limit: limit, IsDemo: true})
	}
}

// collect collects the sources at each of the instants.
func (m *market) collect(t testing.TB, l *lake.Lake, names []string, at ...time.Time) {
	t.Helper()
	for _, now := range at {
		m.now = now
		for _, name := range names {
			if _, err := m.collector(t, l)(t.Context(), name, 0); err != nil {
				t.Fatalf("collect %s at %s: %v", name, now, err)
			}
		}
	}
}

// mornings are nine o'clock in Seoul on the days.
func mornings(from, to int) (at []time.Time) {
	for d := from; d < to; d++ {
		at = append(at, day(d, 9))
	}
	return at
}

// env is an environment over a lake with the market's boards.
func (m *market) env(t testing.TB, l *lake.Lake, now time.Time) *jobs.Env {
	t.Helper()
	runs := 0
	e := &jobs.Env{Lake: l, Extractor: extractor(t), Zone: seoul, Clock: func() time.Time { return now }, Logger: slog.New(slog.DiscardHandler),
		Sources: map[string]sources.Source{}, Boards: map[string]sources.Board{},
		NewRunID: func(at time.Time) string { runs++; return fmt.Sprintf("%s-%08x", at.Format("20060102T150405Z"), runs) }}
	for _, name := range allSources {
		board, err := boards.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		e.Sources[name], e.Boards[name] = m.source(t, name), board
	}
	return e
}

var newExtractor = sync.OnceValues(extract.New)

// extractor is one for all tests: its tables take a while to build.
func extractor(t testing.TB) *extract.Extractor {
	t.Helper()
	x, err := newExtractor()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func openLake(t testing.TB, root string) *lake.Lake {
	t.Helper()
	l, err := lake.Open(t.Context(), lake.Options{URI: "file://" + root, Threads: 2, MemoryBytes: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// copyOf is a lake with what another has landed so far, and no tables.
func copyOf(t testing.TB, l *lake.Lake) *lake.Lake {
	t.Helper()
	from, to := l.Objects().URI()[len("file://"):], filepath.Join(t.TempDir(), "lake")
	for _, part := range []string{"raw", "lake.json"} {
		info, err := os.Stat(filepath.Join(from, part))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(to, 0o755); err != nil {
			t.Fatal(err)
		}
		if info.IsDir() {
			err = os.CopyFS(filepath.Join(to, part), os.DirFS(filepath.Join(from, part)))
		} else {
			var text []byte
			if text, err = os.ReadFile(filepath.Join(from, part)); err == nil {
				err = os.WriteFile(filepath.Join(to, part), text, 0o644)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return openLake(t, to)
}

// step is one call of a job.
type step struct {
	name, source string
	window       jobs.Window
	run          jobs.Step
}

var sourceSteps = []struct {
	name string
	run  jobs.Step
}{{"bronze", jobs.Bronze}, {"silver", jobs.Silver}, {"lifecycle", jobs.Lifecycle}}

// river are the steps from raw to gold over a window.
func river(names []string, w jobs.Window) (steps []step) {
	for _, source := range names {
		for _, s := range sourceSteps {
			steps = append(steps, step{s.name, source, w, s.run})
		}
	}
	return append(steps, step{"duplicates", "", w, jobs.Duplicates}, step{"gold", "", w, jobs.Gold})
}

// flow does steps, then checks and publishes. It returns how long each step took, by name
// and source.
func flow(t testing.TB, e *jobs.Env, steps ...step) map[string]time.Duration {
	t.Helper()
	took := map[string]time.Duration{}
	for _, s := range append(steps, step{"check", "", jobs.Window{}, jobs.Check}, step{"index", "", jobs.Window{}, jobs.Index}, step{"publish", "", jobs.Window{}, jobs.Publish}) {
		began := time.Now()
		report, err := e.Do(t.Context(), s.name, s.source, s.window, s.run)
		took[s.name+s.source] = time.Since(began)
		if err != nil {
			t.Fatalf("%s %s %s: %v", s.name, s.source, s.window, err)
		}
		if s.name == "bronze" { // as each call of a scheduler does; lifecycle asks how far bronze is
			if err := e.Record(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if report.In != report.Out+report.Rejected+report.Duplicate {
			t.Errorf("%s %s %s: %+v does not add up", s.name, s.source, s.window, report)
		}
	}
	return took
}

// digests are those of the tables that say what was learned; ops tell of the runs.
func digests(t testing.TB, l *lake.Lake, set lake.Set) map[string]string {
	t.Helper()
	s, err := l.Session(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got := map[string]string{}
	for _, table := range schemas.Tables() {
		if table.Name() == schemas.OpsRuns.Name() {
			continue
		}
		if got[table.Name()], err = s.Digest(t.Context(), table); err != nil {
			t.Fatal(err)
		}
	}
	return got
}

func headDigests(t testing.TB, l *lake.Lake) map[string]string {
	t.Helper()
	set, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return digests(t, l, set)
}

func sameTables(t testing.TB, want, got map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("digests (-want +got):\n%s", diff)
	}
}
