package rowenc

import (
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

const instant = "2006-01-02T15:04:05.999999Z07:00"

// Text is a value as CSV and tables show it: null is empty, lists and structs are JSON.
// The type is DuckDB's name of it; "" where it is not known.
func Text(v any, duckType string) string {
	switch v := plain(v, duckType).(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case []any, map[string]any:
		text, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(text)
	default:
		return fmt.Sprint(v)
	}
}

// plain turns a value of the driver into what encoding/json writes as documented.
func plain(v any, duckType string) any {
	switch v := v.(type) {
	case time.Time:
		switch duckType {
		case "DATE":
			return v.UTC().Format(time.DateOnly)
		case "TIME", "TIME WITH TIME ZONE", "TIMETZ":
			return v.UTC().Format("15:04:05.999999")
		}
		return v.UTC().Format(instant)
	case []byte:
		if duckType == "UUID" && len(v) == 16 {
			return fmt.Sprintf("%x-%x-%x-%x-%x", v[:4], v[4:6], v[6:8], v[8:10], v[10:])
		}
		return hex.EncodeToString(v)
	case duckdb.Decimal:
		return json.Number(v.String())
	case *big.Int:
		return json.Number(v.String())
	case duckdb.UUID:
		return v.String()
	case duckdb.Interval:
		return fmt.Sprintf("%d months %d days %d microseconds", v.Months, v.Days, v.Micros)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprint(v)
		}
		return v
	case float32:
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Sprint(v)
		}
		return v
	case []any:
		list, element := make([]any, len(v)), elementType(duckType)
		for i, e := range v {
			list[i] = plain(e, element)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for k, e := range v {
			object[k] = plain(e, "")
		}
		return object
	case duckdb.OrderedMap:
		object := make(map[string]any, v.Len())
		keys, values := v.Keys(), v.Values()
		for i, k := range keys {
			object[Text(k, "")] = plain(values[i], "")
		}
		return object
	case duckdb.Map:
		object := make(map[string]any, len(v))
		for k, e := range v {
			object[Text(k, "")] = plain(e, "")
		}
		return object
	case duckdb.Union:
		return plain(v.Value, "")
	}
	return v
}

// elementType of a list: VARCHAR of VARCHAR[].
func elementType(duckType string) string {
	if n := len(duckType) - 2; n > 0 && duckType[n:] == "[]" {
		return duckType[:n]
	}
	return ""
}

type csvEncoder struct {
	w       *csv.Writer
	columns []Column
	record  []string
}

func newCSV(w io.Writer, columns []Column) (*csvEncoder, error) {
	e := &csvEncoder{w: csv.NewWriter(w), columns: columns, record: make([]string, len(columns))}
	for i, c := range columns {
		e.record[i] = c.Name
	}
	return e, e.w.Write(e.record)
}

func (e *csvEncoder) Row(values []any) error {
	for i, v := range values {
		e.record[i] = Text(v, e.columns[i].Type)
	}
	return e.w.Write(e.record)
}

func (e *csvEncoder) Close() error {
	e.w.Flush()
	return e.w.Error()
}

// objects writes an array of objects, whose keys keep the order of the columns, which a map
// would lose.
type objects struct {
	w       io.Writer
	columns []Column
	keys    [][]byte
	buffer  []byte
	rows    int
}

func newObjects(w io.Writer, columns []Column) *objects {
	e := &objects{w: w, columns: columns}
	for _, name := range uniqueNames(columns) {
		key, err := json.Marshal(name)
		if err != nil {
			panic(err) // strings always encode
		}
		e.keys = append(e.keys, key)
	}
	return e
}

func (e *objects) Row(values []any) error {
	e.buffer = append(e.buffer[:0], map[bool]string{true: "[\n  {", false: ",\n  {"}[e.rows == 0]...)
	for i, v := range values {
		if i > 0 {
			e.buffer = append(e.buffer, ", "...)
		}
		value, err := json.Marshal(plain(v, e.columns[i].Type))
		if err != nil {
			return fmt.Errorf("column %s: %w", e.columns[i].Name, err)
		}
		e.buffer = append(append(append(e.buffer, e.keys[i]...), ": "...), value...)
	}
	e.rows++
	_, err := e.w.Write(append(e.buffer, '}'))
	return err
}

func (e *objects) Close() error {
	end := "\n]\n"
	if e.rows == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(e.w, end)
	return err
}
