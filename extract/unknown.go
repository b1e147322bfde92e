package extract

import (
	_ "embed"
	"strings"
	"unicode/utf8"
)

// Unknown is a name that stands in a list with known technologies and is none of them.
type Unknown struct {
	Name    string // as it is written
	Section string
	Line    string // the list it stands in, cut to a few names around it
}

// unknownReach is how many bytes of a list are shown on each side of an unknown name.
const unknownReach = 60

// refusedText holds names that stand beside technologies and are none: concepts, file
// formats, parts of speech. One a line, compared as the dictionary compares spellings.
//
//go:embed refused.txt
var refusedText string

// Refused reads a list of names, one a line, that are not to be proposed again; a line
// that starts with '#' is a comment. The result is asked with [Key].
func Refused(text string) map[string]bool {
	refused := map[string]bool{}
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			refused[Key(line)] = true
		}
	}
	return refused
}

// RefusedNames are the names that the project itself refuses.
func RefusedNames() map[string]bool { return Refused(refusedText) }

// Key is what two spellings of one name have in common: "Node JS", "node-js", "NodeJS "
// differ, "Node-JS" and "node js" do not.
func Key(name string) string { return foldString(strings.TrimSpace(name)) }

// Unknown returns the names of the posting that stand in a list beside a known technology
// and look like one, in the order of the text, each place once. It never returns an
// address, a number or a word that the dictionary knows.
func (x *Extractor) Unknown(p Posting) []Unknown {
	known := map[string][]Mention{}
	for _, t := range x.Techs(p) {
		for _, m := range t.Mentions {
			known[m.Section] = append(known[m.Section], m)
		}
	}
	var out []Unknown
	for _, s := range append([]Section{{"title", p.Title}}, p.Sections...) {
		if len(known[s.Name]) > 0 {
			out = x.unknownIn(s, known[s.Name], out)
		}
	}
	return out
}

// unknownIn looks at each list of a section. The mentions may be of another section of the
// same name: one that does not stand where it says is passed over.
func (x *Extractor) unknownIn(s Section, mentions []Mention, out []Unknown) []Unknown {
	covered := make([]bool, len(s.Text)+1)
	for _, m := range mentions {
		if m.End <= len(s.Text) && s.Text[m.Start:m.End] == m.Surface {
			for i := m.Start; i < m.End; i++ {
				covered[i] = true
			}
		}
	}
	for start := 0; start < len(s.Text); {
		end := strings.IndexByte(s.Text[start:], '\n')
		if end < 0 {
			end = len(s.Text)
		} else {
			end += start
		}
		out = x.unknownInLine(s, start, end, covered, out)
		start = end + 1
	}
	return out
}

type listItem struct {
	start, end int
	known      bool
	barred     bool // a bar stands before it: "Acme | Berlin | Java" lists different things
}

func (x *Extractor) unknownInLine(s Section, start, end int, covered []bool, out []Unknown) []Unknown {
	items := listItems(s.Text, start, end, covered)
	for i, item := range items {
		if item.known {
			continue
		}
		name := s.Text[item.start:item.end]
		if i := strings.IndexFunc(name, isHangul); i > 1 {
			name = name[:i] // "Quux 경험"
		}
		name = strings.Trim(name, " .:*\"'-–")
		if !looksNamed(name) {
			continue
		}
		beside := i > 0 && !item.barred && items[i-1].known && items[i-1].end+4 >= item.start-1 ||
			i+1 < len(items) && !items[i+1].barred && items[i+1].known && item.end+4 >= items[i+1].start-1
		if !beside {
			continue
		}
		if _, ok := x.dict.Resolve(name); ok {
			continue // an ambiguous word that was not meant
		}
		items[i].known = true // what stands beside it is beside a technology, too
		from, to := max(start, item.start-unknownReach), min(end, item.end+unknownReach)
		for from > start && !utf8.RuneStart(s.Text[from]) {
			from--
		}
		for to < end && !utf8.RuneStart(s.Text[to]) {
			to++
		}
		out = append(out, Unknown{Name: name, Section: s.Name, Line: s.Text[from:to]})
	}
	return out
}

// listItems cuts a line where lists are cut: commas, slashes, bars, brackets, "and", "및".
func listItems(text string, start, end int, covered []bool) []listItem {
	var items []listItem
	from := start
	cut := func(to, next int) {
		item := listItem{start: from, end: to, barred: from > start && text[from-1] == '|'}
		for i := from; i < to; i++ {
			item.known = item.known || covered[i]
		}
		for item.start < item.end && text[item.start] == ' ' {
			item.start++
		}
		for item.end > item.start && text[item.end-1] == ' ' {
			item.end--
		}
		if item.end > item.start {
			items = append(items, item)
		}
		from = next
	}
	for i := start; i < end; i++ {
		if covered[i] {
			continue
		}
		switch c := text[i]; {
		case strings.IndexByte(",/|;()[]&+", c) >= 0:
			cut(i, i+1)
		case c == ' ':
			for _, w := range []string{" and ", " or ", " 및 ", " with ", " on ", " in ", " using ", " for ", " to "} {
				if strings.HasPrefix(text[i:end], w) {
					cut(i, i+len(w)-1)
				}
			}
		case c == '.' && (i+1 == end || text[i+1] == ' '):
			cut(i, i+1)
		case c >= utf8.RuneSelf && strings.HasPrefix(text[i:end], "·"):
			cut(i, i+len("·"))
		}
	}
	cut(end, end)
	return items
}

// notTools end names of jobs, places of work and parts of speech, not of tools.
var notTools = map[string]bool{
	"engineer": true, "engineers": true, "developer": true, "developers": true, "manager": true, "designer": true, "designers": true, "architect": true, "scientist": true, "scientists": true,
	"lead": true, "analyst": true, "administrator": true, "intern": true, "interns": true, "engineering": true, "remote": true, "onsite": true, "on-site": true, "full-time": true, "fulltime": true,
	"contract": true, "inc": true, "llc": true, "gmbh": true, "experience": true, "senior": true, "junior": true, "programmer": true, "stack": true, "time": true, "team": true, "skills": true,
}

// looksNamed tells whether a piece of a list is written as a product is: one to three
// words of ASCII, one of them with a capital or a digit inside, none of them a number.
func looksNamed(s string) bool {
	if len(s) < 2 || len(s) > 32 || strings.ContainsAny(s, "@:!?$%<>=~") {
		return false
	}
	words := strings.Fields(s)
	if len(words) > 3 || len(words) == 0 || notTools[strings.ToLower(words[len(words)-1])] {
		return false
	}
	capitals := 0
	for _, w := range words {
		if !isAlnum(w[0]) && w[0] != '.' {
			return false
		}
		letters, upper := 0, false
		for i := 0; i < len(w); i++ {
			if w[i] >= utf8.RuneSelf {
				return false
			}
			if isLower(w[i]) || isUpper(w[i]) {
				letters++
			}
			upper = upper || isUpper(w[i]) || isDigit(w[i]) && i > 0
		}
		if upper && letters > 0 {
			capitals++
		}
	}
	return capitals == len(words)
}
