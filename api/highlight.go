package api

import (
	"slices"
	"strings"

	"github.com/techmapit/tmi/search"
)

// Highlight is a text of a posting in which words of the search stand.
type Highlight struct {
	Field   string   `json:"field" doc:"title, company, or the section"`
	Text    string   `json:"text" doc:"The whole of a title or name; of a section the sentence, at most 200 characters"`
	Matches [][2]int `json:"matches" doc:"Byte offsets in the text: from, and up to"`
}

// Correction is a word that hardly any posting holds and that was read as the technology it
// nearly names.
type Correction struct {
	Word   string `json:"word"`
	TechID string `json:"tech_id"`
	Tech   string `json:"tech"`
}

// maxHighlights is how many sentences of a posting are shown at most.
const maxHighlights = 2

// highlights are the places of a posting in which the words stand, as far as its source's
// policy shows them: title and company always; under excerpt sentences that prove a
// technology, and under full any.
func (s *server) highlights(row search.Row, words []search.Word, marker *search.Marker) ([]Highlight, error) {
	var shown []Highlight
	add := func(field, text string) bool {
		spans := marker.Spans(text)
		if len(spans) > 0 {
			shown = append(shown, Highlight{field, strings.Clone(text), spans}) // of a posting's texts no more is held
		}
		return len(spans) > 0
	}
	add("title", row.Title)
	add("company", row.Company)
	policy := s.PublishPolicy(row.Source)
	if policy == PublishFacts {
		return shown, nil
	}
	d, err := row.Document()
	if err != nil {
		return nil, err
	}
	texts := textsOf(&d.Posting)
	sentences := 0
	for _, tech := range techRows(d) {
		if sentences == maxHighlights {
			return shown, nil
		}
		e := proofOf(policy, texts, tech)
		if e == nil || e.Sentence == nil || e.Section == "title" {
			continue
		}
		isAsked := slices.ContainsFunc(words, func(w search.Word) bool { return w.TechID == tech.TechID })
		switch {
		case isHighlighted(shown, *e.Sentence):
		case isAsked:
			shown = append(shown, Highlight{strings.Clone(e.Section), *e.Sentence, [][2]int{{e.MatchStart, e.MatchEnd}}})
			sentences++
		case add(e.Section, *e.Sentence):
			sentences++
		}
	}
	if policy != PublishFull {
		return shown, nil
	}
	for _, section := range []string{"duties", "requirements", "preferred", "about", "benefits", "process"} {
		if sentences == maxHighlights {
			break
		}
		spans := marker.Spans(texts[section])
		if len(spans) == 0 {
			continue
		}
		sentence, _ := sentenceAround(texts[section], spans[0][0], spans[0][1])
		if !isHighlighted(shown, sentence) && add(section, sentence) {
			sentences++
		}
	}
	return shown, nil
}

func isHighlighted(shown []Highlight, text string) bool {
	return slices.ContainsFunc(shown, func(h Highlight) bool { return h.Text == text })
}
