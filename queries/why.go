package queries

import (
	"context"
	"database/sql"
	"time"
)

// Content is a content version of a posting.
type Content struct {
	ValidFrom   time.Time `db:"valid_from"`
	ContentHash string    `db:"content_hash"`
	Title       string    `db:"title"`
}

// ListPostingContents lists a posting's content versions, oldest first.
func ListPostingContents(ctx context.Context, r Runner, id string) ([]Content, error) {
	return All[Content](ctx, r, "ops/why_contents", sql.Named("posting_id", id))
}

// Proof is an event of a posting with what proves it.
type Proof struct {
	EventAt  time.Time `db:"event_at"`
	Event    string    `db:"event"`
	Reason   string    `db:"reason"`
	Evidence string    `db:"evidence"`
}

// ListPostingProofs lists a posting's life with its evidence, oldest first.
func ListPostingProofs(ctx context.Context, r Runner, id string) ([]Proof, error) {
	return All[Proof](ctx, r, "ops/why_events", sql.Named("posting_id", id))
}

// Stretch is a time in which every complete read of a list held a posting.
type Stretch struct {
	List     string    `db:"list"`
	SeenFrom time.Time `db:"seen_from"`
	SeenTo   time.Time `db:"seen_to"` // zero = it is still there
}

// ListPostingStretches lists where a posting was seen, oldest first.
func ListPostingStretches(ctx context.Context, r Runner, id string) ([]Stretch, error) {
	return All[Stretch](ctx, r, "ops/why_lists", sql.Named("posting_id", id))
}
