package rallit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/listing"
	"github.com/techmapit/tmi/sources/record"
)

const (
	homeURL  = "https://www.rallit.com"
	name     = "rallit"
	list     = "DEVELOPER" // a job group; the board takes one at a time
	pageRows = 50
)

// Board is Rallit for the config.
var Board = sources.Board{
	Name: name, Title: "랠릿 Rallit", HomeURL: homeURL, IsKorean: true, IsAllowed: true,
	Settings: sources.Settings{BaseURL: homeURL},
	Terms:    "robots.txt allows /api and forbids /applicants, /apply, /auth, /my and pages of members (maintainers' reports, 2026)",
	New:      New,
}

type source struct{ base string }

// New returns the source; settings other than BaseURL are not used.
func New(s sources.Settings) (sources.Source, error) {
	board := source{listing.Base(s, homeURL)}
	return listing.Reader{
		Source: name, Version: 1, Tokens: []string{list}, Read: board.parse,
		Filter: func(list string) string { return "jobGroup=" + list },
		Page: func(list string, page int) string {
			return fmt.Sprintf("%s/api/v1/position?jobGroup=%s&pageNumber=%d&pageSize=%d&sort=createdAt,DESC", board.base, list, page, pageRows)
		},
	}, nil
}

type envelope struct {
	StatusCode string          `json:"statusCode"`
	Data       json.RawMessage `json:"data"`
}

type listData struct {
	PageNumber int               `json:"pageNumber"`
	PageSize   int               `json:"pageSize"`
	TotalCount *int              `json:"totalCount"`
	TotalPage  *int              `json:"totalPage"`
	Items      []json.RawMessage `json:"items"`
}

func (s source) parse(doc schemas.Document) (sources.Parsed, error) {
	if doc.Kind == schemas.KindDetail {
		switch doc.Status {
		case http.StatusGone:
			return sources.Parsed{Gone: true}, nil
		case http.StatusNotFound:
			return sources.Parsed{NoDetail: true}, nil
		}
	}
	var e envelope
	if err := record.Envelope(doc.Body, &e); err != nil {
		return sources.Parsed{}, err
	}
	// errorCode says UNKNOWN_ERROR on success too; statusCode is the board's word.
	if doc.Status != http.StatusOK || e.StatusCode != "OK" {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d with statusCode %q is no answer of the board", doc.Status, e.StatusCode)
	}
	if doc.Kind == schemas.KindList {
		return s.parseList(doc, e)
	}
	return parseDetail(doc, e)
}

func (s source) parseList(doc schemas.Document, e envelope) (sources.Parsed, error) {
	var data listData
	if err := record.Envelope(e.Data, &data); err != nil {
		return sources.Parsed{}, err
	}
	if data.Items == nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "data.items: is missing, expected a list")
	}
	page := max(cmp.Or(doc.Page, data.PageNumber), 1)
	out := sources.Parsed{Total: data.TotalCount, Last: len(data.Items) == 0 || data.TotalPage != nil && page >= *data.TotalPage}
	before := (page - 1) * cmp.Or(data.PageSize, pageRows)
	listing.Rows(&out, data.Items, doc.List, before, func(r *record.Record) (schemas.BoardPosting, bool) {
		p := common(r)
		if place := place(r.String("addressRegion"), ""); place != "" {
			p.Locations = []string{place}
		}
		if url := r.String("url"); strings.HasPrefix(url, "https://") {
			p.URL = url
		}
		p.Stamp = record.Stamp(p.Title, p.Company, p.BoardTags, p.Locations, p.ExperienceRaw, p.PostedAt, p.ClosesAt, p.IsAlwaysOpen, r.Object("status").String("code"))
		return p, true
	}, func(boardID string) string { return s.base + "/api/v1/position/" + boardID })
	return out, nil
}

func parseDetail(doc schemas.Document, e envelope) (sources.Parsed, error) {
	out := sources.Parsed{IsWhole: true}
	r := record.Of(e.Data)
	p := common(r)
	region := r.Object("addressRegion")
	if place := place(region.String("code"), region.String("name")); place != "" {
		p.Locations = []string{place}
	}
	if street := htmltext.Line(r.String("addressMain") + " " + r.String("addressDetail")); street != "" {
		p.Locations = []string{street}
	}
	for _, job := range r.Objects("jobs") {
		if name := htmltext.Line(cmp.Or(job.String("name"), job.String("code"))); name != "" {
			p.Categories = append(p.Categories, name)
		}
	}
	if p.PostedAt.IsZero() {
		p.PostedAt = r.Time("approvedAt")
	}
	if r.Bool("isAlwaysHiring") {
		p.IsAlwaysOpen, p.ClosesAt = true, time.Time{}
	}
	p.SalaryRaw = salary(r)
	sections(r, &p)
	r.Asked(doc, "id", p.BoardID)
	r.Keep(&out, p)
	return out, nil
}

