package jobs_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/sources/replica"
)

// replayOf is how much the replays replay. Each step opens and commits tables, whatever it
// holds, so that boards and days are what takes time; TMI_TEST_SLOW=1 takes them all.
func replayOf(t testing.TB) (names []string, postings, days int) {
	switch {
	case os.Getenv("TMI_TEST_SLOW") != "":
		return allSources, 400, 8
	case testing.Short():
		return []string{"rallit"}, 120, 2
	}
	return []string{"rallit"}, 300, 3 // has both details and postings of which the list is all
}

// TestReplay refines the same raw in many ways: twice, day by day, in any order, and
// interrupted anywhere. The tables are always those of one run over all of it.
func TestReplay(t *testing.T) {
	t.Parallel()
	names, postings, days := replayOf(t)
	m := newMarket(t, replica.Config{Seed: 7, Postings: postings, Days: days})
	landed := openLake(t, filepath.Join(t.TempDir(), "lake"))
	m.collect(t, landed, names, mornings(1, days+1)...)
	end := day(days+1, 0)
	whole := window(t, day(1, 0), end)
	daily := func(d int) jobs.Window { return window(t, day(d, 0), day(d+1, 0)) }

	once := copyOf(t, landed)
	e := m.env(t, once, end)
	durations := flow(t, e, river(names, whole)...)
	want := headDigests(t, once)

	t.Run("twice", func(t *testing.T) {
		flow(t, e, river(names, whole)...)
		sameTables(t, want, headDigests(t, once))
	})
	t.Run("day by day", func(t *testing.T) {
		slow(t)
		l := copyOf(t, landed)
		e := m.env(t, l, end)
		for d := 1; d <= days; d++ {
			flow(t, e, river(names, daily(d))...)
		}
		sameTables(t, want, headDigests(t, l))
	})
	t.Run("steps in any order of days", func(t *testing.T) {
		l := copyOf(t, landed)
		e := m.env(t, l, end)
		dice := rand.New(rand.NewPCG(3, 4))
		var steps []step
		for i := range river(names, whole) {
			for _, d := range dice.Perm(days) {
				steps = append(steps, river(names, daily(d+1))[i])
			}
		}
		flow(t, e, steps...)
		sameTables(t, want, headDigests(t, l))
	})
	t.Run("uneven chunks that overlap", func(t *testing.T) {
		slow(t)
		l := copyOf(t, landed)
		e := m.env(t, l, end)
		middle := day(1+days/2, 9).Add(30 * time.Minute)
		flow(t, e, river(names, window(t, day(2, 10), end))...)
		flow(t, e, river(names, window(t, day(1, 0), middle))...)
		sameTables(t, want, headDigests(t, l))
	})
	t.Run("interrupted", func(t *testing.T) {
		r := interruption{market: m, l: copyOf(t, landed), names: names, days: days, durations: durations}
		r.env = m.env(t, r.l, end)
		for d := 1; d <= days/2; d++ {
			flow(t, r.env, river(names, daily(d))...)
		}
		r.run(t, append(river(names, whole), step{"check", "", jobs.Window{}, jobs.Check}))
		flow(t, r.env)
		sameTables(t, want, headDigests(t, r.l))
	})
}

// TestThirtyDaysInChunks does silver and gold of thirty days in one go, in five and in thirty
// chunks, and in thirty whose order is chance: all tables are the same.
func TestThirtyDaysInChunks(t *testing.T) {
	slow(t)
	const days = 30
	names := []string{"rallit"}
	m := newMarket(t, replica.Config{Seed: 21, Postings: 600, Days: days})
	landed := openLake(t, filepath.Join(t.TempDir(), "lake"))
	m.collect(t, landed, names, mornings(1, days+1)...)
	dice := rand.New(rand.NewPCG(8, 9))
	var want map[string]string
	for _, c := range []struct {
		name   string
		chunks int
		order  func(n int) []int
	}{{"one", 1, forward}, {"five", 5, forward}, {"thirty", 30, forward}, {"thirty in any order", 30, dice.Perm}} {
		l := copyOf(t, landed)
		e := m.env(t, l, day(days+1, 0))
		steps := river(names, window(t, day(1, 0), day(days+1, 0)))
		var all []step
		for _, s := range steps {
			if s.name != "silver" && s.name != "gold" {
				all = append(all, s)
				continue
			}
			for _, i := range c.order(c.chunks) {
				s.window = window(t, day(1+i*days/c.chunks, 0), day(1+(i+1)*days/c.chunks, 0))
				all = append(all, s)
			}
		}
		flow(t, e, all...)
		got := headDigests(t, l)
		if want == nil {
			want = got
		}
		t.Logf("%s: %d steps", c.name, len(all))
		sameTables(t, want, got)
	}
}

