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
	months, err := versionMonths(ctx, session, source, w)
	if err != nil {
		return report, err
	}
	var kept int64
	for _, m := range months {
		report.In += m.versions
		kept += m.expired
	}
	answers, err := readProposals(ctx, session, source)
	if err != nil {
		return report, err
	}
	work := normaliser{extractor: e.Extractor, proposals: answers}
	for _, m := range months {
		commit, err := writeTechs(ctx, e, session, work, source, m, report)
		if err != nil {
			return report, err
		}
		report.add(commit)
		report.Out += m.versions
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

// versionMonth is the part of a window that lies in one month of a source's versions: a unit
// of writing, since a month is a partition, whose files are then replaced whole. Its slices
// are units of reading: their texts are in memory at once.
type versionMonth struct {
	Window
	versions, expired int64
	slices            []Window
}

// sliceVersions is how many versions a slice is to hold. A day is never cut.
const sliceVersions = 65_536

// versionMonths are the months of a window that hold versions, in their order.
func versionMonths(ctx context.Context, session *lake.Session, source string, w Window) ([]versionMonth, error) {
	type versionDay struct {
		DayAt        time.Time `db:"day_at"`
		VersionCount int64     `db:"version_count"`
		ExpiredCount int64     `db:"expired_count"`
	}
	days, err := queries.All[versionDay](ctx, session, "silver/techs_days", during(source, w)...)
	if err != nil {
		return nil, err
	}
	var months []versionMonth
	var inSlice int64
	for _, d := range days {
		first := time.Date(d.DayAt.Year(), d.DayAt.Month(), 1, 0, 0, 0, 0, time.UTC)
		day := w.within(Window{From: d.DayAt, To: d.DayAt.AddDate(0, 0, 1)})
		if len(months) == 0 || !months[len(months)-1].To.After(d.DayAt) {
			months = append(months, versionMonth{Window: w.within(Window{From: first, To: first.AddDate(0, 1, 0)})})
			inSlice = 0
		}
		m := &months[len(months)-1]
		m.versions, m.expired = m.versions+d.VersionCount, m.expired+d.ExpiredCount
		if len(m.slices) == 0 || inSlice+d.VersionCount > sliceVersions {
			m.slices = append(m.slices, day)
			inSlice = 0
		}
		m.slices[len(m.slices)-1].To = day.To
		inSlice += d.VersionCount
	}
	return months, nil
}

// within is the part of another window that lies in this one.
func (w Window) within(part Window) Window {
	if w.From.After(part.From) {
		part.From = w.From
	}
	if w.To.Before(part.To) {
		part.To = w.To
	}
	return part
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

// writeTechs replaces the technologies of a month's part of the window.
func writeTechs(ctx context.Context, e *Env, session *lake.Session, work normaliser, source string, m versionMonth, report Report) (lake.Commit, error) {
	done := int(report.Out)
	find := func(chunk []versionText) [][]schemas.SilverPostingTech {
		all := make([][]schemas.SilverPostingTech, len(chunk))
		for i := range chunk {
			posting := chunk[i].posting(source)
			all[i] = work.techs(&posting)
		}
		return all
	}
	rows := func(yield func(schemas.SilverPostingTech, error) bool) {
		for _, slice := range m.slices {
			texts := queries.Each[versionText](ctx, session, "silver/techs_texts", during(source, slice)...)
			for techs, err := range inOrder(ctx, chunks(texts, chunkRows), find) {
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
		}
		if m.expired == 0 {
			return
		}
		for row, err := range queries.Each[schemas.SilverPostingTech](ctx, session, "silver/techs_kept", during(source, m.Window)...) {
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
	owned := lake.And(lake.Equal("source", source), lake.Within("valid_from", m.From, m.To))
	return lake.Overwrite(ctx, e.Lake, schemas.SilverPostingTechs, owned, validated(schemas.SilverPostingTechs, iter.Seq2[schemas.SilverPostingTech, error](rows)))
}
