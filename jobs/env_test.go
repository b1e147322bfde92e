package jobs_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

var seoul = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		panic(err)
	}
	return zone
}()

// day is an hour of a day of May 2026 in Seoul.
func day(n, hour int) time.Time { return time.Date(2026, 5, n, hour, 0, 0, 0, seoul).UTC() }

func window(t testing.TB, from, to time.Time) jobs.Window {
	t.Helper()
	w, err := jobs.NewWindow(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// newEnv is an environment over an empty lake.
func newEnv(t testing.TB) *jobs.Env {
	t.Helper()
	l, err := lake.Open(t.Context(), lake.Options{URI: "file://" + filepath.Join(t.TempDir(), "lake"), Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	runs := 0
	return &jobs.Env{Lake: l, Extractor: extractor(t), Zone: seoul, Clock: func() time.Time { return day(28, 12) }, Logger: slog.New(slog.DiscardHandler),
		Sources: map[string]sources.Source{}, Boards: map[string]sources.Board{"jumpit": {Name: "jumpit", IsKorean: true}},
		NewRunID: func(time.Time) string { runs++; return fmt.Sprintf("run-%d", runs) }}
}

// capture is a whole row of bronze.postings.
func capture(boardID string, at time.Time, change func(*schemas.BronzePosting)) schemas.BronzePosting {
	row := schemas.BronzePosting{
		PostingID: schemas.PostingID("jumpit", boardID), Source: "jumpit", RunID: "run", CapturedAt: at, RawObject: "raw/seg", RawOffset: at.Unix(), RawLength: 9,
		ParserVersion: 1, SchemaVersion: 1, Capture: schemas.CaptureDetail, IsWhole: true, List: "all",
		BoardPosting: schemas.BoardPosting{BoardID: boardID, URL: "https://example.com/" + boardID, Title: "백엔드 개발자", Company: "가나다 주식회사",
			Locations: []string{"서울 강남구"}, Requirements: "• Java와 Spring Boot 경험\n• 문의 02-000-0000", Preferred: "• Kafka 경험", BoardTags: []string{"MySQL"}},
	}
	if change != nil {
		change(&row)
	}
	row.ContentHash = schemas.ContentHash(&row.BoardPosting)
	return row
}

func fill[T any](t testing.TB, e *jobs.Env, table schemas.Table, rows ...T) {
	t.Helper()
	if _, err := lake.Overwrite(t.Context(), e.Lake, table, lake.Nothing, func(yield func(T, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
}

func do(t testing.TB, e *jobs.Env, name string, w jobs.Window, step jobs.Step) jobs.Report {
	t.Helper()
	report, err := e.Do(t.Context(), name, "jumpit", w, step)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return report
}

// refine runs the steps behind bronze.
func refine(t testing.TB, e *jobs.Env, w jobs.Window) {
	t.Helper()
	do(t, e, "silver", w, jobs.Silver)
	do(t, e, "lifecycle", w, jobs.Lifecycle)
	do(t, e, "gold", w, jobs.Gold)
	do(t, e, "check", w, jobs.Check)
}

// read is one column of text over the heads.
func read(t testing.TB, e *jobs.Env, statement string) []string {
	t.Helper()
	set, err := e.Lake.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.Lake.Session(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rows, err := s.Query(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		Line string `db:"line"`
	}
	got := []string{}
	for row, err := range queries.Scan[line](rows) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row.Line)
	}
	return got
}
