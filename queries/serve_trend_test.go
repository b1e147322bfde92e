package queries

import (
	"context"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestStockIsThatOfTheIntervalsEndAndFlowAddsUp(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	fill := func(date, tech, role, source string, open, opened, closed int64) {
		queriestest.Fill(t, db, schemas.GoldTechDaily{Date: day(date), TechID: tech, Tech: tech, Role: role, Source: source, OpenCount: open, OpenedCount: opened, ClosedCount: closed,
			CompanyCount: open, OpenCountRaw: 10 * open, OpenedCountRaw: 10 * opened, ClosedCountRaw: 10 * closed, CompanyCountRaw: open})
	}
	if days, err := TrendDays(ctx, db); err != nil || !days.First.IsZero() || !days.Last.IsZero() {
		t.Errorf("days of nothing: %v %v", days, err)
	}
	// Saturday, Sunday, Monday; Tuesday was not counted; on Monday nobody names go.
	fill("2026-10-31", "go", "*", "*", 5, 5, 0)
	fill("2026-11-01", "go", "*", "*", 7, 3, 1)
	fill("2026-11-02", "java", "*", "*", 4, 4, 0)
	fill("2026-11-04", "go", "*", "*", 2, 2, 0)
	fill("2026-11-04", "go", "backend", "*", 1, 1, 0)
	fill("2026-11-04", "go", "*", "hn", 2, 0, 3)
	days, err := TrendDays(ctx, db)
	if err != nil || days != (Days{day("2026-10-31"), day("2026-11-04")}) {
		t.Errorf("days %v %v", days, err)
	}
	point := func(tech, from, to string, count, open, opened, closed int64) TrendPoint {
		return TrendPoint{TechID: tech, From: day(from), To: day(to), DayCount: count, OpenCount: open, OpenedCount: opened, ClosedCount: closed, CompanyCount: open}
	}
	raw := point("go", "2026-11-04", "2026-11-04", 1, 20, 20, 0)
	raw.CompanyCount = 2
	for name, c := range map[string]struct {
		change func(*TrendQuestion)
		want   []TrendPoint
	}{
		"days": {func(*TrendQuestion) {}, []TrendPoint{
			point("go", "2026-10-31", "2026-10-31", 1, 5, 5, 0), point("go", "2026-11-01", "2026-11-01", 1, 7, 3, 1),
			point("go", "2026-11-02", "2026-11-02", 1, 0, 0, 0), point("go", "2026-11-04", "2026-11-04", 1, 2, 2, 0),
		}},
		"weeks": {func(q *TrendQuestion) { q.Unit = UnitWeek }, []TrendPoint{
			point("go", "2026-10-26", "2026-11-01", 2, 7, 8, 1), point("go", "2026-11-02", "2026-11-04", 2, 2, 2, 0),
		}},
		"months, two technologies in the order asked for": {func(q *TrendQuestion) { q.Unit, q.TechIDs = UnitMonth, []string{"java", "go"} }, []TrendPoint{
			point("java", "2026-10-01", "2026-10-31", 1, 0, 0, 0), point("java", "2026-11-01", "2026-11-04", 3, 0, 4, 0),
			point("go", "2026-10-01", "2026-10-31", 1, 5, 5, 0), point("go", "2026-11-01", "2026-11-04", 3, 2, 5, 1),
		}},
		"a role":   {func(q *TrendQuestion) { q.Role, q.Days.First = "backend", day("2026-11-03") }, []TrendPoint{point("go", "2026-11-04", "2026-11-04", 1, 1, 1, 0)}},
		"a source": {func(q *TrendQuestion) { q.Source, q.Days.First = "hn", day("2026-11-03") }, []TrendPoint{point("go", "2026-11-04", "2026-11-04", 1, 2, 0, 3)}},
		"copies":   {func(q *TrendQuestion) { q.IsRaw, q.Days.First = true, day("2026-11-03") }, []TrendPoint{raw}},
		"no days":  {func(q *TrendQuestion) { q.Days.First, q.Days.Last = day("2026-12-01"), day("2026-12-02") }, []TrendPoint{}},
	} {
		t.Run(name, func(t *testing.T) {
			q := TrendQuestion{TechIDs: []string{"go"}, Days: days, Unit: UnitDay}
			c.change(&q)
			got, err := ListTechTrend(ctx, db, q)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
