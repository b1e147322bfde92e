package extract

import "strings"

// yearRange is a range of years of experience; nil is open or unknown.
type yearRange struct{ min, max *int32 }

func (y yearRange) isStated() bool { return y.min != nil || y.max != nil }

// take keeps the first range that says something.
func (y *yearRange) take(z yearRange) {
	if y.min == nil && y.max == nil {
		*y = z
	}
}

// maxYears is the longest experience an ad asks for; larger numbers are
// calendar years, ages and company histories.
const maxYears = 30

// longestStatement is how far after its years a line may name what they are years of.
const longestStatement = 240

// yearsAt reads the range of years whose unit ("년", "years") stands at
// [start, end) of text. bare says that a plain number of years is about
// experience (titles and the board's own field); elsewhere words about
// experience must stand near.
func yearsAt(text string, start, end int, bare bool) yearRange {
	high, from := numberBefore(text, start)
	if high < 0 || high > maxYears {
		return yearRange{}
	}
	korean := text[start] >= 0x80
	low, lowFrom := -1, from
	if k := rangeBefore(text, from); k >= 0 {
		// "3~7년", "3년~7년", "3 to 5 years"
		low, lowFrom = numberBefore(text, k)
	}
	after := text[end:]
	after = cutText(after, longestStatement)
	if nl := strings.IndexByte(after, '\n'); nl >= 0 {
		after = after[:nl]
	}
	head := text[:lowFrom]
	if len(head) > 60 {
		head = head[len(head)-60:]
	}
	if nl := strings.LastIndexByte(head, '\n'); nl >= 0 {
		head = head[nl+1:]
	}
	tail := strings.TrimLeft(after, " ")
	atLeast := strings.HasPrefix(tail, "이상") || strings.HasPrefix(tail, "차 이상") || strings.HasPrefix(tail, "차이상") || strings.HasPrefix(tail, "↑") || strings.HasPrefix(tail, "+")
	atMost := strings.HasPrefix(tail, "이하") || strings.HasPrefix(tail, "차 이하") || strings.HasPrefix(tail, "차이하") || strings.HasPrefix(tail, "미만") || strings.HasPrefix(tail, "차 미만") || strings.HasPrefix(tail, "이내") || strings.HasPrefix(tail, "↓")
	if !bare {
		if korean {
			about := atLeast || atMost || strings.HasPrefix(tail, "차") || low >= 0
			if !about || !(strings.Contains(head, "경력") || strings.Contains(head, "경험") || strings.Contains(after, "경력") || strings.Contains(after, "경험") || strings.Contains(after, "개발") || strings.Contains(after, "실무")) {
				return yearRange{}
			}
			if strings.Contains(head, "근속") || strings.Contains(head, "재직") || strings.Contains(head, "최근") || strings.Contains(after, "근속") || strings.Contains(head, "설립") {
				return yearRange{}
			}
		} else {
			a := strings.ToLower(after)
			if !(strings.Contains(a, "experience") || strings.Contains(cutText(a, 30), "knowledge") || isOfYou(head) || strings.HasPrefix(a, " in ") || strings.HasPrefix(a, " of ") || strings.HasPrefix(a, " with ") || strings.HasPrefix(a, " working") || strings.Contains(strings.ToLower(head), "experience")) {
				return yearRange{}
			}
			for _, bad := range []string{" old", " ago", " of history", " of research", " of growth", " of profit", " in a row", " in business", " in operation", " in existence", " in the making", " runway", " of operation", " of funding", " in the first instance", " running", " at "} {
				if strings.HasPrefix(a, bad) {
					return yearRange{}
				}
			}
			h := strings.ToLower(head)
			for _, bad := range []string{"over the last", "in the last", "past", "for over", "founded", "last", "we have", "company", "our ", "fixed term", "duration", "contract", "founder", "team has", "team have", "combined", "worked/studied"} {
				if strings.Contains(h, bad) {
					return yearRange{}
				}
			}
		}
	}
	v := ptr(int32(high))
	switch {
	case low < 0 && fromNewcomers(head): // "신입~3년"
		return yearRange{ptr(int32(0)), v}
	case low >= 0 && low <= high:
		return yearRange{ptr(int32(low)), v}
	case atMost:
		return yearRange{nil, v}
	case !korean && strings.HasSuffix(strings.ToLower(strings.TrimRight(head, " ")), "up to"):
		return yearRange{nil, v}
	case korean && !atLeast && strings.HasPrefix(tail, "차"):
		return yearRange{v, nil}
	}
	// "3년 이상 7년 이하", "3년 ~ 7년": the second number closes the range.
	if korean {
		if next := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(tail, "차"), " "), "이상"), " ~-–∼〜,"); next != tail && next != "" && isDigit(next[0]) {
			n, i := 0, 0
			for i < len(next) && isDigit(next[i]) && n <= maxYears {
				n = n*10 + int(next[i]-'0')
				i++
			}
			if strings.HasPrefix(strings.TrimLeft(next[i:], " "), "년") && n >= high && n <= maxYears {
				return yearRange{v, ptr(int32(n))}
			}
		}
	}
	return yearRange{v, nil}
}

