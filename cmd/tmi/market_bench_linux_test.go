package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/boards"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/replica"
)

// benchMarket is a replica market whose boards stand open on its first day with about as
// many postings as asked for, and change by about two in a hundred on the second.
func benchMarket(b *testing.B, postings int) *replica.World {
	b.Helper()
	const (
		days      = 60
		openShare = 0.48 // of all postings ever, on the first morning
	)
	world, err := replica.New(replica.Config{Seed: 1, Postings: int(float64(postings) / openShare), Days: days, Start: benchDay(0)})
	if err != nil {
		b.Fatal(err)
	}
	return world
}

// benchDay is the beginning of the market's nth day from 0, in Seoul.
func benchDay(n int) time.Time { return time.Date(2026, 5, 11+n, 0, 0, 0, 0, collect.Seoul) }

// landMarket lands the mornings of the market's first days below folder, once: what lies
// there is taken. Boards are asked without a network between, as fast as they answer.
func landMarket(b *testing.B, folder string, postings, days int) {
	b.Helper()
	done := filepath.Join(folder, "landed")
	if _, err := os.Stat(done); err == nil {
		return
	}
	if err := os.RemoveAll(folder); err != nil {
		b.Fatal(err)
	}
	l, err := lake.Open(b.Context(), lake.Options{URI: "file://" + folder, Threads: 2})
	if err != nil {
		b.Fatal(err)
	}
	world := benchMarket(b, postings)
	for day := range days {
		at := benchDay(day).Add(demoHour)
		for _, name := range demoSources {
			began := time.Now()
			m := landBoard(b, world, l, name, at)
			b.Logf("landed %s of day %d in %s: %d responses, %d revisits, %d MB", name, day+1, time.Since(began).Round(time.Second),
				m.Counts.Responses, m.Counts.Revisits, m.Counts.BytesOut/1e6)
		}
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(done, nil, 0o644); err != nil {
		b.Fatal(err)
	}
}

func landBoard(b *testing.B, world *replica.World, l *lake.Lake, name string, at time.Time) schemas.RunManifest {
	b.Helper()
	board, err := boards.ByName(name)
	if err != nil {
		b.Fatal(err)
	}
	settings := board.Settings
	settings.BaseURL, settings.Boards, settings.Threads = "http://127.0.0.1/"+replica.Hosts()[name], world.Boards(), world.Threads(at)
	source, err := board.New(settings)
	if err != nil {
		b.Fatal(err)
	}
	clock := func() time.Time { return at }
	m, err := collect.Run(b.Context(), collect.Options{Source: source, Store: l.Objects(), Client: &nearClient{handler: world.Handler(clock), clock: clock}, Clock: clock,
		Location: collect.Seoul, IsDemo: true})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// nearClient asks a board that is a handler of this process. It is safe for concurrent use.
type nearClient struct {
	handler  http.Handler
	clock    func() time.Time
	requests atomic.Int64
	bytes    atomic.Int64
}

func (c *nearClient) Get(ctx context.Context, r sources.Request, known crawl.Known) (schemas.Document, error) {
	doc := schemas.Document{Kind: r.Kind, List: r.List, BoardID: r.BoardID, Page: r.Page, URL: r.URL, FetchedAt: c.clock()}
	asked, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return doc, fmt.Errorf("ask for %s: %w", r.URL, err)
	}
	if known.ETag != "" {
		asked.Header.Set("If-None-Match", known.ETag)
	}
	answer := httptest.NewRecorder()
	c.handler.ServeHTTP(answer, asked)
	c.requests.Add(1)
	c.bytes.Add(int64(answer.Body.Len()))
	doc.Status, doc.Header, doc.Body = answer.Code, answer.Header(), answer.Body.Bytes()
	doc.NotModified = answer.Code == http.StatusNotModified
	if answer.Code >= http.StatusInternalServerError {
		return doc, errors.New(answer.Body.String())
	}
	return doc, nil
}

func (c *nearClient) Stats() crawl.Stats {
	return crawl.Stats{Requests: int(c.requests.Load()), Answers: int(c.requests.Load()), BytesIn: c.bytes.Load()}
}

// benchPostings is how many postings stand open in the market that is refined.
func benchPostings(b *testing.B) int {
	b.Helper()
	text := os.Getenv("TMI_BENCH_POSTINGS")
	if text == "" {
		return 1_000_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1000 {
		b.Fatalf("TMI_BENCH_POSTINGS is %q, expected a number of postings from 1000 on", text)
	}
	return n
}

// BenchmarkMarket refines the first day of a market, from raw to gold in one go, and then
// the day after, on which about two postings in a hundred changed: by the program itself,
// which is allowed 1.7 GiB and two processors. What was landed is kept in bin/bench.
func BenchmarkMarket(b *testing.B) {
	postings := benchPostings(b)
	market, err := filepath.Abs(filepath.Join("..", "..", "bin", "bench", fmt.Sprintf("market-%d", postings)))
	if err != nil {
		b.Fatal(err)
	}
	landMarket(b, market, postings, 2)
	for b.Loop() {
		root := filepath.Join(b.TempDir(), "lake")
		if err := linkTree(market, root); err != nil {
			b.Fatal(err)
		}
		for day := range 2 {
			refineDay(b, root, day)
		}
		if err := os.RemoveAll(root); err != nil {
			b.Fatal(err)
		}
	}
}

// doneJob finds in the log what a job took.
var doneJob = regexp.MustCompile(`msg="job done" job=(\w+) source=(\S+) .*\bin=(\d+) .*\bdur=(\S+)`)

func refineDay(b *testing.B, root string, day int) {
	b.Helper()
	from, to := benchDay(day).Format(time.DateOnly), benchDay(day+1).Format(time.DateOnly)
	run, _ := child(b, []string{"TMI_LAKE_URI=file://" + root, "TMI_MEMORY=1700MiB", "TMI_THREADS=2", "GOMAXPROCS=2"},
		"run", "--from-raw", "--sources", strings.Join(demoSources, ","), "--from", from, "--to", to, "--now", to+"T00:00:00+09:00")
	output := &stepClock{run: run}
	run.Stdout, run.Stderr = output, output
	began := time.Now()
	if err := run.Run(); err != nil {
		b.Fatalf("day %d: %v\n%s", day+1, err, &output.said)
	}
	wall := time.Since(began)
	usage := run.ProcessState.SysUsage().(*syscall.Rusage)
	took := map[string]time.Duration{}
	before := 0.0 // seconds of processors
	// Written past the log, of which a benchmark shows ten lines.
	for i, m := range doneJob.FindAllStringSubmatch(output.said.String(), -1) {
		d, err := time.ParseDuration(m[4])
		if err != nil {
			b.Fatal(err)
		}
		took[m[1]] += d
		fmt.Fprintf(os.Stderr, "day %d: %-10s %-12s %9s rows in %7.1f s, %7.1f s of processors\n", day+1, m[1], m[2], m[3], d.Seconds(), output.cpu[i]-before)
		before = output.cpu[i]
	}
	cpu := run.ProcessState.UserTime() + run.ProcessState.SystemTime()
	fmt.Fprintf(os.Stderr, "day %d: %s, %s of processors, %d MiB; load %s\n", day+1, wall.Round(time.Millisecond), cpu.Round(time.Millisecond), usage.Maxrss>>10, loadAverage())
	unit := func(name string) string { return fmt.Sprintf("day%d-%s", day+1, name) }
	b.ReportMetric(wall.Seconds(), unit("s"))
	b.ReportMetric(cpu.Seconds(), unit("cpu-s"))
	b.ReportMetric(float64(usage.Maxrss>>10), unit("MiB"))
	b.ReportMetric(took["lifecycle"].Seconds(), unit("lifecycle-s"))
}

// stepClock keeps what a process says, and how many seconds of processors it had used when
// it said that a job is done.
type stepClock struct {
	run  *exec.Cmd
	said bytes.Buffer
	cpu  []float64
}

func (c *stepClock) Write(text []byte) (int, error) {
	n, err := c.said.Write(text)
	for len(c.cpu) < len(doneJob.FindAllIndex(c.said.Bytes(), -1)) {
		c.cpu = append(c.cpu, processorSeconds(c.run.Process.Pid))
	}
	return n, err
}

// processorSeconds are what a process used so far; 0 once it has ended.
func processorSeconds(pid int) float64 {
	const ticks = 100 // a second, on every Linux
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ") // behind the name, which may hold spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / ticks
}

// loadAverage is of this machine, to judge the figures by.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

// linkTree makes a folder of the same files, which are never written to again: by links
// where the disk is the same, by copies elsewhere.
func linkTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil {
			return fmt.Errorf("link %s: %w", path, err)
		}
		target := filepath.Join(to, below)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		if strings.HasPrefix(entry.Name(), "catalog.db") { // what landed has none of use: tables come of refining
			return nil
		}
		if os.Link(path, target) == nil {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("copy %s: %w", path, err)
		}
		return os.WriteFile(target, text, 0o600)
	})
}
