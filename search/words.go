package search

import (
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// Word is one word of a keyword search.
type Word struct {
	Text string // as asked, in any case; may hold spaces where it names a technology
	// TechID is the technology that the word stands for, "" for none. Postings that ask for it
	// match under whatever name they give it, and the word itself counts only where it
	// stands whole.
	TechID string
	// IsShort says that the text alone is no match, only the technology is: as for "go" and
	// "r", which stand for other things too.
	IsShort bool
}

// Speller finds the technology that a misspelled word means.
type Speller interface {
	Correct(text string) (techID string, ok bool)
}

// Corrected is a word that was read as a technology, since nearly nothing holds it.
type Corrected struct {
	Text   string
	TechID string
}

// What a word is worth by where it stands, a bit each: [scorer] rests on that. Anywhere counts
// once beside the other places.
const (
	worthTitle    = 8
	worthTech     = 4
	worthFacts    = 2
	worthAnywhere = 1
	worthAll      = worthTitle + worthTech + worthFacts + worthAnywhere
)

// match is where a word stands in a view, by worth.
type match struct {
	title, tech, facts, any *roaring.Bitmap
}

// match looks a word up, or remembers it. What it gives is shared: nobody may change it.
func (v *view) match(w Word) match {
	key := strings.Join([]string{"match", strconv.FormatBool(w.IsShort), w.TechID, v.unread, w.Text}, "\x00")
	return kept(v.kept, key, func() match { return v.lookUp(w) })
}

func (v *view) lookUp(w Word) match {
	n := v.Len()
	m := match{title: roaring.New(), tech: roaring.New(), facts: roaring.New(), any: roaring.New()}
	how := partToken
	if w.TechID != "" {
		how = wholeToken
		m.tech = v.columns[colTech].any(n, []string{w.TechID})
	}
	for i, token := range tokens(w.Text) {
		found := v.find(token, how)
		somewhere := roaring.Or(found[fieldTitle], found[fieldFacts])
		if v.readable == nil {
			somewhere.Or(found[fieldBody])
		} else {
			somewhere.Or(roaring.And(found[fieldBody], v.readable))
		}
		if i == 0 {
			m.title, m.facts, m.any = found[fieldTitle], found[fieldFacts], somewhere
			continue
		}
		m.title, m.facts, m.any = roaring.And(m.title, found[fieldTitle]), roaring.And(m.facts, found[fieldFacts]), roaring.And(m.any, somewhere)
	}
	if w.IsShort {
		m.title, m.facts, m.any = roaring.And(m.title, m.tech), roaring.And(m.facts, m.tech), m.tech
	} else if w.TechID != "" {
		m.any = roaring.Or(m.any, m.tech)
	}
	return m
}

// find looks a token up, or remembers it.
func (v *view) find(token string, how int) fields {
	kind := "whole "
	if how == partToken {
		kind = "part "
	}
	return kept(v.kept, kind+token, func() fields { return v.terms.find(v.Len(), token, how) })
}

// rarely is how many times more often a technology must be asked for than a word occurs
// for the word to be taken for a slip.
const rarely = 1000

// understood replaces words that hardly occur and look like the name of a technology.
func (ix *Index) understood(words []Word, speller Speller) ([]Word, []Corrected) {
	if speller == nil {
		return words, nil
	}
	var slips []Corrected
	read := make([]Word, len(words))
	for i, w := range words {
		read[i] = w
		if w.TechID != "" {
			continue
		}
		held := ix.count(w)
		if held*rarely > uint64(ix.size) {
			continue
		}
		techID, ok := speller.Correct(strings.ToLower(w.Text))
		if !ok || held > 0 && held*rarely > ix.count(Word{TechID: techID}) {
			continue
		}
		read[i].TechID = techID
		slips = append(slips, Corrected{Text: w.Text, TechID: techID})
	}
	return read, slips
}

// count is how many documents hold a word.
func (ix *Index) count(w Word) (count uint64) {
	for _, v := range ix.views {
		count += v.match(w).any.AndCardinality(v.alive)
	}
	return count
}

// Marker finds where words stand in texts. Goroutines may share it.
type Marker struct{ parts []wantedPart }

type wantedPart struct {
	text     string
	mustTake bool // the whole word, not a part of one
}

// NewMarker prepares the search for words. One that stands for a technology is met whole,
// others as parts of words.
func NewMarker(words []Word) *Marker {
	m := &Marker{}
	for _, w := range words {
		for _, token := range tokens(w.Text) {
			m.parts = append(m.parts, wantedPart{token, w.TechID != ""})
		}
	}
	return m
}

// Spans is where the words stand in a text, as pairs of byte offsets in order, none over
// another.
func (m *Marker) Spans(text string) [][2]int {
	lower := strings.ToLower(text)
	if len(lower) != len(text) {
		return nil // offsets in one are not offsets in the other
	}
	if !slices.ContainsFunc(m.parts, func(p wantedPart) bool { return strings.Contains(lower, p.text) }) {
		return nil // as in most texts, which need not be cut into words then
	}
	var spans [][2]int
	at := 0
	eachToken(lower, func(token string) {
		start := at + strings.Index(lower[at:], token)
		at = start + len(token)
		if from, to, ok := m.spanIn(token); ok {
			spans = append(spans, [2]int{start + from, start + to})
		}
	})
	return spans
}

// spanIn is the longest wanted part of a token.
func (m *Marker) spanIn(token string) (from, to int, ok bool) {
	for _, part := range m.parts {
		i := -1
		switch {
		case part.mustTake && !isSyllabic(token):
			if token == part.text {
				i = 0
			}
		case isSyllabic(part.text): // a particle may follow the name of a technology
			i = strings.Index(token, part.text)
		case token == part.text || len(part.text) > 1 && strings.HasPrefix(token, part.text):
			i = 0
		}
		if i >= 0 && len(part.text) > to-from {
			from, to, ok = i, i+len(part.text), true
		}
	}
	return from, to, ok
}
