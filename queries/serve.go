package queries

import (
	"cmp"
	"context"
	"database/sql"
	"iter"
	"math"
	"time"

	"github.com/techmapit/tmi/schemas"
)

// Word is one word of a keyword search.
type Word struct {
	Text string // lower case; "" when only the technology counts, as for "go", which stands inside other words
	Tech string // canonical name of the technology that the word stands for, "" for none
}

// Found is a posting that a keyword search found.
type Found struct {
	PostingID string `db:"posting_id"`
	Score     int64  `db:"score"` // higher fits better
}

// FindPostings lists the postings that match the filter and hold every word, best first.
func FindPostings(ctx context.Context, r Runner, f PostingFilter, words []Word) ([]Found, error) {
	texts, names := make([]string, len(words)), make([]string, len(words)) // the engine binds no list with nulls among texts
	for i, w := range words {
		texts[i], names[i] = w.Text, w.Tech
	}
	return All[Found](ctx, r, "serve/find_postings", f.with(sql.Named("words", texts), sql.Named("names", names))...)
}

// Orders of [ListPostings]. Behind a minus the other end comes first; what does not state
// what it is ordered by comes last all the same.
const (
	SortNewest     = "newest"     // newest posting date first
	SortClosing    = "closing"    // nearest end first
	SortRelevance  = "relevance"  // highest score first
	SortSalary     = "salary"     // highest pay first
	SortExperience = "experience" // fewest years asked for first
)

// Position is where in an order a posting stands.
type Position struct {
	First  int64  `db:"sort_first"`
	Second int64  `db:"sort_second"`
	ID     string `db:"-"`
}

// Page says which part of a list is wanted.
type Page struct {
	Sort   string
	Then   string    // order of those that Sort finds alike; "" = SortNewest
	Scores []int64   // of PostingFilter.IDs, in their order; for SortRelevance
	After  *Position // the last posting of the page before; nil for the first page
	Limit  int
}

// PostingRow is a posting in a list: facts, no texts.
type PostingRow struct {
	PostingID          string    `db:"posting_id"`
	Source             string    `db:"source"`
	IsIT               bool      `db:"is_it"`
	Country            string    `db:"country"`
	URL                string    `db:"url"`
	Title              string    `db:"title"`
	CompanyID          string    `db:"company_id"`
	Company            string    `db:"company"`
	Roles              []string  `db:"roles"`
	Seniority          string    `db:"seniority"`
	ExperienceMinYears *int32    `db:"experience_min_years"`
	ExperienceMaxYears *int32    `db:"experience_max_years"`
	Employment         string    `db:"employment"`
	Remote             string    `db:"remote"`
	Region             string    `db:"region"`
	District           string    `db:"district"`
	SalaryMinKRW       *int64    `db:"salary_min_krw"`
	SalaryMaxKRW       *int64    `db:"salary_max_krw"`
	Techs              []string  `db:"techs"`
	Status             string    `db:"status"`
	ClosedReason       string    `db:"closed_reason"`
	PostedAt           time.Time `db:"posted_at"`
	ClosesAt           time.Time `db:"closes_at"`
	IsAlwaysOpen       bool      `db:"is_always_open"`
	ClosedAt           time.Time `db:"closed_at"`
	FirstSeenAt        time.Time `db:"first_seen_at"`
	ClusterSize        int32     `db:"cluster_size"`
	Position
}

// Place is the row's position in the order it was listed in.
func (p PostingRow) Place() Position {
	return Position{First: p.First, Second: p.Second, ID: p.PostingID}
}

// ListPostings lists one page of the postings that match the filter.
func ListPostings(ctx context.Context, r Runner, f PostingFilter, page Page) ([]PostingRow, error) {
	return All[PostingRow](ctx, r, "serve/list_postings", page.args(f)...)
}

// EachPosting is [ListPostings], row by row, for lists that are too long to hold. A zero
// Page.Limit is no limit.
func EachPosting(ctx context.Context, r Runner, f PostingFilter, page Page) iter.Seq2[PostingRow, error] {
	return Each[PostingRow](ctx, r, "serve/list_postings", page.args(f)...)
}

