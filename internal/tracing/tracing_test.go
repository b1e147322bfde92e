package tracing

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/internal/tracing/tracingtest"
)

func TestSpansArrive(t *testing.T) {
	r := tracingtest.Start(t)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
	hide := func(_ []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() != slog.KindInt64 {
			a.Value = slog.StringValue(strings.ReplaceAll(a.Value.String(), "secret", "[secret]"))
		}
		return a
	}
	stop, err := Start(t.Context(), Options{Endpoint: r.URL, Version: "v1", Clean: hide, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	serving, server := Begin(t.Context(), "tmi serve")
	header := http.Header{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
	ctx, request := BeginRequest(serving, header, "GET /postings", slog.String("request_id", "r1"))
	_, query := Begin(ctx, "query", slog.String("token", "a secret"))
	query.Set(slog.Int("rows", 3))
	query.End(errors.New("the secret was wrong"))
	request.End(nil)
	_, unasked := BeginRequest(serving, http.Header{}, "GET /techs")
	unasked.End(nil)
	server.End(nil)
	_, command := Begin(Below(t.Context(), "00-11111111111111111111111111111111-2222222222222222-01"), "tmi run")
	command.End(nil)
	_, alone := Begin(Below(t.Context(), "nonsense"), "alone")
	alone.End(nil)
	stop()
	stop()

	if n := len(r.Spans()); n != 6 || r.Paths()[0] != "/v1/traces" {
		t.Errorf("%d spans by %v, want six by /v1/traces", n, r.Paths())
	}
	for key, want := range map[string]string{"service.name": "tmi", "service.version": "v1", "deployment.environment.name": "test"} {
		if got := r.Resource(key); got != want {
			t.Errorf("resource: %s is %q, want %q", key, got, want)
		}
	}
	got, inner := r.One(t, "GET /postings"), r.One(t, "query")
	if got.TraceID != "0af7651916cd43dd8448eb211c80319c" || got.ParentID != "b7ad6b7169203331" || !got.IsServer || got.TraceID != request.TraceID() || got.Attributes["request_id"] != "r1" {
		t.Errorf("the request's span is not below its caller's: %+v", got)
	}
	if inner.ParentID != got.ID || inner.TraceID != got.TraceID || inner.Error != "the [secret] was wrong" || inner.Attributes["token"] != "a [secret]" || inner.Numbers["rows"] != 3 {
		t.Errorf("the query's span below %s: %+v", got.ID, inner)
	}
	for name, want := range map[string]string{"GET /techs": "", "tmi serve": "", "tmi run": "2222222222222222", "alone": ""} {
		if s := r.One(t, name); s.ParentID != want {
			t.Errorf("%s is below %q, want %q", name, s.ParentID, want)
		}
	}
}

func TestNothingIsRecordedByDefault(t *testing.T) {
	stop, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	ctx, span := Begin(t.Context(), "x")
	if ctx != t.Context() || span != nil || span.TraceID() != "" {
		t.Errorf("a span %v without an endpoint", span)
	}
	span.Set(slog.Int("n", 1))
	span.End(errors.New("x"))
	if _, span := BeginRequest(t.Context(), http.Header{}, "x"); span != nil {
		t.Errorf("a request's span %v without an endpoint", span)
	}
}

func TestACollectorThatIsAwayIsSaidOnce(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	defer gone.Close()
	var log strings.Builder
	stop, err := Start(t.Context(), Options{Endpoint: gone.URL, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for range 2000 { // more than one batch
		_, span := Begin(t.Context(), "x")
		span.End(nil)
	}
	stop()
	if n := strings.Count(log.String(), "traces or logs are not sent"); n != 1 {
		t.Errorf("said %d times: %s", n, log.String())
	}
}

func TestEndpoints(t *testing.T) {
	for address, want := range map[string]string{
		"http://c:4318": "http://c:4318/v1/traces", "https://c/": "https://c/v1/traces", "http://c/v1/traces": "http://c/v1/traces", "http://c/otlp/": "http://c/otlp/v1/traces",
		"c:4318": "", "grpc://c:4317": "", "http://": "",
	} {
		got, err := endpoint(address, "/v1/traces")
		if got != want || (want == "") != errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %q, %v, want %q", address, got, err, want)
		}
	}
}

func TestLogsArrive(t *testing.T) {
	r := tracingtest.Start(t)
	hide := func(_ []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() == slog.KindString {
			a.Value = slog.StringValue(strings.ReplaceAll(a.Value.String(), "secret", "[secret]"))
		}
		return a
	}
	handler, stop, err := Logs(t.Context(), Options{Endpoint: r.URL + "/otlp", Version: "v1", Clean: hide, Logger: slog.New(slog.DiscardHandler)}, slog.LevelInfo)
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(handler).With("run_id", "r1").WithGroup("g")
	logger.Warn("list failed", "pages", 3, "why", "a secret")
	logger.Debug("too quiet")
	stop()
	logs := r.Logs()
	if len(logs) != 1 || r.Paths()[0] != "/otlp/v1/logs" || r.Resource("service.name") != "tmi" {
		t.Fatalf("%+v by %v, want one by /otlp/v1/logs", logs, r.Paths())
	}
	want := tracingtest.Log{Text: "list failed", Level: "WARN", Severity: 13, Attributes: map[string]string{"run_id": "r1", "g.why": "a [secret]"}, Numbers: map[string]int64{"g.pages": 3}}
	if diff := cmp.Diff(want, logs[0]); diff != "" {
		t.Error(diff)
	}
	if handler, _, err := Logs(t.Context(), Options{}, slog.LevelInfo); handler != nil || err != nil {
		t.Errorf("%v, %v without an endpoint", handler, err)
	}
}
