package companies

import (
	"slices"
	"strings"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
)

func TestShipped(t *testing.T) {
	count := map[string]int{}
	for _, c := range All() {
		count[c.ATS]++
	}
	if count["greenhouse"] < 8 || count["greeting"] < 17 || count["ashby"] < 4 {
		t.Errorf("shipped boards: %v", count)
	}
	if tokens := Tokens("greenhouse"); slices.Contains(tokens, "dunamu") || !slices.Contains(tokens, "daangn") {
		t.Errorf("greenhouse: %v, want the living alone", tokens)
	}
	if Name("ashby", "furiosa-ai") != "퓨리오사AI" || Name("ashby", "nobody") != "nobody" {
		t.Error("names: want the shipped Korean name, else the token")
	}
}

func TestParseRefuses(t *testing.T) {
	good := "- {name_ko: 가, name_en: A, ats: lever, token: a, country: KR, seen_on: 2026-01-02, evidence: seen}\n"
	for text, want := range map[string]string{
		good + good: "stands twice",
		strings.Replace(good, "2026-01-02", "soon", 1):             "seen_on",
		strings.Replace(good, "token: a", "token: ../a", 1):        "token",
		strings.Replace(good, "KR", "Korea", 1):                    "country",
		strings.Replace(good, "ats:", "hats:", 1):                  "hats",
		strings.Replace(good, "evidence: seen", "evidence: ''", 1): "evidence",
	} {
		if _, err := Parse([]byte(text)); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want errs.Invalid that names %s", text, err, want)
		}
	}
	if list, err := Parse([]byte(good)); err != nil || len(list) != 1 {
		t.Errorf("a good entry: %v, %v", list, err)
	}
	if err := Check("lever", []string{"ok", "../x"}, "https://x/TOKEN"); !errs.Is(err, errs.Invalid) {
		t.Errorf("a token that is none: %v", err)
	}
}
