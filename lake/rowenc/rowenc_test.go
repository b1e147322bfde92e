package rowenc

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	_ "github.com/duckdb/duckdb-go/v2" // the engine
	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
)

// everyType has a value of each family and a row of nulls.
const everyType = `select * from (values
	(1, true, 12345678901234567890::hugeint, 1.50::decimal(9,2), 2.5::double, 'nan'::double, 'a "b", c', date '2026-05-04', timestamptz '2026-05-04 09:00:00.5+09', time '10:11:12',
	 '\xAB'::blob, uuid '11111111-2222-3333-4444-555555555555', ['x', null], [1, 2], {'k': 1, 'd': date '2026-05-04'}, map {'m': 2}, [[1], [2]]),
	(2, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null))
	t(i, b, h, dec, f, nan, s, d, ts, tm, blob, u, list, ints, struct, map, nested) order by i`

func encode(t *testing.T, format, statement string, limit Limit) ([]byte, Result) {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := Columns(rows)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	e, err := New(format, &b, columns)
	if err != nil {
		t.Fatal(err)
	}
	done, err := Copy(e, rows, len(columns), limit)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), done
}

func TestJSON(t *testing.T) {
	text, _ := encode(t, "json", everyType, Limit{})
	var rows []map[string]any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&rows); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	n := func(s string) json.Number { return json.Number(s) }
	want := map[string]any{"i": n("1"), "b": true, "h": n("12345678901234567890"), "dec": n("1.5"), "f": n("2.5"), "nan": "NaN", "s": `a "b", c`, "d": "2026-05-04", "ts": "2026-05-04T00:00:00.5Z",
		"tm": "10:11:12", "blob": "ab", "u": "11111111-2222-3333-4444-555555555555", "list": []any{"x", nil}, "ints": []any{n("1"), n("2")},
		"struct": map[string]any{"k": n("1"), "d": "2026-05-04T00:00:00Z"}, "map": map[string]any{"m": n("2")}, "nested": []any{[]any{n("1")}, []any{n("2")}}}
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Error(diff)
	}
	for name, v := range rows[1] {
		if v != nil && name != "i" {
			t.Errorf("%s is %v, want null", name, v)
		}
	}
	if !strings.HasPrefix(string(text), `[`+"\n"+`  {"i": 1, "b": true, "h": `) {
		t.Errorf("the columns lost their order: %.60s", text)
	}
}

func TestCSV(t *testing.T) {
	text, _ := encode(t, "csv", "select 'a \"b\", c' as s, ['x','y'] as l, null as n, 7::hugeint as h", Limit{})
	if want := "s,l,n,h\n\"a \"\"b\"\", c\",\"[\"\"x\"\",\"\"y\"\"]\",,7\n"; string(text) != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

// wantColumns are the columns of everyType as Arrow prints them.
var wantColumns = map[string]string{"i": "[1 2]", "b": "[true (null)]", "h": "[12345678901234567890 (null)]", "dec": "[1.5 (null)]", "f": "[2.5 (null)]", "s": `["a \"b\", c" (null)]`,
	"d": "[2026-05-04 (null)]", "u": `["11111111-2222-3333-4444-555555555555" (null)]`, "ints": "[[1 2] (null)]", "list": `[["x" (null)] (null)]`,
	"map": `["{\"m\":2}" (null)]`, "tm": `["10:11:12" (null)]`}

func TestArrow(t *testing.T) {
	stream, _ := encode(t, "arrow", everyType, Limit{})
	r, err := ipc.NewReader(bytes.NewReader(stream))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	if !r.Next() {
		t.Fatalf("no batch: %v", r.Err())
	}
	batch := r.RecordBatch()
	for name, want := range wantColumns {
		if got := batch.Column(batch.Schema().FieldIndices(name)[0]).String(); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if got := batch.Column(batch.Schema().FieldIndices("ts")[0]).ValueStr(0); got != "2026-05-04T00:00:00.5Z" {
		t.Errorf("ts is %s", got)
	}
}

func TestParquet(t *testing.T) {
	text, done := encode(t, "parquet", "select i, 'n' || i as s, [i] as l from range(5000) r(i)", Limit{})
	f, err := file.NewParquetReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	table, err := r.ReadTable(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	if table.NumRows() != 5000 || done.Rows != 5000 {
		t.Errorf("%d rows in the file, %d said, want 5000", table.NumRows(), done.Rows)
	}
}

func TestLimit(t *testing.T) {
	for _, c := range []struct {
		limit Limit
		want  Result
	}{
		{Limit{}, Result{Rows: 10}},
		{Limit{Rows: 10}, Result{Rows: 10}},
		{Limit{Rows: 9}, Result{Rows: 9, IsTruncated: true}},
		{Limit{Bytes: 3 * 108}, Result{Rows: 3, IsTruncated: true}},
	} {
		_, done := encode(t, "csv", "select repeat('x', 100) from range(10)", c.limit)
		if done != c.want {
			t.Errorf("%+v: got %+v, want %+v", c.limit, done, c.want)
		}
	}
}

// TestSameName checks that columns of one name stay apart.
func TestSameName(t *testing.T) {
	text, _ := encode(t, "json", "select 1 as a, 2 as a, 3 as a", Limit{})
	if want := "[\n  {\"a\": 1, \"a_1\": 2, \"a_2\": 3}\n]\n"; string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
}

func TestUnknownFormat(t *testing.T) {
	if _, err := New("xml", nil, nil); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "json, csv, arrow, parquet") {
		t.Errorf("got %v", err)
	}
}
