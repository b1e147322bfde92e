package extract

import (
	"strings"
	"sync"
)

// Section is one part of a posting. Name is title, duties, requirements,
// preferred, benefits, process, about, tags or body; any other name is read as a
// heading and otherwise taken for body.
type Section struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Posting is what Techs reads. Title counts as a section named "title".
// Company is the employer's name: a technology of that name never counts.
// BoardTags are the board's own technology tags.
type Posting struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Company   string    `json:"company"`
	Sections  []Section `json:"sections"`
	BoardTags []string  `json:"board_tags"`
}

// Mention is one place where a technology is named. Start and End are byte
// offsets in the UTF-8 text of the section, half-open, and Surface is what stands
// there. For a board tag the section is "tags" and the text is the tag itself.
type Mention struct {
	Section string `json:"section"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Surface string `json:"surface"`
}

// How a technology was found.
const (
	MethodBoardTag   = "board_tag"  // only the board's tags name it
	MethodDictionary = "dictionary" // the text names it
	MethodAssistant  = "assistant"  // a language model pointed at it in the text
)

// What the posting asks of a technology.
const (
	NeedRequired  = "required"
	NeedPreferred = "preferred" // named in wishes only
)

// Tech is a technology a posting names, with the places where it does.
type Tech struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Category string    `json:"category"`
	Need     string    `json:"need"`
	Method   string    `json:"method"`
	Mentions []Mention `json:"mentions"`
}

// Extractor finds facts in postings. It is immutable; goroutines may share it.
type Extractor struct {
	dict  *Dictionary
	scan  *scanner
	facts *factScanner
	pool  sync.Pool // of *scratch
}

// scratch is the memory one call needs, kept between calls.
type scratch struct {
	folded     folded
	candidates []candidate
	parts      []partition
	found      []found
	slot       []int32 // entry -> index in found + 1
	company    []byte
	employer   int32 // entry that is the employer, or -1
	marks      []factMatch
}

// found is a technology while its mentions are being gathered.
type found struct {
	entry    int32
	required bool
	wished   bool // a wish names it
	text     bool
	mentions []Mention
}

// New builds the extractor from the dictionary compiled into the binary. It
// fails only when the dictionary is faulty, which a test rules out.
func New() (*Extractor, error) {
	d, err := loadDictionary(techFiles)
	if err != nil {
		return nil, err
	}
	return newExtractor(d), nil
}

func newExtractor(d *Dictionary) *Extractor {
	x := &Extractor{dict: d, scan: newScanner(d), facts: newFactScanner()}
	x.pool.New = func() any { return &scratch{slot: make([]int32, len(d.Entries))} }
	return x
}

// Dictionary returns the technologies the extractor knows.
func (x *Extractor) Dictionary() *Dictionary { return x.dict }

// Techs returns the technologies the posting names, in the order of their first
// mention (title, sections as given, then tags), ties by id. Benefits name none,
// and neither does the employer's own name. The result shares no memory with
// the extractor.
func (x *Extractor) Techs(p Posting) []Tech {
	s := x.pool.Get().(*scratch)
	defer x.pool.Put(s)
	s.found = s.found[:0]
	s.company = companyKey(p.Company, s.company[:0])
	s.employer = -1
	if i, ok := x.dict.bySpell[string(s.company)]; ok {
		s.employer = int32(i)
	}
	if p.Title != "" {
		x.section(s, "title", p.Title, KindTitle)
	}
	for i := range p.Sections {
		sec := &p.Sections[i]
		if sec.Text != "" {
			x.section(s, sec.Name, sec.Text, kindOf(sec.Name))
		}
	}
	for _, tag := range p.BoardTags {
		x.tag(s, tag)
	}
	out := make([]Tech, len(s.found))
	for i := range s.found {
		f := &s.found[i]
		e := &x.dict.Entries[f.entry]
		t := Tech{ID: e.ID, Name: e.Name, Category: e.Category, Need: NeedPreferred, Method: MethodBoardTag, Mentions: f.mentions}
		if f.text {
			t.Method = MethodDictionary
		}
		if f.required || !f.wished {
			t.Need = NeedRequired
		}
		out[i] = t
		s.slot[f.entry] = 0
		f.mentions = nil
	}
	// A vendor and its product may start at the same byte ("AWS Lambda").
	for i := 1; i < len(out); i++ {
		a, b := &out[i-1], &out[i]
		if x, y := a.Mentions[0], b.Mentions[0]; x.Section == y.Section && x.Section != "tags" && x.Start == y.Start && a.ID > b.ID {
			out[i-1], out[i] = out[i], out[i-1]
		}
	}
	return out
}

// neverPerk are the categories no employer offers as a benefit.
var neverPerk = map[string]bool{"language": true, "framework": true, "library": true, "database": true, "messaging": true, "cloud_service": true, "ml": true}

// judged are the candidates of one text, each with the kind of the part it stands in,
// decided. They are good until the next call.
func (x *Extractor) judged(s *scratch, text string, kind Kind) []candidate {
	s.folded.fold(text)
	s.candidates = x.scan.scan(&s.folded, text, s.candidates[:0])
	if len(s.candidates) == 0 {
		return nil
	}
	cs := s.candidates
	s.parts = s.parts[:0]
	if kind == KindTitle || kind == KindTags {
		s.parts = append(s.parts, partition{0, int32(len(text)), kind})
	} else {
		s.parts = partitions(text, kind, s.parts)
	}
	k := 0
	for i := range cs {
		for k+1 < len(s.parts) && cs[i].start >= s.parts[k].end {
			k++
		}
		cs[i].kind = s.parts[k].kind
	}
	x.preferences(text, cs)
	x.judge(text, cs)
	return cs
}

// section adds the technologies of one text.
func (x *Extractor) section(s *scratch, name, text string, kind Kind) {
	cs := x.judged(s, text, kind)
	for i := range cs {
		c := &cs[i]
		if !c.ok || c.entry < 0 {
			continue
		}
		e := &x.dict.Entries[c.entry]
		// Under a heading inside free text the perks may be over before the next
		// heading, so what nobody offers as a perk still counts.
		if c.kind == KindBenefits && (kind == KindBenefits || c.ambiguous || !neverPerk[e.Category]) {
			continue
		}
		if c.kind == KindProcess && (e.Category == "collaboration" || e.Category == "platform" || e.ID == "github" || e.ID == "gitlab") {
			continue // where to send a portfolio, not what to know
		}
		if c.entry == s.employer || len(s.company) > 0 && x.isEmployer(s, c) || c.kind == KindAbout && sellers[e.Category] && award(text, int(c.end)) || sellers[e.Category] && x.asCompany(text, cs, i) {
			continue
		}
		surface := text[c.start:c.end]
		f := s.add(c.entry)
		f.mentions = append(f.mentions, Mention{Section: name, Start: int(c.start), End: int(c.end), Surface: strings.Clone(surface)})
		if kind != KindTags {
			f.text = true
		}
		switch {
		case c.kind == KindPreferred || c.preferred:
			f.wished = true
		default:
			f.required = true
		}
	}
}

// tag adds what a board's tag names.
func (x *Extractor) tag(s *scratch, tag string) {
	add := func(i int, text string) {
		f := s.add(int32(i))
		if len(f.mentions) == 0 {
			f.mentions = append(f.mentions, Mention{Section: "tags", Start: 0, End: len(text), Surface: strings.Clone(text)})
		}
		f.required = true // the tags are the stack, whatever a wish says beside them
	}
	if i := x.dict.resolve(tag); i >= 0 {
		add(i, tag)
		return
	}
	// "C/C++", "HTML, CSS"
	if strings.ContainsAny(tag, "/,") {
		for _, part := range strings.FieldsFunc(tag, func(r rune) bool { return r == '/' || r == ',' }) {
			if i := x.dict.resolve(part); i >= 0 {
				add(i, strings.TrimSpace(part))
			}
		}
	}
}

func (s *scratch) add(entry int32) *found {
	if at := s.slot[entry]; at > 0 {
		return &s.found[at-1]
	}
	s.found = append(s.found, found{entry: entry})
	s.slot[entry] = int32(len(s.found))
	return &s.found[len(s.found)-1]
}

// preferences marks the candidates whose sentence is a wish.
func (x *Extractor) preferences(text string, cs []candidate) {
	for i := range cs {
		if x.scan.patterns[cs[i].pattern].kind != patternPreferred {
			continue
		}
		from, to := sentence(text, int(cs[i].start), int(cs[i].end))
		from = wishFrom(text, from, int(cs[i].start), x.scan.patterns[cs[i].pattern].exact)
		for j := range cs {
			if int(cs[j].start) >= from && int(cs[j].end) <= to {
				cs[j].preferred = true
			}
		}
	}
}

// wishOpeners are wishes of which only what follows is wished for.
var wishOpeners = map[string]bool{"ideally": true, "especially appreciate": true, "bonus points": true, "bonus if": true, "bonus for": true, "extra credit": true, "extra points": true, "brownie points": true, "plus if": true}

// demands end a demand inside a sentence that goes on to a wish: "Java 필수, Kotlin 우대".
var demands = []string{"필수", "required", "as a minimum", "must have", "must-have", "mandatory,"}

// wishFrom returns where, in the sentence that starts at from, the wish at start begins.
func wishFrom(text string, from, start int, phrase string) int {
	if wishOpeners[phrase] {
		return start
	}
	for _, d := range demands {
		i := strings.LastIndex(text[from:start], d)
		if i >= 0 && !strings.HasSuffix(text[from:from+i], "not ") {
			from += i
		}
	}
	return from
}

// sentence returns the bounds of the sentence, list item or bracket that holds
// the span. Brackets that hold nothing but the span are looked through:
// "Kafka (우대)".
func sentence(text string, start, end int) (from, to int) {
	from, to = start, end
	open := false
	for from > 0 {
		c := text[from-1]
		if c == '\n' || c == ';' || (c == '.' || c == '!' || c == '?') && from < start && isSpace(text[from]) && !abbreviation(text[:from]) {
			break
		}
		if c == '(' && strings.TrimSpace(text[from:start]) != "" {
			open = true
			break
		}
		from--
	}
	for to < len(text) {
		c := text[to]
		if c == '\n' || c == ';' || (c == '.' || c == '!' || c == '?') && (to+1 == len(text) || isSpace(text[to+1])) && !abbreviation(text[:to+1]) {
			break
		}
		if c == ')' && open {
			break
		}
		to++
	}
	return from, to
}

func abbreviation(head string) bool {
	for _, a := range []string{"e.g.", "i.e.", "etc.", "E.g.", "eg.", "vs."} {
		if strings.HasSuffix(head, a) {
			return true
		}
	}
	return false
}

// companyNoise are words of a company's name that do not name it.
var companyNoise = map[string]bool{
	"inc": true, "ltd": true, "llc": true, "corp": true, "co": true, "corporation": true, "gmbh": true, "company": true, "technologies": true, "technology": true,
	"labs": true, "korea": true, "the": true, "io": true, "com": true, "software": true, "주식회사": true, "코리아": true, "주": true, "유한회사": true, "한국": true,
}

// companyKey appends the folded name of the company, without its legal form, to buf.
func companyKey(name string, buf []byte) []byte {
	if name == "" || len(name) > 120 {
		return buf
	}
	if i := strings.IndexByte(name, '('); i > 0 && strings.TrimSpace(name[:i]) != "주" {
		name = name[:i] // "Acme (acme.io)", "모두닥 (Modoodoc)"
	}
	var f folded
	f.fold(strings.NewReplacer("(", " ", ")", " ", ",", " ", ".", " ", "㈜", " ").Replace(name))
	for _, w := range strings.Split(string(f.b), string(rune(mark))) {
		w = strings.TrimSpace(w)
		if w == "" || companyNoise[w] {
			continue
		}
		buf = append(buf, mark)
		buf = append(buf, w...)
	}
	return buf
}

// isEmployer tells whether a candidate is the employer's name, or a word of it
// where the whole name stands.
func (x *Extractor) isEmployer(s *scratch, c *candidate) bool {
	surface := s.folded.b[c.fs:c.fe]
	if string(surface) == string(s.company) {
		return true
	}
	if len(surface) >= len(s.company) {
		return false
	}
	name := string(s.company)
	for from := 0; ; {
		k := strings.Index(name[from:], string(surface))
		if k < 0 {
			return false
		}
		k += from
		lo := int(c.fs) - k
		if lo >= 0 && lo+len(name) <= len(s.folded.b) && string(s.folded.b[lo:lo+len(name)]) == name {
			return true
		}
		from = k + 1
	}
}
