package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/techmapit/tmi/internal/openloop"
	"github.com/techmapit/tmi/sources/replica"
)

// What make load and make load-attacks set.
const (
	loadDurationEnv  = "TMI_LOAD_DURATION"
	loadRateEnv      = "TMI_LOAD_RATE"
	loadPublishesEnv = "TMI_LOAD_PUBLISHES"
	loadPostingsEnv  = "TMI_LOAD_POSTINGS"
	loadAttacksEnv   = "TMI_LOAD_ATTACKS" // a file of hostile statements, one a line
)

func loadNumber(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s is %q, expected a number", name, text)
	}
	return n
}

// loadDuration is how long the load is to last; without it the test is skipped.
func loadDuration(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv(loadDurationEnv)
	if text == "" {
		t.Skip("make load and make load-attacks run it")
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second {
		t.Fatalf("%s is %q, expected a duration like 10m", loadDurationEnv, text)
	}
	return d
}

// loadedServer is a server process over a market's lake, and what is asked of it.
type loadedServer struct {
	base    string
	pid     int
	client  *http.Client
	ids     []string
	techs   []string
	cursor  atomic.Pointer[string] // of the list that is walked through, page by page
	seen    sync.Map               // ETag and path -> sum of the body
	sets    sync.Map               // numbers of the sets that answered
	mixed   atomic.Int64           // answers that say they are the same and are not
	stopped chan error
}

func startLoaded(t *testing.T, m *market) *loadedServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	command, output := child(t, append(slices.Clone(m.environ), "TMI_MEMORY=1024MiB", "TMI_LOG_LEVEL=error", "TMI_SERVE_SQL_RATE=0"), "serve", "--addr", address)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	s := &loadedServer{base: "http://" + address, pid: command.Process.Pid, stopped: make(chan error, 1),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}, Timeout: 60 * time.Second}}
	go func() { s.stopped <- command.Wait() }()
	t.Cleanup(func() {
		_ = syscall.Kill(s.pid, syscall.SIGTERM) // it may have ended
		<-s.stopped
		if text := strings.TrimSpace(output.String()); text != "" {
			t.Logf("the server said:\n%s", text)
		}
	})
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		if answer, err := s.client.Get(s.base + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Since(began) > time.Minute {
			t.Fatal("the server is not ready after a minute")
		}
	}
	var listed struct {
		Postings []struct {
			ID    string   `json:"posting_id"`
			Techs []string `json:"techs"`
		} `json:"postings"`
		NextCursor *string `json:"next_cursor"`
	}
	path := "/api/v1/postings?limit=100"
	for range 5 {
		answer, err := s.client.Get(s.base + path)
		if err != nil {
			t.Fatal(err)
		}
		listed.NextCursor = nil
		err = json.NewDecoder(answer.Body).Decode(&listed)
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range listed.Postings {
			s.ids, s.techs = append(s.ids, p.ID), append(s.techs, p.Techs...)
		}
		if listed.NextCursor == nil {
			break
		}
		path = "/api/v1/postings?limit=100&cursor=" + url.QueryEscape(*listed.NextCursor)
	}
	if len(s.ids) == 0 || len(s.techs) == 0 {
		t.Fatal("the lake shows no postings with technologies")
	}
	return s
}

// ask is the i-th question of the mix: in twenty, six with three filters, four by id, two for
// a technology, one each for a Korean word and for two words, two pages of a walk, one top ten, one of
// facets, two of the site.
func (s *loadedServer) ask(i int) openloop.Question {
	r := rand.New(rand.NewPCG(uint64(i), 5))
	of := func(list ...string) string { return list[r.IntN(len(list))] }
	list := func(pairs ...string) string {
		v := url.Values{}
		for j := 0; j+1 < len(pairs); j += 2 {
			v.Set(pairs[j], pairs[j+1])
		}
		return "/api/v1/postings?" + v.Encode()
	}
	years := strconv.Itoa(r.IntN(12))
	role := of("backend", "frontend", "data-engineer", "devops", "android")
	word := of("개발", "서비스", "데이터", "결제", "플랫폼", "운영")
	switch n := i % 20; {
	case n < 6:
		return openloop.Question{Kind: "three filters", Path: list("role", role, "location", of("서울", "경기", "부산"), "experience_max", years, "limit", "25")}
	case n < 10:
		return openloop.Question{Kind: "by id", Path: "/api/v1/postings/" + of(s.ids...)}
	case n < 12:
		return openloop.Question{Kind: "technology", Path: list("q", of(s.techs...), "experience_max", years)}
	case n < 13:
		return openloop.Question{Kind: "Korean word", Path: list("q", word, "experience_max", years)}
	case n < 14:
		return openloop.Question{Kind: "two words", Path: list("q", word+" "+of(s.techs...))}
	case n < 16:
		if cursor := s.cursor.Load(); cursor != nil {
			return openloop.Question{Kind: "pages", Path: list("limit", "25", "cursor", *cursor)}
		}
		return openloop.Question{Kind: "pages", Path: list("limit", "25")}
	case n < 17:
		return openloop.Question{Kind: "top ten", Path: "/api/v1/stats/tech-frequency?role=" + role + "&experience_max=" + years}
	case n < 18:
		return openloop.Question{Kind: "facets", Path: list("facets", "tech,location,role", "experience_max", years, "limit", "1")}
	default:
		return openloop.Question{Kind: "site", Path: of("/", "/postings?role="+role, "/techs")}
	}
}

