package jsonld

import (
	"bytes"
	"cmp"
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/page"
	"github.com/techmapit/tmi/sources/record"
)

// find returns the JobPostings of a page in their order; hasData says that there was any
// JSON-LD to look through.
func find(body []byte) (postings []json.RawMessage, hasData bool) {
	for _, script := range page.Scripts(body, "type", "application/ld+json") {
		if raw, ok := repaired(script); ok {
			hasData = true
			postings = walk(postings, raw, 0)
		}
	}
	return postings, hasData
}

// repaired is a script's JSON: without the comment or CDATA around it, with entities
// decoded where no quotation mark was left, and with control characters inside texts
// escaped, raw line ends above all.
func repaired(script string) (json.RawMessage, bool) {
	s := strings.TrimSpace(script)
	for _, wrap := range [][2]string{{"<!--", "-->"}, {"//<![CDATA[", "//]]>"}, {"/*<![CDATA[*/", "/*]]>*/"}, {"<![CDATA[", "]]>"}} {
		if rest, ok := strings.CutPrefix(s, wrap[0]); ok {
			s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), wrap[1]))
		}
	}
	if !strings.Contains(s, `"`) {
		s = htmltext.Unescape(s)
	}
	s = strings.TrimSuffix(s, ";")
	if json.Valid([]byte(s)) {
		return json.RawMessage(s), true
	}
	s = escapeControls(s)
	return json.RawMessage(s), json.Valid([]byte(s))
}

func escapeControls(s string) string {
	var out strings.Builder
	inText, isEscaped := false, false
	for i := range len(s) {
		c := s[i]
		switch {
		case inText && c < 0x20:
			out.WriteString(map[byte]string{'\n': `\n`, '\r': `\r`, '\t': `\t`}[c])
			isEscaped = false
			continue
		case isEscaped:
			isEscaped = false
		case inText && c == '\\':
			isEscaped = true
		case c == '"':
			inText = !inText
		}
		out.WriteByte(c)
	}
	return out.String()
}

// walk looks through lists, graphs and nested things; a posting within a posting is not
// looked for.
func walk(found []json.RawMessage, raw json.RawMessage, depth int) []json.RawMessage {
	const deepest = 12
	raw = bytes.TrimSpace(raw)
	if depth > deepest || len(raw) == 0 {
		return found
	}
	switch raw[0] {
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) == nil {
			for _, inner := range list {
				found = walk(found, inner, depth+1)
			}
		}
	case '{':
		var fields map[string]json.RawMessage
		if json.Unmarshal(raw, &fields) != nil {
			return found
		}
		if isPosting(fields["@type"]) {
			return append(found, raw)
		}
		// A page's nested things, in the order in which they stand.
		d := json.NewDecoder(bytes.NewReader(raw))
		if _, err := d.Token(); err != nil {
			return found
		}
		for d.More() {
			var value json.RawMessage
			if _, err := d.Token(); err != nil || d.Decode(&value) != nil {
				return found
			}
			found = walk(found, value, depth+1)
		}
	}
	return found
}

// isPosting reads @type: a text or a list, a name, a prefixed name or an address.
func isPosting(raw json.RawMessage) bool {
	for _, kind := range texts(raw) {
		if i := strings.LastIndexAny(kind, "/:#"); kind[i+1:] == "JobPosting" {
			return true
		}
	}
	return false
}

// mine is the posting that says the page's address, else the first.
func mine(postings []json.RawMessage, address string) json.RawMessage {
	for _, raw := range postings {
		var p struct {
			URL string `json:"url"`
		}
		if json.Unmarshal(raw, &p) == nil && p.URL != "" && idOf(p.URL) == idOf(address) {
			return raw
		}
	}
	return postings[0]
}

// text is a value in whichever form it comes: a text, a number, the first of a list that
// says anything, or what an object holds under the names that stand for its value.
func text(raw json.RawMessage, names ...string) string {
	for _, t := range texts(raw, names...) {
		return t
	}
	return ""
}

