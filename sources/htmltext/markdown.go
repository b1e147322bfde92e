package htmltext

import (
	"regexp"
	"strings"
)

var (
	breakTag    = regexp.MustCompile(`(?i)<br\s*/?>|</(?:p|div|li|h[1-6]|tr)>`)
	itemTag     = regexp.MustCompile(`(?i)<li[^>]*>`)
	anyTag      = regexp.MustCompile(`</?[A-Za-z][^<>]*>`)
	image       = regexp.MustCompile(`!\[[^\]\n]*\]\([^)\n]*\)`)
	link        = regexp.MustCompile(`\[([^\]\n]*)\]\([^)\n]*\)`)
	heading     = regexp.MustCompile(`(?m)^[ \t]{0,3}#{1,6}[ \t]*(.*?)[ \t]*#*[ \t]*$`)
	bullet      = regexp.MustCompile(`(?m)^([ \t]*)[-*+][ \t]+`)
	rule        = regexp.MustCompile(`(?m)^[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$`)
	strong      = regexp.MustCompile(`\*\*([^*\n]+)\*\*|__([^_\n]+)__`)
	punctuation = regexp.MustCompile(`\\([\\` + "`" + `*_{}\[\]()#+\-.!|<>~&"'$%,/:;=?@^])`)
)

// Markdown is the text of Markdown with HTML in it, as some boards keep their postings:
// markup of both kinds goes, line ends stay, list items start with "• ", and escaped
// punctuation is written plainly last, so that it is never taken for markup.
func Markdown(s string) string {
	s = lineEnds.Replace(s)
	s = breakTag.ReplaceAllString(s, "\n")
	s = itemTag.ReplaceAllString(s, "- ")
	s = anyTag.ReplaceAllString(s, "")
	s = image.ReplaceAllString(s, "")
	s = link.ReplaceAllString(s, "$1")
	s = heading.ReplaceAllString(s, "$1")
	s = rule.ReplaceAllString(s, "")
	s = bullet.ReplaceAllString(s, "$1• ")
	s = strong.ReplaceAllString(s, "$1$2")
	s = punctuation.ReplaceAllString(s, "$1")
	return Clean(strings.ReplaceAll(Unescape(s), "\u00a0", " "))
}