func (page Page) args(f PostingFilter) []sql.NamedArg {
	var scores, first, second, id any
	if page.Scores != nil {
		scores = page.Scores
	}
	if page.After != nil {
		first, second, id = page.After.First, page.After.Second, page.After.ID
	}
	limit := int64(math.MaxInt64)
	if page.Limit > 0 {
		limit = int64(page.Limit)
	}
	return f.with(
		sql.Named("sort", page.Sort), sql.Named("then", cmp.Or(page.Then, SortNewest)), sql.Named("scores", scores), sql.Named("row_limit", limit),
		sql.Named("after_first", first), sql.Named("after_second", second), sql.Named("after_id", id),
	)
}

// CountPostings counts the postings that match the filter.
func CountPostings(ctx context.Context, r Runner, f PostingFilter) (int64, error) {
	row, err := One[struct {
		N int64 `db:"posting_count"`
	}](ctx, r, "serve/count_postings", f.args()...)
	return row.N, err
}

// PostingByID returns a posting's current state; errs.NotFound if there is none.
func PostingByID(ctx context.Context, r Runner, id string) (schemas.GoldPosting, error) {
	return One[schemas.GoldPosting](ctx, r, "serve/posting_by_id", sql.Named("posting_id", id))
}

// PostingTech is a technology of a posting and the place that proves it.
type PostingTech struct {
	TechID    string `db:"tech_id"`
	Tech      string `db:"tech"`
	Category  string `db:"category"`
	Need      string `db:"need"`
	Method    string `db:"method"`
	Section   string `db:"section"`    // "" for a board's tag
	StartByte *int32 `db:"start_byte"` // in the section's UTF-8 text
	EndByte   *int32 `db:"end_byte"`
	Surface   string `db:"surface"`
}

// ListPostingTechs lists a posting's technologies, required ones first, then by name.
func ListPostingTechs(ctx context.Context, r Runner, id string) ([]PostingTech, error) {
	return All[PostingTech](ctx, r, "serve/posting_techs", sql.Named("posting_id", id))
}

// Event is something that happened to a posting.
type Event struct {
	Event   string    `db:"event"`
	EventAt time.Time `db:"event_at"`
	Reason  string    `db:"reason"`
}

// ListPostingEvents lists a posting's life, oldest first.
func ListPostingEvents(ctx context.Context, r Runner, id string) ([]Event, error) {
	return All[Event](ctx, r, "serve/posting_history", sql.Named("posting_id", id))
}

// Duplicate is another posting of the same job.
type Duplicate struct {
	PostingID string `db:"posting_id"`
	Source    string `db:"source"`
	URL       string `db:"url"`
	Title     string `db:"title"`
	Status    string `db:"status"`
	IsFace    bool   `db:"is_face"` // the one that stands for them all
}

// ListPostingDuplicates lists the other postings of a posting's cluster.
func ListPostingDuplicates(ctx context.Context, r Runner, id string) ([]Duplicate, error) {
	return All[Duplicate](ctx, r, "serve/posting_duplicates", sql.Named("posting_id", id))
}

// TechShare is a technology and the share of postings that name it.
type TechShare struct {
	TechID       string  `db:"tech_id"`
	Tech         string  `db:"tech"`
	Category     string  `db:"category"`
	PostingCount int64   `db:"posting_count"`
	Share        float64 `db:"share"`      // 0 to 1
	ShareLow     float64 `db:"share_low"`  // lower end of the 95 % Wilson interval
	ShareHigh    float64 `db:"share_high"` // upper end
	TechCount    int64   `db:"tech_count"` // how many technologies there are in all
}

// ListTechShares lists the limit most frequent technologies of the postings that match.
func ListTechShares(ctx context.Context, r Runner, f PostingFilter, limit int) ([]TechShare, error) {
	return All[TechShare](ctx, r, "serve/tech_frequency", f.with(sql.Named("row_limit", limit))...)
}

// FacetValue is a value of a facet and how many postings have it.
type FacetValue struct {
	Facet        string `db:"facet"`
	Value        string `db:"value"` // what a filter takes
	Label        string `db:"label"` // what a reader sees
	PostingCount int64  `db:"posting_count"`
	ValueCount   int64  `db:"value_count"` // how many values the facet has in all
}

// Facets are the names that [ListFacets] knows.
var Facets = []string{"company", "employment", "location", "remote", "role", "seniority", "source", "tech"}

