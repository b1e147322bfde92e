// Package tracingtest plays an OpenTelemetry collector to tests.
package tracingtest

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	logs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Receiver keeps what it is sent.
type Receiver struct {
	URL string // what processes are told to send to

	mu       sync.Mutex
	paths    []string
	spans    []Span
	logs     []Log
	resource map[string]string
}

// Span is one that was sent, ids in hexadecimal digits.
type Span struct {
	Name, TraceID, ID, ParentID string
	IsServer                    bool
	Error                       string            // of a span that failed
	Attributes                  map[string]string // texts alone
	Numbers                     map[string]int64
}

// Log is a log record that was sent.
type Log struct {
	Text, Level string
	Severity    int
	Attributes  map[string]string // texts alone
	Numbers     map[string]int64
}

// Start answers until the test ends. A body that is no OTLP fails the test.
func Start(t testing.TB) *Receiver {
	t.Helper()
	r := &Receiver{resource: map[string]string{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		var sent collector.ExportTraceServiceRequest
		var said logs.ExportLogsServiceRequest
		isLogs := strings.HasSuffix(q.URL.Path, "/logs")
		if err == nil && isLogs {
			err = proto.Unmarshal(body, &said)
		} else if err == nil {
			err = proto.Unmarshal(body, &sent)
		}
		if err != nil {
			t.Errorf("%s %s: %v", q.Method, q.URL.Path, err)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		r.keep(q.URL.Path, &sent)
		r.keepLogs(&said)
	}))
	t.Cleanup(server.Close)
	r.URL = server.URL
	return r
}

func (r *Receiver) keep(path string, sent *collector.ExportTraceServiceRequest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.paths = append(r.paths, path)
	for _, resource := range sent.ResourceSpans {
		for _, a := range resource.Resource.Attributes {
			r.resource[a.Key] = a.Value.GetStringValue()
		}
		for _, scope := range resource.ScopeSpans {
			for _, s := range scope.Spans {
				r.spans = append(r.spans, read(s))
			}
		}
	}
}

func (r *Receiver) keepLogs(said *logs.ExportLogsServiceRequest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, resource := range said.ResourceLogs {
		for _, a := range resource.Resource.Attributes {
			r.resource[a.Key] = a.Value.GetStringValue()
		}
		for _, scope := range resource.ScopeLogs {
			for _, l := range scope.LogRecords {
				own := Log{Text: l.Body.GetStringValue(), Level: l.SeverityText, Severity: int(l.SeverityNumber)}
				own.Attributes, own.Numbers = attributes(l.Attributes)
				r.logs = append(r.logs, own)
			}
		}
	}
}

func attributes(from []*common.KeyValue) (texts map[string]string, numbers map[string]int64) {
	texts, numbers = map[string]string{}, map[string]int64{}
	for _, a := range from {
		if text, isText := a.Value.Value.(*common.AnyValue_StringValue); isText {
			texts[a.Key] = text.StringValue
		} else {
			numbers[a.Key] = a.Value.GetIntValue()
		}
	}
	return texts, numbers
}

func read(s *trace.Span) Span {
	own := Span{Name: s.Name, TraceID: hex.EncodeToString(s.TraceId), ID: hex.EncodeToString(s.SpanId), ParentID: hex.EncodeToString(s.ParentSpanId), IsServer: s.Kind == trace.Span_SPAN_KIND_SERVER}
	own.Attributes, own.Numbers = attributes(s.Attributes)
	if s.Status.GetCode() == trace.Status_STATUS_CODE_ERROR {
		own.Error = s.Status.Message
	}
	return own
}

// Paths are those that were posted to.
func (r *Receiver) Paths() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.paths)
}

// Resource is what the sender said of itself.
func (r *Receiver) Resource(key string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.resource[key]
}

// Spans are all that came so far.
func (r *Receiver) Spans() []Span {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.spans)
}

// Logs are all that came so far.
func (r *Receiver) Logs() []Log {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.logs)
}

// One is the span of the name; the test fails unless there is exactly one.
func (r *Receiver) One(t testing.TB, name string) Span {
	t.Helper()
	var found []Span
	var names []string
	for _, s := range r.Spans() {
		names = append(names, s.Name)
		if s.Name == name {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d spans %q among %q, want one", len(found), name, names)
	}
	return found[0]
}
