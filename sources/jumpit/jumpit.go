package jumpit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/listing"
	"github.com/techmapit/tmi/sources/record"
)

const (
	homeURL  = "https://jumpit.saramin.co.kr"
	baseURL  = "https://jumpit-api.saramin.co.kr"
	name     = "jumpit"
	list     = "all"
	filter   = "sort=reg_dt"
	pageRows = 16
	// goneCode is the board's word for a posting that is no more, in a 400.
	goneCode = "C003"
)

// Board is Jumpit for the config.
var Board = sources.Board{
	Name: name, Title: "점핏 Jumpit", HomeURL: homeURL, IsKorean: true, IsForIT: true, IsAllowed: true,
	Settings: sources.Settings{BaseURL: baseURL},
	Terms:    "robots.txt allows the position pages and their API (maintainers' reports, 2026); Saramin's member terms, article 19, ask not to republish: show excerpts and link",
	New:      New,
}

type source struct{ base string }

// New returns the source; settings other than BaseURL are not used.
func New(s sources.Settings) (sources.Source, error) {
	board := source{listing.Base(s, baseURL)}
	return listing.Reader{
		Source: name, Version: 1, Tokens: []string{list}, Read: board.parse,
		Filter: func(string) string { return filter },
		Page: func(_ string, page int) string {
			return fmt.Sprintf("%s/api/positions?%s&page=%d", board.base, filter, page)
		},
	}, nil
}

type envelope struct {
	Code   string          `json:"code"`
	Result json.RawMessage `json:"result"`
}

type listResult struct {
	TotalCount *int              `json:"totalCount"`
	Positions  []json.RawMessage `json:"positions"`
}

func (s source) parse(doc schemas.Document) (sources.Parsed, error) {
	var e envelope
	if err := record.Envelope(doc.Body, &e); err != nil {
		return sources.Parsed{}, err
	}
	if doc.Kind == schemas.KindList {
		return s.parseList(doc, e)
	}
	switch {
	case doc.Status == http.StatusBadRequest && e.Code == goneCode, doc.Status == http.StatusGone:
		return sources.Parsed{Gone: true}, nil
	case doc.Status != http.StatusOK:
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d with code %q is no answer of the board", doc.Status, e.Code)
	}
	return parseDetail(doc, e)
}

func (s source) parseList(doc schemas.Document, e envelope) (sources.Parsed, error) {
	var result listResult
	if err := record.Envelope(e.Result, &result); err != nil {
		return sources.Parsed{}, err
	}
	if doc.Status != http.StatusOK || result.Positions == nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d with code %q: positions: is missing, expected a list", doc.Status, e.Code)
	}
	out := sources.Parsed{Total: result.TotalCount, Last: len(result.Positions) == 0}
	listing.Rows(&out, result.Positions, doc.List, (max(doc.Page, 1)-1)*pageRows, func(r *record.Record) (schemas.BoardPosting, bool) {
		p := common(r)
		p.BoardTags = tags(r.Strings("techStacks"))
		p.Categories = split(r.String("jobCategory"))
		p.Locations = tags(r.Strings("locations"))
		p.Stamp = record.Stamp(p.Title, p.Company, p.BoardTags, p.Categories, p.Locations, p.IsNewcomer, p.ExperienceMinYears, p.ExperienceMaxYears, p.ClosesAt, p.IsAlwaysOpen)
		return p, true
	}, func(boardID string) string { return s.base + "/api/position/" + boardID })
	return out, nil
}

func parseDetail(doc schemas.Document, e envelope) (sources.Parsed, error) {
	out := sources.Parsed{IsWhole: true}
	r := record.Of(e.Result)
	p := common(r)
	for _, stack := range r.Objects("techStacks") {
		p.BoardTags = append(p.BoardTags, htmltext.Line(stack.String("stack")))
	}
	for _, category := range r.Objects("jobCategories") {
		p.Categories = append(p.Categories, htmltext.Line(category.String("name")))
	}
	for _, place := range r.Objects("workingPlaces") {
		p.Locations = append(p.Locations, htmltext.Line(place.String("address")))
	}
	if p.Locations = tags(p.Locations); len(p.Locations) == 0 {
		p.Locations = tags([]string{r.String("location")})
	}
	p.BoardTags, p.Categories = tags(p.BoardTags), tags(p.Categories)
	p.EducationRaw = htmltext.Line(r.String("educationName"))
	p.PostedAt = r.Time("publishedAt")
	p.About = htmltext.Clean(r.String("serviceInfo"))
	p.Duties = htmltext.Clean(r.String("responsibility"))
	p.Requirements = htmltext.Clean(r.String("qualifications"))
	p.Preferred = htmltext.Clean(r.String("preferredRequirements"))
	p.Benefits = htmltext.Clean(r.String("welfares"))
	p.Process = htmltext.Clean(r.String("recruitProcess"))
	r.Asked(doc, "id", p.BoardID)
	r.Keep(&out, p)
	return out, nil
}

// common reads what rows and details share.
func common(r *record.Record) schemas.BoardPosting {
	p := schemas.BoardPosting{
		BoardID: r.ID("id"),
		Title:   htmltext.Line(r.Required("title")),
		Company: htmltext.Line(r.String("companyName")),
		Payload: r.Payload(),
	}
	p.URL = homeURL + "/position/" + p.BoardID
	experience(r, &p)
	end, isNever := r.Deadline("closedAt")
	if p.IsAlwaysOpen = r.Bool("alwaysOpen") || isNever; !p.IsAlwaysOpen {
		p.ClosesAt = end
	}
	return p
}

// experience reads newcomer, minCareer and maxCareer. 0 as the upper bound means none;
// 0 as the lower one is a number only where newcomers are asked for.
func experience(r *record.Record, p *schemas.BoardPosting) {
	if !r.Has("newcomer") && !r.Has("minCareer") && !r.Has("maxCareer") {
		return
	}
	isNewcomer, low, high := r.Bool("newcomer"), r.Int32("minCareer"), r.Int32("maxCareer")
	p.IsNewcomer = &isNewcomer
	if low > 0 || isNewcomer {
		p.ExperienceMinYears = &low
	}
	if high > 0 {
		p.ExperienceMaxYears = &high
	}
	switch {
	case isNewcomer && high == 0:
		p.ExperienceRaw = "신입"
	case isNewcomer:
		p.ExperienceRaw = "신입·경력 " + strconv.Itoa(int(high)) + "년 이하"
	case low > 0 && high > 0:
		p.ExperienceRaw = fmt.Sprintf("경력 %d~%d년", low, high)
	case low > 0:
		p.ExperienceRaw = fmt.Sprintf("경력 %d년 이상", low)
	}
}

// tags cleans a list of names and drops the blank ones; nil for none.
func tags(names []string) (out []string) {
	for _, name := range names {
		if name = htmltext.Line(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

func split(names string) []string { return tags(strings.Split(names, ",")) }
