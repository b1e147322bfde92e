package search

import (
	"bytes"
	"encoding/hex"
	"io"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/klauspost/compress/zstd"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// Part is one file of an index, open for reading. Goroutines may share it.
type Part struct {
	path     string
	uses     atomic.Int32
	data     []byte
	rows     io.ReaderAt // of the file: rows are read one by one, not mapped, since they are most of it
	giveBack func() error
	dir      directory

	ids      []byte
	byID     []uint32
	hashes   []uint64
	places   []int64
	posted   []int64
	closes   []int64
	salary   []int64
	from     []int8
	upTo     []int8
	clusters []byte
	inOrder  []uint32 // documents of clusters, as clusters has their faces
	columns  map[string]column
	terms    terms
	kept     *keeper
}

// OpenPart opens a part. It is errs.Corrupt for a file that is none or not whole, and
// errs.Invalid for one of another [Shape].
func OpenPart(path string) (*Part, error) {
	data, rows, giveBack, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	p := &Part{path: path, data: data, rows: rows, giveBack: giveBack, columns: map[string]column{}}
	p.uses.Store(1)
	if p.dir, err = readDirectory(data); err == nil {
		err = p.bind()
	}
	if err != nil {
		_ = giveBack() // the error that counts is the other
		return nil, errs.New(errs.Of(err), "open index part %s: %w", path, err)
	}
	p.kept = newKeeper(keptBytesPerDocument * p.Len())
	return p, nil
}

func (p *Part) bind() error {
	if p.dir.Shape != shape {
		return errs.New(errs.Invalid, "it was written by another version of the program")
	}
	p.ids = p.section("ids")
	p.byID = listOf[uint32](p.section("by_id"))
	p.hashes = listOf[uint64](p.section("hashes"))
	p.places = listOf[int64](p.section("places"))
	p.posted = listOf[int64](p.section("posted"))
	p.closes = listOf[int64](p.section("closes"))
	p.salary = listOf[int64](p.section("salary"))
	p.from = listOf[int8](p.section("years.from"))
	p.upTo = listOf[int8](p.section("years.up_to"))
	p.clusters = p.section("clusters")
	p.inOrder = listOf[uint32](p.section("clustered"))
	for _, name := range columnNames {
		p.columns[name] = p.openColumn(name)
	}
	p.terms = terms{names: p.texts("terms.names"), lists: p.texts("terms.lists"), gramNames: p.texts("grams.names"), gramLists: p.texts("grams.lists")}
	n := p.Len()
	for _, length := range []int{len(p.ids) / 16, len(p.byID), len(p.hashes), len(p.places) / 3, len(p.posted), len(p.closes), len(p.salary), len(p.from), len(p.upTo)} {
		if length != n {
			return errs.New(errs.Corrupt, "a section is of %d documents, the part of %d", length, n)
		}
	}
	return nil
}

// Close gives the file back, where the part is open for nobody else. Nothing that was read
// from the part may be in use.
func (p *Part) Close() error {
	if p.uses.Add(-1) > 0 {
		return nil
	}
	return p.giveBack()
}

// Len is how many documents the part has.
func (p *Part) Len() int { return p.dir.Docs }

func (p *Part) section(name string) []byte {
	s := p.dir.Sections[name]
	return p.data[s[0] : s[0]+s[1]]
}

func (p *Part) texts(name string) texts {
	return texts{starts: listOf[uint64](p.section(name + ".starts")), bytes: p.section(name + ".bytes")}
}

// idOf is an id's 16 bytes; zeros for what is no id.
func idOf(text string) (id [16]byte) {
	if len(text) != 32 {
		return id
	}
	if _, err := hex.Decode(id[:], []byte(text)); err != nil {
		return [16]byte{}
	}
	return id
}

func (p *Part) id(doc uint32) []byte { return p.ids[16*doc : 16*doc+16] }

// ID is a document's posting id.
func (p *Part) ID(doc uint32) string { return hex.EncodeToString(p.id(doc)) }

// Hash is what [Document] had.
func (p *Part) Hash(doc uint32) uint64 { return p.hashes[doc] }

// PostedUS is when a document was posted, in microseconds since 1970.
func (p *Part) PostedUS(doc uint32) int64 { return p.posted[doc] }

// Find is the document of a posting.
func (p *Part) Find(postingID string) (doc uint32, ok bool) {
	id := idOf(postingID)
	i := sort.Search(len(p.byID), func(i int) bool { return bytes.Compare(p.id(p.byID[i]), id[:]) >= 0 })
	if i == len(p.byID) || !bytes.Equal(p.id(p.byID[i]), id[:]) {
		return 0, false
	}
	return p.byID[i], true
}

// cluster is the documents of the cluster that has this face.
func (p *Part) cluster(face [16]byte) []uint32 {
	at := func(i int) []byte { return p.clusters[16*i : 16*i+16] }
	from := sort.Search(len(p.inOrder), func(i int) bool { return bytes.Compare(at(i), face[:]) >= 0 })
	to := from
	for to < len(p.inOrder) && bytes.Equal(at(to), face[:]) {
		to++
	}
	return p.inOrder[from:to]
}

func (p *Part) read(from, to int64) ([]byte, error) {
	if from < 0 || from > to || to > int64(len(p.data)) {
		return nil, errs.New(errs.Corrupt, "read index part %s: a row from %d to %d", p.path, from, to)
	}
	b := make([]byte, to-from)
	if _, err := p.rows.ReadAt(b, from); err != nil {
		return nil, errs.New(errs.Corrupt, "read index part %s: %w", p.path, err)
	}
	return b, nil
}

// row reads what a list shows of a document.
func (p *Part) row(doc uint32) (row schemas.GoldPosting, err error) {
	text, err := p.read(p.places[3*doc], p.places[3*doc+1])
	if err != nil {
		return row, err
	}
	in := &input{b: text}
	rowCodec.read(in, &row)
	if in.fail {
		return row, errs.New(errs.Corrupt, "row of posting %s in the index cannot be read", p.ID(doc))
	}
	return row, nil
}

var unpack = sync.OnceValue(func() *zstd.Decoder {
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		panic(err) // its options are ours
	}
	return decoder
})

// Document reads all that the part knows of a document.
func (p *Part) Document(doc uint32) (d Document, err error) {
	bad := func(err error) (Document, error) {
		return d, errs.New(errs.Corrupt, "posting %s in the index cannot be read: %v", p.ID(doc), err)
	}
	packed, err := p.read(p.places[3*doc+1], p.places[3*doc+2])
	if err != nil {
		return d, err
	}
	text, err := unpack().DecodeAll(packed, nil)
	if err != nil {
		return bad(err)
	}
	in := &input{b: text}
	postingCodec.read(in, &d.Posting)
	d.Techs = make([]schemas.GoldPostingTech, in.length())
	for i := range d.Techs {
		techCodec.read(in, &d.Techs[i])
	}
	d.Events = make([]Event, in.length())
	for i := range d.Events {
		eventCodec.read(in, &d.Events[i])
	}
	if in.fail {
		return bad(errs.New(errs.Corrupt, "it is cut off"))
	}
	d.Hash = p.hashes[doc]
	return d, nil
}

// all is every document.
func (p *Part) all() *roaring.Bitmap {
	all := roaring.New()
	all.AddRange(0, uint64(p.Len()))
	return all
}
