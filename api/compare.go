package api

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/web"
)

// maxCompared is how many lines a reader can still tell apart.
const maxCompared = 5

type compareMatter struct {
	Interval  string
	Intervals []string
	Stock     web.LineChart
	Opened    web.LineChart
	Closed    web.LineChart
	Techs     []comparedTech
	Popular   []Share // to begin with, where nothing was asked
	Faults    fieldErrors
}

type comparedTech struct {
	Tech
	Share  float64 // of open IT postings in Korea
	Remove string
}

// compareParams are those of the trend, with as many technologies as a page compares.
var compareParams = append([]param{{name: "tech", doc: "Technologies to compare", schema: text(), isRepeat: true, read: func(r *reading, v []string) {
	if r.q.Filter.Tech = r.techs(v); len(r.q.Filter.Tech) > maxCompared {
		r.refuse("many", "", "names %d technologies, at most %d", len(r.q.Filter.Tech), maxCompared)
	}
}}}, without(trendParams, "tech")...)

// comparePage sets up to five technologies side by side.
func (s *server) comparePage(ctx context.Context, _ *gin.Context, set Pinned, p *web.Page) (int, error) {
	p.Scripts = []string{"suggest.js", "chart.js"}
	p.Title, p.Values = say(p, "compare.title"), known(p.Values, compareParams)
	m := &compareMatter{Interval: p.OneOf("interval", pageIntervals...), Intervals: intervals}
	p.Data = m
	everyday := s.everyday()
	everyday.Top = defaultTop
	frequency, err := s.frequency(ctx, set, everyday)
	if err != nil {
		return 0, err
	}
	m.Popular = frequency.Techs
	asked := maps.Clone(p.Values)
	if !asked.Has("interval") {
		asked.Set("interval", m.Interval)
	}
	q, err := s.askValues(asked, compareParams)
	if errors.As(err, &m.Faults) {
		return http.StatusBadRequest, nil
	}
	if err != nil || len(q.Filter.Tech) == 0 {
		return http.StatusOK, err
	}
	p.Values["tech"] = q.Filter.Tech // ids, so that links to take one away find it
	answer, err := s.trend(ctx, set, q)
	if err != nil {
		return 0, err
	}
	counts, err := s.techCounts(ctx, set)
	if err != nil {
		return 0, err
	}
	m.Stock.Head, m.Opened.Head, m.Closed.Head = say(p, "trend.stock"), say(p, "compare.opened"), say(p, "compare.closed")
	m.Stock.Unit, m.Opened.Unit, m.Closed.Unit = q.Interval, q.Interval, q.Interval
	for i, series := range answer.Series {
		entry, _ := s.Dictionary.ByID(series.TechID)
		one := comparedTech{Tech: techOf(entry, counts[series.TechID]), Remove: p.Without("tech", series.TechID)}
		if frequency.PostingCount > 0 {
			one.Share = float64(one.PostingCount) / float64(frequency.PostingCount)
		}
		m.Techs = append(m.Techs, one)
		stock, opened, closed := web.Line{Name: series.Tech}, web.Line{Name: series.Tech}, web.Line{Name: series.Tech}
		for _, point := range series.Points {
			isFlow := point.Date > *answer.CountedFrom // else the flow is the stock that was found
			if i == 0 {
				m.Stock.Dates = append(m.Stock.Dates, point.Date)
			}
			if i == 0 && isFlow {
				m.Opened.Dates = append(m.Opened.Dates, point.Date)
			}
			if stock.Values = append(stock.Values, point.OpenCount); isFlow {
				opened.Values, closed.Values = append(opened.Values, point.OpenedCount), append(closed.Values, point.ClosedCount)
			}
		}
		m.Stock.Lines, m.Opened.Lines, m.Closed.Lines = append(m.Stock.Lines, stock), append(m.Opened.Lines, opened), append(m.Closed.Lines, closed)
	}
	m.Closed.Dates = m.Opened.Dates
	m.Popular = slices.DeleteFunc(slices.Clone(m.Popular), func(t Share) bool { return slices.Contains(q.Filter.Tech, t.TechID) })
	return http.StatusOK, nil
}
