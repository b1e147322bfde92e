package greenhouse

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
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
	name    = "greenhouse"
	baseURL = "https://boards-api.greenhouse.io"
)

// Board is Greenhouse for the config. Its default boards are employers with postings in
// Korea, as one maintainer verified in June 2026 (sources/companies.yaml).
var Board = sources.Board{
	Name: name, Title: "Greenhouse", HomeURL: "https://www.greenhouse.com", IsKorean: true, IsAllowed: true, NeedsBoards: true,
	Settings: sources.Settings{BaseURL: baseURL, Boards: companies.Tokens(name)},
	Terms:    "a public API meant for listing jobs; its robots.txt forbids /embed/ alone (maintainers' reports, 2026)",
	New:      New,
}

var token = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// New returns the source for the boards named in the settings; errs.Invalid for a name
// that cannot be one.
func New(s sources.Settings) (sources.Source, error) {
	for _, board := range s.Boards {
		if !token.MatchString(board) {
			return nil, errs.New(errs.Invalid, "greenhouse boards: %q is no board's token, expected letters and digits as in https://boards.greenhouse.io/TOKEN", board)
		}
	}
	base := listing.Base(s, baseURL)
	return listing.Reader{
		Source: name, Version: 1, Tokens: s.Boards, IsWhole: true, Read: parse,
		Page: func(list string, _ int) string {
			return fmt.Sprintf("%s/v1/boards/%s/jobs?content=true", base, url.PathEscape(list))
		},
	}, nil
}

type board struct {
	Jobs []json.RawMessage `json:"jobs"`
	Meta struct {
		Total *int `json:"total"`
	} `json:"meta"`
}

func parse(doc schemas.Document) (sources.Parsed, error) {
	if doc.Status == http.StatusNotFound || doc.Status == http.StatusGone {
		return sources.Parsed{NoSuchBoard: true, Last: true}, nil
	}
	var b board
	if err := record.Envelope(doc.Body, &b); err != nil {
		return sources.Parsed{}, err
	}
	if doc.Status != http.StatusOK || b.Jobs == nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d: jobs: is missing, expected a list", doc.Status)
	}
	out := sources.Parsed{IsWhole: true, Last: true, Total: b.Meta.Total}
	listing.Rows(&out, b.Jobs, doc.List, 0, func(r *record.Record) (schemas.BoardPosting, bool) { return posting(r, doc.List), true }, nil)
	return out, nil
}

func posting(r *record.Record, list string) schemas.BoardPosting {
	p := schemas.BoardPosting{
		BoardID:        r.ID("id"),
		Title:          htmltext.Line(r.Required("title")),
		Company:        htmltext.Line(r.String("company_name")),
		CompanyBoardID: list,
		LanguageRaw:    r.String("language"),
		PostedAt:       r.Time("first_published"),
		Body:           text(r.String("content")),
		Stamp:          r.String("updated_at"),
		Payload:        r.Payload(),
	}
	p.ClosesAt, p.IsAlwaysOpen = r.Deadline("application_deadline")
	if p.URL = r.String("absolute_url"); !strings.HasPrefix(p.URL, "https://") && !strings.HasPrefix(p.URL, "http://") {
		p.URL = "https://boards.greenhouse.io/" + list + "/jobs/" + p.BoardID
	}
	for _, department := range r.Objects("departments") {
		p.Categories = appendNew(p.Categories, department.String("name"))
	}
	for _, place := range strings.Split(r.Object("location").String("name"), ";") {
		p.Locations = appendNew(p.Locations, place)
	}
	if len(p.Locations) == 0 {
		for _, office := range r.Objects("offices") {
			p.Locations = appendNew(p.Locations, cmp.Or(office.String("location"), office.String("name")))
		}
	}
	metadata(r, &p)
	return p
}

// text reads the content, HTML escaped once more; a board that leaves that out is read too.
func text(content string) string {
	if !strings.Contains(content, "<") {
		content = htmltext.Unescape(content)
	}
	return htmltext.Text(content)
}

// What an employer's own field is about, by its name.
var (
	employmentName = regexp.MustCompile(`(?i)^(employment|job|contract|worker) ?(type|status)$|고용 ?형태|^time type$`)
	experienceName = regexp.MustCompile(`(?i)experience|^career level$|경력`)
	remoteName     = regexp.MustCompile(`(?i)remote|workplace|work ?(place|location) type|근무 ?형태`)
	categoryName   = regexp.MustCompile(`(?i)^(job category|division|job family|job function|external department|직군|직무)`)
)

// metadata reads the employer's own fields, whose values are of any type: texts and lists
// of texts are taken, all else is passed over.
func metadata(r *record.Record, p *schemas.BoardPosting) {
	for _, m := range r.Objects("metadata") {
		values := texts(m.Raw("value"))
		if len(values) == 0 {
			continue
		}
		all := strings.Join(values, ", ")
		switch name := htmltext.Line(m.String("name")); {
		case employmentName.MatchString(name):
			p.EmploymentRaw = cmp.Or(p.EmploymentRaw, all)
		case experienceName.MatchString(name):
			p.ExperienceRaw = cmp.Or(p.ExperienceRaw, all)
		case remoteName.MatchString(name):
			p.RemoteRaw = cmp.Or(p.RemoteRaw, all)
		case categoryName.MatchString(name):
			for _, value := range values {
				p.Categories = appendNew(p.Categories, value)
			}
		}
	}
}

func texts(raw json.RawMessage) (out []string) {
	var one string
	var many []any
	if json.Unmarshal(raw, &one) == nil {
		return appendNew(nil, one)
	}
	if json.Unmarshal(raw, &many) == nil {
		for _, v := range many {
			if text, ok := v.(string); ok {
				out = appendNew(out, text)
			}
		}
	}
	return out
}

func appendNew(names []string, name string) []string {
	if name = htmltext.Line(name); name == "" || slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}
