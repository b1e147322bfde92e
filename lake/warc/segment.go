package warc

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"syscall"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// What a segment holds at most: it keeps a million pages at about a thousand puts.
const (
	SegmentBytes   = 64 << 20
	SegmentRecords = 2000
)

// SegmentOptions are the settings of a [SegmentWriter].
type SegmentOptions struct {
	Options

	Prefix     string // where the segments go, as raw/source=hn/date=2026-01-31/run=…; required
	First      int    // number of the first segment, see [NextSegment]
	MaxBytes   int64  // 0 = SegmentBytes
	MaxRecords int    // the warcinfo record counts; 0 = SegmentRecords
	Info       Header // what the warcinfo record at each segment's head says: software, operator, …
	SpoolDir   string // where the open segment lies until it is closed; "" = the system's temporary folder
}

// Position is where a record lies: what [ReadAt] wants.
type Position struct {
	Key    string
	Offset int64
	Length int64

	ID            string // the record's, "urn:uuid:…"
	PayloadDigest string // as Digest gives it, "" for a record without payload
}

// Segment is a closed segment, as a run's manifest lists it.
type Segment struct {
	Key         string
	RecordCount int // the warcinfo record included
	SizeBytes   int64
	SHA256      string // of the object, in hex
}

// SegmentWriter packs records into numbered segment objects. The open segment lies in an
// unlinked file on local disk, and goes into the store whole, never over another object,
// when the next record would not fit, on Flush and on Close. A crash loses the open
// segment and leaves nothing behind.
//
// Many goroutines may append at once: records are compressed side by side and written
// one after the other. Memory is one record for each of them.
type SegmentWriter struct {
	store objects.Store
	opts  SegmentOptions

	mu     sync.Mutex
	number int      // of the open segment, or of the next one if none is open
	spool  *os.File // nil = no segment is open
	key    string
	size   int64
	count  int
	sum    hash.Hash
	done   []Segment
	closed bool
}

// NewSegmentWriter makes a writer that has not touched disk or store yet.
func NewSegmentWriter(store objects.Store, opts SegmentOptions) (*SegmentWriter, error) {
	opts.Options = opts.withDefaults()
	if opts.MaxBytes == 0 {
		opts.MaxBytes = SegmentBytes
	}
	if opts.MaxRecords == 0 {
		opts.MaxRecords = SegmentRecords
	}
	if opts.MaxRecords < 2 || opts.MaxBytes < 1 || opts.First < 0 {
		return nil, errs.New(errs.Invalid, "open segments %s: at most %d records and %d bytes from number %d, expected at least 2, 1 and 0", opts.Prefix, opts.MaxRecords, opts.MaxBytes, opts.First)
	}
	w := &SegmentWriter{store: store, opts: opts, number: opts.First}
	return w, objects.CheckKey(w.segmentKey())
}

// NextSegment is the number after the highest segment that the store has below prefix, 0
// if it has none: where a resumed run goes on.
func NextSegment(ctx context.Context, store objects.Store, prefix string) (int, error) {
	next := 0
	for info, err := range store.List(ctx, prefix+"/seg-") {
		if err != nil {
			return 0, fmt.Errorf("find the next segment of %s: %w", prefix, err)
		}
		if m := segmentName.FindStringSubmatch(path.Base(info.Key)); m != nil {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				return 0, errs.New(errs.Corrupt, "find the next segment of %s: number of %s: %w", prefix, info.Key, err)
			}
			next = max(next, n+1)
		}
	}
	return next, nil
}

var segmentName = regexp.MustCompile(`^seg-(\d+)\.warc(?:\.gz)?$`)

func (w *SegmentWriter) segmentKey() string {
	name := fmt.Sprintf("%s/seg-%05d.warc", w.opts.Prefix, w.number)
	if !w.opts.Plain {
		name += ".gz"
	}
	return name
}

