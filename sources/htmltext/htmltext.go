// Package htmltext turns the HTML of a board into the plain text that the lake keeps: what
// a person would read, line by line, and nothing else. In goes a fragment or page, however
// broken; out comes text with "\n" line ends, no markup, no scripts.
//
// It works on tokens, not on a tree, so that depth and nesting cost nothing. It does not
// resolve links or run anything.
package htmltext

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Text is the text of an HTML fragment. Each list item is a line that starts with "• ",
// headings and paragraphs stand apart by an empty line, line breaks stay, other white
// space is one space. Scripts, styles and the like are left out.
func Text(fragment string) string {
	w := writer{}
	tokens := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return Clean(string(w.out))
		case html.TextToken:
			if w.skip == 0 {
				w.text(string(tokens.Text()))
			}
		case html.StartTagToken:
			w.start(tokens, false)
		case html.SelfClosingTagToken:
			w.start(tokens, true)
		case html.EndTagToken:
			name, _ := tokens.TagName()
			w.end(atom.Lookup(name))
		}
	}
}

// Unescape decodes entities once: some boards escape their HTML a second time.
func Unescape(s string) string { return html.UnescapeString(s) }

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n")

// Clean makes plain text even: "\n" line ends, no trailing or invisible spaces, at most
// one empty line in a row, none at the ends.
func Clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.ContainsRune(s, '\r') || strings.Contains(s, "\u2028") || strings.Contains(s, "\u2029") {
		s = lineEnds.Replace(s)
	}
	if strings.ContainsFunc(s, func(r rune) bool { return evened(r) != r }) {
		s = strings.Map(evened, s)
	}
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, line := range lines {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if line == "" && (len(kept) == 0 || kept[len(kept)-1] == "") {
			continue
		}
		kept = append(kept, line)
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}

// evened is what a character is in plain text; below 0, it is none.
func evened(r rune) rune {
	switch {
	case r >= ' ' && r < 0x7f, r == '\n', r == '\t', r >= 0x3000 && r < 0xd800: // most there is
		return r
	case r == '\u00a0':
		return ' '
	case r == '\u200b' || r == '\u2060' || r == '\ufeff' || r == '\u00ad' || unicode.IsControl(r):
		return -1
	}
	return r
}

// Line is text on one line: white space of any kind and length is one space.
func Line(s string) string {
	if isLine(s) {
		return s
	}
	return strings.Join(strings.Fields(Clean(s)), " ")
}

// isLine says that a text is one clean line already, as most names are.
func isLine(s string) bool {
	wasSpace := true
	for _, r := range s {
		isSpace := r == ' '
		if isSpace && wasSpace || r != ' ' && (unicode.IsSpace(r) || !unicode.IsPrint(r)) || r == utf8.RuneError {
			return false
		}
		wasSpace = isSpace
	}
	return !wasSpace || s == ""
}

// writer holds the breaks that the next words will need, so that nothing depends on how
// many elements open and close between them.
type writer struct {
	out      []byte
	breaks   int  // line ends due before the next words
	isSpaced bool // a space is due before the next words
	isItem   bool // the next words open a list item
	skip     int  // depth of elements that hold no text
	items    int  // depth of list items
	pre      int
	link     string // the address of the open link whose text may be cut short
	linkFrom int    // where its text starts in out
}

func (w *writer) needBreaks(n int) {
	if n == 0 {
		return
	}
	if w.isItem { // a paragraph inside an item does not part the item from its bullet
		return
	}
	if w.items > 0 {
		n = min(n, 1)
	}
	w.breaks, w.isSpaced = max(w.breaks, n), false
}

func (w *writer) text(s string) {
	if w.pre > 0 {
		w.flush()
		w.out = append(w.out, s...)
		return
	}
	for s != "" {
		word := strings.TrimLeftFunc(s, unicode.IsSpace)
		if len(word) < len(s) {
			w.isSpaced = true
		}
		if word == "" {
			return
		}
		if end := strings.IndexFunc(word, unicode.IsSpace); end >= 0 {
			word, s = word[:end], word[end:]
		} else {
			s = ""
		}
		w.flush()
		w.out = append(w.out, word...)
	}
}

// flush writes what is due before words.
func (w *writer) flush() {
	if len(w.out) > 0 {
		switch {
		case w.breaks > 0:
			w.out = append(w.out, "\n\n"[:min(w.breaks, 2)]...)
		case w.isSpaced:
			w.out = append(w.out, ' ')
		}
	}
	if w.isItem {
		w.out = append(w.out, "• "...)
	}
	w.breaks, w.isSpaced, w.isItem = 0, false, false
}

func (w *writer) start(tokens *html.Tokenizer, isClosed bool) {
	name, hasAttributes := tokens.TagName()
	tag := atom.Lookup(name)
	switch tag {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Iframe, atom.Svg, atom.Object, atom.Textarea, atom.Select:
		if !isClosed {
			w.skip++
		}
		return
	}
	if w.skip > 0 {
		return
	}
	switch tag {
	case atom.Br:
		if !w.isItem {
			w.breaks, w.isSpaced = min(w.breaks+1, 2), false
		}
	case atom.Li:
		w.isItem = false
		w.breaks, w.isSpaced, w.isItem = max(w.breaks, 1), false, true
		if !isClosed {
			w.items++
		}
	case atom.Pre:
		w.needBreaks(2)
		if !isClosed {
			w.pre++
		}
	case atom.Td, atom.Th:
		w.isSpaced = true
	case atom.A:
		for hasAttributes {
			var key, value []byte
			if key, value, hasAttributes = tokens.TagAttr(); string(key) == "href" && bytes.HasPrefix(value, []byte("http")) {
				w.flush()
				w.link, w.linkFrom = string(value), len(w.out)
			}
		}
	default:
		w.needBreaks(blockBreaks(tag))
	}
}

func (w *writer) end(a atom.Atom) {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Iframe, atom.Svg, atom.Object, atom.Textarea, atom.Select:
		w.skip = max(0, w.skip-1)
		return
	}
	if w.skip > 0 {
		return
	}
	switch a {
	case atom.Li:
		w.isItem = false // an empty item leaves no bullet behind
		w.items = max(0, w.items-1)
		w.needBreaks(1)
	case atom.Ul, atom.Ol:
		w.isItem = false
		w.needBreaks(2)
	case atom.Pre:
		w.pre = max(0, w.pre-1)
		w.needBreaks(2)
	case atom.A:
		w.endLink()
	case atom.Br:
		w.needBreaks(1)
	default:
		w.needBreaks(blockBreaks(a))
	}
}

// endLink gives back the whole address where the link's text is that address cut short
// with dots, as Hacker News shows long ones.
func (w *writer) endLink() {
	if w.link == "" {
		return
	}
	shown, isCut := strings.CutSuffix(strings.TrimSpace(string(w.out[w.linkFrom:])), "...")
	if isCut && len(shown) > 8 && strings.HasPrefix(w.link, shown) {
		w.out = append(w.out[:w.linkFrom], w.link...)
	}
	w.link = ""
}

// blockBreaks is how many line ends part an element from what is around it.
func blockBreaks(a atom.Atom) int {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Blockquote, atom.Hr:
		return 2
	case atom.Div, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Aside, atom.Nav, atom.Tr, atom.Dt, atom.Dd,
		atom.Figure, atom.Figcaption, atom.Address, atom.Form, atom.Fieldset, atom.Details, atom.Summary, atom.Option, atom.Body, atom.Title:
		return 1
	}
	return 0
}
