package workable

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

type source struct {
	base   string
	boards []string
}

// New returns the source for the boards named in the settings; errs.Invalid for a name
// that cannot be one.
func New(s sources.Settings) (sources.Source, error) {
	if err := companies.Check(name, s.Boards, baseURL+"/TOKEN"); err != nil {
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
		URL: func(int) string {
			return fmt.Sprintf("%s/api/v1/widget/accounts/%s?details=true", s.base, url.PathEscape(list))
		},
	})
}

// Fetch is never needed: the list's rows are whole.
func (source) Fetch(_ context.Context, _ sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return schemas.Document{}, errs.New(errs.Invalid, "fetch posting %s: workable lists are whole", ref.BoardID)
}

func (s source) Parse(doc schemas.Document) (sources.Parsed, error) {
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
	for i, raw := range account.Jobs {
		r := record.Of(raw)
		p := posting(r, doc.List)
		p.Company = cmp.Or(htmltext.Line(account.Name), companies.Name(name, doc.List))
		p.Position = int32(i + 1)
		if p.BoardID != "" {
			out.Refs = append(out.Refs, sources.Ref{BoardID: p.BoardID, List: doc.List, Position: i + 1})
		}
		r.Keep(&out, p)
	}
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
