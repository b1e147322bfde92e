package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/search/itemmodel"
	"github.com/techmapit/tmi/web"
)

// TechRef names a technology.
type TechRef struct {
	TechID string `json:"tech_id"`
	Tech   string `json:"tech"`
}

// Reason is the count that speaks most for a suggestion.
type Reason struct {
	Kind         string   `json:"kind" enum:"with,search" doc:"Whether the postings are those that name a technology known, or those that were searched for"`
	With         *TechRef `json:"with" doc:"The technology known; null where the search is the reason"`
	JointCount   int64    `json:"joint_count" doc:"Postings of posting_count that name the suggestion"`
	PostingCount int64    `json:"posting_count"`
	Text         string   `json:"text" doc:"The same in English"`
}

// SuggestedTech is a technology to look at.
type SuggestedTech struct {
	TechID   string  `json:"tech_id"`
	Tech     string  `json:"tech"`
	Category string  `json:"category"`
	Score    float64 `json:"score" doc:"Higher is better; of one answer comparable"`
	Reason   Reason  `json:"reason"`
}

// FittingPosting is a posting and how it fits the technologies known.
type FittingPosting struct {
	Posting
	Fit     float64   `json:"fit" doc:"0 to 1: the weight of what is known, over that of all that is asked and 2 more; a required technology weighs 1, a preferred one 0.5"`
	Have    []TechRef `json:"have" doc:"Technologies known that it names"`
	Missing []TechRef `json:"missing" doc:"The others that it names, required ones first"`
}

// Recommendation answers GET /recommend.
type Recommendation struct {
	Techs        []SuggestedTech  `json:"techs" doc:"Best first; fewer than asked for where nothing more goes together better than by chance"`
	Postings     []FittingPosting `json:"postings" doc:"Best fit first; without technologies known, best match of the keywords first"`
	PostingCount int64            `json:"posting_count" doc:"Matching postings"`
	Known        []TechRef        `json:"known" doc:"Technologies taken as known: those of techs, and those that the keywords name"`
	Understood   Understood       `json:"understood" doc:"What the keywords were taken for"`
	Filter       Filter           `json:"filter" doc:"The filter as understood, defaults included"`
	Origin
}

const (
	defaultFits = 10
	maxFits     = 50
	// candidates of each kind are more than are shown, since one may stand low in one list and high in the sum.
	candidates = 100
)

var recommendParams = append([]param{
	{name: "techs", doc: "Technologies known, by id, name or alias; several by comma or by repeating", schema: techText(), isRepeat: true, example: []string{"java", "spring-boot"},
		read: func(r *reading, v []string) { r.q.Own = r.techs(splitCommas(v)) }},
	topOf(defaultTop), limitParam(defaultFits, maxFits),
}, without(filterParams, "tech", "tech_match")...)

// isAsked refuses a question that says nothing to recommend for.
func (q *question) isAsked() error {
	if len(q.Own) > 0 || q.Filter.Q != nil || len(q.Filter.Role) > 0 {
		return nil
	}
	return fieldErrors{{Field: "q", Kind: "missing", Message: "is missing; give keywords in q, technologies in techs, or a role"}}
}

// recommend suggests technologies for a search, for technologies known, or for both, and
// the postings that fit.
func (s *server) recommend(ctx context.Context, set Pinned, q *question) (*Recommendation, error) {
	return answerOf(ctx, s, keyOf(set, "recommend", q.key()), func(ctx context.Context) (*Recommendation, error) {
		asked := s.understand(q)
		f, hits, favoured, err := s.matching(ctx, set, q, asked)
		if err != nil {
			return nil, err
		}
		answer := &Recommendation{Techs: []SuggestedTech{}, Postings: []FittingPosting{}, Filter: q.Filter, Origin: s.originOf(set)}
		answer.Understood = Understood{Roles: orEmpty(asked.roles), Techs: s.refs(asked.techs), Topics: []string{}}
		for _, topic := range asked.topics {
			answer.Understood.Topics = append(answer.Understood.Topics, topic[0])
		}
		if answer.PostingCount, err = queries.CountPostings(ctx, set, f); err != nil {
			return nil, err
		}
		known := s.knownTechs(q)
		answer.Known = s.refs(known)
		if answer.Techs, err = s.suggest(ctx, set, q, f, favoured, known, answer.PostingCount); err != nil {
			return nil, err
		}
		fits, err := queries.ListFits(ctx, set, f, known, hits.scores, q.Limit)
		if err != nil {
			return nil, err
		}
		answer.Postings, err = s.fitting(ctx, set, fits)
		return answer, err
	})
}

// knownTechs are the technologies given and those that the keywords name.
func (s *server) knownTechs(q *question) []string {
	known := slices.Clone(q.Own)
	for _, word := range q.words {
		if entry, ok := s.Dictionary.Resolve(word.Tech); ok && word.Tech != "" {
			known = append(known, entry.ID)
		}
	}
	return unique(known)
}

