package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/queries/queriestest"
)

var update = flag.Bool("update", false, "rewrite golden files")

// reader pins a DuckDB in memory as if it were a published set.
type reader struct {
	db       queriestest.DB
	seq      atomic.Int64 // 0 = nothing is published
	pinned   atomic.Int64
	queries  atomic.Int64
	mu       sync.Mutex
	onQuery  func(ctx context.Context) error // met before each statement
	onAquire error
}

func (r *reader) Acquire(context.Context) (Pinned, error) {
	if r.onAquire != nil {
		return nil, r.onAquire
	}
	if r.seq.Load() == 0 {
		return nil, errs.New(errs.NotFound, "no published set")
	}
	r.pinned.Add(1)
	return &pinned{r, Published{Seq: r.seq.Load(), At: queriestest.MarketNow.Add(-30 * time.Minute)}}, nil
}

type pinned struct {
	*reader
	published Published
}

func (p *pinned) Query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	p.queries.Add(1)
	p.mu.Lock()
	met := p.onQuery
	p.mu.Unlock()
	if met != nil {
		if err := met(ctx); err != nil {
			return nil, err
		}
	}
	return p.db.Query(ctx, text, args...)
}

func (p *pinned) Published() Published { return p.published }
func (p *pinned) Release()             { p.pinned.Add(-1) }

// dictionary is a small one that does not change when the real one grows.
type dictionary []extract.Entry

var techEntries = dictionary{
	{ID: "aws", Name: "AWS", Category: "cloud", Aliases: []string{"아마존 웹 서비스"}, DescriptionEN: "cloud platform", DescriptionKO: "클라우드 플랫폼", Home: "https://aws.amazon.com"},
	{ID: "cpp", Name: "C++", Category: "language", DescriptionEN: "programming language", DescriptionKO: "프로그래밍 언어"},
	{ID: "csharp", Name: "C#", Category: "language", Aliases: []string{"씨샵"}, DescriptionEN: "programming language", DescriptionKO: "프로그래밍 언어"},
	{ID: "go", Name: "Go", Category: "language", Aliases: []string{"golang", "고랭"}, DescriptionEN: "programming language", DescriptionKO: "프로그래밍 언어"},
	{ID: "java", Name: "Java", Category: "language", Aliases: []string{"자바"}, DescriptionEN: "programming language", DescriptionKO: "프로그래밍 언어"},
	{ID: "kafka", Name: "Apache Kafka", Category: "messaging", Aliases: []string{"kafka", "카프카"}, DescriptionEN: "event log", DescriptionKO: "이벤트 로그"},
	{ID: "kubernetes", Name: "Kubernetes", Category: "infrastructure", Aliases: []string{"k8s", "쿠버네티스"}, DescriptionEN: "container orchestration", DescriptionKO: "컨테이너 오케스트레이션"},
	{ID: "mysql", Name: "MySQL", Category: "database", DescriptionEN: "relational database", DescriptionKO: "관계형 데이터베이스"},
	{ID: "node.js", Name: "Node.js", Category: "platform", Aliases: []string{"node", "노드"}, DescriptionEN: "JavaScript runtime", DescriptionKO: "자바스크립트 런타임"},
	{ID: "python", Name: "Python", Category: "language", Aliases: []string{"파이썬"}, DescriptionEN: "programming language", DescriptionKO: "프로그래밍 언어"},
	{ID: "react", Name: "React", Category: "library", Aliases: []string{"리액트"}, DescriptionEN: "user interface library", DescriptionKO: "화면 라이브러리"},
	{ID: "rust", Name: "Rust", Category: "language", Aliases: []string{"러스트"}, DescriptionEN: "programming language", DescriptionKO: "프로그래밍 언어"},
	{ID: "spring-boot", Name: "Spring Boot", Category: "framework", Aliases: []string{"스프링부트"}, DescriptionEN: "Java framework", DescriptionKO: "자바 프레임워크"},
	{ID: "typescript", Name: "TypeScript", Category: "language", Aliases: []string{"타입스크립트"}, DescriptionEN: "programming language", DescriptionKO: "프로그래밍 언어"},
}

func (d dictionary) ByID(id string) (extract.Entry, bool) {
	for _, e := range d {
		if e.ID == id {
			return e, true
		}
	}
	return extract.Entry{}, false
}

func (d dictionary) Resolve(text string) (extract.Entry, bool) {
	for _, e := range d {
		for _, name := range append([]string{e.ID, e.Name}, e.Aliases...) {
			if strings.EqualFold(name, strings.TrimSpace(text)) {
				return e, true
			}
		}
	}
	return extract.Entry{}, false
}

// world is a server over a market of postings.
type world struct {
	handler http.Handler
	reader  *reader
	market  queriestest.Market
	log     *bytes.Buffer
}

func newWorld(t testing.TB, postings int, change ...func(*Options)) *world {
	t.Helper()
	w := &world{reader: &reader{db: queriestest.New(t)}, log: &bytes.Buffer{}}
	if postings > 0 {
		w.market = queriestest.FillMarket(t, w.reader.db, postings)
		w.reader.seq.Store(3)
	}
	o := Options{
		Reader: w.reader, Dictionary: techEntries, Techs: techEntries, Sources: []string{"jumpit", "rallit", "greenhouse", "hn"},
		Now: func() time.Time { return queriestest.MarketNow }, Logger: slog.New(slog.NewTextHandler(&lockedWriter{w: w.log}, nil)), Version: "test", RatePerSecond: -1,
	}
	for _, c := range change {
		c(&o)
	}
	var err error
	if w.handler, err = New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if n := w.reader.pinned.Load(); n != 0 {
			t.Errorf("%d sets were not released", n)
		}
	})
	return w
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// faults are the log's lines about faults.
func (w *world) faults() string {
	var lines []string
	for line := range strings.Lines(w.log.String()) {
		if strings.Contains(line, "level=ERROR") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// get asks for a path; header is pairs of name and value.
func (w *world) get(path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	return answer
}

// json asks for a path and reads its answer, which must have the status.
func getJSON[T any](t testing.TB, w *world, status int, path string) T {
	t.Helper()
	answer := w.get(path)
	var v T
	if answer.Code != status {
		t.Fatalf("GET %s: %d, want %d\n%s\n%s", path, answer.Code, status, answer.Body, w.faults())
	}
	want := "application/json"
	if status >= 400 {
		want = "application/problem+json"
	}
	if got := answer.Header().Get("Content-Type"); got != want {
		t.Errorf("GET %s: content type %q, want %q", path, got, want)
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &v); err != nil {
		t.Fatalf("GET %s: %v\n%s", path, err, answer.Body)
	}
	return v
}

// golden compares with testdata/name, or writes it under -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs; run with -update if it should (-want +got):\n%s", path, diff)
	}
}

func indented(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

func gunzip(t *testing.T, body []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}
