package record

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// The functions here walk over JSON that is known to be well formed, which [Of] sees to:
// the standard decoder checks every value again at each level, which was most of what
// parsing took.

// split is an object's fields as they stand; ok is false for what is no object. Of a name
// that stands twice the last speaks, as everywhere.
func split(raw []byte) (fields map[string]json.RawMessage, ok bool) {
	i := afterSpace(raw, 0)
	if raw[i] != '{' {
		return nil, false
	}
	fields = make(map[string]json.RawMessage, 24)
	for i = afterSpace(raw, i+1); raw[i] != '}'; {
		end := endOf(raw, i)
		name, _ := text(raw[i:end])
		i = afterSpace(raw, afterSpace(raw, end)+1) // behind the colon
		end = endOf(raw, i)
		fields[name] = raw[i:end:end]
		if i = afterSpace(raw, end); raw[i] == ',' {
			i = afterSpace(raw, i+1)
		}
	}
	return fields, true
}

// elements are a list's values as they stand; ok is false for what is no list.
func elements(raw []byte) (values []json.RawMessage, ok bool) {
	i := afterSpace(raw, 0)
	if raw[i] != '[' {
		return nil, false
	}
	values = []json.RawMessage{}
	for i = afterSpace(raw, i+1); raw[i] != ']'; {
		end := endOf(raw, i)
		values = append(values, raw[i:end:end])
		if i = afterSpace(raw, end); raw[i] == ',' {
			i = afterSpace(raw, i+1)
		}
	}
	return values, true
}

// text is a string's value; ok is false for what is no string.
func text(raw []byte) (value string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if inner := raw[1 : len(raw)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return string(inner), true
	}
	return value, json.Unmarshal(raw, &value) == nil
}

func afterSpace(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\t' || raw[i] == '\r') {
		i++
	}
	return i
}

// endOf is where the value that begins at i ends.
func endOf(raw []byte, i int) int {
	switch raw[i] {
	case '"':
		return endOfText(raw, i)
	case '{', '[':
		depth := 0
		for ; ; i++ {
			switch raw[i] {
			case '"':
				i = endOfText(raw, i) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	for i < len(raw) && !strings.ContainsRune(",]} \n\t\r", rune(raw[i])) {
		i++
	}
	return i
}

func endOfText(raw []byte, i int) int {
	for i++; ; {
		i += bytes.IndexByte(raw[i:], '"') + 1
		escapes := 0
		for raw[i-2-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
}

// compact leaves out the white space between tokens.
func compact(raw []byte) []byte {
	var out []byte
	kept := 0 // up to where raw went to out
	for i := 0; i < len(raw); {
		switch raw[i] {
		case '"':
			i = endOfText(raw, i)
		case ' ', '\n', '\t', '\r':
			out = append(out, raw[kept:i]...)
			i = afterSpace(raw, i)
			kept = i
		default:
			i++
		}
	}
	if kept == 0 {
		return raw
	}
	return append(out, raw[kept:]...)
}
