package api

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// Filter is the filter as understood, defaults included. Lists hold values of which any
// will do; null is off.
type Filter struct {
	Q             *string  `json:"q" doc:"Keywords; every one must occur"`
	Tech          []string `json:"tech" doc:"Technology ids"`
	TechMatch     string   `json:"tech_match" enum:"any,all" doc:"Whether any or all of tech must be named"`
	NotTech       []string `json:"not_tech" doc:"Ids of technologies that must not be named"`
	Role          []string `json:"role"`
	Company       []string `json:"company"`
	Location      []string `json:"location"`
	Source        []string `json:"source"`
	Employment    []string `json:"employment"`
	Remote        []string `json:"remote"`
	ExperienceMin *int32   `json:"experience_min" doc:"Years"`
	ExperienceMax *int32   `json:"experience_max" doc:"Years"`
	SalaryMin     *int64   `json:"salary_min" doc:"KRW a year"`
	Status        string   `json:"status" enum:"open,closed,all"`
	PostedFrom    *string  `json:"posted_from" format:"date" doc:"First calendar day, in the lake's time zone"`
	PostedTo      *string  `json:"posted_to" format:"date" doc:"Last calendar day, included"`
	IsAlwaysOpen  *bool    `json:"is_always_open" doc:"Whether the board says that it takes applications until further notice"`
	IsVerbatim    bool     `json:"is_verbatim" doc:"Whether keywords are taken as they are written, slips included"`
	Country       string   `json:"country" doc:"ISO 3166-1 alpha-2, or * for all"`
	IsIT          trueish  `json:"is_it"`
}

// trueish is true, false or "*".
type trueish string

// MarshalJSON writes true and false as booleans and the star as text.
func (t trueish) MarshalJSON() ([]byte, error) {
	switch t {
	case "*":
		return []byte(`"*"`), nil
	case "": // a question that has no such filter
		return []byte("null"), nil
	}
	return []byte(t), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *trueish) UnmarshalJSON(text []byte) error {
	*t = trueish(strings.Trim(string(text), `"`))
	return nil
}

// Schema documents the two forms.
func (trueish) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "Whether the posting is for work in IT; * for all", OneOf: []*huma.Schema{{Type: "boolean"}, {Type: "string", Enum: []any{"*"}}}}
}

// question is a request's parameters as understood.
type question struct {
	Filter Filter
	Sort   string
	Limit  int
	Cursor string
	Facets []string
	Top    int
	Count  string // countRaw where copies of the same job count too
	// Words of GET /techs.
	Text, Category string
	HasBOM         bool     // of GET /export/postings.csv
	Days           int      // of GET /quality
	Own            []string // ids of technologies known, of GET /recommend
	Subject        string   // technology that GET /stats/tech-pairs is about
	// Of GET /stats/tech-trend.
	Interval, From, To string

	words []queries.Word
	days  struct{ from, before time.Time }
}

// key names the question for caches and ETags.
func (q *question) key() string {
	text, err := json.Marshal(q)
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	return string(text)
}

// setKey names the postings that the question is about.
func (q *question) setKey() string {
	return (&question{Filter: q.Filter, Count: q.Count}).key()
}

