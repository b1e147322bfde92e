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
			if !isKoreanExperience(head, after, strings.TrimPrefix(text[start:end], "년")+tail, atLeast || atMost, low >= 0) {
				return yearRange{}
			}
		} else {
			if !isEnglishExperience(head, after, text[start:end], high, hasPlus(text[lowFrom:start])) {
				return yearRange{}
			}
		}
	}
	v := ptr(int32(high))
	switch {
	case low < 0 && (fromNewcomers(head) || atMost && orNewcomers(head)): // "신입~3년", "신입 또는 3년 이하"
		return yearRange{ptr(int32(0)), v}
	case low >= 0 && low <= high && !korean && strings.HasSuffix(strings.TrimRight(text[:start], " "), "+"): // "2 to 3+ years"
		return yearRange{ptr(int32(low)), nil}
	case low >= 0 && low <= high:
		return yearRange{ptr(int32(low)), v}
	case atMost:
		return yearRange{nil, v}
	case !korean && endsWithAny(strings.ToLower(strings.TrimRight(head, " ")), atMostWords):
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

// Words near Korean years: about work that the applicant has done, and about what else
// lasts years.
var (
	koreanWork   = []string{"경력", "경험", "개발", "실무", "업무", "직무", "수행", "근무", "업계", "분야", "연구", "설계", "운영", "디자인", "기획", "분석", "전문", "엔지니어", "다루", "하신", "이신"}
	koreanOthers = []string{"근속", "재직", "최근", "설립", "창립", "성장해 ", "성장한 ", "연속", "역사", "업력", "안식", "휴가", "리프레시", "포상", "졸업 예정", "계약", "사랑", "주년", "흑자", "왔습니다", "해온", "해 온", "온 회사", "저희", "당사", "회사는", "우리는", "근무 시", "근무시", "근무한"}
)

// koreanCareer are the words for what somebody has worked, koreanPeople name others whose it is.
var (
	koreanCareer = []string{"경력", "경험"}
	koreanPeople = []string{"평균", "동료들", "의 동료", "의 CTO", "의 대표", "의 리더와", "개발자들과", "멤버들과", "팀원들과", "시니어들과", "지난 "}
)

// isKoreanExperience tells whether words around years ("3년") are about the applicant's
// experience. isBound says that "이상" or "이하" follows, isRange that there are two numbers.
func isKoreanExperience(head, after, tail string, isBound, isRange bool) bool {
	const near = 48 // bytes
	if containsAny(head, koreanOthers) || containsAny(cutText(after, near), koreanOthers) {
		return false
	}
	if containsAny(head, koreanPeople) || containsAny(cutText(after, near), koreanPeople) {
		return false
	}
	if fromNewcomers(head) {
		return true
	}
	isGrade := strings.HasPrefix(tail, "차")
	if (isGrade || isBound) && isRange || isGrade && isBound {
		return true
	}
	about := strings.TrimRight(head, " (:")
	if strings.HasSuffix(about, "경력") && containsAny(tail[:min(len(tail), 12)], []string{"정도", "내외", "안팎", "가량"}) ||
		strings.HasSuffix(about, "최소") && (containsAny(head, koreanCareer) || containsAny(cutText(tail, near), koreanCareer)) ||
		strings.HasPrefix(tail, "정도의") && containsAny(cutText(tail, near), koreanCareer) {
		return true
	}
	return (isBound || isGrade || isRange) && (containsAny(head, koreanWork) || containsAny(after, koreanWork))
}

// orNewcomers tells whether newcomers are the other choice: "신입 또는 3년 이하".
func orNewcomers(head string) bool {
	return containsAny(head, []string{"신입 또는", "신입 혹은", "신입이거나", "신입 및", "신입/", "신입, "})
}

// hasWord tells whether words stand in text, not as a part of longer ones ("our" in "your").
func hasWord(text, words string) bool {
	for from := 0; ; {
		k := strings.Index(text[from:], words)
		if k < 0 {
			return false
		}
		start, end := from+k, from+k+len(words)
		if (start == 0 || !isAlnum(text[start-1])) && (end == len(text) || !isAlnum(text[end])) {
			return true
		}
		from = end
	}
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
	if len(name) > listedWithin || !hasJobNoun(name) && !isOneOf(strings.ToLower(strings.Trim(name, bullets)), levelWords) {
		return yearRange{}, false
	}
	y := yearsAt(text, start, end, true)
	return y, y.isStated()
}

// levelWords stand for a job before its years: "Junior: 0-2 years".
var levelWords = []string{"junior", "mid", "mid-level", "mid level", "intermediate", "senior", "entry level", "entry-level", "lead", "staff", "principal"}

// isOfJob tells whether years before rest are those of a job that is named behind them:
// "3+ yrs exp for software engineer".
func isOfJob(rest string) bool {
	const soon = 40
	rest = strings.ToLower(cutText(rest, soon))
	_, job, ok := strings.Cut(rest, " for ")
	return ok && startsWithAny(rest, workedAfter) && hasJobNoun(job) && !containsAny(job, []string{"role", "position"})
}

// jobHeading tells whether the last heading above the end of text is the name of a job.
func jobHeading(text string) bool {
	const reach, longest = 800, 60
	above := text[max(0, len(text)-reach):]
	for {
		k := strings.LastIndexByte(above, '\n')
		if k < 0 {
			return false
		}
		above = above[:k]
		line := strings.Trim(above[strings.LastIndexByte(above, '\n')+1:], " *_#-\r")
		if name, isHeading := strings.CutSuffix(line, ":"); isHeading && len(name) <= longest {
			return hasJobNoun(name) && !containsAny(strings.ToLower(name), []string{"requirement", "qualification", "position", "candidate", "looking for", "you "})
		}
	}
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
	for _, word := range []string{"", " or more", " plus", "-plus"} { // "3 or more years"
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
	if k := strings.LastIndex(strings.ToLower(text[max(0, i-24):i]), "between "); k >= 0 && strings.HasSuffix(text[:i], " and") { // "between 5 and 8 years"
		return i - len(" and")
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
