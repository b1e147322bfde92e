package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file goes through the usual steps; loading it again adds nothing; a bad line is told of.
func TestLoadCorpus(t *testing.T) {
	_, environ := newLake(t)
	var lines strings.Builder
	for i := range 30 {
		status := []string{"open", "open", "closed"}[i%3]
		fmt.Fprintf(&lines, `{"posting_id":"%d","url":"https://c.invalid/%d","title":"백엔드 개발자 %d","company":"가람 %d","category":"백엔드","status":%q,"posted_at":"2026-05-%02d 10:00:00","requirements":"Kafka, Java","techs":["Redis"]}`+"\n", i, i, i, i, status, 1+i%28)
	}
	lines.WriteString(`{"posting_id":"bad","url":"https://c.invalid/bad","title":"x","status":"gone"}` + "\n")
	file := filepath.Join(t.TempDir(), "postings.jsonl")
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	const ask = "select status, count(*) as n, min(len(techs)) as techs, bool_and(is_it and country = 'KR') as everyday from gold.postings group by 1 order by 1"
	for range 2 {
		tmi(t, environ, "", "load", "corpus", file).wants(t, 0, "corpus")
		tmi(t, environ, "", "sql", "--format", "csv", ask).wants(t, 0, "closed,10,3,true", "open,20,3,true")
	}
	tmi(t, environ, "", "rejects").wants(t, 0, "status", "expected open or closed")
	tmi(t, environ, "", "load", "corpus", file+".nosuch").wants(t, 4, "no such file")
	tmi(t, environ, "", "load").wants(t, 0, "corpus FILE")
}
