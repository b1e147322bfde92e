package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

// activeFilter is a filter that the reader set, with the address without it. Turn is the
// address where a technology wanted is one not wanted, or the other way round. Kind says
// what the text is about.
type activeFilter struct{ Name, Kind, Text, Remove, Turn string }

type postingsMatter struct {
	Answer         *Postings
	Faults         fieldErrors
	Active         []activeFilter
	Quick          []quickFilter
	Sorts, Thens   []string // to choose from, and what is chosen of each
	Sort, Then     string
	Fixed          []fixedValue // the question without its order, for the form of the order
	Corrected      []Correction
	AsWritten      string // address of the search with its words as they are written
	Salaries       []salaryChoice
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

// IsRare says whether an order is one that only heads of columns lead to.
func (m *postingsMatter) IsRare(sort string) bool {
	return sort != "" && !slices.Contains(m.Sorts, sort)
}

// Has says whether the table shows a column.
func (m *postingsMatter) Has(column string) bool {
	return slices.ContainsFunc(m.Columns, func(c tableColumn) bool { return c.Name == column && c.IsOn })
}

// tableColumn is a column that the table can show. Sort is the order that its head leads to,
// Address where that is, Then where it is the second order behind the one that stands.
type tableColumn struct {
	Name, Sort    string
	IsOn          bool
	Address, Then string
	Place         int    // 1 and 2 where the list is ordered by it
	Order         string // ascending or descending, where it is
}

// fixedValue is a value that a form sends on.
type fixedValue struct{ Name, Value string }

// salaryChoice is a yearly pay to begin at.
type salaryChoice struct {
	Value int64
	Words string
}

// quickFilter is a filter of one tap.
type quickFilter struct {
	Words, Address string
	IsOn           bool
}

// moreFields stand in the part of the form that is closed unless one is in use.
var moreFields = []string{"company", "salary_min", "posted_from", "posted_to", "is_always_open", "status", "country", "is_it"}

var pageFacets = []string{"role", "location", "employment", "remote", "seniority", "source"}

// viewParams say how the page looks. The API has none of them.
var viewParams = []param{{name: "view"}, {name: "cols"}, {name: "by"}, {name: "chart"}}

// chartBys are what the page's chart may divide the postings by.
var chartBys = []string{"tech", "role", "location", "employment", "company", "source"}

var pageLimits = []string{"20", "50", "100"}

// pageColumns are the table's columns beside the title, in their order.
var pageColumns = []tableColumn{
	{Name: "company", IsOn: true}, {Name: "location", IsOn: true}, {Name: "experience", Sort: queries.SortExperience, IsOn: true}, {Name: "techs", IsOn: true}, {Name: "posted", Sort: queries.SortNewest, IsOn: true},
	{Name: "closes", Sort: queries.SortClosing, IsOn: true}, {Name: "role"}, {Name: "employment"}, {Name: "remote"}, {Name: "salary", Sort: queries.SortSalary}, {Name: "source"},
}

func (s *server) postingsPage(ctx context.Context, _ *gin.Context, set Pinned, p *web.Page) (int, error) {
	p.Title, p.Values = say(p, "list.title"), known(p.Values, slices.Concat(listParams, viewParams))
	p.NoIndex = p.Address.RawQuery != "" // every question has its page; one of them is enough for a search engine
	p.Scripts = []string{"suggest.js", "chart.js", "keep.js"}
	m := &postingsMatter{Bys: chartBys, Limits: pageLimits}
	p.Data = m
	m.order(p)
	m.By, m.View = p.OneOf("by", chartBys...), p.OneOf("view", "cards", "table")
	m.Columns = columnsOf(p)
	m.Salaries = salaryChoices(p)
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
		m.Sort, m.Then, _ = strings.Cut(q.Sort, ",")
		heads(p, m.Columns, m.Sort, m.Then)
		m.Answer, err = s.postings(ctx, set, q)
	}
	if errors.As(err, &m.Faults) {
		return http.StatusBadRequest, nil
	}
	if err != nil {
		return 0, err
	}
	if m.Corrected = m.Answer.Corrected; len(m.Corrected) > 0 {
		m.AsWritten = p.Set("is_verbatim", "true")
		for _, c := range m.Corrected {
			p.Words = append(p.Words, c.Tech)
		}
	}
	if m.Answer.Total > 0 && q.Cursor == "" {
		if m.Chart, err = s.chartBy(ctx, set, p, q, m.By, m.Answer.Total); err != nil {
			return 0, err
		}
		m.Suggested, err = s.suggestedFor(ctx, set, q, m.Answer.Total)
	}
	return http.StatusOK, err
}

