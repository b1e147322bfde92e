package warc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// Fields of records that were rewritten, beside the standard.
const (
	fieldRewritten     = "TMI-Rewritten"      // why
	fieldRewrittenFrom = "TMI-Rewritten-From" // digest of the payload as it was received
)

// Rewritten is a segment after [Rewrite].
type Rewritten struct {
	Records int    // that were replaced
	SHA256  string // of the object, in hex
}

// Rewrite replaces records of a segment and leaves the others where they are: a replaced
// record is one gzip member of the length that it had, so that all offsets stand. The edit
// sees each record and gives what takes its place, nil for nothing. The object is replaced
// at once or not at all, and left alone where no record is replaced; repeating it is safe.
// It is errs.Invalid for an edit that is larger than what it replaces and for a segment
// that is not compressed, errs.Corrupt for one whose records cannot be told apart. The
// segment is held in memory.
func Rewrite(ctx context.Context, store objects.Store, key string, edit func(*Record) (*Draft, error)) (done Rewritten, err error) {
	old, err := objects.ReadAll(ctx, store, key)
	if err != nil {
		return done, fmt.Errorf("rewrite %s: %w", key, err)
	}
	data := slices.Clone(old)
	// A record with a wrong digest is rewritten like any other: it may hold what must go.
	for record, err := range NewReader(key, bytes.NewReader(old), ReadOptions{SkipDigests: true}).Records() {
		if err != nil {
			return done, err
		}
		draft, err := edit(record)
		if err != nil {
			return done, fmt.Errorf("rewrite %s: record at offset %d: %w", key, record.Offset, err)
		}
		if draft == nil {
			continue
		}
		member, err := draft.member(record.Length)
		if err != nil {
			return done, fmt.Errorf("rewrite %s: record at offset %d: %w", key, record.Offset, err)
		}
		copy(data[record.Offset:], member)
		done.Records++
	}
	sum := sha256.Sum256(data)
	done.SHA256 = hex.EncodeToString(sum[:])
	if done.Records == 0 {
		return done, nil
	}
	if _, err := objects.WriteAll(ctx, store, key, data); err != nil {
		return done, fmt.Errorf("rewrite %s: %w", key, err)
	}
	return done, nil
}

// WithBody is the response record with another body, which says why and what digest the
// body had that was received.
func (r *Record) WithBody(body []byte, why string) (*Draft, error) {
	if r.Type() != TypeResponse {
		return nil, errs.New(errs.Invalid, "a %s record has no body to replace, expected a response", r.Type())
	}
	m, err := r.HTTP()
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	for _, f := range m.Header {
		header.Add(f.Name, f.Value)
	}
	header.Del("Content-Length")
	d := Response(r.TargetURI(), r.Date(), m.StatusCode(), header, body)
	// Digests do not compress and would take the room that the new body saves; the gzip
	// checksum guards the record.
	d.ID, d.isBare = r.ID(), true
	from := r.PayloadDigest()
	for _, f := range r.Header {
		switch {
		case strings.EqualFold(f.Name, fieldRewrittenFrom):
			from = f.Value // rewritten before: the first digest is what captures know
		case !written[strings.ToLower(f.Name)] && !strings.EqualFold(f.Name, fieldRewritten):
			d.Fields = append(d.Fields, f)
		}
	}
	d.Fields = append(d.Fields, Field{fieldRewritten, why}, Field{fieldRewrittenFrom, from})
	return &d, nil
}

// Removed is what stands in the place of a record that was taken out: nothing of it but
// its id and date.
func (r *Record) Removed(why string) *Draft {
	d := Metadata("", r.Date(), "", nil)
	d.ID, d.isBare, d.Fields = r.ID(), true, Header{{fieldRewritten, why}}
	return &d
}

// IsRemoved says that the record is what [Record.Removed] left.
func (r *Record) IsRemoved() bool { return r.Type() == TypeMetadata && r.Header.Has(fieldRewritten) }

// HadDigest says whether the record's payload has this digest, or had it before it was
// rewritten.
func (r *Record) HadDigest(digest string) bool {
	return digest == r.PayloadDigest() || digest == r.Header.Get(fieldRewrittenFrom)
}

// Fits says whether the draft can take the place of a record of this length.
func (d Draft) Fits(length int64) bool {
	_, err := d.member(length)
	return err == nil
}

// member is the draft as one gzip member of exactly length bytes.
func (d Draft) member(length int64) ([]byte, error) {
	e := encoders.Get().(*encoder)
	defer e.release()
	rec, err := e.encode(d, Options{}.withDefaults())
	if err != nil {
		return nil, err
	}
	if rec.Length > length { // the default level is what raw was written with
		small := encoder{}
		if small.zip, err = gzip.NewWriterLevel(nil, gzip.BestCompression); err != nil {
			return nil, errs.Wrap(errs.Internal, err)
		}
		d.ID = rec.ID
		if _, err = small.encode(d, Options{}.withDefaults()); err != nil {
			return nil, err
		}
		return padded(small.out.Bytes(), length)
	}
	return padded(e.out.Bytes(), length)
}

const (
	gzipHeaderBytes = 10
	gzipComment     = 0x10 // flag: a comment that ends with a zero byte follows the header
	emptyBlockBytes = 5
)

// emptyBlock is a stored block of no bytes (RFC 1951, 3.2.4).
var emptyBlock = []byte{0, 0, 0, 0xff, 0xff}

// padded makes a gzip member longer without changing what it holds: by empty blocks before
// its own, and a comment for what is less than a block.
func padded(member []byte, length int64) ([]byte, error) {
	room := length - int64(len(member))
	if room < 0 {
		return nil, errs.New(errs.Invalid, "the new record takes %d bytes, the old one had %d", len(member), length)
	}
	if len(member) < gzipHeaderBytes || member[3] != 0 {
		return nil, errs.New(errs.Internal, "a gzip member with flags %x, expected none", member[3])
	}
	out := make([]byte, 0, length)
	out = append(out, member[:gzipHeaderBytes]...)
	if comment := room % emptyBlockBytes; comment > 0 {
		out[3] = gzipComment
		out = append(out, bytes.Repeat([]byte{' '}, int(comment)-1)...)
		out = append(out, 0)
	}
	out = append(out, bytes.Repeat(emptyBlock, int(room/emptyBlockBytes))...)
	return append(out, member[gzipHeaderBytes:]...), nil
}
