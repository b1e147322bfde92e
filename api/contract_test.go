package api

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/api/tokens"
)

// The running server keeps to its OpenAPI document: schemathesis makes up questions from it, good and bad,
// and holds every answer against all its checks.
func TestTheServerKeepsToItsOpenAPIDocument(t *testing.T) {
	python := os.Getenv("TMI_TEST_PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.CommandContext(t.Context(), python, "-c", "import schemathesis").CombinedOutput(); err != nil {
		t.Skipf("no Python with schemathesis (%s: %v %.100s); set TMI_TEST_PYTHON to one", python, err, out)
	}
	var store *tokens.Store
	w := newWorld(t, 120, withDoor(t, patient), func(o *Options) { store = o.SQL.Tokens; o.SQL.RatePerSecond = 10_000 })
	token, _, err := store.Create(t.Context(), "contract", []string{tokens.ScopeSQL}, 0, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.handler)
	defer server.Close()

	examples, phases := "8", "examples,fuzzing,stateful"
	switch {
	case os.Getenv("TMI_TEST_SLOW") != "":
		examples, phases = "150", "examples,coverage,fuzzing,stateful"
	case os.Getenv("CI") != "":
		phases = "examples,coverage,fuzzing,stateful"
	}
	config, err := filepath.Abs("testdata/schemathesis/schemathesis.toml")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), python, "-m", "schemathesis.cli", "--config-file", config, "run", server.URL+"/openapi.json", "--header", "Authorization: Bearer "+token,
		"--checks", "all", "--max-examples", examples, "--phases", phases, "--continue-on-failure", "--generation-deterministic", "--no-color")
	c.Dir = t.TempDir()
	c.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "SCHEMATHESIS_HOOKS="+filepath.Join(filepath.Dir(config), "hooks.py"))
	out, err := c.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, shortLines(out))
	}
	if faults := w.faults(); faults != "" {
		t.Errorf("faults of the server:\n%s", faults)
	}
	if summary := strings.Index(string(out), "== SUMMARY"); summary >= 0 {
		t.Log(string(out[summary:]))
	}
}

// shortLines cuts the long addresses of a report.
func shortLines(text []byte) string {
	const longest = 400
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if runes := []rune(line); len(runes) > longest {
			line = string(runes[:longest]) + "…\n"
		}
		b.WriteString(line)
	}
	return b.String()
}
