package queries

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

func ptr[T any](v T) *T { return &v }

func collect[T any](t *testing.T, db queriestest.DB, text string, args ...any) ([]T, error) {
	t.Helper()
	rows, err := db.Query(context.Background(), text, args...)
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	for row, err := range Scan[T](rows) {
		if err != nil {
			return all, err
		}
		all = append(all, row)
	}
	return all, nil
}

type inner struct {
	City string `db:"city"`
}

type kind string

type everything struct {
	inner
	Title    string     `parquet:"title,optional,id(7)"`
	Kind     kind       `db:"kind"`
	Small    int32      `db:"small"`
	Sum      int64      `db:"sum"`
	Count    int        `db:"n"`
	Share    float64    `db:"share"`
	Years    *int32     `db:"years"`
	Pay      *int64     `db:"pay"`
	IsIT     *bool      `db:"is_it"`
	Tags     []string   `db:"tags"`
	At       time.Time  `db:"met_at"`
	Naive    time.Time  `db:"naive"`
	Day      time.Time  `db:"day"`
	Left     *time.Time `db:"left_at"`
	Unmapped string
	Off      string `parquet:"-"`
}

func TestScanReadsEveryKindOfColumnAndNull(t *testing.T) {
	db := queriestest.New(t)
	got, err := collect[everything](t, db, `
		select * from (values
			('서울', 'Go', 'x', 7::utinyint, 9::hugeint, 3::uinteger, 0.25::decimal(4,2), 5::smallint, 6, true,
			 ['a', 'b'], timestamptz '2026-11-22 09:00:00+09', timestamp '2026-11-22 01:02:03.5', date '2026-11-22', timestamptz '2026-11-22 00:00:00+00'),
			(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)
		) t(city, title, kind, small, sum, n, share, years, pay, is_it, tags, met_at, naive, day, left_at)`)
	if err != nil {
		t.Fatal(err)
	}
	midnight := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	want := []everything{{
		inner: inner{City: "서울"}, Title: "Go", Kind: "x", Small: 7, Sum: 9, Count: 3, Share: 0.25, Years: ptr(int32(5)), Pay: ptr(int64(6)),
		IsIT: ptr(true), Tags: []string{"a", "b"}, At: midnight, Naive: time.Date(2026, 11, 22, 1, 2, 3, 5e8, time.UTC), Day: midnight, Left: &midnight,
	}, {}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(everything{})); diff != "" {
		t.Error(diff)
	}
}

