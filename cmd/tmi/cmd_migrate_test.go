package main

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/sources/replica"
)

// tableDigests are those of the heads that `tmi tables --digest` shows.
func tableDigests(t *testing.T, environ []string) map[string]string {
	t.Helper()
	r := tmi(t, environ, "", "tables", "--digest", "--output", "json")
	r.wants(t, 0)
	var rows []tableRow
	if err := json.Unmarshal([]byte(r.stdout), &rows); err != nil {
		t.Fatal(err)
	}
	digests := map[string]string{}
	for _, row := range rows {
		if row.Name != "ops.runs" { // the migration's own runs are in it
			digests[row.Name] = row.Digest
		}
	}
	return digests
}

// A lake with a table of an older version is refused by what writes, read by what reads,
// and is what it was after the migration.
func TestMigrate(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 5, Postings: 40, Days: 1})
	m.run(t, 1).wants(t, 0)
	tmi(t, m.environ, "", "migrate").wants(t, 0, "every table is as this program declares it")
	want := tableDigests(t, m.environ)
	postings := m.one(t, "select count(*) from gold.postings")

	laketest.StoreOlderDuplicates(t, m.root, false)
	m.run(t, 1).wants(t, 6, "silver.duplicates is stored at version 0 and this program writes version 1", "tmi migrate")
	if got := m.one(t, "select count(*) from gold.postings"); got != postings {
		t.Errorf("readers see %s postings, want %s", got, postings)
	}
	tmi(t, m.environ, "", "migrate").wants(t, 0, "drop score, note; add rule_version, score, found_at; comment 2 columns; drop the rows, which lack rule_version, score, found_at; make the rows anew: silver, lifecycle, duplicates, gold, check, index, publish", "--apply")
	m.run(t, 1).wants(t, 6) // the plan changed nothing
	tmi(t, m.environ, "", "migrate", "--apply", "--now", nine(1).Add(time.Hour).Format(time.RFC3339)).wants(t, 0, "done: 1 tables")
	tmi(t, m.environ, "", "migrate").wants(t, 0, "every table is as this program declares it")
	if diff := cmp.Diff(want, tableDigests(t, m.environ)); diff != "" {
		t.Errorf("digests (-before +after the migration):\n%s", diff)
	}
	m.run(t, 1).wants(t, 0)
}

// A lake that a newer program wrote is read, and not written: not by a run, before it asks
// any board, nor by a migration.
func TestNewerLake(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 5, Postings: 40, Days: 1})
	m.run(t, 1).wants(t, 0)
	laketest.SetVersion(t, m.root, "gold.postings", 9)
	const refusal = "gold.postings is stored at version 9 and this program knows version 1: a newer tmi wrote it"
	before := tableDigests(t, m.environ)
	m.run(t, 1).wants(t, 6, refusal)
	tmi(t, m.environ, "", "job", "gold", "--from", "2026-05-01", "--to", "2026-05-02").wants(t, 6, refusal)
	tmi(t, m.environ, "", "maintain", "--apply").wants(t, 6, refusal)
	tmi(t, m.environ, "", "migrate").wants(t, 0, "use the newer tmi that wrote it")
	tmi(t, m.environ, "", "migrate", "--apply").wants(t, 6, refusal)
	if diff := cmp.Diff(before, tableDigests(t, m.environ)); diff != "" {
		t.Errorf("digests (-before +after the refusals):\n%s", diff)
	}
	m.one(t, "select count(*) from gold.postings")
}

// A first run that a catalog elsewhere refused leaves a folder that the next one takes.
func TestFirstRunWithoutItsCatalog(t *testing.T) {
	_, environ := newLake(t)
	away := append(slices.Clone(environ), "TMI_CATALOG=rest", "TMI_CATALOG_URI=http://127.0.0.1:9")
	for range 2 {
		tmi(t, away, "", "run", "--from-raw", "--sources", "jumpit").wants(t, 5, "http://127.0.0.1:9")
	}
}
