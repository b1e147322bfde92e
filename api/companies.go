package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

// Company is a company in a list.
type Company struct {
	CompanyID     string    `json:"company_id" doc:"Of the name without its legal form"`
	Company       string    `json:"company" doc:"As its newest posting writes it"`
	MatchingCount int64     `json:"matching_count" doc:"Postings that match the filter"`
	PostingCount  int64     `json:"posting_count" doc:"Postings ever seen, on all boards"`
	FirstSeenAt   time.Time `json:"first_seen_at" doc:"When its first posting was seen"`
	Techs         []string  `json:"techs" doc:"Names of the five technologies that most matching postings name"`
}

// Companies answers GET /companies.
type Companies struct {
	Companies  []Company `json:"companies"`
	Total      int64     `json:"total" doc:"Companies with a matching posting"`
	NextCursor *string   `json:"next_cursor" doc:"Null on the last page"`
	Name       *string   `json:"name" doc:"The part of the name asked for"`
	Sort       string    `json:"sort" enum:"count,name"`
	Filter     Filter    `json:"filter" doc:"The filter of the postings as understood, defaults included"`
	Origin
}

// CompanyTech is a technology that a company's postings name.
type CompanyTech struct {
	TechID       string `json:"tech_id"`
	Tech         string `json:"tech"`
	Category     string `json:"category"`
	OpenCount    int64  `json:"open_count" doc:"Its open postings that name it, each job once"`
	PostingCount int64  `json:"posting_count" doc:"Its postings ever seen that name it"`
}

// CompanyDetail answers GET /companies/{id}.
type CompanyDetail struct {
	CompanyID    string           `json:"company_id"`
	Company      string           `json:"company" doc:"As its newest posting writes it"`
	OpenCount    int64            `json:"open_count" doc:"Open postings of any kind and country, each job once"`
	PostingCount int64            `json:"posting_count" doc:"Postings ever seen, on all boards"`
	FirstSeenAt  time.Time        `json:"first_seen_at" doc:"When its first posting was seen"`
	Technologies []CompanyTech    `json:"technologies" doc:"Of most open postings first, up to 50"`
	TechCount    int64            `json:"tech_count" doc:"Technologies that its postings name"`
	Postings     []Posting        `json:"postings" doc:"Newest open postings, up to 20"`
	Facets       map[string]Facet `json:"facets" doc:"Roles, places and boards of its open postings"`
	Origin
}

const (
	defaultCompanies = 50
	companyTechs     = 50
	companyPostings  = 20
)

var companySorts = []string{queries.SortCount, queries.SortName}

var companyParams = append([]param{
	{name: "q", doc: "A part of the company's name", schema: text(), read: func(r *reading, v []string) { r.q.Text = v[0] }},
	{name: "sort", doc: "Most matching postings first, or by name", schema: withDefault(enumOf(companySorts...), queries.SortCount), read: func(r *reading, v []string) { r.q.Sort = r.oneOf(v[0], companySorts...) }},
	limitParam(defaultCompanies, maxLimit), cursorParam,
}, without(filterParams, "q", "company")...)

func (s *server) companies(ctx context.Context, set Pinned, q *question) (*Companies, error) {
	after, err := q.place()
	if err != nil {
		return nil, err
	}
	return answerOf(ctx, s, keyOf(set, "companies", q.key()), func(ctx context.Context) (*Companies, error) {
		page := queries.Page{Sort: q.Sort, After: after, Limit: q.Limit + 1}
		rows, err := queries.ListCompanies(ctx, set, q.postingFilter(), q.Text, page)
		if err != nil {
			return nil, err
		}
		answer := &Companies{Companies: []Company{}, Name: orNull(q.Text), Sort: q.Sort, Filter: q.Filter, Origin: s.originOf(set)}
		if answer.Total, err = s.companyTotal(ctx, set, q, rows, after); err != nil {
			return nil, err
		}
		if len(rows) > q.Limit {
			rows = rows[:q.Limit]
			answer.NextCursor = cursorAfter(q, rows[q.Limit-1].Place())
		}
		for _, row := range rows {
			answer.Companies = append(answer.Companies, Company{CompanyID: row.CompanyID, Company: row.Company, MatchingCount: row.MatchingCount, PostingCount: row.PostingCount, FirstSeenAt: row.FirstSeenAt, Techs: orEmpty(row.Techs)})
		}
		return answer, nil
	})
}

