package wanted

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
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
	name     = "wanted"
	homeURL  = "https://www.wanted.co.kr"
	group    = "518" // the job group of developers
	pageRows = 100
	noBound  = 100 // annual_to without an upper bound
)

// Board is Wanted for the config.
var Board = sources.Board{
	Name: name, Title: "원티드 Wanted", HomeURL: homeURL, IsKorean: true,
	Settings: sources.Settings{BaseURL: homeURL, Boards: []string{group}},
	Terms:    "its terms, article 19 paragraph 7, forbid automated collecting and getting round technical measures (one maintainer's reading, 2026); there is a partner API with a key, openapi.wanted.jobs",
	New:      New,
}

var number = regexp.MustCompile(`^\d{1,9}$`)

type source struct{ base string }

// New returns the source for the job groups named in the settings' boards; errs.Invalid
// for one that is no number.
func New(s sources.Settings) (sources.Source, error) {
	for _, board := range s.Boards {
		if !number.MatchString(board) {
			return nil, errs.New(errs.Invalid, "wanted boards: %q is no job group, expected a number such as %s", board, group)
		}
	}
	board := source{listing.Base(s, homeURL)}
	return listing.Reader{
		Source: name, Version: 1, Tokens: s.Boards, Read: board.parse,
		Filter: func(list string) string { return "job_group_id=" + list },
		Page: func(list string, page int) string {
			return fmt.Sprintf("%s/api/chaos/navigation/v1/results?job_group_id=%s&country=kr&job_sort=job.latest_order&years=-1&locations=all&limit=%d&offset=%d",
				board.base, url.QueryEscape(list), pageRows, (page-1)*pageRows)
		},
	}, nil
}

func (s source) detail(boardID string) string {
	return s.base + "/api/chaos/jobs/v4/" + url.PathEscape(boardID) + "/details"
}

func (s source) parse(doc schemas.Document) (sources.Parsed, error) {
	if doc.Kind == schemas.KindDetail && (doc.Status == http.StatusNotFound || doc.Status == http.StatusGone) {
		return sources.Parsed{Gone: true}, nil
	}
	if doc.Status != http.StatusOK {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d is no answer of the board", doc.Status)
	}
	var envelope struct {
		Data  json.RawMessage `json:"data"`
		Job   json.RawMessage `json:"job"`
		Links *struct {
			Next json.RawMessage `json:"next"`
		} `json:"links"`
	}
	if err := record.Envelope(doc.Body, &envelope); err != nil {
		return sources.Parsed{}, err
	}
	if doc.Kind == schemas.KindDetail {
		return parseDetail(doc, envelope.Job, envelope.Data)
	}
	var rows []json.RawMessage
	if json.Unmarshal(envelope.Data, &rows) != nil || rows == nil || envelope.Links == nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "data and links: expected a list and where it goes on")
	}
	next := strings.Trim(string(envelope.Links.Next), `"`)
	out := sources.Parsed{Last: len(rows) == 0 || next == "" || next == "null"}
	listing.Rows(&out, rows, doc.List, (max(doc.Page, 1)-1)*pageRows, func(r *record.Record) (schemas.BoardPosting, bool) {
		if r.Has("hidden") && r.Bool("hidden") && len(r.Reasons()) == 0 {
			return schemas.BoardPosting{}, false
		}
		p := common(r, r, r)
		p.Stamp = record.Stamp(p.Title, p.Company, p.Locations, p.ExperienceRaw, p.EmploymentRaw, p.ClosesAt, p.Categories)
		return p, true
	}, s.detail)
	return out, nil
}

