package saramin

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
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
	name     = "saramin"
	homeURL  = "https://www.saramin.co.kr"
	baseURL  = "https://oapi.saramin.co.kr"
	list     = "it"
	filter   = "job_mid_cd=2" // IT development and data
	pageRows = 110
)

// Board is Saramin's open API for the config.
var Board = sources.Board{
	Name: name, Title: "사람인 Saramin (open API)", HomeURL: homeURL, IsKorean: true, IsAllowed: true, NeedsKey: true,
	Settings: sources.Settings{BaseURL: baseURL},
	Terms:    "the official API, for holders of a key and within its daily number of calls (oapi.saramin.co.kr)",
	New:      New,
}

type source struct{ base, key string }

// New returns the source; of the settings BaseURL and Key are used.
func New(s sources.Settings) (sources.Source, error) {
	return source{base: strings.TrimRight(cmp.Or(s.BaseURL, baseURL), "/"), key: s.Key}, nil
}

func (source) Name() string       { return name }
func (source) ParserVersion() int { return 1 }

// Lists is errs.Invalid without a key.
func (s source) Lists(context.Context, sources.Getter) ([]string, error) {
	if s.key == "" {
		return nil, errs.New(errs.Invalid, "saramin: no key, expected one from oapi.saramin.co.kr in TMI_SOURCES_SARAMIN_KEY")
	}
	return []string{list}, nil
}

func (s source) Discover(ctx context.Context, get sources.Getter, list string, limit int) (sources.Listing, error) {
	return listing.Read(ctx, get, listing.List{
		Name: list, Filter: filter, Limit: limit, Parse: s.Parse, Secret: url.Values{"access-key": {s.key}},
		URL: func(page int) string {
			return fmt.Sprintf("%s/job-search?%s&sort=pd&count=%d&start=%d&fields=posting-date,expiration-date,keyword-code,count", s.base, filter, pageRows, page-1)
		},
	})
}

// Fetch is never needed: the list's rows are all there is.
func (source) Fetch(_ context.Context, _ sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return schemas.Document{}, errs.New(errs.Invalid, "fetch posting %s: the API of saramin has no details", ref.BoardID)
}

func (s source) Parse(doc schemas.Document) (sources.Parsed, error) {
	var answer struct {
		Code    json.RawMessage `json:"code"`
		Message string          `json:"message"`
		Jobs    *struct {
			Start json.RawMessage `json:"start"`
			Total json.RawMessage `json:"total"`
			Job   json.RawMessage `json:"job"`
		} `json:"jobs"`
	}
	if err := record.Envelope(doc.Body, &answer); err != nil {
		return sources.Parsed{}, err
	}
	if doc.Status != http.StatusOK || answer.Jobs == nil || answer.Code != nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d with code %s (%s) is no list", doc.Status, answer.Code, answer.Message)
	}
	rows, err := rows(answer.Jobs.Job)
	if err != nil {
		return sources.Parsed{}, err
	}
	start := max(doc.Page-1, 0)
	if n, ok := number(answer.Jobs.Start); ok && n >= 0 && n < 1e6 {
		start = int(n)
	}
	out := sources.Parsed{IsWhole: true, Last: len(rows) == 0}
	if n, ok := number(answer.Jobs.Total); ok && n >= 0 {
		total := int(n)
		out.Total, out.Last = &total, out.Last || (start+1)*pageRows >= total
	}
	for i, raw := range rows {
		r := record.Of(raw)
		p := posting(r)
		p.Position = int32(start*pageRows + i + 1)
		if p.BoardID != "" {
			out.Refs = append(out.Refs, sources.Ref{BoardID: p.BoardID, List: doc.List, Position: int(p.Position)})
		}
		r.Keep(&out, p)
	}
	return out, nil
}

// rows are a list's records: a list, one object, or nothing.
func rows(raw json.RawMessage) (list []json.RawMessage, err error) {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return nil, nil
	case raw[0] == '{':
		return []json.RawMessage{raw}, nil
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, errs.New(errs.Corrupt, "jobs.job: expected a list or an object: %w", err)
	}
	return list, nil
}

// number reads a whole number that may be written as a text.
func number(raw json.RawMessage) (int64, bool) {
	n, err := strconv.ParseInt(strings.Trim(string(bytes.TrimSpace(raw)), `"`), 10, 64)
	return n, err == nil
}

func posting(r *record.Record) schemas.BoardPosting {
	position := r.Object("position")
	named := func(in *record.Record, name string) string {
		return htmltext.Line(htmltext.Unescape(in.Object(name).String("name")))
	}
	company := r.Object("company").Object("detail")
	p := schemas.BoardPosting{
		BoardID:       r.ID("id"),
		URL:           r.String("url"),
		Title:         htmltext.Line(htmltext.Unescape(position.Required("title"))),
		Company:       htmltext.Line(htmltext.Unescape(company.String("name"))),
		Categories:    record.Split(named(position, "job-mid-code"), ","),
		BoardTags:     record.Split(r.String("keyword")+","+named(position, "job-code"), ","),
		EmploymentRaw: named(position, "job-type"),
		EducationRaw:  named(position, "required-education-level"),
		IndustryRaw:   named(position, "industry"),
		SalaryRaw:     named(r, "salary"),
		CountryRaw:    "KR",
		PostedAt:      instant(r, "posting-timestamp"),
		ClosesAt:      instant(r, "expiration-timestamp"),
		Payload:       r.Payload(),
	}
	if !strings.HasPrefix(p.URL, "http") {
		p.URL = homeURL + "/zf_user/jobs/relay/view?rec_idx=" + url.QueryEscape(p.BoardID)
	}
	for _, place := range strings.Split(named(position, "location"), ",") {
		p.Locations = record.Names(append(p.Locations, strings.ReplaceAll(place, " > ", " "))...)
	}
	// 3 and 4 are "always" and "from time to time": their end date is the board's own.
	switch text(r.Object("close-type"), "code") {
	case "3", "4":
		p.IsAlwaysOpen, p.ClosesAt = true, time.Time{}
	}
	experience(position.Object("experience-level"), &p)
	return p
}

// experience reads code (0 any, 1 newcomers, 2 experienced, 3 both), min and max, of which
// 0 says nothing.
func experience(r *record.Record, p *schemas.BoardPosting) {
	p.ExperienceRaw = htmltext.Line(r.String("name"))
	code := text(r, "code")
	if code == "" {
		return
	}
	isNewcomer := code != "2"
	p.IsNewcomer = &isNewcomer
	const mostYears = 60
	if low, ok := number(r.Raw("min")); ok && !isNewcomer && low > 0 && low <= mostYears {
		years := int32(low)
		p.ExperienceMinYears = &years
	}
	if high, ok := number(r.Raw("max")); ok && !isNewcomer && high > 0 && high <= mostYears {
		years := int32(high)
		p.ExperienceMaxYears = &years
	}
}

func text(r *record.Record, name string) string { return strings.Trim(string(r.Raw(name)), `" `) }

// instant reads seconds since 1970, written as a text; 0 says nothing.
func instant(r *record.Record, name string) time.Time {
	raw := r.Raw(name)
	if raw == nil || string(raw) == `""` {
		return time.Time{}
	}
	const last = 253402300800 // the year 10000
	n, ok := number(raw)
	switch {
	case !ok || n < 0 || n >= last:
		r.Fail(name, "is "+string(raw)+", expected seconds since 1970")
		return time.Time{}
	case n == 0:
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}
