package laketest

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	sqlcatalog "github.com/apache/iceberg-go/catalog/sql"
	"github.com/apache/iceberg-go/table"
	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// openCatalog opens the SQLite catalog of a lake in a folder as another program would.
func openCatalog(t testing.TB, root string) catalog.Catalog {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(root, "catalog.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	c, err := sqlcatalog.NewCatalog("lake", db, sqlcatalog.SQLite, iceberg.Properties{"warehouse": "file://" + root})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// SetVersion makes a stored table say that it is of another version of its declaration.
func SetVersion(t testing.TB, root, name string, version int) {
	t.Helper()
	head, err := openCatalog(t, root).LoadTable(t.Context(), strings.Split(name, "."))
	if err != nil {
		t.Fatal(err)
	}
	tx := head.NewTransaction()
	if err := tx.SetProperties(iceberg.Properties{"tmi.schema-version": strconv.Itoa(version)}); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// StoreOlderDuplicates puts in place of silver.duplicates, whether or not it is there, in a
// lake with other tables of its layer, one of version 0 with two rows: note is not declared
// any more, and no column has a comment. Unless it is whole, the score is a text and columns
// that are required by now are missing.
func StoreOlderDuplicates(t testing.TB, root string, isWhole bool) {
	t.Helper()
	c, id := openCatalog(t, root), table.Identifier{"silver", "duplicates"}
	if exists, err := c.CheckTableExists(t.Context(), id); err != nil {
		t.Fatal(err)
	} else if exists {
		if err := c.DropTable(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	field := func(n int, name string, of iceberg.Type) iceberg.NestedField {
		return iceberg.NestedField{ID: n, Name: name, Type: of, Required: n < 3}
	}
	text := iceberg.PrimitiveTypes.String
	fields := []iceberg.NestedField{field(1, "posting_id", text), field(2, "cluster_id", text), field(3, "note", text)}
	values := `"note": "x", "score": "high"`
	if isWhole {
		fields = append(fields, field(4, "rule_version", iceberg.PrimitiveTypes.Int32), field(5, "score", iceberg.PrimitiveTypes.Float64), field(6, "found_at", iceberg.PrimitiveTypes.TimestampTz))
		values = `"note": "x", "rule_version": 1, "score": 0.25, "found_at": "2026-05-01T00:00:00Z"`
	} else {
		fields = append(fields, field(4, "score", text))
	}
	older, err := c.CreateTable(t.Context(), id, iceberg.NewSchema(0, fields...), catalog.WithLocation("file://"+root+"/silver/duplicates_older"),
		catalog.WithProperties(iceberg.Properties{"tmi.schema-version": "0", "format-version": "2"}))
	if err != nil {
		t.Fatal(err)
	}
	columns, err := table.SchemaToArrowSchema(older.Schema(), nil, true, false)
	if err != nil {
		t.Fatal(err)
	}
	face, other := strings.Repeat("a", 32), strings.Repeat("b", 32)
	rows, _, err := array.RecordFromJSON(memory.DefaultAllocator, columns, strings.NewReader(fmt.Sprintf(
		`[{"posting_id": %q, "cluster_id": %q, %s}, {"posting_id": %q, "cluster_id": %q, %s}]`, face, face, values, other, face, values)))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	reader, err := array.NewRecordReader(columns, []arrow.RecordBatch{rows})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	if _, err := older.Append(t.Context(), reader, nil); err != nil {
		t.Fatal(err)
	}
}