// Append adds the record and says where it will lie; it is in the store once its segment
// is closed. It is errs.Invalid for a draft that cannot be written or does not fit a
// segment, errs.Unavailable if disk or store have no room or do not answer, errs.Conflict
// if somebody else wrote the full segment's key. After an error the record is not in, all
// earlier ones still are, and a next Append tries again what failed.
func (w *SegmentWriter) Append(ctx context.Context, d Draft) (Position, error) {
	e := encoders.Get().(*encoder)
	defer e.release()
	rec, err := e.encode(d, w.opts.Options)
	if err != nil {
		return Position{}, err
	}

	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return Position{}, errs.New(errs.Invalid, "append to segments %s: they are closed", w.opts.Prefix)
	}
	if w.spool != nil && (w.count+1 > w.opts.MaxRecords || w.size+rec.Length > w.opts.MaxBytes) {
		if err := w.closeSegment(ctx); err != nil {
			return Position{}, err
		}
	}
	if w.spool == nil {
		if err := w.openSegment(); err != nil {
			return Position{}, err
		}
	}
	if w.size+rec.Length > w.opts.MaxBytes {
		return Position{}, errs.New(errs.Invalid, "append %s record %.200s: %d bytes compressed do not fit a segment of %d", d.Type, d.TargetURI, rec.Length, w.opts.MaxBytes)
	}
	at := Position{Key: w.key, Offset: w.size, Length: rec.Length, ID: rec.ID, PayloadDigest: rec.PayloadDigest}
	if err := w.spoolBytes(e.out.Bytes()); err != nil {
		return Position{}, err
	}
	return at, nil
}

// openSegment starts a spool file with a warcinfo record in it.
func (w *SegmentWriter) openSegment() error {
	w.key = w.segmentKey()
	e := encoders.Get().(*encoder)
	defer e.release()
	info := Info(append(slices.Clone(w.opts.Info), Field{"format", "WARC File Format 1.1"}))
	info.Fields = Header{{"WARC-Filename", path.Base(w.key)}}
	rec, err := e.encode(info, w.opts.Options)
	if err != nil {
		return err
	}
	if rec.Length > w.opts.MaxBytes {
		return errs.New(errs.Invalid, "open segment %s: its warcinfo record has %d bytes, expected at most %d", w.key, rec.Length, w.opts.MaxBytes)
	}
	f, err := os.CreateTemp(w.opts.SpoolDir, "tmi-segment-*")
	if err != nil {
		return spoolError(w.key, rec.Length, err)
	}
	// The file lives as long as it is open and is gone with the process.
	if err := os.Remove(f.Name()); err != nil {
		return errors.Join(spoolError(w.key, rec.Length, err), f.Close())
	}
	w.spool, w.size, w.count, w.sum = f, 0, 0, sha256.New()
	if err := w.spoolBytes(e.out.Bytes()); err != nil {
		w.dropSpool()
		return err
	}
	return nil
}

// spoolBytes adds one whole record to the spool. What a failed write left is behind the
// size and is overwritten by the next.
func (w *SegmentWriter) spoolBytes(record []byte) error {
	if _, err := w.spool.WriteAt(record, w.size); err != nil {
		return errors.Join(spoolError(w.key, int64(len(record)), err), w.spool.Truncate(w.size))
	}
	w.sum.Write(record)
	w.size += int64(len(record))
	w.count++
	return nil
}

// closeSegment puts the open segment into the store. If that fails the segment stays open.
func (w *SegmentWriter) closeSegment(ctx context.Context) error {
	if _, err := w.store.PutIfAbsent(ctx, w.key, io.NewSectionReader(w.spool, 0, w.size)); err != nil {
		return fmt.Errorf("close segment %s with %d records: %w", w.key, w.count, err)
	}
	w.done = append(w.done, Segment{Key: w.key, RecordCount: w.count, SizeBytes: w.size, SHA256: hex.EncodeToString(w.sum.Sum(nil))})
	w.dropSpool()
	w.number++
	return nil
}

func (w *SegmentWriter) dropSpool() {
	_ = w.spool.Close() // unlinked already, and nothing in it is needed any more
	w.spool = nil
}

// Flush closes the open segment, if there is one. Records appended before are in the
// store when it returns without error.
func (w *SegmentWriter) Flush(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flush(ctx)
}

func (w *SegmentWriter) flush(ctx context.Context) error {
	if w.spool == nil {
		return nil
	}
	if w.count == 1 { // the warcinfo record alone: the one it was opened for did not get in
		w.dropSpool()
		return nil
	}
	return w.closeSegment(ctx)
}

// Close flushes and ends the writer. If it fails the open segment is kept, and Close may
// be called again. Closing twice is no error.
func (w *SegmentWriter) Close(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.flush(ctx); err != nil {
		return err
	}
	w.closed = true
	return nil
}

// Discard ends the writer without putting the open segment into the store, and returns
// the disk space. Closed segments stay.
func (w *SegmentWriter) Discard() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	if w.spool != nil {
		w.dropSpool()
	}
}

// Segments are the segments that are in the store, in order.
func (w *SegmentWriter) Segments() []Segment {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.done)
}

func spoolError(key string, bytes int64, err error) error {
	kind := errs.Internal
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EMFILE) {
		kind = errs.Unavailable
	}
	return errs.New(kind, "spool segment %s on local disk, %d bytes needed: %w", key, bytes, err)
}
