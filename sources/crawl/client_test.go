package crawl

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// clock is a time that only sleeping moves.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d > 0 {
		c.now, c.slept = c.now.Add(d), c.slept+d
	}
	return ctx.Err()
}

// board is a server with a log, and a robots.txt that allows everything unless told.
type board struct {
	*httptest.Server
	mu   sync.Mutex
	log  []string
	last http.Header
}

func newBoard(t *testing.T, handle http.HandlerFunc) *board {
	t.Helper()
	b := &board{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		b.log, b.last = append(b.log, r.URL.Path), r.Header.Clone()
		b.mu.Unlock()
		if r.URL.Path == "/robots.txt" && !strings.Contains(r.Header.Get("X-Test"), "robots") {
			if _, ok := robotsOf[t.Name()]; !ok {
				http.NotFound(w, r)
				return
			}
			robotsOf[t.Name()](w, r)
			return
		}
		handle(w, r)
	}))
	t.Cleanup(b.Close)
	return b
}

var robotsOf = map[string]http.HandlerFunc{}

func (b *board) count(path string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.log {
		if p == path {
			n++
		}
	}
	return n
}

func newClient(t *testing.T, base string, c *clock, change func(*Options)) *Client {
	t.Helper()
	o := Options{BaseURL: base, Version: "1.2", Contact: "ops@example.com", Rate: 1000, Clock: c.Now, Sleep: c.Sleep}
	if change != nil {
		change(&o)
	}
	client, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func get(t *testing.T, c *Client, address string) (schemas.Document, error) {
	t.Helper()
	return c.Get(t.Context(), sources.Request{URL: address, Kind: schemas.KindList}, Known{})
}

const goodJSON = `{"rows":[1,2,3]}`

// TestNuisances has one row per way in which a board misbehaves twice and then answers.
func TestNuisances(t *testing.T) {
	cases := []struct {
		name   string
		handle http.HandlerFunc
		want   schemas.Nuisance // under which both bad answers count
	}{
		{"500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, schemas.NuisanceServerError},
		{"503", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, schemas.NuisanceServerError},
		{"429", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, schemas.NuisanceThrottled},
		{"json cut short", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, goodJSON[:7]) }, schemas.NuisanceGarbled},
		{"empty body", func(w http.ResponseWriter, _ *http.Request) {}, schemas.NuisanceEmpty},
		{"body cut short", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, goodJSON)
		}, schemas.NuisanceCutShort},
		{"gzip cut short", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(pack(goodJSON)[:20])
		}, schemas.NuisanceCutShort},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, schemas.NuisanceConnection},
		{"hangs", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, schemas.NuisanceTimeout},
		{"just a moment at 200", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<!doctype html><title>Just a moment...</title>")
		}, schemas.NuisanceBlocked},
		{"any html at 200", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "\n <html>hello</html>") }, schemas.NuisanceBlocked},
		{"waf at 202", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amzn-Waf-Action", "challenge")
			w.WriteHeader(http.StatusAccepted)
		}, schemas.NuisanceBlocked},
		{"captcha at 503", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, "<html>solve this CAPTCHA</html>")
		}, schemas.NuisanceBlocked},
		{"gzip by name alone", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, goodJSON)
		}, schemas.NuisanceWrongEncoding},
		{"a packing that nobody asked for", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			_, _ = io.WriteString(w, goodJSON)
		}, schemas.NuisanceWrongEncoding},
		{"json in EUC-KR", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"title":"`+strings.Repeat("\xb0\xb3\xb9\xdf\xc0\xda ", 9)+`"}`)
		}, schemas.NuisanceWrongEncoding},
		{"chunks that are none", func(w http.ResponseWriter, _ *http.Request) {
			raw(w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\nZZ\r\n1}\r\n0\r\n\r\n")
		}, schemas.NuisanceCutShort},
		{"no HTTP at all", func(w http.ResponseWriter, _ *http.Request) { raw(w, "hello\r\n\r\n") }, schemas.NuisanceConnection},
		{"a body that drips", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		}, schemas.NuisanceTimeout},
		{"a pause in seconds", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, schemas.NuisanceThrottled},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var seen atomic.Int64
			b := newBoard(t, func(w http.ResponseWriter, r *http.Request) {
				if seen.Add(1) <= 2 {
					c.handle(w, r)
					return
				}
				_, _ = io.WriteString(w, goodJSON)
			})
			client := newClient(t, b.URL, newClock(), func(o *Options) { o.Timeout = 50 * time.Millisecond })
			doc, err := get(t, client, b.URL+"/list")
			if err != nil || string(doc.Body) != goodJSON || doc.Status != 200 {
				t.Fatalf("got %d %q, %v; want the answer of the third attempt", doc.Status, doc.Body, err)
			}
			want := Stats{Requests: 4, Retries: 2, Answers: 1, Nuisances: schemas.Nuisances{c.want: 2}}
			if diff := cmp.Diff(want, client.Stats(), cmpopts.IgnoreFields(Stats{}, "BytesIn")); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFinal(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	t.Cleanup(elsewhere.Close)
	cases := []struct {
		name   string
		handle http.HandlerFunc
		want   schemas.Nuisance // under which the document is given up
		asked  int
	}{
		{"forbidden", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, schemas.NuisanceBlocked, 1},
		{"unauthorised", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, schemas.NuisanceBlocked, 1},
		{"never well", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, schemas.NuisanceServerError, 5},
		{"a pause longer than a run", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		}, schemas.NuisanceLongPause, 1},
		{"redirect to another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://other.example/x", http.StatusFound)
		}, schemas.NuisanceOffHost, 1},
		{"redirect to another port", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/x", http.StatusFound)
		}, schemas.NuisancePrivate, 1},
		{"redirect to metadata", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
		}, schemas.NuisancePrivate, 1},
		{"redirects in a circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/list", http.StatusFound) }, schemas.NuisanceRedirectLoop, 6},
		{"too large", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2000)) }, schemas.NuisanceTooLarge, 1},
		{"endless", func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write(make([]byte, 4096)); err != nil {
					return
				}
			}
		}, schemas.NuisanceTooLarge, 1},
		{"gzip bomb", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(pack(strings.Repeat("0", 200_000)))
		}, schemas.NuisanceBomb, 1},
		{"a length that promises too much", func(w http.ResponseWriter, _ *http.Request) {
			raw(w, "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{")
		}, schemas.NuisanceTooLarge, 1},
		{"an unasked 304", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }, schemas.NuisanceUnasked304, 1},
		{"a status that says no", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusPaymentRequired) }, schemas.NuisanceRefused, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBoard(t, c.handle)
			client := newClient(t, b.URL, newClock(), func(o *Options) { o.MaxBodyBytes = 1000 })
			doc, err := get(t, client, b.URL+"/list")
			if !errs.Is(err, errs.Unavailable) || NuisanceOf(err) != c.want || client.Stats().Nuisances[c.want] == 0 {
				t.Fatalf("got %d %v, counted %v; want it given up as %s", doc.Status, err, client.Stats().Nuisances, c.want)
			}
			if n := b.count("/list"); n != c.asked {
				t.Errorf("asked %d times, want %d (%v)", n, c.asked, err)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	for _, status := range []int{200, 400, 404, 410} {
		b := newBoard(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"v1"`)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, goodJSON)
		})
		doc, err := get(t, newClient(t, b.URL, newClock(), nil), b.URL+"/list")
		if err != nil || doc.Status != status || string(doc.Body) != goodJSON || http.Header(doc.Header).Get("Etag") != `"v1"` {
			t.Errorf("status %d: got %+v, %v", status, doc, err)
		}
	}
}