// parseDetail reads {"job": …} of v4 and {"data": {"job": …}} of chaos.
func parseDetail(doc schemas.Document, job, data json.RawMessage) (sources.Parsed, error) {
	outer := record.Of([]byte("{}"))
	if job == nil {
		if outer = record.Of(data); !outer.Has("job") {
			return sources.Parsed{}, errs.New(errs.Corrupt, "job: is missing, expected a posting")
		}
		job = outer.Raw("job")
	}
	out := sources.Parsed{IsWhole: true}
	r := record.Of(job)
	texts := r.Object("detail")
	id, title := r, r
	if !r.Has("id") { // chaos has it beside the texts
		id = texts
	}
	if !r.Has("position") { // so has v4 in some answers
		title = texts
	}
	p := common(r, id, title)
	tags := append(skills(r.Raw("skill_tags")), skills(outer.Raw("skill_tags"))...)
	p.BoardTags = record.Names(tags...)
	p.Categories = nil
	category := r.Object("category_tag")
	names := []string{category.Object("parent_tag").String("text")}
	for _, child := range category.Objects("child_tags") {
		names = append(names, child.String("text"))
	}
	p.Categories = record.Names(names...)
	text := func(name string) string { return htmltext.Clean(texts.String(name)) }
	p.About, p.Duties, p.Requirements = text("intro"), text("main_tasks"), text("requirements")
	p.Preferred, p.Benefits, p.Process = text("preferred_points"), text("benefits"), text("hire_rounds")
	r.Asked(doc, "id", p.BoardID)
	r.Keep(&out, p)
	return out, nil
}

// skills are the names of tags: texts, or objects with a text or a title. Numbers, as the
// lists have, name nothing.
func skills(raw json.RawMessage) (names []string) {
	var tags []json.RawMessage
	if json.Unmarshal(raw, &tags) != nil {
		return nil
	}
	for _, tag := range tags {
		var text string
		var object struct{ Text, Title, Name string }
		if json.Unmarshal(tag, &text) == nil || json.Unmarshal(tag, &object) == nil {
			names = append(names, cmp.Or(text, object.Text, object.Title, object.Name))
		}
	}
	return names
}

// common reads what rows and details share; id and title are the records that hold those.
func common(r, id, title *record.Record) schemas.BoardPosting {
	company, address := r.Object("company"), r.Object("address")
	p := schemas.BoardPosting{
		BoardID:       id.ID("id"),
		Title:         htmltext.Line(title.Required("position")),
		Company:       htmltext.Line(company.String("name")),
		EmploymentRaw: htmltext.Line(r.String("employment_type")),
		IndustryRaw:   htmltext.Line(company.String("industry_name")),
		CountryRaw:    htmltext.Line(address.String("country")),
		Payload:       r.Payload(),
	}
	p.URL = homeURL + "/wd/" + p.BoardID
	if company.Has("id") {
		p.CompanyBoardID = company.ID("id")
	}
	place := htmltext.Line(address.String("full_location"))
	if place == "" {
		place = strings.Join(record.Names(address.String("location"), address.String("district")), " ")
	}
	p.Locations = record.Names(place)
	// null means always open where the shape has the field at all.
	if r.HasNull("due_time") {
		p.IsAlwaysOpen = true
	} else {
		p.ClosesAt, p.IsAlwaysOpen = r.Deadline("due_time")
	}
	years(r, &p)
	return p
}

func years(r *record.Record, p *schemas.BoardPosting) {
	if !r.Has("annual_from") && !r.Has("annual_to") && !r.Has("is_newbie") {
		return
	}
	low, high := r.Int32("annual_from"), r.Int32("annual_to")
	isNewcomer := r.Bool("is_newbie") || r.Has("annual_from") && low == 0
	p.IsNewcomer = &isNewcomer
	const mostYears = 60
	if low >= 0 && low <= mostYears && (low > 0 || isNewcomer) {
		p.ExperienceMinYears = &low
	}
	if high > 0 && high < noBound && high <= mostYears {
		p.ExperienceMaxYears = &high
	}
	switch {
	case isNewcomer && high == 0:
		p.ExperienceRaw = "신입"
	case p.ExperienceMaxYears != nil:
		p.ExperienceRaw = fmt.Sprintf("경력 %d-%d년", low, high)
	case low > 0:
		p.ExperienceRaw = fmt.Sprintf("경력 %d년 이상", low)
	case isNewcomer:
		p.ExperienceRaw = "신입 이상"
	}
}
