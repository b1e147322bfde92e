package objects

import (
	"bytes"
	"context"
	"io"
	"iter"
	"time"

	"github.com/techmapit/tmi/internal/errs"
)

// Info describes one object.
type Info struct {
	Key        string
	SizeBytes  int64
	ModifiedAt time.Time // UTC; zero in the answer of a put, which S3 does not tell
	ETag       string    // opaque; changes whenever the object does; never empty
}

// Store holds objects. All methods may be called by many goroutines, and many processes
// may use the same place at once.
//
// A body is read from its start and may be read more than once; the caller keeps and
// closes it. Errors are of kind [errs.Invalid] for a key that [CheckKey] refuses,
// [errs.Unavailable] where trying again may help (service down, disk full) and the kinds
// named below; a cancelled context's error stays visible to errors.Is.
type Store interface {
	// URI is where the store lies, "file:///abs/dir" or "s3://bucket/prefix", without a
	// trailing slash. URI + "/" + key names an object to other programs.
	URI() string

	// Put writes the object, replacing what was there. Until it returns, and for ever if
	// it fails, readers see the old state. Repeating it is safe.
	Put(ctx context.Context, key string, body io.ReadSeeker) (Info, error)

	// PutIfAbsent writes the object if the key is free and answers errs.Conflict if it
	// is not. Of several writers exactly one wins.
	PutIfAbsent(ctx context.Context, key string, body io.ReadSeeker) (Info, error)

	// PutIfMatch replaces the object if its ETag is still etag and answers errs.Conflict
	// if the object changed or is gone. Of several writers exactly one wins.
	PutIfMatch(ctx context.Context, key, etag string, body io.ReadSeeker) (Info, error)

	// Get opens the whole object; errs.NotFound if there is none. The caller closes the
	// reader, whose read errors carry kinds too.
	Get(ctx context.Context, key string) (io.ReadCloser, Info, error)

	// GetRange opens length bytes from offset. A range that goes past the object's end
	// is cut there; one that starts at or past the end, or is empty, is errs.Invalid.
	// errs.NotFound if there is no object.
	GetRange(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error)

	// Stat describes the object; errs.NotFound if there is none.
	Stat(ctx context.Context, key string) (Info, error)

	// List yields the objects whose key starts with prefix, a plain string that need not
	// end at a slash, in ascending byte order of the key. "" lists everything. An error
	// is yielded once and ends the list. Objects that come or go meanwhile may be in it
	// or not.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]

	// Delete removes the object. An absent object is no error.
	Delete(ctx context.Context, key string) error
}

// Local is what a store also is when its objects are plain files on this machine.
type Local interface {
	// LocalPath is the file that holds, or would hold, the object. Readers may open it,
	// nobody may write to it.
	LocalPath(key string) string
}

// ReadAll reads the whole object into memory; meant for small ones, such as manifests.
func ReadAll(ctx context.Context, s Store, key string) (data []byte, err error) {
	r, info, err := s.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	if data, err = io.ReadAll(r); err != nil {
		return nil, err
	}
	if int64(len(data)) != info.SizeBytes {
		return nil, errs.New(errs.Unavailable, "read object %s/%s: got %d bytes, expected %d", s.URI(), key, len(data), info.SizeBytes)
	}
	return data, nil
}

// WriteAll puts data under the key, replacing what was there.
func WriteAll(ctx context.Context, s Store, key string, data []byte) (Info, error) {
	return s.Put(ctx, key, bytes.NewReader(data))
}

// WriteNew puts data under the key if it is free; errs.Conflict if it is not.
func WriteNew(ctx context.Context, s Store, key string, data []byte) (Info, error) {
	return s.PutIfAbsent(ctx, key, bytes.NewReader(data))
}

// Exists reports whether the store has the object.
func Exists(ctx context.Context, s Store, key string) (bool, error) {
	_, err := s.Stat(ctx, key)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// sizeOf measures a body and leaves it at its start.
func sizeOf(body io.ReadSeeker) (int64, error) {
	size, err := body.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	_, err = body.Seek(0, io.SeekStart)
	return size, err
}
