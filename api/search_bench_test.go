package api

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/openloop"
	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/search"
	"github.com/techmapit/tmi/search/searchtest"
)

// The benchmark below asks a server in a process of its own, over HTTP at a fixed rate, so
// that an answer that is late is late for all who wait behind it. Both share the machine
// with the load.

const (
	benchServerEnv = "TMI_BENCH_SERVER" // the folder of the index: this process is the server
	benchRate      = 300
	benchChanged   = 2 // percent of the postings that a publish changes
)

// benchReader hands out the newest index of a folder: the first parts, and once it is there
// the part of a second publish.
type benchReader struct {
	queriestest.DB
	dir string

	mu      sync.Mutex
	seq     int64
	current *benchSet
}

type benchSet struct {
	*benchReader
	ix   *search.Index
	seq  int64
	uses atomic.Int64
}

func (s *benchSet) Index() *search.Index { return s.ix }
func (s *benchSet) Published() Published { return Published{Seq: s.seq, At: searchtest.Now} }
func (s *benchSet) Release() {
	if s.uses.Add(-1) == 0 {
		_ = s.ix.Close() // the process ends soon
	}
}

func (r *benchReader) Acquire(context.Context) (Pinned, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current.uses.Add(1)
	return r.current, nil
}

// look opens what the folder's manifest names, if it is another than before.
func (r *benchReader) look() error {
	text, err := os.ReadFile(filepath.Join(r.dir, "manifest"))
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	seq, err := strconv.ParseInt(lines[0], 10, 64)
	if err != nil || seq == r.seq {
		return err
	}
	var slices []search.Slice
	for _, line := range lines[1:] {
		part, isOpen := (*search.Part)(nil), false
		if r.current != nil {
			part, isOpen = r.current.ix.Part(filepath.Join(r.dir, line))
		}
		if !isOpen {
			if part, err = search.OpenPart(filepath.Join(r.dir, line)); err != nil {
				return err
			}
		}
		deleted, err := os.ReadFile(filepath.Join(r.dir, line+".deleted."+lines[0]))
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		slices = append(slices, search.Slice{Part: part, Deleted: deleted})
	}
	ix, err := search.Open(slices, search.Options{})
	if err != nil {
		return err
	}
	Warm(ix)
	next := &benchSet{benchReader: r, ix: ix, seq: seq}
	next.uses.Add(1)
	r.mu.Lock()
	before := r.current
	r.current, r.seq = next, seq
	r.mu.Unlock()
	if before != nil {
		before.Release()
	}
	return nil
}

// benchHandler answers over what the reader's folder holds.
func benchHandler(r *benchReader) (http.Handler, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, err
	}
	r.DB = queriestest.DB{DB: db}
	if err := r.look(); err != nil {
		return nil, err
	}
	dictionary, err := extract.New()
	if err != nil {
		return nil, err
	}
	return New(Options{Reader: r, Dictionary: dictionary.Dictionary(), Techs: dictionary.Dictionary().Entries, RatePerSecond: -1, Now: func() time.Time { return searchtest.Now },
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "bench", CacheAnswers: 1}) // every question is asked anew
}

// serveIndex serves until its input ends.
func serveIndex(dir string) {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stdout, "fault", err)
			os.Exit(1)
		}
	}
	r := &benchReader{dir: dir}
	debug.SetGCPercent(200) // as the program does
	handler, err := benchHandler(r)
	fail(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	fail(err)
	go func() {
		for ticks := 1; ; ticks++ {
			time.Sleep(time.Second)
			if err := r.look(); err != nil {
				fmt.Fprintln(os.Stdout, "fault", err)
			}
			if ticks%10 == 0 { // as the program does
				r.current.ix.Trim() // it is replaced by this goroutine alone
			}
		}
	}()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // it ends with the benchmark
		os.Exit(0)
	}()
	fmt.Fprintln(os.Stdout, "ready", listener.Addr())
	fail(http.Serve(listener, handler)) //nolint:gosec // a benchmark's clients are ours
}

func writeManifest(b *testing.B, dir string, seq int, parts []string) {
	b.Helper()
	path := filepath.Join(dir, "manifest")
	if err := os.WriteFile(path+".new", []byte(fmt.Sprint(seq, "\n")+strings.Join(parts, "\n")), 0o600); err != nil {
		b.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		b.Fatal(err)
	}
}

