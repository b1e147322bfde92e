package main

import (
	"strings"
	"testing"

	"github.com/techmapit/tmi/jobs/metriclog/metriclogtest"
)

func TestMetricsInTheLog(t *testing.T) {
	args := []string{"demo", "--days", "1", "--postings", "20", "--no-serve"}
	r := tmi(t, []string{lakeAt(t.TempDir()), "TMI_LOG_LEVEL=error", "TMI_METRICS_LOG=true"}, "", args...)
	r.wants(t, 0)
	points := metriclogtest.Read(t, r.stderr)
	if pages := metriclogtest.Value(t, points, "collect_pages", "source=jumpit"); pages < 2 {
		t.Errorf("%v pages of Jumpit", pages)
	}
	if out := metriclogtest.Value(t, points, "job_rows_out", "job_name=gold"); out < 20 {
		t.Errorf("%v rows of gold", out)
	}
	if r = tmi(t, []string{lakeAt(t.TempDir()), "TMI_LOG_LEVEL=error"}, "", args...); strings.Contains(r.stderr, "_aws") {
		t.Error("metrics that nobody asked for")
	}
}
