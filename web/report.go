package web

import (
	"bytes"
	"fmt"
	"html/template"
	"path"
	"strings"
	"time"
)

// Report is a month of the market, as a job makes it and pages show it. It holds no word of
// a posting's text and names nobody but companies.
type Report struct {
	Month       string       `json:"month"` // 2026-10
	From        string       `json:"from"`  // first calendar day counted
	To          string       `json:"to"`    // last one
	IsWhole     bool         `json:"is_whole"`
	HasFlow     bool         `json:"has_flow"` // collecting began before the month
	PublishedAt time.Time    `json:"published_at"`
	IsDemo      bool         `json:"is_demo,omitempty"`
	OpenBefore  int64        `json:"open_before"` // stock at the end of the day before
	Open        int64        `json:"open"`        // stock at the end of To
	Opened      int64        `json:"opened"`
	Closed      int64        `json:"closed"`
	Dates       []string     `json:"dates"` // of Stock
	Stock       []int64      `json:"stock"`
	Posted      int64        `json:"posted"` // postings of the month: what the shares are of
	Techs       []ReportTech `json:"techs"`
	Up          []ReportMove `json:"up"`
	Down        []ReportMove `json:"down"`
	Roles       []ReportPart `json:"roles"`
	Sources     []ReportPart `json:"sources"`
	Companies   []ReportFirm `json:"companies"`
}

// ReportTech is a technology in the postings of a month.
type ReportTech struct {
	TechID string  `json:"tech_id"`
	Tech   string  `json:"tech"`
	Count  int64   `json:"count"`
	Share  float64 `json:"share"`
	Low    float64 `json:"low"` // of the 95 % interval
	High   float64 `json:"high"`
}

// ReportMove is a technology whose stock changed over a month.
type ReportMove struct {
	TechID string `json:"tech_id"`
	Tech   string `json:"tech"`
	Then   int64  `json:"then"`
	Now    int64  `json:"now"`
}

// Change is the part by which the stock grew.
func (m ReportMove) Change() float64 { return float64(m.Now-m.Then) / float64(max(m.Then, 1)) }

// ReportPart is a role or a board over a month.
type ReportPart struct {
	Code   string `json:"code"`
	Open   int64  `json:"open"`
	Opened int64  `json:"opened"`
	Closed int64  `json:"closed"`
}

// ReportFirm is a company with its postings of a month.
type ReportFirm struct {
	CompanyID string `json:"company_id"`
	Company   string `json:"company"`
	Count     int64  `json:"count"`
}

// ReportName is what a report is called: 2026년 10월 IT 채용 시장.
func (p *Page) ReportName(month string) (string, error) {
	first, err := time.Parse("2006-01", month)
	if err != nil {
		return "", err
	}
	if p.IsKorean() {
		return p.T("report.name", first.Format("2006년 1월"))
	}
	return p.T("report.name", first.Format("January 2006"))
}

// Ending is what kind of file an address names: PDF, HTML.
func (p *Page) Ending(address string) string {
	return strings.ToUpper(strings.TrimPrefix(path.Ext(address), "."))
}

// ReportChart is the stock over the month.
func (p *Page) ReportChart(r *Report) (LineChart, error) {
	head, err := p.T("report.stock")
	if err != nil {
		return LineChart{}, err
	}
	name, err := p.T("trend.open")
	return LineChart{Head: head, Unit: "day", Dates: r.Dates, Lines: []Line{{Name: name, Values: r.Stock}}}, err
}

// ReportBars are the technologies of the month.
func (p *Page) ReportBars(r *Report) (Chart, error) {
	c := Chart{HasReach: true}
	for _, t := range r.Techs {
		c.Items = append(c.Items, Item{Name: t.Tech, Href: "/techs/" + t.TechID, Count: t.Count, Share: t.Share, Low: t.Low, High: t.High})
	}
	var err error
	if c.Head, err = p.T("report.techs"); err != nil {
		return c, err
	}
	if c.Of, err = p.T("chart.tech"); err != nil {
		return c, err
	}
	c.Note, err = p.T("report.techs.note", p.Number(r.Posted))
	return c, err
}

// RenderReport writes a report as a document of its own, which needs no other file: to
// print on A4, to mail, to keep.
func (s *Site) RenderReport(lang string, zone *time.Location, r *Report) ([]byte, error) {
	p := &Page{Lang: lang, Location: zone, Now: r.PublishedAt, PublishedAt: r.PublishedAt, IsDemo: r.IsDemo, Data: r}
	var err error
	if p.Title, err = p.ReportName(r.Month); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := s.pages["report"].ExecuteTemplate(&b, "paper", p); err != nil {
		return nil, fmt.Errorf("render report %s: %w", r.Month, err)
	}
	return b.Bytes(), nil
}

// inline is a sheet within a document that has no site around it.
func (s *Site) inline(name string) (template.HTML, error) {
	address, err := s.AssetPath(name)
	if err != nil {
		return "", err
	}
	return template.HTML("<style>" + string(s.assets[address].Body) + "</style>"), nil //nolint:gosec // our own file
}
