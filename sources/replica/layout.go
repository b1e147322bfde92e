package replica

import "strings"

// bullets start the lines of a list in plain text.
var bullets = []string{"• ", "- ", "· ", "ㆍ", "▶ ", "* "}

// plain lays lines out as plain text, with the writer's bullets and line ends.
func plain(lines []string, bullet, newline string) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteString(newline)
		}
		b.WriteString(bullet)
		b.WriteString(line)
	}
	return b.String()
}

var escapeHTML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// markup lays lines out as one of the HTML forms that editors of job boards write.
func markup(b *strings.Builder, lines []string, form int) {
	if len(lines) == 0 {
		return
	}
	switch form % 3 {
	case 0:
		b.WriteString("<ul>")
		for _, line := range lines {
			b.WriteString("<li><p>")
			b.WriteString(escapeHTML.Replace(line))
			b.WriteString("</p></li>")
		}
		b.WriteString("</ul>")
	case 1:
		b.WriteString("<p>")
		for i, line := range lines {
			if i > 0 {
				b.WriteString("<br>")
			}
			b.WriteString("· ")
			b.WriteString(escapeHTML.Replace(line))
		}
		b.WriteString("</p>")
	default:
		for _, line := range lines {
			b.WriteString("<p>- ")
			b.WriteString(escapeHTML.Replace(line))
			b.WriteString("</p>")
		}
	}
}

func htmlText(lines []string, form int) string {
	var b strings.Builder
	markup(&b, lines, form)
	return b.String()
}
