package search

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// codec writes structs of strings, numbers, times and lists of strings as bytes, field after
// field, and reads them again. Zero times and nil pointers and lists stay what they are.
type codec[T any] struct {
	fields []int
	kinds  []reflect.Type
	shape  string // names the fields and their types: other shapes cannot be read
}

var (
	typeString  = reflect.TypeFor[string]()
	typeBool    = reflect.TypeFor[bool]()
	typeInt32   = reflect.TypeFor[int32]()
	typeInt32P  = reflect.TypeFor[*int32]()
	typeInt64P  = reflect.TypeFor[*int64]()
	typeTime    = reflect.TypeFor[time.Time]()
	typeStrings = reflect.TypeFor[[]string]()
)

// newCodec is a codec of the fields whose column names are listed, or of all.
func newCodec[T any](columns ...string) codec[T] {
	var c codec[T]
	t := reflect.TypeFor[T]()
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("parquet"), ",")
		if name == "" {
			name = f.Name
		}
		if len(columns) > 0 && !slices.Contains(columns, name) {
			continue
		}
		switch f.Type {
		case typeString, typeBool, typeInt32, typeInt32P, typeInt64P, typeTime, typeStrings:
		default:
			panic(fmt.Sprintf("search: field %s of %s has a type that the codec does not know", f.Name, t))
		}
		c.fields, c.kinds = append(c.fields, i), append(c.kinds, f.Type)
		c.shape += name + " " + f.Type.String() + "\n"
	}
	return c
}

// shapeOf is a short name for what the codecs of a file write.
func shapeOf(shapes ...string) uint32 {
	return crc32.ChecksumIEEE([]byte(strings.Join(shapes, "\n\n")))
}

func (c codec[T]) append(b []byte, row *T) []byte {
	v := reflect.ValueOf(row).Elem()
	for i, field := range c.fields {
		f := v.Field(field)
		switch c.kinds[i] {
		case typeString:
			b = appendString(b, f.String())
		case typeBool:
			n := int64(0)
			if f.Bool() {
				n = 1
			}
			b = binary.AppendVarint(b, n)
		case typeInt32:
			b = binary.AppendVarint(b, f.Int())
		case typeInt32P, typeInt64P:
			if f.IsNil() {
				b = append(b, 0)
				continue
			}
			b = binary.AppendVarint(append(b, 1), f.Elem().Int())
		case typeTime:
			at := f.Interface().(time.Time)
			if at.IsZero() {
				b = append(b, 0)
				continue
			}
			b = binary.AppendVarint(append(b, 1), at.UnixMicro())
		case typeStrings:
			if f.IsNil() {
				b = append(b, 0)
				continue
			}
			b = binary.AppendUvarint(b, uint64(f.Len())+1)
			for j := range f.Len() {
				b = appendString(b, f.Index(j).String())
			}
		}
	}
	return b
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// input reads what append wrote; it remembers that something did not fit. The texts that are
// read are parts of its bytes, which nobody may change from then on.
type input struct {
	b    []byte
	fail bool
}

func (in *input) byte() byte {
	if len(in.b) == 0 {
		in.fail = true
		return 0
	}
	first := in.b[0]
	in.b = in.b[1:]
	return first
}

func (in *input) varint() int64 {
	n, size := binary.Varint(in.b)
	if size <= 0 {
		in.fail, in.b = true, nil
		return 0
	}
	in.b = in.b[size:]
	return n
}

func (in *input) uvarint() uint64 {
	n, size := binary.Uvarint(in.b)
	if size <= 0 {
		in.fail, in.b = true, nil
		return 0
	}
	in.b = in.b[size:]
	return n
}

func (in *input) text() string {
	n := in.uvarint()
	if n > uint64(len(in.b)) {
		in.fail, in.b = true, nil
		return ""
	}
	if n == 0 {
		return ""
	}
	s := unsafe.String(&in.b[0], n)
	in.b = in.b[n:]
	return s
}

// length is a count of things that take at least a byte each.
func (in *input) length() int {
	n := in.uvarint()
	if n > uint64(len(in.b))+1 {
		in.fail, in.b = true, nil
		return 0
	}
	return int(n)
}

func (c codec[T]) read(in *input, row *T) {
	v := reflect.ValueOf(row).Elem()
	for i, field := range c.fields {
		f := v.Field(field)
		switch c.kinds[i] {
		case typeString:
			f.SetString(in.text())
		case typeBool:
			f.SetBool(in.varint() != 0)
		case typeInt32:
			f.SetInt(in.varint())
		case typeInt32P:
			if in.byte() != 0 {
				n := int32(in.varint())
				f.Set(reflect.ValueOf(&n))
			}
		case typeInt64P:
			if in.byte() != 0 {
				n := in.varint()
				f.Set(reflect.ValueOf(&n))
			}
		case typeTime:
			if in.byte() != 0 {
				f.Set(reflect.ValueOf(time.UnixMicro(in.varint()).UTC()))
			}
		case typeStrings:
			n := in.length()
			if n == 0 {
				continue
			}
			list := make([]string, n-1)
			for j := range list {
				list[j] = in.text()
			}
			f.Set(reflect.ValueOf(list))
		}
	}
}
