package api

import (
	"context"
	"time"

	"github.com/techmapit/tmi/queries"
)

// Why answers GET /postings/{id}/why: the grounds of what is said of a posting. Of texts it
// shows what the source's policy lets the public see; the bytes that the board sent are for
// the lake's owner (`tmi why --raw`).
type Why struct {
	PostingID    string        `json:"posting_id"`
	Source       string        `json:"source"`
	Title        string        `json:"title"`
	Status       string        `json:"status" enum:"open,closed"`
	Versions     []Version     `json:"versions" doc:"What the posting said, oldest first"`
	Technologies []PostingTech `json:"technologies" doc:"Of the newest version, with the evidence that may be shown"`
	Events       []Proof       `json:"events" doc:"Oldest first"`
	Lists        []Stretch     `json:"lists" doc:"Where complete reads of a list held it, without a break"`
	Publish      string        `json:"publish" enum:"facts,excerpt,full" doc:"What the public sees of this source's texts"`
	Origin
}

// Version is a content version of a posting.
type Version struct {
	ValidFrom   time.Time `json:"valid_from" doc:"The capture that first had this content"`
	ContentHash string    `json:"content_hash"`
	Title       string    `json:"title"`
}

// Proof is an event with its reason and what proves it.
type Proof struct {
	Event    string    `json:"event" enum:"opened,changed,closed,reopened,expired"`
	At       time.Time `json:"at"`
	Reason   string    `json:"reason"`
	Evidence string    `json:"evidence"`
}

// Stretch is a time in which a list held the posting.
type Stretch struct {
	List     string     `json:"list" doc:"The config's name for it: a board token, a thread, a filter"`
	SeenFrom time.Time  `json:"seen_from"`
	SeenTo   *time.Time `json:"seen_to" doc:"Null while it is there"`
}

func (s *server) why(ctx context.Context, set Pinned, id string) (*Why, error) {
	p, err := s.posting(ctx, set, id) // refuses what the public may not see at all
	if err != nil {
		return nil, err
	}
	return answerOf(ctx, s, keyOf(set, "why", id), func(ctx context.Context) (*Why, error) {
		contents, err := queries.ListPostingContents(ctx, set, id)
		if err != nil {
			return nil, err
		}
		proofs, err := queries.ListPostingProofs(ctx, set, id)
		if err != nil {
			return nil, err
		}
		stretches, err := queries.ListPostingStretches(ctx, set, id)
		if err != nil {
			return nil, err
		}
		answer := &Why{PostingID: p.PostingID, Source: p.Source, Title: p.Title, Status: p.Status, Versions: []Version{}, Technologies: p.Technologies,
			Events: []Proof{}, Lists: []Stretch{}, Publish: p.Publish, Origin: s.originOf(set)}
		for _, c := range contents {
			answer.Versions = append(answer.Versions, Version{ValidFrom: c.ValidFrom.UTC(), ContentHash: c.ContentHash, Title: c.Title})
		}
		for _, e := range proofs {
			answer.Events = append(answer.Events, Proof{Event: e.Event, At: e.EventAt.UTC(), Reason: e.Reason, Evidence: e.Evidence})
		}
		for _, st := range stretches {
			answer.Lists = append(answer.Lists, Stretch{List: st.List, SeenFrom: st.SeenFrom.UTC(), SeenTo: instant(st.SeenTo)})
		}
		return answer, nil
	})
}
