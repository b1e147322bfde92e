package smartrecruiters

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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

type source struct {
	base   string
	boards []string
}

// New returns the source for the boards named in the settings; errs.Invalid for a name
// that cannot be one.
func New(s sources.Settings) (sources.Source, error) {
	if err := companies.Check(name, s.Boards, jobsURL+"/TOKEN"); err != nil {
		return nil, err
	}
	return source{base: strings.TrimRight(cmp.Or(s.BaseURL, baseURL), "/"), boards: slices.Clone(s.Boards)}, nil
}

func (source) Name() string       { return name }
func (source) ParserVersion() int { return 1 }

func (s source) Lists(context.Context, sources.Getter) ([]string, error) {
	return slices.Clone(s.boards), nil
}

func (s source) postings(list string) string {
	return s.base + "/v1/companies/" + url.PathEscape(list) + "/postings"
}

func (s source) Discover(ctx context.Context, get sources.Getter, list string, limit int) (sources.Listing, error) {
	return listing.Read(ctx, get, listing.List{
		Name: list, Limit: limit, Parse: s.Parse,
		URL: func(page int) string {
			return fmt.Sprintf("%s?limit=%d&offset=%d", s.postings(list), pageRows, (page-1)*pageRows)
		},
	})
}

func (s source) Fetch(ctx context.Context, get sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return get.Get(ctx, sources.Request{URL: ref.URL, Kind: schemas.KindDetail, List: ref.List, BoardID: ref.BoardID, Stamp: ref.Stamp})
}

func (s source) Parse(doc schemas.Document) (sources.Parsed, error) {
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
	for i, raw := range page.Content {
		r := record.Of(raw)
		p := common(r, doc.List)
		p.Stamp = record.Stamp(p.Title, p.PostedAt, p.Locations, p.Categories, p.EmploymentRaw, p.ExperienceRaw, p.RemoteRaw)
		p.Position = int32(page.Offset + i + 1)
		if p.BoardID != "" && p.Position > 0 {
			out.Refs = append(out.Refs, sources.Ref{
				BoardID: p.BoardID, URL: s.postings(doc.List) + "/" + url.PathEscape(p.BoardID), List: doc.List, Stamp: p.Stamp, Position: int(p.Position),
			})
		}
		r.Keep(&out, p)
	}
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
