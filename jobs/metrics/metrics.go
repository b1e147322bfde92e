package metrics

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/schemas"
)

// Dir is the folder of the files; "" writes none. Its methods may be called at once for
// different jobs or sources, and give errs.Unavailable where the folder cannot be written to.
type Dir string

// Began writes tmi_began_SOURCE.prom when a collecting run begins: one that is killed writes
// nothing else, and is known by a beginning that no end follows.
func (d Dir) Began(source string, at time.Time) error {
	f := newFile(prometheus.Labels{"source": source})
	f.gauge("tmi_collect_began_timestamp_seconds", "When the source's newest collecting run began, since 1970.", seconds(at))
	return f.write(d, "tmi_began_"+source+".prom")
}

// Collected writes tmi_collect_SOURCE.prom: the board's health as its newest run found it,
// every value a gauge with the label source. A board that was asked for nothing has no
// success ratio.
func (d Dir) Collected(m schemas.RunManifest, exitCode int) error {
	h := collect.HealthOf(m)
	f := newFile(prometheus.Labels{"source": m.Source})
	f.gauge("tmi_collect_ended_timestamp_seconds", "When the source's newest collecting run ended, since 1970.", seconds(h.EndedAt))
	f.gauge("tmi_collect_exit_code", "The exit code that its end calls for; 0 = done.", float64(exitCode))
	for _, status := range []string{schemas.StatusDone, schemas.StatusPartial, schemas.StatusFailed} {
		f.labelled("tmi_collect_status", "1 for how that run ended: done, partial or failed.", "status", status, one(h.Status == status))
	}
	if h.SuccessRate != nil {
		f.gauge("tmi_collect_success_ratio", "Share of the pages asked for that were answered.", *h.SuccessRate)
	}
	f.gauge("tmi_collect_pages", "Pages landed, unchanged ones included.", float64(h.Pages))
	f.gauge("tmi_collect_not_modified", "Answers that said 304.", float64(h.NotModified))
	f.gauge("tmi_collect_failed", "Pages given up.", float64(h.Failed))
	f.gauge("tmi_collect_blocked", "Block pages met.", float64(h.Blocked))
	f.gauge("tmi_collect_forbidden", "Pages that robots.txt forbids.", float64(h.Forbidden))
	f.gauge("tmi_collect_retries", "Requests that were repeated.", float64(h.Retries))
	f.gauge("tmi_collect_lists", "Lists read.", float64(h.Lists))
	f.gauge("tmi_collect_incomplete_lists", "Lists whose end was not reached.", float64(h.IncompleteLists))
	f.gauge("tmi_collect_listed", "Postings that the lists name.", float64(h.Listed))
	f.gauge("tmi_collect_received_bytes", "Bytes of the answers.", float64(h.BytesIn))
	f.gauge("tmi_collect_landed_bytes", "Bytes of the segments written.", float64(h.BytesOut))
	f.gauge("tmi_collect_duration_seconds", "How long the run took.", h.Seconds)
	f.gauge("tmi_collect_puts", "Objects written.", float64(h.Puts))
	f.gauge("tmi_collect_dollars", "What the object store asks for them.", h.Dollars)
	for nuisance, n := range h.Nuisances {
		f.labelled("tmi_collect_nuisances", "What the board did that a collector must bear, by its name.", "nuisance", string(nuisance), float64(n))
	}
	return f.write(d, "tmi_collect_"+m.Source+".prom")
}

// Ran writes tmi_job_JOB_SOURCE.prom, or tmi_job_JOB.prom for a job that is not of one
// source: the job's newest run, every value a gauge with the
// labels job_name (Prometheus keeps "job" for itself) and source.
func (d Dir) Ran(run schemas.Run) error {
	f := newFile(prometheus.Labels{"job_name": run.Job, "source": run.Source})
	f.gauge("tmi_job_ended_timestamp_seconds", "When the job's newest run ended, since 1970.", seconds(run.EndedAt))
	f.gauge("tmi_job_exit_code", "The exit code that its end calls for; 0 = done.", float64(run.ExitCode))
	f.gauge("tmi_job_duration_seconds", "How long it took.", run.EndedAt.Sub(run.StartedAt).Seconds())
	for what, n := range map[string]int64{"in": run.RowsIn, "out": run.RowsOut, "rejected": run.RowsRejected, "duplicate": run.RowsDuplicate} {
		f.labelled("tmi_job_rows", "Rows; in = out + rejected + duplicate.", "rows", what, float64(n))
	}
	f.gauge("tmi_job_read_bytes", "Bytes read.", float64(run.BytesIn))
	f.gauge("tmi_job_written_bytes", "Bytes written.", float64(run.BytesOut))
	f.gauge("tmi_job_dollars", "What its requests cost.", run.Dollars)
	name := "tmi_job_" + run.Job
	if run.Source != "" {
		name += "_" + run.Source
	}
	return f.write(d, name+".prom")
}

// file gathers the values of one file.
type file struct {
	labels   prometheus.Labels
	registry *prometheus.Registry
	families map[string]*prometheus.GaugeVec
}

func newFile(labels prometheus.Labels) *file {
	return &file{labels: labels, registry: prometheus.NewRegistry(), families: map[string]*prometheus.GaugeVec{}}
}

func (f *file) gauge(name, help string, value float64) {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: f.labels})
	f.registry.MustRegister(g)
	g.Set(value)
}

// labelled adds a value to a family that has one more label.
func (f *file) labelled(name, help, label, is string, value float64) {
	f.family(name, help, prometheus.Labels{label: is}, value)
}

// family is labelled for families with any number of labels more.
func (f *file) family(name, help string, labels prometheus.Labels, value float64) {
	vec, isKnown := f.families[name]
	if !isKnown {
		vec = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: f.labels}, slices.Sorted(maps.Keys(labels)))
		f.registry.MustRegister(vec)
		f.families[name] = vec
	}
	vec.With(labels).Set(value)
}

// write puts the whole file where an older one may stand; the exporter never sees half of it.
func (f *file) write(d Dir, name string) error {
	if d == "" {
		return nil
	}
	if err := os.MkdirAll(string(d), 0o755); err != nil {
		return errs.New(errs.Unavailable, "metrics_dir: %w", err)
	}
	if err := prometheus.WriteToTextfile(filepath.Join(string(d), name), f.registry); err != nil {
		return errs.New(errs.Unavailable, "metrics_dir: %w", err)
	}
	return nil
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