// filterKey names the part that a cursor belongs to.
func (q *question) filterKey() string {
	text, err := json.Marshal(struct {
		F          Filter
		S, T, C, P string
	}{q.Filter, q.Sort, q.Text, q.Category, ""})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// postingFilter is the filter as queries takes it, the keywords left out.
func (q *question) postingFilter() queries.PostingFilter {
	f := queries.PostingFilter{
		TechIDs: some(q.Filter.Tech), AllTechs: q.Filter.TechMatch == "all", NotTechIDs: some(q.Filter.NotTech), Roles: some(q.Filter.Role),
		Sources: some(q.Filter.Source), Employments: some(q.Filter.Employment), Remotes: some(q.Filter.Remote),
		ExperienceMinYears: q.Filter.ExperienceMin, ExperienceMaxYears: q.Filter.ExperienceMax, SalaryMinKRW: q.Filter.SalaryMin,
		IsAlwaysOpen: q.Filter.IsAlwaysOpen, PostedFrom: q.days.from, PostedBefore: q.days.before, WithCopies: q.Count == countRaw,
	}
	for _, company := range q.Filter.Company {
		if id := strings.ToLower(company); isPostingID(id) {
			f.CompanyIDs = append(f.CompanyIDs, id)
			continue
		}
		// The same company under another legal form has the same id; a part of a name has none.
		f.CompanyIDs = append(f.CompanyIDs, schemas.CompanyID(company))
		f.Companies = append(f.Companies, company)
	}
	for _, place := range q.Filter.Location {
		f.Locations = append(f.Locations, extract.KoreanPlace(place))
	}
	if q.Filter.Status != "all" {
		f.Status = q.Filter.Status
	}
	if q.Filter.Country != "*" {
		f.Country = q.Filter.Country
	}
	if q.Filter.IsIT != "*" {
		isIT := q.Filter.IsIT == "true"
		f.IsIT = &isIT
	}
	return f
}

// some is nil for an empty list, which is off, not "none".
func some(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

// param is a query parameter: its documentation and how its values become a question.
type param struct {
	name     string
	doc      string
	schema   huma.Schema
	isRepeat bool
	most     int // values, where it may be repeated; 0 = maxValues
	isNeeded bool
	example  any
	read     func(r *reading, values []string)
}

// reading is a question while its parameters are read.
type reading struct {
	s      *server
	q      *question
	field  string
	faults fieldErrors
}

func (r *reading) refuse(kind, value, format string, args ...any) {
	r.faults = append(r.faults, fieldError{Field: r.field, Value: value, Kind: kind, Message: fmt.Sprintf(format, args...)})
}

const (
	maxValueRunes  = 200
	maxValues      = 30
	maxWords       = 10
	defaultLimit   = 20
	maxLimit       = 100
	defaultTop     = 10
	maxTop         = 200
	facetValues    = 20
	defaultTechs   = 50
	maxTechs       = 1000
	maxExperience  = 60
	maxSalaryKRW   = 100_000_000_000
	dateLayout     = time.DateOnly
	earliestPosted = 1990
)

func ptr[T any](v T) *T { return &v }

func enumOf(values ...string) huma.Schema {
	anys := make([]any, len(values))
	for i, v := range values {
		anys[i] = v
	}
	return huma.Schema{Type: "string", Enum: anys}
}

// What areGood demands of every value, as patterns of the OpenAPI document: no control
// characters, and something but space. The spaces stand as themselves, since the dialects
// of patterns escape them in different ways.
const (
	control    = "\\x00-\\x1f\\x7f-\\x9f"
	spaces     = " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
	letters    = "[^" + control + spaces + "]+"
	anyText    = "^[^" + control + "]*[^" + control + spaces + "][^" + control + "]*$"
	wordsText  = "^[" + spaces + "]*" + letters + "([" + spaces + "]+" + letters + "){0,9}[" + spaces + "]*$" // maxWords
	cursorText = "^[A-Za-z0-9_-]+$"
)

func text() huma.Schema {
	return huma.Schema{Type: "string", MinLength: ptr(1), MaxLength: ptr(maxValueRunes), Pattern: anyText}
}

// techText is a name of the dictionary; OpenAPI leaves formats open.
func techText() huma.Schema {
	s := text()
	s.Format = "technology"
	return s
}

func keywordText() huma.Schema {
	s := text()
	s.Pattern = wordsText
	return s
}

// sortText is one order or two.
func sortText() huma.Schema {
	one := "-?(" + strings.Join(sorts, "|") + ")"
	return huma.Schema{Type: "string", Pattern: "^" + one + "(," + one + ")?$"}
}

func date() huma.Schema {
	return huma.Schema{Type: "string", Format: "date"}
}

func number(low, high int64, def any) huma.Schema {
	return huma.Schema{Type: "integer", Minimum: ptr(float64(low)), Maximum: ptr(float64(high)), Default: def}
}

func withDefault(s huma.Schema, def any) huma.Schema {
	s.Default = def
	return s
}

var (
	employments = []string{"full_time", "contract", "intern", "freelance", "part_time", "military"}
	remotes     = []string{"remote", "hybrid", "onsite"}
	sorts       = []string{queries.SortNewest, queries.SortClosing, queries.SortSalary, queries.SortExperience, queries.SortRelevance}
)

// filterParams are the parameters of every route that speaks of a set of postings.
var filterParams = []param{
	{name: "q", doc: "Keywords in Korean or English; every one must occur in the title, the company, the technologies, the place or the text. A technology is found under any of its names.",
		schema: keywordText(), example: "결제 백엔드", read: func(r *reading, v []string) { r.keywords(v[0]) }},
	{name: "tech", doc: "Technology, by id, name or alias", schema: techText(), isRepeat: true, example: []string{"spring-boot"}, read: func(r *reading, v []string) { r.q.Filter.Tech = r.techs(v) }},
	{name: "tech_match", doc: "Whether any or all of `tech` must be named", schema: withDefault(enumOf("any", "all"), "any"), read: func(r *reading, v []string) { r.q.Filter.TechMatch = r.oneOf(v[0], "any", "all") }},
	{name: "not_tech", doc: "Technology that must not be named", schema: techText(), isRepeat: true, read: func(r *reading, v []string) { r.q.Filter.NotTech = r.techs(v) }},
	{name: "role", doc: "Role, as a slug such as `backend`", schema: enumOf(extract.Roles...), isRepeat: true, read: func(r *reading, v []string) { r.q.Filter.Role = r.allOf(v, extract.Roles...) }},
	{name: "company", doc: "Company, by id or by a part of its name in any case", schema: text(), isRepeat: true, read: func(r *reading, v []string) { r.q.Filter.Company = v }},
	{name: "location", doc: "Place, by a part of its name (`서울`, `Seoul`, `분당구`)", schema: text(), isRepeat: true, read: func(r *reading, v []string) { r.q.Filter.Location = v }},
	{name: "source", doc: "Job board", schema: text(), isRepeat: true, read: func(r *reading, v []string) { r.q.Filter.Source = r.sources(v) }},
	{name: "employment", doc: "Kind of employment", schema: enumOf(employments...), isRepeat: true, read: func(r *reading, v []string) { r.q.Filter.Employment = r.allOf(v, employments...) }},
	{name: "experience_min", doc: "Years; the posting's span must reach up to it. Postings that state no experience do not pass.", schema: number(0, maxExperience, nil),
		read: func(r *reading, v []string) { r.q.Filter.ExperienceMin = narrow(r.whole(v[0], 0, maxExperience)) }},
	{name: "experience_max", doc: "Years; the posting's span must begin at it or below. Postings that state no experience do not pass.", schema: number(0, maxExperience, nil),
		read: func(r *reading, v []string) { r.q.Filter.ExperienceMax = narrow(r.whole(v[0], 0, maxExperience)) }},
	{name: "salary_min", doc: "KRW a year that the posting's pay reaches. Postings that state no pay do not pass.", schema: number(0, maxSalaryKRW, nil),
		read: func(r *reading, v []string) { r.q.Filter.SalaryMin = r.whole(v[0], 0, maxSalaryKRW) }},
	{name: "remote", doc: "Place of work", schema: enumOf(remotes...), isRepeat: true, read: func(r *reading, v []string) { r.q.Filter.Remote = r.allOf(v, remotes...) }},
	{name: "status", doc: "Open postings, closed ones, or all", schema: withDefault(enumOf("open", "closed", "all"), "open"), read: func(r *reading, v []string) { r.q.Filter.Status = r.oneOf(v[0], "open", "closed", "all") }},
	{name: "posted_from", doc: "First calendar day (in Seoul) of posting; where the board gives none, of the first sight", schema: date(),
		read: func(r *reading, v []string) { r.q.days.from, r.q.Filter.PostedFrom = r.day(v[0]) }},
	{name: "posted_to", doc: "Last calendar day of posting, included", schema: date(),
		read: func(r *reading, v []string) {
			var day time.Time
			if day, r.q.Filter.PostedTo = r.day(v[0]); !day.IsZero() {
				r.q.days.before = day.AddDate(0, 0, 1)
			}
		}},
	{name: "is_always_open", doc: "`true`: postings that their board keeps open until further notice; `false`: the others", schema: enumOf("true", "false"), read: func(r *reading, v []string) {
		r.q.Filter.IsAlwaysOpen = ptr(r.oneOf(v[0], "true", "false") == "true")
	}},
	{name: "is_verbatim", doc: "`true` takes keywords as they are written; else one that hardly any posting holds is read as the technology it nearly names", schema: withDefault(enumOf("true", "false"), "false"),
		read: func(r *reading, v []string) { r.q.Filter.IsVerbatim = r.oneOf(v[0], "true", "false") == "true" }},
	{name: "country", doc: "Country of work, ISO 3166-1 alpha-2; `*` for all, the unknown included", schema: withDefault(huma.Schema{Type: "string", Pattern: `^([A-Za-z]{2}|\*)$`}, "KR"), read: func(r *reading, v []string) { r.country(v[0]) }},
	{name: "is_it", doc: "Postings for work in IT; `*` for all", schema: withDefault(enumOf("true", "false", "*"), "true"), read: func(r *reading, v []string) { r.q.Filter.IsIT = trueish(r.oneOf(v[0], "true", "false", "*")) }},
}

func limitParam(def, most int) param {
	return param{name: "limit", doc: "Rows of a page", schema: number(1, int64(most), def), read: func(r *reading, v []string) {
		if n := r.whole(v[0], 1, int64(most)); n != nil {
			r.q.Limit = int(*n)
		}
	}}
}

var cursorParam = param{name: "cursor", doc: "`next_cursor` of the page before, with the same other parameters", schema: huma.Schema{Type: "string", Format: "cursor", MinLength: ptr(1), MaxLength: ptr(1000), Pattern: cursorText},
	read: func(r *reading, v []string) { r.q.Cursor = v[0] }}

var listParams = append(slices.Clone(filterParams),
	param{name: "sort", doc: "One order or two by comma, the second for those that the first finds alike: newest first, nearest end, highest pay, fewest years of experience, or (with `q`, and then the default) best match. Behind a minus the other end comes first; what does not state it comes last all the same.",
		schema: sortText(), example: "closing,-salary", read: func(r *reading, v []string) { r.q.Sort = r.order(v[0]) }},
	limitParam(defaultLimit, maxLimit), cursorParam,
	param{name: "facets", doc: "Facets to count over all matching postings, the 20 most frequent values of each", schema: enumOf(queries.Facets...), isRepeat: true,
		read: func(r *reading, v []string) { r.q.Facets = r.allOf(splitCommas(v), queries.Facets...) }},
)

func topOf(def int) param {
	return param{name: "top", doc: "How many technologies", schema: number(1, maxTop, def), read: func(r *reading, v []string) {
		if n := r.whole(v[0], 1, maxTop); n != nil {
			r.q.Top = int(*n)
		}
	}}
}

// How statistics count.
const (
	countUnique = "unique"
	countRaw    = "raw"
)

var countParam = param{name: "count", doc: "`unique`: the same job posted several times counts once; `raw`: every posting counts",
	schema: withDefault(enumOf(countUnique, countRaw), countUnique), read: func(r *reading, v []string) { r.q.Count = r.oneOf(v[0], countUnique, countRaw) }}

var frequencyParams = append(slices.Clone(filterParams), topOf(defaultTop), countParam)

var techParams = []param{
	{name: "q", doc: "A part of a name or alias", schema: text(), read: func(r *reading, v []string) { r.q.Text = v[0] }},
	{name: "category", doc: "Category", schema: enumOf(extract.Categories...), read: func(r *reading, v []string) { r.q.Category = r.oneOf(v[0], extract.Categories...) }},
	{name: "sort", doc: "Most postings first, or by name", schema: withDefault(enumOf("count", "name"), "count"), read: func(r *reading, v []string) { r.q.Sort = r.oneOf(v[0], "count", "name") }},
	limitParam(defaultTechs, maxTechs), cursorParam,
}

// ask reads a query string into a question. Every parameter is understood or refused; the
// error is fieldErrors.
func (s *server) ask(rawQuery string, params []param) (*question, error) {
	values, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, fieldErrors{{Field: "query", Message: "the query string is malformed: " + err.Error()}}
	}
	return s.askValues(values, params)
}

func (s *server) askValues(values url.Values, params []param) (*question, error) {
	q := &question{Filter: Filter{
		TechMatch: "any", Tech: []string{}, NotTech: []string{}, Role: []string{}, Company: []string{}, Location: []string{}, Source: []string{}, Employment: []string{}, Remote: []string{},
	}}
	r := &reading{s: s, q: q}
	known := make([]string, len(params))
	for i, p := range params {
		known[i] = p.name
		given, ok := values[p.name]
		switch {
		case !ok && p.isNeeded:
			r.field = p.name
			r.refuse("missing", "", "is missing; the question needs it")
			continue
		case !ok && p.schema.Default == nil:
			continue
		case !ok:
			given = []string{fmt.Sprint(p.schema.Default)}
		}
		r.field = p.name
		if r.areGood(p, given) {
			p.read(r, given)
		}
	}
	for _, name := range sortedKeys(values) {
		if !slices.Contains(known, name) {
			r.field = name
			r.refuse("unknown", values.Get(name), "unknown parameter; known here: %s", strings.Join(known, ", "))
		}
	}
	if q.Sort == "" {
		q.Sort = queries.SortNewest
	}
	r.contradictions()
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	return q, nil
}

func sortedKeys(values url.Values) []string {
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func splitCommas(values []string) []string {
	var parts []string
	for _, v := range values {
		parts = append(parts, strings.Split(v, ",")...)
	}
	return parts
}

// mostValues is how often a parameter may be given.
func (p param) mostValues() int {
	switch {
	case !p.isRepeat:
		return 1
	case p.most > 0:
		return p.most
	}
	return maxValues
}

// areGood refuses what no parameter takes.
func (r *reading) areGood(p param, values []string) bool {
	before := len(r.faults)
	if most := p.mostValues(); len(values) > most {
		r.refuse("many", "", "given %d times, at most %d", len(values), most)
	}
	for _, v := range values {
		switch {
		case strings.TrimSpace(v) == "":
			r.refuse("empty", v, "is empty; leave the parameter out instead")
		case !utf8.ValidString(v) || strings.ContainsFunc(v, unicode.IsControl):
			r.refuse("characters", "", "holds characters that no text has")
		case p.name != "cursor" && utf8.RuneCountInString(v) > maxValueRunes:
			r.refuse("long", "", "has %d characters, at most %d", utf8.RuneCountInString(v), maxValueRunes)
		}
	}
	return len(r.faults) == before
}

func (r *reading) contradictions() {
	f := &r.q.Filter
	both := func(field, format string, args ...any) {
		r.field = field
		r.refuse("contradiction", "", format, args...)
	}
	if f.ExperienceMin != nil && f.ExperienceMax != nil && *f.ExperienceMin > *f.ExperienceMax {
		both("experience_min", "is %d, above experience_max %d", *f.ExperienceMin, *f.ExperienceMax)
	}
	if f.PostedFrom != nil && f.PostedTo != nil && *f.PostedFrom > *f.PostedTo {
		both("posted_from", "is %s, after posted_to %s", *f.PostedFrom, *f.PostedTo)
	}
	if r.q.From != "" && r.q.To != "" && r.q.From > r.q.To {
		both("from", "is %s, after to %s", r.q.From, r.q.To)
	}
	for _, id := range f.Tech {
		if slices.Contains(f.NotTech, id) {
			both("not_tech", "%s is asked for by tech as well", id)
		}
	}
	if strings.Contains(r.q.Sort, queries.SortRelevance) && f.Q == nil {
		both("sort", "relevance needs keywords in q")
	}
}

func (r *reading) oneOf(value string, allowed ...string) string {
	if !slices.Contains(allowed, value) {
		r.refuse("enum", value, "is %q, expected one of %s", value, strings.Join(allowed, ", "))
	}
	return value
}

// order reads one order of a list or two.
func (r *reading) order(value string) string {
	first, then, isTwo := strings.Cut(value, ",")
	for _, one := range []string{first, then} {
		if (one != "" || isTwo) && !slices.Contains(sorts, strings.TrimPrefix(one, "-")) {
			r.refuse("enum", value, "is %q, expected one or two, by comma, of %s, a minus before one for its other end", value, strings.Join(sorts, ", "))
			break
		}
	}
	return value
}

// pageOf is the order of a question's list.
func (q *question) pageOf() queries.Page {
	first, then, _ := strings.Cut(q.Sort, ",")
	return queries.Page{Sort: first, Then: then}
}

func (r *reading) allOf(values []string, allowed ...string) []string {
	for _, v := range values {
		r.oneOf(v, allowed...)
	}
	return unique(values)
}

func unique(values []string) []string {
	out := []string{}
	for _, v := range values {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func (r *reading) sources(values []string) []string {
	if r.s.Sources != nil {
		return r.allOf(values, r.s.Sources...)
	}
	return unique(values)
}

func (r *reading) techs(values []string) []string {
	ids := make([]string, 0, len(values))
	for _, v := range values {
		entry, ok := r.s.Dictionary.Resolve(v)
		if !ok {
			r.refuse("tech", v, "%q is no technology of the dictionary; /api/v1/techs?q= finds names", v)
			continue
		}
		ids = append(ids, entry.ID)
	}
	return unique(ids)
}

func (r *reading) whole(value string, low, high int64) *int64 {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < low || n > high {
		r.refuse("number", value, "is %q, expected a whole number from %d to %d", value, low, high)
		return nil
	}
	return &n
}

func narrow(n *int64) *int32 {
	if n == nil || *n > math.MaxInt32 {
		return nil
	}
	return ptr(int32(*n))
}

// day is the instant at which a calendar day of the lake's time zone begins.
func (r *reading) day(value string) (time.Time, *string) {
	day, err := time.ParseInLocation(dateLayout, value, r.s.Location)
	if err != nil || day.Year() < earliestPosted {
		r.refuse("day", value, "is %q, expected a day such as 2026-11-22", value)
		return time.Time{}, nil
	}
	return day, &value
}

func (r *reading) country(value string) {
	value = strings.ToUpper(value)
	isCode := len(value) == 2 && strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	if value != "*" && !isCode {
		r.refuse("enum", value, "is %q, expected two letters such as KR, or *", value)
	}
	r.q.Filter.Country = value
}

// keywords cuts the search into words; a technology counts as one word under any name.
func (r *reading) keywords(value string) {
	value = strings.Join(strings.Fields(value), " ")
	r.q.Filter.Q = &value
	words := strings.Fields(value)
	if _, ok := r.s.Dictionary.Resolve(value); ok {
		words = []string{value}
	}
	if len(words) > maxWords {
		r.refuse("long", value, "has %d words, at most %d", len(words), maxWords)
	}
	for _, w := range words {
		word := queries.Word{Text: strings.ToLower(w)}
		if entry, ok := r.s.Dictionary.Resolve(w); ok {
			word.Tech = entry.Name
			if utf8.RuneCountInString(w) <= 3 { // "go", "r", "aws" stand inside other words
				word.Text = ""
			}
		}
		r.q.words = append(r.q.words, word)
	}
	if r.q.Sort == "" {
		r.q.Sort = queries.SortRelevance
	}
}

// isPostingID says whether a text has the form of an id: 32 lower-case hexadecimal digits.
func isPostingID(id string) bool {
	return len(id) == 32 && strings.Trim(id, "0123456789abcdef") == ""
}
