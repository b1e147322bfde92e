package rocketpunch

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/page"
	"github.com/techmapit/tmi/sources/record"
)

const (
	name    = "rocketpunch"
	homeURL = "https://www.rocketpunch.com"
)

// Board is RocketPunch for the config: an archive.
var Board = sources.Board{
	Name: name, Title: "로켓펀치 RocketPunch (archive)", HomeURL: homeURL, IsKorean: true, IsArchive: true,
	Settings: sources.Settings{BaseURL: homeURL},
	Terms:    "robots.txt forbids the lists and a guard stands before the pages (maintainers' reports, 2026); recorded pages alone are read",
	New:      New,
}

type source struct{}

// New returns the source; no settings are used.
func New(sources.Settings) (sources.Source, error) { return source{}, nil }

func (source) Name() string       { return name }
func (source) ParserVersion() int { return 1 }

func forbidden(what string) error {
	return errs.New(errs.Invalid, "%s of rocketpunch: its robots.txt forbids the lists and a guard stands before the pages; only recorded pages can be read", what)
}

// Lists is errs.Invalid: nothing is asked.
func (source) Lists(context.Context, sources.Getter) ([]string, error) {
	return nil, forbidden("lists")
}

// Discover is errs.Invalid: nothing is asked.
func (source) Discover(_ context.Context, _ sources.Getter, list string, _ int) (sources.Listing, error) {
	return sources.Listing{ListRead: schemas.ListRead{List: list}}, forbidden("list " + list)
}

// Fetch is errs.Invalid: nothing is asked.
func (source) Fetch(_ context.Context, _ sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return schemas.Document{}, forbidden("posting " + ref.BoardID)
}

func (source) Parse(doc schemas.Document) (sources.Parsed, error) {
	switch {
	case doc.Kind == schemas.KindDetail && (doc.Status == http.StatusNotFound || doc.Status == http.StatusGone):
		return sources.Parsed{Gone: true}, nil
	case doc.Status != http.StatusOK:
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d is no answer of the board", doc.Status)
	case doc.Kind == schemas.KindList:
		return parseList(doc)
	}
	return parseDetail(doc)
}

var address = regexp.MustCompile(`^(?:https?://[^/]+)?/jobs/(\d{1,12})(?:/|$|\?)`)

// parseList reads the postings that a list's HTML links to; their texts are not read, as a
// page has them all.
func parseList(doc schemas.Document) (sources.Parsed, error) {
	var answer struct {
		Data struct {
			Template *string `json:"template"`
		} `json:"data"`
	}
	if err := record.Envelope(doc.Body, &answer); err != nil {
		return sources.Parsed{}, err
	}
	if answer.Data.Template == nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "data.template: is missing, expected HTML")
	}
	html, err := page.Open([]byte(*answer.Data.Template))
	if err != nil {
		return sources.Parsed{}, err
	}
	out := sources.Parsed{}
	seen := map[string]bool{}
	html.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
		m := address.FindStringSubmatch(a.AttrOr("href", ""))
		if m == nil || seen[m[1]] {
			return
		}
		seen[m[1]] = true
		out.Refs = append(out.Refs, sources.Ref{BoardID: m[1], URL: homeURL + "/jobs/" + m[1], List: doc.List, Position: len(out.Refs) + 1})
	})
	out.Last = len(out.Refs) == 0
	return out, nil
}

// fields are what a page says, and the posting's payload.
type fields struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Company   string   `json:"company,omitempty"`
	Duty      string   `json:"duty,omitempty"`
	Content   string   `json:"content,omitempty"`
	Tags      []string `json:"specialties,omitempty"`
	Areas     []string `json:"areas,omitempty"`
	Dates     []string `json:"dates,omitempty"`
	Canonical string   `json:"canonical,omitempty"`
}

func parseDetail(doc schemas.Document) (sources.Parsed, error) {
	html, err := page.Open(doc.Body)
	if err != nil {
		return sources.Parsed{}, err
	}
	texts := func(selector string) (all []string) {
		html.Find(selector).Each(func(_ int, s *goquery.Selection) { all = append(all, page.Line(s)) })
		return record.Names(all...)
	}
	f := fields{
		Title:     htmltext.Line(cmp.Or(html.Find(`meta[property="og:title"]`).AttrOr("content", ""), page.Line(html.Find("h1")), page.Line(html.Find("title")))),
		Duty:      cmp.Or(page.Text(html.Find(".duty.break span.full-text")), page.Text(html.Find(".duty.break span.short-text")), page.Text(html.Find(".duty.break"))),
		Content:   page.Text(html.Find(".content.break")),
		Tags:      texts(".job-specialties a"),
		Areas:     texts(".job-company-areas a"),
		Dates:     texts(".job-dates span"),
		Canonical: html.Find(`link[rel="canonical"]`).AttrOr("href", html.Find(`meta[property="og:url"]`).AttrOr("content", "")),
	}
	if f.Duty == "" && f.Content == "" && len(f.Tags) == 0 {
		return sources.Parsed{}, errs.New(errs.Corrupt, "the page holds no posting: no duty, no content, no specialties")
	}
	f.Company = htmltext.Line(page.Line(html.Find(".company-name")))
	f.ID = doc.BoardID
	if m := address.FindStringSubmatch(f.Canonical); m != nil {
		f.ID = m[1]
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "keep page: %w", err)
	}
	out := sources.Parsed{IsWhole: true}
	r := record.Of(raw)
	p := schemas.BoardPosting{
		Title: r.Required("title"), Company: f.Company, BoardTags: f.Tags, Locations: f.Areas, Duties: f.Duty, Body: f.Content, CountryRaw: "KR", Payload: r.Payload(),
	}
	if p.BoardID = f.ID; p.BoardID == "" {
		r.Fail("id", "is missing, expected the number in the page's address")
	}
	p.URL = homeURL + "/jobs/" + p.BoardID
	for i, date := range f.Dates {
		// The first of two is the day on which the posting was put up.
		if m := day.FindString(date); m != "" && (i > 0 || strings.Contains(date, "마감")) {
			if t, err := time.ParseInLocation("2006.01.02", m, record.KST); err == nil {
				p.ClosesAt = t.Add(24*time.Hour - time.Second).UTC()
			}
		}
		p.IsAlwaysOpen = p.IsAlwaysOpen || strings.Contains(date, "상시") || strings.Contains(date, "수시")
	}
	if p.IsAlwaysOpen {
		p.ClosesAt = time.Time{}
	}
	r.Asked(doc, "id", p.BoardID)
	r.Keep(&out, p)
	return out, nil
}

var day = regexp.MustCompile(`\d{4}\.\d{2}\.\d{2}`)
