package queue_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/jobs/queue"
	"github.com/techmapit/tmi/jobs/queue/queuetest"
)

func TestAnnounce(t *testing.T) {
	server := queuetest.Start(t)
	url := server.Queue(t, "collected")
	q, err := queue.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	event := collect.Event{Version: 1, Event: "collected", Source: "jumpit", Run: "20260504T000000Z-0123abcd", Manifest: "raw/source=jumpit/date=2026-05-04/run=20260504T000000Z-0123abcd/run.json", Status: "done"}
	if err := q.Announce(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	want := []string{`{"version":1,"event":"collected","source":"jumpit","run":"20260504T000000Z-0123abcd","manifest":"raw/source=jumpit/date=2026-05-04/run=20260504T000000Z-0123abcd/run.json","status":"done"}`}
	if diff := cmp.Diff(want, server.Take(t, url)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	gone, err := queue.Open(t.Context(), url+"-gone")
	if err != nil {
		t.Fatal(err)
	}
	if err := gone.Announce(t.Context(), event); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a queue that is not there: %v, want errs.Unavailable", err)
	}
}

func TestURL(t *testing.T) {
	for _, url := range []string{"collected", "sqs://x/y", "http://127.0.0.1", "https:///collected"} {
		if _, err := queue.Open(t.Context(), url); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v, want errs.Invalid", url, err)
		}
	}
}
