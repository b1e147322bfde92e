package jobs

import (
	"context"
	"database/sql"
	"iter"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// Silver normalises the content versions that begin in the window, finds their
// technologies, and restates presence. Where bronze holds captures later than the window
// they are restated too: which of them begins a version depends on what came before.
func Silver(ctx context.Context, e *Env, source string, w Window) (report Report, err error) {
	w, err = e.Widen(ctx, source, w)
	if err != nil {
		return report, err
	}
	session, err := e.heads(ctx, schemas.BronzePostings, schemas.BronzeLists, schemas.BronzeSightings, schemas.SilverPostings, schemas.SilverPostingTechs,
		schemas.SilverPresences, schemas.SilverAssistantAnswers)
	if err != nil {
		return report, err
	}
	defer session.Close()
	if w, err = throughHorizon(ctx, session, source, w); err != nil {
		return report, err
	}
	type counted struct {
		RowCount int64 `db:"row_count"`
	}
	whole, err := queries.One[counted](ctx, session, "silver/whole_rows", during(source, w)...)
	if err != nil {
		return report, err
	}
	report.In = whole.RowCount
	if err := writeVersions(ctx, e, session, source, w, &report); err != nil {
		return report, err
	}
	from, err := presenceFrom(ctx, e, source, w)
	if err != nil {
		return report, err
	}
	presence := queries.Each[schemas.SilverPresence](ctx, session, "silver/presence", sql.Named("source", source), sql.Named("from", from))
	commit, err := lake.Overwrite(ctx, e.Lake, schemas.SilverPresences, lake.Equal("source", source), presence)
	if err != nil {
		return report, err
	}
	report.add(commit)
	return report, nil
}

// during are the parameters of statements about one source in one window.
func during(source string, w Window) []sql.NamedArg {
	return []sql.NamedArg{sql.Named("source", source), sql.Named("from", w.From), sql.Named("to", w.To)}
}

// throughHorizon stretches a window of the past to where the source's captures end.
func throughHorizon(ctx context.Context, session *lake.Session, source string, w Window) (Window, error) {
	type horizon struct {
		LastAt time.Time `db:"last_at"`
	}
	h, err := queries.One[horizon](ctx, session, "silver/horizon", sql.Named("source", source))
	if err == nil && !h.LastAt.Before(w.To) {
		w.To = h.LastAt.Add(time.Microsecond)
	}
	return w, err
}

// normalised is one version on its way into two tables.
type normalised struct {
	posting schemas.SilverPosting
	techs   []schemas.SilverPostingTech
	reasons []string
	lineage schemas.Lineage
}

// chunkRows is how many versions a worker normalises at a time.
const chunkRows = 256

// writeVersions writes postings and their technologies side by side from one pass over
// bronze, so that neither is ever held in memory whole.
func writeVersions(ctx context.Context, e *Env, session *lake.Session, source string, w Window, report *Report) error {
	refused := rejects{job: "silver", source: source, runID: e.NewRunID(e.Clock())}
	owned := lake.And(lake.Equal("source", source), lake.Within("valid_from", w.From, w.To))
	answers, err := readProposals(ctx, session, source)
	if err != nil {
		return err
	}
	work := normaliser{extractor: e.Extractor, proposals: answers, isIT: e.Boards[source].IsForIT}
	if e.Boards[source].IsKorean {
		work.country = "KR"
	}
	group, ctx := errgroup.WithContext(ctx)
	techs := make(chan []schemas.SilverPostingTech, chunkRows)
	var versions, posted, teched = int64(0), lake.Commit{}, lake.Commit{}
	group.Go(func() (err error) {
		defer func() {
			if err == nil { // an open channel tells the other writer not to commit
				close(techs)
			}
		}()
		rows := func(yield func(schemas.SilverPosting, error) bool) {
			for v, err := range normalise(ctx, work, inParts[schemas.BronzePosting](ctx, session, "silver/versions", during(source, w)...)) {
				if err != nil {
					yield(schemas.SilverPosting{}, err)
					return
				}
				versions++
				if v.reasons != nil {
					refused.add(e, schemas.SilverPostings.Name(), v.reasons, v.posting.URL, v.lineage, asJSON(v.posting))
					continue
				}
				select {
				case techs <- v.techs:
				case <-ctx.Done():
					yield(schemas.SilverPosting{}, ctx.Err())
					return
				}
				if !yield(v.posting, nil) {
					return
				}
				if versions%chunkRows == 0 {
					e.progress("silver", source, int(versions), int(report.In))
				}
			}
			for row, err := range queries.Each[schemas.SilverPosting](ctx, session, "retention/silver_kept", during(source, w)...) {
				if err == nil {
					versions++
					report.Sealed++
				}
				if !yield(row, err) || err != nil {
					return
				}
			}
			report.Rejected = int64(len(refused.rows))
			report.Out = versions - report.Rejected
			if more := versions - report.In; more > 0 && more <= report.Sealed {
				report.In += more // kept, though bronze lost what they were made of
			}
			report.Duplicate = report.In - versions
			if report.Duplicate < 0 {
				yield(schemas.SilverPosting{}, errs.New(errs.Corrupt, "%d versions came out of %d captures: nothing is committed", versions, report.In))
			}
		}
		posted, err = lake.Overwrite(ctx, e.Lake, schemas.SilverPostings, owned, rows)
		return err
	})
	group.Go(func() (err error) {
		kept := queries.Each[schemas.SilverPostingTech](ctx, session, "retention/techs_kept", during(source, w)...)
		teched, err = lake.Overwrite(ctx, e.Lake, schemas.SilverPostingTechs, owned, both(drain(ctx, techs), kept))
		return err
	})
	if err := group.Wait(); err != nil {
		return err
	}
	e.progress("silver", source, int(report.In), int(report.In))
	report.add(posted)
	report.add(teched)
	return refused.commit(context.WithoutCancel(ctx), e, w)
}

// both yields the rows of one and then those of the other.
func both[T any](first, second iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, rows := range []iter.Seq2[T, error]{first, second} {
			for row, err := range rows {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}

// drain yields what a channel carries until it is closed; a cancelled context ends it with
// an error, so that a writer whose twin failed never commits half.
func drain[T any](ctx context.Context, batches <-chan []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			select {
			case batch, ok := <-batches:
				if !ok {
					return
				}
				for _, row := range batch {
					if !yield(row, nil) {
						return
					}
				}
			case <-ctx.Done():
				var zero T
				yield(zero, ctx.Err())
				return
			}
		}
	}
}

// normalise runs the work over rows on every processor and yields the results in order.
func normalise(ctx context.Context, work normaliser, rows iter.Seq2[schemas.BronzePosting, error]) iter.Seq2[normalised, error] {
	return inOrder(ctx, chunks(rows, chunkRows), func(chunk []schemas.BronzePosting) []normalised {
		results := make([]normalised, len(chunk))
		for i := range chunk {
			p := &chunk[i]
			r := &results[i]
			r.posting, r.techs = work.version(p)
			r.reasons = schemas.Validate(&r.posting)
			for j := range r.techs {
				r.reasons = append(r.reasons, schemas.Validate(&r.techs[j])...)
			}
			r.lineage = schemas.Lineage{RunID: p.RunID, Captured: p.CapturedAt, RawObject: p.RawObject, RawOffset: p.RawOffset, RawLength: p.RawLength}
		}
		return results
	})
}
