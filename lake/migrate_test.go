package lake_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/schemas"
)

func rootOf(l *lake.Lake) string { return strings.TrimPrefix(l.Objects().URI(), "file://") }

func duplicate(id string) schemas.SilverDuplicate {
	id = strings.Repeat(id, 32)
	return schemas.SilverDuplicate{PostingID: id, ClusterID: id, RuleVersion: 1, Score: 0.5, FoundAt: noon}
}

// A lake that a newer program wrote is read and not written.
func TestNewerLakeIsRefused(t *testing.T) {
	l := openLake(t)
	furnish(t, l)
	laketest.SetVersion(t, rootOf(l), "silver.postings", 7)
	l = openAt(t, lake.Options{URI: l.Objects().URI()})
	before, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The first write of a process looks at every table, not at its own alone.
	_, other := lake.Overwrite(t.Context(), l, schemas.SilverDuplicates, lake.Everything, each(duplicate("c")))
	_, own := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Equal("source", "s"), each(posting(1, "s", noon)))
	for what, err := range map[string]error{"another table": other, "the table": own, "a migration": l.BeginMigration(t.Context()), "a reshape": l.Reshape(t.Context(), schemas.SilverPostings)} {
		if !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "silver.postings is stored at version 7 and this program knows version 1") {
			t.Errorf("%s: %v, want a conflict that names both versions", what, err)
		}
	}
	after, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("a refused write changed the heads:\n%s", diff)
	}
	if n := count(t, heads(t, l), "select count(*) from silver.postings"); n != 3 {
		t.Errorf("read %d rows, want 3", n)
	}
}

// A table that changes its version while a process writes is refused at its next write.
func TestVersionRaisedMeanwhile(t *testing.T) {
	l := openLake(t)
	furnish(t, l)
	laketest.SetVersion(t, rootOf(l), "silver.postings", 2)
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Equal("source", "s"), each(posting(1, "s", noon))); !errs.Is(err, errs.Conflict) {
		t.Errorf("got %v, want a conflict", err)
	}
}

func TestOlderLakeIsMigrated(t *testing.T) {
	l := openLake(t)
	furnish(t, l)
	laketest.StoreOlderDuplicates(t, rootOf(l), true)
	l = openAt(t, lake.Options{URI: l.Objects().URI()})
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Equal("source", "s"), each(posting(1, "s", noon))); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "silver.duplicates is stored at version 0 and this program writes version 1: `tmi migrate`") {
		t.Fatalf("a write before the migration: %v", err)
	}
	plan := func() lake.Migration {
		t.Helper()
		all, err := l.Migrations(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if m.Table == "silver.postings" && !m.IsCurrent() {
				t.Errorf("a current table: %+v", m)
			}
			if m.Table == "silver.duplicates" {
				return m
			}
		}
		t.Fatal("silver.duplicates is not stored")
		return lake.Migration{}
	}
	want := lake.Migration{Table: "silver.duplicates", Stored: 0, Declared: 1, Drop: []string{"note"},
		Comment: []string{"posting_id", "cluster_id", "rule_version", "score", "found_at"}}
	if diff := cmp.Diff(want, plan()); diff != "" {
		t.Fatalf("plan (-want +got):\n%s", diff)
	}
	if err := l.BeginMigration(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time does no harm
		if err := l.Reshape(t.Context(), schemas.SilverDuplicates); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(lake.Migration{Table: "silver.duplicates", Declared: 1}, plan()); diff != "" {
		t.Errorf("after the reshape only the version is due (-want +got):\n%s", diff)
	}
	// Rows that nobody makes anew stay.
	if n := count(t, heads(t, l), "select count(*) from silver.duplicates where score = 0.25 and cluster_id <> ''"); n != 2 {
		t.Errorf("%d older rows, want 2", n)
	}
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverDuplicates, lake.Everything, each(duplicate("c"), duplicate("d"), duplicate("e"))); err != nil {
		t.Fatal(err)
	}
	if err := l.Settle(t.Context(), schemas.SilverDuplicates); err != nil {
		t.Fatal(err)
	}
	if m := plan(); !m.IsCurrent() {
		t.Errorf("after the migration: %+v", m)
	}
	l = openAt(t, lake.Options{URI: l.Objects().URI()})
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverDuplicates, lake.Everything, each(duplicate("c"), duplicate("d"))); err != nil {
		t.Fatal(err)
	}
	if n := count(t, heads(t, l), "select count(*) from silver.duplicates where score = 0.5"); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
}

// Rows that lack what their declaration requires by now cannot stay.
func TestOlderRowsWithoutRequiredColumns(t *testing.T) {
	l := openLake(t)
	furnish(t, l)
	laketest.StoreOlderDuplicates(t, rootOf(l), false)
	if err := l.BeginMigration(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := l.Migrations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if m := all[len(all)-1]; m.Table != "silver.duplicates" || !slices.Equal(m.Lack, []string{"rule_version", "score", "found_at"}) {
		t.Errorf("plan: %+v, want what the rows lack", m)
	}
	for range 2 {
		if err := l.Reshape(t.Context(), schemas.SilverDuplicates); err != nil {
			t.Fatal(err)
		}
		if n := count(t, heads(t, l), "select count(*) from silver.duplicates"); n != 0 {
			t.Errorf("%d older rows, want none", n)
		}
	}
}
