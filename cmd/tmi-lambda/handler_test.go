package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/jobs/metriclog/metriclogtest"
	"github.com/techmapit/tmi/jobs/queue/queuetest"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

// runtime plays the Lambda Runtime API to one process of the function.
type runtime struct {
	events  chan invocation
	answers chan answer
}

type invocation struct {
	body    string
	timeout time.Duration
}

type answer struct {
	isError bool
	body    string
}

func (r *runtime) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	const root = "/2018-06-01/runtime/invocation/"
	rest := strings.TrimPrefix(q.URL.Path, root)
	if rest == "next" {
		select {
		case e := <-r.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "request")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(e.timeout).UnixMilli()))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:tmi")
			_, _ = io.WriteString(w, e.body)
		case <-q.Context().Done():
		}
		return
	}
	text, _ := io.ReadAll(q.Body)
	w.WriteHeader(http.StatusAccepted)
	r.answers <- answer{strings.HasSuffix(rest, "/error"), string(text)}
}

// function builds the function without a C compiler, as it is deployed, and starts it.
func function(t *testing.T, environ []string) (invoke func(body string, timeout time.Duration) answer, log func() string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bootstrap")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	api := &runtime{events: make(chan invocation), answers: make(chan answer)}
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	var output output
	c := exec.Command(path)
	c.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(server.URL, "http://"), "TMPDIR=" + t.TempDir(), "HOME=" + t.TempDir()}, environ...)
	c.Stdout, c.Stderr = &output, &output
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
		if t.Failed() {
			t.Log(output.text())
		}
	})
	return func(body string, timeout time.Duration) answer {
		t.Helper()
		api.events <- invocation{body, timeout}
		select {
		case a := <-api.answers:
			return a
		case <-time.After(time.Minute):
			t.Fatal("the function does not answer")
			return answer{}
		}
	}, output.text
}

// output is what a process wrote so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(b)
}

