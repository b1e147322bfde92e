package extract

import (
	"slices"
	"sort"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// maxDoubts is how many doubts of a posting are worth a question.
const maxDoubts = 40

// Doubts are the places of a posting that ask for something the dictionary leaves open, in
// the order of the text: ambiguous words that are written like the technology and lack
// evidence, and names that look like a technology's and are in no entry. What the company,
// benefits and process parts say is none of it, nor is a technology that stands elsewhere
// in the posting without doubt. Nil for most postings.
func (x *Extractor) Doubts(p Posting) []Mention {
	known := map[int32]bool{}
	for _, t := range x.Techs(p) {
		known[int32(x.dict.byID[t.ID])] = true
	}
	s := x.pool.Get().(*scratch)
	defer x.pool.Put(s)
	seen := map[string]bool{}
	var doubts []Mention
	for _, sec := range append([]Section{{"title", p.Title}}, p.Sections...) {
		kind := kindOf(sec.Name)
		if sec.Text == "" || !asks(kind) {
			continue
		}
		cs := x.judged(s, sec.Text, kind)
		open := x.unsure(sec.Text, cs, known)
		open = append(open, x.unnamed(sec.Text, kind, cs, p.Company)...)
		slices.SortFunc(open, func(a, b span) int { return a.start - b.start })
		for _, at := range open {
			surface := sec.Text[at.start:at.end]
			if len(doubts) < maxDoubts && !seen[surface] {
				seen[surface] = true
				doubts = append(doubts, Mention{Section: sec.Name, Start: at.start, End: at.end, Surface: surface})
			}
		}
	}
	return doubts
}

// span is a stretch of a text, in bytes.
type span struct{ start, end int }

// asks tells whether a part of a posting asks for something.
func asks(k Kind) bool {
	return k != KindBenefits && k != KindProcess && k != KindAbout && k != KindTags
}

// unsure are the ambiguous words without evidence.
func (x *Extractor) unsure(text string, cs []candidate, known map[int32]bool) []span {
	var open []span
	for i := range cs {
		c := &cs[i]
		if c.ok || !c.ambiguous || c.entry < 0 || !asks(c.kind) || known[c.entry] {
			continue
		}
		at := span{int(c.start), int(c.end)}
		if x.isExact(&x.dict.Entries[c.entry], text[at.start:at.end]) && !negated(text, at.start, at.end) && !isSentenceStart(text, at.start) {
			open = append(open, at)
		}
	}
	return open
}

// isSentenceStart tells whether a word is written large because a sentence begins with it:
// "Go through incidents calmly".
func isSentenceStart(text string, at int) bool {
	if text[at] >= utf8.RuneSelf || strings.IndexByte(text[at:], ' ') < 0 {
		return false
	}
	next := text[at+strings.IndexByte(text[at:], ' ')+1:]
	head := strings.TrimRight(text[:at], " \t-*•·")
	begins := head == "" || strings.IndexByte("\n.!?:", head[len(head)-1]) >= 0
	return begins && next != "" && isLower(next[0])
}

// refusedNames are practices, roles, units and formats that look like a technology's name.
var refusedNames = sync.OnceValue(RefusedNames)

// unnamed are the words that look like the name of a technology and are in no entry: written
// large in a list beside a technology; and where something is required, with a capital
// inside (SvelteKit) or written large amid Korean.
func (x *Extractor) unnamed(text string, kind Kind, cs []candidate, company string) []span {
	if kind == KindTitle {
		return nil // titles are full of products and teams
	}
	var open []span
	parts := partitions(text, kind, nil)
	employer := strings.ToLower(company)
	for i := 0; i < len(text); {
		if !isLetter(text[i]) {
			i++
			continue
		}
		start := i
		for i < len(text) && isNameByte(text[i]) {
			i++
		}
		at := span{start, start + len(strings.TrimRight(text[start:i], ".-+&/"))}
		word := text[at.start:at.end]
		lower := strings.ToLower(word)
		switch {
		case len(word) < 3 || len(word) > 40 || refusedNames()[Key(word)] || isAcronym(word) || strings.Contains(employer, lower):
		case isPartOfAddress(text, at) || covered(cs, at) || strings.ContainsAny(word, "/&"):
		case strings.Contains(word, ".") && !strings.HasSuffix(lower, ".js"):
		case (isUpper(word[0]) || isBetweenCommas(text, at)) && besideTech(text, cs, at):
			if asks(kindAt(parts, at.start)) {
				open = append(open, at)
			}
		case hasInnerCapital(word), isUpper(word[0]) && isAmidKorean(text, at):
			if part := kindAt(parts, at.start); part == KindRequirements || part == KindPreferred {
				open = append(open, at)
			}
		}
	}
	return open
}

func isLetter(c byte) bool { return isUpper(c) || isLower(c) }

func isNameByte(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '.' || c == '-' || c == '+' || c == '#' || c == '&' || c == '/'
}

// hasInnerCapital tells SvelteKit and gRPC from Senior and GET.
func hasInnerCapital(word string) bool {
	for i := 1; i < len(word); i++ {
		if isUpper(word[i]) && isLower(word[i-1]) {
			return true
		}
	}
	return false
}

// isAcronym tells short words in capitals: practices and trades mostly, and technologies
// that the dictionary knows.
func isAcronym(word string) bool {
	return len(word) <= 5 && !strings.ContainsFunc(word, func(r rune) bool { return !isUpper(byte(r)) })
}

// isBetweenCommas tells an item of a list from a word that leads on: ", pnpm," from ", and".
func isBetweenCommas(text string, at span) bool {
	head, tail := strings.TrimRight(text[:at.start], " "), strings.TrimLeft(text[at.end:], " ")
	return head != "" && tail != "" && strings.IndexByte(",/(|", head[len(head)-1]) >= 0 && strings.IndexByte(",/)|", tail[0]) >= 0
}

// isAmidKorean tells whether Korean goes on behind the word, and no other Latin word stands
// before it: "Zorblatt를", not "Culture Fit 인터뷰".
func isAmidKorean(text string, at span) bool {
	head, tail := strings.TrimRight(text[:at.start], " "), strings.TrimLeft(text[at.end:], " ")
	r, _ := utf8.DecodeRuneInString(tail)
	return unicode.Is(unicode.Hangul, r) && (head == "" || !isAlnum(head[len(head)-1]))
}

// isPartOfAddress tells whether the run of text without blanks around a span is an address
// of the web or of mail.
func isPartOfAddress(text string, at span) bool {
	from, to := at.start, at.end
	for from > 0 && text[from-1] > ' ' && text[from-1] < utf8.RuneSelf {
		from--
	}
	for to < len(text) && text[to] > ' ' && text[to] < utf8.RuneSelf {
		to++
	}
	run := text[from:to]
	return strings.Contains(run, "://") || strings.Contains(run, "@") || strings.Contains(run, "www.")
}

// covered tells whether a spelling or phrase of the dictionary reaches into the span.
func covered(cs []candidate, at span) bool {
	for i := range cs {
		if int(cs[i].start) < at.end && int(cs[i].end) > at.start {
			return true
		}
	}
	return false
}

// besideTech tells whether the span stands in one list with a technology that counts.
func besideTech(text string, cs []candidate, at span) bool {
	for i := range cs {
		c := &cs[i]
		if !c.ok || c.entry < 0 {
			continue
		}
		if int(c.end) <= at.start && listGap(text[c.end:at.start]) || at.end <= int(c.start) && listGap(text[at.end:c.start]) {
			return true
		}
	}
	return false
}

// kindAt is the kind of the part in which a byte stands.
func kindAt(parts []partition, at int) Kind {
	i := sort.Search(len(parts)-1, func(i int) bool { return at < int(parts[i].end) })
	return parts[i].kind
}
