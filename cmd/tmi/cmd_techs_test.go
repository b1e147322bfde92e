package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
)

const quux = "- id: quux\n  name: Quux\n  category: database\n  aliases: [QuuxDB]\n  description_en: Embedded store\n  description_ko: 내장 저장소\n  home: https://quux.example\n"

// TestTechs checks, adds to and compares dictionaries over a corpus of texts.
func TestTechs(t *testing.T) {
	t.Parallel()
	dir := corpus(t, map[string]string{
		"mine.yaml": quux,
		"bad.yaml":  quux + "- id: java2\n  name: Java\n  nam: x\n",
		"postings.jsonl": `{"id":"1","title":"Backend","sections":[{"name":"requirements","text":"Java, QuuxDB, Zorbler"}]}` + "\n" +
			`{"id":"2","title":"Backend","sections":[{"name":"preferred","text":"Kafka, Zorbler, a.person@zorbler.example"}]}` + "\n",
		"refused.txt": "# no technology\nZorbler\n",
		"broken":      "{",
	})
	at := func(name string) string { return filepath.Join(dir, name) }
	usage, notFound := errs.ExitCode(errs.New(errs.Invalid, "x")), errs.ExitCode(errs.New(errs.NotFound, "x"))
	_, environ := newLake(t)

	tmi(t, nil, "", "techs", "lint").wants(t, 0, "technologies, no faults")
	tmi(t, nil, "", "techs", "lint", at("mine.yaml")).wants(t, 0, "no faults")
	tmi(t, nil, "", "techs", "lint", at("bad.yaml")).wants(t, usage, `bad.yaml:8: entry java2: name "Java" is also the name of java`, `bad.yaml:10: key "nam" is not one of`)
	tmi(t, nil, "", "techs", "diff", at("mine.yaml"), "--corpus", at("postings.jsonl")).wants(t, 0, "2 postings: 1 tags gained, 0 lost", "Quux", "QuuxDB")
	tmi(t, nil, "", "techs", "candidates", "--corpus", at("postings.jsonl")).wants(t, 0, "Zorbler", "2", "list")
	tmi(t, nil, "", "techs", "candidates", "--corpus", at("postings.jsonl"), "--refused", at("refused.txt")).wants(t, 0, "no name stands in 2 postings or more")
	tmi(t, nil, "", "techs", "add", "--file", at("mine.yaml"), "--id", "zorbler", "--name", "Zorbler", "--category", "messaging", "--aliases", "조블러,ZorblerMQ",
		"--description-en", "Message broker", "--description-ko", "메시지 중개", "--home", "https://zorbler.example", "--corpus", at("postings.jsonl")).
		wants(t, 0, "added Zorbler", "2 postings: 3 tags gained", "preferred")
	before, _ := os.ReadFile(at("mine.yaml"))

	for name, c := range map[string]struct {
		code int
		args []string
	}{
		"added twice":      {usage, []string{"add", "--file", at("mine.yaml"), "--id", "zorbler", "--name", "Zorbler"}},
		"a built-in id":    {usage, []string{"add", "--file", at("mine.yaml"), "--id", "java", "--name", "Java"}},
		"no file":          {usage, []string{"add", "--id", "x"}},
		"diff with faults": {usage, []string{"diff", at("bad.yaml"), "--corpus", at("postings.jsonl")}},
		"no dictionary":    {notFound, []string{"lint", at("none.yaml")}},
		"an empty folder":  {notFound, []string{"lint", t.TempDir()}},
		"no corpus":        {notFound, []string{"candidates", "--corpus", at("none.jsonl")}},
		"a broken corpus":  {usage, []string{"candidates", "--corpus", at("broken")}},
		"no lake":          {notFound, []string{"candidates"}},
	} {
		t.Run(name, func(t *testing.T) { tmi(t, environ, "", append([]string{"techs"}, c.args...)...).wants(t, c.code) })
	}
	if after, _ := os.ReadFile(at("mine.yaml")); string(after) != string(before) {
		t.Errorf("a refused entry was written:\n%s", after)
	}
}
