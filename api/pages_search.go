package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

// activeFilter is a filter that the reader set, with the address without it. Turn is the
// address where a technology wanted is one not wanted, or the other way round.
type activeFilter struct{ Name, Text, Remove, Turn string }

type postingsMatter struct {
	Answer         *Postings
	Faults         fieldErrors
	Active         []activeFilter
	Quick          []quickFilter
	Sorts          []string
	Sort           string
	API, CSV       string
	Atom, Calendar string
	Curl           string
	Query, Name    string // of the search, as the browser keeps it
	IsNarrowed     bool   // one of moreFields is in use
	Suggested      []SuggestedTech
	Chart          *web.Chart
	By             string
	Bys            []string
	View           string
	Columns        []tableColumn
	Limits         []string
	Limit          string
}

// Has says whether the table shows a column.
func (m *postingsMatter) Has(column string) bool {
	return slices.ContainsFunc(m.Columns, func(c tableColumn) bool { return c.Name == column && c.IsOn })
}

// tableColumn is a column that the table can show; Sort is the order that its head leads to.
type tableColumn struct {
	Name, Sort string
	IsOn       bool
}

// quickFilter is a filter of one tap.
type quickFilter struct {
	Words, Address string
	IsOn           bool
}

// moreFields stand in the part of the form that is closed unless one is in use.
var moreFields = []string{"company", "salary_min", "posted_from", "posted_to", "status", "country", "is_it"}

var pageFacets = []string{"role", "location", "employment", "remote", "seniority", "source"}

// viewParams say how the page looks. The API has none of them.
var viewParams = []param{{name: "view"}, {name: "cols"}, {name: "by"}, {name: "chart"}}

// chartBys are what the page's chart may divide the postings by.
var chartBys = []string{"tech", "role", "location", "employment", "company", "source"}

var pageLimits = []string{"20", "50", "100"}

// pageColumns are the table's columns beside the title, in their order.
var pageColumns = []tableColumn{
	{Name: "company", IsOn: true}, {Name: "location", IsOn: true}, {Name: "experience", IsOn: true}, {Name: "techs", IsOn: true}, {Name: "posted", Sort: queries.SortNewest, IsOn: true},
	{Name: "closes", Sort: queries.SortClosing, IsOn: true}, {Name: "role"}, {Name: "employment"}, {Name: "remote"}, {Name: "salary"}, {Name: "source"},
}

func (s *server) postingsPage(ctx context.Context, _ *gin.Context, set Pinned, p *web.Page) (int, error) {
	p.Title, p.Values = say(p, "list.title"), known(p.Values, slices.Concat(listParams, viewParams))
	p.NoIndex = p.Address.RawQuery != "" // every question has its page; one of them is enough for a search engine
	p.Scripts = []string{"suggest.js", "chart.js", "keep.js"}
	m := &postingsMatter{Sorts: []string{queries.SortNewest, queries.SortClosing}, Sort: queries.SortNewest, Bys: chartBys, Limits: pageLimits}
	p.Data = m
	if p.Values.Has("q") {
		m.Sorts = append([]string{queries.SortRelevance}, m.Sorts...)
	} else if p.Values.Get("sort") == queries.SortRelevance {
		p.Values.Del("sort") // the form keeps it when the keywords are taken away
	}
	m.By, m.View = p.OneOf("by", chartBys...), p.OneOf("view", "cards", "table")
	m.Columns = columnsOf(p)
	asked := known(p.Values, listParams)
	m.Limit = cmp.Or(asked.Get("limit"), pageLimits[0])
	m.API = addressOf("/api/v1/postings", leavingOut(asked, "cursor"))
	m.Curl = "curl '" + p.Origin + strings.ReplaceAll(m.API, "'", "%27") + "'"
	m.CSV = csvPath(p)
	m.Query = leavingOut(asked, "cursor", "limit", "sort").Encode()
	m.Atom, m.Calendar = addressOf("/postings.atom", leavingOut(asked, "cursor", "limit", "sort")), addressOf("/postings.ics", leavingOut(asked, "cursor", "limit", "sort"))
	p.Feeds = []string{m.Atom}
	m.Active = s.activeFilters(p, filterParams)
	for i, a := range m.Active {
		if a.Name == "company" && isPostingID(a.Text) { // a reader knows the company by its name
			if c, err := s.company(ctx, set, a.Text); err == nil {
				m.Active[i].Text = c.Company
			}
		}
	}
	m.Name = searchName(p, m.Active)
	m.Quick = quickFilters(p)
	m.IsNarrowed = slices.ContainsFunc(moreFields, p.Values.Has)
	q, err := s.askValues(asked, listParams)
	if err == nil {
		p.Words = markWords(q)
		q.Facets = pageFacets
		m.Sort = q.Sort
		m.Answer, err = s.postings(ctx, set, q)
	}
	if errors.As(err, &m.Faults) {
		return http.StatusBadRequest, nil
	}
	if err != nil {
		return 0, err
	}
	if m.Answer.Total > 0 && q.Cursor == "" {
		if m.Chart, err = s.chartBy(ctx, set, p, q, m.By, m.Answer.Total); err != nil {
			return 0, err
		}
		m.Suggested, err = s.suggestedFor(ctx, set, q, m.Answer.Total)
	}
	return http.StatusOK, err
}

// leavingOut is values without some names.
func leavingOut(values url.Values, names ...string) url.Values {
	kept := url.Values{}
	for name, given := range values {
		if !slices.Contains(names, name) {
			kept[name] = given
		}
	}
	return kept
}

