package jobs

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"time"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// Costs are what a step takes.
type Costs struct {
	Rows     int64   `json:"rows"`     // written
	BytesIn  int64   `json:"bytes_in"` // from boards
	BytesOut int64   `json:"bytes_out"`
	Requests int64   `json:"requests"` // to boards
	Seconds  float64 `json:"seconds"`
	Dollars  float64 `json:"dollars"`
}

func (c *Costs) add(o Costs) {
	c.Rows, c.BytesIn, c.BytesOut, c.Requests = c.Rows+o.Rows, c.BytesIn+o.BytesIn, c.BytesOut+o.BytesOut, c.Requests+o.Requests
	c.Seconds, c.Dollars = c.Seconds+o.Seconds, c.Dollars+o.Dollars
}

// PlannedStep is one step of a run and what it is expected to take: the medians of the
// newest runs like it.
type PlannedStep struct {
	Job    string    `json:"job"`
	Source string    `json:"source,omitempty"` // empty: of all sources together
	From   time.Time `json:"from,omitzero"`    // the window
	To     time.Time `json:"to,omitzero"`
	// RunCount is how many runs the expectation is made of; 0 = nothing is known.
	RunCount int64 `json:"run_count"`
	// IsLike is false where no run had a window of about as many days.
	IsLike   bool  `json:"is_like"`
	Expected Costs `json:"expected"`
	// Actual is what the step took once it was done; nil before.
	Actual *Costs `json:"actual,omitempty"`
}

// plannedRow is a row of ops/plan.
type plannedRow struct {
	Job      string  `db:"job"`
	Source   string  `db:"source"`
	RunCount int64   `db:"run_count"`
	IsLike   bool    `db:"is_like"`
	Rows     int64   `db:"row_count"`
	BytesIn  int64   `db:"bytes_in"`
	BytesOut int64   `db:"bytes_out"`
	Requests int64   `db:"requests"`
	Seconds  float64 `db:"seconds"`
	Dollars  float64 `db:"dollars"`
}

// Plan says what [Run] with the same options would do and is expected to take. It changes
// nothing, and asks no board.
func Plan(ctx context.Context, e *Env, o RunOptions) ([]PlannedStep, error) {
	var steps []PlannedStep
	whole := Window{}
	perSource := []string{"bronze", "silver", "lifecycle"}
	if e.Assistant != nil {
		perSource = []string{"bronze", "silver", "assist", "lifecycle"}
	}
	for _, source := range o.Sources {
		w, err := e.windowOf(ctx, o, source)
		if err != nil {
			return nil, err
		}
		whole = whole.union(w)
		if o.Collect != nil {
			steps = append(steps, PlannedStep{Job: "collect", Source: source})
		}
		for _, job := range perSource {
			steps = append(steps, PlannedStep{Job: job, Source: source, From: w.From, To: w.To})
		}
	}
	for _, job := range []string{"duplicates", "gold", "check", "index", "publish"} {
		steps = append(steps, PlannedStep{Job: job, From: whole.From, To: whole.To})
	}
	session, err := e.heads(ctx, schemas.OpsRuns)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	byDays := map[float64][]plannedRow{}
	for i := range steps {
		s := &steps[i]
		days := math.Max(1, math.Ceil(s.To.Sub(s.From).Hours()/24))
		if byDays[days] == nil {
			if byDays[days], err = queries.All[plannedRow](ctx, session, "ops/plan", sql.Named("days", days)); err != nil {
				return nil, err
			}
		}
		for _, r := range byDays[days] {
			if r.Job == s.Job && r.Source == s.Source {
				s.RunCount, s.IsLike = r.RunCount, r.IsLike
				s.Expected = Costs{Rows: r.Rows, BytesIn: r.BytesIn, BytesOut: r.BytesOut, Requests: r.Requests, Seconds: r.Seconds, Dollars: r.Dollars}
			}
		}
	}
	return steps, nil
}

// WithActual sets beside a plan what a run took that came after it in this process. A step
// that ran more than once, as when boards are published one by one, is the sum.
func (e *Env) WithActual(plan []PlannedStep, results []SourceResult) []PlannedStep {
	plan = slices.Clone(plan)
	note := func(job, source string, took Costs) {
		for i := range plan {
			if s := &plan[i]; s.Job == job && s.Source == source {
				if s.Actual == nil {
					s.Actual = &Costs{}
				}
				s.Actual.add(took)
			}
		}
	}
	for _, r := range results {
		if c := r.Collected; c != nil {
			note("collect", r.Source, Costs{Rows: int64(c.Responses), BytesIn: c.BytesIn, BytesOut: c.BytesOut, Requests: int64(c.Requests),
				Seconds: r.collectedIn.Seconds(), Dollars: c.Dollars})
		}
	}
	for _, run := range e.done {
		note(run.Job, run.Source, Costs{Rows: run.RowsOut, BytesIn: run.BytesIn, BytesOut: run.BytesOut, Requests: run.Requests,
			Seconds: run.EndedAt.Sub(run.StartedAt).Seconds(), Dollars: run.Dollars})
	}
	return plan
}

// ByJob sums a plan's steps over sources, in the order of the steps. What is known of a sum
// is what is known of the step that is known least.
func ByJob(plan []PlannedStep) []PlannedStep {
	var sums []PlannedStep
	for _, s := range plan {
		i := slices.IndexFunc(sums, func(sum PlannedStep) bool { return sum.Job == s.Job })
		if i < 0 {
			i = len(sums)
			sums = append(sums, PlannedStep{Job: s.Job, From: s.From, To: s.To, RunCount: s.RunCount, IsLike: s.IsLike})
		}
		sum := &sums[i]
		sum.RunCount, sum.IsLike = min(sum.RunCount, s.RunCount), sum.IsLike && s.IsLike
		sum.Expected.add(s.Expected)
		if s.From.Before(sum.From) {
			sum.From = s.From
		}
		if s.To.After(sum.To) {
			sum.To = s.To
		}
		if s.Actual != nil {
			if sum.Actual == nil {
				sum.Actual = &Costs{}
			}
			sum.Actual.add(*s.Actual)
		}
	}
	return sums
}
