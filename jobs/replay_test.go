package jobs_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/sources/replica"
)

// size of the replays: postings, and days from the first of May.
func replaySize(t testing.TB) (postings, days int) {
	if testing.Short() {
		return 60, 4
	}
	return 240, 6
}

// TestReplay refines the same raw in many ways: twice, day by day, in any order, and
// interrupted anywhere. The tables are always those of one run over all of it.
func TestReplay(t *testing.T) {
	postings, days := replaySize(t)
	m := newMarket(t, replica.Config{Seed: 7, Postings: postings, Days: days})
	landed := openLake(t, filepath.Join(t.TempDir(), "lake"))
	m.collect(t, landed, mornings(1, days+1)...)
	end := day(days+1, 0)
	whole := window(t, day(1, 0), end)
	daily := func(d int) jobs.Window { return window(t, day(d, 0), day(d+1, 0)) }

	once := copyOf(t, landed)
	e := m.env(t, once, end)
	flow(t, e, river(whole)...)
	want := headDigests(t, once)
	for name, digest := range want {
		t.Logf("%-22s %s", name, digest)
	}

	t.Run("twice", func(t *testing.T) {
		flow(t, e, river(whole)...)
		sameTables(t, want, headDigests(t, once))
	})
	t.Run("day by day", func(t *testing.T) {
		l := copyOf(t, landed)
		e := m.env(t, l, end)
		for d := 1; d <= days; d++ {
			flow(t, e, river(daily(d))...)
		}
		sameTables(t, want, headDigests(t, l))
	})
	t.Run("days in any order", func(t *testing.T) {
		l := copyOf(t, landed)
		e := m.env(t, l, end)
		for _, d := range rand.New(rand.NewPCG(1, 2)).Perm(days) {
			flow(t, e, river(daily(d+1))...)
		}
		sameTables(t, want, headDigests(t, l))
	})
	t.Run("steps in any order of days", func(t *testing.T) {
		l := copyOf(t, landed)
		e := m.env(t, l, end)
		dice := rand.New(rand.NewPCG(3, 4))
		var steps []step
		for i := range river(whole) {
			for _, d := range dice.Perm(days) {
				steps = append(steps, river(daily(d + 1))[i])
			}
		}
		flow(t, e, steps...)
		sameTables(t, want, headDigests(t, l))
	})
	t.Run("uneven chunks that overlap", func(t *testing.T) {
		l := copyOf(t, landed)
		e := m.env(t, l, end)
		middle := day(1+days/2, 9).Add(30 * time.Minute)
		flow(t, e, river(window(t, day(2, 5), end))...)
		flow(t, e, river(window(t, day(1, 0), middle))...)
		sameTables(t, want, headDigests(t, l))
	})
	t.Run("interrupted", func(t *testing.T) {
		interrupted(t, m, copyOf(t, landed), daily, days, want)
	})
}

// interrupted refines the first days and publishes them; then it begins each step of the
// river over everything and stops it at a random moment, several times, before it lets it
// end. What was published stays what it was until the end.
func interrupted(t *testing.T, m *market, l *lake.Lake, daily func(int) jobs.Window, days int, want map[string]string) {
	end := day(days+1, 0)
	e := m.env(t, l, end)
	for d := 1; d <= days/2; d++ {
		flow(t, e, river(daily(d))...)
	}
	before, err := l.Published(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	published := digests(t, l, before)
	unchanged := func(after string) {
		t.Helper()
		set, err := l.Published(t.Context())
		if err != nil || set.Seq != before.Seq {
			t.Fatalf("after %s: set %d is published (%v), want %d", after, set.Seq, err, before.Seq)
		}
		if s, err := l.Session(t.Context(), set); err != nil {
			t.Errorf("after %s: %v", after, err)
		} else if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	dice := rand.New(rand.NewPCG(5, uint64(time.Now().UnixNano())))
	steps := append(river(window(t, day(1, 0), end)), step{"check", "", jobs.Window{}, jobs.Check})
	stopped, ended := 0, 0
	for _, s := range steps {
		const tries = 3
		longest := 150 * time.Millisecond
		for range tries {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(dice.Int64N(int64(longest))))
			_, err := e.Do(ctx, s.name, s.source, s.window, s.run)
			cancel()
			switch {
			case err == nil:
				ended++
			case errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil:
				stopped++
			default:
				t.Fatalf("%s %s: %v", s.name, s.source, err)
			}
		}
		unchanged(s.name + " " + s.source)
		if _, err := e.Do(t.Context(), s.name, s.source, s.window, s.run); err != nil {
			t.Fatalf("%s %s after it was stopped: %v", s.name, s.source, err)
		}
	}
	t.Logf("%d steps were stopped, %d had ended before", stopped, ended)
	if stopped == 0 {
		t.Error("nothing was ever stopped")
	}
	sameTables(t, published, digests(t, l, before))
	flow(t, e)
	sameTables(t, want, headDigests(t, l))
}
