package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTokenBytes is where a token is cut: longer ones are keys and addresses, not words.
const maxTokenBytes = 96

// eachToken yields the words of a text that is in lower case already: runs of letters and
// digits, cut where Hangul, kana or Han meet others, as in "java개발자".
func eachToken(text string, yield func(token string)) {
	start, isJoined := -1, false
	for i, r := range text {
		isWord := isWordRune(r)
		if start >= 0 && (!isWord || isSyllable(r) != isJoined || i-start >= maxTokenBytes) {
			yield(text[start:i])
			start = -1
		}
		if isWord && start < 0 {
			start, isJoined = i, isSyllable(r)
		}
	}
	if start >= 0 {
		yield(text[start:])
	}
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// isSyllable tells the scripts whose words are not set apart by spaces, so that a word is
// looked for inside of others.
func isSyllable(r rune) bool {
	return r >= 0x1100 && (r >= 0xac00 && r <= 0xd7a3 || r >= 0x3040 && r <= 0x318f || r >= 0x3400 && r <= 0x9fff || r <= 0x11ff)
}

// isSyllabic says so of a token, which is of one kind throughout.
func isSyllabic(token string) bool {
	r, _ := utf8.DecodeRuneInString(token)
	return isSyllable(r)
}

// eachGram yields the runes of a token and its neighbouring pairs.
func eachGram(token string, yield func(gram string)) {
	before := -1
	for i, r := range token {
		size := utf8.RuneLen(r)
		yield(token[i : i+size])
		if before >= 0 {
			yield(token[before : i+size])
		}
		before = i
	}
}

// grams are those that a token must have to hold the part: its pairs, or its only rune.
func grams(part string) []string {
	if utf8.RuneCountInString(part) == 1 {
		return []string{part}
	}
	var pairs []string
	eachGram(part, func(gram string) {
		if utf8.RuneCountInString(gram) == 2 {
			pairs = append(pairs, gram)
		}
	})
	return pairs
}

// tokens are the words of a text in any case.
func tokens(text string) []string {
	var list []string
	eachToken(strings.ToLower(text), func(token string) { list = append(list, token) })
	return list
}
