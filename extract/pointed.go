package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Standing is what a mention is worth that somebody else than the dictionary points at.
type Standing int

const (
	// PointsNowhere says that the text does not hold the words, or not at one certain place.
	PointsNowhere Standing = iota
	// PointsAtNothing says that the words stand there and name nothing that the posting asks for.
	PointsAtNothing
	// PointsAtName says that the words stand there and are the name of no entry.
	PointsAtName
	// PointsAtTech says that the words stand there and are the name of an entry.
	PointsAtTech
)

const (
	longestName      = 60 // bytes of the words of a mention
	mostWordsInAName = 5
)

// Pointed judges a mention that a language model points at. What it says is taken for
// nothing but a pointer: the words must stand as whole words in the section at the offsets
// given, or at other offsets exactly once, and they alone decide which technology is meant.
// The dictionary's own reasons against a place hold here too: the employer's name, phrases
// that hide a word, negation, addresses, the parts of a posting that ask for nothing, and an
// ambiguous word that is not written as the technology is.
//
// For PointsAtTech and PointsAtName the mention comes back as it stands in the text; for
// PointsAtTech the technology is complete, with the method "assistant".
func (x *Extractor) Pointed(p Posting, m Mention) (Tech, Mention, Standing) {
	text, kind, ok := sectionNamed(p, m.Section)
	if !ok || !isName(m.Surface) {
		return Tech{}, m, PointsNowhere
	}
	at, ok := locate(text, m)
	if !ok {
		return Tech{}, m, PointsNowhere
	}
	m.Start, m.End = at.start, at.end
	s := x.pool.Get().(*scratch)
	defer x.pool.Put(s)
	cs := x.judged(s, text, kind)
	part := KindTitle
	if kind != KindTitle {
		part = kindAt(partitions(text, kind, nil), at.start)
	}
	entry := x.dict.resolve(m.Surface)
	if !asks(part) || negated(text, at.start, at.end) || isPartOfAddress(text, at) || x.hidden(cs, at) || isOfEmployer(p.Company, m.Surface, entry < 0) {
		return Tech{}, m, PointsAtNothing
	}
	if entry < 0 {
		if refusedNames()[Key(m.Surface)] {
			return Tech{}, m, PointsAtNothing
		}
		return Tech{}, m, PointsAtName
	}
	e := &x.dict.Entries[entry]
	if e.isWord(m.Surface) && !x.isExact(e, m.Surface) {
		return Tech{}, m, PointsAtNothing
	}
	t := Tech{ID: e.ID, Name: e.Name, Category: e.Category, Need: NeedRequired, Method: MethodAssistant, Mentions: []Mention{m}}
	if part == KindPreferred || x.isWish(text, cs, at) {
		t.Need = NeedPreferred
	}
	return t, m, PointsAtTech
}

func sectionNamed(p Posting, name string) (text string, kind Kind, ok bool) {
	if name == "title" {
		return p.Title, KindTitle, p.Title != ""
	}
	for _, sec := range p.Sections {
		if sec.Name == name {
			return sec.Text, kindOf(name), true
		}
	}
	return "", 0, false
}

// isName tells whether words may be a name at all: short, in one line, with a letter.
func isName(words string) bool {
	if words == "" || len(words) > longestName || !utf8.ValidString(words) || strings.TrimSpace(words) != words || len(strings.Fields(words)) > mostWordsInAName {
		return false
	}
	letters := false
	for _, r := range words {
		if unicode.IsControl(r) {
			return false
		}
		letters = letters || unicode.IsLetter(r)
	}
	return letters
}

// locate finds the words: where they are said to stand, or where they stand alone.
func locate(text string, m Mention) (span, bool) {
	claimed := span{m.Start, m.End}
	if m.Start >= 0 && m.Start < m.End && m.End <= len(text) && text[m.Start:m.End] == m.Surface && isWhole(text, claimed) {
		return claimed, true
	}
	var only span
	count := 0
	for from := 0; ; {
		i := strings.Index(text[from:], m.Surface)
		if i < 0 {
			return only, count == 1
		}
		at := span{from + i, from + i + len(m.Surface)}
		if isWhole(text, at) {
			only = at
			count++
		}
		from = at.end
	}
}

// isWhole tells whether a span is no part of a longer word. A Korean word may go on with
// a particle.
func isWhole(text string, at span) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at.start])
	first, _ := utf8.DecodeRuneInString(text[at.start:])
	last, _ := utf8.DecodeLastRuneInString(text[:at.end])
	after, _ := utf8.DecodeRuneInString(text[at.end:])
	isHangul := func(r rune) bool { return unicode.Is(unicode.Hangul, r) }
	isWord := func(r rune) bool { return r < utf8.RuneSelf && isAlnum(byte(r)) }
	if isWord(first) && isWord(before) || isHangul(first) && isHangul(before) {
		return false
	}
	return !(isWord(last) && isWord(after))
}

// hidden tells whether a phrase of the dictionary covers the span and says that it is none.
func (x *Extractor) hidden(cs []candidate, at span) bool {
	for i := range cs {
		if x.scan.patterns[cs[i].pattern].kind == patternStop && int(cs[i].start) < at.end && int(cs[i].end) > at.start {
			return true
		}
	}
	return false
}

// isWish tells whether a phrase makes the span's sentence a wish.
func (x *Extractor) isWish(text string, cs []candidate, at span) bool {
	for i := range cs {
		if x.scan.patterns[cs[i].pattern].kind != patternPreferred {
			continue
		}
		if from, to := sentence(text, int(cs[i].start), int(cs[i].end)); from <= at.start && at.end <= to {
			return true
		}
	}
	return false
}

// isOfEmployer tells whether words are the employer's name; for words that no entry knows
// a part of it is enough.
func isOfEmployer(company, words string, part bool) bool {
	name, key := string(companyKey(company, nil)), string(companyKey(words, nil))
	if name == "" || key == "" {
		return false
	}
	end := string(rune(mark))
	return name == key || part && strings.Contains(name+end, key+end)
}

// isWord tells whether the words are one of the entry's ambiguous ones.
func (e *Entry) isWord(words string) bool {
	f := foldString(words)
	for _, w := range e.Words {
		if foldString(w) == f {
			return true
		}
	}
	return false
}
