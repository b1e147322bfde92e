package api

import (
	"slices"

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
func (s *server) highlights(row search.Row, words []search.Word) ([]Highlight, error) {
	var shown []Highlight
	add := func(field, text string) bool {
		spans := search.Spans(text, words)
		if len(spans) > 0 {
			shown = append(shown, Highlight{field, text, spans})
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
	sentences := 0
	for _, tech := range publicTechs(policy, &d.Posting, techRows(d)) {
		e := tech.Evidence
		if sentences == maxHighlights || e == nil || e.Sentence == nil || e.Section == "title" {
			continue
		}
		isAsked := slices.ContainsFunc(words, func(w search.Word) bool { return w.TechID == tech.TechID })
		switch {
		case isHighlighted(shown, *e.Sentence):
		case isAsked:
			shown = append(shown, Highlight{e.Section, *e.Sentence, [][2]int{{e.MatchStart, e.MatchEnd}}})
			sentences++
		case add(e.Section, *e.Sentence):
			sentences++
		}
	}
	if policy != PublishFull {
		return shown, nil
	}
	texts := textsOf(&d.Posting)
	for _, section := range []string{"duties", "requirements", "preferred", "about", "benefits", "process"} {
		spans := search.Spans(texts[section], words)
		if sentences == maxHighlights || len(spans) == 0 {
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
