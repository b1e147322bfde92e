package yamlboard

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/record"
)

// posting reads a record; what stands against it is among the record's reasons.
func (b source) posting(it item, fields map[string]field, doc schemas.Document) (*record.Record, schemas.BoardPosting) {
	said := it.said(fields)
	r := record.Of(it.payload(said))
	first := func(name string) string { return strings.Join(said[name][:min(1, len(said[name]))], "") }
	text := func(name string) string {
		var parts []string
		for _, value := range said[name] {
			if isHTML.MatchString(value) {
				parts = append(parts, htmltext.Text(value))
			} else {
				parts = append(parts, htmltext.Clean(htmltext.Unescape(value)))
			}
		}
		return record.Texts(parts...)
	}
	joined := func(name string) string { return strings.Join(record.Names(said[name]...), ", ") }
	p := schemas.BoardPosting{
		BoardID: first("id"), Title: first("title"), Company: first("company"), CompanyBoardID: first("company_id"),
		BoardTags: record.Names(said["tags"]...), Categories: record.Names(said["categories"]...), Locations: record.Names(said["locations"]...),
		EmploymentRaw: joined("employment"), ExperienceRaw: joined("experience"), EducationRaw: joined("education"), SalaryRaw: joined("salary"),
		RemoteRaw: joined("remote"), LanguageRaw: first("language"), IndustryRaw: joined("industry"), CountryRaw: first("country"),
		PostedAt: instant(r, "posted_at", first("posted_at"), false), ClosesAt: instant(r, "closes_at", first("closes_at"), true),
		About: text("about"), Duties: text("duties"), Requirements: text("requirements"), Preferred: text("preferred"),
		Benefits: text("benefits"), Process: text("process"), Body: text("body"), Payload: r.Payload(),
	}
	p.ExperienceMinYears, p.ExperienceMaxYears = years(r, "experience_min", first("experience_min")), years(r, "experience_max", first("experience_max"))
	if p.BoardID == "" {
		p.BoardID = doc.BoardID
	}
	for name, value := range map[string]string{"id": p.BoardID, "title": p.Title} {
		if value == "" {
			r.Fail(name, "is missing, expected a text at "+fields[name].At)
		}
	}
	p.URL = absolute(first("url"), doc.URL)
	if p.URL == "" && b.Detail != nil && b.Detail.URL != "{url}" {
		p.URL = b.detail(doc.List, p)
	}
	if p.URL == "" {
		p.URL = doc.URL
	}
	return r, p
}

var isHTML = regexp.MustCompile(`</?[A-Za-z][^>]*>`)

// absolute is a link as it stands on a page; "" for none.
func absolute(link, pageURL string) string {
	if link == "" {
		return ""
	}
	base, err := url.Parse(pageURL)
	if err != nil {
		return ""
	}
	u, err := base.Parse(strings.TrimSpace(link))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.Fragment = ""
	return u.String()
}

var dotted = regexp.MustCompile(`^(\d{4})[./](\d{1,2})[./](\d{1,2})\.?`)

// instant reads a day, a time or seconds or milliseconds since 1970.
func instant(r *record.Record, name, text string, isDeadline bool) time.Time {
	if text == "" {
		return time.Time{}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 1e9 {
		if n > 1e11 {
			return time.UnixMilli(n).UTC()
		}
		return time.Unix(n, 0).UTC()
	}
	if m := dotted.FindStringSubmatch(text); m != nil {
		text = m[1] + "-" + twoDigits(m[2]) + "-" + twoDigits(m[3]) + text[len(m[0]):]
	}
	quoted, err := json.Marshal(map[string]string{name: text})
	if err != nil {
		return time.Time{}
	}
	one := record.Of(quoted)
	at, _ := one.Deadline(name)
	if !isDeadline {
		at = record.Of(quoted).Time(name)
	}
	for _, reason := range one.Reasons() {
		_, why, _ := strings.Cut(reason, ": ")
		r.Fail(name, why)
	}
	return at
}

func twoDigits(n string) string { return ("0" + n)[len(n)-1:] }

func years(r *record.Record, name, text string) *int32 {
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		r.Fail(name, "is "+strconv.Quote(text)+", expected a whole number of years")
		return nil
	}
	years := int32(n)
	return &years
}