// republish changes some of the postings: a new part, and what it takes from the others.
func republish(b *testing.B, dir string, parts []string) {
	b.Helper()
	count := max(searchtest.BenchPostings()*benchChanged/100, 1)
	searchtest.Build(b, filepath.Join(dir, "day"), searchtest.New(2), 0, count)
	fresh, err := search.OpenPart(filepath.Join(dir, "day"))
	if err != nil {
		b.Fatal(err)
	}
	defer fresh.Close()
	for _, name := range parts {
		part, err := search.OpenPart(filepath.Join(dir, name))
		if err != nil {
			b.Fatal(err)
		}
		var deleted []uint32
		for doc := range uint32(part.Len()) {
			if _, ok := fresh.Find(part.ID(doc)); ok {
				deleted = append(deleted, doc)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name+".deleted.2"), search.Deleted(deleted), 0o600); err != nil {
			b.Fatal(err)
		}
		if err := part.Close(); err != nil {
			b.Fatal(err)
		}
	}
	writeManifest(b, dir, 2, append(slices.Clone(parts), "day"))
}

// startServer runs serveIndex in a process of its own.
func startServer(b *testing.B, dir string) (base string, pid int) {
	b.Helper()
	server := exec.Command(os.Args[0])
	server.Env = append(os.Environ(), benchServerEnv+"="+dir)
	server.Stderr = os.Stderr
	if _, err := server.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	out, err := server.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGKILL)
		_ = server.Wait() // killed
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	addr, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if !ok {
		b.Fatalf("the server said %q, %v", line, err)
	}
	return "http://" + addr, server.Process.Pid
}

// question makes the i-th path of a kind; no two are the same, so that nothing is kept.
type benchQuestion struct {
	name string
	path func(i int) string
}

func benchQuestions(ids []string) []benchQuestion {
	techs := []string{"java", "kafka", "react", "python", "aws", "kotlin"}
	roles := []string{"backend", "frontend", "data-engineer", "devops", "qa"}
	places := []string{"서울", "경기", "부산", "대전"}
	companies := searchtest.New(1).Companies()
	query := func(i int, pairs ...string) string {
		v := url.Values{"limit": {strconv.Itoa(20 + i%7)}}
		for j := 0; j+1 < len(pairs); j += 2 {
			v.Set(pairs[j], pairs[j+1])
		}
		return "/api/v1/postings?" + v.Encode()
	}
	return []benchQuestion{
		{"three filters", func(i int) string {
			return query(i, "tech", techs[i%6], "role", roles[i/6%5], "location", places[i/30%4], "experience_max", strconv.Itoa(i%11))
		}},
		{"page of 25", func(i int) string { return query(i, "limit", "25", "experience_max", strconv.Itoa(i%40)) }},
		{"three words", func(i int) string {
			return query(i, "q", strings.Join([]string{searchtest.KnownTechs[i*7%20], searchtest.Titles[i*11%15], searchtest.Nouns[i*13%38]}, " "))
		}},
		{"keyword, technology", func(i int) string {
			return query(i, "q", searchtest.KnownTechs[i*7%20], "experience_max", strconv.Itoa(i%50))
		}},
		{"keyword, any", func(i int) string { // a technology, a Korean word of the texts, an employer, a number: few or many hits
			return query(i, "q", []string{searchtest.KnownTechs[i*7%20], searchtest.Nouns[i*13%38], companies[i*17%len(companies)], strconv.Itoa(i % 900)}[i%4], "experience_max", strconv.Itoa(i%50))
		}},
		{"keyword, many hits", func(i int) string {
			return query(i, "q", []string{"데이터", "서비스", "결제"}[i%3], "experience_max", strconv.Itoa(i%50))
		}},
		{"by id", func(i int) string { return "/api/v1/postings/" + ids[i%len(ids)] }},
		{"top ten", func(i int) string { return "/api/v1/stats/tech-frequency?experience_max=" + strconv.Itoa(40+i%20) }},
		{"top ten, all open", func(i int) string { return "/api/v1/stats/tech-frequency?top=" + strconv.Itoa(10+i%50) }},
	}
}

