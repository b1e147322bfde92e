package jobs_test

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/sources/replica"
)

// What gold made anew of the postings that changed equals what it makes of all, at once or in
// parts.
func TestGoldMergesWhatChanged(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 8, Postings: 120, Days: 12})
	l := openLake(t, filepath.Join(t.TempDir(), "lake"))
	rowsOf := func(e *jobs.Env, run func()) int {
		var log bytes.Buffer
		e.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		run()
		found := regexp.MustCompile(`table=gold\.postings rows=(\d+)`).FindStringSubmatch(log.String())
		if found == nil {
			t.Fatalf("no word of gold.postings in the log: %s", log.String())
		}
		n, err := strconv.Atoi(found[1])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	var made int
	const days = 3
	for d := 1; d <= days; d++ {
		m.now = day(d, 9)
		e := m.env(t, l, m.now.Add(time.Minute))
		made = rowsOf(e, func() {
			if _, err := jobs.Run(t.Context(), e, jobs.RunOptions{Sources: []string{"jumpit"}, Collect: m.collector(t, l)}); err != nil {
				t.Fatal(err)
			}
		})
	}
	merged := headDigests(t, l)
	e := m.env(t, l, m.now.Add(time.Hour))
	e.Code = "another version"
	all := rowsOf(e, func() { do(t, e, "gold", window(t, day(days, 0), day(days+1, 0)), jobs.Gold) })
	if made*2 > all {
		t.Errorf("gold made %d postings anew on the last day, and %d of another version: want those that changed, and all", made, all)
	}
	sameTables(t, merged, headDigests(t, l))
	e.Code, e.AtOnce = "a third version", int64(all/5)
	do(t, e, "gold", window(t, day(1, 0), day(days+1, 0)), jobs.Gold)
	sameTables(t, merged, headDigests(t, l))
}
