package web

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Languages of the site, the first one first.
var Languages = []string{"ko", "en"}

// Themes that a reader may choose in place of the device's own.
var Themes = []string{"light", "dark"}

// Page is a page to render. Its methods are what templates say: words, dates and numbers in
// the page's language and time zone.
type Page struct {
	Lang        string
	Title       string
	Description string
	Name        string              // of the page, for the navigation
	Theme       string              // light, dark, or empty for what the device says
	Origin      string              // scheme and host that the page was asked at; empty when not known
	Contact     string              // address of whoever runs the site; empty when not set
	Feeds       []string            // addresses of the page's Atom feeds
	Scripts     []string            // modules beside app.js
	Address     *url.URL            // as asked for
	Values      url.Values          // of the address, read strictly
	Names       map[string]string   // what readers call the values of the address, where that is something else
	PlaceName   func(string) string // of a place in Korean, in English; nil leaves it in Korean
	Words       []string            // that were searched for, to be marked; longer ones first
	NoIndex     bool
	IsDemo      bool
	Now         time.Time
	Location    *time.Location
	PublishedAt time.Time // zero when nothing is published
	Version     string
	Data        any

	marked *regexp.Regexp // finds Words; nil until the first is looked for
}

// T says a key of words.go in the page's language; args as for fmt.
func (p *Page) T(key string, args ...any) (string, error) {
	text, err := Say(p.Lang, key)
	if err != nil || len(args) == 0 {
		return text, err
	}
	return fmt.Sprintf(text, args...), nil
}

// Label says a code (a role, an employment, a source) in the page's language, the code
// itself where it has no name.
func (p *Page) Label(kind, code string) string {
	if text, err := Say(p.Lang, kind+"."+code); err == nil {
		return text
	}
	return strings.ReplaceAll(code, "-", " ")
}

// Place says a region or a district of Korea in the page's language.
func (p *Page) Place(korean string) string {
	if p.IsKorean() || p.PlaceName == nil {
		return korean
	}
	return p.PlaceName(korean)
}

// Where says a place of work: the region first in Korean, the smaller place first in
// English. Nil is what is not known.
func (p *Page) Where(region, district *string) string {
	var parts []string
	for _, part := range []*string{region, district} {
		if part != nil {
			parts = append(parts, p.Place(*part))
		}
	}
	if p.IsKorean() {
		return strings.Join(parts, " ")
	}
	slices.Reverse(parts)
	return strings.Join(parts, ", ")
}

// Fault says what is wrong with a field of a form.
func (p *Page) Fault(field, kind, value string) string {
	text := p.Label("filter", field)
	if value != "" && kind != "cursor" {
		text += " ‘" + value + "’"
	}
	return text + ": " + p.Label("fault", kind)
}

// Run is a stretch of a text, or code where the text had it between backquotes.
type Run struct {
	Text   string
	IsCode bool
}

// Runs takes a text apart at its backquotes.
func (p *Page) Runs(text string) []Run {
	var runs []Run
	for i, part := range strings.Split(text, "`") {
		if part != "" {
			runs = append(runs, Run{part, i%2 == 1})
		}
	}
	return runs
}

// Plain is a text for between tags with the plus of C++ left as it is: the template's own
// escaping would write it as a character reference, which is no use to who searches the source.
func (p *Page) Plain(text string) template.HTML {
	return template.HTML(html.EscapeString(text)) //nolint:gosec // escaped on this line
}

// IsMail says whether a contact is an e-mail address rather than a name or a page.
func (p *Page) IsMail(contact string) bool {
	return strings.Contains(contact, "@") && !strings.ContainsAny(contact, " /?")
}

// IsKorean says whether the page is in Korean.
func (p *Page) IsKorean() bool { return p.Lang == "ko" }

// InLang is the page's address in another language, InTheme with another choice of light
// or dark.
func (p *Page) InLang(lang string) string { return p.choosing("lang", lang) }

// InTheme is the page's address with light, dark or the device's own choice.
func (p *Page) InTheme(theme string) string { return p.choosing("theme", theme) }

func (p *Page) choosing(name, value string) string {
	values := url.Values{}
	for k, v := range p.Values {
		values[k] = v
	}
	values.Set(name, value)
	return p.Address.Path + "?" + values.Encode()
}

