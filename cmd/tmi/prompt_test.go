package main

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestComplete(t *testing.T) {
	for _, c := range []struct {
		line string
		at   int
		want string
		ok   bool
	}{
		{"select * from gold.post", 23, "select * from gold.posting", false},
		{"select * from gold.tech_d", 25, "select * from gold.tech_daily", true},
		{"select posting_ from gold.postings", 15, "select posting_id from gold.postings", true},
		{"sel", 3, "select", true},
		{"select xyz", 10, "", false},
		{"select ", 7, "", false},
	} {
		got, at, ok := complete(c.line, c.at)
		if c.want == "" && ok || c.want != "" && (!ok || c.ok && got != c.want) {
			t.Errorf("%q: got %q, %d, %t, want %q", c.line, got, at, ok, c.want)
		}
	}
}

func TestHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tmi", "sql_history")
	h := &history{path: path}
	h.keep("select 1;")
	h.keep("select\n  2;")
	h.keep("select 2;")
	h.save()
	again := &history{path: path}
	again.load()
	if diff := cmp.Diff([]string{"select 2;", "select 1;"}, again.entries); diff != "" {
		t.Error(diff)
	}
	if again.Len() != 2 || again.At(1) != "select 1;" {
		t.Errorf("%d entries, the second %q", again.Len(), again.At(1))
	}
}
