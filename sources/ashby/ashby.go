package ashby

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
	name    = "ashby"
	baseURL = "https://api.ashbyhq.com"
	jobsURL = "https://jobs.ashbyhq.com"
)

// Board is Ashby for the config. Its default boards are employers with postings in Korea
// (sources/companies.yaml).
var Board = sources.Board{
	Name: name, Title: "Ashby", HomeURL: "https://www.ashbyhq.com", IsAllowed: true, NeedsBoards: true,
	Settings: sources.Settings{BaseURL: baseURL, Boards: companies.Tokens(name)},
	Terms:    "a public API meant for listing jobs (maintainers' reports, 2026)",
	New:      New,
}

// New returns the source for the boards named in the settings; errs.Invalid for a name
// that cannot be one.
func New(s sources.Settings) (sources.Source, error) {
	if err := companies.Check(name, s.Boards, jobsURL+"/TOKEN"); err != nil {
		return nil, err
	}
	base := listing.Base(s, baseURL)
	return listing.Reader{
		Source: name, Version: 1, Tokens: s.Boards, IsWhole: true, Read: parse,
		Page: func(list string, _ int) string {
			return fmt.Sprintf("%s/posting-api/job-board/%s?includeCompensation=true", base, url.PathEscape(list))
		},
	}, nil
}

func parse(doc schemas.Document) (sources.Parsed, error) {
	if doc.Status == http.StatusNotFound || doc.Status == http.StatusGone {
		return sources.Parsed{NoSuchBoard: true, Last: true}, nil
	}
	var board struct {
		Jobs []json.RawMessage `json:"jobs"`
	}
	if err := record.Envelope(doc.Body, &board); err != nil {
		return sources.Parsed{}, err
	}
	if doc.Status != http.StatusOK || board.Jobs == nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d: jobs: is missing, expected a list", doc.Status)
	}
	out := sources.Parsed{IsWhole: true, Last: true}
	listing.Rows(&out, board.Jobs, doc.List, 0, func(r *record.Record) (schemas.BoardPosting, bool) {
		if r.Has("isListed") && !r.Bool("isListed") && len(r.Reasons()) == 0 {
			return schemas.BoardPosting{}, false
		}
		return posting(r, doc.List), true
	}, nil)
	return out, nil
}

func posting(r *record.Record, list string) schemas.BoardPosting {
	p := schemas.BoardPosting{
		BoardID:        r.ID("id"),
		Title:          htmltext.Line(r.Required("title")),
		Company:        companies.Name(name, list),
		CompanyBoardID: list,
		Categories:     record.Names(r.String("department"), r.String("team")),
		EmploymentRaw:  htmltext.Line(r.String("employmentType")),
		PostedAt:       r.Time("publishedAt"),
		Body:           cmp.Or(htmltext.Text(r.String("descriptionHtml")), htmltext.Clean(r.String("descriptionPlain"))),
		SalaryRaw:      htmltext.Line(r.Object("compensation").String("compensationTierSummary")),
		Payload:        r.Payload(),
	}
	if p.URL = r.String("jobUrl"); !strings.HasPrefix(p.URL, "https://") {
		p.URL = jobsURL + "/" + list + "/" + p.BoardID
	}
	address := r.Object("address").Object("postalAddress")
	p.CountryRaw = htmltext.Line(address.String("addressCountry"))
	places := []string{r.String("location")}
	for _, other := range r.Objects("secondaryLocations") {
		places = append(places, other.String("location"))
	}
	if p.Locations = record.Names(places...); len(p.Locations) == 0 {
		p.Locations = record.Names(address.String("addressLocality"), address.String("addressRegion"))
	}
	p.RemoteRaw = htmltext.Line(r.String("workplaceType"))
	if p.RemoteRaw == "" && r.Bool("isRemote") {
		p.RemoteRaw = "Remote"
	}
	return p
}
