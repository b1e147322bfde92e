// Package rowfile keeps lists of row structs as zstd Parquet files, by the `parquet` tags
// of their fields: the collector's index and state, which are no tables of the catalog but
// must be readable by anything that reads Parquet.
//
// Whole files go through memory; it is meant for up to some hundred thousand rows.
package rowfile

import (
	"bytes"
	"context"
	"fmt"
	"reflect"

	"github.com/parquet-go/parquet-go"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// groupRows bounds a row group, so that readers can skip within a large file.
const groupRows = 32 << 10

// Encode returns the rows as one Parquet file.
func Encode[T any](rows []T) ([]byte, error) {
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(groupRows), parquet.CreatedBy("tmi", "", ""))
	n, err := w.Write(rows)
	if err == nil && n != len(rows) {
		err = fmt.Errorf("%d of %d rows were written", n, len(rows))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("encode %d rows of %s: %w", len(rows), reflect.TypeFor[T](), err)
	}
	return b.Bytes(), nil
}

// Decode returns the rows of a Parquet file; errs.Corrupt where the bytes are none, or
// hold other columns than T. Times come back in UTC.
func Decode[T any](data []byte) (rows []T, err error) {
	defer func() { // the library panics on some broken files
		if p := recover(); p != nil {
			rows, err = nil, errs.New(errs.Corrupt, "decode rows of %s: %v", reflect.TypeFor[T](), p)
		}
	}()
	rows, err = parquet.Read[T](bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errs.New(errs.Corrupt, "decode rows of %s: %w", reflect.TypeFor[T](), err)
	}
	return rows, nil
}

// Read decodes the object at key; errs.NotFound if there is none.
func Read[T any](ctx context.Context, store objects.Store, key string) ([]T, error) {
	data, err := objects.ReadAll(ctx, store, key)
	if err != nil {
		return nil, err
	}
	rows, err := Decode[T](data)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return rows, nil
}

// Write encodes the rows into a new object; errs.Conflict if the key is taken.
func Write[T any](ctx context.Context, store objects.Store, key string, rows []T) (objects.Info, error) {
	data, err := Encode(rows)
	if err != nil {
		return objects.Info{}, fmt.Errorf("write %s: %w", key, err)
	}
	return objects.WriteNew(ctx, store, key, data)
}
