// Package record reads one record of a board's JSON field by field, gathering every
// reason against it instead of stopping at the first: a record with one wrong field
// becomes a counted reject that says what was wrong, and the records around it go on.
//
// It also holds what the boards' parsers share about times and stamps.
package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
)

// Record is one JSON object being read. The zero value is an empty object. Not safe for
// concurrent use.
type Record struct {
	raw     json.RawMessage
	isJSON  bool // raw is known to be well formed
	fields  map[string]json.RawMessage
	prefix  string // of the field names in reasons
	reasons *[]string
}

// Of opens a record. What is no object has that as its one reason.
func Of(raw json.RawMessage) *Record {
	r := &Record{raw: raw, reasons: new([]string)}
	if r.isJSON = json.Valid(raw); r.isJSON {
		r.fields, _ = split(raw)
	}
	if r.fields == nil {
		r.fail("", raw, "an object")
	}
	return r
}

// Reasons are what stood against the record so far, each beginning with a field's name.
func (r *Record) Reasons() []string { return *r.reasons }

// Bad is the record as a reject.
func (r *Record) Bad(boardID, url string) sources.Bad {
	return sources.Bad{BoardID: boardID, URL: url, Row: r.raw, Reasons: *r.reasons}
}

// Payload is the record whole, as compact JSON text.
func (r *Record) Payload() string {
	if r.isJSON {
		return strings.ToValidUTF8(string(compact(r.raw)), "\uFFFD")
	}
	var out bytes.Buffer
	if json.Compact(&out, r.raw) != nil {
		return ""
	}
	return strings.ToValidUTF8(out.String(), "\uFFFD")
}

// Fail adds a reason of the caller's own.
func (r *Record) Fail(name, why string) {
	*r.reasons = append(*r.reasons, r.prefix+name+": "+why)
}

func (r *Record) fail(name string, raw json.RawMessage, want string) {
	const shown = 60
	text := (&Record{raw: raw}).Payload()
	if len(text) > shown {
		cut := shown
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "…"
	}
	if name == "" && r.prefix == "" {
		name = "record"
	}
	if len(raw) == 0 {
		r.Fail(name, "is missing, expected "+want)
		return
	}
	r.Fail(name, fmt.Sprintf("is %s, expected %s", text, want))
}

// value is a field's JSON; ok is false where it is absent or null.
func (r *Record) value(name string) (raw json.RawMessage, ok bool) {
	raw, ok = r.fields[name]
	return raw, ok && string(raw) != "null"
}

// get reads a field into v, leaving it alone where the field is absent or null.
func (r *Record) get(name string, v any, want string) bool {
	raw, ok := r.value(name)
	if !ok {
		return false
	}
	if into(raw, v) {
		return true
	}
	if err := json.Unmarshal(raw, v); err != nil {
		r.fail(name, raw, want)
		return false
	}
	return true
}

// into reads the plain cases of a value; false leaves v to the standard decoder.
func into(raw json.RawMessage, v any) (ok bool) {
	switch v := v.(type) {
	case *string:
		*v, ok = text(raw)
	case *bool:
		*v = raw[0] == 't'
		ok = *v || raw[0] == 'f'
	case *[]string:
		values, isList := elements(raw)
		if !isList {
			return false
		}
		list := make([]string, len(values))
		for i, value := range values {
			if list[i], ok = text(value); !ok {
				return false
			}
		}
		*v, ok = list, true
	}
	return ok
}

// Has says whether the field is there and not null.
func (r *Record) Has(name string) bool { _, ok := r.value(name); return ok }

// String reads a text; "" where there is none.
func (r *Record) String(name string) (v string) { r.get(name, &v, "a text"); return v }

// Required reads a text that must be there and not be blank.
func (r *Record) Required(name string) string {
	n := len(*r.reasons)
	v := r.String(name)
	if strings.TrimSpace(v) == "" && len(*r.reasons) == n {
		r.fail(name, r.fields[name], "a text")
	}
	return v
}

// Int reads a whole number; 0 where there is none.
func (r *Record) Int(name string) (v int64) { r.get(name, &v, "a whole number"); return v }

// Int32 is Int for numbers that are small by nature.
func (r *Record) Int32(name string) (v int32) { r.get(name, &v, "a whole number"); return v }

// Bool reads a truth value; false where there is none.
func (r *Record) Bool(name string) (v bool) { r.get(name, &v, "true or false"); return v }

// Strings reads a list of texts; nil where there is none.
func (r *Record) Strings(name string) (v []string) { r.get(name, &v, "a list of texts"); return v }

// ID reads an identifier, a whole number or a text, that must be there.
func (r *Record) ID(name string) string {
	raw, ok := r.value(name)
	if !ok {
		r.fail(name, r.fields[name], "an id")
		return ""
	}
	var number json.Number
	var text string
	if into(raw, &text) && strings.TrimSpace(text) != "" {
		return strings.TrimSpace(text)
	}
	if raw[0] != '"' && json.Unmarshal(raw, &number) == nil {
		if _, err := strconv.ParseInt(number.String(), 10, 64); err == nil {
			return number.String()
		}
	}
	r.fail(name, raw, "an id")
	return ""
}

// Object reads an object; an empty record where there is none. Its reasons join this
// record's.
func (r *Record) Object(name string) *Record {
	inner := &Record{prefix: r.prefix + name + ".", reasons: r.reasons}
	if raw, ok := r.value(name); ok {
		inner.raw, inner.isJSON = raw, true
		if inner.fields, ok = split(raw); !ok {
			r.fail(name, raw, "an object")
		}
	}
	return inner
}

// Objects reads a list of objects; nil where there is none.
func (r *Record) Objects(name string) []*Record {
	raw, ok := r.value(name)
	if !ok {
		return nil
	}
	rows, ok := elements(raw)
	if !ok {
		r.fail(name, raw, "a list of objects")
		return nil
	}
	list := make([]*Record, 0, len(rows))
	for i, raw := range rows {
		inner := &Record{raw: raw, isJSON: true, prefix: r.prefix + name + "[" + strconv.Itoa(i) + "].", reasons: r.reasons}
		if inner.fields, ok = split(raw); !ok && string(raw) != "null" {
			r.fail(fmt.Sprintf("%s[%d]", name, i), raw, "an object")
			continue
		}
		list = append(list, inner)
	}
	return list
}

// Raw is a field as it stands; nil where there is none.
func (r *Record) Raw(name string) json.RawMessage {
	raw, ok := r.value(name)
	if !ok {
		return nil
	}
	return raw
}

// Envelope reads a whole document into v; errs.Corrupt where it is no such JSON.
func Envelope(body []byte, v any) error {
	if err := json.Unmarshal(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), v); err != nil {
		return errs.New(errs.Corrupt, "read document: %w", err)
	}
	return nil
}

// Stamp is a short name for what a list says of a posting: equal stamps mean that the
// list says nothing changed.
func Stamp(parts ...any) string {
	text, err := json.Marshal(parts)
	if err != nil {
		panic(err) // strings, numbers and lists of them always encode
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
