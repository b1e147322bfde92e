package search

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/techmapit/tmi/schemas"
)

// Hits are the postings that match a question. They are of use as long as their index is
// open.
type Hits struct {
	// Words are those asked for, as understood, and Corrected those that were read as a
	// technology they nearly name.
	Words     []Word
	Corrected []Corrected

	ix    *Index
	views []viewHits
}

type viewHits struct {
	*view
	frame   *frame
	docs    *roaring.Bitmap // may be the frame's
	matches []match         // by word
}

// Find looks for the postings that pass the filter and hold every word. A nil speller
// corrects nothing.
func (ix *Index) Find(f Filter, words []Word, speller Speller) *Hits {
	h := &Hits{ix: ix, views: make([]viewHits, len(ix.views))}
	h.Words, h.Corrected = ix.understood(words, speller)
	for i, v := range ix.views {
		found := viewHits{view: v, frame: v.frame(&f)}
		held := make([]*roaring.Bitmap, 0, len(h.Words))
		for _, w := range h.Words {
			m := v.match(w)
			found.matches, held = append(found.matches, m), append(held, m.any)
		}
		found.docs = v.matching(&f, found.frame, held)
		h.views[i] = found
	}
	return h
}

// Total is how many there are.
func (h *Hits) Total() (total int64) {
	for _, v := range h.views {
		total += int64(v.docs.GetCardinality())
	}
	return total
}

// By is what postings are ordered by.
type By int

// What there is to order by, each with the end that comes first.
const (
	Newest     By = iota // newest posting date
	Closing              // nearest end
	Relevance            // best match
	Salary               // highest pay, the upper end of a span
	Experience           // fewest years asked for
)

// Key orders postings by one thing. Those that do not state it come last, reversed too.
type Key struct {
	By         By
	IsReversed bool
}

// Order is how postings are listed: by its first key, those alike by its second, then by
// id. The zero value lists the newest first.
type Order struct{ First, Second Key }

// places are what a key makes of each document: less comes first.
func (v viewHits) places(k Key) func(doc uint32) int64 {
	var place func(doc uint32) int64
	switch k.By {
	case Closing:
		place = func(doc uint32) int64 { return v.closes[doc] }
	case Relevance:
		scores := v.scores()
		place = func(doc uint32) int64 { return scores[doc] }
	case Salary:
		place = func(doc uint32) int64 { return unlessNone(-v.salary[doc], v.salary[doc] < 0) }
	case Experience:
		place = func(doc uint32) int64 { return unlessNone(int64(v.from[doc]), v.from[doc] == math.MaxInt8) }
	default:
		place = func(doc uint32) int64 { return -v.posted[doc] }
	}
	if !k.IsReversed {
		return place
	}
	return func(doc uint32) int64 {
		n := place(doc)
		return unlessNone(-n, n == noEnd)
	}
}

func unlessNone(n int64, isNone bool) int64 {
	if isNone {
		return noEnd
	}
	return n
}

// Position is where in an order a posting stands; unique, ascending.
type Position struct {
	First, Second int64
	ID            string
}

// Row is a posting of a page: what lists show of it, no texts.
type Row struct {
	schemas.GoldPosting
	Position

	view *view
	doc  uint32
}

// Document reads all that the index knows of the posting.
func (r Row) Document() (Document, error) { return r.view.Document(r.doc) }

// Page is the first limit postings of an order behind a position; nil for the first page.
func (h *Hits) Page(order Order, after *Position, limit int) ([]Row, error) {
	var places []place
	for _, v := range h.views {
		places = append(places, v.first(order, after, limit)...)
	}
	slices.SortFunc(places, comparePlaces)
	places = places[:min(limit, len(places))]
	rows := make([]Row, len(places))
	for i, at := range places {
		posting, err := at.view.row(at.doc)
		if err != nil {
			return nil, err
		}
		rows[i] = Row{GoldPosting: posting, view: at.view, doc: at.doc, Position: Position{at.first, at.second, posting.PostingID}}
	}
	return rows, nil
}

// place is where a document stands in an order.
type place struct {
	view          *view
	doc           uint32
	first, second int64
}

func comparePlaces(a, b place) int {
	if c := cmp.Compare(a.first, b.first); c != 0 {
		return c
	}
	if c := cmp.Compare(a.second, b.second); c != 0 {
		return c
	}
	return bytes.Compare(a.view.id(a.doc), b.view.id(b.doc))
}

// first is the view's first documents of an order.
func (v viewHits) first(order Order, after *Position, limit int) (best []place) {
	if limit <= 0 || v.docs.IsEmpty() {
		return nil
	}
	if order == (Order{First: Key{By: Relevance}}) {
		return v.mostRelevant(after, limit)
	}
	firsts, seconds := v.places(order.First), v.places(order.Second)
	if (order == Order{}) { // as documents are numbered
		it := v.docs.Iterator()
		if after != nil {
			it.AdvanceIfNeeded(v.behind(after.First, after.ID))
		}
		for len(best) < limit && it.HasNext() {
			doc := it.Next()
			best = append(best, place{v.view, doc, firsts(doc), seconds(doc)})
		}
		return best
	}
	var last [16]byte
	if after != nil {
		last = idOf(after.ID)
	}
	v.each(func(doc uint32) {
		at := place{v.view, doc, firsts(doc), 0}
		if len(best) == limit && at.first > best[limit-1].first || after != nil && at.first < after.First {
			return
		}
		at.second = seconds(doc)
		if after != nil && at.first == after.First && (at.second < after.Second || at.second == after.Second && bytes.Compare(v.id(doc), last[:]) <= 0) {
			return
		}
		i, _ := slices.BinarySearchFunc(best, at, comparePlaces)
		if i == limit {
			return
		}
		if len(best) == limit {
			best = best[:limit-1]
		}
		best = slices.Insert(best, i, at)
	})
	return best
}

