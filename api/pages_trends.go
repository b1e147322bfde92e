package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

type trendsMatter struct {
	Interval  string
	Intervals []string
	By        string
	Bys       []string
	Stock     web.LineChart
	Flow      web.LineChart
	Parts     web.LineChart
	Shares    []sharePart
	Movers    *movers
	Techs     web.Chart
}

// sharePart is a role's or a board's part of the open postings.
type sharePart struct {
	Name, Href string
	Count      int64
	Share      float64
}

const (
	trendLines = 5  // that a reader can still tell apart
	trendRows  = 12 // of the table beside
)

var marketBys = []string{queries.ByRole, queries.BySource}

// trendsPage shows the whole market over time.
func (s *server) trendsPage(ctx context.Context, _ *gin.Context, set Pinned, p *web.Page) (int, error) {
	p.Title, p.Description, p.Scripts = say(p, "trends.title"), say(p, "trends.line"), []string{"chart.js"}
	m := &trendsMatter{Interval: p.OneOf("interval", pageIntervals...), Intervals: intervals, By: p.OneOf("by", marketBys...), Bys: marketBys}
	p.Data = m
	points, began, err := s.market(ctx, set, m.By, m.Interval)
	if err != nil {
		return 0, err
	}
	m.Stock, m.Flow = web.LineChart{Head: say(p, "trends.stock"), Unit: m.Interval}, web.LineChart{Head: say(p, "trend.flow"), Unit: m.Interval}
	m.Parts = web.LineChart{Head: say(p, "trends.by."+m.By), Unit: m.Interval}
	var open, opened, closed []int64
	lines := map[string][]int64{}
	var values []string
	for _, point := range points {
		if point.Value != "*" {
			if _, ok := lines[point.Value]; !ok {
				values = append(values, point.Value)
			}
			lines[point.Value] = append(lines[point.Value], point.OpenCount)
			continue
		}
		date := point.From.Format(dateLayout)
		m.Stock.Dates, open = append(m.Stock.Dates, date), append(open, point.OpenCount)
		if point.From.After(began) { // else the flow is the stock that was found
			m.Flow.Dates = append(m.Flow.Dates, date)
			opened, closed = append(opened, point.OpenedCount), append(closed, point.ClosedCount)
		}
	}
	m.Parts.Dates = m.Stock.Dates
	m.Stock.Lines = []web.Line{{Name: say(p, "trend.open"), Values: open}}
	m.Flow.Lines = []web.Line{{Name: say(p, "trend.opened"), Values: opened}, {Name: say(p, "trend.closed"), Values: closed}}
	last := func(value string) int64 { return web.Line{Values: lines[value]}.Last() }
	slices.SortStableFunc(values, func(a, b string) int { return int(last(b) - last(a)) })
	for i, value := range values[:min(len(values), trendRows)] {
		if i < trendLines {
			m.Parts.Lines = append(m.Parts.Lines, web.Line{Name: p.Label(m.By, value), Values: lines[value]})
		}
		part := sharePart{Name: p.Label(m.By, value), Href: p.Postings(m.By, value), Count: last(value)}
		if all := m.Stock.Lines[0].Last(); all > 0 {
			part.Share = float64(part.Count) / float64(all)
		}
		m.Shares = append(m.Shares, part)
	}
	if m.Movers, err = s.movers(ctx, set); err != nil {
		return 0, err
	}
	everyday := s.everyday()
	everyday.Top = defaultTop
	f, err := s.frequency(ctx, set, everyday)
	if err != nil {
		return 0, err
	}
	m.Techs = techChart(p, f, say(p, "home.top"), nil)
	m.Techs.Note = say(p, "home.top.note", p.Number(f.PostingCount))
	return http.StatusOK, nil
}

type marketAnswer struct {
	points []queries.MarketPoint
	began  time.Time
}

// market is the market over the days counted, and the first of them.
func (s *server) market(ctx context.Context, set Pinned, by, unit string) ([]queries.MarketPoint, time.Time, error) {
	answer, err := answerOf(ctx, s, keyOf(set, "market", by, unit), func(ctx context.Context) (marketAnswer, error) {
		known, err := queries.TrendDays(ctx, set)
		if err != nil || known.Last.IsZero() {
			return marketAnswer{}, err
		}
		days := daysAsked(&question{Interval: unit}, known)
		points, err := queries.ListMarketTrend(ctx, set, by, days, unit, s.Location)
		return marketAnswer{points, known.First}, err
	})
	return answer.points, answer.began, err
}

// companyTrend is a company's technologies by week, or by day where there are few weeks.
func (s *server) companyTrend(ctx context.Context, set Pinned, p *web.Page, id string) (*web.LineChart, error) {
	known, err := queries.TrendDays(ctx, set)
	if err != nil || known.Last.IsZero() {
		return nil, err
	}
	unit := queries.UnitWeek
	switch span := known.Last.Sub(known.First); {
	case span < 28*24*time.Hour:
		unit = queries.UnitDay
	case span > 400*24*time.Hour:
		unit = queries.UnitMonth
	}
	points, err := answerOf(ctx, s, keyOf(set, "company trend", id), func(ctx context.Context) ([]queries.CompanyPoint, error) {
		return queries.ListCompanyTrend(ctx, set, id, known, unit, s.Location, trendLines)
	})
	if err != nil || len(points) == 0 {
		return nil, err
	}
	chart := &web.LineChart{Head: say(p, "company.trend"), Unit: unit}
	for _, point := range points {
		name, _ := s.nameOf(point.TechID)
		if n := len(chart.Lines); n == 0 || chart.Lines[n-1].Name != name {
			chart.Lines = append(chart.Lines, web.Line{Name: name})
		}
		line := &chart.Lines[len(chart.Lines)-1]
		line.Values = append(line.Values, point.OpenCount)
		if len(chart.Lines) == 1 {
			chart.Dates = append(chart.Dates, point.From.Format(dateLayout))
		}
	}
	return chart, nil
}

const similarMost = 3

// similar are open postings of the same roles that ask for most of the same technologies.
func (s *server) similar(ctx context.Context, set Pinned, to *PostingDetail) ([]FittingPosting, error) {
	if len(to.Technologies) == 0 {
		return nil, nil
	}
	return answerOf(ctx, s, keyOf(set, "similar", to.PostingID), func(ctx context.Context) ([]FittingPosting, error) {
		q := s.everyday()
		q.Filter.Role = to.Roles
		if to.Country != nil && *to.Country != q.Filter.Country {
			q.Filter.Country = *to.Country
		}
		var known []string
		for _, t := range to.Technologies {
			known = append(known, t.TechID)
		}
		fits, err := queries.ListFits(ctx, set, q.postingFilter(), known, nil, similarMost+1+len(to.Duplicates))
		if err != nil {
			return nil, err
		}
		fits = slices.DeleteFunc(fits, func(f queries.Fit) bool {
			return f.PostingID == to.PostingID || slices.ContainsFunc(to.Duplicates, func(d Duplicate) bool { return d.PostingID == f.PostingID })
		})
		return s.fitting(ctx, set, fits[:min(len(fits), similarMost)])
	})
}
