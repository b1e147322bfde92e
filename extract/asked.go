package extract

import "strings"

// Words around English years ("3 years"). othersYears in the clause before them make them a
// company's, a contract's, a colleague's whatever else stands there; maybeOthers do unless the
// clause asks somebody; askingWords ask.
var (
	othersYears = []string{"after", "vest", "vesting", "average", "averages", "alongside", "mentorship", "mentored by", "learn from", "led by", "founded by", "backed by", "colleagues", "i have", "i've", "i’ve", "i am", "i'm", "my", "we bring", "we all", "us have", "us has",
		"with engineers", "with developers", "with people", "with experts", "with a team", "from engineers", "from developers", "from people", "from experts", "team of", "cto", "ceo", "the next", "the last", "the past", "combined", "worked/studied", "sabbatical", "fixed term", "duration", "limited to", "initially", "cliff", "patients", "degree of"}
	maybeOthers = []string{"over the last", "in the last", "past", "for over", "founded", "last", "next", "within", "we have", "we've", "we’ve", "we are", "we're", "company", "consultancy", "agency", "startup", "our", "contract", "founder", "founders", "team has", "team have", "customers", "she has", "he has", "who has", "has over", "with over", "spent"}
	askingWords = []string{"candidate", "you ", "you'", "you’", "your ", "applicant", "looking for", "look for", "seek", "need", "require", "expect", "want", "hiring", "to hire", "looking to", "to see", "must have", "should have", "ideal", "requirement", "qualification", "someone with", "engineer with", "developer with", "degree", "minimum", "at least"}
)

// atMostWords stand before the most years that are asked for.
var atMostWords = []string{"up to", "less than", "fewer than", "under", "no more than", "not more than", "maximum", "maximum of"}

// notWorked follow years that nobody has worked: the age of something, data, a school, a
// benefit.
var notWorked = []string{" old", "-old", " ago", " of history", " of research", " of profit", " in a row", " in business", " in operation", " in existence", " in the making", " runway", " of runway", " of operation", " of funding", " in the first instance", " running", " at ", " of age", " of university",
	" of college", " of study", " of school", " of education", " with us", " with the company", " with our", " with a ", " or older", " contract", " vesting", " warranty", " of growth"}

// workedAfter follow years that somebody has worked.
var workedAfter = []string{" experience", "' experience", "’ experience", " exp", " of exp", " professional", " of professional", " industry", " of industry", " relevant", " of relevant", " hands-on", " of hands-on", " hands on", " as a ", " as an ", " building", " developing", " designing", " writing", " programming", " coding", " leading", " managing", " working", " under your", " under their", " software", " of software"}

// growthWork follows "years of growth" where that is a job's.
var growthWork = []string{"marketing", "hack", "engineer", "product"}

// longAsked is more than is asked for without a word that asks.
const longAsked = 12

// isEnglishExperience tells whether years between head and after are about the applicant's
// experience; unit is their word ("years", "YOE"), isPlus says that "+" or the like stands by
// the number.
func isEnglishExperience(head, after, unit string, years int, isPlus bool) bool {
	clause := strings.ToLower(lastClause(head))
	rest := strings.ToLower(firstSentence(after))
	if hasAnyWord(clause, othersYears) {
		return false
	}
	if startsWithAny(rest, notWorked) && !(strings.HasPrefix(rest, " of growth") && containsAny(cutText(rest, 40), growthWork)) {
		return false
	}
	if strings.HasPrefix(rest, " of experience from ") || containsAny(rest, []string{", we ", ", our ", "average experience"}) {
		return false
	}
	isLead := opensStatement(clause)
	isAsked := isLead || containsAny(clause, askingWords)
	if !isAsked && (hasAnyWord(clause, maybeOthers) || years > longAsked) {
		return false
	}
	isBound := isPlus || endsWithAny(strings.TrimRight(clause, " "), []string{"at least", "minimum", "minimum of", "more than"})
	switch {
	case startsWithAny(rest, workedAfter), strings.EqualFold(unit, "yoe"), isBound && isAsked:
		return true
	case startsWithAny(rest, []string{" of ", " in ", " with "}):
		return isAsked || strings.Contains(rest, "experience") || isOfSkill(after)
	}
	return strings.Contains(rest, "experience") || strings.Contains(cutText(rest, 30), "knowledge") || strings.Contains(clause, "experience")
}

// lastClause is what stands before the end of head since a sentence, an item or a field ended.
func lastClause(head string) string {
	for _, end := range []string{". ", "! ", "? ", "• ", "; ", "| "} {
		if k := strings.LastIndex(head, end); k >= 0 {
			head = head[k+len(end):]
		}
	}
	return head
}

// firstSentence is what follows until a sentence ends. "exp." and its like end none.
func firstSentence(after string) string {
	for from := 0; ; {
		k := strings.IndexAny(after[from:], ".!?")
		if k < 0 {
			return after
		}
		k += from
		if rest := after[k+1:]; k > 4 && (rest == "" || len(rest) > 1 && rest[0] == ' ' && rest[1] >= 'A' && rest[1] <= 'Z') {
			return after[:k]
		}
		from = k + 1
	}
}

// leadWords may stand before the years that an item of a list begins with.
var leadWords = []string{"minimum", "min", "of", "at", "least", "over", "more", "than", "around", "about", "approximately", "approx", "roughly", "with", "preferably", "ideally", "preferred", "have", "having", "a", "and", "experience", "experienced", "level", "required", "between", "from", "up", "to", "less", "fewer", "solid", "proven", "strong"}

// opensStatement tells whether a clause says nothing but such words, or ends as a heading does:
// "- Minimum of", "Requirements:", "Senior Engineer (".
func opensStatement(clause string) bool {
	clause = strings.TrimRight(clause, " ")
	if clause != "" && strings.IndexByte(":(", clause[len(clause)-1]) >= 0 {
		return true
	}
	for _, word := range strings.FieldsFunc(clause, func(c rune) bool { return !(c >= 'a' && c <= 'z') }) {
		if !isOneOf(word, leadWords) {
			return false
		}
	}
	return true
}

// hasPlus tells whether a number of years is the least: "5+", "5 or more".
func hasPlus(number string) bool {
	return containsAny(strings.ToLower(number), []string{"+", "plus", "or more"})
}

func isOneOf(word string, words []string) bool {
	for _, w := range words {
		if word == w {
			return true
		}
	}
	return false
}

func hasAnyWord(text string, words []string) bool {
	for _, w := range words {
		if hasWord(text, w) {
			return true
		}
	}
	return false
}

func startsWithAny(text string, words []string) bool {
	for _, w := range words {
		if strings.HasPrefix(text, w) {
			return true
		}
	}
	return false
}

func endsWithAny(text string, words []string) bool {
	for _, w := range words {
		if endsWithWord(text, w) {
			return true
		}
	}
	return false
}
