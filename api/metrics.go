package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are of one server, so that two in one process do not meet.
type metrics struct {
	registry     *prometheus.Registry
	requests     *prometheus.CounterVec
	durations    *prometheus.HistogramVec
	inFlight     prometheus.Gauge
	hits, misses prometheus.Counter
	seq, age     prometheus.Gauge
}

func newMetrics(machine prometheus.Collector) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tmi_http_requests_total", Help: "Requests answered."}, []string{"route", "method", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tmi_http_request_duration_seconds", Help: "Time from a request's arrival to its answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "tmi_http_requests_in_flight", Help: "Requests being answered."}),
		hits:     prometheus.NewCounter(prometheus.CounterOpts{Name: "tmi_answer_cache_hits_total", Help: "Answers found among those kept."}),
		misses:   prometheus.NewCounter(prometheus.CounterOpts{Name: "tmi_answer_cache_misses_total", Help: "Answers that had to be asked for."}),
		seq:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "tmi_published_seq", Help: "Number of the published set that answers are read from."}),
		age:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "tmi_published_at_seconds", Help: "When that set was published, in seconds since 1970."}),
	}
	m.registry.MustRegister(m.requests, m.durations, m.inFlight, m.hits, m.misses, m.seq, m.age,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if machine != nil {
		m.registry.MustRegister(machine)
	}
	return m
}

func (m *metrics) observe(route, method string, status int, took time.Duration) {
	switch method { // whatever else a client makes up is one series
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.durations.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) published(p Published) {
	m.seq.Set(float64(p.Seq))
	m.age.Set(float64(p.At.Unix()))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{DisableCompression: true})
}
