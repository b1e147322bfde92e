package crawl

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// TestSecret sends a key and looks for it in everything that is kept or said.
func TestSecret(t *testing.T) {
	const key = "k3y/of+mine"
	var mu sync.Mutex
	var queries []string
	b := newBoard(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		queries = append(queries, r.URL.RawQuery)
		mu.Unlock()
		w.Header().Set("X-You-Asked", r.URL.String())
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/list?k="+url.QueryEscape(r.URL.Query().Get("access-key")), http.StatusFound)
		case "/down":
			w.WriteHeader(http.StatusInternalServerError)
		case "/cut":
			panic(http.ErrAbortHandler)
		default:
			_, _ = fmt.Fprintf(w, `{"self":%q,"key":%q}`, r.URL.String(), r.URL.Query().Get("access-key"))
		}
	})
	var log strings.Builder
	c := newClient(t, b.URL, newClock(), func(o *Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	var said []string
	for _, path := range []string{"/list?page=1", "/list", "/moved", "/down", "/cut", "/list?escaped=%2F"} {
		doc, err := c.Get(t.Context(), sources.Request{URL: b.URL + path, Kind: schemas.KindList, Secret: url.Values{"access-key": {key}}}, Known{})
		said = append(said, fmt.Sprint(doc.URL, doc.Header, string(doc.Body), err))
		if strings.HasPrefix(path, "/list") && (err != nil || doc.URL != b.URL+path || !strings.Contains(string(doc.Body), maskedSecret)) {
			t.Errorf("%s: %s %s %v", path, doc.URL, doc.Body, err)
		}
	}
	said = append(said, log.String())
	for _, form := range []string{key, url.QueryEscape(key), url.PathEscape(key)} {
		if text := strings.Join(said, "\n"); strings.Contains(text, form) {
			t.Errorf("the key is told as %q:\n%s", form, text)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(queries) == 0 || queries[0] != "page=1&access-key="+url.QueryEscape(key) {
		t.Errorf("the board was asked %q", queries)
	}
	if b.count("/robots.txt") != 1 {
		t.Errorf("robots.txt was asked for %d times", b.count("/robots.txt"))
	}
}

func TestMethod(t *testing.T) {
	b := newBoard(t, func(w http.ResponseWriter, r *http.Request) { _, _ = fmt.Fprintf(w, `{"method":%q}`, r.Method) })
	c := newClient(t, b.URL, newClock(), nil)
	doc, err := c.Get(t.Context(), sources.Request{URL: b.URL + "/x", Method: http.MethodPost}, Known{})
	if err != nil || string(doc.Body) != `{"method":"POST"}` {
		t.Errorf("got %s, %v", doc.Body, err)
	}
}

// TestHosts asks a second host that is let in and a third that is not; each host answers
// for itself alone.
func TestHosts(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) }
	home := newBoard(t, answer)
	forbids := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			_, _ = w.Write([]byte("User-agent: *\nDisallow: /no"))
			return
		}
		answer(w, r)
	}))
	t.Cleanup(forbids.Close)
	c := newClient(t, home.URL, newClock(), func(o *Options) {
		o.Hosts = func(host string) bool { return host == "127.0.0.1" }
	})
	for address, want := range map[string]errs.Kind{home.URL + "/a": -1, forbids.URL + "/a": -1, forbids.URL + "/no": errs.Invalid, "https://other.test/a": errs.Invalid} {
		_, err := get(t, c, address)
		if want < 0 && err != nil || want >= 0 && !errs.Is(err, want) {
			t.Errorf("%s: got %v, want %v", address, err, want)
		}
	}
	if s := c.Stats(); s.Requests != 4 || s.Nuisances[schemas.NuisanceRobotsForbidden] != 1 {
		t.Errorf("stats of all hosts: %+v, want 4 requests (2 robots.txt) and 1 forbidden", s)
	}
}
