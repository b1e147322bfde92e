package lever

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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

func (s source) Discover(ctx context.Context, get sources.Getter, list string, limit int) (sources.Listing, error) {
	return listing.Read(ctx, get, listing.List{
		Name: list, Limit: limit, Parse: s.Parse,
		URL: func(int) string { return fmt.Sprintf("%s/v0/postings/%s?mode=json", s.base, url.PathEscape(list)) },
	})
}

// Fetch is never needed: the list's rows are whole.
func (source) Fetch(_ context.Context, _ sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return schemas.Document{}, errs.New(errs.Invalid, "fetch posting %s: lever lists are whole", ref.BoardID)
}

func (s source) Parse(doc schemas.Document) (sources.Parsed, error) {
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
	for i, raw := range rows {
		r := record.Of(raw)
		p := posting(r, doc.List)
		p.Position = int32(i + 1)
		if p.BoardID != "" {
			out.Refs = append(out.Refs, sources.Ref{BoardID: p.BoardID, List: doc.List, Position: i + 1})
		}
		r.Keep(&out, p)
	}
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
