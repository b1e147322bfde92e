package search

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
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

// frame is the documents that pass the part of a filter that nearly all questions have in
// common, and how many of them have each value of a column.
type frame struct {
	docs    *roaring.Bitmap
	tallies map[string]func() tally // by column
	weight  int
}

func (f *frame) bytes() int { return f.weight }

// framesBytes is what the frames of a view may take: some ten of the largest part's.
const framesBytes = 1 << 20

// frame is that of a filter, made or remembered.
func (v *view) frame(f *Filter) *frame {
	is := func(wanted *bool) string {
		if wanted == nil {
			return ""
		}
		return strconv.FormatBool(*wanted)
	}
	key := strings.Join([]string{f.Status, f.Country, is(f.IsIT), is(f.IsAlwaysOpen), is(&f.WithCopies)}, "\x00")
	return kept(v.frames, key, func() *frame {
		framed := &frame{docs: v.framed(f), tallies: map[string]func() tally{}}
		framed.weight = int(framed.docs.GetSizeInBytes())
		for _, name := range Facets {
			framed.weight += 8 * v.columns[name].values.len()
			framed.tallies[name] = sync.OnceValue(func() tally { return v.columns[name].tally(framed.docs) })
		}
		return framed
	})
}

func (v *view) framed(f *Filter) *roaring.Bitmap {
	n := v.Len()
	all := []*roaring.Bitmap{v.alive}
	var without []*roaring.Bitmap
	with := func(name, value string) { all = append(all, v.columns[name].any(n, []string{value})) }
	if f.Status != "" {
		with(colStatus, f.Status)
	}
	if f.Country != "" {
		with(colCountry, f.Country)
	}
	for mark, isWanted := range map[string]*bool{markIT: f.IsIT, markAlwaysOpen: f.IsAlwaysOpen} {
		switch {
		case isWanted == nil:
		case *isWanted:
			with(colMark, mark)
		default:
			without = append(without, v.columns[colMark].any(n, []string{mark}))
		}
	}
	if !f.WithCopies {
		with(colMark, markFace)
	}
	docs := intersection(all, without)
	docs.CloneCopyOnWriteContainers() // it may refer to the file
	return docs
}

// matching is the view's documents that pass the filter and are in all of the other sets.
// It may be shared: nobody may change it.
func (v *view) matching(f *Filter, framed *frame, others []*roaring.Bitmap) *roaring.Bitmap {
	p := v.Part
	n := p.Len()
	all := append([]*roaring.Bitmap{framed.docs}, others...)
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
		need(kept(p.kept, fmt.Sprint("up to ", least), func() set { return set{where(p.upTo, func(y int8) bool { return y != noYears && y >= least })} }).Bitmap)
	}
	if f.ExperienceMaxYears != nil {
		most := int8(min(*f.ExperienceMaxYears, anyYears))
		need(kept(p.kept, fmt.Sprint("from ", most), func() set { return set{where(p.from, func(y int8) bool { return y <= most })} }).Bitmap)
	}
	if f.SalaryMinKRW != nil {
		least := *f.SalaryMinKRW
		need(kept(p.kept, fmt.Sprint("salary ", least), func() set {
			return set{where(p.salary, func(won int64) bool { return won >= 0 && won >= least })}
		}).Bitmap)
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
		sets[i] = kept(v.kept, name+" holds "+part, func() set {
			return set{v.columns[name].matching(v.Len(), func(value []byte) bool { return bytes.Contains(v.lower(name, value), []byte(part)) })}
		}).Bitmap
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

// intersection is what all of the sets have and none of the others does. It may be one of
// the sets.
func intersection(sets, without []*roaring.Bitmap) *roaring.Bitmap {
	slices.SortFunc(sets, func(a, b *roaring.Bitmap) int { return cmp.Compare(a.GetCardinality(), b.GetCardinality()) })
	result, isOwn := sets[0], false
	for _, other := range sets[1:] {
		switch {
		case result.IsEmpty():
			return result
		case isOwn:
			result.And(other)
		default:
			result, isOwn = roaring.And(result, other), true
		}
	}
	for _, other := range without {
		if isOwn {
			result.AndNot(other)
		} else {
			result, isOwn = roaring.AndNot(result, other), true
		}
	}
	return result
}
