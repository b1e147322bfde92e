package search

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// Slice is a part of an index without the documents that it no longer speaks for.
type Slice struct {
	Part    *Part
	Deleted []byte // set of document numbers, as [Deleted] makes it; empty = none
}

// Deleted packs the numbers of documents.
func Deleted(docs []uint32) []byte {
	if len(docs) == 0 {
		return nil
	}
	set := roaring.BitmapOf(docs...)
	set.RunOptimize()
	packed, err := set.ToBytes()
	if err != nil {
		panic(err) // it writes to memory
	}
	return packed
}

// IsLive tells the documents that a slice speaks for.
func (s Slice) IsLive() (func(doc uint32) bool, error) {
	set, err := s.deleted()
	if err != nil {
		return nil, err
	}
	return func(doc uint32) bool { return !set.Contains(doc) }, nil
}

func (s Slice) deleted() (*roaring.Bitmap, error) {
	set := roaring.New()
	if len(s.Deleted) == 0 {
		return set, nil
	}
	if _, err := set.ReadFrom(bytes.NewReader(s.Deleted)); err != nil {
		return nil, errs.New(errs.Corrupt, "index: the set of deleted documents: %w", err)
	}
	return set, nil
}

// Options narrow what an index shows.
type Options struct {
	// Hidden are ids of postings that are in no answer.
	Hidden []string
	// Unread are sources whose texts are no part of a search: their postings are found by
	// title and facts alone.
	Unread []string
}

// Index is some slices as one whole. Goroutines may share it.
type Index struct {
	views []*view
	size  int
	dicts map[string]func() dict
}

// view is a part as an index sees it.
type view struct {
	*Part
	alive    *roaring.Bitmap
	readable *roaring.Bitmap // documents whose texts are searched; nil = all
	unread   string          // names the sources whose texts are not
	frames   *keeper
}

// Open makes an index of slices, which it owns from then on, error or not. A posting must
// be live in one of them at most.
func Open(slices []Slice, o Options) (ix *Index, err error) {
	ix = &Index{dicts: map[string]func() dict{}}
	for _, s := range slices {
		ix.views = append(ix.views, &view{Part: s.Part, unread: strings.Join(o.Unread, " "), frames: newKeeper(framesBytes)})
	}
	for i, v := range ix.views {
		deleted, err := slices[i].deleted()
		if err != nil {
			return nil, errors.Join(err, ix.Close())
		}
		v.alive = v.all()
		v.alive.AndNot(deleted)
		for _, id := range o.Hidden {
			if doc, ok := v.Find(id); ok {
				v.alive.Remove(doc)
			}
		}
		if len(o.Unread) > 0 {
			v.readable = v.all()
			v.readable.AndNot(v.columns[colSource].any(v.Len(), o.Unread))
		}
	}
	for _, v := range ix.views {
		ix.size += int(v.alive.GetCardinality())
	}
	for _, name := range columnNames {
		ix.dicts[name] = sync.OnceValue(func() dict { return ix.dictOf(name) })
	}
	return ix, nil
}

// Close gives the files back. Nothing that was found may be in use.
func (ix *Index) Close() error {
	var failed []error
	for _, v := range ix.views {
		failed = append(failed, v.Part.Close())
	}
	return errors.Join(failed...)
}

// Part is the part of the index that lies at path, open once more: whoever takes it closes
// it. Two indexes that share their parts share the memory, and what was worked out lately.
func (ix *Index) Part(path string) (*Part, bool) {
	for _, v := range ix.views {
		if v.path == path {
			v.uses.Add(1)
			return v.Part, true
		}
	}
	return nil, false
}

// Warm counts beforehand what a filter finds, where it is one that nearly all questions
// share: by status, country, being IT, always open, and copies. It does that once.
func (ix *Index) Warm(f Filter) {
	for _, v := range ix.views {
		for _, count := range v.frame(&f).tallies {
			count()
		}
	}
	for _, name := range Facets {
		ix.dicts[name]()
	}
}

// Trim gives back the memory in which the files are shown. They stay open: what is asked for
// is shown again, from the system's cache for as long as that has it. Done now and then it
// keeps a server that is asked for everything from holding all of its index.
func (ix *Index) Trim() {
	for _, v := range ix.views {
		unmapPages(v.data)
	}
}

// Len is how many postings the index shows.
func (ix *Index) Len() int { return ix.size }

// dict numbers the values of a column over all parts.
type dict struct {
	values, labels []string
	codes          [][]uint32 // by view and code of its part
}

func (ix *Index) dictOf(name string) dict {
	d := dict{codes: make([][]uint32, len(ix.views))}
	numbers := map[string]uint32{}
	for i, v := range ix.views {
		c := v.columns[name]
		d.codes[i] = make([]uint32, c.values.len())
		for code := range d.codes[i] {
			value := string(c.values.at(code))
			n, ok := numbers[value]
			if !ok {
				n = uint32(len(d.values))
				numbers[value] = n
				d.values, d.labels = append(d.values, value), append(d.labels, "")
			}
			d.codes[i][code] = n
			d.labels[n] = max(d.labels[n], string(c.labels.at(code)))
		}
	}
	return d
}

// live finds a posting that the index shows.
func (ix *Index) live(id string) (*view, uint32, bool) {
	for _, v := range ix.views {
		if doc, ok := v.Find(id); ok && v.alive.Contains(doc) {
			return v, doc, true
		}
	}
	return nil, 0, false
}

// ByID reads all that is known of a posting; errs.NotFound where the index does not show it.
func (ix *Index) ByID(id string) (Document, error) {
	v, doc, ok := ix.live(id)
	if !ok {
		return Document{}, errs.New(errs.NotFound, "the index has no posting %s", id)
	}
	return v.Document(doc)
}

// Cluster lists the other postings of a posting's cluster, its face first, then by source
// and id.
func (ix *Index) Cluster(p schemas.GoldPosting) ([]schemas.GoldPosting, error) {
	face := p.DuplicateOf
	if face == "" {
		face = p.PostingID
	}
	var others []schemas.GoldPosting
	take := func(v *view, doc uint32) error {
		row, err := v.row(doc)
		if err == nil {
			others = append(others, row)
		}
		return err
	}
	isFaceKnown := p.PostingID == face
	for _, v := range ix.views {
		for _, doc := range v.cluster(idOf(face)) {
			id := hex.EncodeToString(v.id(doc))
			if id == p.PostingID || !v.alive.Contains(doc) {
				continue
			}
			isFaceKnown = isFaceKnown || id == face
			if err := take(v, doc); err != nil {
				return nil, err
			}
		}
	}
	if v, doc, ok := ix.live(face); ok && !isFaceKnown {
		if err := take(v, doc); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(others, func(a, b schemas.GoldPosting) int {
		return cmp.Or(isCopy(a)-isCopy(b), strings.Compare(a.Source, b.Source), strings.Compare(a.PostingID, b.PostingID))
	})
	return others, nil
}

func isCopy(p schemas.GoldPosting) int {
	if p.DuplicateOf != "" {
		return 1
	}
	return 0
}
