package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/extract/assistant"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// Asker answers questions about postings; an [assistant.Assistant] is one.
type Asker interface {
	// Ask asks about one posting. assistant.ErrBudget ends a run, errs.Invalid too.
	Ask(ctx context.Context, p extract.Posting) (assistant.Answer, error)
	Model() string
}

const (
	// answersKept is how many answers are written at once: they cost money, and what is not
	// written is asked again.
	answersKept = 100
	// againAfter is how long a question that found no server waits for the next try.
	againAfter = 24 * time.Hour
	// silentServer is after how many such questions in a row the step gives up.
	silentServer = 5
)

// Assist asks the assistant about the contents of the window that the dictionary leaves
// open, keeps what it said in silver.assistant_answers, and finds the technologies of the
// window again where that brought anything. Without an assistant it does nothing. A content
// is asked about once; when the budget is spent the rest waits for the next run. A server
// that does not answer ends it with errs.Unavailable, with what was answered kept.
func Assist(ctx context.Context, e *Env, source string, w Window) (report Report, err error) {
	if e.Assistant == nil {
		e.Logger.Debug("the assistant is off", "source", source)
		return report, nil
	}
	a := asking{env: e, source: source, asked: map[string]bool{}}
	err = a.askAll(ctx, w, &report)
	if e := a.keep(context.WithoutCancel(ctx), &report); err == nil {
		err = e
	}
	if a.proposed == 0 || ctx.Err() != nil {
		return report, err
	}
	found, techErr := Techs(ctx, e, source, w)
	report.BytesOut += found.BytesOut
	return report, errors.Join(err, techErr)
}

// asking is a run over one source.
type asking struct {
	env      *Env
	source   string
	asked    map[string]bool                 // by content hash: a content may stand in two slices
	answers  []schemas.SilverAssistantAnswer // not yet written
	proposed int                             // places pointed at
	silent   int                             // questions in a row without an answer
	seen     int                             // versions looked at, of total
	total    int
}

func (a *asking) askAll(ctx context.Context, w Window, report *Report) error {
	e := a.env
	session, err := e.heads(ctx, schemas.SilverPostings, schemas.SilverAssistantAnswers)
	if err != nil {
		return err
	}
	defer session.Close()
	months, err := versionMonths(ctx, session, a.source, w)
	if err != nil {
		return err
	}
	for _, m := range months {
		a.total += int(m.versions)
	}
	defer func() { e.progress("assist", a.source, a.total, a.total) }()
	slices.Reverse(months) // the budget may end before the postings do
	for _, m := range months {
		slices.Reverse(m.slices)
		for _, slice := range m.slices {
			if err := a.askSlice(ctx, session, slice, report); errors.Is(err, assistant.ErrBudget) {
				e.Logger.Warn("the assistant's budget is spent: what is left waits for the next run", "source", a.source, "asked", report.In)
				return nil
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *asking) askSlice(ctx context.Context, session *lake.Session, w Window, report *Report) error {
	e := a.env
	args := append(during(a.source, w), sql.Named("prompt_version", assistant.PromptVersion), sql.Named("again_before", e.Clock().Add(-againAfter)))
	for v, err := range queries.Each[versionText](ctx, session, "silver/assist_waiting", args...) {
		if err != nil {
			return err
		}
		a.seen++
		s := v.posting(a.source)
		p := posting(&s)
		if a.asked[v.ContentHash] || len(e.Extractor.Doubts(p)) == 0 {
			continue
		}
		a.asked[v.ContentHash] = true
		answer, err := e.Assistant.Ask(ctx, p)
		report.Requests += answer.Usage.Requests
		report.Retries += answer.Usage.Retries
		report.Dollars += answer.Usage.Dollars
		if err != nil {
			return err
		}
		if err := a.add(s, answer, report); err != nil {
			return err
		}
		if len(a.answers) >= answersKept {
			if err := a.keep(ctx, report); err != nil {
				return err
			}
		}
		if a.silent >= silentServer {
			return errs.New(errs.Unavailable, "the assistant: %d questions in a row were not answered, the last: %s", a.silent, answer.Note)
		}
		e.progress("assist", a.source, a.seen, a.total)
	}
	return nil
}

// add takes an answer into the account. A question without an answer is rejected in it.
func (a *asking) add(s schemas.SilverPosting, answer assistant.Answer, report *Report) error {
	row := schemas.SilverAssistantAnswer{PostingID: s.PostingID, Source: s.Source, ContentHash: s.ContentHash, PromptVersion: assistant.PromptVersion,
		AskedAt: a.env.Clock(), Model: a.env.Assistant.Model(), Status: answer.Status, Note: answer.Note, DroppedCount: int32(answer.Dropped),
		InputTokens: answer.Usage.InputTokens, OutputTokens: answer.Usage.OutputTokens, Dollars: answer.Usage.Dollars}
	if len(answer.Proposals) > 0 {
		text, err := json.Marshal(answer.Proposals)
		if err != nil {
			return fmt.Errorf("keep the answer about posting %s: %w", s.PostingID, err)
		}
		row.Proposals = string(text)
	}
	report.In++
	a.proposed += len(answer.Proposals)
	if answer.Status == assistant.StatusAnswered {
		report.Out++
	} else {
		report.Rejected++
		a.env.Logger.Info("the assistant gave no answer", "source", s.Source, "posting_id", s.PostingID, "note", answer.Note)
	}
	a.silent++
	if answer.Status != assistant.StatusUnavailable {
		a.silent = 0
	}
	a.answers = append(a.answers, row)
	return nil
}

// keep writes the answers so far.
func (a *asking) keep(ctx context.Context, report *Report) error {
	if len(a.answers) == 0 {
		return nil
	}
	commit, err := lake.Overwrite(ctx, a.env.Lake, schemas.SilverAssistantAnswers, lake.Nothing, validated(schemas.SilverAssistantAnswers, values(a.answers)))
	if err != nil {
		return err
	}
	report.add(commit)
	a.answers = nil
	return nil
}

// proposals are what was pointed at in a source's postings, by content hash.
type proposals map[string][]extract.Mention

// readProposals reads them off a session that holds silver.assistant_answers.
func readProposals(ctx context.Context, session *lake.Session, source string) (proposals, error) {
	all := proposals{}
	type row struct {
		ContentHash string `db:"content_hash"`
		Proposals   string `db:"proposals"`
	}
	for r, err := range queries.Each[row](ctx, session, "silver/assist_proposals", sql.Named("source", source)) {
		if err != nil {
			return nil, err
		}
		var mentions []extract.Mention
		if err := json.Unmarshal([]byte(r.Proposals), &mentions); err != nil {
			return nil, errs.New(errs.Corrupt, "silver.assistant_answers: proposals of content %s: %w", r.ContentHash, err)
		}
		all[r.ContentHash] = mentions
	}
	return all, nil
}

// pointed are the technologies that the assistant pointed at and the dictionary did not
// find. Each place is held against the text again: sections may be cut otherwise than when
// it was asked, and entries come and go.
func (n normaliser) pointed(p extract.Posting, contentHash string, found []extract.Tech) []extract.Tech {
	mentions := n.proposals[contentHash]
	if len(mentions) == 0 {
		return nil
	}
	has := map[string]bool{}
	for _, t := range found {
		has[t.ID] = true
	}
	var more []extract.Tech
	for _, m := range mentions {
		if t, _, standing := n.extractor.Pointed(p, m); standing == extract.PointsAtTech && !has[t.ID] {
			has[t.ID] = true
			more = append(more, t)
		}
	}
	return more
}
