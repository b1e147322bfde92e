package search

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
)

// Filter says which postings a question is about. The zero value is every posting that is
// the face of its cluster. In a list any value will do; a nil list is off. Postings that do
// not state their experience, pay, employment or the like do not pass a filter on it.
type Filter struct {
	IDs         []string // posting ids; empty but not nil matches nothing
	TechIDs     []string
	AllTechs    bool // every one of TechIDs instead of any
	NotTechIDs  []string
	Roles       []string
	Sources     []string
	Employments []string
	Remotes     []string
	CompanyIDs  []string // a posting passes by CompanyIDs or by Companies
	Companies   []string // parts of a company's name, in any case
	Locations   []string // parts of a place's name, in any case
	// ExperienceMinYears and ExperienceMaxYears are a span that the posting's own must touch.
	ExperienceMinYears *int32
	ExperienceMaxYears *int32
	SalaryMinKRW       *int64    // a year; the upper end of the posting's pay reaches it
	Status             string    // open or closed; "" = all
	Country            string    // ISO 3166-1 alpha-2; "" = all
	IsIT               *bool     // nil = all
	IsAlwaysOpen       *bool     // nil = all
	PostedFrom         time.Time // zero = off; of the posting date, or else of the first sight
	PostedBefore       time.Time // the instant itself not included; zero = off
	WithCopies         bool      // also postings that are copies of another
}

// matching is the view's documents that pass the filter.
func (v *view) matching(f *Filter) *roaring.Bitmap {
	p := v.Part
	n := p.Len()
	all := []*roaring.Bitmap{v.alive}
	need := func(set *roaring.Bitmap) { all = append(all, set) }
	var without []*roaring.Bitmap
	anyOf := func(name string, values []string) {
		if values != nil {
			need(p.columns[name].any(n, values))
		}
	}
	if f.IDs != nil {
		ids := roaring.New()
		for _, id := range f.IDs {
			if doc, ok := p.Find(id); ok {
				ids.Add(doc)
			}
		}
		need(ids)
	}
	if f.AllTechs {
		for _, id := range f.TechIDs {
			anyOf(colTech, []string{id})
		}
	} else {
		anyOf(colTech, f.TechIDs)
	}
	if f.NotTechIDs != nil {
		without = append(without, p.columns[colTech].any(n, f.NotTechIDs))
	}
	anyOf(colRole, f.Roles)
	anyOf(colSource, f.Sources)
	anyOf(colEmployment, f.Employments)
	anyOf(colRemote, f.Remotes)
	if f.CompanyIDs != nil || f.Companies != nil {
		companies := p.columns[colCompanyID].any(n, f.CompanyIDs)
		if f.Companies != nil {
			companies = roaring.Or(companies, v.holding(colCompany, f.Companies))
		}
		need(companies)
	}
	if f.Locations != nil {
		need(v.holding(colPlace, f.Locations))
	}
	if f.ExperienceMinYears != nil {
		least := int8(min(*f.ExperienceMinYears, anyYears))
		need(p.kept.get(fmt.Sprint("up to ", least), func() *roaring.Bitmap { return where(p.upTo, func(y int8) bool { return y != noYears && y >= least }) }))
	}
	if f.ExperienceMaxYears != nil {
		most := int8(min(*f.ExperienceMaxYears, anyYears))
		need(p.kept.get(fmt.Sprint("from ", most), func() *roaring.Bitmap { return where(p.from, func(y int8) bool { return y <= most }) }))
	}
	if f.SalaryMinKRW != nil {
		least := *f.SalaryMinKRW
		need(p.kept.get(fmt.Sprint("salary ", least), func() *roaring.Bitmap {
			return where(p.salary, func(won int64) bool { return won >= 0 && won >= least })
		}))
	}
	if f.Status != "" {
		anyOf(colStatus, []string{f.Status})
	}
	if f.Country != "" {
		anyOf(colCountry, []string{f.Country})
	}
	for mark, isWanted := range map[string]*bool{markIT: f.IsIT, markAlwaysOpen: f.IsAlwaysOpen} {
		switch {
		case isWanted == nil:
		case *isWanted:
			anyOf(colMark, []string{mark})
		default:
			without = append(without, p.columns[colMark].any(n, []string{mark}))
		}
	}
	if !f.WithCopies {
		anyOf(colMark, []string{markFace})
	}
	if !f.PostedFrom.IsZero() || !f.PostedBefore.IsZero() {
		need(v.postedWithin(f.PostedFrom, f.PostedBefore))
	}
	return intersection(all, without)
}

// holding is the documents whose value of a column holds one of the parts, in any case.
func (v *view) holding(name string, parts []string) *roaring.Bitmap {
	sets := make([]*roaring.Bitmap, len(parts))
	for i, part := range parts {
		part = strings.ToLower(part)
		sets[i] = v.kept.get(name+" holds "+part, func() *roaring.Bitmap {
			return v.columns[name].matching(v.Len(), func(value []byte) bool { return bytes.Contains(v.lower(name, value), []byte(part)) })
		})
	}
	if len(sets) == 1 {
		return sets[0]
	}
	return roaring.FastOr(sets...)
}

// lower is a value in lower case, as places are already.
func (v *view) lower(name string, value []byte) []byte {
	if name == colPlace {
		return value
	}
	return bytes.ToLower(value)
}

// postedWithin is a range of documents, since they are numbered newest first.
func (v *view) postedWithin(from, before time.Time) *roaring.Bitmap {
	first, last := 0, v.Len()
	if !before.IsZero() {
		first = sort.Search(v.Len(), func(i int) bool { return v.posted[i] < before.UnixMicro() })
	}
	if !from.IsZero() {
		last = sort.Search(v.Len(), func(i int) bool { return v.posted[i] < from.UnixMicro() })
	}
	set := roaring.New()
	if first < last {
		set.AddRange(uint64(first), uint64(last))
	}
	return set
}

// where is the documents whose number passes.
func where[T number](list []T, pass func(T) bool) *roaring.Bitmap {
	words := make([]uint64, (len(list)+63)/64)
	for doc, n := range list {
		if pass(n) {
			words[doc/64] |= 1 << (doc % 64)
		}
	}
	return roaring.FromDense(words, false)
}

// intersection is what all of the sets have and none of the others does, in memory of its
// own.
func intersection(sets, without []*roaring.Bitmap) *roaring.Bitmap {
	slices.SortFunc(sets, func(a, b *roaring.Bitmap) int { return cmp.Compare(a.GetCardinality(), b.GetCardinality()) })
	var result *roaring.Bitmap
	if len(sets) == 1 {
		result = sets[0].Clone()
	} else {
		result = roaring.And(sets[0], sets[1])
		for _, set := range sets[2:] {
			result.And(set)
		}
	}
	for _, set := range without {
		result.AndNot(set)
	}
	result.CloneCopyOnWriteContainers()
	return result
}
