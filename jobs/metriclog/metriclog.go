package metriclog

import (
	"log/slog"
	"time"

	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/schemas"
)

// Namespace is where CloudWatch shows the metrics.
const Namespace = "TMI"

// metric is a value with its unit as CloudWatch spells it.
type metric struct {
	Name string `json:"Name"`
	Unit string `json:"Unit"`

	value float64
	isSum bool // told without dimensions too, for an alarm over all of them
}

type directive struct {
	Namespace  string     `json:"Namespace"`
	Dimensions [][]string `json:"Dimensions"`
	Metrics    []metric   `json:"Metrics"`
}

type metadata struct {
	Timestamp         int64       `json:"Timestamp"` // milliseconds since 1970
	CloudWatchMetrics []directive `json:"CloudWatchMetrics"`
}

// Collected are the attributes of a line that says how a collecting run of the source ended;
// err is what ended it early, and the manifest may then be empty. At is the wall clock:
// CloudWatch takes nothing that is two weeks old. Write them by a JSON handler.
//
// Metrics by source: collect_runs, collect_failures (1 or 0), collect_pages,
// collect_failed_pages, collect_blocked_pages, collect_incomplete_lists,
// collect_received_bytes, collect_duration (seconds), collect_dollars.
func Collected(source string, m schemas.RunManifest, err error, at time.Time) []slog.Attr {
	h := collect.HealthOf(m)
	attrs := line(at, "source", source, []metric{
		{Name: "collect_runs", Unit: "Count", value: 1, isSum: true},
		{Name: "collect_failures", Unit: "Count", value: one(err != nil), isSum: true},
		{Name: "collect_pages", Unit: "Count", value: float64(h.Pages)},
		{Name: "collect_failed_pages", Unit: "Count", value: float64(h.Failed)},
		{Name: "collect_blocked_pages", Unit: "Count", value: float64(h.Blocked), isSum: true},
		{Name: "collect_incomplete_lists", Unit: "Count", value: float64(h.IncompleteLists)},
		{Name: "collect_received_bytes", Unit: "Bytes", value: float64(h.BytesIn)},
		{Name: "collect_duration", Unit: "Seconds", value: h.Seconds},
		{Name: "collect_dollars", Unit: "None", value: h.Dollars, isSum: true},
	})
	attrs = append(attrs, slog.String("run_id", m.RunID), slog.String("status", m.Status))
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	return attrs
}

// Ran are those of a job's run, by job_name: job_runs, job_failures, job_rows_in,
// job_rows_out, job_rows_rejected, job_duration (seconds), job_dollars.
func Ran(run schemas.Run, at time.Time) []slog.Attr {
	attrs := line(at, "job_name", run.Job, []metric{
		{Name: "job_runs", Unit: "Count", value: 1, isSum: true},
		{Name: "job_failures", Unit: "Count", value: one(run.ExitCode != 0), isSum: true},
		{Name: "job_rows_in", Unit: "Count", value: float64(run.RowsIn)},
		{Name: "job_rows_out", Unit: "Count", value: float64(run.RowsOut)},
		{Name: "job_rows_rejected", Unit: "Count", value: float64(run.RowsRejected)},
		{Name: "job_duration", Unit: "Seconds", value: run.EndedAt.Sub(run.StartedAt).Seconds()},
		{Name: "job_dollars", Unit: "None", value: run.Dollars, isSum: true},
	})
	return append(attrs, slog.String("run_id", run.RunID), slog.String("source", run.Source), slog.Int("exit_code", int(run.ExitCode)))
}

// line declares the metrics and gives their values.
func line(at time.Time, dimension, value string, metrics []metric) []slog.Attr {
	var sums []metric
	for _, m := range metrics {
		if m.isSum {
			sums = append(sums, m)
		}
	}
	attrs := []slog.Attr{
		slog.Any("_aws", metadata{at.UnixMilli(), []directive{{Namespace, [][]string{{dimension}}, metrics}, {Namespace, [][]string{{}}, sums}}}),
		slog.String(dimension, value),
	}
	for _, m := range metrics {
		attrs = append(attrs, slog.Float64(m.Name, m.value))
	}
	return attrs
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
