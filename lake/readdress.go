package lake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/twmb/avro/ocf"

	"github.com/techmapit/tmi/internal/errs"
)

// readdress rewrites the addresses in a lake's metadata. Iceberg names every file by its
// whole address, so a lake that lies elsewhere than it was written must be told so.
type readdress struct{ from, to string } // of the lake's root, without a slash at the end

// address gives an address below the old root its place below the new one. Doing it twice
// is as doing it once, where the new root lies below the old one too.
func (r readdress) address(s string) string {
	if len(r.to) > len(r.from) && strings.HasPrefix(s, r.to+"/") {
		return s
	}
	if rest, ok := strings.CutPrefix(s, r.from); ok && (rest == "" || rest[0] == '/') {
		return r.to + rest
	}
	return s
}

// json rewrites the addresses among a document's strings.
func (r readdress) json(text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // snapshot ids have more digits than a float
	var document any
	if err := d.Decode(&document); err != nil {
		return nil, err
	}
	return json.MarshalIndent(r.value(document), "", " ")
}

func (r readdress) value(v any) any {
	switch v := v.(type) {
	case string:
		return r.address(v)
	case []any:
		for i := range v {
			v[i] = r.value(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = r.value(v[key])
		}
	}
	return v
}

// avro rewrites the addresses in a manifest or a list of manifests; everything else, schema
// and header included, stays. Where a list names a manifest, its length is what lengths says
// of the new address.
func (r readdress) avro(file []byte, lengths map[string]int64) ([]byte, error) {
	in, err := ocf.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // it reads memory
	header, schema := map[string][]byte{}, ""
	for key, value := range in.Metadata() {
		switch {
		case key == "avro.schema":
			schema = string(value)
		case !strings.HasPrefix(key, "avro."):
			header[key] = value
		}
	}
	var out bytes.Buffer
	w, err := ocf.NewWriter(&out, in.Schema(), ocf.WithSchema(schema), ocf.WithMetadata(header), ocf.WithCodec(ocf.DeflateCodec(-1)))
	if err != nil {
		return nil, err
	}
	for {
		var record any
		err := in.Decode(&record)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if fields, ok := record.(map[string]any); ok {
			if path, ok := fields["manifest_path"].(string); ok {
				length, known := lengths[r.address(path)]
				if !known {
					return nil, errs.New(errs.Corrupt, "the manifest %s is named and not there", path)
				}
				fields["manifest_length"] = length
			}
		}
		if err := w.Encode(r.value(record)); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("close: %w", err)
	}
	return out.Bytes(), nil
}
