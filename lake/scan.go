package lake

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/warc"
)

// Scanned is what a scan of every object found.
type Scanned struct {
	Objects int     `json:"objects"` // looked at
	Bytes   int64   `json:"bytes"`   // of them, as they are stored
	Found   []Place `json:"found"`
}

// Place is an object that holds a text that was looked for.
type Place struct {
	Object string `json:"object"`
	Text   int    `json:"text"` // which of those looked for, from 0
}

// Scan looks for texts in every object of the lake: as it is stored, WARC records
// unpacked, Parquet columns and Iceberg manifests decoded. (Copies in the local cache are
// objects too, and go when their objects do.) A text is found as it stands and as JSON writes it. It reads the whole lake.
func (l *Lake) Scan(ctx context.Context, texts []string) (s Scanned, err error) {
	needles := make([][][]byte, len(texts))
	for i, text := range texts {
		needles[i] = Spellings(text)
	}
	for info, err := range l.objects.List(ctx, "") {
		if err != nil {
			return s, fmt.Errorf("scan the lake: %w", err)
		}
		data, err := objects.ReadAll(ctx, l.objects, info.Key)
		if errs.Is(err, errs.NotFound) {
			continue // gone meanwhile
		}
		if err != nil {
			return s, fmt.Errorf("scan the lake: %w", err)
		}
		s.Objects++
		s.Bytes += info.SizeBytes
		found := make([]bool, len(texts))
		look := func(part []byte) {
			for i, spellings := range needles {
				for _, spelling := range spellings {
					found[i] = found[i] || bytes.Contains(part, spelling)
				}
			}
		}
		if err := decoded(info.Key, data, look); err != nil {
			return s, fmt.Errorf("scan %s: %w", info.Key, err)
		}
		for i, is := range found {
			if is {
				s.Found = append(s.Found, Place{info.Key, i})
			}
		}
	}
	return s, nil
}

// Spellings are how a text may stand in a document: as it is, and escaped as in JSON,
// HTML and addresses.
func Spellings(text string) [][]byte {
	var ascii strings.Builder
	for _, r := range text {
		if r < 0x80 {
			ascii.WriteRune(r)
		} else if r < 0x10000 {
			fmt.Fprintf(&ascii, `\u%04x`, r)
		}
	}
	all := [][]byte{[]byte(text)}
	for _, other := range []string{ascii.String(), strings.ReplaceAll(text, `"`, `\"`), strings.ReplaceAll(text, "/", `\/`),
		strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text), strings.ReplaceAll(text, "@", "&#64;"), strings.ReplaceAll(text, "@", "%40")} {
		if other != text {
			all = append(all, []byte(other))
		}
	}
	return all
}

// decoded hands out all that an object holds, as stored and unpacked.
func decoded(key string, data []byte, look func([]byte)) error {
	look(data)
	switch {
	case strings.HasSuffix(key, ".warc.gz"):
		for record, err := range warc.NewReader(key, bytes.NewReader(data), warc.ReadOptions{SkipDigests: true}).Records() {
			if err != nil {
				return err
			}
			for _, f := range record.Header {
				look([]byte(f.Value))
			}
			look(record.Block)
		}
	case strings.HasSuffix(key, ".parquet"):
		return parquetStrings(data, look)
	case strings.HasSuffix(key, ".avro"):
		return avroBlocks(data, look)
	case strings.HasSuffix(key, ".part"):
		return packedRows(data, look)
	}
	return nil
}

// packedRows hands out what lies in an index part as single zstd frames (RFC 8878, which says
// how one begins).
func packedRows(data []byte, look func([]byte)) error {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer decoder.Close()
	for start := []byte{0x28, 0xb5, 0x2f, 0xfd}; ; data = data[len(start):] {
		i := bytes.Index(data, start)
		if i < 0 {
			return nil
		}
		data = data[i:]
		if err := decoder.Reset(bytes.NewReader(data)); err != nil {
			return err
		}
		// What follows the frame is no frame, so that reading ends with an error.
		row, _ := io.ReadAll(decoder)
		look(row)
	}
}

// parquetStrings hands out the values of all columns of bytes.
func parquetStrings(data []byte, look func([]byte)) error {
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errs.New(errs.Corrupt, "open Parquet: %w", err)
	}
	values := make([]parquet.Value, 1024)
	for _, group := range file.RowGroups() {
		for _, column := range group.ColumnChunks() {
			if kind := column.Type().Kind(); kind != parquet.ByteArray && kind != parquet.FixedLenByteArray {
				continue
			}
			pages := column.Pages()
			for {
				page, err := pages.ReadPage()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					return errors.Join(errs.New(errs.Corrupt, "read Parquet: %w", err), pages.Close())
				}
				reader := page.Values()
				for {
					n, err := reader.ReadValues(values)
					for _, v := range values[:n] {
						if !v.IsNull() {
							look(v.ByteArray())
						}
					}
					if err != nil {
						break
					}
				}
				parquet.Release(page)
			}
			if err := pages.Close(); err != nil {
				return errs.New(errs.Corrupt, "read Parquet: %w", err)
			}
		}
	}
	return nil
}

// avroBlocks unpacks the blocks of an Avro container file (Avro 1.11, object container
// files) as manifests are: plain or deflated.
func avroBlocks(data []byte, look func([]byte)) error {
	const magic, syncBytes = "Obj\x01", 16
	if !bytes.HasPrefix(data, []byte(magic)) {
		return errs.New(errs.Corrupt, "no Avro container")
	}
	r := bytes.NewReader(data[len(magic):])
	text := func() ([]byte, error) {
		n, err := binary.ReadVarint(r)
		if err != nil || n < 0 || n > int64(r.Len()) {
			return nil, errs.New(errs.Corrupt, "an Avro length of %d: %w", n, io.ErrUnexpectedEOF)
		}
		b := make([]byte, n)
		_, err = io.ReadFull(r, b)
		return b, err
	}
	codec := ""
	for {
		n, err := binary.ReadVarint(r)
		if err != nil {
			return errs.New(errs.Corrupt, "read Avro header: %w", err)
		}
		if n == 0 {
			break
		}
		if n < 0 { // a negative count has the block's size behind it
			n = -n
			if _, err := binary.ReadVarint(r); err != nil {
				return errs.New(errs.Corrupt, "read Avro header: %w", err)
			}
		}
		for range n {
			key, err := text()
			if err != nil {
				return err
			}
			value, err := text()
			if err != nil {
				return err
			}
			if string(key) == "avro.codec" {
				codec = string(value)
			}
		}
	}
	if _, err := r.Seek(syncBytes, io.SeekCurrent); err != nil {
		return errs.New(errs.Corrupt, "read Avro header: %w", err)
	}
	for r.Len() > 0 {
		if _, err := binary.ReadVarint(r); err != nil {
			return errs.New(errs.Corrupt, "read Avro block: %w", err)
		}
		block, err := text()
		if err != nil {
			return err
		}
		switch codec {
		case "", "null":
		case "deflate":
			if block, err = io.ReadAll(flate.NewReader(bytes.NewReader(block))); err != nil {
				return errs.New(errs.Corrupt, "unpack Avro block: %w", err)
			}
		default:
			return errs.New(errs.Corrupt, "an Avro codec %q that the scan does not know", codec)
		}
		look(block)
		if _, err := r.Seek(syncBytes, io.SeekCurrent); err != nil {
			return errs.New(errs.Corrupt, "read Avro block: %w", err)
		}
	}
	return nil
}
