package web

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWordsAreMarkedInAnyCase(t *testing.T) {
	for _, c := range []struct {
		words []string
		text  string
		want  []Mark
	}{
		{nil, "서버 개발자", []Mark{{"서버 개발자", false}}},
		{[]string{" "}, "a", []Mark{{"a", false}}},
		{[]string{"backend"}, "Backend 개발 (BACKEND)", []Mark{{"Backend", true}, {" 개발 (", false}, {"BACKEND", true}, {")", false}}},
		{[]string{"c++", "c"}, "C++ C", []Mark{{"C++", true}, {" ", false}, {"C", true}}},
		{[]string{"결제"}, "<결제>", []Mark{{"<", false}, {"결제", true}, {">", false}}},
	} {
		p := newPage("ko")
		p.Words = c.words
		if diff := cmp.Diff(c.want, p.Marks(c.text)); diff != "" {
			t.Errorf("%v in %q (-want +got):\n%s", c.words, c.text, diff)
		}
	}
	p := newPage("en")
	p.Words = []string{"Java"}
	if !p.IsHit("java") || p.IsHit("JavaScript") {
		t.Error("a name is a hit where it is a word, not where it holds one")
	}
}

func TestChangesAreWrittenWithTheirSign(t *testing.T) {
	p := newPage("ko")
	for change, want := range map[float64]string{.125: "+12%", -.5: "−50%", 0: "0%", .001: "0%", 2: "+200%"} {
		if got := p.Signed(change); got != want {
			t.Errorf("%v: %s, want %s", change, got, want)
		}
	}
	for after, want := range map[int64]string{1500: "+1,400", 100: "0", 20: "−80"} {
		if got := p.Difference(100, after); got != want {
			t.Errorf("to %d: %s, want %s", after, got, want)
		}
	}
}

func TestAnAddressHasOneForm(t *testing.T) {
	p := newPage("ko")
	p.Origin = "https://example.org"
	p.Values.Set("view", "table")
	p.Values.Set("chart", "pie")
	if got, want := p.Canonical(), "https://example.org/postings?tech=c%2B%2B&tech=go"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := p.Move("tech", "not_tech", "go"), "/postings?chart=pie&not_tech=go&tech=c%2B%2B&view=table"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := p.InTheme("dark"), "/postings?chart=pie&cursor=x&tech=c%2B%2B&tech=go&theme=dark&view=table"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
