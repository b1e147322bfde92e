package rowenc

import (
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/duckdb/duckdb-go/v2"
)

// batchRows is how many rows a record batch holds.
const batchRows = 2048

// batches gathers rows into record batches for the writer below.
type batches struct {
	builder *array.RecordBuilder
	columns []Column
	rows    int
	write   func(arrow.RecordBatch) error
	end     func() error
}

func newStream(w io.Writer, columns []Column) (*batches, error) {
	e := newBatches(columns)
	writer := ipc.NewWriter(w, ipc.WithSchema(e.builder.Schema()), ipc.WithAllocator(memory.DefaultAllocator))
	e.write, e.end = writer.Write, writer.Close
	return e, nil
}

func newParquet(w io.Writer, columns []Column) (*batches, error) {
	e := newBatches(columns)
	writer, err := pqarrow.NewFileWriter(e.builder.Schema(), keepOpen{w},
		parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd)), pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return nil, fmt.Errorf("start a Parquet file: %w", err)
	}
	e.write, e.end = writer.WriteBuffered, writer.Close
	return e, nil
}

// keepOpen hides a writer's Close, which pqarrow would call.
type keepOpen struct{ io.Writer }

func newBatches(columns []Column) *batches {
	fields := make([]arrow.Field, len(columns))
	for i, name := range uniqueNames(columns) {
		fields[i] = arrow.Field{Name: name, Type: arrowType(columns[i].Type), Nullable: true}
	}
	return &batches{builder: array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil)), columns: columns}
}

func (e *batches) Row(values []any) error {
	for i, v := range values {
		if err := add(e.builder.Field(i), v, e.columns[i].Type); err != nil {
			return fmt.Errorf("column %s: %w", e.columns[i].Name, err)
		}
	}
	if e.rows++; e.rows%batchRows == 0 {
		return e.flush()
	}
	return nil
}

func (e *batches) flush() error {
	batch := e.builder.NewRecordBatch()
	defer batch.Release()
	return e.write(batch)
}

func (e *batches) Close() error {
	defer e.builder.Release()
	if e.rows%batchRows > 0 {
		if err := e.flush(); err != nil {
			return err
		}
	}
	return e.end()
}

var scalarTypes = map[string]arrow.DataType{
	"BOOLEAN": arrow.FixedWidthTypes.Boolean,
	"TINYINT": arrow.PrimitiveTypes.Int8, "SMALLINT": arrow.PrimitiveTypes.Int16, "INTEGER": arrow.PrimitiveTypes.Int32, "BIGINT": arrow.PrimitiveTypes.Int64,
	"UTINYINT": arrow.PrimitiveTypes.Uint8, "USMALLINT": arrow.PrimitiveTypes.Uint16, "UINTEGER": arrow.PrimitiveTypes.Uint32, "UBIGINT": arrow.PrimitiveTypes.Uint64,
	"FLOAT": arrow.PrimitiveTypes.Float32, "DOUBLE": arrow.PrimitiveTypes.Float64,
	"DATE": arrow.FixedWidthTypes.Date32, "BLOB": arrow.BinaryTypes.Binary,
	"TIMESTAMP": &arrow.TimestampType{Unit: arrow.Microsecond}, "TIMESTAMP_S": &arrow.TimestampType{Unit: arrow.Microsecond},
	"TIMESTAMP_MS": &arrow.TimestampType{Unit: arrow.Microsecond}, "TIMESTAMP_NS": &arrow.TimestampType{Unit: arrow.Microsecond},
	"TIMESTAMPTZ": &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, "TIMESTAMP WITH TIME ZONE": &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"},
	"HUGEINT": &arrow.Decimal128Type{Precision: 38}, "UHUGEINT": &arrow.Decimal128Type{Precision: 38},
}

// arrowType is text for what has no counterpart.
func arrowType(duckType string) arrow.DataType {
	if t, ok := scalarTypes[duckType]; ok {
		return t
	}
	if width, scale, ok := decimalOf(duckType); ok {
		return &arrow.Decimal128Type{Precision: width, Scale: scale}
	}
	if element := elementType(duckType); element != "" && elementType(element) == "" && !strings.HasPrefix(element, "STRUCT") && !strings.HasPrefix(element, "MAP") {
		return arrow.ListOf(arrowType(element))
	}
	return arrow.BinaryTypes.String
}

// decimalOf reads DECIMAL(18,3).
func decimalOf(duckType string) (width, scale int32, ok bool) {
	inner, ok := strings.CutPrefix(duckType, "DECIMAL(")
	if !ok {
		return 0, 0, false
	}
	w, s, ok := strings.Cut(strings.TrimSuffix(inner, ")"), ",")
	a, err1 := strconv.Atoi(strings.TrimSpace(w))
	b, err2 := strconv.Atoi(strings.TrimSpace(s))
	return int32(a), int32(b), ok && err1 == nil && err2 == nil
}

// add appends one value of the driver to a column.
func add(b array.Builder, v any, duckType string) error {
	if v == nil {
		b.AppendNull()
		return nil
	}
	fits := true
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(Text(v, duckType))
	case *array.BooleanBuilder:
		fits = addTo(b.Append, v)
	case *array.Int8Builder:
		fits = addTo(b.Append, v)
	case *array.Int16Builder:
		fits = addTo(b.Append, v)
	case *array.Int32Builder:
		fits = addTo(b.Append, v)
	case *array.Int64Builder:
		fits = addTo(b.Append, v)
	case *array.Uint8Builder:
		fits = addTo(b.Append, v)
	case *array.Uint16Builder:
		fits = addTo(b.Append, v)
	case *array.Uint32Builder:
		fits = addTo(b.Append, v)
	case *array.Uint64Builder:
		fits = addTo(b.Append, v)
	case *array.Float32Builder:
		fits = addTo(b.Append, v)
	case *array.Float64Builder:
		fits = addTo(b.Append, v)
	case *array.BinaryBuilder:
		fits = addTo(b.Append, v)
	case *array.Date32Builder:
		fits = addTo(func(t time.Time) { b.Append(arrow.Date32FromTime(t)) }, v)
	case *array.TimestampBuilder:
		fits = addTo(func(t time.Time) { b.Append(arrow.Timestamp(t.UnixMicro())) }, v)
	case *array.Decimal128Builder:
		n, ok := unscaled(v)
		if !ok || n.BitLen() > 127 {
			return fmt.Errorf("%v does not fit a decimal of 38 digits", v)
		}
		b.Append(decimal128.FromBigInt(n))
	case *array.ListBuilder:
		list, ok := v.([]any)
		if fits = ok; !ok {
			break
		}
		b.Append(true)
		for _, e := range list {
			if err := add(b.ValueBuilder(), e, elementType(duckType)); err != nil {
				return err
			}
		}
	default:
		fits = false
	}
	if !fits {
		return fmt.Errorf("a %T is no %s", v, duckType)
	}
	return nil
}

func addTo[T any](appendValue func(T), v any) bool {
	t, ok := v.(T)
	if ok {
		appendValue(t)
	}
	return ok
}

func unscaled(v any) (*big.Int, bool) {
	switch v := v.(type) {
	case *big.Int:
		return v, true
	case duckdb.Decimal:
		return v.Value, v.Value != nil
	}
	return nil, false
}
