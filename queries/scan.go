package queries

import (
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/big"
	"reflect"
	"strings"
	"time"
)

// Scan yields the rows as T and closes them at the end. Every column must have a field and
// every field with a tag a column; a difference is an error that names it. Null becomes the
// zero value or a nil pointer or slice; instants come out in UTC, dates as midnight UTC;
// a number that does not fit its field is an error. Slices and pointers are not shared
// between rows.
func Scan[T any](rows *sql.Rows) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var row, zero T
		fail := func(err error) { yield(zero, errors.Join(err, rows.Close())) }
		columns, err := rows.Columns()
		if err != nil {
			fail(err)
			return
		}
		set, err := planScan(columns, reflect.ValueOf(&row).Elem())
		if err != nil {
			fail(err)
			return
		}
		cells := make([]any, len(columns))
		targets := make([]any, len(columns))
		for i := range cells {
			targets[i] = &cells[i]
		}
		for rows.Next() {
			if err := rows.Scan(targets...); err != nil {
				fail(err)
				return
			}
			for i, cell := range cells {
				if err := set[i](cell); err != nil {
					fail(fmt.Errorf("column %s: %w", columns[i], err))
					return
				}
			}
			if !yield(row, nil) {
				_ = rows.Close() // the reader has what it wanted
				return
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			yield(zero, err)
		}
	}
}

// setter stores a driver's value in the field that it was made for; nil is null.
type setter func(cell any) error

// planScan makes one setter per column, each bound to a field of row, so that reading a
// row asks reflection nothing.
func planScan(columns []string, row reflect.Value) ([]setter, error) {
	if row.Kind() != reflect.Struct {
		return nil, fmt.Errorf("scan rows into %s: expected a struct", row.Type())
	}
	fields := map[string]reflect.Value{}
	for _, f := range reflect.VisibleFields(row.Type()) {
		if name := columnName(f); name != "" {
			if _, twice := fields[name]; twice {
				return nil, fmt.Errorf("scan rows into %s: two fields for column %s", row.Type(), name)
			}
			fields[name] = row.FieldByIndex(f.Index)
		}
	}
	set := make([]setter, len(columns))
	var faults []error
	for i, column := range columns {
		field, ok := fields[column]
		if !ok {
			faults = append(faults, fmt.Errorf("scan rows into %s: no field for column %s", row.Type(), column))
			continue
		}
		delete(fields, column)
		if set[i] = setterFor(field); set[i] == nil {
			faults = append(faults, fmt.Errorf("scan rows into %s: column %s: unsupported field type %s", row.Type(), column, field.Type()))
		}
	}
	for name := range fields {
		faults = append(faults, fmt.Errorf("scan rows into %s: no column for field %s", row.Type(), name))
	}
	return set, errors.Join(faults...)
}

// columnName is the column that a field stands for, "" for none.
func columnName(f reflect.StructField) string {
	if f.Anonymous || !f.IsExported() {
		return ""
	}
	tag, ok := f.Tag.Lookup("db")
	if !ok {
		tag = f.Tag.Get("parquet")
	}
	name, _, _ := strings.Cut(tag, ",")
	if name == "-" {
		return ""
	}
	return name
}

// setterFor returns nil for a type that no column can be read into.
func setterFor(field reflect.Value) setter {
	switch p := field.Addr().Interface().(type) {
	case *string:
		return into(p, asString)
	case *bool:
		return into(p, asBool)
	case *int64:
		return into(p, asInt64)
	case *int32:
		return into(p, asInt32)
	case *int:
		return into(p, asInt)
	case *float64:
		return into(p, asFloat64)
	case *time.Time:
		return into(p, asTime)
	case *[]string:
		return into(p, asStrings)
	case **string:
		return intoPointer(p, asString)
	case **bool:
		return intoPointer(p, asBool)
	case **int64:
		return intoPointer(p, asInt64)
	case **int32:
		return intoPointer(p, asInt32)
	case **float64:
		return intoPointer(p, asFloat64)
	case **time.Time:
		return intoPointer(p, asTime)
	}
	if field.Kind() == reflect.String { // a named string
		return func(cell any) error {
			if cell == nil {
				field.SetString("")
				return nil
			}
			s, err := asString(cell)
			field.SetString(s)
			return err
		}
	}
	return nil
}

func into[V any](p *V, as func(any) (V, error)) setter {
	return func(cell any) (err error) {
		if cell == nil {
			var zero V
			*p = zero
			return nil
		}
		*p, err = as(cell)
		return err
	}
}

func intoPointer[V any](p **V, as func(any) (V, error)) setter {
	return func(cell any) error {
		*p = nil
		if cell == nil {
			return nil
		}
		v, err := as(cell)
		*p = &v
		return err
	}
}

func mismatch(cell any, expected string) error {
	return fmt.Errorf("is a %T, expected %s", cell, expected)
}

func asString(cell any) (string, error) {
	switch v := cell.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	}
	return "", mismatch(cell, "a text")
}

func asBool(cell any) (bool, error) {
	if v, ok := cell.(bool); ok {
		return v, nil
	}
	return false, mismatch(cell, "a boolean")
}

func asInt64(cell any) (int64, error) {
	switch v := cell.(type) {
	case int64:
		return v, nil
	case int32:
		return int64(v), nil
	case int16:
		return int64(v), nil
	case int8:
		return int64(v), nil
	case uint8:
		return int64(v), nil
	case uint16:
		return int64(v), nil
	case uint32:
		return int64(v), nil
	case uint64:
		if v <= math.MaxInt64 {
			return int64(v), nil
		}
		return 0, fmt.Errorf("is %d, expected at most %d", v, int64(math.MaxInt64))
	case *big.Int: // sums of integers are 128 bits wide
		if v.IsInt64() {
			return v.Int64(), nil
		}
		return 0, fmt.Errorf("is %s, expected at most 64 bits", v)
	}
	return 0, mismatch(cell, "a whole number")
}

func asInt32(cell any) (int32, error) {
	v, err := asInt64(cell)
	if err == nil && int64(int32(v)) != v {
		err = fmt.Errorf("is %d, expected at most 32 bits", v)
	}
	return int32(v), err
}

func asInt(cell any) (int, error) {
	v, err := asInt64(cell)
	if err == nil && int64(int(v)) != v {
		err = fmt.Errorf("is %d, expected a machine's word", v)
	}
	return int(v), err
}

func asFloat64(cell any) (float64, error) {
	switch v := cell.(type) {
	case float64:
		return v, nil
	case float32:
		return float64(v), nil
	case interface{ Float64() float64 }: // a decimal
		return v.Float64(), nil
	}
	v, err := asInt64(cell)
	if err != nil {
		return 0, mismatch(cell, "a number")
	}
	return float64(v), nil
}

func asTime(cell any) (time.Time, error) {
	if v, ok := cell.(time.Time); ok {
		return v.UTC(), nil
	}
	return time.Time{}, mismatch(cell, "an instant or a date")
}

func asStrings(cell any) ([]string, error) {
	list, ok := cell.([]any)
	if !ok {
		return nil, mismatch(cell, "a list of texts")
	}
	texts := make([]string, len(list))
	for i, item := range list {
		text, err := asString(item)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i, err)
		}
		texts[i] = text
	}
	return texts, nil
}
