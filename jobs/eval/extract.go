package eval

import (
	"maps"
	"slices"
	"strings"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/schemas"
)

// Found is what the project says of a posting.
type Found struct {
	Posting schemas.SilverPosting // facts and texts; the zero value has nothing to compare
	Techs   []schemas.SilverPostingTech
	// HasFacts says that Posting carries facts, not texts alone.
	HasFacts bool
}

// Miss is one thing that is not as it should be.
type Miss struct {
	Part string `json:"part,omitempty"`
	ID   string `json:"id"`
	What string `json:"what"` // technology, need, country, …
	Want string `json:"want"` // empty: nothing should be there
	Got  string `json:"got"`  // empty: nothing was found
}

// PartReport is what was measured on one part.
type PartReport struct {
	Part     string   `json:"part"`
	Labels   int      `json:"labels"`
	NoText   int      `json:"no_text"` // labels whose posting is not there: not measured
	Figures  []Figure `json:"figures"`
	MissedIn []string `json:"without_text,omitempty"` // their ids
	// Inversions is how many postings ask for more years at least than at most.
	Inversions int `json:"experience_inversions"`
}

// ExtractReport is what [Extract] measured.
type ExtractReport struct {
	Parts  []PartReport `json:"parts"`
	Misses []Miss       `json:"misses"`
}

// Names of figures.
const (
	figureTechs = "technologies"
	figureNeed  = "need"
	figureRoles = "roles"
)

// factFigures are what is measured beside the technologies, in the order of reports.
var factFigures = []string{"is it", "country", figureRoles, "seniority", "experience", "employment", "remote", "region", "salary", "salary in won"}

// Extract compares labels with what was found of the same postings, by the label's id.
// Names are compared as the dictionary resolves them; a name that it does not know is
// compared as it is written, in lower case. Held-out parts, where there are several, are
// measured together as well; their misses are left out unless they are asked for.
func Extract(parts []Part, found map[string]Found, dictionary *extract.Dictionary, withHeldOut bool) ExtractReport {
	var report ExtractReport
	heldOut, together := 0, PartReport{Part: "all " + HeldOut}
	whole := tally{}
	for _, part := range parts {
		c := comparison{part: part.Name, dictionary: dictionary, tally: tally{}}
		one := PartReport{Part: part.Name, Labels: len(part.Labels)}
		for i := range part.Labels {
			label := &part.Labels[i]
			f, ok := found[label.ID]
			if !ok {
				one.NoText++
				one.MissedIn = append(one.MissedIn, label.ID)
				continue
			}
			if label.Techs != nil {
				c.techs(label, &f)
			}
			if f.HasFacts {
				c.facts(label, &f.Posting)
			}
		}
		one.Figures, one.Inversions = c.tally.figures(extractOrder...), c.inversions
		report.Parts = append(report.Parts, one)
		if strings.HasPrefix(part.Name, HeldOut) {
			heldOut++
			whole.join(c.tally)
			together.Labels, together.NoText, together.Inversions = together.Labels+one.Labels, together.NoText+one.NoText, together.Inversions+one.Inversions
		}
		if !strings.HasPrefix(part.Name, HeldOut) || withHeldOut {
			report.Misses = append(report.Misses, c.misses...)
		}
	}
	if heldOut > 1 {
		together.Figures = whole.figures(extractOrder...)
		report.Parts = append(report.Parts, together)
	}
	return report
}

// extractOrder is the order of figures in a report; the rest follow by name.
var extractOrder = func() []string {
	order := []string{figureTechs, "language ko", "language en", figureNeed}
	for _, name := range factFigures {
		order = append(order, name, name+" exact", name+" ko", name+" en")
	}
	return order
}()

// IsRole tells whether a figure or miss of that name is about roles.
func IsRole(name string) bool { return strings.HasPrefix(name, "role") }

// IsFact tells whether a figure or miss of that name is about a fact beside technologies.
func IsFact(name string) bool {
	return name != "role" && slices.ContainsFunc(factFigures, func(fact string) bool { return name == fact || strings.HasPrefix(name, fact+" ") })
}

// Keep leaves the figures and misses of the names that are kept.
func (r ExtractReport) Keep(keep func(name string) bool) ExtractReport {
	kept := ExtractReport{Misses: []Miss{}}
	for _, part := range r.Parts {
		part.Figures = slices.DeleteFunc(slices.Clone(part.Figures), func(f Figure) bool { return !keep(f.Name) })
		kept.Parts = append(kept.Parts, part)
	}
	for _, miss := range r.Misses {
		if keep(miss.What) {
			kept.Misses = append(kept.Misses, miss)
		}
	}
	return kept
}

// comparison is one part on its way.
type comparison struct {
	part       string
	dictionary *extract.Dictionary
	tally      tally
	misses     []Miss
	inversions int
}

func (c *comparison) miss(id, what, want, got string) {
	c.misses = append(c.misses, Miss{c.part, id, what, want, got})
}

// key is what names are compared by, and the category they count in.
func (c *comparison) key(name string) (key, category string) {
	if entry, ok := c.dictionary.Resolve(name); ok {
		return entry.ID, entry.Category
	}
	return strings.ToLower(name), "not in the dictionary"
}

func (c *comparison) techs(label *Label, f *Found) {
	type wanted struct{ name, need, category string }
	want := map[string]wanted{}
	for _, t := range label.Techs {
		key, category := c.key(t.Name)
		if had, ok := want[key]; !ok || had.need == NeedPreferred { // of two, required is the stronger
			want[key] = wanted{t.Name, t.Need, category}
		}
	}
	optional := map[string]bool{}
	for _, name := range label.Optional {
		key, _ := c.key(name)
		optional[key] = true
	}
	count := func(category string, s Score) {
		c.tally.add(figureTechs, label.ID, s)
		c.tally.add("category "+category, label.ID, s)
		if f.Posting.Language != "" {
			c.tally.add("language "+f.Posting.Language, label.ID, s)
		}
	}
	for _, t := range f.Techs {
		w, ok := want[t.TechID]
		switch {
		case ok:
			delete(want, t.TechID)
			count(w.category, Score{Right: 1})
			c.need(label.ID, w.name, w.need, t.Need)
		case !optional[t.TechID]:
			count(t.Category, Score{Extra: 1})
			c.miss(label.ID, "technology", "", t.Tech)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if w := want[key]; !optional[key] {
			count(w.category, Score{Missed: 1})
			c.miss(label.ID, "technology", w.name, "")
		}
	}
}

// needOf is a need as labels write it.
var needOf = map[string]string{schemas.NeedRequired: NeedRequired, schemas.NeedPreferred: NeedPreferred}

// need counts a need that is wrong both as said wrongly and as not said.
func (c *comparison) need(id, name, want, got string) {
	if got = needOf[got]; got == want {
		c.tally.add(figureNeed, id, Score{Right: 1})
		return
	}
	c.tally.add(figureNeed, id, Score{Extra: 1, Missed: 1})
	c.miss(id, "need", name+" "+want, name+" "+got)
}