// companyTotal stands in every row; a page behind the last one has none and asks the first.
func (s *server) companyTotal(ctx context.Context, set Pinned, q *question, rows []queries.CompanyRow, after *queries.Position) (total int64, err error) {
	if len(rows) == 0 && after != nil {
		if rows, err = queries.ListCompanies(ctx, set, q.postingFilter(), q.Text, queries.Page{Sort: q.Sort, Limit: 1}); err != nil {
			return 0, err
		}
	}
	if len(rows) == 0 {
		return 0, nil
	}
	return rows[0].TotalCount, nil
}

var companyFacets = []string{"role", "location", "source"}

func (s *server) company(ctx context.Context, set Pinned, id string) (*CompanyDetail, error) {
	if !isPostingID(id) {
		return nil, errs.New(errs.NotFound, "there is no company %q: ids are 32 hexadecimal digits; /api/v1/companies?q= finds names", id)
	}
	return answerOf(ctx, s, keyOf(set, "company", id), func(ctx context.Context) (*CompanyDetail, error) {
		c, err := queries.CompanyByID(ctx, set, id)
		if errs.Is(err, errs.NotFound) {
			return nil, errs.New(errs.NotFound, "there is no company %s", id)
		}
		if err != nil {
			return nil, err
		}
		answer := &CompanyDetail{CompanyID: c.CompanyID, Company: c.Company, OpenCount: c.OpenCount, PostingCount: c.PostingCount, FirstSeenAt: c.FirstSeenAt,
			Technologies: []CompanyTech{}, Postings: []Posting{}, Facets: map[string]Facet{}, Origin: s.originOf(set)}
		techs, err := queries.ListCompanyTechs(ctx, set, id, companyTechs)
		if err != nil {
			return nil, err
		}
		for _, row := range techs {
			name, category := s.nameOf(row.TechID)
			answer.TechCount = row.TechCount
			answer.Technologies = append(answer.Technologies, CompanyTech{TechID: row.TechID, Tech: name, Category: category, OpenCount: row.OpenCount, PostingCount: row.PostingCount})
		}
		open := queries.PostingFilter{CompanyIDs: []string{id}, Status: "open"}
		rows, err := listPostings(ctx, set, open, queries.Page{Sort: queries.SortNewest, Limit: companyPostings})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			answer.Postings = append(answer.Postings, postingOf(row))
		}
		answer.Facets, err = s.facets(ctx, set, companyFacets, open)
		return answer, err
	})
}

type companiesMatter struct {
	Answer *Companies
	Faults fieldErrors
	Active []activeFilter
}

func (s *server) companiesPage(ctx context.Context, _ *gin.Context, set Pinned, p *web.Page) (int, error) {
	p.Title, p.Values = say(p, "companies.title"), known(p.Values, companyParams)
	matter := &companiesMatter{Active: s.activeFilters(p, without(companyParams, "q", "sort", "limit", "cursor"))}
	p.Data = matter
	q, err := s.askValues(p.Values, companyParams)
	if err == nil {
		matter.Answer, err = s.companies(ctx, set, q)
	}
	if errors.As(err, &matter.Faults) {
		return http.StatusBadRequest, nil
	}
	return http.StatusOK, err
}

type companyMatter struct {
	*CompanyDetail
	Trend *web.LineChart // nil where nothing was counted yet
	Chart web.Chart
}

const companyBars = 15

// companyChart is a company's technologies by how many of its open postings name them, of
// all its postings where none is open.
func companyChart(p *web.Page, c *CompanyDetail) web.Chart {
	chart := web.Chart{Head: say(p, "company.techs"), Of: say(p, "chart.tech"), Note: say(p, "company.note")}
	of := c.OpenCount
	if of == 0 {
		of, chart.Note = c.PostingCount, say(p, "company.note.ever")
	}
	for _, t := range c.Technologies[:min(len(c.Technologies), companyBars)] {
		count := t.OpenCount
		if c.OpenCount == 0 {
			count = t.PostingCount
		}
		if count > 0 {
			chart.Items = append(chart.Items, web.Item{Name: t.Tech, Href: "/techs/" + t.TechID, Count: count, Share: float64(count) / float64(max(of, 1))})
		}
	}
	if over := c.TechCount - int64(len(chart.Items)); over > 0 {
		chart.Note += " " + say(p, "list.more", over)
	}
	return chart
}

func (s *server) companyPage(ctx context.Context, c *gin.Context, set Pinned, p *web.Page) (int, error) {
	answer, err := s.company(ctx, set, c.Param("id"))
	if err != nil {
		return 0, err
	}
	trend, err := s.companyTrend(ctx, set, p, answer.CompanyID)
	if err != nil {
		return 0, err
	}
	p.Title, p.Data, p.Scripts = answer.Company, companyMatter{answer, trend, companyChart(p, answer)}, []string{"chart.js"}
	return http.StatusOK, nil
}
