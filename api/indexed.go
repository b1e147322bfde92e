package api

import (
	"context"
	"math"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/search"
)

// Indexed is a [Pinned] that may have an index of its set. What the index answers it answers
// as the statements over the set do, in a hundredth of the time; keywords it also ranks,
// corrects and marks.
type Indexed interface {
	Index() *search.Index // nil where the set has none
}

// indexOf is the index of a set, or nil.
func indexOf(set Pinned) *search.Index {
	if indexed, ok := set.(Indexed); ok {
		return indexed.Index()
	}
	return nil
}

// Warm counts beforehand what the site and the statistics speak of unless asked otherwise,
// so that nobody waits for it when a set is new.
func Warm(ix *search.Index) { ix.Warm(everydayFilter()) }

// everydayFilter is that of [server.everyday].
func everydayFilter() search.Filter {
	isIT := true
	return search.Filter{Status: schemas.PostingOpen, Country: "KR", IsIT: &isIT}
}

// newSpeller knows every name of the dictionary.
func newSpeller(o *Options) *search.Names {
	techs := make([]search.Named, len(o.Techs))
	for i, e := range o.Techs {
		techs[i] = search.Named{TechID: e.ID, Names: append([]string{e.ID, e.Name}, e.Aliases...)}
	}
	return search.NewNames(techs)
}

// searchWords are a question's keywords as the index takes them.
func (s *server) searchWords(q *question) []search.Word {
	words := make([]search.Word, len(q.words))
	for i, w := range q.words {
		words[i].Text = w.Text
		if entry, ok := s.Dictionary.Resolve(w.Tech); ok && w.Tech != "" {
			words[i].TechID = entry.ID
		}
		if w.Text == "" {
			words[i].Text, words[i].IsShort = w.Tech, true
		}
	}
	return words
}

// hits asks the index for a question's postings.
func (s *server) hits(ix *search.Index, q *question) *search.Hits {
	var speller search.Speller
	if !q.Filter.IsVerbatim {
		speller = s.speller
	}
	return ix.Find(search.Filter(q.postingFilter()), s.searchWords(q), speller)
}

var orders = map[string]search.By{queries.SortNewest: search.Newest, queries.SortClosing: search.Closing, queries.SortRelevance: search.Relevance, queries.SortSalary: search.Salary, queries.SortExperience: search.Experience}

// orderOf is a page's order as the index takes it.
func orderOf(page queries.Page) search.Order {
	key := func(name string) search.Key {
		by, isReversed := strings.CutPrefix(name, "-")
		return search.Key{By: orders[by], IsReversed: isReversed}
	}
	return search.Order{First: key(page.Sort), Second: key(page.Then)}
}

// indexedPostings is a page of the list out of the index.
func (s *server) indexedPostings(set Pinned, ix *search.Index, q *question, after *queries.Position) (*Postings, error) {
	hits := s.hits(ix, q)
	rows, err := hits.Page(orderOf(q.pageOf()), (*search.Position)(after), q.Limit+1)
	if err != nil {
		return nil, err
	}
	answer := &Postings{Postings: make([]Posting, 0, len(rows)), Total: hits.Total(), Facets: indexedFacets(hits, q.Facets), Filter: q.Filter, Sort: q.Sort, Origin: s.originOf(set)}
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		answer.NextCursor = cursorAfter(q, queries.Position{First: rows[q.Limit-1].First, Second: rows[q.Limit-1].Second, ID: rows[q.Limit-1].ID})
	}
	marker := search.NewMarker(hits.Words)
	for _, row := range rows {
		posting := postingOf(rowOf(&row.GoldPosting))
		if len(hits.Words) > 0 {
			if posting.Highlights, err = s.highlights(row, hits.Words, marker); err != nil {
				return nil, err
			}
		}
		answer.Postings = append(answer.Postings, posting)
	}
	for _, c := range hits.Corrected {
		name, _ := s.nameOf(c.TechID)
		answer.Corrected = append(answer.Corrected, Correction{Word: c.Text, TechID: c.TechID, Tech: name})
	}
	return answer, nil
}

func indexedFacets(hits *search.Hits, names []string) map[string]Facet {
	facets := map[string]Facet{}
	for _, name := range names {
		values, all := hits.Facet(name, facetValues)
		facet := Facet{Values: make([]FacetCount, len(values)), ValueCount: int64(all)}
		for i, v := range values {
			facet.Values[i] = FacetCount{Value: v.Value, Label: v.Label, PostingCount: v.Count}
		}
		facets[name] = facet
	}
	return facets
}

// facetsOf counts a question's postings by each facet.
func (s *server) facetsOf(ctx context.Context, set Pinned, q *question, names []string) (map[string]Facet, error) {
	if ix := indexOf(set); ix != nil {
		return indexedFacets(s.hits(ix, q), names), nil
	}
	f, _, err := s.find(ctx, set, q)
	if err != nil {
		return nil, err
	}
	return s.facets(ctx, set, names, f)
}

