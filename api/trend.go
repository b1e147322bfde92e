package api

import (
	"context"
	"time"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

// TrendPoint is a technology in an interval of time.
type TrendPoint struct {
	Date         string `json:"date" format:"date" doc:"The interval's first calendar day in Seoul; weeks begin on Monday"`
	LastDate     string `json:"last_date" format:"date" doc:"The last day of the interval that was counted; stock is at its end"`
	DayCount     int64  `json:"day_count" doc:"Days of the interval that were counted"`
	OpenCount    int64  `json:"open_count" doc:"Stock: open postings that ask for it at the end of last_date"`
	OpenedCount  int64  `json:"opened_count" doc:"Flow: postings that opened within the interval"`
	ClosedCount  int64  `json:"closed_count" doc:"Flow: postings that closed within the interval"`
	CompanyCount int64  `json:"company_count" doc:"Companies of the stock"`
}

// TrendSeries is a technology over time.
type TrendSeries struct {
	TechID   string       `json:"tech_id"`
	Tech     string       `json:"tech"`
	Category string       `json:"category"`
	Points   []TrendPoint `json:"points" doc:"Oldest first. A day that was not counted has no point; it is not zero."`
}

// TrendFilter is the filter of GET /stats/tech-trend as understood.
type TrendFilter struct {
	Tech   []string `json:"tech" doc:"Technology ids"`
	Role   *string  `json:"role" doc:"Null = all"`
	Source *string  `json:"source" doc:"Null = all"`
	From   *string  `json:"from" format:"date" doc:"First calendar day; null where nothing was counted yet"`
	To     *string  `json:"to" format:"date" doc:"Last calendar day, included"`
	Count  string   `json:"count" enum:"unique,raw"`
	// The postings that are counted.
	Country string  `json:"country"`
	IsIT    trueish `json:"is_it"`
}

// Trend answers GET /stats/tech-trend.
type Trend struct {
	Series   []TrendSeries `json:"series" doc:"In the order asked for"`
	Interval string        `json:"interval" enum:"day,week,month,quarter,year"`
	// What was there when counting began opened before it.
	CountedFrom *string     `json:"counted_from" format:"date" doc:"The first day counted; all that was there then counts as opened on it"`
	Filter      TrendFilter `json:"filter" doc:"The filter as understood, defaults included"`
	Origin
}

const (
	maxSeries   = 10
	defaultSpan = 90 // days that a series of days reaches back where "from" is not given
)

var intervals = []string{queries.UnitDay, queries.UnitWeek, queries.UnitMonth, queries.UnitQuarter, queries.UnitYear}

// pageIntervals are the same for a page's links, the first one unless its address names
// another: flow by day is mostly the rhythm of the working week.
var pageIntervals = []string{queries.UnitWeek, queries.UnitDay, queries.UnitMonth, queries.UnitQuarter, queries.UnitYear}

var trendParams = []param{
	{name: "tech", doc: "Technology, by id, name or alias; up to 10", schema: techText(), isRepeat: true, most: maxSeries, isNeeded: true, example: []string{"java"},
		read: func(r *reading, v []string) { r.q.Filter.Tech = r.techs(v) }},
	{name: "interval", doc: "Length of an interval", schema: withDefault(enumOf(intervals...), queries.UnitDay), read: func(r *reading, v []string) { r.q.Interval = r.oneOf(v[0], intervals...) }},
	{name: "role", doc: "One role, as a slug such as `backend`", schema: enumOf(extract.Roles...), read: func(r *reading, v []string) { r.q.Filter.Role = r.allOf(v, extract.Roles...) }},
	{name: "source", doc: "One job board", schema: text(), read: func(r *reading, v []string) { r.q.Filter.Source = r.sources(v) }},
	{name: "from", doc: "First calendar day in Seoul; unless given, 90 days before `to` for days, and the first day counted for longer intervals", schema: date(), read: func(r *reading, v []string) {
		if _, text := r.day(v[0]); text != nil {
			r.q.From = *text
		}
	}},
	{name: "to", doc: "Last calendar day, included; the last one counted unless given", schema: date(), read: func(r *reading, v []string) {
		if _, text := r.day(v[0]); text != nil {
			r.q.To = *text
		}
	}},
	countParam,
}

func countName(q *question) string {
	if q.Count == countRaw {
		return countRaw
	}
	return countUnique
}

func (s *server) trend(ctx context.Context, set Pinned, q *question) (*Trend, error) {
	return answerOf(ctx, s, keyOf(set, "trend", q.key()), func(ctx context.Context) (*Trend, error) {
		everyday := s.everyday().Filter
		answer := &Trend{Series: []TrendSeries{}, Interval: q.Interval, Origin: s.originOf(set), Filter: TrendFilter{
			Tech: q.Filter.Tech, Role: first(q.Filter.Role), Source: first(q.Filter.Source), Count: countName(q), Country: everyday.Country, IsIT: everyday.IsIT,
		}}
		known, err := queries.TrendDays(ctx, set)
		if err != nil {
			return nil, err
		}
		days := daysAsked(q, known)
		answer.Filter.From, answer.Filter.To = orNull(q.From), orNull(q.To)
		if !known.Last.IsZero() {
			answer.CountedFrom = ptr(known.First.Format(dateLayout))
			answer.Filter.From, answer.Filter.To = ptr(days.First.Format(dateLayout)), ptr(days.Last.Format(dateLayout))
		}
		ask := queries.TrendQuestion{TechIDs: q.Filter.Tech, Role: orBlank(answer.Filter.Role), Source: orBlank(answer.Filter.Source), Days: days, Unit: q.Interval, IsRaw: q.Count == countRaw}
		points, err := queries.ListTechTrend(ctx, set, ask)
		if err != nil {
			return nil, err
		}
		for _, id := range q.Filter.Tech {
			entry, _ := s.Dictionary.ByID(id) // the filter has ids of the dictionary
			series := TrendSeries{TechID: id, Tech: entry.Name, Category: entry.Category, Points: []TrendPoint{}}
			for _, p := range points {
				if p.TechID == id {
					series.Points = append(series.Points, TrendPoint{Date: p.From.Format(dateLayout), LastDate: p.To.Format(dateLayout), DayCount: p.DayCount,
						OpenCount: p.OpenCount, OpenedCount: p.OpenedCount, ClosedCount: p.ClosedCount, CompanyCount: p.CompanyCount})
				}
			}
			answer.Series = append(answer.Series, series)
		}
		return answer, nil
	})
}

// daysAsked is the span of calendar days that a question asks for, within those that were
// counted.
func daysAsked(q *question, known queries.Days) queries.Days {
	days := known
	if to, err := time.Parse(dateLayout, q.To); err == nil && to.Before(days.Last) {
		days.Last = to
	}
	from, err := time.Parse(dateLayout, q.From)
	if err != nil && q.Interval == queries.UnitDay {
		from = days.Last.AddDate(0, 0, -defaultSpan)
	}
	if from.After(days.First) {
		days.First = from
	}
	return days
}

func first(list []string) *string {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

func orBlank(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// trendMatter is a technology's series as its page shows it.
type trendMatter struct {
	Interval  string
	Intervals []string
	Stock     web.LineChart
	Flow      web.LineChart
}

// trendOf asks for a page's charts; a page's interval is a week unless its address names
// another.
func (s *server) trendOf(ctx context.Context, set Pinned, p *web.Page, techID string) (*trendMatter, error) {
	q, err := s.askValues(map[string][]string{"tech": {techID}, "interval": {p.OneOf("interval", pageIntervals...)}}, trendParams)
	if err != nil {
		return nil, err
	}
	answer, err := s.trend(ctx, set, q)
	if err != nil {
		return nil, err
	}
	m := &trendMatter{Interval: q.Interval, Intervals: intervals}
	m.Stock.Head, m.Flow.Head = say(p, "trend.stock"), say(p, "trend.flow")
	m.Stock.Unit, m.Flow.Unit = q.Interval, q.Interval
	var open, opened, closed []int64
	for _, point := range answer.Series[0].Points {
		m.Stock.Dates, open = append(m.Stock.Dates, point.Date), append(open, point.OpenCount)
		if point.Date > *answer.CountedFrom { // else the flow is the stock that was found
			m.Flow.Dates = append(m.Flow.Dates, point.Date)
			opened, closed = append(opened, point.OpenedCount), append(closed, point.ClosedCount)
		}
	}
	m.Stock.Lines = []web.Line{{Name: say(p, "trend.open"), Values: open}}
	m.Flow.Lines = []web.Line{{Name: say(p, "trend.opened"), Values: opened}, {Name: say(p, "trend.closed"), Values: closed}}
	return m, nil
}