func TestAsks(t *testing.T) {
	b := newBoard(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(pack(goodJSON))
	})
	client := newClient(t, b.URL, newClock(), nil)
	doc, err := get(t, client, b.URL+"/list?a=1")
	if err != nil || string(doc.Body) != goodJSON {
		t.Fatalf("got %q, %v", doc.Body, err)
	}
	if http.Header(doc.Header).Get("Content-Encoding") != "" {
		t.Error("an unpacked body is still called packed")
	}
	if got, want := b.last.Get("User-Agent"), "TMI/1.2 (+https://github.com/techmapit/tmi; ops@example.com)"; got != want {
		t.Errorf("User-Agent: got %q, want %q", got, want)
	}
	if b.last.Get("Accept") != "application/json" || b.last.Get("Accept-Encoding") != "gzip" || b.last.Get("Cookie") != "" {
		t.Errorf("headers sent: %v", b.last)
	}
	doc, err = client.Get(t.Context(), sources.Request{URL: b.URL + "/list"}, Known{ETag: `"v1"`, LastModified: "Mon, 02 Mar 2026 00:00:00 GMT"})
	if err != nil || !doc.NotModified || doc.Status != 304 || len(doc.Body) != 0 {
		t.Errorf("conditional: got %+v, %v", doc, err)
	}
	if n := b.count("/robots.txt"); n != 1 {
		t.Errorf("robots.txt was asked for %d times, want once", n)
	}
}

