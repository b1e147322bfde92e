package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"

	"github.com/techmapit/tmi/internal/mask"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// month is the window of a month that begins at an instant.
func month(at time.Time) Window { return Window{From: at, To: at.AddDate(0, 1, 0)} }

// edited yields rows after a change.
func edited[T any](rows iter.Seq2[T, error], change func(*T)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for row, err := range rows {
			if err == nil {
				change(&row)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// bronze blanks personal data and payloads of old captures, and the texts of closed postings.
func (x *expiry) bronze(ctx context.Context, session *lake.Session, apply bool) error {
	type dueMonth struct {
		MonthAt       time.Time `db:"month_at"`
		PersonalCount int64     `db:"personal_count"`
		PersonalBytes int64     `db:"personal_bytes"`
		TextCount     int64     `db:"text_count"`
		TextBytes     int64     `db:"text_bytes"`
	}
	personalBefore := before(x.now, x.policy.PersonalDataDays)
	months, err := queries.All[dueMonth](ctx, session, "retention/bronze_due", sql.Named("source", x.source), sql.Named("personal_before", personalBefore))
	if err != nil {
		return err
	}
	var personal, text Expired
	for _, m := range months {
		personal.Rows, personal.Bytes = personal.Rows+m.PersonalCount, personal.Bytes+m.PersonalBytes
		text.Rows, text.Bytes = text.Rows+m.TextCount, text.Bytes+m.TextBytes
		if !apply {
			continue
		}
		w := month(m.MonthAt)
		rows := edited(queries.Each[schemas.BronzePosting](ctx, session, "retention/bronze_rows", during(x.source, w)...), func(p *schemas.BronzePosting) {
			if p.PersonalExpiredAt.IsZero() && p.CapturedAt.Before(personalBefore) {
				withoutPersonalData(&p.BoardPosting)
				p.PersonalExpiredAt = x.now
			}
			if _, isDue := x.due[p.PostingID]; isDue && p.TextExpiredAt.IsZero() {
				withoutTexts(&p.BoardPosting)
				p.TextExpiredAt = x.now
			}
		})
		if _, err := lake.Overwrite(ctx, x.env.Lake, schemas.BronzePostings, lake.And(lake.Equal("source", x.source), lake.Within("captured_at", w.From, w.To)), rows); err != nil {
			return err
		}
	}
	x.add("bronze", schemas.RemovedPersonalData, personal.Rows, 0, personal.Bytes)
	x.add("bronze", schemas.RemovedClosedText, text.Rows, 0, text.Bytes)
	return nil
}

// withoutPersonalData blanks what may name a person. Silver is made of masked texts, so
// that it comes out the same.
func withoutPersonalData(p *schemas.BoardPosting) {
	p.Payload = ""
	for _, text := range []*string{&p.Title, &p.Company, &p.About, &p.Duties, &p.Requirements, &p.Preferred, &p.Benefits, &p.Process, &p.Body,
		&p.SalaryRaw, &p.ExperienceRaw, &p.EmploymentRaw, &p.EducationRaw, &p.RemoteRaw, &p.IndustryRaw} {
		*text = mask.Text(*text)
	}
	for i := range p.Locations {
		p.Locations[i] = mask.Text(p.Locations[i])
	}
}

func withoutTexts(p *schemas.BoardPosting) {
	p.Payload, p.About, p.Duties, p.Requirements, p.Preferred, p.Benefits, p.Process, p.Body = "", "", "", "", "", "", "", ""
}

// rejects blanks what old rejected rows show of a posting.
func (x *expiry) rejects(ctx context.Context, session *lake.Session, apply bool) error {
	type dueMonth struct {
		MonthAt  time.Time `db:"month_at"`
		RowCount int64     `db:"row_count"`
		RowBytes int64     `db:"row_bytes"`
	}
	cutoff := before(x.now, x.policy.PersonalDataDays)
	months, err := queries.All[dueMonth](ctx, session, "retention/rejects_due", sql.Named("source", x.source), sql.Named("before", cutoff))
	if err != nil {
		return err
	}
	var all Expired
	for _, m := range months {
		all.Rows, all.Bytes = all.Rows+m.RowCount, all.Bytes+m.RowBytes
		if !apply {
			continue
		}
		w := month(m.MonthAt)
		rows := edited(queries.Each[schemas.Reject](ctx, session, "retention/rejects_rows", during(x.source, w)...), func(r *schemas.Reject) {
			if r.CapturedAt.Before(cutoff) && (!r.CapturedAt.IsZero() || r.RejectedAt.Before(cutoff)) {
				r.Row = ""
			}
		})
		if _, err := lake.Overwrite(ctx, x.env.Lake, schemas.OpsRejects, lake.And(lake.Equal("source", x.source), lake.Within("rejected_at", w.From, w.To)), rows); err != nil {
			return err
		}
	}
	x.add("ops", schemas.RemovedPersonalData, all.Rows, 0, all.Bytes)
	return nil
}

// silver takes the texts of closed postings away and says so in their life cycle.
func (x *expiry) silver(ctx context.Context, session *lake.Session, apply bool) error {
	type dueMonth struct {
		MonthAt   time.Time `db:"month_at"`
		TextCount int64     `db:"text_count"`
		TextBytes int64     `db:"text_bytes"`
	}
	months, err := queries.All[dueMonth](ctx, session, "retention/silver_due", sql.Named("source", x.source))
	if err != nil {
		return err
	}
	var all Expired
	events := map[string]schemas.SilverLifecycle{}
	for _, m := range months {
		all.Rows, all.Bytes = all.Rows+m.TextCount, all.Bytes+m.TextBytes
		if !apply {
			continue
		}
		w := month(m.MonthAt)
		rows := edited(queries.Each[schemas.SilverPosting](ctx, session, "retention/silver_rows", during(x.source, w)...), func(p *schemas.SilverPosting) {
			closedAt, isDue := x.due[p.PostingID]
			if !isDue || !p.TextExpiredAt.IsZero() {
				return
			}
			p.About, p.Duties, p.Requirements, p.Preferred, p.Benefits, p.Process = "", "", "", "", "", ""
			p.TextExpiredAt = x.now
			events[p.PostingID] = schemas.SilverLifecycle{PostingID: p.PostingID, Source: x.source, Event: schemas.EventExpired, EventAt: x.now, Reason: "retention",
				Evidence: fmt.Sprintf("closed at %s, texts are kept %d days", closedAt.UTC().Format(time.RFC3339), x.policy.ClosedTextDays)}
		})
		if _, err := lake.Overwrite(ctx, x.env.Lake, schemas.SilverPostings, lake.And(lake.Equal("source", x.source), lake.Within("valid_from", w.From, w.To)), rows); err != nil {
			return err
		}
	}
	x.add("silver", schemas.RemovedClosedText, all.Rows, 0, all.Bytes)
	if len(events) == 0 {
		return nil
	}
	said := make([]schemas.SilverLifecycle, 0, len(events))
	for _, event := range events {
		said = append(said, event)
	}
	_, err = lake.Overwrite(ctx, x.env.Lake, schemas.SilverLifecycles,
		lake.And(lake.Equal("source", x.source), lake.Equal("event", schemas.EventExpired), lake.Within("event_at", x.now, x.now.Add(time.Microsecond))), values(said))
	return err
}

// gold takes the same texts from what readers see, without waiting for the next gold.
func (x *expiry) gold(ctx context.Context, session *lake.Session, apply bool) error {
	type counted struct {
		TextCount int64 `db:"text_count"`
		TextBytes int64 `db:"text_bytes"`
	}
	due, err := queries.One[counted](ctx, session, "retention/gold_due", sql.Named("source", x.source))
	if err != nil || due.TextCount == 0 {
		return err
	}
	x.add("gold", schemas.RemovedClosedText, due.TextCount, 0, due.TextBytes)
	if !apply {
		return nil
	}
	rows := edited(queries.Each[schemas.GoldPosting](ctx, session, "retention/gold_rows"), func(p *schemas.GoldPosting) {
		if _, isDue := x.due[p.PostingID]; isDue && p.TextExpiredAt.IsZero() {
			p.About, p.Duties, p.Requirements, p.Preferred, p.Benefits, p.Process = "", "", "", "", "", ""
			p.TextExpiredAt = x.now
		}
	})
	_, err = lake.Overwrite(ctx, x.env.Lake, schemas.GoldPostings, lake.Everything, rows)
	return err
}