// benchIndex lays the parts into a folder, and returns their names.
func benchIndex(b *testing.B, dir string) (parts []string) {
	b.Helper()
	for _, path := range searchtest.Parts(b, "../bin", searchtest.BenchPostings()) {
		path, err := filepath.Abs(path)
		if err != nil {
			b.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(dir, filepath.Base(path))); err != nil {
			b.Fatal(err)
		}
		parts = append(parts, filepath.Base(path))
	}
	writeManifest(b, dir, 1, parts)
	return parts
}

// someIDs are ids of postings all over the first part.
func someIDs(b *testing.B, path string) (ids []string) {
	b.Helper()
	part, err := search.OpenPart(path)
	if err != nil {
		b.Fatal(err)
	}
	for doc := uint32(0); doc < uint32(part.Len()); doc += 97 {
		ids = append(ids, part.ID(doc))
	}
	if err := part.Close(); err != nil {
		b.Fatal(err)
	}
	return ids
}

// BenchmarkSearchAnswer answers the same questions one by one without a network between,
// and prints the processor time of each: what a server can do, whatever else the machine does.
func BenchmarkSearchAnswer(b *testing.B) {
	dir := b.TempDir()
	parts := benchIndex(b, dir)
	handler, err := benchHandler(&benchReader{dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	for _, q := range benchQuestions(someIDs(b, filepath.Join(dir, parts[0]))) {
		b.Run(strings.ReplaceAll(q.name, " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			before := cpuOf(b, os.Getpid())
			for i := 0; b.Loop(); i++ {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, q.path(i), nil))
				if w.Code != http.StatusOK {
					b.Fatalf("%s: %d %s", q.path(i), w.Code, w.Body)
				}
			}
			b.ReportMetric((cpuOf(b, os.Getpid())-before)/float64(b.N), "cpu-ms/op")
		})
	}
}

// BenchmarkSearchServer prints, for each kind of question at 300 requests a second, the
// latency from when a request was due; in the middle of the first kind a publish happens.
func BenchmarkSearchServer(b *testing.B) {
	dir := b.TempDir()
	parts := benchIndex(b, dir)
	base, pid := startServer(b, dir)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}, Timeout: 30 * time.Second}
	for n, q := range benchQuestions(someIDs(b, filepath.Join(dir, parts[0]))) {
		b.Run(strings.ReplaceAll(q.name, " ", "_"), func(b *testing.B) {
			if b.N > 1 {
				b.Skip("one run is all") // the rate is fixed, so that the time of a run is too
			}
			rate := benchRate
			if strings.HasPrefix(q.name, "top ten") || q.name == "keyword, many hits" {
				rate = 20 // what is asked for rarely, or answered from the cache
			}
			published := make(chan struct{})
			if n == 0 {
				go func() {
					defer close(published)
					time.Sleep(2 * time.Second)
					republish(b, dir, parts)
				}()
			} else {
				close(published)
			}
			before := cpuOf(b, pid)
			load := openloop.Load{Client: client, Base: base, Rate: rate, For: 10 * time.Second, Ask: func(i int) openloop.Question { return openloop.Question{Path: q.path(i)} }}
			answers := load.Run(b.Context())[""]
			b.ReportMetric((cpuOf(b, pid)-before)/float64(len(answers.Took)), "cpu-ms/req")
			<-published
			for unit, thousandths := range map[string]int{"p50-ms": 500, "p99-ms": 990, "max-ms": 1000} {
				b.ReportMetric(float64(answers.At(thousandths).Microseconds())/1000, unit)
			}
			b.ReportMetric(float64(answers.Faults), "faults")
			b.ReportMetric(float64(rate), "req/s")
			b.ReportMetric(memoryOf(b, pid, "VmRSS"), "rss-MiB")
			b.ReportMetric(memoryOf(b, pid, "RssAnon"), "anon-MiB")
		})
	}
}

// cpuOf is the processor time that a process took, in milliseconds; 0 where the system does
// not say.
func cpuOf(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	ticks := 0.0
	for _, field := range fields[11:13] { // proc(5): utime and stime, in hundredths of a second
		n, err := strconv.ParseFloat(field, 64)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return ticks * 10
}

// memoryOf reads a line of a process's status, in MiB; 0 where the system has none.
func memoryOf(b *testing.B, pid int, name string) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kib / 1024
		}
	}
	return 0
}
