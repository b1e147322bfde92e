package jobs_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/eval"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/boards"
	"github.com/techmapit/tmi/sources/replica"
	"github.com/techmapit/tmi/sources/sourcestest"
)

// TestEvalTruth plays a market and holds duplicates and closings to its truth.
func TestEvalTruth(t *testing.T) {
	t.Parallel()
	c := replica.Config{Seed: 21, Postings: 700, Days: 6}
	if os.Getenv("TMI_TEST_SLOW") != "" {
		c.Postings, c.Days = 1500, 8
	}
	m := newMarket(t, c)
	l := openLake(t, filepath.Join(t.TempDir(), "lake"))
	m.collect(t, l, allSources, mornings(1, c.Days+1)...)
	end := day(c.Days+1, 0)
	flow(t, m.env(t, l, end), river(allSources, window(t, day(1, 0), end))...)
	truth := filepath.Join(t.TempDir(), "truth")
	if err := m.WriteTruth(truth); err != nil {
		t.Fatal(err)
	}
	set, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	session, err := l.Session(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	hold(t, session, truth, "duplicates", jobs.EvalDedup, 0.98, 0.95) // 0.99 on a large market: docs/duplicates.md
	hold(t, session, truth, "closings", jobs.EvalClose, 0.99, 0.97)
	if _, err := jobs.EvalDedup(t.Context(), session, t.TempDir()); !errs.Is(err, errs.NotFound) {
		t.Errorf("without a truth: %v", err)
	}
}

func hold(t *testing.T, s *lake.Session, dir, what string, measure truthMeasure, precision, recall float64) {
	t.Helper()
	report, err := measure(t.Context(), s, dir)
	if err != nil {
		t.Fatal(err)
	}
	f := report.Figures[0]
	t.Logf("%s: precision %.4f, recall %.4f, %d right, delay %+v", what, f.Precision.Value, f.Recall.Value, f.Right, report.Delay)
	if f.Precision.Value < precision || f.Recall.Value < recall {
		t.Errorf("%s: precision %.4f and recall %.4f, want %.2f and %.2f; misses %v", what, f.Precision.Value, f.Recall.Value, precision, recall, report.Misses)
	}
}

// truthMeasure measures a lake against a truth folder.
type truthMeasure func(context.Context, *lake.Session, string) (eval.TruthReport, error)

// TestEvalLabels holds the extractor to the labels where the recorded answers are.
func TestEvalLabels(t *testing.T) {
	dir := sourcestest.RecordedDir(t)
	parts, err := eval.Labels(filepath.Join("..", "testdata", "labels"))
	if err != nil {
		t.Fatal(err)
	}
	from, all := map[string]sources.Source{}, map[string]sources.Board{}
	for _, board := range boards.All() {
		source, err := board.New(board.Settings)
		if err != nil {
			t.Fatal(err)
		}
		from[board.Name], all[board.Name] = source, board
	}
	found, err := jobs.FoundInRecorded(dir, from, all, extractor(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range eval.Extract(parts, found, extractor(t).Dictionary(), false).Parts {
		if part.NoText > 0 {
			t.Errorf("%s: %d labels without a text, want none", part.Part, part.NoText)
		}
		f := part.Figures[0]
		if f.Name != "technologies" { // this part labels facts alone
			continue
		}
		t.Logf("%s: %d labels, precision %.4f, recall %.4f, F1 %.4f (%.4f-%.4f)", part.Part, part.Labels, f.Precision.Value, f.Recall.Value, f.F1.Value, f.F1.Low, f.F1.High)
		if f.Precision.Value < 0.97 || f.F1.Value < 0.95 {
			t.Errorf("%s: precision %.4f, F1 %.4f, want 0.97, 0.95", part.Part, f.Precision.Value, f.F1.Value)
		}
	}
	if _, err := jobs.FoundInRecorded(t.TempDir(), from, all, extractor(t)); !errs.Is(err, errs.NotFound) {
		t.Errorf("without answers: %v", err)
	}
}
