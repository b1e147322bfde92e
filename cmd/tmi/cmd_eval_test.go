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

// TestEvalRelated leaves one out over a demo's postings, and asks the API about keywords.
func TestEvalRelated(t *testing.T) {
	_, environ := newLake(t)
	tmi(t, environ, "", "demo", "--postings", "150", "--days", "1", "--no-serve").wants(t, 0)
	labels := corpus(t, map[string]string{"mine.jsonl": `{"keyword":"백엔드 개발자","yes":["java","spring-boot","mysql"],"no":["react"]}` + "\n" + `{"keyword":"android","yes":["kotlin"],"no":[]}`})
	r := tmi(t, environ, "", "eval", "related", "--corpus", labels, "--output", "json")
	r.wants(t, 0)
	var report relatedReport
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
		t.Fatalf("%v\n%s", err, r.stdout)
	}
	one := report.LeaveOneOut
	if one.Postings < eval.FewUnits || one.Tries < 3*one.Postings || one.Found <= one.Popular || one.Lift.Low <= 0 || one.Lift.Low > one.Lift.Value || one.Recall.Value > 1 {
		t.Errorf("leave one out: %+v", one)
	}
	if len(report.Keywords) != 1 || len(report.Keywords[0].Figures) != 2 {
		t.Fatalf("keywords: %+v", report.Keywords)
	}
	mine := report.Keywords[0]
	recommended, overall := mine.Figures[0], mine.Figures[1]
	if recommended.Units != 2 || recommended.Right+recommended.Extra != 2*eval.KeywordTop || recommended.Right < 2 || recommended.Right+mine.NotJudged > 2*eval.KeywordTop || overall.Right > overall.Extra {
		t.Errorf("keywords: %+v", mine)
	}
	tmi(t, environ, "", "eval", "related", "--corpus", labels, "--everywhere").wants(t, 0, "more than by popularity", "that most postings name", "mine: keywords", "recommended")
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
		"no lake to serve":  {notFound, []string{"eval", "related"}},
		"no keywords":       {usage, []string{"eval", "related", "--corpus", labels}},
		"a broken label":    {usage, []string{"eval", "extract", "--corpus", corpus(t, map[string]string{"x.jsonl": "x"})}},
	} {
		t.Run(name, func(t *testing.T) { tmi(t, environ, "", c.args...).wants(t, c.code) })
	}
}
