package lake

import (
	"reflect"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// decoder makes row structs of a record batch: what [encoder] does, the other way.
type decoder struct {
	fields []decodedField
}

// decodedField is a column of the batch and the field of the row that it fills.
type decodedField struct {
	column arrow.Array
	index  []int
	value  func(i int) any
}

// newDecoder binds a batch to the columns of a row struct by name. Columns that the batch
// lacks stay as they are in the row; errs.Contract where a column has another type.
func newDecoder(record arrow.RecordBatch, columns []schemas.Column) (*decoder, error) {
	d := &decoder{}
	byName := map[string]schemas.Column{}
	for _, c := range columns {
		byName[c.Name] = c
	}
	for i, field := range record.Schema().Fields() {
		c, ok := byName[field.Name]
		if !ok {
			continue
		}
		value := valueOf(record.Column(i))
		if value == nil {
			return nil, errs.New(errs.Contract, "column %s: rows of %s are not read back", c.Name, field.Type)
		}
		d.fields = append(d.fields, decodedField{record.Column(i), c.Index, value})
	}
	return d, nil
}

func valueOf(column arrow.Array) func(i int) any {
	switch a := column.(type) {
	case *array.String:
		return func(i int) any { return a.Value(i) }
	case *array.Int32:
		return func(i int) any { return a.Value(i) }
	case *array.Int64:
		return func(i int) any { return a.Value(i) }
	case *array.Float64:
		return func(i int) any { return a.Value(i) }
	case *array.Boolean:
		return func(i int) any { return a.Value(i) }
	case *array.Timestamp:
		return func(i int) any { return time.UnixMicro(int64(a.Value(i))).UTC() }
	case *array.Date32:
		return func(i int) any { return a.Value(i).ToTime() }
	case *array.List:
		values, ok := a.ListValues().(*array.String)
		if !ok {
			return nil
		}
		return func(i int) any {
			from, to := a.ValueOffsets(i)
			list := make([]string, 0, to-from)
			for k := from; k < to; k++ {
				list = append(list, values.Value(int(k)))
			}
			return list
		}
	}
	return nil
}

// row fills a zero row struct with the batch's ith row. Its texts lie in the batch.
func (d *decoder) row(i int, row reflect.Value) {
	for _, f := range d.fields {
		if f.column.IsNull(i) {
			continue
		}
		field := row.FieldByIndex(f.index)
		if field.Kind() == reflect.Pointer {
			field.Set(reflect.New(field.Type().Elem()))
			field = field.Elem()
		}
		field.Set(reflect.ValueOf(f.value(i)).Convert(field.Type()))
	}
}
