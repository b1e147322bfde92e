package warc

import (
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
)

// Type is a record's WARC-Type.
type Type string

// The types that this package writes. A reader also hands out others, such as
// conversion, untouched.
const (
	TypeInfo     Type = "warcinfo" // about the records that follow
	TypeRequest  Type = "request"
	TypeResponse Type = "response"
	TypeRevisit  Type = "revisit"  // the same as an earlier response
	TypeMetadata Type = "metadata" // about another record
	TypeResource Type = "resource" // a document that came without a protocol
)

// The two reasons for a revisit, as WARC-Profile names them (ISO 28500:2017, 6.7).
const (
	ProfileSamePayload = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
	ProfileNotModified = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
)

// MaxBlockBytes is the largest block that is written, and read unless told otherwise.
const MaxBlockBytes = 64 << 20

// maxHeaderBytes bounds what comes before a block.
const maxHeaderBytes = 64 << 10

// Field is one named field of a record or of an HTTP message.
type Field struct{ Name, Value string }

// Header is a list of named fields in their order. Names are compared without case.
type Header []Field

// Get is the value of the first field of that name, "" if there is none.
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Has reports whether there is a field of that name.
func (h Header) Has(name string) bool {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}

// Record is one record as read. Its block and, for the encodings and algorithms that the
// package knows, its digests have been checked.
type Record struct {
	Version string // "WARC/1.1"
	Header  Header // all named fields, as they stand in the record
	Block   []byte

	Offset int64 // where the record starts in its object
	Length int64 // bytes it takes there: its gzip member, or its text with the blank lines

	date time.Time
}

// Type is the record's type.
func (r *Record) Type() Type { return Type(r.Header.Get("WARC-Type")) }

// ID is the record's own URI, as "urn:uuid:…", without brackets.
func (r *Record) ID() string { return unbracket(r.Header.Get("WARC-Record-ID")) }

// TargetURI is what the record is about, "" if it does not say. Brackets, which some
// programs put around it, are taken off.
func (r *Record) TargetURI() string { return unbracket(r.Header.Get("WARC-Target-URI")) }

// Date is the moment of capture, in UTC.
func (r *Record) Date() time.Time { return r.date }

// PayloadDigest is the record's claim about its payload, as "sha256:…", "" without one.
// On a revisit it is the digest of the payload that is not repeated.
func (r *Record) PayloadDigest() string { return r.Header.Get("WARC-Payload-Digest") }

// RefersTo is the earlier record that a revisit or metadata record points at; zero
// fields are those it does not name. It is errs.Corrupt if a number or time in it is
// none.
func (r *Record) RefersTo() (Reference, error) {
	ref := Reference{
		ID:            unbracket(r.Header.Get("WARC-Refers-To")),
		TargetURI:     unbracket(r.Header.Get("WARC-Refers-To-Target-URI")),
		PayloadDigest: r.PayloadDigest(),
		Object:        r.Header.Get(fieldRefersToFilename),
	}
	var err error
	if ref.TargetURI == "" && r.Type() == TypeRevisit {
		ref.TargetURI = r.TargetURI()
	}
	if v := r.Header.Get("WARC-Refers-To-Date"); v != "" {
		if ref.Date, err = parseDate(v); err != nil {
			return Reference{}, errs.New(errs.Corrupt, "record at offset %d: WARC-Refers-To-Date: %w", r.Offset, err)
		}
	}
	for name, into := range map[string]*int64{fieldRefersToOffset: &ref.Offset, fieldRefersToLength: &ref.Length} {
		if v := r.Header.Get(name); v != "" {
			if *into, err = parseCount(v); err != nil {
				return Reference{}, errs.New(errs.Corrupt, "record at offset %d: %s: %w", r.Offset, name, err)
			}
		}
	}
	return ref, nil
}

// Reference names an earlier record: by its id, and by where it lies so that it can be
// read at once.
type Reference struct {
	ID            string    // "urn:uuid:…"; "" = not said, which a revisit with Object does not need
	TargetURI     string    // what that record is about; in a revisit "" = the same as the revisit
	Date          time.Time // that record's moment of capture, UTC
	PayloadDigest string    // of that record's payload, as Digest gives it
	Object        string    // key of the object it lies in; "" = not said
	Offset        int64     // bytes; meaningless without Object
	Length        int64     // bytes; 0 = not said
}

// Names of the fields that say where a referred record lies. They stand beside
// the standard, which has no field for it.
const (
	fieldRefersToFilename = "WARC-Refers-To-Filename"
	fieldRefersToOffset   = "WARC-Refers-To-File-Offset"
	fieldRefersToLength   = "WARC-Refers-To-File-Length"
)

func unbracket(s string) string {
	if len(s) >= 2 && s[0] == '<' && s[len(s)-1] == '>' {
		return s[1 : len(s)-1]
	}
	return s
}
