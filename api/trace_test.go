package api

import (
	"log/slog"
	"testing"

	"github.com/techmapit/tmi/internal/tracing"
	"github.com/techmapit/tmi/internal/tracing/tracingtest"
)

func TestARequestIsASpan(t *testing.T) {
	w := newWorld(t, 10)
	r := tracingtest.Start(t)
	stop, err := tracing.Start(t.Context(), tracing.Options{Endpoint: r.URL, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	w.get("/api/v1/techs/go?x=private", "Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "X-Request-Id", "request-1")
	w.get("/healthz")
	stop()
	s := r.One(t, "GET /api/v1/techs/:id")
	if s.ParentID != "b7ad6b7169203331" || !s.IsServer || s.Attributes["request_id"] != "request-1" || s.Numbers["http.response.status_code"] != 400 {
		t.Errorf("%+v", s)
	}
	for key, value := range s.Attributes {
		if value == "private" {
			t.Errorf("%s tells what was asked", key)
		}
	}
	if n := len(r.Spans()); n != 1 {
		t.Errorf("%d spans, want none of a probe", n)
	}
}
