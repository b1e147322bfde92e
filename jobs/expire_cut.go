package jobs

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/techmapit/tmi/internal/mask"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// without says how a document loses postings. Of a list in JSON their elements are cut
// out, if its parser then finds all the others and none of these; else the whole record
// goes: that costs a rebuild something, and leaves nothing behind.
func without(parser sources.Source, doc schemas.Document, ids []string) collect.Edit {
	if doc.NotModified || doc.Kind == schemas.KindDetail || !json.Valid(doc.Body) {
		return collect.Edit{Remove: true}
	}
	before, err := parser.Parse(doc)
	if err != nil {
		return collect.Edit{Remove: true}
	}
	body, _ := cut(doc.Body, ids)
	if body == nil {
		return collect.Edit{Remove: true}
	}
	doc.Body = body
	after, err := parser.Parse(doc)
	if err != nil {
		return collect.Edit{Remove: true}
	}
	want := slices.DeleteFunc(named(before), func(id string) bool { return slices.Contains(ids, id) })
	if !slices.Equal(want, named(after)) {
		return collect.Edit{Remove: true}
	}
	return collect.Edit{Body: body}
}

// named are the ids of a document's postings, sorted.
func named(p sources.Parsed) []string {
	var ids []string
	for _, posting := range p.Postings {
		ids = append(ids, posting.BoardID)
	}
	for _, ref := range p.Refs {
		ids = append(ids, ref.BoardID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// cut leaves out of a JSON text the elements of arrays that have one of the ids as a value
// of their own or of an object in them; nil where the whole text is such an object.
func cut(text json.RawMessage, ids []string) (rest json.RawMessage, isCut bool) {
	switch text = bytes.TrimSpace(text); text[0] {
	case '[':
		var elements, kept []json.RawMessage
		if json.Unmarshal(text, &elements) != nil {
			return nil, true
		}
		for _, element := range elements {
			own, all := cut(element, ids)
			isCut = isCut || all
			if own != nil {
				kept = append(kept, own)
			}
		}
		if !isCut {
			return text, false
		}
		return slices.Concat([]byte{'['}, bytes.Join(asBytes(kept), []byte{','}), []byte{']'}), true
	case '{':
		if hasID(text, ids) {
			return nil, true
		}
		var b bytes.Buffer
		b.WriteByte('{')
		for key, value := range members(text) {
			if value[0] == '{' && slices.Contains(ids, unquoted(key)) {
				isCut = true
				continue
			}
			own, inner := cut(value, ids)
			isCut = isCut || inner
			if own == nil {
				return nil, true
			}
			if b.Len() > 1 {
				b.WriteByte(',')
			}
			b.Write(key)
			b.WriteByte(':')
			b.Write(own)
		}
		if !isCut {
			return text, false
		}
		b.WriteByte('}')
		return b.Bytes(), true
	}
	return text, false
}

func asBytes(all []json.RawMessage) [][]byte {
	plain := make([][]byte, len(all))
	for i, a := range all {
		plain[i] = a
	}
	return plain
}

// hasID says whether an object has one of the ids as a value of its own, or of an object
// in it that stands in no array of its own.
func hasID(object json.RawMessage, ids []string) bool {
	for _, value := range members(object) {
		switch value[0] {
		case '[':
		case '{':
			if hasID(value, ids) {
				return true
			}
		default:
			if slices.Contains(ids, unquoted(value)) {
				return true
			}
		}
	}
	return false
}

func unquoted(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}

// members yields an object's keys, quoted as they are, and values in their order.
func members(object json.RawMessage) func(func(key, value json.RawMessage) bool) {
	return func(yield func(key, value json.RawMessage) bool) {
		d := json.NewDecoder(bytes.NewReader(object))
		if _, err := d.Token(); err != nil {
			return
		}
		for d.More() {
			token, err := d.Token()
			name, ok := token.(string)
			if err != nil || !ok {
				return
			}
			var value json.RawMessage
			if d.Decode(&value) != nil || !yield(quoted(name), value) {
				return
			}
		}
	}
}

func quoted(s string) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return json.RawMessage(`""`) // a string always can be written
	}
	return bytes.TrimSpace(b.Bytes())
}

// contactKey names fields of boards that hold a person or how to reach one.
var contactKey = regexp.MustCompile(`(?i)e?_?mail$|phone|mobile|^tel$|fax|recruiter|contact|manager|author$|^by$`)

var onlyDigits = regexp.MustCompile(`^\d*$`)

// maskBody is a document without e-mail addresses, telephone numbers and fields of
// contacts; nil where it has none.
func maskBody(body []byte) []byte {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	if !json.Valid(body) {
		if masked := mask.Text(string(body)); masked != string(body) {
			return []byte(masked)
		}
		return nil
	}
	masked := mapStrings(body, "", func(key, s string) string {
		switch {
		case contactKey.MatchString(key) && !strings.HasPrefix(s, "http"):
			return ""
		case onlyDigits.MatchString(s): // an id
			return s
		}
		return mask.Text(s)
	})
	if bytes.Equal(masked, bytes.TrimSpace(body)) {
		return nil
	}
	return masked
}

// mapStrings changes the strings of a JSON text, each under the key that it stands by, and
// leaves the rest of it as it is written.
func mapStrings(text json.RawMessage, key string, change func(key, s string) string) json.RawMessage {
	text = bytes.TrimSpace(text)
	switch text[0] {
	case '"':
		s := unquoted(text)
		if changed := change(key, s); changed != s {
			return quoted(changed)
		}
	case '[':
		var elements []json.RawMessage
		if json.Unmarshal(text, &elements) != nil {
			return text
		}
		isChanged := false
		for i, element := range elements {
			elements[i] = mapStrings(element, key, change)
			isChanged = isChanged || !bytes.Equal(elements[i], element)
		}
		if isChanged {
			return slices.Concat([]byte{'['}, bytes.Join(asBytes(elements), []byte{','}), []byte{']'})
		}
	case '{':
		var b bytes.Buffer
		b.WriteByte('{')
		isChanged := false
		for name, value := range members(text) {
			under := unquoted(name)
			if contactKey.MatchString(key) { // all that stands in a contact is of the contact
				under = key
			}
			own := mapStrings(value, under, change)
			isChanged = isChanged || !bytes.Equal(own, value)
			if b.Len() > 1 {
				b.WriteByte(',')
			}
			b.Write(name)
			b.WriteByte(':')
			b.Write(own)
		}
		if isChanged {
			b.WriteByte('}')
			return b.Bytes()
		}
	}
	return text
}
