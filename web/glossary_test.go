package web

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/ko/glossary.md")

func TestEveryFieldHasItsNames(t *testing.T) {
	known := map[string]bool{}
	for _, f := range Fields {
		if known[f.Name] || f.KO == "" || f.EN == "" || f.AboutKO == "" || strings.ContainsAny(f.KO+f.EN+f.AboutKO, "|\n") {
			t.Errorf("%+v: twice, empty or not for a table", f)
		}
		known[f.Name] = true
	}
	for _, table := range glossaryTables() {
		for _, column := range table.Columns() {
			if !known[column.Name] {
				t.Errorf("%s.%s has no name for readers", table.Name(), column.Name)
			}
		}
	}
	for _, lang := range Languages {
		for _, row := range Glossary(lang) {
			if len(row.Tables) == 0 || row.About == "" {
				t.Errorf("%s in %s: no table has it, or nothing is said of it", row.Name, lang)
			}
		}
	}
}

func TestTheGlossaryPageIsMadeFromTheFields(t *testing.T) {
	const page = "../docs/ko/glossary.md"
	if *update {
		if err := os.WriteFile(page, []byte(GlossaryMarkdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(page); err != nil || string(text) != GlossaryMarkdown() {
		t.Errorf("%s is not what the fields are (%v): run with -update", page, err)
	}
}
