package lake_test

import (
	"errors"
	"fmt"
	"testing"

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
		c, err := lake.Merge(t.Context(), l, schemas.GoldPostingTechs, "posting_id", replaced, each(rows...))
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
	_, err := lake.Merge(t.Context(), l, schemas.GoldPostingTechs, "posting_id", ids(1), func(yield func(schemas.GoldPostingTech, error) bool) {
		_ = yield(mention(1, "c"), nil) && yield(schemas.GoldPostingTech{}, broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want the rows' own error", err)
	}
	// A writer that comes between is not lost.
	_, err = lake.Merge(t.Context(), l, schemas.GoldPostingTechs, "posting_id", ids(1), func(yield func(schemas.GoldPostingTech, error) bool) {
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
