package main

import (
	"testing"

	"github.com/techmapit/tmi/internal/tracing/tracingtest"
)

// A command, its jobs and their queries are one trace, below the scheduler's span.
func TestTraces(t *testing.T) {
	r := tracingtest.Start(t)
	tmi(t, []string{lakeAt(t.TempDir()), "TMI_LOG_LEVEL=error", "OTEL_EXPORTER_OTLP_ENDPOINT=" + r.URL, "TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}, "",
		"job", "gold", "--from", "2026-05-01", "--to", "2026-05-02").wants(t, 0)
	command, job := r.One(t, "tmi job"), r.One(t, "job gold")
	if command.ParentID != "b7ad6b7169203331" || job.ParentID != command.ID || len(command.Attributes["log_id"]) != len(job.Attributes["run_id"]) || job.Attributes["run_id"] == "" {
		t.Errorf("command %+v\njob %+v", command, job)
	}
	queries := 0
	for _, s := range r.Spans() {
		if s.TraceID != "0af7651916cd43dd8448eb211c80319c" {
			t.Errorf("%s is of the trace %s", s.Name, s.TraceID)
		}
		if s.ParentID == job.ID {
			queries++
		}
	}
	if queries == 0 {
		t.Error("the job asked nothing")
	}
	tmi(t, []string{"TMI_LOGS_ENDPOINT=loki"}, "", "config", "print").wants(t, 2, "logs_endpoint", "expected http://host:4318")
	tmi(t, []string{"TMI_OTEL_ENDPOINT=collector:4317"}, "", "config", "print").wants(t, 2, "otel_endpoint", "expected http://host:4318")
}

// What a job says arrives with its run_id, whatever standard error shows.
func TestLogsAreSent(t *testing.T) {
	r := tracingtest.Start(t)
	tmi(t, []string{lakeAt(t.TempDir()), "TMI_LOG_LEVEL=error", "TMI_LOGS_ENDPOINT=" + r.URL + "/otlp"}, "", "job", "gold", "--from", "2026-05-01", "--to", "2026-05-02").wants(t, 0)
	for _, l := range r.Logs() {
		if l.Text == "job done" && l.Attributes["job"] == "gold" && l.Attributes["run_id"] != "" {
			return
		}
	}
	t.Errorf("no line of the job's end among %+v", r.Logs())
}
