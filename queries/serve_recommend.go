package queries

import (
	"context"
	"database/sql"
	"iter"
)

// Suggestion is a technology to look at, with what speaks for it.
type Suggestion struct {
	TechID       string  `db:"tech_id"`
	Score        float64 `db:"score"`         // higher is better; of one question comparable
	BecauseID    string  `db:"because_id"`    // the technology known that says most; "" = the search does
	JointCount   int64   `db:"joint_count"`   // postings that name TechID beside it
	PostingCount int64   `db:"posting_count"` // of so many
}

// Stack is the technologies that a posting names, in the order of their ids.
type Stack struct {
	PostingID string   `db:"posting_id"`
	TechIDs   []string `db:"tech_ids"`
}

// EachStack yields what IT postings of a country ("" = all) name, open or closed: the newest
// 200,000 without copies, in no order.
func EachStack(ctx context.Context, r Runner, country string) iter.Seq2[Stack, error] {
	return Each[Stack](ctx, r, "serve/posting_stacks", sql.Named("country", text(country)))
}

// RecommendByPostings lists the limit technologies that set the matching postings apart
// from others of their status, country and kind; those known are left out. Postings favoured
// say more than other matching ones; nil = all say the same.
func RecommendByPostings(ctx context.Context, r Runner, f PostingFilter, favoured, ownIDs []string, limit int) ([]Suggestion, error) {
	var some any
	if favoured != nil {
		some = favoured
	}
	return All[Suggestion](ctx, r, "serve/recommend_by_postings", f.with(sql.Named("own_ids", known(ownIDs)), sql.Named("favoured_ids", some), sql.Named("row_limit", limit))...)
}

// Fit is a posting and how it fits somebody's technologies.
type Fit struct {
	PostingID  string   `db:"posting_id"`
	Fit        float64  `db:"fit"`         // 0 to 1
	HaveIDs    []string `db:"have_ids"`    // technologies known that it names, required ones first
	MissingIDs []string `db:"missing_ids"` // the others that it names
}

// ListFits lists the limit matching postings that fit the technologies known best; without
// any, the best matches of the keywords whose scores are given, or the newest.
func ListFits(ctx context.Context, r Runner, f PostingFilter, ownIDs []string, scores []int64, limit int) ([]Fit, error) {
	var given any
	if scores != nil {
		given = scores
	}
	return All[Fit](ctx, r, "serve/fit_postings", f.with(sql.Named("own_ids", known(ownIDs)), sql.Named("scores", given), sql.Named("row_limit", limit))...)
}

// known is a list that is never null: in SQL null contains neither anything nor nothing.
func known(ids []string) []string {
	if ids == nil {
		return []string{}
	}
	return ids
}