func (o *output) text() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// board plays Jumpit on this machine.
func board(t *testing.T) string {
	t.Helper()
	now := time.Now().UTC()
	world, err := replica.New(replica.Config{Seed: 1, Postings: 400, Days: 2, Start: now.Add(-24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	server, err := world.Serve(func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server.BaseURLs["jumpit"]
}

func runs(t *testing.T, store objects.Store) []schemas.RunManifest {
	t.Helper()
	all, err := collect.Manifests(t.Context(), store, "jumpit", time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Slices with hardly any time each go on from one another, through the queue, until the
// list is complete and every posting is landed once.
func TestSlicesThroughTheQueue(t *testing.T) {
	server := queuetest.Start(t)
	collected, slices := server.Queue(t, "collected"), server.Queue(t, "slices")
	root := "file://" + t.TempDir()
	invoke, _ := function(t, append(queuetest.Environ(), "TMI_LAKE_URI="+root, "TMI_QUEUE_URL="+collected, "TMI_SLICE_QUEUE_URL="+slices,
		"TMI_SOURCES_JUMPIT_BASE_URL="+board(t), "TMI_SOURCES_JUMPIT_RATE=40", "TMI_SOURCES_JUMPIT_CONCURRENCY=4"))
	store, err := objects.Open(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}

	a := invoke(`{"source":"jumpit"}`, putAway+time.Second)
	var first result
	if err := json.Unmarshal([]byte(a.body), &first); err != nil || a.isError || first.Status != schemas.StatusPartial || !first.Requeued {
		t.Fatalf("the first slice: %v %+v", err, a)
	}
	ended := 1
	for ; ended < 60; ended++ {
		bodies := server.Take(t, slices)
		if len(bodies) == 0 {
			break
		}
		if len(bodies) != 1 || !strings.Contains(bodies[0], `"cursor":`) {
			t.Fatalf("messages %q, want one with a cursor", bodies)
		}
		batch := events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: bodies[0]}, {MessageId: "broken", Body: `{"source":""}`}}}
		text, err := json.Marshal(batch)
		if err != nil {
			t.Fatal(err)
		}
		if a := invoke(string(text), putAway+2*time.Second); a.isError || a.body != `{"batchItemFailures":[]}` {
			t.Fatalf("slice %d: %+v", ended, a)
		}
	}
	all := runs(t, store)
	if len(all) != ended || ended < 3 {
		t.Fatalf("%d runs after %d slices, want one each and several", len(all), ended)
	}
	details := map[string]int{}
	completeIn := -1
	for i, run := range all {
		if isLast := i == len(all)-1; (run.Status == schemas.StatusDone) != isLast || (run.Cursor == nil) != isLast {
			t.Errorf("slice %d: %s, cursor %v", i, run.Status, run.Cursor)
		}
		if len(run.Lists) > 0 && run.Lists[0].IsComplete && completeIn < 0 {
			completeIn = i
		}
		captures, err := collect.Captures(t.Context(), store, run)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range captures {
			if c.Kind == string(schemas.KindDetail) {
				details[c.BoardID]++
			}
		}
	}
	last := all[len(all)-1].Lists[0]
	if !last.IsComplete || last.PostingCount != *last.BoardTotal || len(details) != last.PostingCount {
		t.Errorf("the last slice's list: %+v; %d details", last, len(details))
	}
	for id, n := range details {
		if n != 1 {
			t.Errorf("%s was landed %d times", id, n)
		}
	}
	if n := len(server.Take(t, collected)); n != ended {
		t.Errorf("%d ends were announced, want %d", n, ended)
	}
	t.Logf("%d slices, the list complete in the %dth, %d postings", ended, completeIn+1, len(details))
}

func TestEvents(t *testing.T) {
	root := "file://" + t.TempDir()
	invoke, log := function(t, []string{"TMI_LAKE_URI=" + root, "TMI_SOURCES_JUMPIT_BASE_URL=" + board(t), "TMI_SOURCES_JUMPIT_RATE=10000"})
	for _, c := range []struct{ event, word string }{
		{`{"source":"nobody"}`, `no board`},
		{`{"source":"wanted"}`, "TERMS_ACCEPTED"},
		{`{"source":"jumpit","list":["all"]}`, `unknown field`},
		{`{"source":"jumpit","lists":["other"]}`, `there is no list`},
		{`{}`, "source is missing"},
	} {
		if a := invoke(c.event, time.Minute); !a.isError || !strings.Contains(a.body, c.word) {
			t.Errorf("%s: %+v, want an error that says %q", c.event, a, c.word)
		}
	}
	if a := invoke(`{"source":"jumpit"}`, putAway-time.Second); !a.isError || !strings.Contains(a.body, "to the deadline") {
		t.Errorf("no time at all: %+v", a)
	}
	a := invoke(`{"source":"jumpit","lists":["all"],"limit":5}`, time.Minute)
	var r result
	if err := json.Unmarshal([]byte(a.body), &r); err != nil || a.isError || r.Requeued || r.Counts.Responses < 6 {
		t.Errorf("the newest five: %v %+v", err, a)
	}
	// The log that CloudWatch gets holds the metrics of each event that named a source.
	lines := logged(t, log, `"run_id":"`+r.Run+`","status":"partial"}`)
	failures := 0.0
	for _, p := range metriclogtest.Read(t, lines) {
		if p.Name == "collect_failures" && p.Dimensions == "" {
			failures += p.Value
		}
	}
	if failures != 4 {
		t.Errorf("%v failures are told, want those of three events that named no board or list, and of one without time", failures)
	}
	all := strings.Split(strings.TrimSpace(lines), "\n")
	if points := metriclogtest.Read(t, all[len(all)-1]); metriclogtest.Value(t, points, "collect_pages", "source=jumpit") != float64(r.Counts.Responses) || metriclogtest.Value(t, points, "collect_failures", "") != 0 {
		t.Errorf("%+v of %+v", points, r.Counts)
	}
}

// logged is the log up to the line that holds the words: a process's answer may be here
// before its output is.
func logged(t *testing.T, log func() string, words string) string {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		text := log()
		if at := strings.Index(text, words); at >= 0 {
			if end := strings.Index(text[at:], "\n"); end >= 0 {
				return text[:at+end+1]
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the log has no line with %s:\n%s", words, text)
		}
	}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		environ []string
		word    string
	}{
		{nil, "TMI_LAKE_URI"},
		{[]string{"TMI_LAKE_URI=s3://b", "TMI_LAKE_TIMEZONE=Mars/One"}, "TMI_LAKE_TIMEZONE"},
		{[]string{"TMI_LAKE_URI=s3://b", "TMI_QUEUE_URL=https://q/1/a", "TMI_SLICE_QUEUE_URL=https://q/1/a"}, "expected two"},
		{[]string{"TMI_LAKE_URI=relative"}, "relative"},
		{[]string{"TMI_LAKE_URI=s3://bucket", "TMI_QUEUE_URL=a"}, "TMI_QUEUE_URL"},
		{[]string{"TMI_LAKE_URI=s3://bucket", "TMI_DEDUP_URI=a"}, "dedup_uri"},
	} {
		if _, err := newHandler(t.Context(), c.environ, nil); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%v: %v, want errs.Invalid that says %q", c.environ, err, c.word)
		}
	}
	s, err := readSettings([]string{"TMI_LAKE_URI=s3://b", "TMI_SOURCES_JUMPIT_RATE=-1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.board("jumpit"); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "TMI_SOURCES_JUMPIT_RATE") {
		t.Errorf("%v, want errs.Invalid that names the variable", err)
	}
}