// sections reads the detail's HTML texts. The board repeats the employer's own text in
// several fields; each text is kept once.
func sections(r *record.Record, p *schemas.BoardPosting) {
	p.Duties = htmltext.Text(r.String("responsibilities"))
	p.Requirements = htmltext.Text(r.String("basicQualifications"))
	p.Preferred = htmltext.Text(r.String("preferredQualifications"))
	p.Benefits = htmltext.Text(r.String("benefits"))
	var steps []string
	for _, step := range r.Strings("positionSteps") {
		if step = htmltext.Line(step); step != "" {
			steps = append(steps, "• "+step)
		}
	}
	p.Process = strings.Join(steps, "\n")
	var about []string
	for _, field := range []string{"description", "companyDescription"} {
		about = appendNew(about, htmltext.Text(r.String(field)))
	}
	var body []string
	for _, field := range []string{"content", "additionalComments"} {
		if text := htmltext.Text(r.String(field)); !slices.ContainsFunc(about, sameText(text)) {
			body = appendNew(body, text)
		}
	}
	p.About, p.Body = strings.Join(about, "\n\n"), strings.Join(body, "\n\n")
}

func appendNew(texts []string, text string) []string {
	if text == "" || slices.ContainsFunc(texts, sameText(text)) {
		return texts
	}
	return append(texts, text)
}

// sameText compares without regard to white space, which the board's editor changes.
func sameText(text string) func(string) bool {
	words := htmltext.Line(text)
	return func(other string) bool { return htmltext.Line(other) == words }
}

// common reads what rows and details share.
func common(r *record.Record) schemas.BoardPosting {
	p := schemas.BoardPosting{
		BoardID:   r.ID("id"),
		Title:     htmltext.Line(r.Required("title")),
		Company:   htmltext.Line(r.String("companyName")),
		BoardTags: clean(r.Strings("jobSkillKeywords")),
		PostedAt:  r.Time("startedAt"),
		Payload:   r.Payload(),
	}
	p.URL = homeURL + "/positions/" + p.BoardID
	if r.Has("companyId") {
		p.CompanyBoardID = r.ID("companyId")
	}
	p.ClosesAt, p.IsAlwaysOpen = r.Deadline("endedAt")
	levels(r, &p)
	return p
}

// levels reads jobLevels, which the board prefers to jobLevel where they disagree.
// IRRELEVANT says nothing: boards' users leave it standing on postings that ask for years.
func levels(r *record.Record, p *schemas.BoardPosting) {
	levels := clean(r.Strings("jobLevels"))
	if one := strings.TrimSpace(r.String("jobLevel")); len(levels) == 0 && one != "" {
		levels = []string{one}
	}
	p.ExperienceRaw = strings.Join(levels, ",")
	isNewcomer := slices.Contains(levels, "BEGINNER") || slices.Contains(levels, "INTERN")
	isOpen := slices.Contains(levels, "IRRELEVANT")
	if isNewcomer || len(levels) > 0 && !isOpen {
		p.IsNewcomer = &isNewcomer
	}
	if slices.Contains(levels, "INTERN") {
		p.EmploymentRaw = "INTERN"
	}
}

// regions are the board's codes of places, in words that a reader of addresses knows.
var regions = map[string]string{
	"SEOUL": "서울", "GANGNAM": "서울 강남", "GURO_GASAN": "서울 구로·가산", "MAPO": "서울 마포", "SEONGSU": "서울 성수",
	"YEOUIDO": "서울 여의도", "JONGNO": "서울 종로", "PANGYO": "경기 성남 판교", "GYEONGGI": "경기", "INCHEON": "인천", "BUSAN": "부산",
	"DAEGU": "대구", "DAEJEON": "대전", "GWANGJU": "광주", "ULSAN": "울산", "SEJONG": "세종", "JEJU": "제주", "ETC": "",
}

func place(code, name string) string {
	if words, ok := regions[code]; ok {
		return cmp.Or(words, htmltext.Line(name))
	}
	return htmltext.Line(cmp.Or(name, code))
}

// salary is the pay in the board's own words; its type alone says nothing.
func salary(r *record.Record) string {
	kind, low := r.String("salaryType"), r.Int("minimumSalary")
	if low <= 0 || kind == "UNKNOWN_SALARY" {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%s %d", kind, low))
}

// clean drops blank names; nil for none.
func clean(names []string) (out []string) {
	for _, name := range names {
		if name = htmltext.Line(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}
