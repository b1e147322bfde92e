package jobs

import (
	"context"
	"database/sql"
	"iter"
	"time"

	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// Techs finds the technologies of the stored versions that begin in the window again, from
// the texts in silver, and touches nothing else: what a new dictionary needs. The rows are
// those that [Silver] writes. Versions whose texts retention removed keep theirs.
func Techs(ctx context.Context, e *Env, source string, w Window) (report Report, err error) {
	session, err := e.heads(ctx, schemas.SilverPostings, schemas.SilverPostingTechs, schemas.SilverAssistantAnswers)
	if err != nil {
		return report, err
	}
	defer session.Close()
	months, err := queries.All[versionMonth](ctx, session, "silver/techs_months", during(source, w)...)
	if err != nil {
		return report, err
	}
	var kept int64
	for _, m := range months {
		report.In += m.VersionCount
		kept += m.ExpiredCount
	}
	answers, err := readProposals(ctx, session, source)
	if err != nil {
		return report, err
	}
	work := normaliser{extractor: e.Extractor, proposals: answers}
	for _, m := range months {
		commit, err := writeTechs(ctx, e, session, work, source, m, m.within(w), report)
		if err != nil {
			return report, err
		}
		report.add(commit)
		report.Out += m.VersionCount
	}
	e.progress("techs", source, int(report.In), int(report.In))
	if kept > 0 {
		e.Logger.Info("technologies of expired texts stay as they are", "source", source, "versions", kept)
	}
	return report, nil
}

// WholeOf is the window that holds every version of a source in silver; the zero Window
// where there is none.
func WholeOf(ctx context.Context, e *Env, source string) (w Window, err error) {
	session, err := e.heads(ctx, schemas.SilverPostings)
	if err != nil {
		return w, err
	}
	defer session.Close()
	span, err := queries.One[struct {
		First time.Time `db:"first_at"`
		Last  time.Time `db:"last_at"`
	}](ctx, session, "silver/techs_span", sql.Named("source", source))
	if err != nil || span.First.IsZero() {
		return w, err
	}
	return NewWindow(span.First, span.Last.Add(time.Microsecond))
}

// versionMonth is a month of a source's versions: a unit small enough for its texts to be
// read at once, and a partition, so that its files are replaced whole.
type versionMonth struct {
	MonthAt      time.Time `db:"month_at"`
	VersionCount int64     `db:"version_count"`
	ExpiredCount int64     `db:"expired_count"`
}

// within is the part of the window that lies in the month.
func (m versionMonth) within(w Window) Window {
	month := Window{From: m.MonthAt, To: m.MonthAt.AddDate(0, 1, 0)}
	if w.From.After(month.From) {
		month.From = w.From
	}
	if w.To.Before(month.To) {
		month.To = w.To
	}
	return month
}

// versionText is a version as far as technologies are found in it.
type versionText struct {
	PostingID    string    `db:"posting_id"`
	ContentHash  string    `db:"content_hash"`
	ValidFrom    time.Time `db:"valid_from"`
	Title        string    `db:"title"`
	Company      string    `db:"company"`
	Duties       string    `db:"duties"`
	Requirements string    `db:"requirements"`
	Preferred    string    `db:"preferred"`
	Benefits     string    `db:"benefits"`
	Process      string    `db:"process"`
	About        string    `db:"about"`
	BoardTags    []string  `db:"board_tags"`
}

func (v *versionText) posting(source string) schemas.SilverPosting {
	return schemas.SilverPosting{PostingID: v.PostingID, Source: source, ContentHash: v.ContentHash, ValidFrom: v.ValidFrom, Title: v.Title, Company: v.Company,
		Duties: v.Duties, Requirements: v.Requirements, Preferred: v.Preferred, Benefits: v.Benefits, Process: v.Process, About: v.About, BoardTags: v.BoardTags}
}

// writeTechs replaces the technologies of the part of a month that lies in the window.
func writeTechs(ctx context.Context, e *Env, session *lake.Session, work normaliser, source string, m versionMonth, w Window, report Report) (lake.Commit, error) {
	texts := queries.Each[versionText](ctx, session, "silver/techs_texts", during(source, w)...)
	found := inOrder(ctx, chunks(texts, chunkRows), func(chunk []versionText) [][]schemas.SilverPostingTech {
		all := make([][]schemas.SilverPostingTech, len(chunk))
		for i := range chunk {
			posting := chunk[i].posting(source)
			all[i] = work.techs(&posting)
		}
		return all
	})
	rows := func(yield func(schemas.SilverPostingTech, error) bool) {
		done := int(report.Out)
		for techs, err := range found {
			if err != nil {
				yield(schemas.SilverPostingTech{}, err)
				return
			}
			for _, t := range techs {
				if !yield(t, nil) {
					return
				}
			}
			if done++; done%chunkRows == 0 {
				e.progress("techs", source, done, int(report.In))
			}
		}
		if m.ExpiredCount == 0 {
			return
		}
		for row, err := range queries.Each[schemas.SilverPostingTech](ctx, session, "silver/techs_kept", during(source, w)...) {
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
	owned := lake.And(lake.Equal("source", source), lake.Within("valid_from", w.From, w.To))
	return lake.Overwrite(ctx, e.Lake, schemas.SilverPostingTechs, owned, validated(schemas.SilverPostingTechs, iter.Seq2[schemas.SilverPostingTech, error](rows)))
}