func addressOf(path string, values url.Values) string {
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// columnsOf are the table's columns as the address chooses them.
func columnsOf(p *web.Page) []tableColumn {
	columns := slices.Clone(pageColumns)
	if !p.Values.Has("cols") {
		return columns
	}
	for i, column := range columns {
		columns[i].IsOn = p.Has("cols", column.Name)
	}
	return columns
}

// searchName is what a search is called where a reader keeps it.
func searchName(p *web.Page, active []activeFilter) string {
	parts := make([]string, 0, len(active))
	for _, a := range active {
		text := a.Text
		switch a.Name {
		case "not_tech":
			text = "−" + text
		case "experience_min", "experience_max", "salary_min", "posted_from", "posted_to":
			text = say(p, "filter."+a.Name) + " " + text
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return say(p, "list.title")
	}
	return strings.Join(parts, " · ")
}

// quickFilters are the filters of one tap; tapping one that is on takes it away.
func quickFilters(p *web.Page) []quickFilter {
	week := p.Now.In(p.Location).AddDate(0, 0, -6).Format(dateLayout)
	var quick []quickFilter
	for _, one := range []struct{ words, name, value string }{
		{"search.newcomer", "experience_max", "0"}, {"search.remote", "remote", "remote"}, {"search.week", "posted_from", week}, {"search.regular", "employment", "full_time"},
	} {
		f := quickFilter{Words: say(p, one.words), Address: p.Set(one.name, one.value), IsOn: p.Has(one.name, one.value)}
		if f.IsOn {
			f.Address = p.Without(one.name, one.value)
		}
		quick = append(quick, f)
	}
	return quick
}

// markWords are the words of a search as they may stand in a title, longer ones first.
func markWords(q *question) []string {
	var words []string
	for _, word := range q.words {
		if word.Text != "" {
			words = append(words, word.Text)
		}
		if word.Tech != "" {
			words = append(words, word.Tech)
		}
	}
	slices.SortFunc(words, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	return slices.Compact(words)
}

const pageSuggestions = 6

// suggestedFor are technologies for a search, to stand beside its results.
func (s *server) suggestedFor(ctx context.Context, set Pinned, q *question, total int64) ([]SuggestedTech, error) {
	ask := &question{Filter: q.Filter, Top: pageSuggestions, words: q.words, days: q.days}
	return answerOf(ctx, s, keyOf(set, "suggested", ask.key()), func(ctx context.Context) ([]SuggestedTech, error) {
		f, _, err := s.find(ctx, set, ask)
		if err != nil {
			return nil, err
		}
		return s.suggest(ctx, set, ask, f, nil, s.knownTechs(ask), total)
	})
}

// chartBy divides the matching postings by a facet. A bar leads to the postings behind it.
func (s *server) chartBy(ctx context.Context, set Pinned, p *web.Page, q *question, by string, total int64) (*web.Chart, error) {
	head, note := say(p, "list.chart."+by), say(p, "list.chart.note", p.Number(total))
	ask := &question{Filter: q.Filter, Top: defaultTop, words: q.words, days: q.days}
	if by == "tech" {
		f, err := s.frequency(ctx, set, ask)
		if err != nil {
			return nil, err
		}
		chart := techChart(p, f, head, func(t Share) string { return p.With("tech", t.TechID) })
		chart.Note = note
		return &chart, nil
	}
	facets, err := answerOf(ctx, s, keyOf(set, "chart", by, ask.key()), func(ctx context.Context) (map[string]Facet, error) {
		return s.facetsOf(ctx, set, ask, []string{by})
	})
	if err != nil {
		return nil, err
	}
	facet := facets[by]
	chart := &web.Chart{Head: head, Of: say(p, "filter."+by), Note: note}
	sum := int64(0)
	for _, v := range facet.Values[:min(len(facet.Values), defaultTop)] {
		name := v.Label
		if by == "role" || by == "employment" || by == "source" {
			name = p.Label(by, v.Value)
		} else if by == "location" {
			name = p.Label("region", v.Label)
		}
		sum += v.PostingCount
		chart.Items = append(chart.Items, web.Item{Name: name, Href: p.With(by, v.Value), Count: v.PostingCount, Share: float64(v.PostingCount) / float64(total)})
	}
	chart.Over, chart.IsWhole = facet.ValueCount-int64(len(chart.Items)), sum == total
	return chart, nil
}

// activeFilters are the filters that a page's address sets.
func (s *server) activeFilters(p *web.Page, params []param) []activeFilter {
	var active []activeFilter
	for _, param := range params {
		for _, value := range p.Values[param.name] {
			one := activeFilter{Name: param.name, Text: s.activeText(p, param.name, value), Remove: p.Without(param.name, value)}
			switch param.name {
			case "tech":
				one.Turn = p.Move("tech", "not_tech", value)
			case "not_tech":
				one.Turn = p.Move("not_tech", "tech", value)
			}
			active = append(active, one)
		}
	}
	return active
}

// activeText is what a chip says of a filter's value.
func (s *server) activeText(p *web.Page, name, value string) string {
	switch name {
	case "tech", "not_tech":
		if entry, ok := s.Dictionary.Resolve(value); ok {
			return entry.Name
		}
	case "role", "employment", "remote", "source", "status", "country", "is_it":
		return p.Label(name, value)
	case "location":
		return p.Label("region", value)
	case "tech_match":
		return say(p, "filter.tech_match."+value)
	}
	return value
}