func TestRedirectAtHome(t *testing.T) {
	b := newBoard(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/list" {
			http.Redirect(w, r, "/new?x=1", http.StatusMovedPermanently)
			return
		}
		_, _ = io.WriteString(w, goodJSON)
	})
	if doc, err := get(t, newClient(t, b.URL, newClock(), nil), b.URL+"/list"); err != nil || string(doc.Body) != goodJSON {
		t.Errorf("got %q, %v", doc.Body, err)
	}
}

func TestForbiddenByRobots(t *testing.T) {
	robotsOf[t.Name()] = func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "User-agent: *\nDisallow: /private\nCrawl-delay: 5\n")
	}
	b := newBoard(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/list" {
			http.Redirect(w, r, "/private/2", http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, goodJSON)
	})
	c := newClock()
	client := newClient(t, b.URL, c, nil)
	for _, path := range []string{"/private/1", "/list"} {
		if _, err := get(t, client, b.URL+path); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: got %v, want errs.Invalid", path, err)
		}
	}
	if b.count("/private/1")+b.count("/private/2") != 0 || client.Stats().Nuisances[schemas.NuisanceRobotsForbidden] != 2 {
		t.Errorf("log %v, counts %+v", b.log, client.Stats())
	}
	for range 3 {
		if _, err := get(t, client, b.URL+"/ok"); err != nil {
			t.Fatal(err)
		}
	}
	if c.slept < 15*time.Second {
		t.Errorf("slept %v, want a crawl delay of 5s before each request", c.slept)
	}
	c.now = c.now.Add(25 * time.Hour)
	if _, err := get(t, client, b.URL+"/ok"); err != nil || b.count("/robots.txt") != 2 {
		t.Errorf("after a day robots.txt was asked for %d times in all, want 2 (%v)", b.count("/robots.txt"), err)
	}
}

func TestRobotsUnavailable(t *testing.T) {
	for status, isNo := range map[int]bool{500: true, 503: true, 404: false, 403: false, 410: false} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			robotsOf[t.Name()] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
			b := newBoard(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, goodJSON) })
			_, err := get(t, newClient(t, b.URL, newClock(), nil), b.URL+"/list")
			if isNo != errs.Is(err, errs.Unavailable) || isNo != (b.count("/list") == 0) {
				t.Errorf("got %v, list asked %d times; robots.txt at %d means no: %v", err, b.count("/list"), status, isNo)
			}
		})
	}
}

// TestRetryAfter reads the server's own log: nothing may come before the pause is over.
func TestRetryAfter(t *testing.T) {
	for _, form := range []string{"seconds", "date"} {
		t.Run(form, func(t *testing.T) {
			c := newClock()
			var refusedAt, answeredAt time.Time
			b := newBoard(t, func(w http.ResponseWriter, _ *http.Request) {
				if refusedAt.IsZero() {
					refusedAt = c.Now()
					value := "90"
					if form == "date" {
						value = refusedAt.Add(90 * time.Second).Format(http.TimeFormat)
					}
					w.Header().Set("Retry-After", value)
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				answeredAt = c.Now()
				_, _ = io.WriteString(w, goodJSON)
			})
			if _, err := get(t, newClient(t, b.URL, c, nil), b.URL+"/list"); err != nil {
				t.Fatal(err)
			}
			if waited := answeredAt.Sub(refusedAt.Truncate(time.Second)); waited < 90*time.Second || waited > 100*time.Second {
				t.Errorf("waited %v, want 90s and a little", waited)
			}
		})
	}
}

func TestRate(t *testing.T) {
	c := newClock()
	b := newBoard(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, goodJSON) })
	client := newClient(t, b.URL, c, func(o *Options) { o.Rate, o.Concurrency = 2, 4 })
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			if _, err := client.Get(t.Context(), sources.Request{URL: b.URL + "/list"}, Known{}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if c.slept < 10*time.Second {
		t.Errorf("21 requests at 2 a second slept %v, want at least 10s", c.slept)
	}
}

