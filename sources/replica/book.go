package replica

import "strings"

// book is the lines of one language: pools by "part family".
type book struct {
	pools map[string][]line
	// byCategory narrows a tech pool to the lines that suit a category, mixed to those that
	// suit languages and frameworks in one breath.
	byCategory map[string]*[256][]line
	mixed      map[string][]line
}

// suited returns the pool's lines for a run of technologies from one category to another.
func (b *book) suited(pool string, first, last byte) []line {
	if first != last {
		return b.mixed[pool]
	}
	return b.byCategory[pool][first]
}

// line is a template, split at its slots.
type line []slot

// slot is a text, and what follows it: '+' a run of technologies, 'p' the product, 'd' the
// domain, 'c' the company, 'n' a number, 's' a letter; 0 nothing.
type slot struct {
	text     string
	kind     byte
	particle string
}

func readBook(rows []string, techs []tech) book {
	b := book{pools: map[string][]line{}, byCategory: map[string]*[256][]line{}, mixed: map[string][]line{}}
	pool := ""
	for _, row := range rows {
		if row[0] == '[' {
			pool = strings.Trim(row, "[]")
			continue
		}
		if !strings.HasSuffix(pool, " tech") {
			b.pools[pool] = append(b.pools[pool], readLine(row))
			continue
		}
		if b.byCategory[pool] == nil {
			b.byCategory[pool] = new([256][]line)
		}
		categories, text, _ := strings.Cut(row, " ")
		parsed := readLine(text)
		if categories == "*" || strings.Contains(categories, "LF") {
			b.mixed[pool] = append(b.mixed[pool], parsed)
		}
		for _, t := range techs {
			lines := &b.byCategory[pool][t.category]
			if categories == "*" || strings.IndexByte(categories, t.category) >= 0 {
				// Several technologies share a category; take the line once.
				if n := len(*lines); n == 0 || &(*lines)[n-1][0] != &parsed[0] {
					*lines = append(*lines, parsed)
				}
			}
		}
	}
	return b
}

func readLine(text string) line {
	var out line
	for {
		head, rest, found := strings.Cut(text, "{")
		if !found {
			return append(out, slot{text: head})
		}
		mark, tail, _ := strings.Cut(rest, "}")
		kind, particle, _ := strings.Cut(mark, "|")
		out = append(out, slot{text: head, kind: kind[0], particle: particle})
		text = tail
	}
}
