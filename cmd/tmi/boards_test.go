package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
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
	given := states("TMI_SOURCES_SARAMIN_KEY="+key, "TMI_SOURCES_WORK24_KEY="+key, "TMI_SOURCES_LEVER_BOARDS=acme", "TMI_SOURCES_ASHBY_ENABLED=false",
		"TMI_SOURCES_TOSS_TERMS_ACCEPTED=true", "TMI_SOURCES_TOSS_TERMS_ACCEPTED_BY=Kim of the legal team", "TMI_SOURCES_TOSS_TERMS_ACCEPTED_AT=2026-06-05", "TMI_SOURCES_WANTED_TERMS_ACCEPTED=true")
	for name, want := range map[string][2]string{
		"jumpit":   {"on: ", "on: "},
		"greeting": {"on: ", "on: "},
		"saramin":  {"off: off until TMI_SOURCES_SARAMIN_KEY", "on: "},
		"work24":   {"off: off until TMI_SOURCES_WORK24_KEY", "off: off until sources.work24.boards"},
		"lever":    {"off: allowed, but ships without lists: off until sources.lever.boards", "on: "},
		"toss":     {"off: off until its terms are accepted: sources.toss.terms_accepted: true", "on: its terms are accepted by Kim of the legal team on 2026-06-05"},
		"ashby":    {"on: ", "off: switched off"},
		"wanted":   {"off: off until its terms are accepted: sources.wanted.terms_accepted: true, ", "off: off until its terms are accepted: sources.wanted.terms_accepted_by, sources.wanted.terms_accepted_at missing"},
		"jobkorea": {"off: off until its terms are accepted", "off: "},
		"workable": {"off: off until its terms are accepted", "off: "},

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
		tmi(t, []string{lake}, "", "run", "--sources", name).wants(t, 2, name+" is not asked: ", "off until")
	}
	tmi(t, []string{lake}, "", "collect", "--sources", "wanted").wants(t, 2, "wanted is not asked")
	tmi(t, []string{lake}, "", "job", "collect", "--sources", "wanted", "--from", "2026-05-01", "--to", "2026-05-02").wants(t, 2, "sources: {wanted: {terms_accepted: true", "article 19")
	file := filepath.Join(t.TempDir(), "tmi.yaml")
	if err := os.WriteFile(file, []byte("sources:\n  saramin:\n    key: "+key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := tmi(t, nil, "", "--config", file, "sources")
	if r.wants(t, 2, "sources.saramin.key", "TMI_SOURCES_SARAMIN_KEY"); strings.Contains(r.stderr, key) {
		t.Errorf("a key in a file is told: %s", r.stderr)
	}
}

// TestAcceptedTerms reads an acceptance from a file, in which a day is no text, and refuses
// one whose day is none.
func TestAcceptedTerms(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tmi.yaml")
	write := func(day string) {
		text := "sources: {wanted: {terms_accepted: true, terms_accepted_by: Kim, terms_accepted_at: " + day + "}}\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("2026-06-05")
	tmi(t, nil, "", "--config", file, "sources").wants(t, 0, "its terms are accepted by Kim on 2026-06-05")
	write("soon")
	tmi(t, nil, "", "--config", file, "sources").wants(t, 2, "sources.wanted.terms_accepted_at", "soon", "2026-06-05")
}

// TestMissingList asks a board for an employer that it does not have: never a failure, and
// not asked for after the third answer.
func TestMissingList(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/v0/postings/narae":
			_, _ = w.Write([]byte(`[{"id":"1","text":"Go Developer","hostedUrl":"https://jobs.lever.co/narae/1","descriptionPlain":"Go and Kafka"}]`))
		case r.URL.Path == "/v0/postings/gone":
			asked++
			fallthrough
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	_, environ := newLake(t)
	environ = append(environ, "TMI_SOURCES_LEVER_BASE_URL="+server.URL, "TMI_SOURCES_LEVER_BOARDS=narae,gone", "TMI_SOURCES_LEVER_RATE=1000")
	for run := range 4 {
		r := tmi(t, environ, "", "run", "--sources", "lever")
		r.wants(t, 0)
		if hasWarned := strings.Contains(r.stderr, "lists switched off"); hasWarned != (run == 3) {
			t.Errorf("run %d: warned %v\n%s", run+1, hasWarned, r.stderr)
		}
	}
	if asked != 3 {
		t.Errorf("the missing list was asked for %d times, want 3", asked)
	}
	tmi(t, environ, "", "sources").wants(t, 0, "no longer there, switched off: gone")
}
