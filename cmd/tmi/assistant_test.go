package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/techmapit/tmi/extract/assistant/assistanttest"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

// storeDoubtful makes a lake with postings that name a technology which no entry knows.
func storeDoubtful(t testing.TB, root string, n int) {
	t.Helper()
	l, err := lake.Open(t.Context(), lake.Options{URI: "file://" + root})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	rows := func(yield func(schemas.SilverPosting, error) bool) {
		for i := range n {
			id := schemas.PostingID("jumpit", fmt.Sprint(i))
			if !yield(schemas.SilverPosting{PostingID: id, Source: "jumpit", BoardID: fmt.Sprint(i), ContentHash: id, ValidFrom: nine(1), URL: "https://example.com/",
				Title: "백엔드 개발자", IsIT: true, Requirements: "• Kafka, QuxMesh 운영 경험"}, nil) {
				return
			}
		}
	}
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Nothing, rows); err != nil {
		t.Fatal(err)
	}
}

// The assistant from the command line: off without a key, then a run and a step that asks
// nothing again.
func TestAssistant(t *testing.T) {
	t.Parallel()
	root, environ := newLake(t)
	storeDoubtful(t, root, 3)
	step := func(more ...string) (in, requests int64) {
		t.Helper()
		r := tmi(t, append(slices.Clone(environ), more...), "", "job", "assist", "--full", "--output", "json")
		r.wants(t, 0)
		if isOff := strings.Contains(r.stderr, "TMI_GEMINI_API_KEY holds no key"); isOff != (len(more) == 0) {
			t.Errorf("with %d variables more it says that the assistant is off: %v\n%s", len(more), isOff, r.stderr)
		}
		var steps []stepResult
		if err := json.Unmarshal([]byte(r.stdout), &steps); err != nil {
			t.Fatalf("%v\n%s", err, r.stdout)
		}
		for _, s := range steps {
			in, requests = in+s.Report.In, requests+s.Report.Requests
		}
		return in, requests
	}
	if in, requests := step(); in+requests != 0 {
		t.Errorf("without a key: %d postings and %d requests, want none", in, requests)
	}
	server := assistanttest.New(t, func(q assistanttest.Question) assistanttest.Reply { return assistanttest.Reply{Technologies: q.Doubts} })
	on := []string{"TMI_GEMINI_API_KEY=hunter2key", "TMI_ASSISTANT_BASE_URL=" + server.URL, "TMI_ASSISTANT_RATE=100000"}
	in, requests := step(on...)
	if in != 3 || in != requests || int(requests) != len(server.Asked()) {
		t.Fatalf("with a key: %d postings, %d requests, %d calls, want 3 of each", in, requests, len(server.Asked()))
	}
	if q := server.Asked()[0]; q.Key != "hunter2key" || !strings.HasSuffix(q.Path, "/gemini-3.1-flash-lite:generateContent") {
		t.Errorf("asked %s with key %q", q.Path, q.Key)
	}
	if again, _ := step(on...); again != 0 {
		t.Errorf("a second time: %d postings, want none", again)
	}
	r := tmi(t, append(slices.Clone(environ), "TMI_GEMINI_API_KEY=hunter2key", "TMI_ASSISTANT_BASE_URL="+server.URL, "TMI_ASSISTANT_MAX_DOLLARS=none"), "", "status")
	r.wants(t, 2, "max_dollars")
	if strings.Contains(r.stdout+r.stderr, "hunter2") {
		t.Errorf("the key is shown: %s", r.stderr)
	}
}
