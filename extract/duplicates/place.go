package duplicates

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// addressWords open what a line of a Korean text says of where the work is: a beginning, and
// what may follow it, blanks aside.
var addressWords = []struct {
	begin string
	ends  []string
}{{"근무", []string{"지", "장소", "위치"}}, {"회사", []string{"위치", "주소"}}, {"주소", nil}}

// Districts are what a posting names as its place of work below the province. The lists are
// sorted, without repeats; empty is not known.
type Districts struct {
	Cities []string // "성남시"
	Wards  []string // "분당구", "기장군"
}

// NewDistricts reads a location, and the lines of texts that have a word for the place of
// work.
func NewDistricts(location string, texts ...string) Districts {
	var d Districts
	d.read(location)
	for _, text := range texts {
		for _, word := range addressWords {
			for rest := text; ; {
				at := strings.Index(rest, word.begin)
				if at < 0 {
					break
				}
				rest = rest[at+len(word.begin):]
				if line, _, _ := strings.Cut(rest, "\n"); opensWith(line, word.ends) {
					d.read(line)
				}
			}
		}
	}
	for _, list := range []*[]string{&d.Cities, &d.Wards} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return d
}

// opensWith says whether a line begins with one of the words, or with anything if there are none.
func opensWith(line string, ends []string) bool {
	line = strings.TrimLeft(line, " ")
	return ends == nil || slices.ContainsFunc(ends, func(end string) bool { return strings.HasPrefix(line, end) })
}

const maxDistrictSyllables = 4 // 일산동구; longer words with such an end are not places

// notDistricts end like districts, or name a whole province.
var notDistricts = wordSet(`출구 입구 연구 즉시 상시 수시 일시 서울시 부산시 대구시 인천시 대전시 울산시 세종시`)

func (d *Districts) read(text string) {
	for _, word := range words(text) {
		last, _ := lastRune(word)
		if n := utf8.RuneCountInString(word); n < 2 || n > maxDistrictSyllables || notDistricts[word] {
			continue
		}
		switch last {
		case '시':
			d.Cities = append(d.Cities, word)
		case '구', '군':
			d.Wards = append(d.Wards, word)
		}
	}
}

// apart says whether two postings name different wards, or different cities.
func (d *Districts) apart(other *Districts) bool {
	if len(d.Wards) > 0 && len(other.Wards) > 0 {
		return !overlap(d.Wards, other.Wards)
	}
	return len(d.Cities) > 0 && len(other.Cities) > 0 && !overlap(d.Cities, other.Cities)
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(name string) bool { return slices.Contains(b, name) })
}

// anywhere are locations that name no city.
var anywhere = wordSet(`korea south-korea 대한민국 한국 usa us united-states uk europe worldwide anywhere global`)

// city is the first part of a place ("Berlin" of "Berlin, Germany"), in lower case; empty
// where none is said, several are, or the work is remote.
func city(location string) string {
	location = strings.ToLower(location)
	if strings.Contains(location, "remote") || strings.ContainsAny(location, ";|/") {
		return ""
	}
	name, _, _ := strings.Cut(location, ",")
	if name = strings.TrimSpace(name); anywhere[strings.ReplaceAll(name, " ", "-")] {
		return ""
	}
	return name
}
