package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/techmapit/tmi/sources/replica"
)

// A whole window and technologies alone, as the command line takes them.
func TestJobFull(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 1, Postings: 80, Days: 2})
	m.run(t, 1).wants(t, 0)
	versions := m.one(t, "select count(*) from silver.postings")
	for _, args := range [][]string{{"job", "silver", "--full", "--only", "techs"}, {"job", "silver", "--full", "--sources", "jumpit,rallit"}} {
		r := tmi(t, m.environ, "", append(args, "--output", "json")...)
		r.wants(t, 0)
		var steps []stepResult
		if err := json.Unmarshal([]byte(r.stdout), &steps); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, r.stdout)
		}
		total := int64(0)
		for _, s := range steps {
			total += s.Report.Out
		}
		if fmt.Sprint(total) != versions || len(steps) != 2 {
			t.Errorf("%v: %d versions of %d sources, want %s of 2", args, total, len(steps), versions)
		}
	}
	for _, c := range []struct {
		args []string
		word string
	}{
		{[]string{"job", "gold", "--full"}, "tmi job gold needs --from and --to"},
		{[]string{"job", "gold", "--only", "techs", "--full"}, "tmi job silver --only techs"},
		{[]string{"job", "silver", "--only", "roles", "--full"}, "--only roles: expected"},
		{[]string{"job", "silver", "--only", "techs"}, "needs --from and --to"},
		{[]string{"job", "silver", "--full", "--from", "2026-05-01", "--to", "2026-05-02"}, "leave --from and --to out"},
	} {
		tmi(t, m.environ, "", c.args...).wants(t, 2, c.word)
	}
}
