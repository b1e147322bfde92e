package main

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// A demo with broken records: of every job's rows, by the statement that the docs give, in =
// out + rejected + duplicate, and some were rejected.
func TestDemoWithBrokenRecords(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/contracts.md")
	if err != nil {
		t.Fatal(err)
	}
	_, statement, ok := strings.Cut(string(page), "```sql\n")
	statement, _, _ = strings.Cut(statement, "```")
	if !ok || !strings.Contains(statement, "ops.runs") {
		t.Fatalf("docs/contracts.md has no statement over ops.runs: %q", statement)
	}
	_, environ := newLake(t)
	demo := []string{"demo", "--postings", "80", "--days", "2", "--no-serve", "--now", "2026-05-09", "--broken", "0.1"}
	tmi(t, environ, "", demo...).wants(t, 0)
	r := tmi(t, environ, "", "sql", "--format", "csv", statement)
	r.wants(t, 0)
	lines, err := csv.NewReader(strings.NewReader(r.stdout)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	jobs, rejected := 0, false
	for _, line := range lines[1:] {
		jobs++
		rejected = rejected || line[4] != "0"
		if line[6] != "true" {
			t.Errorf("%s does not add up: %v", line[0], line)
		}
	}
	if jobs < 6 || !rejected {
		t.Errorf("want six jobs and some rejected rows:\n%s", r.stdout)
	}
	demo[len(demo)-1] = "0.2"
	tmi(t, environ, "", demo...).wants(t, 6, "--broken 0.1")
}
