package lake_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

// TestExportDuckDB reads an export with an engine of its own.
func TestExportDuckDB(t *testing.T) {
	s := heads(t, openLake(t))
	file := filepath.Join(t.TempDir(), "it's.duckdb")
	if _, err := lake.ExportDuckDB(t.Context(), s, file, schemas.Tables()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", file+"?access_mode=read_only")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var tables, commented int
	if err := db.QueryRow("select count(distinct (schema_name, table_name)), count(*) filter (comment <> '') - count(*) from duckdb_columns() where not internal").Scan(&tables, &commented); err != nil {
		t.Fatal(err)
	}
	if tables != len(schemas.Tables()) || commented != 0 {
		t.Errorf("%d tables, want %d; %d columns without a comment", tables, len(schemas.Tables()), -commented)
	}
}
