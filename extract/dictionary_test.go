package extract

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// minEntries is the floor of the dictionary, well above the 1,500 that are asked for.
const minEntries = 2500

// shared is built once: it is immutable.
var shared = sync.OnceValues(New)

func newTest(t testing.TB) *Extractor {
	t.Helper()
	x, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestDictionary(t *testing.T) {
	d := newTest(t).Dictionary()
	if len(d.Entries) < minEntries {
		t.Errorf("dictionary holds %d entries, want at least %d", len(d.Entries), minEntries)
	}
	perCategory := map[string]int{}
	korean := 0
	for _, e := range d.Entries {
		perCategory[e.Category]++
		for _, s := range e.spellings() {
			if endsHangul(s) {
				korean++
				break
			}
		}
	}
	for _, c := range Categories {
		if perCategory[c] < 5 {
			t.Errorf("category %s holds %d entries, want at least 5", c, perCategory[c])
		}
	}
	if korean < 300 {
		t.Errorf("%d entries have a Korean spelling, want at least 300", korean)
	}
}

// Every spelling finds its entry when it stands alone as a board's tag, and
// every unambiguous one when it stands in a sentence.
func TestEverySpelling(t *testing.T) {
	x := newTest(t)
	for _, e := range x.Dictionary().Entries {
		words := map[string]bool{}
		for _, w := range e.Words {
			words[foldString(w)] = true
		}
		for _, s := range e.spellings() {
			if got, ok := x.Dictionary().Resolve(s); !ok || got.ID != e.ID {
				t.Errorf("Resolve(%q) = %q, want %s", s, got.ID, e.ID)
			}
			text := "We work with " + s + ", PostgreSQL and Linux every day."
			if words[foldString(s)] {
				text = "Stack: PostgreSQL, " + s + ", Linux"
			}
			found := false
			for _, tech := range x.Techs(Posting{Sections: []Section{{"requirements", text}}}) {
				found = found || tech.ID == e.ID
			}
			if !found {
				t.Errorf("%s is not found in %q", e.ID, text)
			}
		}
	}
}

// A phrase under `not` names nothing of its entry.
func TestEveryStopPhrase(t *testing.T) {
	x := newTest(t)
	for _, e := range x.Dictionary().Entries {
		for _, phrase := range e.Not {
			text := "We " + phrase + " here, using Kafka and Linux."
			for _, tech := range x.Techs(Posting{Sections: []Section{{"body", text}}}) {
				if tech.ID == e.ID {
					t.Errorf("%s is found in %q", e.ID, text)
				}
			}
		}
	}
}

func TestDictionaryFaults(t *testing.T) {
	const good = "category: language, description_en: a, description_ko: 가, home: 'https://a.example'"
	cases := map[string]struct{ yaml, want string }{
		"colliding alias":  {"- {id: a, name: Aaa, aliases: [x1], " + good + "}\n- {id: b, name: Bbb, aliases: [X1], " + good + "}", `spelling "X1" is also one of a`},
		"folded collision": {"- {id: a, name: Spring Boot, " + good + "}\n- {id: b, name: spring-boot, " + good + "}", "is also one of a"},
		"duplicate id":     {"- {id: a, name: Aaa, " + good + "}\n- {id: a, name: Bbb, " + good + "}", "id is used twice"},
		"missing field":    {"- {id: a, name: Aaa, category: language, description_en: a}", "must not be empty"},
		"unknown category": {"- {id: a, name: Aaa, category: tool, description_en: a, description_ko: 가}", `category "tool" is not one of`},
		"no evidence":      {"- {id: a, name: Aaa, ambiguous: true, words: [Aaa], " + good + "}", "go together"},
		"unknown key":      {"- {id: a, name: Aaa, alias: [x], " + good + "}", `x.yaml:1: key "alias" is not one of`},
		"line of a fault":  {"- {id: a, name: Aaa, " + good + "}\n- {id: b, name: Bbb, parent: c, " + good + "}", `x.yaml:2: entry b: parent "c"`},
		"no list":          {"id: a", "expected a YAML list of entries"},
		"wrong language":   {"- {id: a, name: Aaa, category: os, description_en: a, description_ko: a, home: 'https://a.example'}", "wrong language"},
		"plain home":       {"- {id: a, name: Aaa, category: os, description_en: a, description_ko: 가, home: 'http://a.example'}", "not an https address"},
		"wrong type":       {"- {id: a, name: [x], " + good + "}", "x.yaml:1: "},
		"unknown parent":   {"- {id: a, name: Aaa, parent: zzz, " + good + "}", `parent "zzz" is not another entry`},
		"bad id":           {"- {id: A b, name: Aaa, " + good + "}", "id must be"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := loadDictionary(fstest.MapFS{"techs/x.yaml": {Data: []byte(c.yaml)}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error that holds %q", err, c.want)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	d := newTest(t).Dictionary()
	for text, want := range map[string]string{
		"Java 17": "java", "CSS 3": "css", "dynamodb": "amazon-dynamodb", "스프링부트": "spring-boot", "Go": "go", "vmware": "vmware", "node-js": "node-js", " React.js ": "react",
	} {
		if e, ok := d.Resolve(text); !ok || e.ID != want {
			t.Errorf("Resolve(%q) = %q %v, want %s", text, e.ID, ok, want)
		}
	}
	for _, text := range []string{"", "AI/인공지능", "커뮤니케이션", "SW"} {
		if e, ok := d.Resolve(text); ok {
			t.Errorf("Resolve(%q) = %s, want nothing", text, e.ID)
		}
	}
	if _, ok := d.ByID("spring-boot"); !ok {
		t.Error("ByID(spring-boot) is unknown")
	}
}
