package queries

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/techmapit/tmi/schemas"
)

// CompanyRow is a company in a list.
type CompanyRow struct {
	CompanyID     string    `db:"company_id"`
	Company       string    `db:"company"`        // as its newest posting writes it
	MatchingCount int64     `db:"matching_count"` // postings that match the filter
	PostingCount  int64     `db:"posting_count"`  // postings ever seen, copies included
	FirstSeenAt   time.Time `db:"first_seen_at"`
	Techs         []string  `db:"techs"` // names of the five that most matching postings name
	SortFirst     int64     `db:"sort_first"`
	SortKey       string    `db:"sort_key"`
	TotalCount    int64     `db:"total_count"` // companies that match, on all pages
}

// Place is the row's position in the order it was listed in.
func (c CompanyRow) Place() Position { return Position{First: c.SortFirst, ID: c.SortKey} }

// SortName is the order of companies by name; the other is [SortCount].
const SortName = "name"

// ListCompanies lists one page of the companies with matching postings whose name has the
// part given, in any case; "" is any name. Page.Sort is SortCount or SortName.
func ListCompanies(ctx context.Context, r Runner, f PostingFilter, name string, page Page) ([]CompanyRow, error) {
	var first, id any
	if page.After != nil {
		first, id = page.After.First, page.After.ID
	}
	return All[CompanyRow](ctx, r, "serve/list_companies", f.with(sql.Named("name", text(strings.ToLower(name))), sql.Named("sort", page.Sort),
		sql.Named("after_first", first), sql.Named("after_id", id), sql.Named("row_limit", page.Limit))...)
}

// CompanyByID returns a company; errs.NotFound if there is none.
func CompanyByID(ctx context.Context, r Runner, id string) (schemas.GoldCompany, error) {
	return One[schemas.GoldCompany](ctx, r, "serve/company_by_id", sql.Named("company_id", id))
}

// CompanyTech is a technology that a company's postings name.
type CompanyTech struct {
	TechID       string `db:"tech_id"`
	Tech         string `db:"tech"`
	OpenCount    int64  `db:"open_count"`    // open postings, each job once
	PostingCount int64  `db:"posting_count"` // postings ever seen, copies included
	TechCount    int64  `db:"tech_count"`    // how many technologies there are in all
}

// ListCompanyTechs lists the limit technologies that most of a company's open postings name.
func ListCompanyTechs(ctx context.Context, r Runner, id string, limit int) ([]CompanyTech, error) {
	return All[CompanyTech](ctx, r, "serve/company_techs", sql.Named("company_id", id), sql.Named("row_limit", limit))
}
