package api

import (
	"strings"
	"unicode/utf8"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// maxExcerptRunes is the longest stretch of a text that the excerpt policy shows at once.
const maxExcerptRunes = 200

// textsOf are a posting's sections by the names that evidence gives them.
func textsOf(p *schemas.GoldPosting) map[string]string {
	return map[string]string{
		"title": p.Title, "about": p.About, "duties": p.Duties, "requirements": p.Requirements, "preferred": p.Preferred,
		"benefits": p.Benefits, "process": p.Process,
	}
}

// publicTechs are a posting's technologies as the source's policy lets the public see them.
func publicTechs(policy string, p *schemas.GoldPosting, rows []queries.PostingTech) []PostingTech {
	texts := textsOf(p)
	techs := make([]PostingTech, 0, len(rows))
	for _, row := range rows {
		tech := PostingTech{TechID: row.TechID, Tech: row.Tech, Category: orNull(row.Category), Need: row.Need, Method: row.Method}
		tech.Evidence = proofOf(policy, texts, row)
		techs = append(techs, tech)
	}
	return techs
}

// proofOf is the place that proves a technology, nil where the policy shows none or there is
// none.
func proofOf(policy string, texts map[string]string, row queries.PostingTech) *Evidence {
	if policy == PublishFacts || row.Section == "" || row.StartByte == nil || row.EndByte == nil {
		return nil
	}
	return evidenceOf(texts[row.Section], row)
}

// evidenceOf cuts the sentence around the words. The sentence is left out where the text is
// not the one that the offsets were made for (retention removes texts).
func evidenceOf(text string, row queries.PostingTech) *Evidence {
	e := &Evidence{Section: row.Section, StartByte: *row.StartByte, EndByte: *row.EndByte, Surface: row.Surface}
	start, end := int(*row.StartByte), int(*row.EndByte)
	if start < 0 || end > len(text) || start >= end || text[start:end] != row.Surface {
		return e
	}
	sentence, at := sentenceAround(text, start, end)
	e.Sentence, e.MatchStart, e.MatchEnd = &sentence, at, at+end-start
	return e
}

// sentenceAround returns the sentence of text that holds [start, end), cut to
// maxExcerptRunes around it, and where the words begin in it.
func sentenceAround(text string, start, end int) (sentence string, at int) {
	from, to := 0, len(text)
	for i := start; i > 0; i-- {
		if endsSentence(text, i) {
			from = i
			break
		}
	}
	for i := end; i < len(text); i++ {
		if endsSentence(text, i) {
			to = i
			break
		}
	}
	for from < start && strings.ContainsRune(" \t\n\r", rune(text[from])) {
		from++
	}
	for _, bullet := range []string{"- ", "* ", "• ", "· ", "ㆍ", "▪ ", "■ "} {
		if from+len(bullet) <= start && strings.HasPrefix(text[from:], bullet) {
			from += len(bullet)
			break
		}
	}
	to = end + len(strings.TrimRight(text[end:to], " \t\n\r"))
	before, after := text[from:start], text[end:to]
	room := maxExcerptRunes - utf8.RuneCountInString(text[start:end])
	left, right := utf8.RuneCountInString(before), utf8.RuneCountInString(after)
	if left+right > room {
		// Each side gets half, or what the other leaves; an ellipsis takes one character.
		keepLeft := min(left, max(room/2, room-right))
		keepRight := min(right, room-keepLeft)
		if keepLeft < left {
			before = "…" + lastRunes(before, keepLeft-1)
		}
		if keepRight < right {
			after = firstRunes(after, keepRight-1) + "…"
		}
	}
	return before + text[start:end] + after, len(before)
}

// endsSentence says whether a sentence ends before byte i: behind a line's end, or behind a
// full stop and a space.
func endsSentence(text string, i int) bool {
	switch text[i-1] {
	case '\n':
		return true
	case ' ':
		return i >= 2 && strings.IndexByte(".!?", text[i-2]) >= 0
	}
	return i < len(text) && text[i] == '\n'
}

func lastRunes(s string, n int) string {
	for drop := utf8.RuneCountInString(s) - max(n, 0); drop > 0; drop-- {
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
	}
	return s
}

func firstRunes(s string, n int) string {
	for drop := utf8.RuneCountInString(s) - max(n, 0); drop > 0; drop-- {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
