package search

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// termBuilder gathers which words stand in which documents.
type termBuilder struct {
	ids   map[string]uint32
	names []string
	last  []uint32 // by term and field: one more than the document it was last met in
	met   []uint32 // terms and fields, document after document
	ends  []int    // of each document in met
}

func newTermBuilder() termBuilder { return termBuilder{ids: map[string]uint32{}} }

func (t *termBuilder) add(d Document) {
	p := &d.Posting
	t.addText(fieldTitle, p.Title)
	for _, text := range [][]string{{p.Company, p.Region, p.District, p.LocationRaw, p.Industry}, p.Techs, p.BoardTags} {
		for _, one := range text {
			t.addText(fieldFacts, one)
		}
	}
	for _, text := range []string{p.Duties, p.Requirements, p.Preferred, p.Benefits, p.Process, p.About} {
		t.addText(fieldBody, text)
	}
	t.ends = append(t.ends, len(t.met))
}

func (t *termBuilder) addText(field int, text string) {
	if text == "" {
		return
	}
	doc := uint32(len(t.ends)) + 1
	eachToken(strings.ToLower(text), func(token string) {
		id, ok := t.ids[token]
		if !ok {
			id = uint32(len(t.names))
			token = strings.Clone(token)
			t.ids[token] = id
			t.names = append(t.names, token)
			t.last = append(t.last, make([]uint32, fieldCount)...)
		}
		key := id*fieldCount + uint32(field)
		if t.last[key] != doc {
			t.last[key] = doc
			t.met = append(t.met, key)
		}
	})
}

// write writes the terms in order, the documents of each by field, and which terms hold each
// gram.
func (t *termBuilder) write(w *writer, order []uint32) {
	sorted := make([]uint32, len(t.names))
	for i := range sorted {
		sorted[i] = uint32(i)
	}
	slices.SortFunc(sorted, func(x, y uint32) int { return strings.Compare(t.names[x], t.names[y]) })
	w.texts("terms.names", len(sorted), func(b []byte, i int) []byte { return append(b, t.names[sorted[i]]...) })
	docs, starts := t.docs(order)
	w.texts("terms.lists", len(sorted)*fieldCount, func(b []byte, i int) []byte {
		key := sorted[i/fieldCount]*fieldCount + uint32(i%fieldCount)
		if list := docs[starts[key]:starts[key+1]]; len(list) > 0 {
			b = appendList(b, list)
		}
		return b
	})
	holders := map[string][]uint32{}
	for i, id := range sorted {
		name := t.names[id]
		if !isSyllabic(name) {
			continue
		}
		eachGram(name, func(gram string) {
			if list := holders[gram]; len(list) == 0 || list[len(list)-1] != uint32(i) {
				holders[gram] = append(list, uint32(i))
			}
		})
	}
	all := make([]string, 0, len(holders))
	for gram := range holders {
		all = append(all, gram)
	}
	slices.Sort(all)
	w.texts("grams.names", len(all), func(b []byte, i int) []byte { return append(b, all[i]...) })
	w.texts("grams.lists", len(all), func(b []byte, i int) []byte { return appendList(b, holders[all[i]]) })
}

// docs is the documents of each term and field, one after the other, and where each begins.
func (t *termBuilder) docs(order []uint32) (docs, starts []uint32) {
	starts = make([]uint32, len(t.last)+1)
	for _, key := range t.met {
		starts[key+1]++
	}
	for i := range len(t.last) {
		starts[i+1] += starts[i]
	}
	next := slices.Clone(starts)
	docs = make([]uint32, len(t.met))
	for doc, added := range order {
		from := 0
		if added > 0 {
			from = t.ends[added-1]
		}
		for _, key := range t.met[from:t.ends[added]] {
			docs[next[key]] = uint32(doc)
			next[key]++
		}
	}
	return docs, starts
}

// terms are the words of a part.
type terms struct {
	names, lists         texts
	gramNames, gramLists texts
}

// fields is the documents in which something stands, by field.
type fields [fieldCount]*roaring.Bitmap

// How a token is looked for.
const (
	wholeToken = iota // as it stands
	partToken         // inside of words where these are not set apart by spaces, else at their beginning
)

// find is the documents that hold a token, in memory of their own.
func (t terms) find(docCount int, token string, how int) fields {
	var ids []int
	add := func(id int) { ids = append(ids, id) }
	switch {
	case how == partToken && isSyllabic(token):
		t.eachHolding(token, add)
	case how == partToken && len(token) > 1:
		for i, _ := t.names.find(token); i < t.names.len() && strings.HasPrefix(string(t.names.at(i)), token); i++ {
			add(i)
		}
	default:
		if i, ok := t.names.find(token); ok {
			add(i)
		}
	}
	var found fields
	lists := make([][]byte, len(ids))
	for f := range found {
		for i, id := range ids {
			lists[i] = t.lists.at(id*fieldCount + f)
		}
		found[f] = union(docCount, lists)
	}
	return found
}

// eachHolding yields the terms that hold a text, which its grams narrow down.
func (t terms) eachHolding(part string, yield func(id int)) {
	var holders *roaring.Bitmap
	for _, gram := range grams(part) {
		i, ok := t.gramNames.find(gram)
		if !ok {
			return
		}
		list := readList(t.gramLists.at(i))
		if holders == nil {
			holders = list
		} else {
			holders = roaring.And(holders, list)
		}
	}
	if holders == nil {
		return
	}
	for it := holders.Iterator(); it.HasNext(); {
		if id := int(it.Next()); strings.Contains(string(t.names.at(id)), part) {
			yield(id)
		}
	}
}
