package jobs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/sources/replica"
)

// slow skips a test of minutes unless they were asked for.
func slow(t testing.TB) {
	t.Helper()
	if os.Getenv("TMI_TEST_SLOW") == "" {
		t.Skip("takes minutes: set TMI_TEST_SLOW=1")
	}
}

// place is a lake in S3 with its catalog in Postgres, which any number of machines open.
type place struct{ uri, catalog string }

// open opens the place as a machine of its own does: own connections, own cache.
func (p place) open(t *testing.T) *lake.Lake {
	t.Helper()
	l, _ := p.openWithCache(t)
	return l
}

func (p place) openWithCache(t *testing.T) (*lake.Lake, string) {
	t.Helper()
	cache := filepath.Join(t.TempDir(), "cache")
	l, err := lake.Open(t.Context(), lake.Options{URI: p.uri, Catalog: lake.CatalogPostgres, CatalogURI: p.catalog, Threads: 1,
		MemoryBytes: 1 << 30, CacheDir: cache, CacheBytes: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l, cache
}

// runCount tells the runs of several machines apart.
var runCount atomic.Int64

// captured is what bronze holds of postings. Where a record lies in its segment is chance:
// a collector asks for several at once.
func captured(t *testing.T, m *market, l *lake.Lake) []string {
	t.Helper()
	return read(t, m.env(t, l, m.now), `select distinct concat_ws(' ', source, board_id, content_hash, capture, captured_at) as line from bronze.postings order by 1`)
}

// withoutPositions are digests without that of bronze.postings, see captured.
func withoutPositions(digests map[string]string) map[string]string {
	delete(digests, "bronze.postings")
	return digests
}

// run does one run over the market as it stands.
func (m *market) run(t *testing.T, l *lake.Lake, isCollecting bool, names ...string) {
	t.Helper()
	o := jobs.RunOptions{Sources: names}
	if isCollecting {
		o.Collect = m.collector(t, l)
	}
	e := m.env(t, l, m.now)
	e.NewRunID = func(at time.Time) string {
		return fmt.Sprintf("%s-%08x", at.Format("20060102T150405Z"), runCount.Add(1))
	}
	if _, err := jobs.Run(t.Context(), e, o); err != nil {
		t.Errorf("run of %v at %s: %v", names, m.now, err)
	}
}

// What a lake holds does not depend on where it lies, nor on who wrote it beside whom.
func TestRiverInS3(t *testing.T) {
	slow(t)
	catalog := laketest.StartPostgres(t)
	server := laketest.StartS3(t)
	m := newMarket(t, replica.Config{Seed: 11, Postings: 240, Days: 5})
	at := mornings(1, 4)

	serial := openLake(t, filepath.Join(t.TempDir(), "lake"))
	for _, m.now = range at {
		m.run(t, serial, true, allSources...)
	}
	want := withoutPositions(headDigests(t, serial))

	// Two machines, each with boards of its own, at once.
	p := place{server.URI() + "/disjoint", catalog}
	a, b := p.open(t), p.open(t)
	for _, m.now = range at {
		var both sync.WaitGroup
		both.Go(func() { m.run(t, a, true, "jumpit", "hn") })
		both.Go(func() { m.run(t, b, true, "rallit", "greenhouse") })
		both.Wait()
	}
	sameTables(t, want, withoutPositions(headDigests(t, a)))
	if diff := cmp.Diff(captured(t, m, serial), captured(t, m, a)); diff != "" {
		t.Errorf("captures (-file +S3):\n%s", diff)
	}
	published, err := b.Published(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sameTables(t, want, withoutPositions(digests(t, b, published)))
	if info, err := a.Objects().Stat(t.Context(), "lake.json"); err != nil || !strings.HasPrefix(a.Objects().URI(), "s3://") {
		t.Errorf("the lake's mark: %v, %v", info, err)
	}
}

// Two machines that collect and refine the same board at once leave what one after the
// other leaves.
func TestTwoRunsOfOneSourceInS3(t *testing.T) {
	slow(t)
	catalog := laketest.StartPostgres(t)
	server := laketest.StartS3(t)
	m := newMarket(t, replica.Config{Seed: 12, Postings: 200, Days: 5})
	at := mornings(1, 4)
	serial := openLake(t, filepath.Join(t.TempDir(), "lake"))
	for _, m.now = range at {
		m.run(t, serial, true, "jumpit")
		m.run(t, serial, true, "jumpit")
	}
	want := withoutPositions(headDigests(t, serial))

	p := place{server.URI() + "/same", catalog}
	a, b := p.open(t), p.open(t)
	for _, m.now = range at {
		var both sync.WaitGroup
		for _, l := range []*lake.Lake{a, b} {
			both.Go(func() { m.run(t, l, true, "jumpit") })
		}
		both.Wait()
	}
	sameTables(t, want, withoutPositions(headDigests(t, a)))
	if diff := cmp.Diff(captured(t, m, serial), captured(t, m, a)); diff != "" {
		t.Errorf("captures (-one after the other +at once):\n%s", diff)
	}
}
