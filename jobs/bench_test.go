package jobs_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/sources/replica"
)

// benchPostings is the size of the market that the benchmarks refine.
const benchPostings = 20_000

// benchmark is a market of a day, landed once for all benchmarks of the process.
type benchmark struct {
	*market
	lake   *lake.Lake
	env    *jobs.Env
	window jobs.Window
}

func newBenchmark(b *testing.B) *benchmark {
	b.Helper()
	m := &benchmark{market: newMarket(b, replica.Config{Seed: 1, Postings: benchPostings, Days: 2}), window: window(b, day(1, 0), day(3, 0))}
	m.lake = openLake(b, filepath.Join(b.TempDir(), "lake"))
	m.collect(b, m.lake, allSources, mornings(1, 3)...)
	m.env = m.market.env(b, m.lake, day(3, 0))
	return m
}

// do does steps of the name for every source, and returns rows in and rows out.
func (m *benchmark) do(b *testing.B, name string, run jobs.Step) (in, out int64) {
	b.Helper()
	for _, source := range allSources {
		report, err := m.env.Do(b.Context(), name, source, m.window, run)
		if err != nil {
			b.Fatal(err)
		}
		in, out = in+report.In, out+report.Out
	}
	return in, out
}

// processorTime is what this process has used so far of all processors.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// loadAverage is of this machine, to judge the figures by.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

// rate reports how many of n a second went through, and how many a second of processor
// time: on a machine that others use too the second is what can be compared.
func rate(b *testing.B, n int64, unit string, cpu time.Duration) {
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), unit+"/s")
	b.ReportMetric(float64(n)/cpu.Seconds(), unit+"/cpu-s")
	b.Logf("load %s", loadAverage())
}

// BenchmarkCollect asks the boards of a whole market on their first day, and lands it.
func BenchmarkCollect(b *testing.B) {
	m := newMarket(b, replica.Config{Seed: 1, Postings: benchPostings / 4, Days: 1})
	var pages int64
	began := processorTime()
	for b.Loop() {
		b.StopTimer()
		l := openLake(b, filepath.Join(b.TempDir(), "lake"))
		b.StartTimer()
		for _, name := range allSources {
			manifest, err := m.collector(b, l)(b.Context(), name, 0)
			if err != nil {
				b.Fatal(err)
			}
			pages += int64(manifest.Counts.Responses)
		}
	}
	rate(b, pages, "pages", processorTime()-began)
}

// BenchmarkRawToBronze parses what was landed in two days.
func BenchmarkRawToBronze(b *testing.B) {
	m := newBenchmark(b)
	var rows int64
	began := processorTime()
	for b.Loop() {
		_, out := m.do(b, "bronze", jobs.Bronze)
		rows += out
	}
	rate(b, rows, "rows", processorTime()-began)
}

// BenchmarkBronzeToSilver normalises postings and finds their technologies. A posting is a
// content version that is written; captures that repeat one are read and cost less.
func BenchmarkBronzeToSilver(b *testing.B) {
	m := newBenchmark(b)
	m.do(b, "bronze", jobs.Bronze)
	var captures, postings int64
	began := processorTime()
	for b.Loop() {
		in, out := m.do(b, "silver", jobs.Silver)
		captures, postings = captures+in, postings+out
	}
	b.ReportMetric(float64(captures)/b.Elapsed().Seconds(), "captures/s")
	b.ReportMetric(float64(postings)/float64(b.N), "postings")
	rate(b, postings, "postings", processorTime()-began)
}

// BenchmarkGold answers from silver.
func BenchmarkGold(b *testing.B) {
	m := newBenchmark(b)
	for _, s := range sourceSteps {
		m.do(b, s.name, s.run)
	}
	var rows int64
	began := processorTime()
	for b.Loop() {
		report, err := m.env.Do(b.Context(), "gold", "", m.window, jobs.Gold)
		if err != nil {
			b.Fatal(err)
		}
		rows += report.Out
	}
	rate(b, rows, "rows", processorTime()-began)
}