// isOfYou tells whether years are how long the applicant has done something: "You have been
// building applications for 3+ years".
func isOfYou(head string) bool {
	head = strings.ToLower(head)
	return strings.HasSuffix(strings.TrimRight(head, " "), " for") && containsAny(head, []string{"you've", "you’ve", "you have"})
}

// jobYears reads years that stand right behind the name of a job: "Junior Developer (1-3
// years)", "DevOps Engineer - 3+ years". A posting that asks different years of different
// jobs asks none of all.
func jobYears(text string, start, end int) (yearRange, bool) {
	line := text[strings.LastIndexByte(text[:start], '\n')+1 : start]
	divider := max(strings.LastIndexAny(line, "(:"), strings.LastIndex(line, "- "))
	if divider < 0 || strings.Trim(line[divider+1:], "0123456789+-–~ to") != "" {
		return yearRange{}, false
	}
	name := strings.TrimRight(line[:divider], " -–")
	name = name[strings.LastIndexAny(name, ".;,)")+1:]
	if len(name) > listedWithin || !hasJobNoun(name) {
		return yearRange{}, false
	}
	y := yearsAt(text, start, end, true)
	return y, y.isStated()
}

// isOfSkill tells whether the years before rest are of one skill: "5+ years of PHP", "3
// years experience with Angular". Years of several are not those of the job.
func isOfSkill(rest string) bool {
	rest = strings.TrimLeft(cutText(rest, 60), " +'’")
	named := false
	for again := true; again; {
		again = false
		for _, word := range []string{"of ", "professional ", "experience ", "hands-on ", "hands on ", "relevant ", "working ", "solid "} {
			if after, ok := strings.CutPrefix(rest, word); ok {
				rest, again, named = after, true, true
			}
		}
	}
	for _, word := range []string{"with ", "in ", "using ", "on "} {
		if after, ok := strings.CutPrefix(rest, word); ok {
			rest, named = after, true
			break
		}
	}
	return named && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' && !strings.HasPrefix(rest, "Software")
}

// fromNewcomers tells whether a range begins with newcomers: "신입 ~ 경력 3년".
func fromNewcomers(head string) bool {
	head = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(head, " "), "경력"), " ")
	trimmed := strings.TrimRight(head, "~-–∼〜～ ")
	return trimmed != head && strings.HasSuffix(trimmed, "신입")
}

// numberBefore reads the number that ends before text[end], over blanks and a
// plus sign: -1 when there is none. from is where it starts.
func numberBefore(text string, end int) (n, from int) {
	for _, word := range []string{"", " or more", " plus"} { // "3 or more years"
		end = len(strings.TrimSuffix(text[:end], word))
		for end > 0 && (text[end-1] == ' ' || text[end-1] == '+' || text[end-1] == '-' || text[end-1] == ')') {
			end--
		}
	}
	from = end
	for from > 0 && isDigit(text[from-1]) {
		from--
	}
	if from == end || end-from > 2 || from > 0 && (text[from-1] == '.' || isAlnum(text[from-1]) || text[from-1] == ',') {
		if from == end {
			return wordNumber(text[:end])
		}
		return -1, from
	}
	for _, c := range []byte(text[from:end]) {
		n = n*10 + int(c-'0')
	}
	return n, from
}

var wordNumbers = []struct {
	word string
	n    int
}{{"one", 1}, {"two", 2}, {"three", 3}, {"four", 4}, {"five", 5}, {"six", 6}, {"seven", 7}, {"eight", 8}, {"ten", 10}}

func wordNumber(head string) (n, from int) {
	for _, w := range wordNumbers {
		if k := len(head) - len(w.word); k >= 0 && strings.EqualFold(head[k:], w.word) && (k == 0 || !isAlnum(head[k-1])) {
			return w.n, k
		}
	}
	return -1, len(head)
}

// rangeBefore returns where the lower number of a range ends, when the number at
// from is the upper one; -1 otherwise.
func rangeBefore(text string, from int) int {
	i := from
	for i > 0 && text[i-1] == ' ' {
		i--
	}
	for _, sep := range []string{"~", "-", "–", "—", "∼", "〜", "～", " to", "및"} {
		if strings.HasSuffix(text[:i], sep) {
			i -= len(sep)
			for i > 0 && text[i-1] == ' ' {
				i--
			}
			for _, unit := range []string{"년차", "년", "years", "yrs"} {
				if strings.HasSuffix(text[:i], unit) {
					i -= len(unit)
					break
				}
			}
			if i > 0 && (isDigit(text[i-1]) || text[i-1] == '+') {
				return i
			}
			return -1
		}
	}
	return -1
}
