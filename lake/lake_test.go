package lake_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

var noon = time.Date(2026, 5, 4, 3, 0, 0, 123456000, time.UTC)

func openLake(t testing.TB) *lake.Lake {
	t.Helper()
	l, err := lake.Open(t.Context(), lake.Options{URI: "file://" + filepath.Join(t.TempDir(), "lake"), Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func each[T any](rows ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func posting(n int, source string, at time.Time) schemas.SilverPosting {
	return schemas.SilverPosting{
		PostingID: schemas.PostingID(source, fmt.Sprint(n)), Source: source, BoardID: fmt.Sprint(n), ContentHash: schemas.PostingID("h", fmt.Sprint(n)),
		ValidFrom: at, URL: "https://example.com/" + fmt.Sprint(n), Title: fmt.Sprintf("개발자 %d", n), IsIT: n%2 == 0, Roles: []string{"backend", "devops"},
	}
}

func count(t testing.TB, s *lake.Session, query string, args ...any) (n int64) {
	t.Helper()
	rows, err := s.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if !rows.Next() {
		t.Fatal("no row")
	}
	if err := errors.Join(rows.Scan(&n), rows.Err()); err != nil {
		t.Fatal(err)
	}
	return n
}

func heads(t testing.TB, l *lake.Lake) *lake.Session {
	t.Helper()
	set, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Session(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestOverwriteReplacesItsUnitAlone(t *testing.T) {
	l := openLake(t)
	day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
	unit := func(source string, n int) lake.Filter {
		return lake.And(lake.Equal("source", source), lake.Within("valid_from", day(n), day(n+1)))
	}
	write := func(f lake.Filter, rows ...schemas.SilverPosting) {
		t.Helper()
		c, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, f, each(rows...))
		if err != nil {
			t.Fatal(err)
		}
		if c.Rows != int64(len(rows)) {
			t.Fatalf("rows written: got %d, want %d", c.Rows, len(rows))
		}
	}
	write(lake.And(lake.Equal("source", "jumpit"), lake.Within("valid_from", day(0), day(3))),
		posting(1, "jumpit", day(0)), posting(2, "jumpit", day(1)), posting(3, "jumpit", day(2)))
	write(unit("rallit", 0), posting(4, "rallit", day(0)))
	for range 2 { // the second time changes nothing
		write(unit("jumpit", 1), posting(2, "jumpit", day(1)), posting(5, "jumpit", day(1).Add(time.Hour)))
	}
	write(unit("jumpit", 2)) // an empty unit
	s := heads(t, l)
	rows, err := s.Query(t.Context(), "select board_id, valid_from, title, roles, company, is_it from silver.postings order by board_id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var id, title string
		var at time.Time
		var roles any
		var company *string
		var isIT bool
		if err := rows.Scan(&id, &at, &title, &roles, &company, &isIT); err != nil {
			t.Fatal(err)
		}
		if company != nil {
			t.Errorf("company of %s: got %q, want null", id, *company)
		}
		got = append(got, fmt.Sprint(id, " ", at.UTC().Format(time.RFC3339Nano), " ", title, " ", roles, " ", isIT))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"1 2026-05-04T03:00:00.123456Z 개발자 1 [backend devops] false",
		"2 2026-05-05T03:00:00.123456Z 개발자 2 [backend devops] true",
		"4 2026-05-04T03:00:00.123456Z 개발자 4 [backend devops] true",
		"5 2026-05-05T04:00:00.123456Z 개발자 5 [backend devops] false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// Without the translation of lost races most of these commits fail.
func TestConcurrentCommits(t *testing.T) {
	l := openLake(t)
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Nothing, each[schemas.SilverPosting]()); err != nil {
		t.Fatal(err)
	}
	const writers, each5 = 8, 5
	var wg sync.WaitGroup
	failures := make(chan error, writers*each5)
	for w := range writers {
		wg.Go(func() {
			source := fmt.Sprintf("source%d", w)
			for n := range each5 {
				at := noon.AddDate(0, 0, n)
				_, err := lake.Overwrite(context.Background(), l, schemas.SilverPostings,
					lake.And(lake.Equal("source", source), lake.Within("valid_from", at, at.Add(time.Hour))), each(posting(n, source, at)))
				failures <- err
			}
		})
	}
	wg.Wait()
	close(failures)
	for err := range failures {
		if err != nil {
			t.Error(err)
		}
	}
	if n := count(t, heads(t, l), "select count(*) from silver.postings"); n != writers*each5 {
		t.Errorf("rows: got %d, want %d", n, writers*each5)
	}
}

// Writers of one unit at the same time: each replaces it whole, and what stands in the end
// is what one of them wrote.
func TestConcurrentCommitsOfOneUnit(t *testing.T) {
	l := openLake(t)
	unit := lake.And(lake.Equal("source", "s"), lake.Within("valid_from", noon, noon.Add(time.Hour)))
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, unit, each(posting(0, "s", noon))); err != nil {
		t.Fatal(err)
	}
	const writers, rows = 6, 3
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			var own []schemas.SilverPosting
			for n := range rows {
				p := posting(100*w+n, "s", noon)
				p.Company = fmt.Sprintf("writer %d", w)
				own = append(own, p)
			}
			if _, err := lake.Overwrite(context.Background(), l, schemas.SilverPostings, unit, each(own...)); err != nil {
				t.Errorf("writer %d: %v", w, err)
			}
		})
	}
	wg.Wait()
	s := heads(t, l)
	if n := count(t, s, "select count(*) * 10 + count(distinct company) from silver.postings"); n != rows*10+1 {
		t.Errorf("rows and writers: got %d, want %d: one writer's rows alone", n, rows*10+1)
	}
}

// A writer that releases batches it does not own, or drops some, loses rows without an
// error: 50,000 rows make 25 batches.
func TestEveryRowArrives(t *testing.T) {
	l := openLake(t)
	const n = 50_000
	rows := func(yield func(schemas.SilverPostingTech, error) bool) {
		for i := range n {
			row := schemas.SilverPostingTech{PostingID: schemas.PostingID("s", fmt.Sprint(i)), ContentHash: schemas.PostingID("h", "x"), ValidFrom: noon.AddDate(0, i%3, 0),
				Source: "s", TechID: fmt.Sprintf("tech-%d", i), Tech: fmt.Sprint(i), Need: "required", Method: "dictionary"}
			if !yield(row, nil) {
				return
			}
		}
	}
	c, err := lake.Overwrite(t.Context(), l, schemas.SilverPostingTechs, lake.Everything, rows)
	if err != nil {
		t.Fatal(err)
	}
	s := heads(t, l)
	if got := count(t, s, "select count(distinct tech_id) from silver.posting_techs"); c.Rows != n || got != n {
		t.Errorf("fed %d, committed %d, read %d", n, c.Rows, got)
	}
}

// Bloom filters take a megabyte for each column and row group.
func TestSmallFilesAreSmall(t *testing.T) {
	l := openLake(t)
	var rows []schemas.SilverPosting
	for i := range 60 {
		rows = append(rows, posting(i, "s", noon))
	}
	c, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Everything, each(rows...))
	if err != nil {
		t.Fatal(err)
	}
	if c.SizeBytes > 64<<10 {
		t.Errorf("60 rows take %d bytes, want less than 64 KiB", c.SizeBytes)
	}
}

// Projection and filter over rows that came from Go must answer for the right columns:
// DuckDB's Arrow views return the first column for the second, and ignore the filter.
func TestLoadedRowsAreProjectedAndFiltered(t *testing.T) {
	s := heads(t, openLake(t))
	var rows []schemas.GoldTechPair
	for i := range 5 {
		rows = append(rows, schemas.GoldTechPair{TechID: fmt.Sprintf("a%d", i), OtherID: fmt.Sprintf("b%d", i%2), JointCount: int64(i), TechCount: 1, OtherCount: 1, Lift: 0.5, PPMI: 1.5})
	}
	if err := lake.Load(t.Context(), s, "pairs", func(yield func(schemas.GoldTechPair) bool) {
		for _, row := range rows {
			if !yield(row) {
				return
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if got := count(t, s, "select count(*) from pairs where other_id = 'b1'"); got != 2 {
		t.Errorf("filtered: got %d rows, want 2", got)
	}
	if got := count(t, s, "select (sum(ppmi) * 10)::bigint from pairs"); got != 75 {
		t.Errorf("projected double: got %d, want 75", got)
	}
}

func TestAFailedWriteLeavesNothing(t *testing.T) {
	l := openLake(t)
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Everything, each(posting(1, "s", noon))); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the page fell apart")
	rows := func(yield func(schemas.SilverPosting, error) bool) {
		for i := range 5000 {
			if !yield(posting(i, "s", noon), nil) {
				return
			}
		}
		yield(schemas.SilverPosting{}, broken)
	}
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Everything, rows); !errors.Is(err, broken) {
		t.Fatalf("error: got %v, want %v", err, broken)
	}
	if n := count(t, heads(t, l), "select count(*) from silver.postings"); n != 1 {
		t.Errorf("rows after a failed write: got %d, want 1", n)
	}
}

func TestPublish(t *testing.T) {
	l := openLake(t)
	if _, err := l.Published(t.Context()); !errs.Is(err, errs.NotFound) {
		t.Fatalf("nothing published: got %v, want not found", err)
	}
	write := func(n int) {
		t.Helper()
		if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Nothing, each(posting(n, "s", noon))); err != nil {
			t.Fatal(err)
		}
	}
	write(1)
	set, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := l.Publish(context.Background(), set, noon); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	write(2) // readers of the published set do not see it
	published, err := l.Published(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if published.Seq != 4 || !published.PublishedAt.Equal(noon) {
		t.Errorf("newest set: got seq %d at %s, want 4 at %s", published.Seq, published.PublishedAt, noon)
	}
	for seen, want := range map[int64]int64{4: 4, 3: 4, 1: 4} {
		if next, err := l.PublishedSince(t.Context(), lake.Set{Seq: seen}); err != nil || next.Seq != want {
			t.Errorf("after %d: got seq %d, %v, want %d", seen, next.Seq, err, want)
		}
	}
	s, err := l.Session(t.Context(), published)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n := count(t, s, "select count(*) from silver.postings"); n != 1 {
		t.Errorf("rows of the published set: got %d, want 1", n)
	}
	if n := count(t, s, "select count(*) from gold.tech_daily"); n != 0 {
		t.Errorf("rows of a table never written: got %d, want 0", n)
	}
}

func TestSessionErrorsHaveKinds(t *testing.T) {
	s := heads(t, openLake(t))
	for _, query := range []string{"selec 1", "select nothing from gold.postings", "select * from gold.nosuch"} {
		_, err := s.Query(t.Context(), query) //nolint:rowserrcheck,sqlclosecheck // there are no rows
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: got %v, want an invalid statement", query, err)
		}
	}
}

func TestMinFreeDisk(t *testing.T) {
	l, err := lake.Open(t.Context(), lake.Options{URI: "file://" + t.TempDir(), MinFreeBytes: 1 << 60})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Everything, each(posting(1, "s", noon)))
	if !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), "min_free_disk") {
		t.Errorf("got %v, want unavailable naming min_free_disk", err)
	}
	if _, err := os.Stat(filepath.Join(l.Objects().URI()[len("file://"):], "silver")); !os.IsNotExist(err) {
		t.Errorf("something was written: %v", err)
	}
}