// pageSorts are the orders that a reader may choose, the other ends of some among them.
var pageSorts = []string{queries.SortNewest, "-" + queries.SortNewest, queries.SortClosing, queries.SortSalary, queries.SortExperience, "-" + queries.SortExperience}

// order makes one value of the two that the form of the order sends, and leaves out what
// makes no sense any more: the best match where there are no keywords, the same order twice.
func (m *postingsMatter) order(p *web.Page) {
	m.Sorts, m.Thens = pageSorts, pageSorts
	if p.Values.Has("q") {
		m.Sorts = append([]string{queries.SortRelevance}, pageSorts...)
	}
	var kept []string
	for _, one := range splitCommas(p.Values["sort"]) {
		isSame := slices.ContainsFunc(kept, func(k string) bool { return strings.TrimPrefix(k, "-") == strings.TrimPrefix(one, "-") })
		if one != "" && !isSame && (one != queries.SortRelevance || p.Values.Has("q")) {
			kept = append(kept, one)
		}
	}
	if p.Values.Del("sort"); len(kept) > 0 {
		p.Values.Set("sort", strings.Join(kept, ","))
	}
	for _, name := range sortedKeys(p.Values) {
		if name != "sort" && name != "cursor" {
			for _, value := range p.Values[name] {
				m.Fixed = append(m.Fixed, fixedValue{name, value})
			}
		}
	}
}

// isDescending says which way the values of a column run in its order.
var isDescending = map[string]bool{queries.SortNewest: true, queries.SortSalary: true}

// heads says of each column where its head leads: to its order, or to the other end of it
// where the list is ordered by it already.
func heads(p *web.Page, columns []tableColumn, sort, then string) {
	for i, c := range columns {
		if c.Sort == "" {
			continue
		}
		isFirst, isSecond := strings.TrimPrefix(sort, "-") == c.Sort, strings.TrimPrefix(then, "-") == c.Sort
		turned := func(given string) string {
			if given == c.Sort {
				return "-" + c.Sort
			}
			return c.Sort
		}
		var given string
		columns[i].Address, columns[i].Then = p.Set("sort", turned(sort)), p.Set("sort", sort+","+turned(then))
		switch {
		case isFirst:
			given, columns[i].Place, columns[i].Then = sort, 1, columns[i].Address
		case isSecond:
			given, columns[i].Place = then, 2
		default:
			continue
		}
		columns[i].Order = "ascending"
		if isDescending[c.Sort] != strings.HasPrefix(given, "-") {
			columns[i].Order = "descending"
		}
	}
}

// salaryChoices are round amounts, and the one asked for where it is another.
func salaryChoices(p *web.Page) []salaryChoice {
	amounts := []int64{30_000_000, 40_000_000, 50_000_000, 60_000_000, 70_000_000, 80_000_000, 100_000_000}
	if given, err := strconv.ParseInt(p.Values.Get("salary_min"), 10, 64); err == nil && !slices.Contains(amounts, given) {
		amounts = append(amounts, given)
		slices.Sort(amounts)
	}
	choices := make([]salaryChoice, len(amounts))
	for i, amount := range amounts {
		choices[i] = salaryChoice{amount, p.Won(amount)}
	}
	return choices
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
			text = a.Kind + " " + text
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
		{"search.newcomer", "experience_max", "0"}, {"search.remote", "remote", "remote"}, {"search.week", "posted_from", week}, {"search.regular", "employment", "full_time"}, {"search.always", "is_always_open", "true"},
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
			name = p.Place(v.Label)
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
			one := activeFilter{Name: param.name, Kind: kindOf(p, param.name), Text: s.activeText(p, param.name, value), Remove: p.Without(param.name, value)}
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

// kindOf says what a chip's text is about.
func kindOf(p *web.Page, name string) string {
	if text, err := p.T("chip." + name + ".of"); err == nil {
		return text
	}
	return say(p, "filter."+name)
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
		return p.Place(value)
	case "tech_match":
		return say(p, "filter.tech_match."+value)
	case "is_always_open", "is_verbatim":
		return say(p, name+"."+value)
	case "experience_max":
		if value == "0" {
			return say(p, "search.newcomer")
		}
		return say(p, "chip."+name, value)
	case "experience_min":
		return say(p, "chip."+name, value)
	case "salary_min":
		if amount, err := strconv.ParseInt(value, 10, 64); err == nil {
			return say(p, "pay.from", p.Won(amount))
		}
	case "posted_from", "posted_to":
		if day, err := p.Day(value, "day"); err == nil {
			return say(p, "chip."+name, strings.TrimSuffix(day, "."))
		}
	}
	return value
}
