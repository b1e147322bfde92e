package objects_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/lake/objects"
)

// proxy stands between the store and the server; bend sees each request before it is
// sent on and may answer in the server's stead by returning true.
func proxy(t *testing.T, server laketest.S3, bend func(w http.ResponseWriter, r *http.Request, next http.Handler) bool) objects.Store {
	t.Helper()
	target, err := url.Parse(server.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	next := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host // it is signed
	}}
	p := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !bend(w, r, next) {
			next.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(p.Close)
	t.Setenv("AWS_ENDPOINT_URL_S3", p.URL)
	s, err := objects.Open(t.Context(), server.URI())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A conditional put whose answer got lost has still won.
func TestS3LostAnswer(t *testing.T) {
	server := laketest.StartS3(t)
	var lose atomic.Bool
	s := proxy(t, server, func(_ http.ResponseWriter, r *http.Request, next http.Handler) bool {
		if r.Method == http.MethodPut && lose.CompareAndSwap(true, false) {
			next.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		return false
	})
	lose.Store(true)
	one, err := s.PutIfAbsent(t.Context(), "k", strings.NewReader("one"))
	if err != nil || lose.Load() {
		t.Fatalf("create: %v", err)
	}
	lose.Store(true)
	two, err := s.PutIfMatch(t.Context(), "k", one.ETag, strings.NewReader("two"))
	if err != nil || lose.Load() {
		t.Fatalf("update: %v", err)
	}
	if stat, err := s.Stat(t.Context(), "k"); err != nil || stat.ETag != two.ETag {
		t.Errorf("stat %+v, %v, want etag %s", stat, err, two.ETag)
	}
	// A real loser is still told, even if its answer is lost once.
	lose.Store(true)
	if _, err := s.PutIfAbsent(t.Context(), "k", strings.NewReader("one")); !errs.Is(err, errs.Conflict) {
		t.Errorf("second create: got %v, want kind conflict", err)
	}
}

func TestS3AsksAgain(t *testing.T) {
	server := laketest.StartS3(t)
	for _, c := range []struct {
		name  string
		times int64
		code  int
		body  string
		want  errs.Kind // 0: done
	}{
		{"a settling conflict ends well", 2, 409, "<Error><Code>ConditionalRequestConflict</Code></Error>", 0},
		{"a settling conflict that stays", 1 << 30, 409, "<Error><Code>ConditionalRequestConflict</Code></Error>", errs.Conflict},
		{"slow down, then well", 1, 503, "<Error><Code>SlowDown</Code></Error>", 0},
		{"slow down for ever", 1 << 30, 503, "<Error><Code>SlowDown</Code></Error>", errs.Unavailable},
		{"no rights", 1 << 30, 403, "<Error><Code>AccessDenied</Code></Error>", errs.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			var left atomic.Int64
			left.Store(c.times)
			s := proxy(t, server, func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
				if r.Method != http.MethodPut || left.Add(-1) < 0 {
					return false
				}
				_, _ = io.Copy(io.Discard, r.Body)
				w.WriteHeader(c.code)
				_, _ = io.WriteString(w, c.body)
				return true
			})
			_, err := s.PutIfAbsent(t.Context(), "asks/"+strings.ReplaceAll(c.name, " ", "-"), strings.NewReader("x"))
			if (c.want == 0) != (err == nil) || (err != nil && !errs.Is(err, c.want)) {
				t.Errorf("got %v (%v), want %v", err, errs.Of(err), c.want)
			}
		})
	}
}

// A server that ignores the range must not pass its whole object for a part of it.
func TestS3IgnoredRange(t *testing.T) {
	server := laketest.StartS3(t)
	s := proxy(t, server, func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		r.Header.Del("Range")
		return false
	})
	if _, err := objects.WriteAll(t.Context(), s, "k", []byte("0123456789")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.GetRange(t.Context(), "k", 2, 3); err == nil {
		t.Error("got no error, want one")
	}
}

func TestS3Unreachable(t *testing.T) {
	server := laketest.StartS3(t)
	s, err := objects.Open(t.Context(), "s3://no-such-bucket/x")
	if err != nil {
		t.Fatal(err)
	}
	_, err = objects.WriteAll(t.Context(), s, "k", nil)
	if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "no-such-bucket") {
		t.Errorf("missing bucket: got %v (%v), want kind invalid and the bucket's name", err, errs.Of(err))
	}
	for _, err := range s.List(t.Context(), "") {
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("list of a missing bucket: got %v, want kind invalid", err)
		}
	}

	t.Setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
	s, err = objects.Open(t.Context(), server.URI())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stat(t.Context(), "k"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("server away: got %v (%v), want kind unavailable", err, errs.Of(err))
	}
}
