package jobs

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// changedOf is a row of the session's table that names the postings that changed.
type changedOf struct {
	PostingID   string `parquet:"posting_id,id(1)"`
	IsKnown     bool   `parquet:"is_known,id(2)"`     // gold.postings has it
	IsRewritten bool   `parquet:"is_rewritten,id(3)"` // its texts and technologies are to be made anew; false: its state alone
}

// goldChanges are the postings that gold's tables about postings have to follow.
type goldChanges struct {
	replaced map[string]bool                             // known, and made anew or gone
	amended  map[string]func(*schemas.GoldPosting) error // known, with another state
}

// stateOf is what other tables than silver.postings decide of a posting.
type stateOf struct {
	PostingID    string    `db:"posting_id"`
	Status       string    `db:"status"`
	ClosedReason string    `db:"closed_reason"`
	ClosedAt     time.Time `db:"closed_at"`
	FirstSeenAt  time.Time `db:"first_seen_at"`
	LastSeenAt   time.Time `db:"last_seen_at"`
	DuplicateOf  string    `db:"duplicate_of"`
	ClusterSize  int32     `db:"cluster_size"`
	VersionCount int32     `db:"version_count"`
}

func (s *stateOf) amend(row *schemas.GoldPosting) error {
	row.Status, row.ClosedReason, row.ClosedAt = s.Status, s.ClosedReason, s.ClosedAt
	row.FirstSeenAt, row.LastSeenAt = s.FirstSeenAt, s.LastSeenAt
	row.DuplicateOf, row.ClusterSize, row.VersionCount = s.DuplicateOf, s.ClusterSize, s.VersionCount
	return keptContract(schemas.GoldPostings, row)
}

// mostChanged is how many of all postings may have changed, as a divisor, for it to pay to
// make those alone anew.
const mostChanged = 4

// changedPostings prepares what gold's statements about postings read, and says which
// postings changed; nil means that all are to be made anew. What stands is trusted only where it is the
// snapshot that the last gold left, made by this very code: after an upkeep, an expiry, a
// rollback or an update everything is made anew.
func (e *Env) changedPostings(ctx context.Context, session *lake.Session) (*goldChanges, error) {
	text, err := queries.Text("gold/posting_states")
	if err != nil {
		return nil, err
	}
	if err := session.Keep(ctx, "posting_states", text); err != nil {
		return nil, err
	}
	rows, isAll, err := e.findChanged(ctx, session)
	if err != nil {
		return nil, err
	}
	if err := lake.Load(ctx, session, "postings_changed", slices.Values(rows)); err != nil || isAll {
		return nil, err
	}
	changes := &goldChanges{map[string]bool{}, map[string]func(*schemas.GoldPosting) error{}}
	for _, row := range rows {
		if row.IsKnown && row.IsRewritten {
			changes.replaced[row.PostingID] = true
		}
	}
	for state, err := range queries.Each[stateOf](ctx, session, "gold/postings_amended") {
		if err != nil {
			return nil, err
		}
		changes.amended[state.PostingID] = state.amend
	}
	return changes, nil
}

// findChanged are the postings that changed; isAll: too many, or nobody knows.
func (e *Env) findChanged(ctx context.Context, session *lake.Session) (rows []changedOf, isAll bool, err error) {
	type made struct {
		Version      string     `db:"version"`
		SnapshotID   *int64     `db:"snapshot_id"`
		VersionsFrom *time.Time `db:"versions_from"`
	}
	last, err := queries.One[made](ctx, session, "gold/last_made")
	if errs.Is(err, errs.NotFound) {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	stands := session.Set().Tables[schemas.GoldPostings.Name()]
	if last.Version != e.Code || last.SnapshotID == nil || *last.SnapshotID != stands.SnapshotID {
		return nil, true, nil
	}
	for row, err := range queries.Each[changedOf](ctx, session, "gold/postings_changed", sql.Named("versions_from", last.VersionsFrom)) {
		if err != nil {
			return nil, false, err
		}
		if rows = append(rows, row); int64(len(rows))*mostChanged > stands.Rows {
			return nil, true, nil
		}
	}
	return rows, false, nil
}
