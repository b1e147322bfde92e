package toss

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/listing"
	"github.com/techmapit/tmi/sources/record"
)

const (
	name    = "toss"
	homeURL = "https://toss.im/career"
	baseURL = "https://api-public.toss.im"
	path    = "/api/v3/ipd-eggnog/career/jobs"
	list    = "all"
	company = "토스"
)

// Board is Toss for the config.
var Board = sources.Board{
	Name: name, Title: "토스 Toss", HomeURL: homeURL, IsKorean: true,
	Settings: sources.Settings{BaseURL: baseURL},
	Terms:    "the public list behind the employer's own career page (readers' reports, 2026); nobody has said what its robots.txt and terms allow",
	New:      New,
}

type source struct{ base string }

// New returns the source; settings other than BaseURL are not used.
func New(s sources.Settings) (sources.Source, error) {
	return source{base: strings.TrimRight(cmp.Or(s.BaseURL, baseURL), "/")}, nil
}

func (source) Name() string       { return name }
func (source) ParserVersion() int { return 1 }

func (source) Lists(context.Context, sources.Getter) ([]string, error) { return []string{list}, nil }

func (s source) Discover(ctx context.Context, get sources.Getter, list string, limit int) (sources.Listing, error) {
	return listing.Read(ctx, get, listing.List{Name: list, Limit: limit, Parse: s.Parse, URL: func(int) string { return s.base + path }})
}

// Fetch is never needed: the list's rows are whole.
func (source) Fetch(_ context.Context, _ sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return schemas.Document{}, errs.New(errs.Invalid, "fetch posting %s: the list of toss is whole", ref.BoardID)
}

func (s source) Parse(doc schemas.Document) (sources.Parsed, error) {
	var answer struct {
		ResultType string            `json:"resultType"`
		Success    []json.RawMessage `json:"success"`
	}
	if err := record.Envelope(doc.Body, &answer); err != nil {
		return sources.Parsed{}, err
	}
	if doc.Status != http.StatusOK || answer.ResultType != "SUCCESS" || answer.Success == nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d with resultType %q: success: expected a list", doc.Status, answer.ResultType)
	}
	out := sources.Parsed{IsWhole: true, Last: true}
	seen := map[string]bool{}
	for i, raw := range answer.Success {
		r := record.Of(raw)
		p, isHidden := posting(r)
		if isHidden || seen[p.BoardID] && len(r.Reasons()) == 0 {
			continue
		}
		p.Position = int32(i + 1)
		if p.BoardID != "" {
			seen[p.BoardID] = true
			out.Refs = append(out.Refs, sources.Ref{BoardID: p.BoardID, List: doc.List, Position: i + 1})
		}
		r.Keep(&out, p)
	}
	return out, nil
}

// What an employer's own field is about, by the words in its name.
var (
	companyName  = regexp.MustCompile(`자회사`)
	textName     = regexp.MustCompile(`(?i)job description`)
	deadlineName = regexp.MustCompile(`클로징 ?일자`)
	hiddenName   = regexp.MustCompile(`미노출`)
	categoryName = regexp.MustCompile(`(?i)job category`)
	kindName     = regexp.MustCompile(`(?i)employment|고용 ?형태`)
	day          = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

func posting(r *record.Record) (p schemas.BoardPosting, isHidden bool) {
	p = schemas.BoardPosting{
		BoardID:  r.ID("id"),
		Title:    htmltext.Line(r.Required("title")),
		Company:  company,
		PostedAt: r.Time("first_published"),
		Payload:  r.Payload(),
	}
	if p.URL = r.String("absolute_url"); !strings.HasPrefix(p.URL, "https://") {
		p.URL = homeURL + "/job-detail?gh_jid=" + p.BoardID
	}
	p.Locations = record.Split(r.Object("location").String("name"), ";")
	for _, m := range r.Objects("metadata") {
		text := value(m.Raw("value"))
		if text == "" {
			continue
		}
		switch name := m.String("name"); {
		case companyName.MatchString(name):
			p.Company = htmltext.Line(text)
		case textName.MatchString(name):
			p.Body = cmp.Or(p.Body, htmltext.Markdown(text))
		case deadlineName.MatchString(name):
			if day.MatchString(text) { // some write a sentence
				p.ClosesAt, p.IsAlwaysOpen = m.Deadline("value")
			}
		case hiddenName.MatchString(name):
			isHidden = strings.EqualFold(text, "true") || text == "t"
		case categoryName.MatchString(name):
			p.Categories = record.Names(append(p.Categories, strings.Split(text, ", ")...)...)
		case kindName.MatchString(name):
			p.EmploymentRaw = cmp.Or(p.EmploymentRaw, htmltext.Line(text))
		}
	}
	if p.Body == "" {
		p.Body = htmltext.Text(htmltext.Unescape(r.String("content")))
	}
	return p, isHidden && len(r.Reasons()) == 0
}

// value is a field's value where it is a text, a truth or a list of texts; "" for others.
func value(raw json.RawMessage) string {
	var text string
	var truth bool
	var texts []string
	switch {
	case json.Unmarshal(raw, &text) == nil:
		return text
	case json.Unmarshal(raw, &truth) == nil && truth:
		return "true"
	case json.Unmarshal(raw, &texts) == nil:
		return strings.Join(texts, ", ")
	}
	return ""
}
