package lever

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/companies"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/listing"
	"github.com/techmapit/tmi/sources/record"
)

const (
	name    = "lever"
	baseURL = "https://api.lever.co"
	jobsURL = "https://jobs.lever.co"
)

// Board is Lever for the config. No employer from Korea is known to use it, so that it is
// read only where the config names boards.
var Board = sources.Board{
	Name: name, Title: "Lever", HomeURL: "https://www.lever.co", IsAllowed: true, NeedsBoards: true,
	Settings: sources.Settings{BaseURL: baseURL, Boards: companies.Tokens(name)},
	Terms:    "a public API meant for listing jobs; its robots.txt allows everything (maintainers' reports, 2026)",
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
			return fmt.Sprintf("%s/v0/postings/%s?mode=json", base, url.PathEscape(list))
		},
	}, nil
}

func parse(doc schemas.Document) (sources.Parsed, error) {
	if doc.Status == http.StatusNotFound || doc.Status == http.StatusGone {
		return sources.Parsed{NoSuchBoard: true, Last: true}, nil
	}
	var rows []json.RawMessage
	if err := record.Envelope(doc.Body, &rows); err != nil {
		return sources.Parsed{}, err
	}
	if doc.Status != http.StatusOK || rows == nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d: expected a list of postings", doc.Status)
	}
	out := sources.Parsed{IsWhole: true, Last: true}
	listing.Rows(&out, rows, doc.List, 0, func(r *record.Record) (schemas.BoardPosting, bool) { return posting(r, doc.List), true }, nil)
	return out, nil
}

func posting(r *record.Record, list string) schemas.BoardPosting {
	p := schemas.BoardPosting{
		BoardID:        r.ID("id"),
		Title:          htmltext.Line(r.Required("text")),
		Company:        companies.Name(name, list),
		CompanyBoardID: list,
		CountryRaw:     htmltext.Line(r.String("country")),
		Payload:        r.Payload(),
	}
	if p.URL = r.String("hostedUrl"); !strings.HasPrefix(p.URL, "https://") {
		p.URL = jobsURL + "/" + list + "/" + p.BoardID
	}
	if at := r.Int("createdAt"); at > 0 {
		p.PostedAt = time.UnixMilli(at).UTC()
	}
	categories := r.Object("categories")
	p.EmploymentRaw = htmltext.Line(categories.String("commitment"))
	p.Categories = record.Names(categories.String("department"), categories.String("team"))
	if p.Locations = record.Names(categories.Strings("allLocations")...); len(p.Locations) == 0 {
		p.Locations = record.Names(categories.String("location"))
	}
	if kind := htmltext.Line(r.String("workplaceType")); kind != "unspecified" {
		p.RemoteRaw = kind
	}
	p.SalaryRaw = salary(r)
	p.Body = body(r)
	return p
}

// body joins what the page shows one below the other. The plain twins of the HTML fields
// lose their lists, so that they are read only where the HTML is missing.
func body(r *record.Record) string {
	text := func(html, plain string) string {
		return cmp.Or(htmltext.Text(r.String(html)), htmltext.Clean(r.String(plain)))
	}
	opening, main := text("opening", "openingPlain"), text("descriptionBody", "descriptionBodyPlain")
	if opening == "" && main == "" {
		main = text("description", "descriptionPlain")
	}
	texts := []string{opening, main}
	for _, part := range r.Objects("lists") {
		head, items := htmltext.Line(part.String("text")), htmltext.Text(part.String("content"))
		texts = append(texts, strings.TrimSpace(head+"\n"+items))
	}
	return record.Texts(append(texts, text("additional", "additionalPlain"))...)
}

// salary is the pay in the employer's own words, or the range that the board asks for.
func salary(r *record.Record) string {
	if text := htmltext.Line(r.String("salaryDescriptionPlain")); text != "" {
		return text
	}
	pay := r.Object("salaryRange")
	low, high := pay.Raw("min"), pay.Raw("max")
	if low == nil && high == nil {
		return ""
	}
	return htmltext.Line(fmt.Sprintf("%s %s-%s %s", pay.String("currency"), low, high, pay.String("interval")))
}
