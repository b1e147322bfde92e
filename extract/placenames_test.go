package extract

import (
	"regexp"
	"testing"
)

func TestEveryPlaceHasAnEnglishName(t *testing.T) {
	isName := regexp.MustCompile(`^[A-Z][a-z]+(-(gu|si|gun))?(, [A-Z][a-z]+-si)?$`)
	kinds := map[string]string{"구": "gu", "시": "si", "군": "gun"}
	for _, r := range regions {
		if en := EnglishPlace(r.name); !isName.MatchString(en) || KoreanPlace(en) != r.name {
			t.Errorf("%s is %q, and back %q", r.name, en, KoreanPlace(en))
		}
		for _, d := range splitDistricts(r.districts) {
			en := EnglishPlace(d.name)
			last := []rune(d.name)[len([]rune(d.name))-1]
			if m := isName.FindStringSubmatch(en); m == nil || m[2] != kinds[string(last)] {
				t.Errorf("%s %s is %q", r.name, d.name, en)
			}
		}
	}
	for english, want := range map[string]string{
		"Seoul": "서울", "gangnam-gu": "강남구", " Gangnam ": "강남", "bundang": "분당", "Pangyo": "판교", "Gwangju": "광주", "jeju": "제주", "Jung-gu": "중구", "jung": "jung", "서울": "서울", "Tokyo": "Tokyo",
	} {
		if got := KoreanPlace(english); got != want {
			t.Errorf("KoreanPlace(%q) = %q, want %q", english, got, want)
		}
	}
	if got := EnglishPlace("성남시 분당구"); got != "Bundang-gu, Seongnam-si" {
		t.Error(got)
	}
	if got := EnglishPlace("Remote"); got != "Remote" {
		t.Error(got)
	}
}
