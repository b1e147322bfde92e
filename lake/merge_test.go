package lake_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

func mention(posting int, tech string) schemas.GoldPostingTech {
	return schemas.GoldPostingTech{PostingID: schemas.PostingID("jumpit", fmt.Sprint(posting)), TechID: tech, Tech: tech, Need: schemas.NeedRequired, Method: schemas.MethodDictionary, Surface: fmt.Sprint(posting)}
}

func TestMerge(t *testing.T) {
	l := openLake(t)
	ids := func(postings ...int) map[string]bool {
		set := map[string]bool{}
		for _, n := range postings {
			set[schemas.PostingID("jumpit", fmt.Sprint(n))] = true
		}
		return set
	}
	merge := func(replaced map[string]bool, wantFiles int, rows ...schemas.GoldPostingTech) {
		t.Helper()
		c, err := lake.Merge(t.Context(), l, schemas.GoldPostingTechs, "posting_id", replaced, nil, each(rows...))
		if err != nil {
			t.Fatal(err)
		}
		if c.Rows != int64(len(rows)) || c.Files != wantFiles || c.SnapshotID == 0 {
			t.Errorf("commit %+v, want %d rows, %d files and a snapshot", c, len(rows), wantFiles)
		}
	}
	read := func(want ...string) {
		t.Helper()
		s := heads(t, l)
		rows, err := s.Query(t.Context(), "select surface || ' ' || tech_id || coalesce(' ' || section, '') as line from gold.posting_techs order by line")
		if err != nil {
			t.Fatal(err)
		}
		type line struct {
			Line string `db:"line"`
		}
		var got []string
		for row, err := range queries.Scan[line](rows) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, row.Line)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
	}
	merge(ids(1), 1, mention(1, "go"), mention(1, "sql")) // into a table without rows
	merge(nil, 1, mention(2, "go"))
	read("1 go", "1 sql", "2 go")

	changed := mention(1, "rust")
	changed.Section = "duties"
	merge(ids(1, 3), 1, changed) // one file is replaced, the other stays
	read("1 rust duties", "2 go")
	merge(ids(7), 0) // nothing to do
	merge(ids(2), 0) // all that a file held goes
	read("1 rust duties")

	broken := errs.New(errs.Contract, "no such row")
	_, err := lake.Merge(t.Context(), l, schemas.GoldPostingTechs, "posting_id", ids(1), nil, func(yield func(schemas.GoldPostingTech, error) bool) {
		_ = yield(mention(1, "c"), nil) && yield(schemas.GoldPostingTech{}, broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want the rows' own error", err)
	}
	// A writer that comes between is not lost.
	_, err = lake.Merge(t.Context(), l, schemas.GoldPostingTechs, "posting_id", ids(1), nil, func(yield func(schemas.GoldPostingTech, error) bool) {
		if _, err := lake.Overwrite(t.Context(), l, schemas.GoldPostingTechs, lake.Everything, each(mention(9, "java"))); err != nil {
			t.Error(err)
		}
		yield(mention(1, "c"), nil)
	})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	read("9 java")
}

// Rows are amended where they stand, with all that they say: every type of column is read
// back as it was written, null and not.
func TestMergeAmends(t *testing.T) {
	l := openLake(t)
	years, pay := int32(3), int64(50_000_000)
	at := time.Date(2026, 5, 11, 9, 0, 0, 123456000, time.UTC)
	full := schemas.GoldPosting{Source: "jumpit", IsIT: true, Country: "KR", URL: "https://example.com/1", Title: "Server developer", Roles: []string{"backend", "data"},
		ExperienceMinYears: &years, SalaryMinKRW: &pay, Techs: []string{"Go"}, Status: schemas.PostingOpen, PostedAt: at, FirstSeenAt: at, ClusterSize: 2,
		Duties: "Write\nservers", ChangedAt: at, VersionCount: 1, ContentHash: schemas.PostingID("x", "y")}
	bare := schemas.GoldPosting{Source: "rallit", URL: "https://example.com/2", Title: "Data engineer", Status: schemas.PostingOpen, FirstSeenAt: at, ClusterSize: 1, VersionCount: 1,
		ContentHash: schemas.PostingID("x", "z")}
	id := func(n int) string { return schemas.PostingID("jumpit", fmt.Sprint(n)) }
	var rows []schemas.GoldPosting
	for n := range 40 {
		row := full
		if n%2 == 1 {
			row = bare
		}
		row.PostingID = id(n)
		rows = append(rows, row)
	}
	if _, err := lake.Overwrite(t.Context(), l, schemas.GoldPostings, lake.Everything, each(rows...)); err != nil {
		t.Fatal(err)
	}
	closed := map[string]func(*schemas.GoldPosting) error{}
	for n := range 40 {
		if n%5 > 1 {
			continue
		}
		rows[n].Status, rows[n].ClosedAt, rows[n].ClosedReason = schemas.PostingClosed, at.Add(time.Hour), "absent"
		closed[id(n)] = func(row *schemas.GoldPosting) error {
			row.Status, row.ClosedAt, row.ClosedReason = schemas.PostingClosed, at.Add(time.Hour), "absent"
			return nil
		}
	}
	fresh := bare
	fresh.PostingID = id(100)
	rows[7].Title = "made anew"
	commit, err := lake.Merge(t.Context(), l, schemas.GoldPostings, "posting_id", map[string]bool{id(7): true, id(8): true}, closed, each(rows[7], fresh))
	if err != nil {
		t.Fatal(err)
	}
	if want := int64(len(closed) + 2); commit.Rows != want {
		t.Errorf("%d rows are counted, want %d: those amended and those given", commit.Rows, want)
	}
	want := append(slices.Delete(rows, 8, 9), fresh)
	slices.SortFunc(want, func(a, b schemas.GoldPosting) int { return strings.Compare(a.PostingID, b.PostingID) })
	found, err := heads(t, l).Query(t.Context(), "select * from gold.postings order by posting_id")
	if err != nil {
		t.Fatal(err)
	}
	var got []schemas.GoldPosting
	for row, err := range queries.Scan[schemas.GoldPosting](found) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	broken := errs.New(errs.Contract, "not so")
	_, err = lake.Merge(t.Context(), l, schemas.GoldPostings, "posting_id", nil, map[string]func(*schemas.GoldPosting) error{id(0): func(*schemas.GoldPosting) error { return broken }}, each[schemas.GoldPosting]())
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want the amendment's own error", err)
	}
}

// Rows that are added come in files of their own, of which one is made when they are many.
func TestMergeAddsFiles(t *testing.T) {
	l := openLake(t)
	const days = 30
	most := int64(0)
	for n := range days {
		if _, err := lake.Merge(t.Context(), l, schemas.GoldPostingTechs, "posting_id", nil, nil, each(mention(1, fmt.Sprintf("tech-%d", n)))); err != nil {
			t.Fatal(err)
		}
		set, err := l.Heads(t.Context(), schemas.GoldPostingTechs)
		if err != nil {
			t.Fatal(err)
		}
		pin := set.Tables[schemas.GoldPostingTechs.Name()]
		if pin.Rows != int64(n+1) {
			t.Fatalf("%d rows after %d were added", pin.Rows, n+1)
		}
		most = max(most, pin.Files)
	}
	if most < 2 || most > days/2 {
		t.Errorf("up to %d files of one partition after %d merges: want several, and not one for each", most, days)
	}
}
