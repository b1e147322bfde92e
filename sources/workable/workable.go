package workable

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
	name    = "workable"
	baseURL = "https://apply.workable.com"
)

// Board is Workable for the config; it has no default boards.
var Board = sources.Board{
	Name: name, Title: "Workable (unconfirmed)", HomeURL: "https://www.workable.com", NeedsBoards: true,
	Settings: sources.Settings{BaseURL: baseURL, Boards: companies.Tokens(name)},
	Terms:    "not known, and the answers' shape is unconfirmed: no recorded answer was at hand",
	New:      New,
}

// New returns the source for the boards named in the settings; errs.Invalid for a name
// that cannot be one.
func New(s sources.Settings) (sources.Source, error) {
	if err := companies.Check(name, s.Boards, baseURL+"/TOKEN"); err != nil {
		return nil, err
	}
	base := listing.Base(s, baseURL)
	return listing.Reader{
		Source: name, Version: 1, Tokens: s.Boards, IsWhole: true, Read: parse,
		Page: func(list string, _ int) string {
			return fmt.Sprintf("%s/api/v1/widget/accounts/%s?details=true", base, url.PathEscape(list))
		},
	}, nil
}

func parse(doc schemas.Document) (sources.Parsed, error) {
	if doc.Status == http.StatusNotFound || doc.Status == http.StatusGone {
		return sources.Parsed{NoSuchBoard: true, Last: true}, nil
	}
	var account struct {
		Name string            `json:"name"`
		Jobs []json.RawMessage `json:"jobs"`
	}
	if err := record.Envelope(doc.Body, &account); err != nil {
		return sources.Parsed{}, err
	}
	if doc.Status != http.StatusOK || account.Jobs == nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d: jobs: is missing, expected a list", doc.Status)
	}
	out := sources.Parsed{IsWhole: true, Last: true}
	listing.Rows(&out, account.Jobs, doc.List, 0, func(r *record.Record) (schemas.BoardPosting, bool) {
		p := posting(r, doc.List)
		p.Company = cmp.Or(htmltext.Line(account.Name), companies.Name(name, doc.List))
		return p, true
	}, nil)
	return out, nil
}

func posting(r *record.Record, list string) schemas.BoardPosting {
	line := func(name string) string { return htmltext.Line(r.String(name)) }
	p := schemas.BoardPosting{
		BoardID:        r.ID("shortcode"),
		Title:          htmltext.Line(r.Required("title")),
		CompanyBoardID: list,
		Categories:     record.Names(r.String("department"), r.String("function")),
		EmploymentRaw:  line("employment_type"),
		ExperienceRaw:  line("experience"),
		EducationRaw:   line("education"),
		IndustryRaw:    line("industry"),
		CountryRaw:     line("country"),
		PostedAt:       r.Time("published_on"),
		Body:           htmltext.Text(r.String("description")),
		Payload:        r.Payload(),
	}
	if p.URL = r.String("url"); !strings.HasPrefix(p.URL, "https://") {
		p.URL = baseURL + "/" + list + "/j/" + p.BoardID + "/"
	}
	p.Locations = record.Names(strings.Join(record.Names(r.String("city"), r.String("state")), ", "))
	if r.Bool("telecommuting") {
		p.RemoteRaw = "remote"
	}
	return p
}
