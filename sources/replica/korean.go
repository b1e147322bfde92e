package replica

import (
	"strings"
	"unicode/utf8"
)

// particles are the forms of a Korean particle after a consonant and after a vowel.
var particles = map[string][2]string{"를": {"을", "를"}, "와": {"과", "와"}, "로": {"으로", "로"}, "는": {"은", "는"}, "가": {"이", "가"}, "나": {"이나", "나"}}

// appendParticle appends the particle's form that the word before asks for, as people write
// it: by the sound of the last syllable where it is Korean, by a rule of thumb where it is
// Latin.
func appendParticle(to []byte, word, particle string) []byte {
	if particle == "" {
		return to
	}
	forms := particles[particle]
	last, _ := utf8.DecodeLastRuneInString(word)
	isClosed, isL := false, false
	switch {
	case last >= 0xAC00 && last <= 0xD7A3:
		final := (last - 0xAC00) % 28
		isClosed, isL = final != 0, final == 8
	case strings.ContainsRune("lLRr", last):
		isClosed, isL = last != 'r', true
	case strings.ContainsRune("mnMN0136", last):
		isClosed = true
	case strings.ContainsRune("178", last):
		isClosed, isL = true, true
	case strings.ContainsRune("pkbg", last):
		isClosed = true
	}
	if isClosed && !(particle == "로" && isL) {
		return append(to, forms[0]...)
	}
	return append(to, forms[1]...)
}

// endings are what writers let follow the noun that ends a requirement; the first is none.
var endings = map[string][4]string{
	"경험": {"", "이 있으신 분", "이 있는 분", "을 갖고 계신 분을 찾아요"},
	"이해": {"", "를 갖추신 분", "가 있는 분", "가 있는 분이면 좋아요"},
	"능력": {"", "을 갖추신 분", "이 있는 분", "이 있으면 좋아요"},
	"역량": {"", "을 갖추신 분", "이 있는 분", "이 있으면 좋아요"},
	"지식": {"", "을 갖추신 분", "이 있는 분", "이 있으면 좋아요"},
	"이상": {"", "이신 분", "인 분", "인 분을 찾아요"},
	"가능": {"", "하신 분", "한 분", "해요"},
}

// dutyEndings follow the verbal noun that ends a duty.
var dutyEndings = [4]string{"", "합니다.", "해요.", "합니다"}

func withEnding(text string, manner int) string {
	if len(text) < 6 {
		return text
	}
	return text + endings[text[len(text)-6:]][manner]
}
