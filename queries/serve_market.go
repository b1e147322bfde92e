package queries

import (
	"context"
	"database/sql"
	"time"
)

// MarketPoint is a role's or a board's postings in an interval; the value * is all.
type MarketPoint struct {
	Value       string    `db:"value"`
	From        time.Time `db:"from_date"`    // the interval's first calendar day
	To          time.Time `db:"to_date"`      // its last day within the span asked for
	OpenCount   int64     `db:"open_count"`   // stock: open at the end of To
	OpenedCount int64     `db:"opened_count"` // flow
	ClosedCount int64     `db:"closed_count"` // flow
}

// What [ListMarketTrend] divides postings by.
const (
	ByRole   = "role"
	BySource = "source"
)

// ListMarketTrend lists open IT postings in Korea over time by role or board, values in
// order, oldest first.
func ListMarketTrend(ctx context.Context, r Runner, by string, days Days, unit string, zone *time.Location) ([]MarketPoint, error) {
	return All[MarketPoint](ctx, r, "serve/market_trend", sql.Named("by", by),
		sql.Named("first", days.First), sql.Named("last", days.Last), sql.Named("unit", unit), sql.Named("zone", zone.String()))
}

// CompanyPoint is a company's technology in an interval.
type CompanyPoint struct {
	TechID    string    `db:"tech_id"`
	From      time.Time `db:"from_date"`
	To        time.Time `db:"to_date"`
	OpenCount int64     `db:"open_count"` // its postings that ask for it, open at the end of To
}

// ListCompanyTrend lists the technologies that a company's postings name most over time,
// the most frequent first, oldest first within each.
func ListCompanyTrend(ctx context.Context, r Runner, companyID string, days Days, unit string, zone *time.Location, limit int) ([]CompanyPoint, error) {
	return All[CompanyPoint](ctx, r, "serve/company_trend", sql.Named("company_id", companyID),
		sql.Named("first", days.First), sql.Named("last", days.Last), sql.Named("unit", unit), sql.Named("zone", zone.String()), sql.Named("row_limit", limit))
}

// Mover is a technology whose stock of open postings changed between two days.
type Mover struct {
	TechID string  `db:"tech_id"`
	Tech   string  `db:"tech"`
	Then   int64   `db:"then_count"`
	Now    int64   `db:"now_count"`
	Noise  float64 `db:"noise"` // the change in standard deviations of the counts
}

// Change is the part by which the stock grew, negative where it shrank.
func (m Mover) Change() float64 { return float64(m.Now-m.Then) / float64(max(m.Then, 1)) }

const (
	moverLeast = 10  // postings on both days together, below which a change is chance
	moverNoise = 1.0 // standard deviations that a change must reach to be told
)

// ListMovers lists the technologies that rose and those that fell most from one day's end
// to another's, at most so many of each, the clearest change first.
func ListMovers(ctx context.Context, r Runner, then, now time.Time, most int) (up, down []Mover, err error) {
	rows, err := All[Mover](ctx, r, "serve/movers", sql.Named("then", then), sql.Named("now", now), sql.Named("least", moverLeast))
	if err != nil {
		return nil, nil, err
	}
	for i := range rows {
		if first := rows[i]; first.Noise >= moverNoise && len(up) < most {
			up = append(up, first)
		}
		if last := rows[len(rows)-1-i]; last.Noise <= -moverNoise && len(down) < most {
			down = append(down, last)
		}
	}
	return up, down, nil
}
