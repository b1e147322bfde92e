package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// A run, an expiry and an upkeep that somebody starts all at once leave what they leave one
// after the other, and none of them fails for the others.
func TestUpkeepBesideRuns(t *testing.T) {
	if !isSlow() {
		t.Skip("TMI_TEST_SLOW=1 runs it: twenty seconds")
	}
	const now = "2026-12-20"
	_, environ := newLake(t)
	tmi(t, environ, "", "demo", "--postings", "60", "--days", "3", "--no-serve", "--now", "2026-05-04").wants(t, 0)
	rebuild := []string{"run", "--from-raw", "--full", "--now", now, "--sources", "jumpit,rallit"}
	tmi(t, environ, "", rebuild...).wants(t, 0)
	statistics := func() string {
		r := tmi(t, environ, "", "sql", "--format", "csv", `select 'daily', md5(string_agg(concat_ws(' ', date, tech_id, role, source, open_count, opened_count, closed_count), '|' order by date, tech_id, role, source)) from gold.tech_daily
			union all select 'pairs', md5(string_agg(concat_ws(' ', tech_id, other_id, joint_count), '|' order by tech_id, other_id)) from gold.tech_pairs
			union all select 'versions', count(*)::varchar from silver.postings order by 1`)
		r.wants(t, 0)
		return r.stdout
	}
	const closedTexts = `select count(*) as n from silver.postings where source in ('jumpit', 'rallit') and strlen(concat(duties, requirements, preferred, benefits, about)) > 0
		and posting_id in (select posting_id from silver.lifecycle where event = 'closed' and event_at < timestamptz '2026-06-01')`
	want := statistics()
	if r := tmi(t, environ, "", "sql", "--format", "csv", closedTexts); strings.TrimSpace(r.stdout) == "n\n0" {
		t.Fatal("no closed posting has a text: there is nothing to expire")
	}

	type running struct {
		*exec.Cmd
		output *bytes.Buffer
	}
	var all []running
	for _, args := range [][]string{rebuild, {"expire", "--apply", "--now", now}, {"maintain", "--apply"}, rebuild, {"expire", "--apply", "--now", now}} {
		c, output := child(t, environ, args...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, running{c, output})
	}
	for _, r := range all {
		if err := r.Wait(); err != nil {
			t.Errorf("%v: %v: %s", r.Args[1:], err, r.output)
		}
	}
	if got := statistics(); got != want {
		t.Errorf("statistics before\n%s\nand after\n%s", want, got)
	}
	if r := tmi(t, environ, "", "sql", "--format", "csv", closedTexts); strings.TrimSpace(r.stdout) != "n\n0" {
		t.Errorf("closed postings with texts: %s%s", r.stdout, r.stderr)
	}
}
