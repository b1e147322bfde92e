package search

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/techmapit/tmi/schemas"
)

// MaxDocs is how many documents a part should hold at most. It keeps what building one
// takes at some hundred megabytes.
const MaxDocs = 1 << 17

// Event is something that happened to a posting.
type Event struct {
	Event   string
	EventAt time.Time
	Reason  string
}

// Document is all that the index knows of a posting.
type Document struct {
	Posting schemas.GoldPosting
	Techs   []schemas.GoldPostingTech // in the order in which they are to be read
	Events  []Event
	Hash    uint64 // changes with anything of the above; 0 is a value like others
}

// rowColumns are the columns of gold.postings that a list shows.
var rowColumns = []string{
	"posting_id", "source", "is_it", "country", "url", "title", "company_id", "company", "roles", "seniority", "experience_min_years", "experience_max_years",
	"employment", "remote", "region", "district", "salary_min_krw", "salary_max_krw", "techs", "status", "closed_reason", "posted_at", "closes_at",
	"is_always_open", "closed_at", "first_seen_at", "duplicate_of", "cluster_size",
}

var (
	rowCodec     = newCodec[schemas.GoldPosting](rowColumns...)
	postingCodec = newCodec[schemas.GoldPosting]()
	techCodec    = newCodec[schemas.GoldPostingTech]()
	eventCodec   = newCodec[Event]()
	// shape changes with the rows' columns and with how a part is written (the first text).
	shape = shapeOf("2", rowCodec.shape, postingCodec.shape, techCodec.shape, eventCodec.shape)
)

// Shape names the form of the parts that this program writes; it reads no other.
func Shape() uint32 { return shape }

// Fields of a document in which words stand.
const (
	fieldTitle = iota
	fieldFacts
	fieldBody
	fieldCount
)

const (
	noEnd    = 9_000_000_000_000_000_000 // place of a posting without an end in an order by end
	noYears  = -1
	anyYears = 99
)

// Builder gathers the documents of one part. It is for one goroutine.
type Builder struct {
	w       *writer
	zstd    *zstd.Encoder
	buffer  []byte
	rows    []byte
	ids     [][16]byte
	faces   [][16]byte // of the cluster that a document is in; zero for one that stands alone
	hashes  []uint64
	places  []int64 // of row, row's end and detail's end, three a document
	posted  []int64
	closes  []int64
	salary  []int64
	upTo    []int8 // years: the end of the span asked for
	from    []int8
	columns map[string]*columnBuilder
	terms   termBuilder
}

// NewBuilder begins a part in a new file at path.
func NewBuilder(path string) (*Builder, error) {
	w, err := newWriter(path)
	if err != nil {
		return nil, err
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	b := &Builder{w: w, zstd: encoder, columns: map[string]*columnBuilder{}, terms: newTermBuilder()}
	for _, name := range columnNames {
		b.columns[name] = newColumnBuilder()
	}
	return b, nil
}

// Len is how many documents were added.
func (b *Builder) Len() int { return len(b.ids) }

// Add takes a document; a posting must not be added twice.
func (b *Builder) Add(d Document) {
	p := &d.Posting
	b.ids = append(b.ids, idOf(p.PostingID))
	var face [16]byte
	if p.DuplicateOf != "" {
		face = idOf(p.DuplicateOf)
	} else if p.ClusterSize > 1 {
		face = idOf(p.PostingID)
	}
	b.faces = append(b.faces, face)
	b.hashes = append(b.hashes, d.Hash)
	b.posted = append(b.posted, firstTime(p.PostedAt, p.FirstSeenAt).UnixMicro())
	closes := int64(noEnd)
	if !p.ClosesAt.IsZero() {
		closes = p.ClosesAt.UnixMicro()
	}
	b.closes = append(b.closes, closes)
	b.salary = append(b.salary, max(orLess(p.SalaryMinKRW), orLess(p.SalaryMaxKRW)))
	from, upTo := int8(math.MaxInt8), int8(noYears)
	if p.ExperienceMinYears != nil || p.ExperienceMaxYears != nil {
		from, upTo = years(p.ExperienceMinYears, 0), years(p.ExperienceMaxYears, anyYears)
	}
	b.from, b.upTo = append(b.from, from), append(b.upTo, upTo)
	b.addColumns(d)
	b.terms.add(d)
	b.addRow(d)
}

func firstTime(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

func orLess(n *int64) int64 {
	if n == nil {
		return -1
	}
	return *n
}

func years(n *int32, otherwise int8) int8 {
	if n == nil {
		return otherwise
	}
	return int8(min(*n, anyYears))
}

func (b *Builder) addColumns(d Document) {
	p := &d.Posting
	b.columns[colSource].add(p.Source)
	b.columns[colStatus].add(p.Status)
	b.columns[colCountry].add(p.Country)
	b.columns[colRole].add(p.Roles...)
	b.columns[colEmployment].add(p.Employment)
	b.columns[colRemote].add(p.Remote)
	b.columns[colSeniority].add(p.Seniority)
	b.columns[colRegion].add(p.Region)
	b.columns[colCompany].add(p.Company)
	b.columns[colCompanyID].add(p.CompanyID)
	b.columns[colPlace].add(strings.ToLower(spaced(p.Region, p.District, p.LocationRaw)))
	techs := make([]string, 0, len(d.Techs))
	for _, t := range d.Techs {
		techs = append(techs, t.TechID)
		label := t.Tech + "\x00" + t.Category
		b.columns[colTech].labels[t.TechID] = max(label, b.columns[colTech].labels[t.TechID])
	}
	b.columns[colTech].add(techs...)
	marks := make([]string, 0, 3)
	if p.IsIT {
		marks = append(marks, markIT)
	}
	if p.DuplicateOf == "" {
		marks = append(marks, markFace)
	}
	if p.IsAlwaysOpen {
		marks = append(marks, markAlwaysOpen)
	}
	b.columns[colMark].add(marks...)
}

// spaced joins the texts that are there.
func spaced(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), " ")
}