// check refuses an answer that is no 200, or not of one set: what has the same ETag must be
// the same.
func (s *loadedServer) check(q openloop.Question, answer *http.Response, body []byte) error {
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s %.200s", q.Path, answer.Status, body)
	}
	if !strings.HasPrefix(q.Path, "/api/") {
		return nil // pages say how long ago things were
	}
	var said struct {
		NextCursor *string `json:"next_cursor"`
		Published  struct {
			Seq int64 `json:"seq"`
		} `json:"published"`
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return fmt.Errorf("%s: %w", q.Path, err)
	}
	s.sets.Store(said.Published.Seq, true)
	if q.Kind == "pages" {
		s.cursor.Store(said.NextCursor)
	}
	sum := sha256.Sum256(body)
	key := answer.Header.Get("ETag") + " " + q.Path
	if before, was := s.seen.LoadOrStore(key, sum); was && before != sum {
		s.mixed.Add(1)
		return fmt.Errorf("%s: two answers with the ETag %s differ", q.Path, answer.Header.Get("ETag"))
	}
	return nil
}

func (s *loadedServer) run(t *testing.T, rate int, d time.Duration) map[string]*openloop.Result {
	t.Helper()
	load := openloop.Load{Client: s.client, Base: s.base, Rate: rate, For: d, Ask: s.ask, Check: s.check}
	results := load.Run(t.Context())
	all := &openloop.Result{}
	for _, r := range results {
		all.Took = append(all.Took, r.Took...)
		all.Faults += r.Faults
	}
	slices.Sort(all.Took)
	results["all"] = all
	return results
}

// report prints a line for each kind of question, and fails for faults.
func (s *loadedServer) report(t *testing.T, results map[string]*openloop.Result) {
	t.Helper()
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "question\tanswers\tp50 ms\tp99 ms\tmax ms\tfaults\t\n")
	ms := func(d time.Duration) string { return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64) }
	for _, kind := range slices.Sorted(maps.Keys(results)) {
		r := results[kind]
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%d\t\n", kind, len(r.Took), ms(r.At(500)), ms(r.At(990)), ms(r.At(1000)), r.Faults)
		if r.Faults > 0 {
			t.Errorf("%s: %d faults, the first: %s", kind, r.Faults, r.Fault)
		}
	}
	_ = w.Flush() // it writes to memory
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%smixed answers: %d; sets that answered: %d; server: %s; load average: %.14s", b.String(), s.mixed.Load(), s.setCount(), s.memory(t), load)
}

func (s *loadedServer) setCount() (count int) {
	s.sets.Range(func(any, any) bool { count++; return true })
	return count
}

// memory is the most that the server held, and what of it is its own now.
func (s *loadedServer) memory(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid))
	if err != nil {
		t.Fatalf("the server is gone: %v", err)
	}
	var parts []string
	for line := range strings.Lines(string(text)) {
		if name, rest, ok := strings.Cut(line, ":"); ok && (name == "VmHWM" || name == "RssAnon") {
			parts = append(parts, name+" "+strings.TrimSpace(rest))
		}
	}
	return strings.Join(parts, ", ")
}