func TestScanNamesWhatDoesNotFit(t *testing.T) {
	type row struct {
		A int32  `db:"a"`
		B string `db:"b"`
	}
	db := queriestest.New(t)
	for name, c := range map[string]struct{ text, want string }{
		"column without field": {"select 1 as a, 'x' as b, 2 as c", "no field for column c"},
		"field without column": {"select 1 as a", "no column for field b"},
		"wrong type":           {"select 'x' as a, 'y' as b", "column a: is a string, expected a whole number"},
		"too wide":             {"select 3000000000 as a, 'y' as b", "column a: is 3000000000, expected at most 32 bits"},
		"list for text":        {"select 1 as a, ['y'] as b", "column b: is a []interface {}, expected a text"},
		"fails while running":  {"select 1 as a, error('boom') as b", "boom"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := db.Query(context.Background(), c.text)
			if err == nil {
				for _, err = range Scan[row](rows) {
				}
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestRowStructsOfSchemasGoInAndComeOut(t *testing.T) {
	db := queriestest.New(t)
	at := time.Date(2026, 11, 1, 2, 3, 4, 5000, time.UTC)
	want := schemas.GoldPosting{
		PostingID: strings.Repeat("a", 32), Source: "jumpit", IsIT: true, Country: "KR", URL: "https://example.com/1", Title: "백엔드",
		Roles: []string{"backend"}, ExperienceMinYears: ptr(int32(0)), SalaryMinKRW: ptr(int64(40_000_000)), Techs: []string{"C#", "Go"},
		Status: "open", FirstSeenAt: at, ClusterSize: 1, VersionCount: 1, ContentHash: strings.Repeat("b", 32),
	}
	queriestest.Fill(t, db, want)
	got, err := One[schemas.GoldPosting](context.Background(), db, "serve/posting_by_id", sql.Named("posting_id", want.PostingID))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	_, err = One[schemas.GoldPosting](context.Background(), db, "serve/posting_by_id", sql.Named("posting_id", "nobody"))
	if !errs.Is(err, errs.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
}

func TestEachRefusesOtherArgumentsThanTheStatementHas(t *testing.T) {
	db := queriestest.New(t)
	for name, args := range map[string][]sql.NamedArg{
		"none":     nil,
		"misspelt": {sql.Named("id", "x")},
		"too many": {sql.Named("posting_id", "x"), sql.Named("id", "x")},
	} {
		if _, err := All[schemas.GoldPosting](context.Background(), db, "serve/posting_by_id", args...); err == nil || !strings.Contains(err.Error(), "expected [posting_id]") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := All[schemas.GoldPosting](context.Background(), db, "serve/nothing"); !errs.Is(err, errs.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
}

func TestLeavingTheLoopEarlyClosesTheRows(t *testing.T) {
	db := queriestest.New(t)
	db.SetMaxOpenConns(1)
	for range 3 {
		rows, err := db.Query(context.Background(), "select range as n from range(100000)")
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range Scan[struct {
			N int64 `db:"n"`
		}](rows) {
			if err != nil {
				t.Fatal(err)
			}
			if row.N == 3 {
				break
			}
		}
	}
	if n := db.Stats().InUse; n != 0 {
		t.Errorf("%d connections still in use", n)
	}
}

func TestEveryStatementHasItsHeader(t *testing.T) {
	if len(Names()) == 0 {
		t.Fatal("no statements")
	}
	for _, name := range Names() {
		if strings.HasPrefix(name, examplePrefix) {
			continue // its header is the question
		}
		raw, err := files.ReadFile(name + ".sql")
		if err != nil {
			t.Fatal(err)
		}
		head := strings.ToLower(header(string(raw)))
		words := []string{"grain:", "inputs:", "parameters:"}
		if folder, _, _ := strings.Cut(name, "/"); strings.Contains(head, "grain: one row per") && slices.Contains([]string{"silver", "gold", "serve"}, folder) {
			words = append(words, "key:")
		}
		for _, word := range words {
			if !strings.Contains(head, "-- "+word) {
				t.Errorf("%s.sql: header has no line %q", name, "-- "+word)
			}
		}
		if strings.HasPrefix(head, "-- grain:") {
			t.Errorf("%s.sql: header does not begin with the purpose", name)
		}
		_, declared, _ := strings.Cut(head, "-- parameters:")
		for _, p := range parametersOf(string(raw)) {
			if !strings.Contains(declared, p) {
				t.Errorf("%s.sql: header does not name parameter $%s", name, p)
			}
		}
	}
}

func TestFragmentsAreIncludedAndParametersFound(t *testing.T) {
	loaded, err := load(fstest.MapFS{
		"serve/a.sql":  {Data: []byte("-- head $not\nselect '$not', \"$not\", $one /* $not */\nwhere (\n  -- include: serve/_f\n)\n")},
		"serve/_f.sql": {Data: []byte("-- head of f\n$two = $one -- and $not\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"one", "two"}, loaded["serve/a"].parameters); diff != "" {
		t.Error(diff)
	}
	if text := loaded["serve/a"].text; !strings.Contains(text, "where (\n$two = $one") || strings.Contains(text, "head of f") {
		t.Errorf("got %s", text)
	}
	if len(loaded) != 1 {
		t.Errorf("a fragment became a statement: %v", loaded)
	}
	for name, fsys := range map[string]fstest.MapFS{
		"missing": {"serve/a.sql": {Data: []byte("-- include: serve/_g\n")}},
		"cycle":   {"serve/a.sql": {Data: []byte("select 1\n-- include: serve/_g\n")}, "serve/_g.sql": {Data: []byte("1\n-- include: serve/_g\n")}},
	} {
		if _, err := load(fsys); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

func BenchmarkScanGoldPostings(b *testing.B) {
	db := queriestest.New(b)
	db.Exec(b, `insert into gold.postings by name
		select md5(range::varchar) as posting_id, 'jumpit' as source, true as is_it, 'KR' as country, 'https://example.com/' || range as url,
			'백엔드 개발자 ' || range as title, 'Acme' as company, ['backend'] as roles, ['Go', 'Java', 'MySQL'] as techs, 'open' as status,
			now() as first_seen_at, 1 as cluster_size, repeat('업무 ', 40) as duties, repeat('자격 ', 40) as requirements,
			false as is_always_open, 1 as version_count, md5(range::varchar) as content_hash
		from range(100000)`)
	text := strings.Replace(statements["serve/posting_by_id"].text, "p.posting_id = $posting_id", "true", 1)
	n := 0
	for b.Loop() {
		rows, err := db.Query(context.Background(), text)
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range Scan[schemas.GoldPosting](rows) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
