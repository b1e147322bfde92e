package smartrecruiters

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/companies"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/listing"
	"github.com/techmapit/tmi/sources/record"
)

const (
	name     = "smartrecruiters"
	baseURL  = "https://api.smartrecruiters.com"
	jobsURL  = "https://jobs.smartrecruiters.com"
	pageRows = 100
)

// Board is SmartRecruiters for the config. No employer from Korea ships with the program,
// so that it is read only where the config names boards.
var Board = sources.Board{
	Name: name, Title: "SmartRecruiters", HomeURL: "https://www.smartrecruiters.com", IsAllowed: true, NeedsBoards: true,
	Settings: sources.Settings{BaseURL: baseURL, Boards: companies.Tokens(name)},
	Terms:    "a public API meant for listing jobs (maintainers' reports, 2026)",
	New:      New,
}

type source struct{ base string }

// New returns the source for the boards named in the settings; errs.Invalid for a name
// that cannot be one.
func New(s sources.Settings) (sources.Source, error) {
	if err := companies.Check(name, s.Boards, jobsURL+"/TOKEN"); err != nil {
		return nil, err
	}
	board := source{listing.Base(s, baseURL)}
	return listing.Reader{
		Source: name, Version: 1, Tokens: s.Boards, Read: board.parse,
		Page: func(list string, page int) string {
			return fmt.Sprintf("%s?limit=%d&offset=%d", board.postings(list), pageRows, (page-1)*pageRows)
		},
	}, nil
}

func (s source) postings(list string) string {
	return s.base + "/v1/companies/" + url.PathEscape(list) + "/postings"
}

func (s source) parse(doc schemas.Document) (sources.Parsed, error) {
	isGone := doc.Status == http.StatusNotFound || doc.Status == http.StatusGone
	switch {
	case isGone && doc.Kind == schemas.KindList:
		return sources.Parsed{NoSuchBoard: true, Last: true}, nil
	case isGone:
		return sources.Parsed{Gone: true}, nil
	case doc.Status != http.StatusOK:
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d is no answer of the board", doc.Status)
	case doc.Kind == schemas.KindList:
		return s.parseList(doc)
	}
	var raw json.RawMessage
	if err := record.Envelope(doc.Body, &raw); err != nil {
		return sources.Parsed{}, err
	}
	return parseDetail(doc, raw), nil
}

func (s source) parseList(doc schemas.Document) (sources.Parsed, error) {
	var page struct {
		Offset     int               `json:"offset"`
		TotalFound *int              `json:"totalFound"`
		Content    []json.RawMessage `json:"content"`
	}
	if err := record.Envelope(doc.Body, &page); err != nil {
		return sources.Parsed{}, err
	}
	if page.Content == nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "content: is missing, expected a list")
	}
	out := sources.Parsed{Total: page.TotalFound}
	out.Last = len(page.Content) == 0 || page.TotalFound != nil && page.Offset+len(page.Content) >= *page.TotalFound
	listing.Rows(&out, page.Content, doc.List, page.Offset, func(r *record.Record) (schemas.BoardPosting, bool) {
		p := common(r, doc.List)
		p.Stamp = record.Stamp(p.Title, p.PostedAt, p.Locations, p.Categories, p.EmploymentRaw, p.ExperienceRaw, p.RemoteRaw)
		return p, true
	}, func(boardID string) string { return s.postings(doc.List) + "/" + url.PathEscape(boardID) })
	return out, nil
}

func parseDetail(doc schemas.Document, raw json.RawMessage) sources.Parsed {
	out := sources.Parsed{IsWhole: true}
	r := record.Of(raw)
	p := common(r, doc.List)
	if len(r.Reasons()) == 0 && !r.Object("jobAd").Has("sections") {
		r.Fail("jobAd.sections", "is missing, expected the posting's texts")
	}
	sections := r.Object("jobAd").Object("sections")
	text := func(name string) string { return htmltext.Text(sections.Object(name).String("text")) }
	p.About, p.Duties, p.Requirements, p.Body = text("companyDescription"), text("jobDescription"), text("qualifications"), text("additionalInformation")
	if address := r.String("postingUrl"); strings.HasPrefix(address, "https://") {
		p.URL = address
	}
	r.Asked(doc, "id", p.BoardID)
	r.Keep(&out, p)
	return out
}

// common reads what rows and details share.
func common(r *record.Record, list string) schemas.BoardPosting {
	label := func(name string) string { return htmltext.Line(r.Object(name).String("label")) }
	company := r.Object("company")
	p := schemas.BoardPosting{
		BoardID:        r.ID("id"),
		Title:          htmltext.Line(r.Required("name")),
		Company:        cmp.Or(htmltext.Line(company.String("name")), companies.Name(name, list)),
		CompanyBoardID: cmp.Or(company.String("identifier"), list),
		Categories:     record.Names(label("department"), label("function")),
		EmploymentRaw:  label("typeOfEmployment"),
		ExperienceRaw:  label("experienceLevel"),
		IndustryRaw:    label("industry"),
		LanguageRaw:    r.Object("language").String("code"),
		PostedAt:       r.Time("releasedDate"),
		Payload:        r.Payload(),
	}
	p.URL = jobsURL + "/" + url.PathEscape(p.CompanyBoardID) + "/" + url.PathEscape(p.BoardID)
	place := r.Object("location")
	p.CountryRaw = place.String("country")
	if p.Locations = record.Names(place.String("fullLocation")); len(p.Locations) == 0 {
		p.Locations = record.Names(strings.Join(record.Names(place.String("city"), place.String("region")), ", "))
	}
	switch {
	case place.Bool("hybrid"):
		p.RemoteRaw = "hybrid"
	case place.Bool("remote"):
		p.RemoteRaw = "remote"
	}
	return p
}
