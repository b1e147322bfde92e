package jobs_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

// A plan is the medians of like runs: same job, same source, about as many days.
func TestPlanIsTheMedianOfLikeRuns(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.Sources["jumpit"] = nil
	run := func(n int, job, source string, days int, rows int64, seconds int, status string) schemas.Run {
		at := day(n, 9)
		r := schemas.Run{RunID: at.Format(time.RFC3339) + job + source, Job: job, Source: source, StartedAt: at, EndedAt: at.Add(time.Duration(seconds) * time.Second),
			Status: status, RowsIn: rows, RowsOut: rows, BytesOut: rows * 10, Requests: rows / 2, Dollars: float64(rows) / 1000}
		if days > 0 {
			r.WindowFrom, r.WindowTo = at.AddDate(0, 0, -days), at
		}
		return r
	}
	fill(t, e, schemas.OpsRuns,
		run(1, "bronze", "jumpit", 1, 10, 1, schemas.StatusDone), run(2, "bronze", "jumpit", 1, 30, 3, schemas.StatusDone), run(3, "bronze", "jumpit", 1, 20, 2, schemas.StatusDone),
		run(4, "bronze", "jumpit", 30, 900, 90, schemas.StatusDone),    // a month is not like a day
		run(5, "bronze", "jumpit", 1, 7000, 700, schemas.StatusFailed), // nor is a failure
		run(6, "bronze", "rallit", 1, 500, 50, schemas.StatusDone),     // nor another board
		run(7, "gold", "", 30, 600, 60, schemas.StatusDone),
		run(8, "collect", "jumpit", 0, 40, 400, schemas.StatusPartial))
	steps, err := jobs.Plan(t.Context(), e, jobs.RunOptions{Sources: []string{"jumpit"}, Window: window(t, day(10, 0), day(11, 0)),
		Collect: (&market{}).collector(t, e.Lake)})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]jobs.PlannedStep{}
	for _, s := range steps {
		s.From, s.To = time.Time{}, time.Time{}
		got[s.Job+" "+s.Source] = s
	}
	want := map[string]jobs.PlannedStep{
		"collect jumpit": {Job: "collect", Source: "jumpit", RunCount: 1, IsLike: true, Expected: jobs.Costs{Rows: 40, BytesOut: 400, Requests: 20, Seconds: 400, Dollars: 0.04}},
		"bronze jumpit":  {Job: "bronze", Source: "jumpit", RunCount: 3, IsLike: true, Expected: jobs.Costs{Rows: 20, BytesOut: 200, Requests: 10, Seconds: 2, Dollars: 0.02}},
		"silver jumpit":  {Job: "silver", Source: "jumpit"}, "lifecycle jumpit": {Job: "lifecycle", Source: "jumpit"},
		"duplicates ": {Job: "duplicates"}, "check ": {Job: "check"}, "index ": {Job: "index"}, "publish ": {Job: "publish"},
		"gold ": {Job: "gold", RunCount: 1, Expected: jobs.Costs{Rows: 600, BytesOut: 6000, Requests: 300, Seconds: 60, Dollars: 0.6}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
}

// What a run took stands beside what it was expected to take, step by step.
func TestPlanAgainstActual(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 4, Postings: 60, Days: 4})
	l := openLake(t, filepath.Join(t.TempDir(), "lake"))
	if err := runOn(t.Context(), t, m, l, day(1, 9), nil); err != nil {
		t.Fatal(err)
	}
	m.now = day(2, 9)
	e := m.env(t, l, day(2, 9))
	o := jobs.RunOptions{Sources: []string{"jumpit"}, Collect: m.collector(t, l)}
	plan, err := jobs.Plan(t.Context(), e, o)
	if err != nil {
		t.Fatal(err)
	}
	results, err := jobs.Run(t.Context(), e, o)
	if err != nil {
		t.Fatal(err)
	}
	steps := e.WithActual(plan, results)
	var names []string
	for _, s := range steps {
		names = append(names, s.Job)
		if s.Actual == nil || s.RunCount != 1 {
			t.Errorf("%s: %d runs to plan by and actual %v, want one and what it took", s.Job, s.RunCount, s.Actual)
		}
	}
	if want := []string{"collect", "bronze", "silver", "lifecycle", "duplicates", "gold", "check", "index", "publish"}; !slices.Equal(names, want) {
		t.Errorf("steps %v, want %v", names, want)
	}
	if bronze := steps[1]; bronze.Actual.Rows != results[0].Bronze.Out || bronze.Expected.Rows == 0 {
		t.Errorf("bronze: expected %+v, took %+v, want what the results say: %+v", bronze.Expected, *bronze.Actual, results[0].Bronze)
	}
	if collect := steps[0]; collect.Actual.Requests != int64(results[0].Collected.Requests) || collect.Expected.Requests == 0 {
		t.Errorf("collect: %+v and %+v, want the requests of %+v", collect.Expected, *collect.Actual, *results[0].Collected)
	}
	if sums := jobs.ByJob(append(steps, steps...)); len(sums) != len(steps) || sums[1].Actual.Rows != 2*steps[1].Actual.Rows {
		t.Errorf("twice the steps summed by job: %+v", sums)
	}
}
