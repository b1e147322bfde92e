package rowenc

import (
	"database/sql"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
)

// Column is one column of a statement's answer.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"` // as DuckDB names it
}

// Encoder writes rows. It belongs to one goroutine.
type Encoder interface {
	// Row writes one row, a value a column, as database/sql scans it into an any.
	Row(values []any) error
	// Close ends the document. The writer below stays open.
	Close() error
}

// Formats are what [New] knows.
var Formats = []string{"json", "csv", "arrow", "parquet"}

// ContentType of a format, as HTTP names it.
func ContentType(format string) string {
	return map[string]string{"json": "application/json", "csv": "text/csv; charset=utf-8; header=present",
		"arrow": "application/vnd.apache.arrow.stream", "parquet": "application/vnd.apache.parquet"}[format]
}

// New starts a document: "json" is an array of objects, a line each. An unknown format is
// errs.Invalid.
func New(format string, w io.Writer, columns []Column) (Encoder, error) {
	switch format {
	case "json":
		return newObjects(w, columns), nil
	case "csv":
		return newCSV(w, columns)
	case "arrow":
		return newStream(w, columns)
	case "parquet":
		return newParquet(w, columns)
	}
	return nil, errs.New(errs.Invalid, "format is %q, expected one of %s", format, strings.Join(Formats, ", "))
}

// Columns reads what the rows are.
func Columns(rows *sql.Rows) ([]Column, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, fmt.Errorf("read the columns: %w", err)
	}
	columns := make([]Column, len(types))
	for i, t := range types {
		columns[i] = Column{Name: t.Name(), Type: t.DatabaseTypeName()}
	}
	return columns, nil
}

// Limit bounds an answer; zero is no bound.
type Limit struct {
	Rows  int64
	Bytes int64 // of the values, as they lie in memory
}

// Result says what was written.
type Result struct {
	Rows        int64
	IsTruncated bool // there were more
}

// Copy writes the rows that are left, up to the limit, and closes the encoder. Names of
// columns repeat where a statement repeats them.
func Copy(e Encoder, rows *sql.Rows, width int, limit Limit) (Result, error) {
	values, targets := make([]any, width), make([]any, width)
	for i := range values {
		targets[i] = &values[i]
	}
	var done Result
	var bytes int64
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return done, fmt.Errorf("read row %d: %w", done.Rows+1, err)
		}
		for _, v := range values {
			bytes += size(v)
		}
		if limit.Rows > 0 && done.Rows == limit.Rows || limit.Bytes > 0 && bytes > limit.Bytes {
			done.IsTruncated = true
			break
		}
		if err := e.Row(values); err != nil {
			return done, fmt.Errorf("write row %d: %w", done.Rows+1, err)
		}
		done.Rows++
	}
	if err := rows.Err(); err != nil {
		return done, err
	}
	return done, e.Close()
}

// size is about what a value takes.
func size(v any) int64 {
	const word = 8
	switch v := v.(type) {
	case string:
		return int64(len(v)) + word
	case []byte:
		return int64(len(v)) + word
	case []any:
		n := int64(word)
		for _, e := range v {
			n += size(e)
		}
		return n
	case map[string]any:
		n := int64(word)
		for k, e := range v {
			n += int64(len(k)) + size(e)
		}
		return n
	}
	return word
}

// uniqueNames tells columns of one name apart, as formats that need it do: n, n_1, n_2.
func uniqueNames(columns []Column) []string {
	var names []string
	for _, c := range columns {
		name := c.Name
		for i := 1; slices.Contains(names, name); i++ {
			name = fmt.Sprintf("%s_%d", c.Name, i)
		}
		names = append(names, name)
	}
	return names
}
