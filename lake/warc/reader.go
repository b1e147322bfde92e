package warc

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"

	"github.com/klauspost/compress/gzip"

	"github.com/techmapit/tmi/internal/errs"
)

// ReadOptions are the settings of reading.
type ReadOptions struct {
	MaxBlockBytes int64 // larger blocks are errs.Corrupt; 0 = [MaxBlockBytes]
	SkipDigests   bool  // hand out records whatever their digests say
}

// Reader goes through an object record by record, compressed or not. It holds one record
// in memory. Not for use by several goroutines.
type Reader struct {
	name string
	opts ReadOptions
	src  *source
	base int64 // where in the object src starts
}

// NewReader reads the object from r, which stands at its start. The name, the object's
// key as a rule, is for error messages.
func NewReader(name string, r io.Reader, opts ReadOptions) *Reader {
	if opts.MaxBlockBytes == 0 {
		opts.MaxBlockBytes = MaxBlockBytes
	}
	src := &source{in: bufio.NewReaderSize(nil, bufferBytes), text: bufio.NewReaderSize(nil, bufferBytes)}
	src.reset(r)
	return &Reader{name: name, opts: opts, src: src}
}

// Records yields the records in their order; it can be ranged over once.
//
// What is broken is errs.Corrupt and names the record's offset and what was expected. A
// record whose digest does not fit is yielded as an error and the next one follows; after
// any other error the records' borders are lost and the sequence ends. Errors of the
// underlying reader keep their kind.
func (r *Reader) Records() iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		for {
			rec, err := r.next()
			if err == io.EOF { //nolint:errorlint // the bare value means a clean end
				return
			}
			if !yield(rec, err) || (err != nil && !errors.Is(err, errDigest)) {
				return
			}
		}
	}
}

// At reads the record that begins at an offset of the object, which lies where the reader
// stands or behind it; what is between is passed over without being unpacked. Errors are
// those of [Reader.Records].
func (r *Reader) At(offset int64) (*Record, error) {
	between := offset - r.base - r.src.offset()
	if between < 0 {
		return nil, errs.New(errs.Invalid, "read warc %s: record at offset %d: the reader is %d bytes behind it", r.name, offset, -between)
	}
	for between > 0 {
		n, err := r.src.in.Discard(int(min(between, 1<<30)))
		if err != nil {
			return nil, r.wrap(offset, err)
		}
		between -= int64(n)
	}
	rec, err := r.next()
	if err == io.EOF { //nolint:errorlint // the bare value means a clean end
		return nil, r.wrap(offset, errCut)
	}
	return rec, err
}

// errDigest marks a record that is whole but not what its digests say.
var errDigest = errors.New("wrong digest")

// next returns a bare io.EOF at the object's end.
func (r *Reader) next() (*Record, error) {
	start := r.base + r.src.offset()
	rec, err := r.src.record(r.opts.MaxBlockBytes)
	if err == io.EOF { //nolint:errorlint // the bare value means a clean end
		return nil, io.EOF
	}
	if err == nil {
		rec.Offset, rec.Length = start, r.base+r.src.offset()-start
		if !r.opts.SkipDigests {
			if wrong := rec.checkDigests(); wrong != nil {
				err = fmt.Errorf("%s record %s: %w%w", rec.Type(), rec.ID(), wrong, quiet{errDigest})
			}
		}
	}
	if err != nil {
		return nil, r.wrap(start, err)
	}
	return rec, nil
}

// wrap names object and offset. What is not known to come from a failing store is the
// bytes' own fault.
func (r *Reader) wrap(offset int64, err error) error {
	var foreign *sourceError
	if errors.As(err, &foreign) {
		return fmt.Errorf("read warc %s: record at offset %d: %w", r.name, offset, foreign.error)
	}
	// An end inside a record must not pass for the end of the object further up.
	if isEOF(err) {
		err = errCut
	}
	return errs.New(errs.Corrupt, "read warc %s: record at offset %d: %w", r.name, offset, err)
}

// quiet is an error that can be asked for but adds no text.
type quiet struct{ error }

func (quiet) Error() string   { return "" }
func (q quiet) Unwrap() error { return q.error }

const bufferBytes = 32 << 10

// source takes records from a stream and knows its place in it.
type source struct {
	count countingReader
	in    *bufio.Reader // the object's bytes; also what the decompressor reads, byte by byte, so it takes no more than a member
	zip   *gzip.Reader
	text  *bufio.Reader // a member's bytes
}

func (s *source) reset(r io.Reader) {
	s.count = countingReader{r: r}
	s.in.Reset(&s.count)
}

func (s *source) offset() int64 { return s.count.n - int64(s.in.Buffered()) }

// record reads one; io.EOF, bare, at a clean end.
func (s *source) record(maxBlock int64) (*Record, error) {
	magic, err := s.in.Peek(2)
	if len(magic) == 0 && err == io.EOF { //nolint:errorlint // the bare value means a clean end
		return nil, io.EOF
	}
	if err != nil && !isEOF(err) {
		return nil, err
	}
	if len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b {
		return parseRecord(s.in, maxBlock)
	}
	if s.zip == nil {
		s.zip = new(gzip.Reader)
	}
	if err := s.zip.Reset(s.in); err != nil {
		return nil, fmt.Errorf("gzip header: %w", cutOr(err))
	}
	s.zip.Multistream(false)
	s.text.Reset(s.zip)
	rec, err := parseRecord(s.text, maxBlock)
	if err == io.EOF { //nolint:errorlint // as above
		return nil, errors.New("the gzip member is empty, expected a record")
	}
	if err != nil {
		return nil, err
	}
	switch _, err := s.text.ReadByte(); {
	case err == nil:
		return nil, errors.New("the gzip member goes on after the record, expected one member for each record: the file was compressed as a whole and must be recompressed record by record")
	case !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("gzip member: %w", cutOr(err))
	}
	return rec, nil
}

func cutOr(err error) error {
	if isEOF(err) {
		return errCut
	}
	return err
}

// sourceError marks what the underlying reader said, as against what its bytes are.
type sourceError struct{ error }

func (e *sourceError) Unwrap() error { return e.error }

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		err = &sourceError{err}
	}
	return n, err
}

// sources are kept for the next single record to be read: their buffers are larger than
// most records.
var sources = sync.Pool{New: func() any {
	return &source{in: bufio.NewReaderSize(nil, bufferBytes), text: bufio.NewReaderSize(nil, bufferBytes)}
}}
