package crawl

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// TestSpelledAround asks for a forbidden path in spellings that Colly makes plain on the way.
func TestSpelledAround(t *testing.T) {
	robotsOf[t.Name()] = func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "User-agent: *\nDisallow: /private\n")
	}
	b := newBoard(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, goodJSON) })
	client := newClient(t, b.URL, newClock(), nil)
	paths := []string{"/open/../private/1", "/open/%2e%2e/private/2", "/open/.%2E/private/3", "/./private/4", "/pri\tvate/6", "/%70rivate/7"}
	for _, path := range paths {
		if _, err := get(t, client, b.URL+path); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: got %v, want errs.Invalid", path, err)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, path := range b.log {
		if strings.Contains(path, "private") {
			t.Errorf("the board was asked for %s", path)
		}
	}
}

// TestRobotsRedirects follows five redirects of robots.txt and no more (RFC 9309 section 2.3.1.2).
func TestRobotsRedirects(t *testing.T) {
	for hops, isNo := range map[int]bool{1: false, 5: false, 6: true} {
		t.Run(fmt.Sprint(hops), func(t *testing.T) {
			robotsOf[t.Name()] = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/r/1", http.StatusFound) }
			b := newBoard(t, func(w http.ResponseWriter, r *http.Request) {
				var n int
				if _, err := fmt.Sscanf(r.URL.Path, "/r/%d", &n); err != nil {
					_, _ = io.WriteString(w, goodJSON)
				} else if n < hops {
					http.Redirect(w, r, fmt.Sprintf("/r/%d", n+1), http.StatusFound)
				} else {
					_, _ = io.WriteString(w, "User-agent: *\nDisallow: /private\n")
				}
			})
			client := newClient(t, b.URL, newClock(), nil)
			if _, err := get(t, client, b.URL+"/list"); isNo != errs.Is(err, errs.Unavailable) {
				t.Errorf("got %v, want a refusal: %v", err, isNo)
			}
			if _, err := get(t, client, b.URL+"/private/1"); err == nil {
				t.Error("a rule behind the redirects was not kept")
			}
		})
	}
}

// TestRobotsEveryWay has a row per robots.txt that is not simply there.
func TestRobotsEveryWay(t *testing.T) {
	cases := []struct {
		name   string
		handle http.HandlerFunc
		isNo   bool
		counts schemas.Nuisance
	}{
		{"429", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, true, schemas.NuisanceThrottled},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, true, schemas.NuisanceConnection},
		{"block page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>captcha") }, true, schemas.NuisanceBlocked},
		{"to a private address", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.9.9.9:9/robots.txt", http.StatusFound)
		}, true, schemas.NuisancePrivate},
		{"empty", func(http.ResponseWriter, *http.Request) {}, false, ""},
		{"an ordinary page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>welcome") }, false, ""},
		{"endless", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("# nothing\n", 1000)); err != nil {
					return
				}
			}
		}, false, schemas.NuisanceRobotsHuge},
		{"a bomb", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(pack(strings.Repeat("# nothing\n", 200_000)))
		}, false, schemas.NuisanceRobotsHuge},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			robotsOf[t.Name()] = c.handle
			b := newBoard(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, goodJSON) })
			client := newClient(t, b.URL, newClock(), nil)
			_, err := get(t, client, b.URL+"/list")
			if c.isNo != (err != nil) || c.isNo != (b.count("/list") == 0) {
				t.Errorf("got %v; robots.txt means no: %v", err, c.isNo)
			}
			if s := client.Stats(); c.counts != "" && s.Nuisances[c.counts] == 0 || c.isNo != (s.Nuisances[schemas.NuisanceRobotsUnavailable] == 1) {
				t.Errorf("counts %v, want %q among them", s.Nuisances, c.counts)
			}
		})
	}
}

// TestCrawlDelay keeps to the file's delay up to two minutes, and forgets it with the file.
func TestCrawlDelay(t *testing.T) {
	delay := "3600"
	robotsOf[t.Name()] = func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "User-agent: *\nCrawl-delay: "+delay+"\n")
	}
	b := newBoard(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, goodJSON) })
	c := newClock()
	client := newClient(t, b.URL, c, func(o *Options) { o.Rate = 1 })
	ask := func() time.Duration {
		t.Helper()
		before := c.Now()
		if _, err := get(t, client, b.URL+"/list"); err != nil {
			t.Fatal(err)
		}
		return c.Now().Sub(before)
	}
	if took := ask(); took != maxCrawlDelay {
		t.Errorf("the first document waited %v behind robots.txt, want %v", took, maxCrawlDelay)
	}
	if took := ask(); took != maxCrawlDelay {
		t.Errorf("the next document waited %v, want %v", took, maxCrawlDelay)
	}
	delay = "0"
	_ = c.Sleep(t.Context(), 25*time.Hour)
	ask()
	if took := ask(); took != time.Second {
		t.Errorf("after the file took its delay back a document waited %v, want our own second", took)
	}
}

