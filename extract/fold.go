package extract

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// mark stands before every word of a folded text. All spellings start with it,
// so they only match at the start of a word, and the separators a
// writer may choose freely ("spring boot", "Spring-Boot") all become the same.
const mark = 0x01

// gap replaces a URL or an e-mail address: no spelling holds it.
const gap = 0x02

// folded is a text made ready for matching. at[i] is the byte offset, in the
// original text, of what gave b[i]; one more entry closes the text.
type folded struct {
	b  []byte
	at []int32
}

type charClass uint8

const (
	classNone   charClass = iota // separator, punctuation, start of text
	classLatin                   // letters and digits of Latin script
	classHangul                  // Korean syllables
	classOther                   // letters of other scripts
)

func (f *folded) emit(c byte, at int) {
	f.b = append(f.b, c)
	f.at = append(f.at, int32(at))
}

// fold writes s into f, reusing its memory. Upper case, full-width forms and
// decomposed Korean are folded; spaces, hyphens and underscores vanish into the
// mark of the next word; '.', '&', ' and '+', '#' stay glued to a word where
// they are part of a name (node.js, R&D, c++, c#).
func (f *folded) fold(s string) {
	f.b = slices.Grow(f.b[:0], len(s)+len(s)/2)
	f.at = slices.Grow(f.at[:0], len(s)+len(s)/2)
	prev := classNone
	word := 0 // index in f.b of the last mark: where the current word starts
	for i := 0; i < len(s); {
		c := s[i]
		width := 1
		if c >= utf8.RuneSelf {
			if c >= 0xEA && c <= 0xED && i+2 < len(s) {
				r := rune(c&0x0F)<<12 | rune(s[i+1]&0x3F)<<6 | rune(s[i+2]&0x3F)
				if r >= 0xAC00 && r <= 0xD7A3 {
					if prev != classHangul {
						word = len(f.b)
						f.emit(mark, i)
						prev = classHangul
					}
					f.b = append(f.b, c, s[i+1], s[i+2])
					f.at = append(f.at, int32(i), int32(i), int32(i))
					i += 3
					continue
				}
			}
			r, size := utf8.DecodeRuneInString(s[i:])
			width = size
			switch {
			case r >= 0xFF01 && r <= 0xFF5E: // full-width form of ASCII
				c = byte(r - 0xFEE0)
			case r == 0x3000 || r == 0xA0 || r == 0x2002 || r == 0x2003 || r == 0x2009 || r == 0x202F:
				c = ' '
			case r == 0x2019 || r == 0x2018:
				c = '\''
			case r == 0x2010 || r == 0x2011:
				c = '-'
			case r == 0xAD || r == 0x200B || r == 0x200C || r == 0x200D || r == 0x2060 || r == 0xFEFF:
				i += size
				continue
			case r >= 0x1100 && r <= 0x1112: // decomposed Korean
				syl, n := composeHangul(s[i:])
				if n == 0 {
					i += size
					continue
				}
				if prev != classHangul {
					word = len(f.b)
					f.emit(mark, i)
					prev = classHangul
				}
				var buf [4]byte
				k := utf8.EncodeRune(buf[:], syl)
				for j := 0; j < k; j++ {
					f.emit(buf[j], i)
				}
				i += n
				continue
			case unicode.IsLetter(r):
				class := classOther
				if r < 0x250 {
					class = classLatin
				}
				if prev != class {
					word = len(f.b)
					f.emit(mark, i)
					prev = class
				}
				var buf [4]byte
				k := utf8.EncodeRune(buf[:], unicode.ToLower(r))
				for j := 0; j < k; j++ {
					f.emit(buf[j], i)
				}
				i += size
				continue
			default:
				f.emit(',', i)
				prev = classNone
				i += size
				continue
			}
		}
		switch {
		case isAlnum(c):
			if prev != classLatin {
				if width == 1 && (c|0x20 == 'h' || c|0x20 == 'w') {
					if n := urlLength(s[i:]); n > 0 {
						f.emit(gap, i)
						prev = classNone
						i += n
						continue
					}
				}
				word = len(f.b)
				f.emit(mark, i)
				prev = classLatin
			}
			f.emit(lower(c), i)
			if width == 1 { // the rest of the run, without looking at each case again
				for i++; i < len(s) && isAlnum(s[i]); i++ {
					f.b = append(f.b, lower(s[i]))
					f.at = append(f.at, int32(i))
				}
				continue
			}
		case c == ' ' || c == '-' || c == '_' || c == '\t':
			prev = classNone
		case c == '.':
			next := at(s, i+width)
			if width > 1 && i+width < len(s) {
				next = fullWidth(s[i+width:], next)
			}
			switch {
			case prev == classLatin && isAlnum(next):
				if allDigits(f.b[word+1:]) && !isDigit(next) || sentenceStop(s, i, width) {
					f.emit('.', i)
					prev = classNone
				} else {
					f.emit('.', i)
				}
			case prev != classLatin && dotNet(s[i+width:]):
				word = len(f.b)
				f.emit(mark, i)
				f.emit('.', i)
				prev = classLatin
			default:
				f.emit('.', i)
				prev = classNone
			}
		case c == '+' || c == '#':
			f.emit(c, i)
			prev = classNone
		case c == '&':
			f.emit('&', i)
			// "R&D" and "AT&T" are one word, "HTML&CSS" is two.
			if prev != classLatin || len(f.b)-word > 4 || !isAlnum(at(s, i+width)) {
				prev = classNone
			}
		case c == '\'':
			f.emit('\'', i)
			if prev != classLatin || !isAlnum(at(s, i+width)) {
				prev = classNone
			}
		case c == '@':
			if prev == classLatin && isAlnum(at(s, i+width)) {
				// An e-mail address: drop the local part and skip the domain. A
				// local part may hold separators that were folded away; whatever
				// stands before the last blank belongs to it.
				start := i
				for start > 0 && !isSpace(s[start-1]) && s[start-1] < utf8.RuneSelf && !isOpening(s[start-1]) {
					start--
				}
				for len(f.b) > 0 && int(f.at[len(f.b)-1]) >= start {
					f.b = f.b[:len(f.b)-1]
					f.at = f.at[:len(f.at)-1]
				}
				f.emit(gap, i)
				i += width
				for i < len(s) && (isAlnum(s[i]) || s[i] == '.' || s[i] == '-' || s[i] == '_') {
					i++
				}
				prev = classNone
				continue
			}
			f.emit('@', i)
			prev = classNone
		case c == '/':
			if prev == classLatin && domainEnd(f.b[word:]) {
				// "company.io/jobs/go" is an address without its scheme.
				f.b = f.b[:word]
				f.at = f.at[:word]
				f.emit(gap, i)
				for i < len(s) && !isSpace(s[i]) && s[i] < utf8.RuneSelf {
					i++
				}
				prev = classNone
				continue
			}
			f.emit('/', i)
			prev = classNone
		case c == '\n' || c == '\r':
			f.emit('\n', i)
			prev = classNone
		case c < 0x20:
			prev = classNone
		default:
			f.emit(c, i)
			prev = classNone
		}
		i += width
	}
	f.at = append(f.at, int32(len(s)))
}

