package collect

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/jumpit"
)

// clock is a time that only sleeping, and the test, move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.Advance(max(0, d))
	return ctx.Err()
}

func (c *clock) Advance(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

// board is a small Jumpit whose postings the test changes, and which keeps a log.
type board struct {
	*httptest.Server
	mu      sync.Mutex
	titles  map[int]string // by posting id
	gone    map[int]bool   // listed, but their detail says gone
	hasETag bool
	status  int // of every answer but robots.txt; 0 = as it should be
	log     []string
	onGet   func(path string)
}

func newBoard(t *testing.T, postings int) *board {
	t.Helper()
	b := &board{titles: map[int]string{}, gone: map[int]bool{}, hasETag: true}
	for i := range postings {
		b.titles[1000+i] = fmt.Sprintf("서버 개발자 %d", i)
	}
	b.Server = httptest.NewServer(b)
	t.Cleanup(b.Close)
	return b
}

func (b *board) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.log = append(b.log, r.URL.Path)
	hook := b.onGet
	b.mu.Unlock()
	if hook != nil {
		hook(r.URL.Path)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.URL.Path == "/robots.txt" {
		http.NotFound(w, r)
		return
	}
	if b.status != 0 {
		w.WriteHeader(b.status)
		return
	}
	status, body := b.answer(r)
	if b.hasETag {
		tag := fmt.Sprintf(`"%x"`, sha256.Sum256([]byte(body)))
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

func (b *board) answer(r *http.Request) (int, string) {
	if text, ok := strings.CutPrefix(r.URL.Path, "/api/position/"); ok {
		id, _ := strconv.Atoi(text)
		title, ok := b.titles[id]
		if !ok || b.gone[id] {
			return 400, `{"status":400,"code":"C003","result":null}`
		}
		return 200, fmt.Sprintf(`{"code":"C001","result":{"id":%d,"title":%q,"companyName":"가온","closedAt":"2026-12-31 23:59:59","responsibility":%q}}`, id, title, strings.Repeat("• 서버를 만듭니다\r\n", 20))
	}
	const rows = 16
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	var part []string
	for i := (page - 1) * rows; i < page*rows; i++ {
		if title, ok := b.titles[1000+i]; ok {
			part = append(part, fmt.Sprintf(`{"id":%d,"title":%q,"companyName":"가온","closedAt":"2026-12-31T23:59:59","techStacks":["Go"]}`, 1000+i, title))
		}
	}
	return 200, fmt.Sprintf(`{"code":"P004","result":{"totalCount":%d,"page":%d,"positions":[%s]}}`, len(b.titles), page, strings.Join(part, ","))
}

func (b *board) change(id int, title string) { b.mu.Lock(); defer b.mu.Unlock(); b.titles[id] = title }

// asked returns how many requests came for paths with that start, and forgets them all.
func (b *board) asked(start string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, path := range b.log {
		if strings.HasPrefix(path, start) {
			n++
		}
	}
	b.log = nil
	return n
}

// fixture is one source over one board and one store.
type fixture struct {
	*testing.T
	store objects.Store
	clock *clock
	board *board
	o     Options
}

func newFixture(t *testing.T, postings int) *fixture {
	t.Helper()
	f := &fixture{T: t, store: newStore(t), clock: newClock(), board: newBoard(t, postings)}
	src, err := jumpit.New(sources.Settings{BaseURL: f.board.URL})
	if err != nil {
		t.Fatal(err)
	}
	f.o = Options{Source: src, Store: f.store, Client: newClient(t, f.board.URL, f.clock), Clock: f.clock.Now, Code: "1.0", RecheckUnstamped: time.Hour}
	return f
}

func newStore(t *testing.T) objects.Store {
	t.Helper()
	store, err := objects.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func newClient(t *testing.T, base string, c *clock) *crawl.Client {
	t.Helper()
	client, err := crawl.New(crawl.Options{BaseURL: base, Rate: 1e6, Concurrency: 4, Clock: c.Now, Sleep: c.Sleep})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// run collects once, after an hour has passed.
func (f *fixture) run() schemas.RunManifest {
	f.Helper()
	f.clock.Advance(time.Hour)
	m, err := Run(f.Context(), f.o)
	if err != nil {
		f.Fatal(err)
	}
	return m
}

// keys are the store's objects.
func keys(t *testing.T, store objects.Store) (all []string) {
	t.Helper()
	for info, err := range store.List(context.Background(), "") {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, info.Key)
	}
	return all
}
