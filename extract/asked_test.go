package extract

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestYearsAsked reads sentences in which years are asked for, and many in which they are a
// company's, a contract's, a colleague's or a product's.
func TestYearsAsked(t *testing.T) {
	table, err := os.ReadFile("testdata/years.tsv")
	if err != nil {
		t.Fatal(err)
	}
	x := newTest(t)
	read := 0
	for line := range strings.Lines(string(table)) {
		want, text, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		read++
		head := "Acme | Engineer | Berlin"
		f := x.Facts(Hints{Title: head, IsITBoard: true, Sections: []Section{{"body", head + "\n" + strings.ReplaceAll(text, " / ", "\n")}}})
		if got := year(f.ExperienceMinYears) + "-" + year(f.ExperienceMaxYears); got != want {
			t.Errorf("%q asks for %s, want %s", text, got, want)
		}
	}
	if read < 200 {
		t.Errorf("%d sentences were read, want at least 200", read)
	}
}

func year(v *int32) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(*v)
}