// dotNet tells whether the name ".NET" goes on with s ("net", "net5", "netcore").
func dotNet(s string) bool {
	return hasFoldPrefix(s, "net") && (!isAlnum(at(s, 3)) || isDigit(s[3]) || hasFoldPrefix(s[3:], "core"))
}

// fullWidth returns the ASCII character whose full-width form s starts with, else c.
func fullWidth(s string, c byte) byte {
	if r, _ := utf8.DecodeRuneInString(s); r >= 0xFF01 && r <= 0xFF5E {
		return byte(r - 0xFEE0)
	}
	return c
}

func at(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return 0
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
func isOpening(c byte) bool {
	return c == '(' || c == '[' || c == '<' || c == '"' || c == ':' || c == ','
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return len(b) > 0
}

func hasFoldPrefix(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := 0; i < len(prefix); i++ {
		if lower(s[i]) != prefix[i] {
			return false
		}
	}
	return true
}

// dotted are the last parts of names that keep their dot whatever the case:
// "Node.JS", "Socket.IO", "ASP.NET", "Draw.io".
var dotted = []string{"js", "io", "net", "ai", "com", "org", "dev", "co", "kr", "py", "rs", "ml", "tech", "cc"}

// sentenceStop tells whether the dot at i ends a sentence whose writer forgot
// the blank ("in Java.We offer").
func sentenceStop(s string, i, width int) bool {
	j := i + width
	if i == 0 || !isLower(s[i-1]) && s[i-1] != '+' && s[i-1] != '#' || !isUpper(at(s, j)) {
		return false
	}
	end := j
	for end < len(s) && isAlnum(s[end]) {
		end++
	}
	for _, d := range dotted {
		if end-j == len(d) && hasFoldPrefix(s[j:], d) {
			return false
		}
	}
	return true
}

// urlLength returns how many bytes of s are a URL that starts at its first
// byte, or 0.
func urlLength(s string) int {
	if !hasFoldPrefix(s, "http://") && !hasFoldPrefix(s, "https://") && !hasFoldPrefix(s, "www.") {
		return 0
	}
	n := 0
	for n < len(s) && s[n] > ' ' && s[n] < utf8.RuneSelf && s[n] != '<' && s[n] != '>' && s[n] != '"' && s[n] != ')' && s[n] != '|' {
		n++
	}
	return n
}

// domainEnd tells whether a folded word is a bare host name.
func domainEnd(word []byte) bool {
	dot := -1
	for i := len(word) - 1; i >= 0; i-- {
		if word[i] == '.' {
			dot = i
			break
		}
	}
	if dot < 2 {
		return false
	}
	switch string(word[dot+1:]) {
	case "com", "org", "io", "co", "kr", "dev", "app", "ai", "me", "ly", "gg", "site", "page", "so", "de", "uk", "eu", "us", "gov", "edu", "jobs", "careers", "be", "gle":
		return true
	}
	return false
}

// composeHangul composes the conjoining jamo at the start of s into one
// syllable and says how many bytes it took; 0 bytes when there is no vowel.
func composeHangul(s string) (rune, int) {
	l, n := utf8.DecodeRuneInString(s)
	v, m := utf8.DecodeRuneInString(s[n:])
	if l < 0x1100 || l > 0x1112 || v < 0x1161 || v > 0x1175 {
		return 0, 0
	}
	syl := 0xAC00 + (l-0x1100)*588 + (v-0x1161)*28
	n += m
	if t, k := utf8.DecodeRuneInString(s[n:]); t > 0x11A7 && t <= 0x11C2 {
		syl += t - 0x11A7
		n += k
	}
	return syl, n
}

// foldString returns the folded form of a spelling.
func foldString(s string) string {
	var f folded
	f.fold(s)
	return string(f.b)
}
