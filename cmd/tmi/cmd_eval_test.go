package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/eval"
)

func corpus(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestEvalExtract measures a corpus that brings its own texts.
func TestEvalExtract(t *testing.T) {
	dir := corpus(t, map[string]string{
		"mine.jsonl":     `{"id":"1","techs":[["Go","req"],["Kafka","pref"],["Redis","req"]]}`,
		"postings.jsonl": `{"id":"1","title":"Backend","sections":[{"name":"requirements","text":"Go 경험"},{"name":"preferred","text":"Kafka와 MySQL 경험"}]}`,
	})
	r := tmi(t, nil, "", "eval", "extract", "--corpus", dir, "--output", "json")
	r.wants(t, 0)
	var report eval.ExtractReport
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
		t.Fatalf("%v\n%s", err, r.stdout)
	}
	f := report.Parts[0].Figures[0]
	if f.Right != 2 || f.Extra != 1 || f.Missed != 1 || len(report.Misses) != 2 {
		t.Errorf("report is %+v", report)
	}
	tmi(t, nil, "", "eval", "extract", "--corpus", dir).wants(t, 0, "mine: 1 labels, 0 without a text", "technologies", "not measured", "MySQL", "Redis")
}

func TestEvalRefuses(t *testing.T) {
	_, environ := newLake(t)
	labels := corpus(t, map[string]string{"mine.jsonl": `{"id":"1","techs":[]}`})
	usage, notFound := errs.ExitCode(errs.New(errs.Invalid, "x")), errs.ExitCode(errs.New(errs.NotFound, "x"))
	for name, c := range map[string]struct {
		code int
		args []string
	}{
		"no such measure":   {usage, []string{"eval", "everything"}},
		"no corpus":         {usage, []string{"eval", "dedup"}},
		"no labels":         {notFound, []string{"eval", "extract", "--corpus", t.TempDir()}},
		"no lake":           {notFound, []string{"eval", "extract", "--corpus", labels}},
		"no lake for truth": {notFound, []string{"eval", "close", "--corpus", labels}},
		"no answers":        {notFound, []string{"eval", "extract", "--corpus", labels, "--recorded", t.TempDir()}},
		"a broken label":    {usage, []string{"eval", "extract", "--corpus", corpus(t, map[string]string{"x.jsonl": "x"})}},
	} {
		t.Run(name, func(t *testing.T) { tmi(t, environ, "", c.args...).wants(t, c.code) })
	}
}
