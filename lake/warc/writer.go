package warc

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/gzip"

	"github.com/techmapit/tmi/internal/errs"
)

// Options are the settings of a [Writer].
type Options struct {
	Now   func() time.Time // dates records that have none; nil = time.Now
	NewID func() string    // gives record ids as "urn:uuid:…"; nil = random UUIDs; called by many goroutines in a SegmentWriter
	Plain bool             // no compression: records stand as text
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewID == nil {
		o.NewID = func() string { return "urn:uuid:" + uuid.NewString() }
	}
	return o
}

// Written says where a record went and what it is called.
type Written struct {
	ID            string // "urn:uuid:…"
	PayloadDigest string // "" for a record without payload
	Offset        int64  // in the object
	Length        int64  // bytes that the record takes in the object
}

// Writer writes records to an io.Writer, each as one gzip member. It keeps one record in
// memory. Not for use by several goroutines.
type Writer struct {
	to     io.Writer
	opts   Options
	offset int64
	err    error
}

// NewWriter starts at offset 0 of w. There is nothing to close or flush.
func NewWriter(w io.Writer, opts Options) *Writer {
	return &Writer{to: w, opts: opts.withDefaults()}
}

// Write writes the record. It is errs.Invalid, with nothing written, for a draft that no
// reader could read back. After a failed write of the underlying writer the object is
// broken and every further call answers with that error.
func (w *Writer) Write(d Draft) (Written, error) {
	if w.err != nil {
		return Written{}, w.err
	}
	e := encoders.Get().(*encoder)
	defer e.release()
	done, err := e.encode(d, w.opts)
	if err != nil {
		return Written{}, err
	}
	done.Offset = w.offset
	n, err := w.to.Write(e.out.Bytes())
	w.offset += int64(n)
	if err != nil {
		w.err = fmt.Errorf("write %s record %s: %w", d.Type, d.TargetURI, err)
		return Written{}, w.err
	}
	return done, nil
}

// encoder turns one draft into bytes. It is kept for the next, with its buffers.
type encoder struct {
	out bytes.Buffer
	zip *gzip.Writer
}

// keepBytes is the largest buffer that waits for a next record.
const keepBytes = 1 << 20

var encoders = sync.Pool{New: func() any { return &encoder{zip: gzip.NewWriter(io.Discard)} }}

func (e *encoder) release() {
	if e.out.Cap() > keepBytes {
		e.out = bytes.Buffer{}
	}
	encoders.Put(e)
}

// encode leaves the record in e.out.
func (e *encoder) encode(d Draft, opts Options) (Written, error) {
	if d.ID == "" {
		d.ID = opts.NewID()
	}
	if d.Date.IsZero() {
		d.Date = opts.Now()
	}
	if err := d.check(); err != nil {
		return Written{}, errs.New(errs.Invalid, "write %s record %.200s: %w", d.Type, d.TargetURI, err)
	}
	if d.hasPayload && !d.isBare {
		d.PayloadDigest = Digest(d.Block[d.payloadAt:])
	}
	head := d.head()
	e.out.Reset()
	if opts.Plain {
		e.out.Write(head)
		e.out.Write(d.Block)
		e.out.WriteString("\r\n\r\n")
	} else {
		e.zip.Reset(&e.out)
		for _, part := range [][]byte{head, d.Block, []byte("\r\n\r\n")} {
			if _, err := e.zip.Write(part); err != nil {
				return Written{}, fmt.Errorf("compress %s record %s: %w", d.Type, d.TargetURI, err)
			}
		}
		if err := e.zip.Close(); err != nil {
			return Written{}, fmt.Errorf("compress %s record %s: %w", d.Type, d.TargetURI, err)
		}
	}
	return Written{ID: d.ID, PayloadDigest: d.PayloadDigest, Length: int64(e.out.Len())}, nil
}

// head is the record up to its block.
func (d Draft) head() []byte {
	var b bytes.Buffer
	b.WriteString("WARC/1.1\r\n")
	writeField(&b, Field{"WARC-Type", string(d.Type)})
	writeField(&b, Field{"WARC-Record-ID", "<" + d.ID + ">"})
	writeField(&b, Field{"WARC-Date", formatDate(d.Date)})
	if d.TargetURI != "" {
		writeField(&b, Field{"WARC-Target-URI", d.TargetURI})
	}
	for _, f := range d.Fields {
		writeField(&b, f)
	}
	if d.PayloadDigest != "" {
		writeField(&b, Field{"WARC-Payload-Digest", d.PayloadDigest})
	}
	// A revisit's block is a few header lines: the gzip checksum guards them, and a digest
	// would be an eighth of the record.
	if d.Type != TypeRevisit && !d.isBare {
		writeField(&b, Field{"WARC-Block-Digest", Digest(d.Block)})
	}
	if d.ContentType != "" {
		writeField(&b, Field{"Content-Type", d.ContentType})
	}
	writeField(&b, Field{"Content-Length", strconv.Itoa(len(d.Block))})
	b.WriteString("\r\n")
	return b.Bytes()
}

// written are the fields that the writer writes itself, in lower case.
var written = map[string]bool{
	"warc-type": true, "warc-record-id": true, "warc-date": true, "warc-target-uri": true, "warc-payload-digest": true,
	"warc-block-digest": true, "content-type": true, "content-length": true,
}

func (d Draft) check() error {
	switch d.Type {
	case TypeRequest, TypeResponse, TypeRevisit, TypeResource:
		if d.TargetURI == "" {
			return fmt.Errorf("the target URI is empty")
		}
	case TypeInfo, TypeMetadata:
	default:
		return fmt.Errorf("type %q is none that is written", d.Type)
	}
	if d.TargetURI != "" && hasSpace(d.TargetURI) {
		return fmt.Errorf("the target URI holds a space or control character")
	}
	if hasSpace(d.ID) || !strings.Contains(d.ID, ":") || strings.ContainsAny(d.ID, "<>") {
		return fmt.Errorf("record id %q is no URI", d.ID)
	}
	if y := d.Date.UTC().Year(); y < 0 || y > 9999 {
		return fmt.Errorf("date %v has no four-digit year", d.Date)
	}
	size := len(d.ContentType) + len(d.TargetURI) + len(d.ID)
	for _, f := range d.Fields {
		if !isToken(f.Name) || written[strings.ToLower(f.Name)] {
			return fmt.Errorf("field %q is no name, or one that is written anyway", f.Name)
		}
		if strings.ContainsAny(f.Value, "\r\n\x00") {
			return fmt.Errorf("field %s holds a line break", f.Name)
		}
		size += len(f.Name) + len(f.Value) + 4
	}
	if strings.ContainsAny(d.ContentType+d.PayloadDigest, "\r\n\x00") {
		return fmt.Errorf("the content type or payload digest holds a line break")
	}
	if size > maxHeaderBytes-2048 {
		return fmt.Errorf("the header is larger than %d bytes", maxHeaderBytes-2048)
	}
	if len(d.Block) > MaxBlockBytes {
		return fmt.Errorf("the block has %d bytes, expected at most %d", len(d.Block), MaxBlockBytes)
	}
	if d.hasPayload && d.payloadAt > len(d.Block) {
		return fmt.Errorf("the block was cut before its payload")
	}
	return nil
}

func hasSpace(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f })
}
