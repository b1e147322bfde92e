// Package mask takes personal data out of text: e-mail addresses and telephone numbers.
// It is best effort for what people write on purpose to be hard to find.
package mask

import (
	"regexp"
	"strings"
)

// What stands where something was taken out.
const (
	Email = "[e-mail]"
	Phone = "[phone]"
)

var (
	// An address, plain or spelled with [at] and (dot).
	email = regexp.MustCompile(`(?i)[a-z0-9][a-z0-9._%+-]*(?:@|\s?[\[({<]\s?(?:at|@)\s?[\])}>]\s?)[a-z0-9-]+(?:(?:\.|\s?[\[({<]\s?(?:dot|\.)\s?[\])}>]\s?)[a-z0-9-]+)+`)
	// "name at company dot com": both words are needed, so that plain prose stays.
	spelled = regexp.MustCompile(`(?i)\b[a-z0-9][a-z0-9._+-]* at [a-z0-9-]+ dot (?:com|net|org|io|co|ai|dev|kr|me|tech|app)\b`)
	// Korean numbers (02-123-4567, 010 1234 5678, +82-10-…, 1588-1234) and
	// international ones with a plus or in the (415) 555-0100 form.
	phone = regexp.MustCompile(`(?:\+?82[-. )]*(?:\(0\))?|\b0)(?:2|1[016789]|[3-6][1-5]|70|50\d?)[-. )]{0,2}\d{3,4}[-. ]?\d{4}\b|\b1[568][0-9]{2}-\d{4}\b|\+\d{1,3}[-. (]{1,2}\d{1,4}[-. )]{1,2}\d{3,4}[-. ]?\d{3,4}\b|\(\d{3}\) ?\d{3}-\d{4}\b|\b\d{3}-\d{3}-\d{4}\b`)
)

// Text is s without e-mail addresses and telephone numbers. Most texts have none and come
// back as they are.
func Text(s string) string {
	if strings.IndexByte(s, '@') >= 0 || hasBracketedAt(s) {
		s = email.ReplaceAllString(s, Email)
	}
	if strings.Contains(s, " dot ") {
		s = spelled.ReplaceAllString(s, Email)
	}
	return phones(s)
}

// hasBracketedAt says whether an "at" stands before a closing bracket.
func hasBracketedAt(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		if s[i]|0x20 == 'a' && s[i+1]|0x20 == 't' && strings.IndexByte("])}> ", s[i+2]) >= 0 {
			if rest := strings.TrimLeft(s[i+2:], " "); rest != "" && strings.IndexByte("])}>", rest[0]) >= 0 {
				return true
			}
		}
	}
	return false
}

// leastDigits is how many digits a telephone number has at least.
const leastDigits = 8

// phones looks for numbers only where enough digits stand together: the expression is slow.
func phones(s string) string {
	var out strings.Builder
	done, start, digits := 0, -1, 0
	flush := func(end int) {
		if start >= 0 && digits >= leastDigits {
			if masked := phone.ReplaceAllString(s[start:end], Phone); masked != s[start:end] {
				out.WriteString(s[done:start])
				out.WriteString(masked)
				done = end
			}
		}
		start, digits = -1, 0
	}
	for i := range len(s) {
		c := s[i]
		isDigit := c >= '0' && c <= '9'
		switch {
		case isDigit, c == '(' || c == '+', start >= 0 && strings.IndexByte("-. )", c) >= 0:
			if start < 0 {
				start = i
			}
			if isDigit {
				digits++
			}
		case start >= 0:
			flush(i)
		}
	}
	flush(len(s))
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}
