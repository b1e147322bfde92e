package web

import (
	"regexp"
	"strings"
)

// Mark is a stretch of a text; a hit is one of the words that were searched for.
type Mark struct {
	Text  string
	IsHit bool
}

// Marks takes a text apart at the page's words, in any case.
func (p *Page) Marks(text string) []Mark {
	if p.marked == nil && len(p.Words) > 0 {
		quoted := make([]string, 0, len(p.Words))
		for _, word := range p.Words {
			if word = strings.TrimSpace(word); word != "" {
				quoted = append(quoted, regexp.QuoteMeta(word))
			}
		}
		if len(quoted) > 0 {
			p.marked = regexp.MustCompile("(?i)" + strings.Join(quoted, "|"))
		}
	}
	if p.marked == nil {
		return []Mark{{text, false}}
	}
	var marks []Mark
	at := 0
	for _, hit := range p.marked.FindAllStringIndex(text, -1) {
		if hit[0] > at {
			marks = append(marks, Mark{text[at:hit[0]], false})
		}
		marks = append(marks, Mark{text[hit[0]:hit[1]], true})
		at = hit[1]
	}
	if at < len(text) {
		marks = append(marks, Mark{text[at:], false})
	}
	return marks
}

// IsHit says whether a name is one of the page's words.
func (p *Page) IsHit(name string) bool {
	for _, word := range p.Words {
		if strings.EqualFold(word, name) {
			return true
		}
	}
	return false
}
