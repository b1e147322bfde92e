package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/sources/replica"
)

// bronzeDigests are those of `tmi tables --digest`, by table.
func bronzeDigests(t *testing.T, environ []string) map[string]string {
	t.Helper()
	r := tmi(t, environ, "", "tables", "--digest", "--output", "json")
	r.wants(t, 0)
	var rows []tableRow
	if err := json.Unmarshal([]byte(r.stdout), &rows); err != nil {
		t.Fatal(err)
	}
	digests := map[string]string{}
	for _, row := range rows {
		if strings.HasPrefix(row.Name, "bronze.") {
			digests[row.Name] = row.Digest
		}
	}
	return digests
}

// Bronze is rebuilt from raw alone as it was, when every table is lost.
func TestFromRawRebuildsBronze(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 5, Postings: 80, Days: 2})
	m.run(t, 1).wants(t, 0)
	m.run(t, 2).wants(t, 0)
	want := bronzeDigests(t, m.environ)

	root := filepath.Join(t.TempDir(), "lake")
	if err := os.CopyFS(filepath.Join(root, "raw"), os.DirFS(filepath.Join(m.root, "raw"))); err != nil {
		t.Fatal(err)
	}
	mark, err := os.ReadFile(filepath.Join(m.root, "lake.json"))
	if err == nil {
		err = os.WriteFile(filepath.Join(root, "lake.json"), mark, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	environ := append(slices.Clone(m.environ), lakeAt(root))
	tmi(t, environ, "", "run", "--from-raw", "--sources", "jumpit,rallit", "--now", nine(2).Add(2*time.Hour).Format(time.RFC3339)).wants(t, 0)
	if diff := cmp.Diff(want, bronzeDigests(t, environ)); diff != "" {
		t.Errorf("bronze from raw (-as it was +rebuilt):\n%s", diff)
	}
}

// A board that is away fails by itself: the other's rows are those of a run without it.
func TestOneBoardsFailureIsItsOwn(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 5, Postings: 60, Days: 1})
	_, alone := newLake(t)
	alone = append(slices.Clone(m.environ), alone...)
	now := nine(1).Format(time.RFC3339)
	tmi(t, alone, "", "run", "--sources", "jumpit", "--now", now).wants(t, 0)
	broken := append(slices.Clone(m.environ), "TMI_SOURCES_RALLIT_BASE_URL=http://127.0.0.1:9")
	tmi(t, broken, "", "run", "--sources", "rallit,jumpit", "--now", now).wants(t, 5, "rallit")
	const rows = "select count(*) || ' ' || md5(string_agg(board_id || content_hash || payload, '' order by board_id, payload)) from bronze.postings"
	want, got := tmi(t, alone, "", "sql", "--format", "csv", rows), tmi(t, broken, "", "sql", "--format", "csv", rows)
	if want.wants(t, 0); got.code != 0 || got.stdout != want.stdout {
		t.Errorf("beside a board that is away: %s%s, alone %s", got.stdout, got.stderr, want.stdout)
	}
	health := tmi(t, broken, "", "sources", "--output", "json")
	health.wants(t, 0)
	var sources []sourceRow
	if err := json.Unmarshal([]byte(health.stdout), &sources); err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		switch s.Name {
		case "jumpit":
			if s.Health == nil || s.Health.Status != "done" || s.Health.SuccessRate == nil || *s.Health.SuccessRate != 1 || s.Health.Puts == 0 {
				t.Errorf("health of jumpit: %+v", s.Health)
			}
		case "rallit":
			if s.Health == nil || s.Health.Status != "failed" || s.Health.Failed == 0 || s.Health.Error == "" {
				t.Errorf("health of rallit: %+v", s.Health)
			}
		}
	}
	tmi(t, broken, "", "sources").wants(t, 0, "last run", "done", "failed, 0 pages (0.0 % of those asked for)")
}