// addRow writes what lists show, and packed what one posting's page shows, in the order in
// which documents come: few of either are read for one question.
func (b *Builder) addRow(d Document) {
	b.rows = rowCodec.append(b.rows[:0], &d.Posting)
	begin := b.w.at
	b.w.write(b.rows)
	b.rows = postingCodec.append(b.rows[:0], &d.Posting)
	b.rows = binary.AppendUvarint(b.rows, uint64(len(d.Techs)))
	for i := range d.Techs {
		b.rows = techCodec.append(b.rows, &d.Techs[i])
	}
	b.rows = binary.AppendUvarint(b.rows, uint64(len(d.Events)))
	for i := range d.Events {
		b.rows = eventCodec.append(b.rows, &d.Events[i])
	}
	middle := b.w.at
	b.buffer = b.zstd.EncodeAll(b.rows, b.buffer[:0])
	b.w.write(b.buffer)
	b.places = append(b.places, begin, middle, b.w.at)
}

// Close writes the part and ends the file.
func (b *Builder) Close() error {
	order := make([]uint32, len(b.ids)) // document -> when it was added
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int {
		if c := cmp.Compare(b.posted[y], b.posted[x]); c != 0 {
			return c
		}
		return bytes.Compare(b.ids[x][:], b.ids[y][:])
	})
	w := b.w
	ids := make([]byte, 0, 16*len(order))
	places := make([]int64, 0, 3*len(order))
	for _, added := range order {
		ids = append(ids, b.ids[added][:]...)
		places = append(places, b.places[3*added:3*added+3]...)
	}
	w.section("ids", ids)
	w.section("places", bytesOf(places))
	w.section("hashes", bytesOf(ordered(b.hashes, order)))
	w.section("posted", bytesOf(ordered(b.posted, order)))
	w.section("closes", bytesOf(ordered(b.closes, order)))
	w.section("salary", bytesOf(ordered(b.salary, order)))
	w.section("years.from", bytesOf(ordered(b.from, order)))
	w.section("years.up_to", bytesOf(ordered(b.upTo, order)))
	byID := sortedDocs(len(order), nil, func(doc uint32) []byte { return ids[16*doc : 16*doc+16] })
	w.section("by_id", bytesOf(byID))
	faces := ordered(b.faces, order)
	clustered := sortedDocs(len(order), func(doc uint32) bool { return faces[doc] != [16]byte{} }, func(doc uint32) []byte { return faces[doc][:] })
	w.section("clustered", bytesOf(clustered))
	clusters := make([]byte, 0, 16*len(clustered))
	for _, doc := range clustered {
		clusters = append(clusters, faces[doc][:]...)
	}
	w.section("clusters", clusters)
	for _, name := range columnNames {
		b.columns[name].write(w, name, order)
	}
	b.terms.write(w, order)
	return w.close(shape, len(order))
}

// Discard ends the file without a part in it.
func (b *Builder) Discard() { _ = b.w.file.Close() } // nothing of it is wanted

func ordered[T any](list []T, order []uint32) []T {
	sorted := make([]T, len(order))
	for i, added := range order {
		sorted[i] = list[added]
	}
	return sorted
}

// sortedDocs is the documents that pass (nil: all), in order of a key.
func sortedDocs(count int, pass func(uint32) bool, key func(uint32) []byte) []uint32 {
	docs := make([]uint32, 0, count)
	for doc := range uint32(count) {
		if pass == nil || pass(doc) {
			docs = append(docs, doc)
		}
	}
	slices.SortFunc(docs, func(x, y uint32) int {
		if c := bytes.Compare(key(x), key(y)); c != 0 {
			return c
		}
		return cmp.Compare(x, y)
	})
	return docs
}
