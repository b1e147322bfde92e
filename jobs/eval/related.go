package eval

import (
	"cmp"
	"hash/fnv"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/search/itemmodel"
)

// RelatedReport says how often a technology that was taken from a posting is among the first
// ten that go with the posting's others, and how often it is among the ten that most
// postings name.
type RelatedReport struct {
	Postings      int      `json:"postings"` // that name three technologies or more
	Tries         int      `json:"tries"`    // technologies taken away, one at a time
	Found         int      `json:"found"`
	Popular       int      `json:"popular"`        // found among the most frequent
	Recall        Interval `json:"recall"`         // found of tries
	PopularRecall Interval `json:"popular_recall"` // popular of tries
	Lift          Interval `json:"lift"`           // found over popular, less 1
	IsSmall       bool     `json:"is_small"`       // fewer than FewUnits postings: it counts as not measured
}

const (
	relatedFolds = 10
	relatedTop   = 10
	fewestOwn    = 3 // technologies of a posting that is measured: two are left to speak
)

// Related measures the item model by leaving one out: what was learnt from nine tenths of
// the postings is asked about those of the last tenth. The unit is the posting.
func Related(stacks iter.Seq2[queries.Stack, error]) (RelatedReport, error) {
	var folds [relatedFolds][]queries.Stack
	for stack, err := range stacks {
		if err != nil {
			return RelatedReport{}, err
		}
		h := fnv.New32a()
		_, _ = h.Write([]byte(stack.PostingID))
		n := h.Sum32() % relatedFolds
		folds[n] = append(folds[n], stack)
	}
	var units []relatedUnit
	for out := range folds {
		model, err := itemmodel.Learn(func(yield func([]string, error) bool) {
			for n, fold := range folds {
				for _, stack := range fold {
					if n != out && !yield(stack.TechIDs, nil) {
						return
					}
				}
			}
		})
		if err != nil {
			return RelatedReport{}, err
		}
		popular := mostNamed(&folds, out)
		slices.SortFunc(folds[out], func(a, b queries.Stack) int { return cmp.Compare(a.PostingID, b.PostingID) })
		for _, stack := range folds[out] {
			if len(stack.TechIDs) >= fewestOwn {
				units = append(units, leaveOneOut(model, popular, stack.TechIDs))
			}
		}
	}
	return relatedReport(units), nil
}

// relatedUnit is one posting's tries.
type relatedUnit struct{ tries, found, popular int }

func leaveOneOut(model *itemmodel.Model, popular, techs []string) (unit relatedUnit) {
	for i, left := range techs {
		own := slices.Delete(slices.Clone(techs), i, i+1)
		unit.tries++
		if slices.ContainsFunc(model.Suggest(own, relatedTop), func(s itemmodel.Suggestion) bool { return s.TechID == left }) {
			unit.found++
		}
		shown := 0
		for _, tech := range popular {
			if slices.Contains(own, tech) {
				continue
			}
			if tech == left {
				unit.popular++
			}
			if shown++; shown == relatedTop {
				break
			}
		}
	}
	return unit
}

// mostNamed orders technologies by how many postings of the other folds name them.
func mostNamed(folds *[relatedFolds][]queries.Stack, out int) []string {
	counts := map[string]int{}
	for n, fold := range folds {
		for _, stack := range fold {
			for _, tech := range stack.TechIDs {
				if n != out {
					counts[tech]++
				}
			}
		}
	}
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}

func relatedReport(units []relatedUnit) RelatedReport {
	sum := func(next func(i int) relatedUnit) (whole relatedUnit) {
		for i := range units {
			u := next(i)
			whole.tries, whole.found, whole.popular = whole.tries+u.tries, whole.found+u.found, whole.popular+u.popular
		}
		return whole
	}
	whole := sum(func(i int) relatedUnit { return units[i] })
	dice := rand.New(rand.NewPCG(drawsSeed, uint64(len(units))))
	var draws [redraws]relatedUnit
	for i := range draws {
		draws[i] = sum(func(int) relatedUnit { return units[dice.IntN(len(units))] })
	}
	between := func(of func(relatedUnit) float64) Interval {
		values := make([]float64, redraws)
		for i, u := range draws {
			values[i] = of(u)
		}
		slices.Sort(values)
		return Interval{of(whole), values[lowCut], values[highCut]}
	}
	return RelatedReport{Postings: len(units), Tries: whole.tries, Found: whole.found, Popular: whole.popular, IsSmall: len(units) < FewUnits,
		Recall:        between(func(u relatedUnit) float64 { return share(u.found, u.tries) }),
		PopularRecall: between(func(u relatedUnit) float64 { return share(u.popular, u.tries) }),
		Lift:          between(func(u relatedUnit) float64 { return float64(u.found)/float64(max(u.popular, 1)) - 1 }),
	}
}
