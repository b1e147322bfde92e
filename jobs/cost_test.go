package jobs_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

// dayCost is what a day's run took.
type dayCost struct {
	day                     int
	stored                  int64 // postings in silver
	dataFiles, dataBytes    int64 // written
	metaFiles, metaBytes    int64 // written
	requests                int   // to the board
	seconds                 float64
	liveFiles, liveMetadata int64 // data files of all tables' heads; bytes of their metadata files
}

// filesOf are the files of a lake's tables with their sizes.
func filesOf(t *testing.T, root string) map[string]int64 {
	t.Helper()
	sizes := map[string]int64{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.Contains(path, "/data/") && !strings.Contains(path, "/metadata/") {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			sizes[path] = info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sizes
}

// upkeep is a job maintain of the market's day: rows are as old as the market's clock says,
// snapshots and files as the wall's.
func upkeep(t *testing.T, l *lake.Lake, now time.Time) {
	t.Helper()
	later := time.Now() // than everything that either clock has stamped
	if later.Before(now) {
		later = now
	}
	later = later.Add(time.Second)
	o := lake.MaintainOptions{Settled: later.Sub(now.AddDate(0, 0, -7)), Unused: time.Millisecond, Now: later, Apply: true}
	if _, err := l.ForgetSets(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for _, table := range schemas.Tables() {
		if _, err := l.Maintain(t.Context(), table, o); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDayCostsTheSame runs a market day by day for a year, with maintain once a week, and
// compares the days after a maintain.
func TestDayCostsTheSame(t *testing.T) {
	table := os.Getenv("TMI_COST_TABLE")
	if table == "" {
		t.Skip("plays a year: set TMI_COST_TABLE to the file for its table (make cost)")
	}
	const days, postings = 365, 1500
	m := newMarket(t, replica.Config{Seed: 31, Postings: postings, Days: days})
	root := filepath.Join(t.TempDir(), "lake")
	l := openLake(t, root)
	var costs []dayCost
	for d := 1; d <= days; d++ {
		m.now = day(1, 9).AddDate(0, 0, d-1)
		if d%7 == 1 { // so that day 365 comes after one
			upkeep(t, l, m.now)
		}
		isMeasured := d%7 == 1 && d > 28
		before := map[string]int64{}
		if isMeasured {
			before = filesOf(t, filepath.Join(root))
		}
		began := time.Now()
		e := m.env(t, l, m.now)
		e.NewRunID = func(at time.Time) string {
			return fmt.Sprintf("%s-%08x", at.Format("20060102T150405Z"), runCount.Add(1))
		}
		results, err := jobs.Run(t.Context(), e, jobs.RunOptions{Sources: []string{"jumpit"}, Collect: m.collector(t, l)})
		if err != nil {
			t.Fatalf("day %d: %v", d, err)
		}
		if !isMeasured {
			continue
		}
		c := dayCost{day: d, seconds: time.Since(began).Seconds(), requests: results[0].Collected.Requests}
		for path, size := range filesOf(t, root) {
			if _, isOld := before[path]; isOld {
				continue
			}
			if strings.Contains(path, "/data/") {
				c.dataFiles, c.dataBytes = c.dataFiles+1, c.dataBytes+size
			} else {
				c.metaFiles, c.metaBytes = c.metaFiles+1, c.metaBytes+size
			}
		}
		heads, err := l.Heads(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, pin := range heads.Tables {
			c.liveFiles += pin.Files
			if info, err := os.Stat(strings.TrimPrefix(pin.Metadata, "file://")); err == nil {
				c.liveMetadata += info.Size()
			}
		}
		c.stored = heads.Tables[schemas.SilverPostings.Name()].Rows
		costs = append(costs, c)
		t.Logf("%+v", c)
	}
	for path, text := range map[string]string{table: costTable(costs), strings.TrimSuffix(table, ".md") + ".svg": costPlot(costs)} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// A single day has more or fewer new postings than another: five days are compared.
	late := costs[len(costs)-1]
	for _, c := range []struct {
		what string
		of   func(dayCost) float64
	}{
		{"data files written", func(c dayCost) float64 { return float64(c.dataFiles) }},
		{"metadata files written", func(c dayCost) float64 { return float64(c.metaFiles) }},
		{"bytes of metadata written", func(c dayCost) float64 { return float64(c.metaBytes) }},
		{"requests", func(c dayCost) float64 { return float64(c.requests) }},
	} {
		first, last := median(costs[:5], c.of), median(costs[len(costs)-5:], c.of)
		if last > first*1.25 {
			t.Errorf("%s: %.0f about day %d and %.0f about day %d, want at most a quarter more", c.what, first, costs[2].day, last, costs[len(costs)-3].day)
		}
	}
	// Every table of months may have a file a month, and those of the last days; the others
	// have a fixed number.
	months := int64(days/30 + 2)
	if bound := int64(len(schemas.Tables()))*(months+20) + 3*16; late.liveFiles > bound {
		t.Errorf("%d files on day %d, want at most %d", late.liveFiles, late.day, bound)
	}
}

// costTable is the measured table in Markdown: a row about every month, each figure the
// median of it and the two weeks after.
func costTable(costs []dayCost) string {
	var b strings.Builder
	b.WriteString("| day | versions stored | data files written | MB written | metadata files written | KB of metadata written | requests | seconds | data files in all tables |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for i := 0; i < len(costs); i += 4 {
		near := costs[i:min(len(costs), i+3)]
		fmt.Fprintf(&b, "| %d | %d | %.0f | %.2f | %.0f | %.0f | %.0f | %.2f | %d |\n", costs[i].day, costs[i].stored,
			median(near, func(c dayCost) float64 { return float64(c.dataFiles) }), median(near, func(c dayCost) float64 { return float64(c.dataBytes) / 1e6 }),
			median(near, func(c dayCost) float64 { return float64(c.metaFiles) }), median(near, func(c dayCost) float64 { return float64(c.metaBytes) / 1e3 }),
			median(near, func(c dayCost) float64 { return float64(c.requests) }), median(near, func(c dayCost) float64 { return c.seconds }), costs[i].liveFiles)
	}
	return b.String()
}

func median(costs []dayCost, of func(dayCost) float64) float64 {
	all := make([]float64, len(costs))
	for i, c := range costs {
		all[i] = of(c)
	}
	slices.Sort(all)
	return all[len(all)/2]
}