// ListFacets counts the matching postings by each facet, the limit most frequent values of
// each.
func ListFacets(ctx context.Context, r Runner, f PostingFilter, facets []string, limit int) ([]FacetValue, error) {
	return All[FacetValue](ctx, r, "serve/facets", f.with(sql.Named("facets", facets), sql.Named("row_limit", limit))...)
}

// TechCount says how many matching postings and companies ask for a technology.
type TechCount struct {
	TechID        string `db:"tech_id"`
	Tech          string `db:"tech"`
	Category      string `db:"category"`
	PostingCount  int64  `db:"posting_count"`
	RequiredCount int64  `db:"required_count"` // postings that require it rather than prefer it
	CompanyCount  int64  `db:"company_count"`
}

// ListTechCounts counts the matching postings of every technology that one of them names.
func ListTechCounts(ctx context.Context, r Runner, f PostingFilter) ([]TechCount, error) {
	return All[TechCount](ctx, r, "serve/list_techs", f.args()...)
}

// TechCompany is a company that asks for a technology.
type TechCompany struct {
	CompanyID    string `db:"company_id"`
	Company      string `db:"company"`
	PostingCount int64  `db:"posting_count"`
}

// ListTechCompanies lists the limit companies with most matching postings that name the technology.
func ListTechCompanies(ctx context.Context, r Runner, f PostingFilter, techID string, limit int) ([]TechCompany, error) {
	return All[TechCompany](ctx, r, "serve/tech_companies", f.with(sql.Named("tech_id", techID), sql.Named("row_limit", limit))...)
}

// TechNeighbour is a technology that goes with another.
type TechNeighbour struct {
	TechID     string  `db:"tech_id"`
	JointCount int64   `db:"joint_count"` // open IT postings that name both
	TechCount  int64   `db:"tech_count"`  // that name the technology asked about
	Lift       float64 `db:"lift"`
}

// ListTechNeighbours lists the limit technologies named most often together with one in
// open IT postings in Korea, as gold counted them.
func ListTechNeighbours(ctx context.Context, r Runner, techID string, limit int) ([]TechNeighbour, error) {
	return All[TechNeighbour](ctx, r, "serve/tech_neighbours", sql.Named("tech_id", techID), sql.Named("row_limit", limit))
}

// Orders of [ListTechPairs].
const (
	SortCount = "count" // most postings that name both first
	SortLift  = "lift"
	SortPPMI  = "ppmi"
)

// TechPair is a technology that goes with another in the postings that match a filter.
type TechPair struct {
	TechID     string  `db:"tech_id"`
	JointCount int64   `db:"joint_count"` // matching postings that name both
	TechCount  int64   `db:"tech_count"`  // that name the technology asked about
	OtherCount int64   `db:"other_count"` // that name this one
	Share      float64 `db:"share"`       // of TechCount, 0 to 1
	Lift       float64 `db:"lift"`        // how many times more often than by chance
	PPMI       float64 `db:"ppmi"`        // positive pointwise mutual information, in bits
	PairCount  int64   `db:"pair_count"`  // how many pairs there are in all
}

// ListTechPairs lists the limit technologies that go best with one in the matching postings.
func ListTechPairs(ctx context.Context, r Runner, f PostingFilter, techID, sort string, limit int) ([]TechPair, error) {
	return All[TechPair](ctx, r, "serve/tech_pairs", f.with(sql.Named("tech_id", techID), sql.Named("sort", sort), sql.Named("row_limit", limit))...)
}

// Numbers head the site.
type Numbers struct {
	PostingCount int64    `db:"posting_count"`
	NewCount     int64    `db:"new_count"`
	ClosingCount int64    `db:"closing_count"`
	SourceCount  int64    `db:"source_count"`
	CompanyCount int64    `db:"company_count"`
	Sources      []string `db:"sources"`
}

// CountNumbers counts the matching postings, those first seen since, and those that end in
// the span from closesFrom to closesBefore.
func CountNumbers(ctx context.Context, r Runner, f PostingFilter, since, closesFrom, closesBefore time.Time) (Numbers, error) {
	return One[Numbers](ctx, r, "serve/home_numbers", f.with(
		sql.Named("since", since.UTC()), sql.Named("closes_from", closesFrom.UTC()), sql.Named("closes_before", closesBefore.UTC()))...)
}