// TestThrottledTogether has one document told to come back later; the other waits with it.
func TestThrottledTogether(t *testing.T) {
	c := newClock()
	var saidAt, otherAt time.Time
	b := newBoard(t, func(w http.ResponseWriter, r *http.Request) {
		if saidAt.IsZero() {
			saidAt = c.Now()
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		if r.URL.Path == "/b" {
			otherAt = c.Now()
		}
		_, _ = io.WriteString(w, goodJSON)
	})
	client := newClient(t, b.URL, c, func(o *Options) { o.Attempts = 1 })
	if _, err := get(t, client, b.URL+"/a"); err == nil {
		t.Fatal("the throttled document was had at its only attempt")
	}
	if _, err := get(t, client, b.URL+"/b"); err != nil || otherAt.Sub(saidAt) < time.Minute {
		t.Errorf("another document was asked for %v after the host wanted a minute's rest (%v)", otherAt.Sub(saidAt), err)
	}
}

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	stamp := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	cases := []struct {
		name, value, date string
		want              time.Duration
	}{
		{"absent", "", "", 0},
		{"seconds", "90", "", 90 * time.Second},
		{"parts of a second", "0.5", "", 500 * time.Millisecond},
		{"less than nothing", "-3", "", 0},
		{"no number at all", "NaN", "", 0},
		{"for ever", "1e300", "", 365 * 24 * time.Hour},
		{"a date", stamp(time.Minute), stamp(0), time.Minute},
		{"a date without the board's own", stamp(time.Minute), "", time.Minute},
		{"our clock is fast", stamp(-30 * time.Second), stamp(-time.Minute), 30 * time.Second},
		{"our clock is slow", stamp(2 * time.Minute), stamp(time.Minute), 2 * time.Minute},
		{"a date that has passed", stamp(-time.Minute), stamp(0), 0},
		{"words", "later", "", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			header := http.Header{"Retry-After": {c.value}, "Date": {c.date}}
			if got := retryAfter(header, now); got != c.want {
				t.Errorf("Retry-After %q at Date %q: got %v, want %v", c.value, c.date, got, c.want)
			}
		})
	}
}

// TestRedirectWithPause waits before the next step where the redirect asks for it.
func TestRedirectWithPause(t *testing.T) {
	c := newClock()
	var sentAt, cameAt time.Time
	b := newBoard(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/list" {
			sentAt = c.Now()
			w.Header().Set("Retry-After", "7")
			http.Redirect(w, r, "/new", http.StatusFound)
			return
		}
		cameAt = c.Now()
		_, _ = io.WriteString(w, goodJSON)
	})
	if _, err := client200(t, b, c); err != nil || cameAt.Sub(sentAt) < 7*time.Second {
		t.Errorf("came %v after the redirect, want 7s (%v)", cameAt.Sub(sentAt), err)
	}
}

func client200(t *testing.T, b *board, c *clock) (schemas.Document, error) {
	t.Helper()
	return newClient(t, b.URL, c, nil).Get(t.Context(), sources.Request{URL: b.URL + "/list", Kind: schemas.KindList}, Known{})
}

// TestOnTheWire reads what goes over the wire: HTTP/1.1, and nothing that speaks of a body
// where there is none.
func TestOnTheWire(t *testing.T) {
	var seen []string
	b := newBoard(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, fmt.Sprint(r.Method, " ", r.Proto, " length ", r.ContentLength, " chunks ", r.TransferEncoding))
		_, _ = io.WriteString(w, goodJSON)
	})
	client := newClient(t, b.URL, newClock(), nil)
	for _, method := range []string{"", http.MethodPost} {
		if _, err := client.Get(t.Context(), sources.Request{URL: b.URL + "/list", Method: method}, Known{}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"GET HTTP/1.1 length 0 chunks []", "POST HTTP/1.1 length 0 chunks []"}, seen); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// TestHangs gives a document up that is never answered before it has cost the run minutes.
func TestHangs(t *testing.T) {
	b := newBoard(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	client := newClient(t, b.URL, newClock(), func(o *Options) { o.Timeout = 20 * time.Millisecond })
	if _, err := get(t, client, b.URL+"/list"); NuisanceOf(err) != schemas.NuisanceTimeout || b.count("/list") != maxLate {
		t.Errorf("asked %d times, want %d (%v)", b.count("/list"), maxLate, err)
	}
}
