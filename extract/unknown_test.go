package extract

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnknown(t *testing.T) {
	x := newTest(t)
	for _, c := range []struct{ name, text, want string }{
		{"in a list", "Java, Quuxbase, Kafka", "Quuxbase"},
		{"after an unknown one", "Java, Quuxbase, Zorbler 경험", "Quuxbase Zorbler"},
		{"slashes and brackets", "Kafka/Quuxbase, Redis (Zorbler)", "Quuxbase Zorbler"},
		{"a word that was not meant", "Express, our courier, and Java", ""},
		{"no technology on the line", "Quuxbase, Zorbler", ""},
		{"across bars", "Acme | Berlin | Java", ""},
		{"a job", "Java, Backend Engineer", ""},
		{"small letters and numbers", "Java, teamwork, 2024", ""},
		{"an address", "Java, a@Quux.example, https://Quux.example", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, u := range x.Unknown(Posting{Sections: []Section{{"body", c.text}}}) {
				got = append(got, u.Name)
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.text, diff)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	refused := Refused("# names\nQuux-Base\n\n")
	if !refused[Key("quux base")] || len(refused) != 1 || !RefusedNames()[Key("API")] {
		t.Errorf("refused %v", refused)
	}
}

func TestExtend(t *testing.T) {
	base := newTest(t).Dictionary()
	const text = "- {id: quux, name: Quux, category: os, description_en: a, description_ko: 가, home: 'https://a.example'}\n" +
		"- {id: java, name: Java, aliases: [JavaQuux], category: language, description_en: a, description_ko: 가, home: 'https://a.example'}"
	d, faults := Extend(base, []DictionaryFile{{"mine.yaml", []byte(text)}})
	if len(faults) > 0 || len(d.Entries) != len(base.Entries)+1 {
		t.Fatalf("%d entries, faults %v", len(d.Entries), faults)
	}
	if got := named(NewWith(d), "body", "Quux, JavaQuux, Kafka"); got != "Quux | Java | Kafka" {
		t.Errorf("found %s", got)
	}
	_, faults = Extend(base, []DictionaryFile{{"mine.yaml", []byte(strings.Replace(text, "JavaQuux", "Zulu, Kotlin", 1))}})
	want := []Fault{{"mine.yaml", 2, `entry java: spelling "Kotlin" is also one of kotlin`}}
	if diff := cmp.Diff(want, faults); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}
