package web

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// LineChart is lines over time, drawn from nothing upwards so that a small change does not
// look like a large one. Its template sets the same numbers beside it as a table.
type LineChart struct {
	Head  string   // what the values are
	Unit  string   // of the dates: day, week, month
	Dates []string // calendar days, oldest first
	Lines []Line
}

// Line is one line of a chart; it has a value for every date.
type Line struct {
	Name   string
	Values []int64
}

// The chart's inside in its own units; the page stretches it.
const (
	chartWidth  = 1000
	chartHeight = 300
)

// Top is the upper end of the scale: 2, 4, 6 or 10 times a power of ten, so that its half
// is a whole number.
func (c LineChart) Top() int64 {
	most := int64(2)
	for _, line := range c.Lines {
		for _, v := range line.Values {
			most = max(most, v)
		}
	}
	for power := int64(1); ; power *= 10 {
		for _, step := range []int64{2, 4, 6, 10} {
			if step*power >= most {
				return step * power
			}
		}
	}
}

// Middle is half of Top.
func (c LineChart) Middle() int64 { return c.Top() / 2 }

// Path is a line's way as SVG writes it; a single value is a dot.
func (c LineChart) Path(l Line) string {
	var b strings.Builder
	top := float64(c.Top())
	for i, v := range l.Values {
		x := 0.0
		if len(l.Values) > 1 {
			x = float64(i) / float64(len(l.Values)-1) * chartWidth
		}
		b.WriteString(map[bool]string{true: "M", false: "L"}[i == 0])
		b.WriteString(rounded(x) + " " + rounded(chartHeight-float64(v)/top*chartHeight))
	}
	if len(l.Values) == 1 {
		b.WriteString("h0")
	}
	return b.String()
}

func rounded(v float64) string { return strconv.FormatFloat(math.Round(10*v)/10, 'f', -1, 64) }

// IsEmpty says whether there is nothing to draw.
func (c LineChart) IsEmpty() bool { return len(c.Dates) == 0 }

// Ends are the first, the middle and the last date, fewer where there are fewer.
func (c LineChart) Ends() []string {
	switch n := len(c.Dates); n {
	case 0, 1, 2:
		return c.Dates
	default:
		return []string{c.Dates[0], c.Dates[n/2], c.Dates[n-1]}
	}
}

// Last is a line's last value.
func (l Line) Last() int64 {
	if len(l.Values) == 0 {
		return 0
	}
	return l.Values[len(l.Values)-1]
}

// Signed writes a part by which something grew or shrank: +12%, −8%.
func (p *Page) Signed(change float64) string {
	text := strconv.FormatFloat(math.Abs(100*change), 'f', 0, 64) + "%"
	switch {
	case text == "0%":
		return "0%"
	case change < 0:
		return "−" + text
	}
	return "+" + text
}

// Difference writes how much a count grew: +12, −8.
func (p *Page) Difference(before, after int64) string {
	switch d := after - before; {
	case d < 0:
		return "−" + p.Number(-d)
	case d > 0:
		return "+" + p.Number(d)
	}
	return "0"
}

// Day says a calendar day in the page's language, a month without its day.
func (p *Page) Day(date, unit string) (string, error) {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return "", err
	}
	switch unit {
	case "year":
		return p.T("date.year", day.Year())
	case "quarter":
		return p.T("date.quarter", day.Year(), (int(day.Month())+2)/3)
	}
	layout := map[bool]string{true: "2006. 1. 2.", false: "2 Jan 2006"}[p.IsKorean()]
	if unit == "month" {
		layout = map[bool]string{true: "2006. 1.", false: "Jan 2006"}[p.IsKorean()]
	}
	return day.Format(layout), nil
}

// OneOf is a parameter's value where it is one of those allowed, else the first of them.
func (p *Page) OneOf(name string, allowed ...string) string {
	for _, value := range allowed {
		if p.Values.Get(name) == value {
			return value
		}
	}
	return allowed[0]
}

// ShortDay says a calendar day without its year.
func (p *Page) ShortDay(date, unit string) (string, error) {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil || unit != "day" && unit != "week" {
		return p.Day(date, unit)
	}
	return day.Format(map[bool]string{true: "1. 2.", false: "2 Jan"}[p.IsKorean()]), nil
}

// ChartLabel says a chart in one sentence for readers who cannot see it.
func (p *Page) ChartLabel(c LineChart) (string, error) {
	if c.IsEmpty() {
		return c.Head, nil
	}
	from, err := p.Day(c.Dates[0], c.Unit)
	if err != nil {
		return "", err
	}
	to, err := p.Day(c.Dates[len(c.Dates)-1], c.Unit)
	if err != nil {
		return "", err
	}
	parts := make([]string, 0, len(c.Lines))
	for _, line := range c.Lines {
		part, err := p.T("chart.fromto", line.Name, p.Number(line.Values[0]), p.Number(line.Last()))
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	return c.Head + ", " + from + " – " + strings.TrimSuffix(to, ".") + ". " + strings.Join(parts, ". "), nil
}

// Chart is values side by side: a technology's, a role's part of a set of postings. Its
// template draws bars and sets the same numbers beside them as a table; chart.js draws the
// other forms from that table.
type Chart struct {
	Head  string // what the values are
	Of    string // what is counted: the head of the names' column
	Note  string
	Items []Item
	// Over is how many values were left out, 0 for none.
	Over int64
	// HasReach says that the shares have intervals.
	HasReach bool
	// IsWhole says that the shares add up to all, so that a pie of them is a pie of the postings.
	IsWhole bool
}

// Item is one value of a chart.
type Item struct {
	Name, Href       string
	Count            int64
	Share, Low, High float64 // 0 to 1; Low and High are the 95 % interval
}

// Most is the longest bar's end.
func (c Chart) Most() float64 {
	most := 0.0
	for _, item := range c.Items {
		most = max(most, item.Share, item.High)
	}
	return most
}