// texts is [text] for all of a list.
func texts(raw json.RawMessage, names ...string) (all []string) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return nil
	}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) == nil && strings.TrimSpace(s) != "" {
			all = append(all, s)
		}
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) == nil {
			for _, inner := range list {
				if len(inner) > 0 && inner[0] != '[' { // lists of lists say nothing here
					all = append(all, texts(inner, names...)...)
				}
			}
		}
	case '{':
		var fields map[string]json.RawMessage
		if json.Unmarshal(raw, &fields) == nil {
			for _, name := range append(names, "@value", "name", "value") {
				if inner := bytes.TrimSpace(fields[name]); len(inner) > 0 && inner[0] != '{' && inner[0] != '[' {
					if t := texts(inner); len(t) > 0 {
						return t
					}
				}
			}
		}
	case 't', 'f', 'n':
	default: // a number
		all = append(all, string(raw))
	}
	return all
}

// prose is a text that may be HTML, HTML escaped once or twice more, or plain.
func prose(raw json.RawMessage) string {
	var parts []string
	for _, s := range texts(raw) {
		for range 2 {
			if !strings.Contains(s, "<") && strings.Contains(s, "lt;") {
				s = htmltext.Unescape(s)
			}
		}
		if tag.MatchString(s) {
			s = htmltext.Text(s)
		} else {
			s = htmltext.Clean(htmltext.Unescape(s))
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "\n")
}

var tag = regexp.MustCompile(`(?i)<(?:p|br|div|span|ul|ol|li|h[1-6]|b|strong|em|i|a|table|section|font|u)\b[^>]*>`)

func posting(raw json.RawMessage, doc schemas.Document) (*record.Record, schemas.BoardPosting) {
	r := record.Of(raw)
	line := func(name string, inner ...string) string {
		return htmltext.Line(htmltext.Unescape(text(r.Raw(name), inner...)))
	}
	p := schemas.BoardPosting{
		URL:           doc.URL,
		Title:         cmp.Or(line("title"), line("name")),
		Company:       line("hiringOrganization", "name", "legalName"),
		Categories:    record.Names(texts(r.Raw("occupationalCategory"))...),
		EmploymentRaw: strings.Join(record.Names(texts(r.Raw("employmentType"))...), ", "),
		ExperienceRaw: line("experienceRequirements", "description"),
		EducationRaw:  line("educationRequirements", "credentialCategory"),
		IndustryRaw:   line("industry"),
		LanguageRaw:   line("inLanguage"),
		SalaryRaw:     salary(r.Raw("baseSalary")),
		PostedAt:      instant(r, "datePosted", false),
		ClosesAt:      instant(r, "validThrough", true),
		Duties:        prose(r.Raw("responsibilities")),
		Requirements:  prose(r.Raw("qualifications")),
		Benefits:      cmp.Or(prose(r.Raw("jobBenefits")), prose(r.Raw("benefits"))),
		Body:          prose(r.Raw("description")),
		Payload:       r.Payload(),
	}
	if p.Title == "" {
		r.Fail("title", "is missing, expected a text")
	}
	if address := text(r.Raw("url")); strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		p.URL = address
	}
	for _, skills := range texts(r.Raw("skills")) {
		p.BoardTags = record.Names(append(p.BoardTags, shortNames(skills)...)...)
	}
	if strings.EqualFold(line("jobLocationType"), "TELECOMMUTE") {
		p.RemoteRaw = "TELECOMMUTE"
	}
	places(r, &p)
	months(r.Raw("experienceRequirements"), &p)
	return r, p
}

// shortNames divides a text that lists names; prose is no list of names.
func shortNames(s string) (names []string) {
	const mostRunes = 40
	for _, part := range strings.FieldsFunc(htmltext.Unescape(s), func(c rune) bool { return strings.ContainsRune(",;\n·|", c) }) {
		if part = htmltext.Line(part); len([]rune(part)) <= mostRunes {
			names = append(names, part)
		}
	}
	return names
}

