package extract

import "strings"

// isOffered tells whether and how the role's phrase at [start, end) names a job that the
// text offers: as an item of a list, or, where prose is read, after words of hiring.
func isOffered(text string, start, end int, readsProse bool) offerKind {
	s := spotAt(text, start, end)
	isHiring := readsProse && s.isHiring()
	isShort, isItem := s.isShortLine(), s.isItem()
	if !isHiring && !isShort && !isItem || s.isOfSomebody() || s.isKnowledge() {
		return offerNone
	}
	hasNoun := s.hasNoun() || isHiring && (namesJobsBefore(s.low) || startsWithPeople(s.tail))
	switch {
	case isShort && (hasNoun || s.isListed()): // "Software Engineer - Backend, Full Stack"
		return offerLine
	case hasNoun && !isShort && isItem:
		return offerLine
	case isHiring && (hasNoun || endsItem(s.plain) || endsList(s.head, s.plain)): // "hiring for front end, back end and QA"
		return offerProse
	}
	return offerNone
}

// spot is a role's phrase in its line.
type spot struct {
	phrase     string
	before     string // the text before the line
	head, rest string // of the line, on either side; the rest as far as an address
	whole      string // the rest with it
	name       string // the head without what stands before an item
	low        string // the sentence before, in lower case
	plain      string // the rest without what stands in brackets
	tail       string // of that, what may belong to the job's name
}

// shortForms end no sentence with their dot.
var shortForms = strings.NewReplacer("Sr. ", "Sr ", "Jr. ", "Jr ", "sr. ", "sr ", "jr. ", "jr ", "Snr. ", "Snr ", "Eng. ", "Eng ", "e.g. ", "eg ", "Inc. ", "Inc ")

func spotAt(text string, start, end int) spot {
	from := strings.LastIndexByte(text[:start], '\n') + 1
	whole, _, _ := strings.Cut(text[end:], "\n")
	s := spot{phrase: text[start:end], before: text[:from], head: text[from:start], rest: whole, whole: whole}
	if k := strings.Index(whole, "http"); k >= 0 {
		s.rest = whole[:k]
	}
	s.name = strings.TrimLeft(s.head, bullets)
	sentence := s.head
	if strings.Contains(sentence, ". ") {
		sentence = shortForms.Replace(sentence)
	}
	if k := strings.LastIndexAny(sentence, ".!?"); k >= 0 && k+1 < len(sentence) && sentence[k+1] == ' ' {
		sentence = sentence[k+1:]
	}
	s.low = strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(sentence), "experienced", ""), "user experience", "")
	s.plain = cutText(s.rest, listReach)
	if strings.ContainsAny(s.plain, "([{") {
		s.plain = outsideBrackets(s.plain)
	}
	s.tail = cutText(s.plain, nounReach)
	if k := strings.IndexAny(s.tail, ";:|,"); k >= 0 {
		s.tail = s.tail[:k]
	}
	if k := strings.Index(s.tail+" ", ". "); k >= 0 {
		s.tail = s.tail[:k]
	}
	return s
}

// isHiring tells whether the sentence looks for somebody.
func (s *spot) isHiring() bool {
	return containsAny(s.low, hiringWords) || strings.Contains(strings.ToLower(s.tail), " wanted")
}

// isShortLine tells whether the line has room for jobs and little else.
func (s *spot) isShortLine() bool {
	return len(s.name) <= listedWithin && len(s.head)+len(s.phrase)+len(s.rest) <= shortLine && !strings.Contains(strings.TrimSuffix(strings.TrimSuffix(s.name, "Sr. "), "Jr. "), ". ")
}

// isItem tells whether an item of a list stands around the phrase.
func (s *spot) isItem() bool {
	return len(s.name) <= listedWithin && strings.Count(s.name, " ") <= 4 && (len(s.name) < len(s.head) || endsName(s.whole)) || isInnerItem(s.name, s.rest) ||
		isShortItem(s.name) && (endsItem(s.plain) || strings.TrimSpace(s.plain) == "") && isUnderOpenings(s.before)
}

// isListed tells whether a phrase that has no noun is an item of a list of jobs all the same.
func (s *spot) isListed() bool {
	if strings.TrimSpace(s.name) == "" && len(s.rest) < len(s.whole) && strings.Trim(s.rest, "s -–:(") == "" {
		return true // "Front end: https://…"
	}
	return hasJobNoun(strings.ReplaceAll(strings.ToLower(s.name), "engineering", "")) || isWholeItem(s.name, s.rest) && isUnderOpenings(s.before) ||
		strings.TrimSpace(s.name) == "" && strings.Contains(strings.ToLower(s.tail), " development")
}

// hasNoun tells whether the phrase is the name of a job, or becomes one by what follows.
func (s *spot) hasNoun() bool {
	return isJobItself[strings.ToLower(s.phrase)] || hasJobNoun(s.phrase+s.tail) || sharesNoun(s.plain)
}

// isOfSomebody tells whether the job is another's: a colleague's, the writer's, a customer's.
func (s *spot) isOfSomebody() bool {
	if containsAny(s.low, otherWords) || isForSomebody(s.low) {
		return true // "tools for developers"
	}
	if strings.EqualFold(s.phrase, "cto") && (strings.HasSuffix(s.head, "(") || strings.Contains(s.low, "founder")) {
		return true // "Jo (CTO)"
	}
	return strings.HasSuffix(s.low, "our ") && !containsAny(s.low, hiringWords) // "Our front end allows"
}

// isKnowledge tells whether the phrase is something to know or to do.
func (s *spot) isKnowledge() bool {
	if isSkill(s.tail) && !strings.HasPrefix(s.plain, s.tail+":") || strings.HasPrefix(s.tail+" ", " me ") {
		return true // "DevOps experience", "PM me"
	}
	if isStack[strings.ToLower(s.phrase)] && strings.HasPrefix(s.rest, ":") && strings.Trim(s.head, bullets) == "" && !strings.Contains(s.whole, "http") {
		return true // "DevOps: AWS"
	}
	return isDuty(s.name) || isVerb(s.phrase, s.name, s.plain) // "Optimizing our machine learning", "Architect web applications"
}
