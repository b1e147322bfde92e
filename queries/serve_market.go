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
