package search

import (
	"strings"
	"unicode/utf8"
)

// Named is a technology and all of its names.
type Named struct {
	TechID string
	Names  []string
}

// Names is a [Speller] over the names of technologies. Hangul is compared by its letters, so
// that 쿠버네티즈 is one letter away from 쿠버네티스.
type Names struct {
	names []spelled
}

type spelled struct {
	letters []rune
	techID  string
}

// How many letters a name and a word must have to be taken for each other, with one slip and
// with two. Shorter ones are other words more often than slips.
const (
	leastForOne = 5
	leastForTwo = 9
)

// NewNames makes a speller.
func NewNames(techs []Named) *Names {
	n := &Names{}
	for _, t := range techs {
		for _, name := range t.Names {
			if letters := lettersOf(name); len(letters) >= leastForOne && len(letters) <= longestName && utf8.RuneCountInString(name) > 2 {
				n.names = append(n.names, spelled{letters, t.TechID})
			}
		}
	}
	return n
}

// Correct implements [Speller]: the name with fewest slips, the first of the dictionary
// among equals. A word that is a name needs no correction and has none.
func (n *Names) Correct(text string) (techID string, ok bool) {
	word := lettersOf(text)
	allowed := 0
	switch {
	case len(word) >= leastForTwo:
		allowed = 2
	case len(word) >= leastForOne:
		allowed = 1
	}
	best := allowed + 1
	var rows rows
	for _, s := range n.names {
		most := best - 1
		if len(s.letters) < leastForTwo {
			most = min(most, 1)
		}
		if most < 0 || abs(len(s.letters)-len(word)) > most {
			continue
		}
		if slips := rows.slips(word, s.letters, most); slips <= most {
			best, techID, ok = slips, s.techID, true
		}
	}
	return techID, ok && best > 0
}

func abs(n int) int { return max(n, -n) }

// rows are of the table by which slips are counted.
type rows [3][longestName + 1]int

// longestName is how many letters of a name are compared with a word.
const longestName = 40

// slips is how many letters must be added, left out, replaced or swapped with their
// neighbour to make b of a, or more than most.
func (r *rows) slips(a, b []rune, most int) int {
	before2, before, row := &r[0], &r[1], &r[2]
	for j := range len(b) + 1 {
		before[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(before[j]+1, row[j-1]+1, before[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before2[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return most + 1
		}
		before2, before, row = before, row, before2
	}
	return before[len(b)]
}

// lettersOf is a name without what stands between its letters, Hangul syllables taken apart.
func lettersOf(text string) []rune {
	var letters []rune
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 0xac00 && r <= 0xd7a3: // Unicode 3.12: 28 finals, 21 vowels
			s := r - 0xac00
			letters = append(letters, 0x1100+s/588, 0x1161+s%588/28)
			if final := s % 28; final > 0 {
				letters = append(letters, 0x11a7+final)
			}
		case isWordRune(r) || r == '+' || r == '#':
			letters = append(letters, r)
		}
	}
	return letters
}
