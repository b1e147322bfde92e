// Package itemmodel learns from the technologies that postings name which others go with
// them: EASE (H. Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019), a
// linear model with a closed form. Unlike counts of pairs, its weights tell what one
// technology adds to what the others already say: who knows React and Redux is not told of
// JavaScript twice.
package itemmodel

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// Model is what was learnt. It is safe for concurrent use.
type Model struct {
	ids     []string
	numbers map[string]int
	joint   []int32   // row by row: postings that name both; on the diagonal, that name the one
	weights []float32 // row by row: what the row's technology adds to the score of the column's
}

// ridge is how much the weights are held back, in postings. Leave-one-out over recorded
// postings finds most with 5 to 10; docs/evaluation.md has the figures.
const ridge = 10

// Learn learns from the technologies of postings, a list of distinct ids each. The error is
// that of the lists. It takes the cube of the number of technologies: a second or two for 1,500.
func Learn(postings iter.Seq2[[]string, error]) (*Model, error) {
	m := &Model{numbers: map[string]int{}}
	var lists [][]int
	for techs, err := range postings {
		if err != nil {
			return nil, err
		}
		list := make([]int, len(techs))
		for i, id := range techs {
			n, ok := m.numbers[id]
			if !ok {
				n = len(m.ids)
				m.numbers[id], m.ids = n, append(m.ids, id)
			}
			list[i] = n
		}
		lists = append(lists, list)
	}
	// Numbers follow the ids, so that the order of the postings changes no digit of a score.
	met := m.ids
	m.ids = slices.Sorted(maps.Keys(m.numbers))
	size, sorted := len(m.ids), make([]int, len(met))
	for n, id := range m.ids {
		sorted[m.numbers[id]], m.numbers[id] = n, n
	}
	m.joint = make([]int32, size*size)
	for _, list := range lists {
		for _, a := range list {
			for _, b := range list {
				m.joint[sorted[a]*size+sorted[b]]++
			}
		}
	}
	return m, m.solve()
}

// solve works out the weights: with P the inverse of the joint counts plus the ridge,
// the weight of a for b is -P(a,b)/P(b,b), and none for itself.
func (m *Model) solve() error {
	size := len(m.ids)
	if size == 0 {
		return nil
	}
	counts := mat.NewSymDense(size, nil)
	for a := range size {
		for b := a; b < size; b++ {
			counts.SetSym(a, b, float64(m.joint[a*size+b]))
		}
		counts.SetSym(a, a, counts.At(a, a)+ridge)
	}
	var factors mat.Cholesky
	if !factors.Factorize(counts) {
		return fmt.Errorf("learn which technologies go together: the counts of %d technologies are not positive definite", size)
	}
	inverse := mat.NewSymDense(size, nil)
	if err := factors.InverseTo(inverse); err != nil {
		return fmt.Errorf("learn which technologies go together: %w", err)
	}
	m.weights = make([]float32, size*size)
	for a := range size {
		for b := range size {
			if a != b {
				m.weights[a*size+b] = float32(-inverse.At(a, b) / inverse.At(b, b))
			}
		}
	}
	return nil
}

// Suggestion is a technology that goes with those known.
type Suggestion struct {
	TechID       string
	Score        float64 // of one question comparable; near the share of such postings that name it
	BecauseID    string  // the technology known that adds most
	JointCount   int     // postings that name both
	PostingCount int     // postings that name BecauseID
}

// Suggest lists at most limit technologies that go with those known, best first; those known
// are left out, as is what nothing speaks for. Unknown ids say nothing.
func (m *Model) Suggest(known []string, limit int) []Suggestion {
	size := len(m.ids)
	var rows []int
	for _, id := range known {
		if row, ok := m.numbers[id]; ok && !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
	}
	scores, because := make([]float32, size), make([]int, size)
	for tech := range because {
		because[tech] = -1
	}
	for _, row := range rows {
		for tech, weight := range m.weights[row*size : (row+1)*size] {
			scores[tech] += weight
			if m.joint[row*size+tech] > 0 && (because[tech] < 0 || weight > m.weights[because[tech]*size+tech]) {
				because[tech] = row
			}
		}
	}
	var found []int
	for tech, score := range scores {
		if score > 0 && because[tech] >= 0 && !slices.Contains(rows, tech) {
			found = append(found, tech)
		}
	}
	slices.SortFunc(found, func(a, b int) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), strings.Compare(m.ids[a], m.ids[b]))
	})
	suggestions := make([]Suggestion, 0, limit)
	for _, tech := range found[:min(limit, len(found))] {
		row := because[tech]
		suggestions = append(suggestions, Suggestion{
			TechID: m.ids[tech], Score: float64(scores[tech]), BecauseID: m.ids[row],
			JointCount: int(m.joint[row*size+tech]), PostingCount: int(m.joint[row*size+row]),
		})
	}
	return suggestions
}
