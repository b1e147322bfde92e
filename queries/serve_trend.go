package queries

import (
	"context"
	"database/sql"
	"time"

	"github.com/techmapit/tmi/schemas"
)

// Units of time of [ListTechTrend].
const (
	UnitDay     = "day"
	UnitWeek    = "week" // begins on Monday
	UnitMonth   = "month"
	UnitQuarter = "quarter"
	UnitYear    = "year"
)

// Days is a span of calendar days, both included; midnight UTC stands for a day.
type Days struct {
	First time.Time `db:"first_date"`
	Last  time.Time `db:"last_date"`
}

// TrendDays are the days that technologies were counted on; both zero before the first.
func TrendDays(ctx context.Context, r Runner) (Days, error) {
	return One[Days](ctx, r, "serve/trend_days")
}

// TrendQuestion says which trend is wanted.
type TrendQuestion struct {
	TechIDs []string
	Role    string // "" = all
	Source  string // "" = all
	Days    Days
	Unit    string
	IsRaw   bool // copies of the same job count too
}

// TrendPoint is a technology in an interval. Stock is at the interval's end, flow within it.
type TrendPoint struct {
	TechID       string    `db:"tech_id"`
	From         time.Time `db:"from_date"`     // the interval's first calendar day
	To           time.Time `db:"to_date"`       // the last day of it that was counted
	DayCount     int64     `db:"day_count"`     // days of it that were counted
	OpenCount    int64     `db:"open_count"`    // stock: open at the end of To
	OpenedCount  int64     `db:"opened_count"`  // flow
	ClosedCount  int64     `db:"closed_count"`  // flow
	CompanyCount int64     `db:"company_count"` // companies of the stock
}

// ListTechTrend lists the points of each technology's series, technologies in the order
// asked for, oldest first. Days that were not counted have no point.
func ListTechTrend(ctx context.Context, r Runner, q TrendQuestion) ([]TrendPoint, error) {
	all := func(value string) string {
		if value == "" {
			return schemas.All
		}
		return value
	}
	return All[TrendPoint](ctx, r, "serve/tech_trend", sql.Named("tech_ids", q.TechIDs), sql.Named("role", all(q.Role)), sql.Named("source", all(q.Source)),
		sql.Named("first", q.Days.First), sql.Named("last", q.Days.Last), sql.Named("unit", q.Unit), sql.Named("is_raw", q.IsRaw))
}
