package metriclog

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs/metriclog/metriclogtest"
	"github.com/techmapit/tmi/schemas"
)

func written(attrs []slog.Attr) string {
	var text strings.Builder
	slog.New(slog.NewJSONHandler(&text, nil)).LogAttrs(context.Background(), slog.LevelInfo, "ended", attrs...)
	return text.String()
}

func TestCollected(t *testing.T) {
	m := schemas.RunManifest{RunID: "r1", Source: "jumpit", Status: schemas.StatusPartial, Lists: []schemas.ListRead{{IsComplete: true}, {}},
		Counts: schemas.RunCounts{Responses: 6, Failed: 2, Dollars: 0.5, Blocked: 3}}
	text := written(Collected("jumpit", m, nil, time.Now()))
	points := metriclogtest.Read(t, text)
	for name, want := range map[string]float64{"collect_runs": 1, "collect_failures": 0, "collect_pages": 6, "collect_failed_pages": 2, "collect_blocked_pages": 3, "collect_incomplete_lists": 1, "collect_dollars": 0.5} {
		if got := metriclogtest.Value(t, points, name, "source=jumpit"); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if metriclogtest.Value(t, points, "collect_blocked_pages", "") != 3 || !strings.Contains(text, `"run_id":"r1"`) {
		t.Error(text)
	}
	text = written(Collected("jumpit", schemas.RunManifest{}, errors.New("no time"), time.Now()))
	if points = metriclogtest.Read(t, text); metriclogtest.Value(t, points, "collect_failures", "") != 1 || !strings.Contains(text, `"error":"no time"`) {
		t.Error(text)
	}
}

func TestRan(t *testing.T) {
	began := time.Unix(1_700_000_000, 0)
	points := metriclogtest.Read(t, written(Ran(schemas.Run{RunID: "r", Job: "gold", StartedAt: began, EndedAt: began.Add(90 * time.Second), RowsIn: 5, RowsOut: 3, RowsRejected: 2, ExitCode: 7}, time.Now())))
	for name, want := range map[string]float64{"job_runs": 1, "job_failures": 1, "job_rows_in": 5, "job_rows_out": 3, "job_rows_rejected": 2, "job_duration": 90} {
		if got := metriclogtest.Value(t, points, name, "job_name=gold"); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}
