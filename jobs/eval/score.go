package eval

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
)

// Score counts what was found and should have been, what was found and should not, and what
// was not found and should have been.
type Score struct{ Right, Extra, Missed int }

func (s *Score) add(other Score) {
	s.Right += other.Right
	s.Extra += other.Extra
	s.Missed += other.Missed
}

// Precision is the share of what was found that is right; 1 where nothing was found.
func (s Score) Precision() float64 { return share(s.Right, s.Right+s.Extra) }

// Recall is the share of what there is that was found; 1 where there is nothing.
func (s Score) Recall() float64 { return share(s.Right, s.Right+s.Missed) }

// F1 is the harmonic mean of precision and recall.
func (s Score) F1() float64 { return share(2*s.Right, 2*s.Right+s.Extra+s.Missed) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// Interval is a value with what 95 of 100 redrawn samples lie between.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Figure is one measured thing.
type Figure struct {
	Name      string   `json:"name"`  // "technologies", "language ko"
	Units     int      `json:"units"` // with anything to find or found
	Right     int      `json:"right"`
	Extra     int      `json:"extra"`
	Missed    int      `json:"missed"`
	Precision Interval `json:"precision"`
	Recall    Interval `json:"recall"`
	F1        Interval `json:"f1"`
	// IsSmall says that there are fewer than FewUnits: it counts as not measured.
	IsSmall bool `json:"is_small"`
}

// FewUnits is the fewest units that a figure is relied on with.
const FewUnits = 50

const (
	redraws   = 1000
	lowCut    = redraws * 25 / 1000
	highCut   = redraws - 1 - lowCut
	drawsSeed = 20260501 // the same figures for the same input
)

// tally gathers scores by figure and unit.
type tally map[string]map[string]*Score

func (t tally) add(figure, unit string, s Score) {
	if s == (Score{}) {
		return
	}
	units := t[figure]
	if units == nil {
		units = map[string]*Score{}
		t[figure] = units
	}
	if units[unit] == nil {
		units[unit] = &Score{}
	}
	units[unit].add(s)
}

// join adds another tally's scores.
func (t tally) join(other tally) {
	for figure, units := range other {
		for unit, score := range units {
			t.add(figure, unit, *score)
		}
	}
}

// figures are in the order in which first names them; the rest by name.
func (t tally) figures(first ...string) []Figure {
	names := slices.SortedFunc(maps.Keys(t), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(first, a), rank(first, b)), cmp.Compare(a, b))
	})
	all := make([]Figure, len(names))
	for i, name := range names {
		units := make([]Score, 0, len(t[name]))
		for _, unit := range slices.Sorted(maps.Keys(t[name])) {
			units = append(units, *t[name][unit])
		}
		all[i] = figure(name, units)
	}
	return all
}

func rank(first []string, name string) int {
	if i := slices.Index(first, name); i >= 0 {
		return i
	}
	return len(first)
}

// figure redraws the units with replacement.
func figure(name string, units []Score) Figure {
	var whole Score
	for _, u := range units {
		whole.add(u)
	}
	dice := rand.New(rand.NewPCG(drawsSeed, uint64(len(units))))
	var precision, recall, f1 [redraws]float64
	for i := range redraws {
		var drawn Score
		for range units {
			drawn.add(units[dice.IntN(len(units))])
		}
		precision[i], recall[i], f1[i] = drawn.Precision(), drawn.Recall(), drawn.F1()
	}
	between := func(value float64, draws []float64) Interval {
		slices.Sort(draws)
		return Interval{value, draws[lowCut], draws[highCut]}
	}
	return Figure{Name: name, Units: len(units), Right: whole.Right, Extra: whole.Extra, Missed: whole.Missed, IsSmall: len(units) < FewUnits,
		Precision: between(whole.Precision(), precision[:]), Recall: between(whole.Recall(), recall[:]), F1: between(whole.F1(), f1[:])}
}