// listPostings is a page of the postings that pass a filter, in an order of their own.
func listPostings(ctx context.Context, set Pinned, f queries.PostingFilter, page queries.Page) ([]queries.PostingRow, error) {
	ix := indexOf(set)
	if ix == nil {
		return queries.ListPostings(ctx, set, f, page)
	}
	found, err := ix.Find(search.Filter(f), nil, nil).Page(orderOf(page), nil, page.Limit)
	rows := make([]queries.PostingRow, len(found))
	for i, row := range found {
		rows[i] = rowOf(&row.GoldPosting)
	}
	return rows, err
}

// rowOf is what a list shows of a posting.
func rowOf(p *schemas.GoldPosting) queries.PostingRow {
	return queries.PostingRow{
		PostingID: p.PostingID, Source: p.Source, IsIT: p.IsIT, Country: p.Country, URL: p.URL, Title: p.Title, CompanyID: p.CompanyID, Company: p.Company, Roles: p.Roles, Seniority: p.Seniority,
		ExperienceMinYears: p.ExperienceMinYears, ExperienceMaxYears: p.ExperienceMaxYears, Employment: p.Employment, Remote: p.Remote, Region: p.Region, District: p.District,
		SalaryMinKRW: p.SalaryMinKRW, SalaryMaxKRW: p.SalaryMaxKRW, Techs: p.Techs, Status: p.Status, ClosedReason: p.ClosedReason, PostedAt: p.PostedAt, ClosesAt: p.ClosesAt,
		IsAlwaysOpen: p.IsAlwaysOpen, ClosedAt: p.ClosedAt, FirstSeenAt: p.FirstSeenAt, ClusterSize: p.ClusterSize,
	}
}

// onePosting is all that the page of one posting is made of.
type onePosting struct {
	posting schemas.GoldPosting
	techs   []queries.PostingTech
	events  []queries.Event
	others  []queries.Duplicate
}

// readPosting reads a posting; errs.NotFound if there is none.
func readPosting(ctx context.Context, set Pinned, id string) (k onePosting, err error) {
	if ix := indexOf(set); ix != nil {
		return indexedPosting(ix, id)
	}
	if k.posting, err = queries.PostingByID(ctx, set, id); err != nil {
		return k, err
	}
	if k.techs, err = queries.ListPostingTechs(ctx, set, id); err != nil {
		return k, err
	}
	if k.events, err = queries.ListPostingEvents(ctx, set, id); err != nil {
		return k, err
	}
	k.others, err = queries.ListPostingDuplicates(ctx, set, id)
	return k, err
}

func indexedPosting(ix *search.Index, id string) (k onePosting, err error) {
	d, err := ix.ByID(id)
	if err != nil {
		return k, err
	}
	k.posting = d.Posting
	k.techs = techRows(d)
	for _, e := range d.Events {
		k.events = append(k.events, queries.Event(e))
	}
	others, err := ix.Cluster(d.Posting)
	for _, o := range others {
		k.others = append(k.others, queries.Duplicate{PostingID: o.PostingID, Source: o.Source, URL: o.URL, Title: o.Title, Status: o.Status, IsFace: o.DuplicateOf == ""})
	}
	return k, err
}

func techRows(d search.Document) []queries.PostingTech {
	rows := make([]queries.PostingTech, len(d.Techs))
	for i, t := range d.Techs {
		rows[i] = queries.PostingTech{TechID: t.TechID, Tech: t.Tech, Category: t.Category, Need: t.Need, Method: t.Method, Section: t.Section, StartByte: t.StartByte, EndByte: t.EndByte, Surface: t.Surface}
	}
	return rows
}

// indexedFrequency is the top technologies of a question's postings, with the 95 % Wilson
// score interval of each share (z = 1.959964), and how many technologies there are in all.
func (s *server) indexedFrequency(set Pinned, ix *search.Index, q *question) *Frequency {
	hits := s.hits(ix, q)
	answer := &Frequency{Techs: []Share{}, PostingCount: hits.Total(), Filter: q.Filter, Count: countName(q), Origin: s.originOf(set)}
	techs := hits.Techs()
	answer.TechCount = int64(len(techs))
	for _, t := range techs[:min(q.Top, len(techs))] {
		share, low, high := wilson(t.Count, answer.PostingCount)
		answer.Techs = append(answer.Techs, Share{TechID: t.TechID, Tech: t.Tech, Category: orNull(t.Category), PostingCount: t.Count, Share: share, ShareLow: low, ShareHigh: high})
	}
	answer.Truncated = len(techs) > len(answer.Techs)
	return answer
}

func wilson(count, of int64) (share, low, high float64) {
	const z = 1.959964
	n := float64(of)
	share = float64(count) / n
	divisor := 1 + z*z/n
	centre := share + z*z/(2*n)
	reach := z * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return share, max(min((centre-reach)/divisor, share), 0), min(max((centre+reach)/divisor, share), 1)
}

// notFoundAsPosting says which posting there is none of.
func notFoundAsPosting(err error, id string) error {
	if errs.Is(err, errs.NotFound) {
		return errs.New(errs.NotFound, "there is no posting %s", id)
	}
	return err
}
