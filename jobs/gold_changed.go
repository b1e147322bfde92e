package jobs

import (
	"context"
	"database/sql"
	"maps"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// changedOf is a row of the session's table that names the postings to make anew.
type changedOf struct {
	PostingID string `parquet:"posting_id,id(1)"`
}

// mostChanged is how many of all postings may have changed, as a divisor, for it to pay to
// make those alone anew.
const mostChanged = 4

// changedPostings prepares what gold's statements about postings read, and says which
// postings are to be made anew; nil means all. What stands is trusted only where it is the
// snapshot that the last gold left, made by this very code: after an upkeep, an expiry, a
// rollback or an update everything is made anew.
func (e *Env) changedPostings(ctx context.Context, session *lake.Session) (map[string]bool, error) {
	text, err := queries.Text("gold/posting_states")
	if err != nil {
		return nil, err
	}
	if err := session.Keep(ctx, "posting_states", text); err != nil {
		return nil, err
	}
	changed, err := e.findChanged(ctx, session)
	if err != nil {
		return nil, err
	}
	return changed, lake.Load(ctx, session, "postings_changed", func(yield func(changedOf) bool) {
		for id := range maps.Keys(changed) {
			if !yield(changedOf{id}) {
				return
			}
		}
	})
}

func (e *Env) findChanged(ctx context.Context, session *lake.Session) (map[string]bool, error) {
	type made struct {
		Version      string     `db:"version"`
		SnapshotID   *int64     `db:"snapshot_id"`
		VersionsFrom *time.Time `db:"versions_from"`
	}
	last, err := queries.One[made](ctx, session, "gold/last_made")
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	stands := session.Set().Tables[schemas.GoldPostings.Name()]
	if last.Version != e.Code || last.SnapshotID == nil || *last.SnapshotID != stands.SnapshotID {
		return nil, nil
	}
	changed := map[string]bool{}
	for row, err := range queries.Each[changedOf](ctx, session, "gold/postings_changed", sql.Named("versions_from", last.VersionsFrom)) {
		if err != nil {
			return nil, err
		}
		if changed[row.PostingID] = true; int64(len(changed))*mostChanged > stands.Rows {
			return nil, nil
		}
	}
	return changed, nil
}