// TestLoad asks a server at a fixed rate while the program collects, refines and publishes
// new days, each in a process of its own. Every answer must be whole and of one set.
func TestLoad(t *testing.T) {
	d := loadDuration(t)
	rate, publishes, postings := loadNumber(t, loadRateEnv, 300), loadNumber(t, loadPublishesEnv, 10), loadNumber(t, loadPostingsEnv, 5000)
	if publishes > 25 {
		t.Fatalf("%s is %d, the market has 25 days at most", loadPublishesEnv, publishes)
	}
	m := newMarket(t, replica.Config{Seed: 1, Postings: postings, Days: publishes + 2})
	m.run(t, 1).wants(t, 0)
	s := startLoaded(t, m)
	done := make(chan int, 1)
	began := time.Now()
	go func() {
		n := 0
		for ; n < publishes; n++ {
			time.Sleep(time.Until(began.Add(d * time.Duration(n) / time.Duration(publishes))))
			if time.Since(began) > d || t.Context().Err() != nil {
				break
			}
			now := nine(n + 2)
			m.set(now)
			command, output := child(t, m.environ, "run", "--sources", "jumpit,rallit", "--now", now.Format(time.RFC3339))
			if err := command.Run(); err != nil {
				t.Errorf("publish %d: %v\n%s", n+1, err, output)
				break
			}
		}
		done <- n
	}()
	results := s.run(t, rate, d)
	s.report(t, results)
	if n := <-done; n < publishes {
		t.Errorf("%d of %d publishes were done in %s", n, publishes, d)
	}
}

// TestLoadDuringAttacks asks at a fixed rate, first alone and then while hostile statements
// come in through the SQL door, and prints both.
func TestLoadDuringAttacks(t *testing.T) {
	d := loadDuration(t)
	file := os.Getenv(loadAttacksEnv)
	if file == "" {
		t.Skip("make load-attacks runs it")
	}
	statements := attackLines(t, file)
	m := newMarket(t, replica.Config{Seed: 1, Postings: loadNumber(t, loadPostingsEnv, 5000), Days: 2})
	m.run(t, 1).wants(t, 0)
	made := tmi(t, m.environ, "", "token", "create", "--name", "load", "--scope", "sql")
	made.wants(t, 0)
	lines := strings.Split(strings.TrimSpace(made.stdout), "\n")
	token := lines[len(lines)-1]
	s := startLoaded(t, m)
	rate := loadNumber(t, loadRateEnv, 300)
	s.run(t, rate, min(d, 20*time.Second)) // what is asked first is slower

	t.Log("alone:")
	before := s.run(t, rate, d)
	s.report(t, before)
	stop := make(chan struct{})
	var attackers sync.WaitGroup
	var next, refused, faults atomic.Int64
	for range 2 { // as many as the door has workers
		attackers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				status, err := s.attack(token, statements[int(next.Add(1)-1)%len(statements)])
				switch {
				case err != nil || status >= 500 && status != http.StatusServiceUnavailable:
					faults.Add(1)
				case status >= 400:
					refused.Add(1)
				}
			}
		})
	}
	after := s.run(t, rate, d)
	close(stop)
	attackers.Wait()
	t.Logf("during attacks: %d statements were sent, %d refused, %d faults", next.Load(), refused.Load(), faults.Load())
	s.report(t, after)
	if faults.Load() > 0 {
		t.Errorf("%d hostile statements were answered by no refusal", faults.Load())
	}
	for _, kind := range slices.Sorted(maps.Keys(before)) {
		alone, attacked := before[kind].At(990), after[kind].At(990)
		t.Logf("%-14s p99 moved by %+.0f %% (wanted: at most 20)", kind, 100*(float64(attacked)/float64(alone)-1))
	}
}

func (s *loadedServer) attack(token, statement string) (status int, err error) {
	body, err := json.Marshal(map[string]string{"sql": statement})
	if err != nil {
		return 0, err
	}
	asked, err := http.NewRequest(http.MethodPost, s.base+"/api/v1/sql", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	asked.Header.Set("Authorization", "Bearer "+token)
	asked.Header.Set("Content-Type", "application/json")
	answer, err := s.client.Do(asked)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}

// attackLines reads the statements in an order of chance, so that those that take all of
// their time do not come in a row.
func attackLines(t *testing.T, file string) (statements []string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if line := lines.Text(); line != "" && !strings.HasPrefix(line, "#") {
			statements = append(statements, strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\0`, "\x00").Replace(line))
		}
	}
	if err := lines.Err(); err != nil || len(statements) < 300 {
		t.Fatalf("%d statements in %s, %v", len(statements), file, err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	r.Shuffle(len(statements), func(i, j int) { statements[i], statements[j] = statements[j], statements[i] })
	return statements
}