// TestClockThatStandsStill dates documents and paces nothing.
func TestClockThatStandsStill(t *testing.T) {
	b := newBoard(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, goodJSON) })
	still := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	client, err := New(Options{BaseURL: b.URL, Rate: 1000, Clock: func() time.Time { return still }})
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	for range 50 {
		doc, err := get(t, client, b.URL+"/list")
		if err != nil || !doc.FetchedAt.Equal(still) {
			t.Fatalf("fetched at %v, %v; want %v", doc.FetchedAt, err, still)
		}
	}
	if took := time.Since(started); took < 45*time.Millisecond || took > 5*time.Second {
		t.Errorf("51 requests at 1000 a second took %v", took)
	}
}

func BenchmarkGet(b *testing.B) {
	page := []byte(`{"text":"` + strings.Repeat("서버 개발자를 찾습니다. ", 600) + `"}`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(page) }))
	defer server.Close()
	client, err := New(Options{BaseURL: server.URL, Rate: 1e9, Concurrency: 8})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(page)))
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := client.Get(b.Context(), sources.Request{URL: server.URL + "/x"}, Known{}); err != nil {
				b.Error(err)
			}
		}
	})
}

func TestCancel(t *testing.T) {
	b := newBoard(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	client, err := New(Options{BaseURL: b.URL, Rate: 1000})
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	time.AfterFunc(30*time.Millisecond, cancel)
	if _, err := client.Get(ctx, sources.Request{URL: b.URL + "/list"}, Known{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if took := time.Since(started); took > 3*time.Second {
		t.Errorf("stopping took %v", took)
	}
}

// TestLeftAlone counts what a board that shuts the door on everything is still asked.
func TestLeftAlone(t *testing.T) {
	for _, c := range []struct {
		name   string
		handle http.HandlerFunc
		asked  int
	}{
		{"blocked", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, 3},
		{"down", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, 12 * 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBoard(t, c.handle)
			clock := newClock()
			client := newClient(t, b.URL, clock, nil)
			for range 100 {
				if _, err := get(t, client, b.URL+"/x"); !errs.Is(err, errs.Unavailable) {
					t.Fatalf("got %v, want errs.Unavailable", err)
				}
			}
			if n := b.count("/x"); n != c.asked {
				t.Errorf("asked %d times, want %d", n, c.asked)
			}
			_ = clock.Sleep(t.Context(), restFor)
			if _, err := get(t, client, b.URL+"/x"); err == nil || b.count("/x") <= c.asked {
				t.Errorf("after its rest the board was asked %d times in all (%v)", b.count("/x"), err)
			}
		})
	}
}

func TestPrivateAddresses(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "::1": false, "fe80::1": false, "fd00::1": false,
		"::ffff:10.0.0.1": false, "224.0.0.1": false, "64:ff9b::a00:1": false,
	} {
		if got := isPublic(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is public: got %v, want %v", address, got, want)
		}
	}
	// A dialer for a host that is not the owner's word does not connect to loopback.
	b := newBoard(t, func(http.ResponseWriter, *http.Request) {})
	dial := guardedDial(func(string) bool { return false })
	if conn, err := dial(t.Context(), "tcp", strings.TrimPrefix(b.URL, "http://")); !errors.Is(err, errPrivate) {
		t.Errorf("connected (%v) or failed otherwise: %v", conn != nil, err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, base := range []string{"", "example.com", "ftp://example.com", "https://", "https://user:secret@example.com"} {
		if _, err := New(Options{BaseURL: base}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: got %v, want errs.Invalid", base, err)
		}
	}
	c := newClient(t, "http://127.0.0.1:1", newClock(), nil)
	if _, err := get(t, c, "https://example.com/x"); !errs.Is(err, errs.Invalid) {
		t.Errorf("another host: got %v, want errs.Invalid", err)
	}
}

// raw answers with bytes that are not net/http's, and hangs up.
func raw(w http.ResponseWriter, text string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(conn, text)
	_ = conn.Close()
}

func pack(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}
