package queries

import (
	"context"
	"database/sql"
	"time"
)

// SourceQuality is a source's freshness and completeness. Counts are of the days asked for,
// LastReadAt and the postings of all time.
type SourceQuality struct {
	Source        string    `db:"source"`
	From          time.Time `db:"from_date"`    // first calendar day; zero where nothing was counted
	To            time.Time `db:"to_date"`      // last calendar day
	LastReadAt    time.Time `db:"last_read_at"` // newest complete read; zero = never
	ListReads     int64     `db:"list_reads"`
	CompleteReads int64     `db:"complete_reads"`
	VersionCount  int64     `db:"version_count"` // content versions that began: the denominator of the six below
	WithCompany   int64     `db:"with_company"`
	WithLocation  int64     `db:"with_location"`
	WithTech      int64     `db:"with_tech"`
	WithEndDate   int64     `db:"with_end_date"`
	WithSalary    int64     `db:"with_salary"`
	WithDetail    int64     `db:"with_detail"` // the posting's own page was read
	RejectCount   int64     `db:"reject_count"`
	ClosedCount   int64     `db:"closed_count"`
	OpenCount     int64     `db:"open_count"`     // open now, copies included
	CopyCount     int64     `db:"copy_count"`     // of them copies of another
	EverydayCount int64     `db:"everyday_count"` // of them IT postings in Korea, each job once
}

// ListSourceQuality tells of every source, over the days up to the last one counted.
func ListSourceQuality(ctx context.Context, r Runner, days int) ([]SourceQuality, error) {
	return All[SourceQuality](ctx, r, "serve/source_quality", sql.Named("days", days))
}

// RejectReason is why rows were refused, without the values that the reason quotes.
type RejectReason struct {
	Source      string    `db:"source"` // "" = of no source
	TableName   string    `db:"table_name"`
	Reason      string    `db:"reason"`
	RejectCount int64     `db:"reject_count"`
	LastAt      time.Time `db:"last_at"`
	ReasonCount int64     `db:"reason_count"` // how many reasons there are in all
}

// ListRejectReasons lists the limit most frequent reasons since an instant.
func ListRejectReasons(ctx context.Context, r Runner, since time.Time, limit int) ([]RejectReason, error) {
	return All[RejectReason](ctx, r, "serve/reject_reasons", sql.Named("since", since.UTC()), sql.Named("row_limit", limit))
}

// DuplicateRule is the rule that tells which postings are one job.
type DuplicateRule struct {
	Version   int64 `db:"rule_version"` // 0 = it has found nothing yet
	CopyCount int64 `db:"copy_count"`   // postings of all time that it found to be copies of another
}

// GetDuplicateRule returns the rule by which the lake's copies were found. The job that
// finds them decides all anew when the rule changes, so there is one.
func GetDuplicateRule(ctx context.Context, r Runner) (DuplicateRule, error) {
	return One[DuplicateRule](ctx, r, "serve/duplicate_rule")
}
