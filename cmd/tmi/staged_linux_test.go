package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// stage is a machine to deploy to: a proxy that follows the file that switch writes, and
// processes instead of units.
type stage struct {
	folder  string
	ports   [2]string
	environ []string
	proxy   *httptest.Server
	failed  atomic.Int64 // answers through the proxy that were not 200
	asked   atomic.Int64
}

func newStage(t *testing.T, lake string) *stage {
	t.Helper()
	s := &stage{folder: t.TempDir()}
	for i := range s.ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_, s.ports[i], _ = net.SplitHostPort(listener.Addr().String())
		defer listener.Close() // both are free once this returns
	}
	upstream := filepath.Join(s.folder, "upstream")
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		text, _ := os.ReadFile(upstream)
		r.SetURL(&url.URL{Scheme: "http", Host: strings.TrimSpace(strings.TrimPrefix(string(text), "reverse_proxy "))})
	}}
	s.proxy = httptest.NewServer(proxy)
	t.Cleanup(s.proxy.Close)
	pid := s.folder + "/$PORT.pid"
	s.environ = append(os.Environ(), "TMI_STAGED="+s.folder, "TMI_PORTS="+strings.Join(s.ports[:], " "), "TMI_UPSTREAM="+upstream, "TMI_PUBLIC="+s.proxy.URL,
		"TMI_START="+lake+` TMI_LOG_LEVEL=error setsid "$PROGRAM" serve --addr 127.0.0.1:$PORT </dev/null >`+s.folder+`/log 2>&1 9>&- & echo $! >`+pid,
		"TMI_STOP=[ ! -e "+pid+" ] || { kill -TERM -- -$(cat "+pid+") 2>/dev/null; rm "+pid+"; }",
		"TMI_RELOAD=true", "TMI_READY_WITHIN=30", "TMI_WATCH_FOR=2")
	t.Cleanup(func() {
		for _, port := range s.ports {
			c := exec.Command("bash", "-c", "[ ! -e "+pid+" ] || kill -KILL -- -$(cat "+pid+")")
			c.Env = append(os.Environ(), "PORT="+port)
			_ = c.Run()
		}
	})
	return s
}

func (s *stage) deploy(t *testing.T, program string, code int, words string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), deploy+"/staged/switch", program)
	c.Env = s.environ
	out, err := c.CombinedOutput()
	if c.ProcessState == nil || c.ProcessState.ExitCode() != code || !strings.Contains(string(out), words) {
		log, _ := os.ReadFile(s.folder + "/log")
		t.Fatalf("switch %s: %v, want exit code %d and %q\n%s%s", program, err, code, words, out, log)
	}
}

func (s *stage) live(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(s.folder + "/live")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// visit asks through the proxy until the test ends.
func (s *stage) visit(t *testing.T) {
	t.Helper()
	done := make(chan struct{})
	over := make(chan struct{})
	go func() {
		defer close(over)
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
			s.asked.Add(1)
			res, err := http.Get(s.proxy.URL + "/api/v1/techs?limit=1")
			if err != nil || res.StatusCode != http.StatusOK {
				s.failed.Add(1)
			}
			if err == nil {
				_ = res.Body.Close()
			}
		}
	}()
	t.Cleanup(func() { close(done); <-over })
}

func TestStagedDeploy(t *testing.T) {
	if os.Getenv("TMI_TEST_SLOW") == "" {
		t.Skip("half a minute: TMI_TEST_SLOW=1, or make deploy-check")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("no curl")
	}
	root := t.TempDir()
	tmi(t, []string{lakeAt(root), "TMI_LOG_LEVEL=error"}, "", "demo", "--days", "1", "--postings", "20", "--no-serve").wants(t, 0)
	s := newStage(t, lakeAt(root))
	program := binary(t)
	// A program that lies about being one, one that never gets ready, and one that dies when it has the visitors.
	broken := func(name, serve string) string {
		path := filepath.Join(t.TempDir(), name)
		text := fmt.Sprintf("#!/bin/bash\n[ \"$1\" = --version ] && exec %s --version\n%s\n", program, serve)
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
		return path
	}
	s.deploy(t, filepath.Join(s.folder, "absent"), 2, "expected one program")
	s.deploy(t, broken("dead", "exit 1"), 1, "nothing answers")
	s.deploy(t, program, 0, "answers on "+s.ports[0])
	s.visit(t)

	for name, bad := range map[string]string{
		"is not ready after":        broken("dead", "exit 1"),
		"does not answer behind":    broken("dying", fmt.Sprintf("%s \"$@\" & sleep 4; kill $!; wait", program)),
		"does not tell its version": "/bin/false",
	} {
		code := 1
		if bad == "/bin/false" {
			code = 2
		}
		s.environ = append(s.environ, "TMI_READY_WITHIN=3", "TMI_WATCH_FOR=30")
		s.deploy(t, bad, code, name)
		if live := s.live(t); live != s.ports[0] {
			t.Errorf("%s: %s is live, want the old one", name, live)
		}
	}
	s.environ = append(s.environ, "TMI_READY_WITHIN=30", "TMI_WATCH_FOR=2")
	before := s.failed.Load()
	s.deploy(t, program, 0, "answers on "+s.ports[1])
	s.deploy(t, program, 0, "answers on "+s.ports[0])
	if failed := s.failed.Load() - before; failed != 0 || s.asked.Load() < 50 {
		t.Errorf("%d of %d visits failed during two good switches, want none", failed, s.asked.Load())
	}
	t.Logf("%d visits, %d failed while the dying program had them", s.asked.Load(), before)
}
