package warc

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// ReadAt reads the one record that lies at offset in the object and takes length bytes
// there. It is errs.Corrupt if there is no such record, if it is longer or shorter, or if
// its bytes are broken; errs.NotFound if there is no such object. It may be called by
// many goroutines.
func ReadAt(ctx context.Context, store objects.Store, key string, offset, length int64, opts ReadOptions) (rec *Record, err error) {
	body, err := store.GetRange(ctx, key, offset, length)
	if err != nil {
		if offset >= 0 && length > 0 && errs.Is(err, errs.Invalid) && objects.CheckKey(key) == nil {
			err = errs.Wrap(errs.Corrupt, err) // the object ends before the record
		}
		return nil, fmt.Errorf("read warc %s: record at offset %d: %w", key, offset, err)
	}
	defer func() { _ = body.Close() }()
	src := sources.Get().(*source)
	src.reset(body)
	defer func() {
		src.reset(strings.NewReader("")) // keep no connection alive
		sources.Put(src)
	}()
	if opts.MaxBlockBytes == 0 {
		opts.MaxBlockBytes = MaxBlockBytes
	}
	r := Reader{name: key, opts: opts, src: src, base: offset}
	rec, err = r.next()
	if err == io.EOF { //nolint:errorlint // the bare value means a clean end
		return nil, r.wrap(offset, errCut)
	}
	if err != nil {
		return nil, err
	}
	if rec.Length != length {
		return nil, r.wrap(offset, fmt.Errorf("it takes %d bytes, expected %d", rec.Length, length))
	}
	return rec, nil
}