func forward(n int) (order []int) {
	for i := range n {
		order = append(order, i)
	}
	return order
}

// interruption is a river that is stopped again and again.
type interruption struct {
	*market
	l         *lake.Lake
	env       *jobs.Env
	names     []string
	days      int
	durations map[string]time.Duration // that the steps take undisturbed
}

// run begins each step, stops it at a random moment, twice, and then lets it end.
// What was published stays what it was all the while.
func (r *interruption) run(t *testing.T, steps []step) {
	before, err := r.l.Published(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	published := digests(t, r.l, before)
	seed := uint64(time.Now().UnixNano())
	dice := rand.New(rand.NewPCG(5, seed))
	stopped, ended := 0, 0
	for _, s := range steps {
		for range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(dice.Int64N(int64(r.durations[s.name+s.source]))))
			_, err := r.env.Do(ctx, s.name, s.source, s.window, s.run)
			switch {
			case err == nil:
				ended++
			case ctx.Err() != nil:
				stopped++
			default:
				t.Fatalf("%s %s: %v (seed %d)", s.name, s.source, err, seed)
			}
			cancel()
		}
		if set, err := r.l.Published(t.Context()); err != nil || set.Seq != before.Seq {
			t.Fatalf("after %s %s: set %d is published (%v), want %d", s.name, s.source, set.Seq, err, before.Seq)
		}
		if _, err := r.env.Do(t.Context(), s.name, s.source, s.window, s.run); err != nil {
			t.Fatalf("%s %s after it was stopped: %v (seed %d)", s.name, s.source, err, seed)
		}
	}
	t.Logf("%d steps were stopped, %d had ended before", stopped, ended)
	if stopped == 0 {
		t.Error("nothing was ever stopped")
	}
	sameTables(t, published, digests(t, r.l, before))
}

// TestCollectInterrupted stops collecting at random moments: what was landed by then counts,
// and what silver says in the end is what it says of an undisturbed collection.
func TestCollectInterrupted(t *testing.T) {
	t.Parallel()
	names, postings, _ := replayOf(t)
	m := newMarket(t, replica.Config{Seed: 9, Postings: postings, Days: 2})
	whole := window(t, day(1, 0), day(3, 0))
	calm, stopped := openLake(t, filepath.Join(t.TempDir(), "calm")), openLake(t, filepath.Join(t.TempDir(), "stopped"))
	began := time.Now()
	m.collect(t, calm, names, mornings(1, 3)...)
	longest := time.Since(began) / time.Duration(2*len(names))
	e := m.env(t, calm, day(3, 0))
	flow(t, e, river(names, whole)...)

	seed := uint64(time.Now().UnixNano())
	dice := rand.New(rand.NewPCG(6, seed))
	partial := 0
	for _, at := range mornings(1, 3) {
		for _, name := range names {
			for range 3 {
				m.now = at
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(dice.Int64N(int64(longest))))
				manifest, err := m.collector(t, stopped)(ctx, name, 0)
				cancel()
				if err != nil && manifest.RunID != "" {
					partial++
				}
			}
		}
		m.collect(t, stopped, names, at)
	}
	t.Logf("%d of %d runs were landed in part (seed %d)", partial, 6*len(names), seed)
	e = m.env(t, stopped, day(3, 0))
	flow(t, e, river(names, whole)...)
	want, got := headDigests(t, calm), headDigests(t, stopped)
	for _, table := range []string{"silver.postings", "silver.posting_techs", "silver.presence", "silver.lifecycle", "gold.postings", "gold.tech_daily", "gold.companies"} {
		if got[table] != want[table] {
			t.Errorf("%s: %s, undisturbed %s (seed %d)", table, got[table], want[table], seed)
		}
	}
}
