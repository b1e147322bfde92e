package jobs

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/eval"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// Normalise is what silver says of one whole capture of a board, and the technologies that
// it names.
func Normalise(x *extract.Extractor, board sources.Board, p *schemas.BronzePosting) (schemas.SilverPosting, []schemas.SilverPostingTech) {
	work := normaliser{extractor: x, isIT: board.IsForIT}
	if board.IsKorean {
		work.country = "KR"
	}
	return work.version(p)
}

// FoundInLake is what the newest versions in a lake say of the labelled postings, and the
// technologies that the extractor as it is now finds in their texts.
func FoundInLake(ctx context.Context, session *lake.Session, x *extract.Extractor, parts []eval.Part) (map[string]eval.Found, error) {
	var ids []string
	for _, part := range parts {
		for _, label := range part.Labels {
			source, boardID, ok := strings.Cut(label.ID, ":")
			if !ok {
				return nil, errs.New(errs.Invalid, "label %q: expected source:board_id", label.ID)
			}
			ids = append(ids, schemas.PostingID(source, boardID))
		}
	}
	found := map[string]eval.Found{}
	for p, err := range queries.Each[schemas.SilverPosting](ctx, session, "silver/eval_postings", sql.Named("ids", ids)) {
		if err != nil {
			return nil, err
		}
		techs := x.Techs(extract.Posting{ID: p.PostingID, Title: p.Title, Company: p.Company, Sections: sectionsOf(&p), BoardTags: p.BoardTags})
		found[p.Source+":"+p.BoardID] = eval.Found{Posting: p, Techs: techRows(&p, techs), HasFacts: true}
	}
	return found, nil
}

// EvalDedup measures silver.duplicates against a truth folder.
func EvalDedup(ctx context.Context, session *lake.Session, dir string) (eval.TruthReport, error) {
	truth, err := eval.Truth(dir)
	if err != nil {
		return eval.TruthReport{}, err
	}
	known, _, _, err := knownPostings(ctx, session)
	if err != nil {
		return eval.TruthReport{}, err
	}
	found, err := queries.All[schemas.SilverDuplicate](ctx, session, "silver/duplicates_rows")
	if err != nil {
		return eval.TruthReport{}, err
	}
	return eval.Dedup(truth, known, found), nil
}

// EvalClose measures the closings of silver.lifecycle against a truth folder.
func EvalClose(ctx context.Context, session *lake.Session, dir string) (eval.TruthReport, error) {
	truth, err := eval.Truth(dir)
	if err != nil {
		return eval.TruthReport{}, err
	}
	known, from, horizon, err := knownPostings(ctx, session)
	if err != nil {
		return eval.TruthReport{}, err
	}
	events, err := queries.All[schemas.SilverLifecycle](ctx, session, "silver/eval_closings")
	if err != nil {
		return eval.TruthReport{}, err
	}
	return eval.Close(truth, known, events, from, horizon), nil
}

// knownPostings are those that the lake holds, and when its boards were first and last read.
func knownPostings(ctx context.Context, session *lake.Session) (known map[string]bool, from, horizon time.Time, err error) {
	type row struct {
		PostingID string    `db:"posting_id"`
		FirstRead time.Time `db:"first_read_at"`
		LastRead  time.Time `db:"last_read_at"`
	}
	known = map[string]bool{}
	for r, err := range queries.Each[row](ctx, session, "silver/eval_known") {
		if err != nil {
			return nil, from, horizon, err
		}
		known[r.PostingID], from, horizon = true, r.FirstRead, r.LastRead
	}
	return known, from, horizon, nil
}
