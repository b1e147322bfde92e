package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBoardStates asks which boards are on, and why not, without and with what they need.
func TestBoardStates(t *testing.T) {
	const key = "k3y-of-a-test"
	states := func(environ ...string) map[string]string {
		r := tmi(t, environ, "", "sources", "--output", "json")
		var rows []sourceRow
		if err := json.Unmarshal([]byte(r.stdout), &rows); err != nil || strings.Contains(r.stdout+r.stderr, key) {
			t.Fatalf("sources: %v, or the key is told:\n%s%s", err, r.stdout, r.stderr)
		}
		why := map[string]string{}
		for _, row := range rows {
			why[row.Name] = map[bool]string{true: "on: ", false: "off: "}[row.Enabled] + row.Why
		}
		return why
	}
	bare := states()
	given := states("TMI_SOURCES_SARAMIN_KEY="+key, "TMI_SOURCES_WORK24_KEY="+key, "TMI_SOURCES_LEVER_BOARDS=acme", "TMI_SOURCES_TOSS_TERMS_ACCEPTED=true", "TMI_SOURCES_ASHBY_ENABLED=false", "TMI_SOURCES_GREETING_ENABLED=true")
	for name, want := range map[string][2]string{
		"jumpit":   {"on: ", "on: "},
		"greeting": {"off: nobody has tried it", "on: "},
		"saramin":  {"off: off until TMI_SOURCES_SARAMIN_KEY", "on: "},
		"work24":   {"off: off until TMI_SOURCES_WORK24_KEY", "off: off until sources.work24.boards"},
		"lever":    {"off: off until sources.lever.boards", "on: "},
		"toss":     {"off: off until sources.toss.terms_accepted", "on: its terms"},
		"ashby":    {"off: nobody has tried it", "off: switched off"},
		"wanted":   {"off: off until sources.wanted.terms_accepted", "off: "},
		"workable": {"off: off until sources.workable.terms_accepted", "off: "},

		"programmers": {"off: the board is no more", "off: the board is no more"},
	} {
		if !strings.HasPrefix(bare[name], want[0]) || !strings.HasPrefix(given[name], want[1]) {
			t.Errorf("%s: %q and %q, want %q and %q", name, bare[name], given[name], want[0], want[1])
		}
	}
	if r := tmi(t, []string{"TMI_SOURCES_SARAMIN_KEY=" + key}, "", "config", "print"); strings.Contains(r.stdout, key) || !strings.Contains(r.stdout, "key: "+maskedKey) {
		t.Errorf("config print:\n%s", r.stdout)
	}
	lake := "TMI_LAKE_URI=file://" + filepath.Join(t.TempDir(), "lake")
	for _, name := range []string{"toss", "saramin", "lever", "wanted"} { // naming a board accepts nothing
		if r := tmi(t, []string{lake}, "", "run", "--sources", name); r.code == 0 || !strings.Contains(r.stdout+r.stderr, name+" is not asked: off until") {
			t.Errorf("run --sources %s: exit code %d\n%s%s", name, r.code, r.stdout, r.stderr)
		}
	}
	file := filepath.Join(t.TempDir(), "tmi.yaml")
	if err := os.WriteFile(file, []byte("sources:\n  saramin:\n    key: "+key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := tmi(t, nil, "", "--config", file, "sources")
	if r.wants(t, 2, "sources.saramin.key", "TMI_SOURCES_SARAMIN_KEY"); strings.Contains(r.stderr, key) {
		t.Errorf("a key in a file is told: %s", r.stderr)
	}
}
