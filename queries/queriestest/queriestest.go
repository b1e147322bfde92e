// Package queriestest gives tests a real DuckDB in memory that holds every table of the
// lake, empty, and fills it from row structs. A test that uses it imports the DuckDB driver
// for its side effect.
package queriestest

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/techmapit/tmi/schemas"
)

// DB is a DuckDB in memory; it is a queries.Runner and safe for concurrent use.
type DB struct{ *sql.DB }

// New opens a database with every table of schemas.Tables, empty, and closes it with
// the test. The session's time zone is UTC.
func New(t testing.TB) DB {
	t.Helper()
	pool, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	db := DB{pool}
	db.Exec(t, "set global timezone = 'UTC'")
	for _, layer := range []schemas.Layer{schemas.Bronze, schemas.Silver, schemas.Gold, schemas.Ops} {
		db.Exec(t, "create schema "+string(layer))
	}
	for _, table := range schemas.Tables() {
		var columns []string
		for _, c := range table.Columns() {
			columns = append(columns, fmt.Sprintf("%q %s", c.Name, duckType(c.Type)))
		}
		db.Exec(t, fmt.Sprintf("create table %s (%s)", table.Name(), strings.Join(columns, ", ")))
	}
	return db
}

// Query runs a statement; the caller closes the rows.
func (db DB) Query(ctx context.Context, sql string, args ...any) (*sql.Rows, error) {
	return db.QueryContext(ctx, sql, args...)
}

// Exec runs a statement without rows and fails the test on an error.
func (db DB) Exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := db.DB.Exec(sql, args...); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// Fill inserts rows into the table whose row struct T is.
func Fill[T any](t testing.TB, db DB, rows ...T) {
	t.Helper()
	row := reflect.TypeFor[T]()
	for _, table := range schemas.Tables() {
		if table.RowType() == row {
			fill(t, db, table, reflect.ValueOf(rows))
			return
		}
	}
	t.Fatalf("no table has rows of %s", row)
}

func fill(t testing.TB, db DB, table schemas.Table, rows reflect.Value) {
	t.Helper()
	columns := table.Columns()
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	insertRows(t, tx, table, columns, fmt.Sprintf("insert into %s values (%s)", table.Name(), marks), rows)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

func insertRows(t testing.TB, tx *sql.Tx, table schemas.Table, columns []schemas.Column, statement string, rows reflect.Value) {
	t.Helper()
	insert, err := tx.Prepare(statement)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := insert.Close(); err != nil {
			t.Error(err)
		}
	}()
	for i := range rows.Len() {
		values := make([]any, len(columns))
		for j, c := range columns {
			if v := rows.Index(i).FieldByIndex(c.Index); c.IsRequired || !schemas.IsNull(v) {
				values[j] = reflect.Indirect(v).Interface()
			}
		}
		if _, err := insert.Exec(values...); err != nil {
			t.Fatalf("insert row %d into %s: %v", i, table.Name(), err)
		}
	}
}

func duckType(t schemas.ColumnType) string {
	switch t {
	case schemas.TypeString:
		return "varchar"
	case schemas.TypeInt:
		return "integer"
	case schemas.TypeLong:
		return "bigint"
	case schemas.TypeDouble:
		return "double"
	case schemas.TypeBoolean:
		return "boolean"
	case schemas.TypeTimestamp:
		return "timestamptz"
	case schemas.TypeDate:
		return "date"
	case schemas.TypeList:
		return "varchar[]"
	}
	panic("queriestest: no DuckDB type for " + string(t))
}
