package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
)

// Candidate is a name that the assistant takes for a technology and no entry of the
// dictionary knows: for a person to accept or not.
type Candidate struct {
	Name      string   `json:"name"`      // as most postings write it
	Spellings []string `json:"spellings"` // the others, that the dictionary takes for the same
	Postings  int      `json:"postings"`  // contents that name it
	Sources   []string `json:"sources"`
	PostingID string   `json:"posting_id"` // one that names it, for `tmi why`
	Section   string   `json:"section"`    // where it stands there
}

// AssistantCandidates are the unknown names in the answers of a session that holds
// silver.assistant_answers, the most frequent first, ties by name. A name that the
// dictionary has learnt since is none, nor is one refused (by its [extract.Key]).
func AssistantCandidates(ctx context.Context, session *lake.Session, dictionary *extract.Dictionary, refused map[string]bool) ([]Candidate, error) {
	type row struct {
		Source      string `db:"source"`
		ContentHash string `db:"content_hash"`
		PostingID   string `db:"posting_id"`
		Proposals   string `db:"proposals"`
	}
	type gathered struct {
		Candidate
		spellings, sources map[string]int
	}
	byKey := map[string]*gathered{}
	for r, err := range queries.Each[row](ctx, session, "silver/assist_candidates") {
		if err != nil {
			return nil, err
		}
		var mentions []extract.Mention
		if err := json.Unmarshal([]byte(r.Proposals), &mentions); err != nil {
			return nil, errs.New(errs.Corrupt, "silver.assistant_answers: proposals of content %s: %w", r.ContentHash, err)
		}
		named := map[string]bool{}
		for _, m := range mentions {
			key := extract.Key(m.Surface)
			if _, isKnown := dictionary.Resolve(m.Surface); isKnown || refused[key] {
				continue
			}
			g := byKey[key]
			if g == nil {
				g = &gathered{spellings: map[string]int{}, sources: map[string]int{}}
				byKey[key] = g
			}
			g.spellings[m.Surface]++
			if named[key] {
				continue
			}
			named[key] = true
			g.Postings++
			g.sources[r.Source]++
			if g.PostingID == "" || r.PostingID < g.PostingID { // the same one each time
				g.PostingID, g.Section = r.PostingID, m.Section
			}
		}
	}
	candidates := make([]Candidate, 0, len(byKey))
	for _, g := range byKey {
		spellings := byCount(g.spellings)
		g.Name, g.Spellings, g.Sources = spellings[0], spellings[1:], byCount(g.sources)
		candidates = append(candidates, g.Candidate)
	}
	slices.SortFunc(candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Postings, a.Postings), cmp.Compare(a.Name, b.Name))
	})
	return candidates, nil
}

// byCount are the words, the most frequent first, ties in their order.
func byCount(counts map[string]int) []string {
	words := make([]string, 0, len(counts))
	for w := range counts {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return words
}
