package lake

import (
	"database/sql/driver"
	"fmt"
	"iter"
	"reflect"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/techmapit/tmi/schemas"
)

// batchRows is how many rows a record batch holds: small enough that a batch of postings
// with their texts stays at a few megabytes.
const batchRows = 2048

// appender adds one field of a row to its column's builder.
type appender func(row reflect.Value)

// encoder builds record batches out of row structs. It belongs to one goroutine.
type encoder struct {
	schema    *arrow.Schema
	builder   *array.RecordBuilder
	appenders []appender
	rows      int
}

// newEncoder binds the columns of a row struct to an Arrow schema by name. A column of the
// schema that the struct lacks is written as null: an older binary beside a newer table.
func newEncoder(schema *arrow.Schema, columns []schemas.Column) (*encoder, error) {
	byName := map[string]schemas.Column{}
	for _, c := range columns {
		byName[c.Name] = c
	}
	e := &encoder{schema: schema, builder: array.NewRecordBuilder(memory.DefaultAllocator, schema)}
	for i, field := range schema.Fields() {
		c, ok := byName[field.Name]
		if !ok {
			if !field.Nullable {
				return nil, fmt.Errorf("column %s is required by the table and unknown to this version", field.Name)
			}
			b := e.builder.Field(i)
			e.appenders = append(e.appenders, func(reflect.Value) { b.AppendNull() })
			continue
		}
		delete(byName, field.Name)
		e.appenders = append(e.appenders, newAppender(c, e.builder.Field(i)))
	}
	for name := range byName {
		return nil, fmt.Errorf("column %s is declared and not in the table", name)
	}
	return e, nil
}

func newAppender(c schemas.Column, b array.Builder) appender {
	var set func(v reflect.Value)
	switch c.Type {
	case schemas.TypeString:
		b := b.(*array.StringBuilder)
		set = func(v reflect.Value) { b.Append(v.String()) }
	case schemas.TypeInt:
		b := b.(*array.Int32Builder)
		set = func(v reflect.Value) { b.Append(int32(v.Int())) }
	case schemas.TypeLong:
		b := b.(*array.Int64Builder)
		set = func(v reflect.Value) { b.Append(v.Int()) }
	case schemas.TypeDouble:
		b := b.(*array.Float64Builder)
		set = func(v reflect.Value) { b.Append(v.Float()) }
	case schemas.TypeBoolean:
		b := b.(*array.BooleanBuilder)
		set = func(v reflect.Value) { b.Append(v.Bool()) }
	case schemas.TypeTimestamp:
		b := b.(*array.TimestampBuilder)
		set = func(v reflect.Value) { b.Append(arrow.Timestamp(v.Interface().(time.Time).UnixMicro())) }
	case schemas.TypeDate:
		b := b.(*array.Date32Builder)
		set = func(v reflect.Value) { b.Append(arrow.Date32(days(v.Interface().(time.Time)))) }
	case schemas.TypeList:
		b := b.(*array.ListBuilder)
		values := b.ValueBuilder().(*array.StringBuilder)
		set = func(v reflect.Value) {
			b.Append(true)
			for i := range v.Len() {
				values.Append(v.Index(i).String())
			}
		}
	}
	return func(row reflect.Value) {
		v := row.FieldByIndex(c.Index)
		switch {
		case !c.IsRequired && schemas.IsNull(v):
			b.AppendNull()
		case v.Kind() == reflect.Pointer:
			set(v.Elem())
		default:
			set(v)
		}
	}
}

func (e *encoder) append(row reflect.Value) {
	for _, add := range e.appenders {
		add(row)
	}
	e.rows++
}

// take returns the rows so far as a batch and starts anew. The batch is the caller's to
// release, or the writer's it is handed to.
func (e *encoder) take() arrow.RecordBatch {
	e.rows = 0
	return e.builder.NewRecordBatch()
}

func (e *encoder) release() { e.builder.Release() }

// valuesOf are the columns' values of a row, nil where null.
func valuesOf(row reflect.Value, columns []schemas.Column) []driver.Value {
	values := make([]driver.Value, len(columns))
	for i, c := range columns {
		v := row.FieldByIndex(c.Index)
		if !c.IsRequired && schemas.IsNull(v) {
			continue
		}
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		values[i] = v.Interface()
	}
	return values
}

// batches encodes rows into record batches; fed counts the rows that went in. Each batch
// is given away with its only reference.
func batches[T any](e *encoder, rows iter.Seq2[T, error], fed *int64) iter.Seq2[arrow.RecordBatch, error] {
	return func(yield func(arrow.RecordBatch, error) bool) {
		for row, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			e.append(reflect.ValueOf(&row).Elem())
			*fed++
			if e.rows == batchRows && !yield(e.take(), nil) {
				return
			}
		}
		if e.rows > 0 {
			yield(e.take(), nil)
		}
	}
}
