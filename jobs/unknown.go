package jobs

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// UnknownName is a name that stands in lists of technologies and is no entry of the
// dictionary: for a person to accept or not.
type UnknownName struct {
	Name      string `json:"name"`       // as most places write it
	Postings  int    `json:"postings"`   // postings that name it
	PostingID string `json:"posting_id"` // one that names it: the first by id
	Context   string `json:"context"`    // the names around it there, addresses and telephone numbers masked
	Method    string `json:"method"`     // who proposes it: list, or assistant
}

// personal are addresses of people and telephone numbers.
var personal = regexp.MustCompile(`[\w.+-]+@[\w.-]+|\+?\d[\d ()-]{7,}\d`)

// UnknownNames counts the unknown names of postings, the most frequent first, ties by name.
// A name that is refused (by its [extract.Key]) is none.
func UnknownNames(x *extract.Extractor, postings func(yield func(extract.Posting, error) bool), refused map[string]bool) ([]UnknownName, error) {
	type gathered struct {
		UnknownName
		spellings map[string]int
	}
	byKey := map[string]*gathered{}
	for p, err := range postings {
		if err != nil {
			return nil, err
		}
		named := map[string]bool{}
		for _, u := range x.Unknown(p) {
			key := extract.Key(u.Name)
			if refused[key] || named[key] {
				continue
			}
			named[key] = true
			g := byKey[key]
			if g == nil {
				g = &gathered{spellings: map[string]int{}}
				byKey[key] = g
			}
			g.Postings++
			g.spellings[u.Name]++
			if g.PostingID == "" || p.ID < g.PostingID {
				g.PostingID, g.Context = p.ID, personal.ReplaceAllString(u.Line, "…")
			}
		}
	}
	names := make([]UnknownName, 0, len(byKey))
	for _, g := range byKey {
		g.Name, g.Method = byCount(g.spellings)[0], "list"
		names = append(names, g.UnknownName)
	}
	slices.SortFunc(names, func(a, b UnknownName) int {
		return cmp.Or(cmp.Compare(b.Postings, a.Postings), cmp.Compare(a.Name, b.Name))
	})
	return names, nil
}

// PostingsOfLake are the newest versions of the IT postings of a session, as the extractor reads them.
func PostingsOfLake(ctx context.Context, session *lake.Session) func(yield func(extract.Posting, error) bool) {
	return func(yield func(extract.Posting, error) bool) {
		for p, err := range queries.Each[schemas.SilverPosting](ctx, session, "silver/techs_unknown") {
			if err != nil {
				yield(extract.Posting{}, err)
				return
			}
			if !yield(extract.Posting{ID: p.PostingID, Title: p.Title, Company: p.Company, Sections: sectionsOf(&p), BoardTags: p.BoardTags}, nil) {
				return
			}
		}
	}
}
