package extract

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// traps is the folder of sentences whose words are easily taken for technologies, with what
// each of them names: a corpus as `tmi eval extract` reads it.
const traps = "../testdata/traps"

func jsonLines[T any](t *testing.T, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []T
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var v T
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, v)
	}
	return out
}

type trapLabel struct {
	ID    string      `json:"id"`
	Techs [][2]string `json:"techs"`
}

// TestTraps holds both parts of the traps to the figures of docs/evaluation.md. The misses of
// the held-out part are not printed, so that nobody tunes on them.
func TestTraps(t *testing.T) {
	x := newTest(t)
	texts := map[string]Posting{}
	for _, p := range jsonLines[Posting](t, filepath.Join(traps, "postings.jsonl")) {
		texts[p.ID] = p
	}
	sentences, named := 0, 0
	for _, part := range []string{"tuned", "held-out"} {
		right, extra, missed := 0, 0, 0
		for _, label := range jsonLines[trapLabel](t, filepath.Join(traps, part+".jsonl")) {
			sentences++
			if len(label.Techs) > 0 {
				named++
			}
			want := map[string]bool{}
			for _, tech := range label.Techs {
				e, ok := x.Dictionary().Resolve(tech[0])
				if !ok {
					t.Errorf("%s: the dictionary does not know %q", label.ID, tech[0])
				}
				want[e.ID] = true
			}
			for _, got := range x.Techs(texts[label.ID]) {
				if want[got.ID] {
					right++
					delete(want, got.ID)
				} else {
					extra++
				}
			}
			missed += len(want)
		}
		if p, r := float64(right)/float64(right+extra), float64(right)/float64(right+missed); p < 0.97 || r < 0.90 {
			t.Errorf("%s: precision %.3f, recall %.3f; want at least 0.97 and 0.90", part, p, r)
		}
	}
	if sentences < 1000 || named < 500 {
		t.Errorf("%d sentences, %d name a technology; want at least 1,000 and 500", sentences, named)
	}
}

// TestWordsHaveTraps: a word that is also ordinary language has a sentence in which it is not meant.
func TestWordsHaveTraps(t *testing.T) {
	x := newTest(t)
	wanted := map[string]map[string]bool{}
	for _, part := range []string{"tuned", "held-out"} {
		for _, label := range jsonLines[trapLabel](t, filepath.Join(traps, part+".jsonl")) {
			wanted[label.ID] = map[string]bool{}
			for _, tech := range label.Techs {
				e, _ := x.Dictionary().Resolve(tech[0])
				wanted[label.ID][e.ID] = true
			}
		}
	}
	trapped := map[string]bool{}
	for _, p := range jsonLines[Posting](t, filepath.Join(traps, "postings.jsonl")) {
		text := p.Title
		for _, s := range p.Sections {
			text += " " + s.Text
		}
		var f folded
		f.fold(text)
		for i := range x.Dictionary().Entries {
			e := &x.Dictionary().Entries[i]
			for _, w := range e.Words {
				if !wanted[p.ID][e.ID] && strings.Contains(string(f.b), foldString(w)) {
					trapped[e.ID] = true
				}
			}
		}
	}
	var open []string
	for _, e := range x.Dictionary().Entries {
		if e.Ambiguous && !trapped[e.ID] {
			open = append(open, e.Name)
		}
	}
	if len(open) > 0 {
		t.Errorf("%d ambiguous technologies have no sentence in which a word of theirs is not meant: %s", len(open), strings.Join(open, "; "))
	}
}

// TestOccur: entries that never occur are filler, so many of them must stand in real postings.
func TestOccur(t *testing.T) {
	files, _ := filepath.Glob("../../shared/recorded/*/*.json*")
	files = slices.DeleteFunc(files, func(f string) bool { return strings.Contains(f, "list") })
	if len(files) == 0 {
		t.Skip("no recorded postings")
	}
	x := newTest(t)
	named := map[string]bool{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(raw), "\n") {
			for _, tech := range x.Techs(Posting{Sections: []Section{{"body", strings.NewReplacer(`\n`, "\n", "<p>", "\n", `\u003c`, "<", "&lt;", "<", "&gt;", "> ", "&#x2F;", "/").Replace(line)}}}) {
				named[tech.ID] = true
			}
		}
	}
	t.Logf("%d technologies occur", len(named))
	if len(named) < 400 {
		t.Errorf("%d technologies occur in the recorded postings, want at least 400", len(named))
	}
}
