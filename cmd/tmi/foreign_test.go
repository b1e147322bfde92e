package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

// pyiceberg and DuckDB's iceberg extension, each by its own reading of catalog, metadata,
// manifests and Parquet, find in every table the rows that we count, with the same nulls.
func TestForeignReaders(t *testing.T) {
	python := os.Getenv("TMI_TEST_PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import pyiceberg.catalog.sql, pyarrow, sqlalchemy, duckdb, duckdb_extension_avro, duckdb_extension_iceberg").CombinedOutput(); err != nil {
		t.Skipf("no Python with pyiceberg and DuckDB's iceberg extension (%s: %v %s); set TMI_TEST_PYTHON to one", python, err, oneLine(string(out)))
	}
	m := newMarket(t, replica.Config{Seed: 5, Postings: 60, Days: 2})
	m.run(t, 1).wants(t, 0)
	m.run(t, 2).wants(t, 0)

	var stderr strings.Builder
	reader := exec.Command(python, "testdata/read_tables.py", m.root)
	reader.Stderr = &stderr
	out, err := reader.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	var read map[string]struct {
		PyIceberg      int64            `json:"pyiceberg"`
		DuckDB         int64            `json:"duckdb"`
		Columns        []string         `json:"columns"`
		Commented      int              `json:"commented"`
		PyIcebergNulls map[string]int64 `json:"pyiceberg_nulls"`
		DuckDBNulls    map[string]int64 `json:"duckdb_nulls"`
	}
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	r := tmi(t, m.environ, "", "tables", "--output", "json")
	r.wants(t, 0)
	var ours []tableRow
	if err := json.Unmarshal([]byte(r.stdout), &ours); err != nil {
		t.Fatal(err)
	}
	counted := 0
	for _, row := range ours {
		theirs, isStored := read[row.Name]
		if !isStored {
			if row.Rows != 0 {
				t.Errorf("%s has %d rows and is in no catalog", row.Name, row.Rows)
			}
			continue
		}
		if row.Rows > 0 {
			counted++
		}
		if theirs.PyIceberg != row.Rows || theirs.DuckDB != row.Rows {
			t.Errorf("%s: pyiceberg read %d rows, DuckDB %d, want %d", row.Name, theirs.PyIceberg, theirs.DuckDB, row.Rows)
		}
		if diff := cmp.Diff(theirs.PyIcebergNulls, theirs.DuckDBNulls); diff != "" {
			t.Errorf("%s: nulls (-pyiceberg +DuckDB):\n%s", row.Name, diff)
		}
		declared, ok := schemas.TableByName(row.Name)
		if !ok || len(theirs.Columns) != len(declared.Columns()) || theirs.Commented != len(theirs.Columns) {
			t.Errorf("%s: %d columns, %d with a comment, want %d", row.Name, len(theirs.Columns), theirs.Commented, len(declared.Columns()))
		}
	}
	if counted < 14 {
		t.Errorf("only %d tables have rows: the test compares too little", counted)
	}
}