// behind is the first document after a place of the order by time and id.
func (v viewHits) behind(newest int64, id string) uint32 {
	key := idOf(id)
	low, high := uint32(0), uint32(v.Len())
	for low < high {
		middle := (low + high) / 2
		if at := -v.posted[middle]; at < newest || at == newest && bytes.Compare(v.id(middle), key[:]) <= 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

func (v viewHits) each(yield func(doc uint32)) { eachOf(v.docs, yield) }

func eachOf(docs *roaring.Bitmap, yield func(doc uint32)) {
	var buffer [512]uint32
	for it := docs.ManyIterator(); ; {
		n := it.NextMany(buffer[:])
		if n == 0 {
			return
		}
		for _, doc := range buffer[:n] {
			yield(doc)
		}
	}
}

// scores are the hits' scores by document, negated, so that the best comes first.
func (v viewHits) scores() []int64 {
	scores := make([]int64, v.Len())
	s := v.scorer()
	defer s.done()
	s.each(func(doc uint32, score int64) { scores[doc] = -score })
	return scores
}

// All lists the ids of the hits, best match first where there were words, with their scores.
func (h *Hits) All() (ids []string, scores []int64) {
	places := make([]place, 0, h.Total())
	for _, v := range h.views {
		s := v.scorer()
		s.each(func(doc uint32, score int64) { places = append(places, place{v.view, doc, -score, -v.posted[doc]}) })
		s.done()
	}
	slices.SortFunc(places, comparePlaces)
	ids, scores = make([]string, len(places)), make([]int64, len(places))
	for i, at := range places {
		ids[i], scores[i] = at.view.ID(at.doc), -at.first
	}
	return ids, scores
}

// FacetValue is a value of a facet and how many hits have it.
type FacetValue struct {
	Value, Label string
	Count        int64
}

// Facets are the names that [Hits.Facet] knows.
var Facets = map[string]string{
	"company": colCompany, "employment": colEmployment, "location": colRegion, "remote": colRemote, "role": colRole, "seniority": colSeniority, "source": colSource, "tech": colTech,
}

// Facet counts the hits by the values of a facet: the limit most frequent ones, ties by
// label, and how many values there are in all.
func (h *Hits) Facet(name string, limit int) (values []FacetValue, all int) {
	column := Facets[name]
	d := h.ix.dicts[column]()
	for n, count := range h.counts(column, d) {
		if count > 0 {
			label := d.values[n]
			if column == colTech {
				label, _, _ = strings.Cut(d.labels[n], "\x00")
			}
			values = append(values, FacetValue{d.values[n], label, count})
		}
	}
	slices.SortFunc(values, func(a, b FacetValue) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
	})
	return values[:min(limit, len(values))], len(values)
}

// counts is how many hits have each value of a column.
func (h *Hits) counts(column string, d dict) []int64 {
	byView := make([]tally, len(h.views))
	var wait sync.WaitGroup
	for i, v := range h.views {
		wait.Go(func() {
			byView[i] = v.tally(column)
		})
	}
	wait.Wait()
	counts := make([]int64, len(d.values))
	for i, own := range byView {
		for code, count := range own {
			counts[d.codes[i][code]] += count
		}
	}
	return counts
}

// tally counts a view's hits by the values of a column. The frame is counted once; hits that
// are most of it are counted by what they lack.
func (v viewHits) tally(column string) tally {
	if v.docs == v.frame.docs {
		return v.frame.tallies[column]()
	}
	c := v.columns[column]
	if 2*v.docs.GetCardinality() <= v.frame.docs.GetCardinality() {
		return c.tally(v.docs)
	}
	counts := slices.Clone(v.frame.tallies[column]())
	for code, lacking := range c.tally(roaring.AndNot(v.frame.docs, v.docs)) {
		counts[code] -= lacking
	}
	return counts
}

// TechCount is a technology and how many hits name it.
type TechCount struct {
	TechID, Tech, Category string
	Count                  int64
}

// Techs counts the hits by technology, most frequent first, ties by name.
func (h *Hits) Techs() []TechCount {
	d := h.ix.dicts[colTech]()
	var techs []TechCount
	for n, count := range h.counts(colTech, d) {
		if count > 0 {
			name, category, _ := strings.Cut(d.labels[n], "\x00")
			techs = append(techs, TechCount{d.values[n], name, category, count})
		}
	}
	slices.SortFunc(techs, func(a, b TechCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Tech, b.Tech), strings.Compare(a.TechID, b.TechID))
	})
	return techs
}
