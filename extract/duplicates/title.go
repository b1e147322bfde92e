package duplicates

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/techmapit/tmi/schemas"
)

// neutral are words of a title that say nothing about which job it is.
var neutral = wordSet(`채용 모집 구인 급구 공고 채용중 모집중 경력 경력직 경력무관 정규직 계약직 기간제 파견직 프리랜서 contract freelance permanent 상시 상시채용 수시 수시채용 수시모집 분 및 팀 full time fulltime hiring wanted job opening now we re`)

// beginners are words of a title that say that beginners or interns may apply.
var beginners = wordSet(`신입 신입사원 인턴 인턴십 intern internship newcomer graduate entry`)

// areas are names that employers use of quarters wider or other than the wards on the map:
// what lies on 삼평로 is in 판교, and much of 서초구 is "강남". Where the work is is compared
// by the address, not by these.
var areas = wordSet(`서울 경기 부산 대구 대전 광주 인천 제주 세종 울산 수원 성남 화성 용인 고양 일산 분당 판교 정자 광교 동탄 송도 강남 역삼 선릉 서초 송파 문정 잠실 성수 구로 가산 금천 여의도 영등포 마곡 마포 상암 홍대 합정 을지로 광화문 종로 용산 본사 seoul pangyo`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// years is the experience that a title repeats from the posting's own field: "(3~7년)",
// "5년 이상", "3-5 years".
var years = regexp.MustCompile(`\d+\s*(?:[~∼～–-]\s*\d+\s*)?(?:년차?|\+?\s*years?|\+?\s*yrs?)\s*(?:이상|이하|미만|↑)?|\d+\+`)

// bracketed are parts that many titles begin with: "[회사이름]".
var bracketed = regexp.MustCompile(`\[[^\]]*\]|【[^】]*】|\([^)]*\)`)

// TitleKey is what a title says of the job, with the decoration taken off: the employer's
// own name, the place (as location, the posting's own, has it), years, kind of employment,
// and words such as "채용". Two titles of one employer with one key may be one job; titles
// of two levels or teams have two keys. The order of words does not count.
func TitleKey(title, company, location string) string {
	name := schemas.NormalCompany(company)
	title = bracketed.ReplaceAllStringFunc(strings.ToLower(title), func(part string) string {
		_, size := firstRune(part)
		_, last := lastRune(part)
		if inner := part[size : len(part)-last]; schemas.NormalCompany(inner) != name || name == "" {
			return " " + inner + " "
		}
		return " "
	})
	places := words(strings.ToLower(location))
	title = withoutEmployer(title, company)
	var kept []string
	for _, word := range words(years.ReplaceAllString(title, " ")) {
		if team, ok := strings.CutSuffix(word, "팀"); ok && team != "" {
			word = team
		}
		if !neutral[word] && !beginners[word] && !areas[word] && word != name && !isPlace(word, places) {
			kept = append(kept, word)
		}
	}
	slices.Sort(kept)
	return strings.Join(slices.Compact(kept), " ")
}

// withoutEmployer takes the employer's name off an end of a title: "QA Engineer - Acme
// Works". Inside a title the same words may be of the job.
func withoutEmployer(title, company string) string {
	company = strings.ToLower(strings.TrimSpace(company))
	if len(company) < len("acme") {
		return title
	}
	title = strings.TrimSpace(title)
	for _, sep := range []string{"-", "|", "@", "–", "—", " at ", ":"} {
		if rest, ok := strings.CutSuffix(title, company); ok && strings.HasSuffix(strings.TrimRight(rest, " "), strings.TrimSpace(sep)) {
			return strings.TrimSuffix(strings.TrimRight(rest, " "), strings.TrimSpace(sep))
		}
		if rest, ok := strings.CutPrefix(title, company); ok && strings.HasPrefix(strings.TrimLeft(rest, " "), strings.TrimSpace(sep)) {
			return strings.TrimPrefix(strings.TrimLeft(rest, " "), strings.TrimSpace(sep))
		}
	}
	return title
}

// plainTitle is a title without what only decorates it.
func plainTitle(title string) string { return strings.Join(words(strings.ToLower(title)), " ") }

// isForBeginners says whether a title addresses beginners.
func isForBeginners(title string) bool {
	return slices.ContainsFunc(words(strings.ToLower(title)), func(word string) bool { return beginners[word] })
}

// isPlace says whether a title's word is the beginning of a Korean place name of the
// posting's own location ("판교" of "판교역로"), or another place name whole.
func isPlace(word string, places []string) bool {
	if r, _ := firstRune(word); !unicode.Is(unicode.Hangul, r) {
		if unicode.IsDigit(r) {
			return false // a house's number is no place
		}
		return slices.Contains(places, word)
	}
	return len(word) >= len("판교") && slices.ContainsFunc(places, func(place string) bool { return strings.HasPrefix(place, word) })
}

// words splits a text at everything but letters, digits and the signs of names such as C++,
// C# and Node.js.
func words(text string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' && r != '#' && r != '.'
	})
	kept := parts[:0]
	for _, part := range parts {
		if part = strings.Trim(part, "."); strings.Trim(part, "+#") != "" {
			kept = append(kept, part)
		}
	}
	return kept
}
