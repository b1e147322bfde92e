package search

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// Columns of a part. A document has any number of values in a column, none for null.
const (
	colSource     = "source"
	colStatus     = "status"
	colCountry    = "country"
	colRole       = "role"
	colEmployment = "employment"
	colRemote     = "remote"
	colSeniority  = "seniority"
	colRegion     = "region"
	colCompany    = "company" // as written
	colCompanyID  = "company_id"
	colPlace      = "place" // region, district and the board's own words, in lower case
	colTech       = "tech"  // ids; labels are names, with the category behind a NUL
	colMark       = "mark"  // markIT, markFace, markAlwaysOpen
)

const (
	markIT   = "it"
	markFace = "face" // no copy of another posting

	markAlwaysOpen = "always open"
)

var columnNames = []string{colSource, colStatus, colCountry, colRole, colEmployment, colRemote, colSeniority, colRegion, colCompany, colCompanyID, colPlace, colTech, colMark}

// columnBuilder gathers a column, document after document.
type columnBuilder struct {
	codes  map[string]uint32
	values []string
	labels map[string]string // of values, where they have one
	starts []uint32
	flat   []uint32
}

func newColumnBuilder() *columnBuilder {
	return &columnBuilder{codes: map[string]uint32{}, labels: map[string]string{}}
}

// add takes the values of the next document; empty ones are null, and a value counts once.
func (c *columnBuilder) add(values ...string) {
	from := len(c.flat)
	c.starts = append(c.starts, uint32(from))
	for _, value := range values {
		if value == "" {
			continue
		}
		code, ok := c.codes[value]
		if !ok {
			code = uint32(len(c.values))
			c.codes[value] = code
			c.values = append(c.values, value)
		}
		if !slices.Contains(c.flat[from:], code) {
			c.flat = append(c.flat, code)
		}
	}
}

func (c *columnBuilder) of(added uint32) []uint32 {
	if int(added)+1 < len(c.starts) {
		return c.flat[c.starts[added]:c.starts[added+1]]
	}
	return c.flat[c.starts[added]:]
}

// write writes the column; order gives for each document when it was added.
func (c *columnBuilder) write(w *writer, name string, order []uint32) {
	sorted := slices.Clone(c.values)
	slices.Sort(sorted)
	place := make([]uint32, len(sorted)) // of codes as they were given out
	for i, value := range sorted {
		place[c.codes[value]] = uint32(i)
	}
	starts := make([]uint32, 0, len(order)+1)
	codes := make([]uint32, 0, len(c.flat))
	lists := make([][]uint32, len(sorted))
	for doc, added := range order {
		starts = append(starts, uint32(len(codes)))
		for _, code := range c.of(added) {
			codes = append(codes, place[code])
			lists[place[code]] = append(lists[place[code]], uint32(doc))
		}
	}
	starts = append(starts, uint32(len(codes)))
	name = "column." + name
	w.texts(name+".values", len(sorted), func(b []byte, i int) []byte { return append(b, sorted[i]...) })
	w.texts(name+".labels", len(sorted), func(b []byte, i int) []byte { return append(b, c.labels[sorted[i]]...) })
	w.texts(name+".lists", len(sorted), func(b []byte, i int) []byte { return appendList(b, lists[i]) })
	w.section(name+".starts", bytesOf(starts))
	w.section(name+".codes", bytesOf(codes))
}

// column is a column of a part.
type column struct {
	values, labels, lists texts // by code, which is the value's place in order
	starts, codes         []uint32
}

func (p *Part) openColumn(name string) column {
	name = "column." + name
	return column{
		values: p.texts(name + ".values"), labels: p.texts(name + ".labels"), lists: p.texts(name + ".lists"),
		starts: listOf[uint32](p.section(name + ".starts")), codes: listOf[uint32](p.section(name + ".codes")),
	}
}

// of is the codes of a document.
func (c column) of(doc uint32) []uint32 { return c.codes[c.starts[doc]:c.starts[doc+1]] }

// any is the documents that have one of the values.
func (c column) any(docCount int, values []string) *roaring.Bitmap {
	var lists [][]byte
	for _, value := range values {
		if code, ok := c.values.find(value); ok {
			lists = append(lists, c.lists.at(code))
		}
	}
	if len(lists) == 1 {
		return readList(lists[0])
	}
	return union(docCount, lists)
}

// matching is the documents that have a value which the test accepts.
func (c column) matching(docCount int, test func(value []byte) bool) *roaring.Bitmap {
	var lists [][]byte
	for code := range c.values.len() {
		if test(c.values.at(code)) {
			lists = append(lists, c.lists.at(code))
		}
	}
	return union(docCount, lists)
}

// tally counts documents by value.
func (c column) tally(docs *roaring.Bitmap) tally {
	counts := make(tally, c.values.len())
	eachOf(docs, func(doc uint32) {
		for _, code := range c.of(doc) {
			counts[code]++
		}
	})
	return counts
}
