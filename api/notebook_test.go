package api

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/api/tokens"
)

// The blocks of docs/notebook.md run one after the other, as in a notebook.
func TestTheNotebookRuns(t *testing.T) {
	python := os.Getenv("TMI_TEST_PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.CommandContext(t.Context(), python, "-c", "import pandas, polars, duckdb, pyarrow").CombinedOutput(); err != nil {
		t.Skipf("no Python with pandas, polars and duckdb (%s: %v %.100s); set TMI_TEST_PYTHON to one", python, err, out)
	}
	page, err := os.ReadFile("../docs/notebook.md")
	if err != nil {
		t.Fatal(err)
	}
	var program strings.Builder
	blocks := regexp.MustCompile("(?s)```python\n(.*?)```").FindAllSubmatch(page, -1)
	for _, block := range blocks {
		program.Write(block[1])
	}
	var store *tokens.Store
	w := newWorld(t, 200, withDoor(t, patient), func(o *Options) { store = o.SQL.Tokens })
	token, _, err := store.Create(t.Context(), "notebook", []string{tokens.ScopeSQL}, 0, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.handler)
	defer server.Close()
	c := exec.CommandContext(t.Context(), python, "-")
	c.Stdin = strings.NewReader(strings.ReplaceAll(program.String(), "http://127.0.0.1:8080", server.URL))
	c.Env = append(os.Environ(), "TMI_TOKEN="+token)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// The last block counts the door's table; the blocks before it name what the market has.
	for _, want := range []string{"Java", "서울", "share_low", "100"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the output lacks %s:\n%s", want, out)
		}
	}
	if len(blocks) < 6 {
		t.Errorf("only %d blocks", len(blocks))
	}
}
