package api

import (
	"context"
	"slices"

	"github.com/techmapit/tmi/queries"
)

// Pair is a technology that goes with the one asked about.
type Pair struct {
	TechID     string  `json:"tech_id"`
	Tech       string  `json:"tech"`
	Category   string  `json:"category"`
	JointCount int64   `json:"joint_count" doc:"Matching postings that name both"`
	OtherCount int64   `json:"other_count" doc:"Matching postings that name this one"`
	Share      float64 `json:"share" doc:"joint_count of tech_count, 0 to 1"`
	Lift       float64 `json:"lift" doc:"How many times more often than by chance, over matching postings that name a technology"`
	PPMI       float64 `json:"ppmi" doc:"Binary logarithm of lift, not below 0"`
}

// Pairs answers GET /stats/tech-pairs.
type Pairs struct {
	TechID       string `json:"tech_id" doc:"The technology asked about"`
	Tech         string `json:"tech"`
	TechCount    int64  `json:"tech_count" doc:"Matching postings that name it: the shares' denominator"`
	Pairs        []Pair `json:"pairs"`
	PairCount    int64  `json:"pair_count" doc:"Technologies named together with it"`
	PostingCount int64  `json:"posting_count" doc:"Matching postings"`
	Truncated    bool   `json:"truncated" doc:"There are more pairs than listed"`
	Sort         string `json:"sort" enum:"count,lift,ppmi"`
	Filter       Filter `json:"filter" doc:"The filter as understood, defaults included"`
	Count        string `json:"count" enum:"unique,raw"`
	Origin
}

const defaultPairs = 20

var pairSorts = []string{queries.SortCount, queries.SortLift, queries.SortPPMI}

// pairParams are the filters; tech is not one of them here but the question's subject.
var pairParams = append([]param{
	{name: "tech", doc: "The technology, by id, name or alias", schema: techText(), isNeeded: true, example: "java", read: func(r *reading, v []string) {
		if ids := r.techs(v); len(ids) > 0 {
			r.q.Subject = ids[0]
		}
	}},
	{name: "sort", doc: "Most postings that name both first, or highest lift or PPMI", schema: withDefault(enumOf(pairSorts...), queries.SortCount), read: func(r *reading, v []string) { r.q.Sort = r.oneOf(v[0], pairSorts...) }},
	topOf(defaultPairs), countParam,
}, without(filterParams, "tech", "tech_match")...)

// without leaves parameters out.
func without(params []param, names ...string) []param {
	return slices.DeleteFunc(slices.Clone(params), func(p param) bool { return slices.Contains(names, p.name) })
}

func (s *server) pairs(ctx context.Context, set Pinned, q *question) (*Pairs, error) {
	return answerOf(ctx, s, keyOf(set, "pairs", q.key()), func(ctx context.Context) (*Pairs, error) {
		f, _, err := s.find(ctx, set, q)
		if err != nil {
			return nil, err
		}
		subject, _ := s.Dictionary.ByID(q.Subject) // it is an id of the dictionary
		answer := &Pairs{TechID: subject.ID, Tech: subject.Name, Pairs: []Pair{}, Sort: q.Sort, Filter: q.Filter, Count: countName(q), Origin: s.originOf(set)}
		if answer.PostingCount, err = s.count(ctx, set, q, f); err != nil {
			return nil, err
		}
		rows, err := queries.ListTechPairs(ctx, set, f, subject.ID, q.Sort, q.Top)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			answer.TechCount, answer.PairCount = row.TechCount, row.PairCount
			name, category := s.nameOf(row.TechID)
			answer.Pairs = append(answer.Pairs, Pair{TechID: row.TechID, Tech: name, Category: category, JointCount: row.JointCount, OtherCount: row.OtherCount, Share: row.Share, Lift: row.Lift, PPMI: row.PPMI})
		}
		if len(rows) == 0 { // it may still be named, always alone
			f.TechIDs = []string{subject.ID}
			if answer.TechCount, err = queries.CountPostings(ctx, set, f); err != nil {
				return nil, err
			}
		}
		answer.Truncated = answer.PairCount > int64(len(answer.Pairs))
		return answer, nil
	})
}

// nameOf is a technology's name and category; one that the dictionary dropped since is
// called by its id.
func (s *server) nameOf(techID string) (name, category string) {
	if entry, ok := s.Dictionary.ByID(techID); ok {
		return entry.Name, entry.Category
	}
	return techID, ""
}