// suggest ranks technologies by what the matching postings name and by what goes with those
// known. The search speaks where it narrows the postings at all.
func (s *server) suggest(ctx context.Context, set Pinned, q *question, f queries.PostingFilter, favoured, known []string, matching int64) ([]SuggestedTech, error) {
	leftOut := append(slices.Clone(known), q.Filter.Tech...)
	leftOut = append(leftOut, q.Filter.NotTech...)
	var bySearch, byTechs []queries.Suggestion
	var err error
	if matching > 0 {
		if bySearch, err = queries.RecommendByPostings(ctx, set, f, favoured, leftOut, candidates); err != nil {
			return nil, err
		}
	}
	// Keywords that name a technology have spoken by their postings, unless there are none.
	own := q.Own
	if matching == 0 {
		own = known
	}
	if len(own) > 0 {
		model, err := s.itemModel(ctx, set, f.Country)
		if err != nil {
			return nil, err
		}
		for _, one := range model.Suggest(own, candidates) {
			byTechs = append(byTechs, queries.Suggestion{TechID: one.TechID, Score: one.Score, BecauseID: one.BecauseID, JointCount: int64(one.JointCount), PostingCount: int64(one.PostingCount)})
		}
	}
	merged := map[string]SuggestedTech{}
	for _, list := range [][]queries.Suggestion{byTechs, bySearch} {
		for _, row := range list {
			if slices.Contains(leftOut, row.TechID) {
				continue
			}
			share := row.Score / list[0].Score // each list's best counts 1
			one, ok := merged[row.TechID]
			if !ok || share > one.Score {
				one.Reason = s.reasonOf(row)
			}
			one.TechID, one.Score = row.TechID, one.Score+share
			one.Tech, one.Category = s.nameOf(row.TechID)
			merged[row.TechID] = one
		}
	}
	ranked := make([]SuggestedTech, 0, len(merged))
	for _, one := range merged {
		ranked = append(ranked, one)
	}
	slices.SortFunc(ranked, func(a, b SuggestedTech) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.TechID, b.TechID))
	})
	return ranked[:min(len(ranked), q.Top)], nil
}

// itemModel is what the postings of a country teach about which technologies go together. It
// is learnt once for a set, in half a second for a large one.
func (s *server) itemModel(ctx context.Context, set Pinned, country string) (*itemmodel.Model, error) {
	return answerOf(ctx, s, keyOf(set, "items", country), func(ctx context.Context) (*itemmodel.Model, error) {
		return itemmodel.Learn(func(yield func([]string, error) bool) {
			for stack, err := range queries.EachStack(ctx, set, country) {
				if !yield(stack.TechIDs, err) {
					return
				}
			}
		})
	})
}

func (s *server) reasonOf(row queries.Suggestion) Reason {
	reason := Reason{Kind: "search", JointCount: row.JointCount, PostingCount: row.PostingCount}
	if row.BecauseID == "" {
		reason.Text = fmt.Sprintf("asked in %d of %d postings of this search", row.JointCount, row.PostingCount)
		return reason
	}
	name, _ := s.nameOf(row.BecauseID)
	reason.Kind, reason.With = "with", &TechRef{row.BecauseID, name}
	reason.Text = fmt.Sprintf("asked with %s in %d of %d postings", name, row.JointCount, row.PostingCount)
	return reason
}

func (s *server) refs(ids []string) []TechRef {
	refs := make([]TechRef, 0, len(ids))
	for _, id := range ids {
		name, _ := s.nameOf(id)
		refs = append(refs, TechRef{id, name})
	}
	return refs
}

// fitting reads the postings behind fits, in their order.
func (s *server) fitting(ctx context.Context, set Pinned, fits []queries.Fit) ([]FittingPosting, error) {
	postings := make([]FittingPosting, 0, len(fits))
	if len(fits) == 0 {
		return postings, nil
	}
	ids := make([]string, len(fits))
	for i, fit := range fits {
		ids[i] = fit.PostingID
	}
	rows, err := listPostings(ctx, set, queries.PostingFilter{IDs: ids, WithCopies: true}, queries.Page{Sort: queries.SortNewest, Limit: len(ids)})
	if err != nil {
		return nil, err
	}
	byID := make(map[string]queries.PostingRow, len(rows))
	for _, row := range rows {
		byID[row.PostingID] = row
	}
	for _, fit := range fits {
		postings = append(postings, FittingPosting{Posting: postingOf(byID[fit.PostingID]), Fit: fit.Fit, Have: s.refs(fit.HaveIDs), Missing: s.refs(fit.MissingIDs)})
	}
	return postings, nil
}

type recommendMatter struct {
	Answer *Recommendation
	Faults fieldErrors
	Roles  []FacetCount
}

// OwnJSON are the technologies known, as the browser keeps them.
func (m *recommendMatter) OwnJSON() (string, error) {
	type own struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	list := []own{}
	if m.Answer != nil {
		for _, t := range m.Answer.Known {
			list = append(list, own{t.TechID, t.Tech})
		}
	}
	text, err := json.Marshal(list)
	return string(text), err
}

// recommendPage takes technologies in and gives fitting postings and what to learn next.
func (s *server) recommendPage(ctx context.Context, _ *gin.Context, set Pinned, p *web.Page) (int, error) {
	p.Scripts = []string{"suggest.js", "keep.js"}
	p.Title, p.Values = say(p, "recommend.title"), known(p.Values, recommendParams)
	matter := &recommendMatter{}
	p.Data = matter
	everyday := s.everyday()
	facets, err := answerOf(ctx, s, keyOf(set, "roles"), func(ctx context.Context) (map[string]Facet, error) {
		return s.facets(ctx, set, []string{"role"}, everyday.postingFilter())
	})
	if err != nil {
		return 0, err
	}
	matter.Roles = facets["role"].Values
	if !p.Values.Has("q") && !p.Values.Has("techs") && !p.Values.Has("role") {
		return http.StatusOK, nil // the form alone
	}
	q, err := s.askValues(p.Values, recommendParams)
	if err == nil {
		matter.Answer, err = s.recommend(ctx, set, q)
	}
	if errors.As(err, &matter.Faults) {
		return http.StatusBadRequest, nil
	}
	return http.StatusOK, err
}