// places reads jobLocation, one or several, whose address is a text or an object, whose
// country is a text or an object.
func places(r *record.Record, p *schemas.BoardPosting) {
	for _, raw := range each(r.Raw("jobLocation")) {
		var place map[string]json.RawMessage
		if json.Unmarshal(raw, &place) != nil {
			p.Locations = record.Names(append(p.Locations, text(raw))...)
			continue
		}
		said := false
		for _, raw := range each(place["address"]) {
			var address map[string]json.RawMessage
			if json.Unmarshal(raw, &address) != nil {
				p.Locations = record.Names(append(p.Locations, text(raw))...)
				said = said || text(raw) != ""
				continue
			}
			p.CountryRaw = cmp.Or(p.CountryRaw, htmltext.Line(text(address["addressCountry"], "name", "identifier")))
			parts := record.Names(text(address["addressRegion"]), text(address["addressLocality"]), text(address["streetAddress"]))
			p.Locations = record.Names(append(p.Locations, strings.Join(parts, " "))...)
			said = said || len(parts) > 0
		}
		if !said {
			p.Locations = record.Names(append(p.Locations, text(place["name"]))...)
		}
	}
	if len(p.Locations) == 0 && p.RemoteRaw != "" {
		p.CountryRaw = cmp.Or(p.CountryRaw, htmltext.Line(text(r.Raw("applicantLocationRequirements"))))
	}
}

// each is a list's values, or the one value.
func each(raw json.RawMessage) []json.RawMessage {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	if len(raw) == 0 {
		return nil
	}
	return []json.RawMessage{raw}
}

// months reads OccupationalExperienceRequirements.
func months(raw json.RawMessage, p *schemas.BoardPosting) {
	var e struct {
		Months json.Number `json:"monthsOfExperience"`
	}
	if json.Unmarshal(raw, &e) != nil {
		return
	}
	const mostYears = 60
	if n, err := e.Months.Int64(); err == nil && n >= 12 && n/12 <= mostYears {
		years := int32(n / 12)
		p.ExperienceMinYears = &years
		if p.ExperienceRaw == "" {
			p.ExperienceRaw = e.Months.String() + " months"
		}
	}
}

// salary writes a MonetaryAmount as one line: currency, the value or its range, the unit.
func salary(raw json.RawMessage) string {
	var amount map[string]json.RawMessage
	if json.Unmarshal(raw, &amount) != nil {
		return htmltext.Line(text(raw))
	}
	values := amount
	var inner map[string]json.RawMessage
	if json.Unmarshal(amount["value"], &inner) == nil && inner != nil {
		values = inner
	}
	low, high := text(values["minValue"]), text(values["maxValue"])
	what := cmp.Or(strings.Trim(low+"-"+high, "-"), text(values["value"]))
	if low != "" && low == high {
		what = low
	}
	if what == "" || what == "0" {
		return ""
	}
	return htmltext.Line(strings.Join([]string{text(amount["currency"]), what, cmp.Or(text(values["unitText"]), text(amount["unitText"]))}, " "))
}

var bareZone = regexp.MustCompile(`([+-]\d{2})(\d{2})$`)

// instant reads a date or time of day in the forms that sites write; what is none of them
// stands against the posting.
func instant(r *record.Record, name string, isDeadline bool) (at time.Time) {
	s := strings.TrimSpace(text(r.Raw(name)))
	if s == "" {
		return at
	}
	if strings.Contains(s, ":") {
		s = bareZone.ReplaceAllString(s, "$1:$2")
		if t, err := time.Parse("2006-01-02T15:04Z07:00", s); err == nil {
			return t.UTC()
		}
	}
	quoted, err := json.Marshal(map[string]string{name: s})
	if err != nil {
		return at
	}
	one := record.Of(quoted)
	if isDeadline {
		at, _ = one.Deadline(name)
	} else {
		at = one.Time(name)
	}
	for _, reason := range one.Reasons() {
		_, why, _ := strings.Cut(reason, ": ")
		r.Fail(name, why)
	}
	return at
}

// identifier is the site's own number of a posting: a text, a number, or an object.
func identifier(r *record.Record) string {
	return htmltext.Line(text(r.Raw("identifier"), "value", "@id"))
}
