package jobs

import (
	"context"
	"database/sql"
	"iter"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// goldTable writes one gold table from the statement of its name.
type goldTable struct {
	table schemas.Table
	write func(ctx context.Context, e *Env, s *lake.Session, scope goldScope) (lake.Commit, error)
}

// goldScope is what is to be answered anew.
type goldScope struct {
	Window
	changed *goldChanges // nil = all
}

// goldStages are gold's tables; those of a stage read what the stages before it wrote.
var goldStages = [][]goldTable{
	{merged(schemas.GoldPostings, statesAmended), merged(schemas.GoldPostingTechs, nothingAmended[schemas.GoldPostingTech]),
		daily[schemas.GoldTechDaily](schemas.GoldTechDailies), daily[schemas.GoldSourceQuality](schemas.GoldSourceQualities)},
	{restated[schemas.GoldTechPair](schemas.GoldTechPairs), restated[schemas.GoldCompany](schemas.GoldCompanies), restated[schemas.GoldCompanyTech](schemas.GoldCompanyTechs)},
	{restated[schemas.GoldTechRelated](schemas.GoldTechRelateds)},
}

// restated is a table that speaks of now: it is made anew.
func restated[T any](t schemas.Table) goldTable {
	return goldTable{t, func(ctx context.Context, e *Env, s *lake.Session, _ goldScope) (lake.Commit, error) {
		return lake.Overwrite(ctx, e.Lake, t, lake.Everything, validated(t, inParts[T](ctx, s, statement(t))))
	}}
}

// merged is a table that speaks of postings as they are now: the rows of those that changed
// are made anew, or amended where their state alone did. Where another writer came between,
// all are made anew.
func merged[T any](t schemas.Table, amended func(*goldChanges) map[string]func(*T) error) goldTable {
	return goldTable{t, func(ctx context.Context, e *Env, s *lake.Session, scope goldScope) (lake.Commit, error) {
		rows := func(isWhole bool) iter.Seq2[T, error] {
			parts := int64(1)
			if isWhole {
				parts += versionsIn(s) / e.atOnce()
			}
			return validated(t, func(yield func(T, error) bool) {
				for part := range parts {
					for row, err := range inParts[T](ctx, s, statement(t), sql.Named("whole", isWhole), sql.Named("part", part), sql.Named("parts", parts)) {
						if !yield(row, err) || err != nil {
							return
						}
					}
				}
			})
		}
		if scope.changed != nil {
			commit, err := lake.Merge(ctx, e.Lake, t, "posting_id", scope.changed.replaced, amended(scope.changed), rows(false))
			if !errs.Is(err, errs.Conflict) {
				return commit, err
			}
		}
		return lake.Overwrite(ctx, e.Lake, t, lake.Everything, rows(true))
	}}
}

func statesAmended(c *goldChanges) map[string]func(*schemas.GoldPosting) error { return c.amended }

// nothingAmended is of a table in which a posting's state does not stand.
func nothingAmended[T any](*goldChanges) map[string]func(*T) error { return nil }

// daily is a table of days: those that the window touches are made anew.
func daily[T any](t schemas.Table) goldTable {
	return goldTable{t, func(ctx context.Context, e *Env, s *lake.Session, scope goldScope) (lake.Commit, error) {
		first, last := scope.days(e.Zone)
		span := max(1, int(5*e.atOnce()/max(1, versionsIn(s))))
		rows := func(yield func(T, error) bool) {
			for from := first; from.Before(last); from = from.AddDate(0, 0, span) {
				to := from.AddDate(0, 0, span)
				if to.After(last) {
					to = last
				}
				for row, err := range queries.Each[T](ctx, s, statement(t), sql.Named("first", from), sql.Named("last", to), sql.Named("zone", e.Zone.String())) {
					if !yield(row, err) || err != nil {
						return
					}
				}
			}
		}
		return lake.Overwrite(ctx, e.Lake, t, lake.Days(t.TimeColumn, first, last), validated(t, rows))
	}}
}

func versionsIn(s *lake.Session) int64 { return s.Set().Tables[schemas.SilverPostings.Name()].Rows }

func (e *Env) atOnce() int64 {
	if e.AtOnce > 0 {
		return e.AtOnce
	}
	return 200_000
}

func statement(t schemas.Table) string { return string(t.Layer) + "/" + t.Entity }

// Gold answers from silver: the current state of every posting, and the statistics of the
// window's days. Days that steps before it restated are counted again, and so are days
// after the window that were counted before, since what came before them may have changed.
func Gold(ctx context.Context, e *Env, _ string, w Window) (report Report, err error) {
	if w, err = e.fromRestated(ctx, w); err != nil {
		return report, err
	}
	report.RestatedFrom = w.From
	for i, stage := range goldStages {
		commits, err := e.goldStage(ctx, stage, w, i == 0)
		if err != nil {
			return report, err
		}
		for _, c := range commits {
			report.In += c.Rows
			report.Out += c.Rows
			report.add(c)
		}
		e.progress("gold", "", i+1, len(goldStages))
	}
	return report, nil
}

func (e *Env) goldStage(ctx context.Context, stage []goldTable, w Window, isFirst bool) ([]lake.Commit, error) {
	session, err := e.heads(ctx)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	if w, err = throughLastDay(ctx, e, session, w); err != nil {
		return nil, err
	}
	scope := goldScope{Window: w}
	if isFirst {
		if scope.changed, err = e.changedPostings(ctx, session); err != nil {
			return nil, err
		}
	}
	var commits []lake.Commit
	for _, t := range stage {
		began := time.Now()
		commit, err := t.write(ctx, e, session, scope)
		if err != nil {
			return nil, err
		}
		e.Logger.Debug("table written", "table", t.table.Name(), "rows", commit.Rows, "bytes", commit.SizeBytes, "dur", time.Since(began).Round(time.Millisecond))
		commits = append(commits, commit)
	}
	return commits, nil
}

// fromRestated moves a window's beginning back to where steps that ran since the last gold
// began to change rows.
func (e *Env) fromRestated(ctx context.Context, w Window) (Window, error) {
	if err := e.Record(ctx); err != nil { // what ran in this process speaks too
		return w, err
	}
	session, err := e.heads(ctx, schemas.OpsRuns)
	if err != nil {
		return w, err
	}
	defer session.Close()
	type restated struct {
		From time.Time `db:"restated_from"`
	}
	r, err := queries.One[restated](ctx, session, "gold/restated_from")
	if err == nil && !r.From.IsZero() && r.From.Before(w.From) {
		w.From = r.From
	}
	return w, err
}

// throughLastDay stretches a window to the last day that was ever counted.
func throughLastDay(ctx context.Context, e *Env, session *lake.Session, w Window) (Window, error) {
	type lastDay struct {
		Date time.Time `db:"date"`
	}
	last, err := queries.One[lastDay](ctx, session, "gold/last_day")
	if err != nil {
		return w, err
	}
	if _, end := w.days(e.Zone); !last.Date.Before(end) {
		y, m, d := last.Date.AddDate(0, 0, 1).Date()
		w.To = time.Date(y, m, d, 0, 0, 0, 0, e.Zone).UTC()
	}
	return w, nil
}