// Canonical is the page's one address for search engines: its question, without the place
// in a list or how it is shown.
func (p *Page) Canonical() string {
	values := p.firstPage()
	for _, name := range viewNames {
		values.Del(name)
	}
	return p.Origin + address(p.Address.Path, values)
}

// viewNames are parameters that change how a page looks, not what it answers.
var viewNames = []string{"view", "cols", "chart", "by"}

// Date is a calendar day: 2026. 11. 22. or 22 Nov 2026.
func (p *Page) Date(t time.Time) string {
	if p.IsKorean() {
		return t.In(p.Location).Format("2006. 1. 2.")
	}
	return t.In(p.Location).Format("2 Jan 2006")
}

// DateTime is a minute of a day.
func (p *Page) DateTime(t time.Time) string {
	return p.Date(t) + t.In(p.Location).Format(" 15:04")
}

// Machine is a date for the datetime attribute.
func (p *Page) Machine(t time.Time) string { return t.In(p.Location).Format(time.RFC3339) }

// midnight is the beginning of a calendar day of the page's time zone, as a day count.
func (p *Page) day(t time.Time) int {
	y, m, d := t.In(p.Location).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// DaysLeft counts the calendar days to an end: 0 on its day, negative behind it.
func (p *Page) DaysLeft(t time.Time) int { return p.day(t) - p.day(p.Now) }

// DDay is the badge of an end: D-3, D-DAY.
func (p *Page) DDay(t time.Time) string {
	switch days := p.DaysLeft(t); {
	case days > 0:
		return "D-" + strconv.Itoa(days)
	case days == 0:
		return "D-DAY"
	default:
		return ""
	}
}

// IsNew says whether an instant is of today or the two days before.
func (p *Page) IsNew(t time.Time) bool { return p.DaysLeft(t) >= -2 && p.DaysLeft(t) <= 0 }

// Ago says how long ago a day was.
func (p *Page) Ago(t time.Time) (string, error) {
	switch days := -p.DaysLeft(t); {
	case days <= 0:
		return p.T("ago.today")
	case days == 1:
		return p.T("ago.yesterday")
	case days < 14:
		return p.T("ago.days", days)
	default:
		return p.Date(t), nil
	}
}

// Number writes a whole number with separators.
func (p *Page) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Percent writes a share of 0 to 1.
func (p *Page) Percent(share float64) string {
	if share > 0 && share < 0.001 {
		return "<0.1%"
	}
	return strconv.FormatFloat(100*share, 'f', 1, 64) + "%"
}

// Years says a span of experience; empty when nothing is known.
func (p *Page) Years(low, high *int32) (string, error) {
	switch {
	case low == nil && high == nil:
		return "", nil
	case low != nil && *low == 0 && high != nil && *high == 0:
		return p.T("years.newcomer")
	case (low == nil || *low == 0) && high == nil:
		return p.T("years.any")
	case (low == nil || *low == 0) && *high == 1:
		return p.T("years.upto.one")
	case low == nil || *low == 0:
		return p.T("years.upto", *high)
	case high == nil && *low == 1:
		return p.T("years.from.one")
	case high == nil:
		return p.T("years.from", *low)
	case *low == *high && *low == 1:
		return p.T("years.exact.one")
	case *low == *high:
		return p.T("years.exact", *low)
	}
	return p.T("years.span", *low, *high)
}

// IsForNewcomers says whether a span of experience begins at nothing.
func (p *Page) IsForNewcomers(low *int32) bool { return low != nil && *low == 0 }

// Won says an amount in ten thousands of won, as Korean readers count, or in millions.
func (p *Page) Won(n int64) string {
	if p.IsKorean() {
		return p.Number(n/10_000) + "만 원"
	}
	return "₩" + strconv.FormatFloat(float64(n)/1e6, 'f', -1, 64) + "M"
}

// Pay says a yearly pay; empty when nothing is known.
func (p *Page) Pay(low, high *int64) (string, error) {
	switch {
	case low == nil && high == nil:
		return "", nil
	case low != nil && high != nil && *low == *high:
		return p.Won(*low), nil
	case high == nil:
		return p.T("pay.from", p.Won(*low))
	case low == nil:
		return p.T("pay.upto", p.Won(*high))
	}
	return p.Won(*low) + " ~ " + p.Won(*high), nil
}

// Bar is a share's place on a chart whose longest bar is most: a length from 0 to 100.
func (p *Page) Bar(share, most float64) float64 {
	if most <= 0 {
		return 0
	}
	return math.Round(1000*min(share/most, 1)) / 10
}

// With is the page's path and query with one more value; Without is it with one less.
// Both lead to the first page of a list.
func (p *Page) With(name, value string) string {
	values := p.firstPage()
	for _, v := range values[name] {
		if v == value {
			return address(p.Address.Path, values)
		}
	}
	values.Add(name, value)
	return address(p.Address.Path, values)
}

// Set is the address with one value in place of all of that name.
func (p *Page) Set(name, value string) string {
	values := p.firstPage()
	values.Set(name, value)
	return address(p.Address.Path, values)
}

// Without is the address without one value, or without all values of the name.
func (p *Page) Without(name string, which ...string) string {
	values := p.firstPage()
	var kept []string
	if len(which) > 0 {
		for _, v := range values[name] {
			if v != which[0] {
				kept = append(kept, v)
			}
		}
	}
	if values.Del(name); len(kept) > 0 {
		values[name] = kept
	}
	return address(p.Address.Path, values)
}

// Move is the address where a value of one parameter is one of another.
func (p *Page) Move(from, to, value string) string {
	without, err := url.Parse(p.Without(from, value))
	if err != nil {
		return p.First()
	}
	moved := *p
	moved.Values = without.Query()
	return moved.With(to, value)
}

// Next is the address of the page behind a cursor.
func (p *Page) Next(cursor string) string {
	values := p.firstPage()
	values.Set("cursor", cursor)
	return address(p.Address.Path, values)
}

// First is the address of a list's first page.
func (p *Page) First() string { return address(p.Address.Path, p.firstPage()) }

func (p *Page) firstPage() url.Values {
	values := url.Values{}
	for k, v := range p.Values {
		if k != "cursor" && k != "lang" && k != "theme" {
			values[k] = append([]string(nil), v...)
		}
	}
	return values
}

func address(path string, values url.Values) string {
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// APIPath is the route that gives a page's answer as JSON.
func (p *Page) APIPath() string {
	values := p.firstPage()
	for _, name := range viewNames {
		values.Del(name)
	}
	return address("/api/v1"+p.Address.Path, values)
}

// Host names the board of an address.
func (p *Page) Host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return strings.TrimPrefix(u.Host, "www.")
}

// Joined is a parameter's values in one field of a form, as its reader takes them apart.
func (p *Page) Joined(name string) string {
	values := make([]string, len(p.Values[name]))
	for i, value := range p.Values[name] {
		if values[i] = value; p.Names[value] != "" {
			values[i] = p.Names[value]
		}
	}
	return strings.Join(values, ", ")
}

// Has says whether a parameter has a value.
func (p *Page) Has(name, value string) bool {
	for _, v := range p.Values[name] {
		if v == value {
			return true
		}
	}
	return false
}

// Postings is the address of the postings with the given pairs of parameter and value.
func (p *Page) Postings(pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return address("/postings", values)
}

// Reach is the length of an interval on a chart.
func (p *Page) Reach(low, high, most float64) float64 {
	return math.Round(10*(p.Bar(high, most)-p.Bar(low, most))) / 10
}

// Part is a count's length on a chart from nothing to all.
func (p *Page) Part(count, all int64) float64 { return p.Bar(float64(count), float64(all)) }

// PercentOf writes a count's share of all.
func (p *Page) PercentOf(count, all int64) string {
	if all == 0 {
		return p.Percent(0)
	}
	return p.Percent(float64(count) / float64(all))
}

// Rank is the place of an index.
func (p *Page) Rank(index int) int { return index + 1 }

// Minus is a difference.
func (p *Page) Minus(a, b int) int { return a - b }

// Over is how many values a list leaves out, 0 for none.
func (p *Page) Over(all int64, shown int) int64 { return all - int64(shown) }

// Before is the text up to a byte offset; like those of Between and Behind it falls between characters.
func (p *Page) Before(text string, end int) string { return text[:end] }

// Between is the text from start to end.
func (p *Page) Between(text string, start, end int) string { return text[start:end] }

// Behind is the text from start on.
func (p *Page) Behind(text string, start int) string { return text[start:] }
