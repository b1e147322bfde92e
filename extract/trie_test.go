package extract

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTrie(t *testing.T) {
	phrases := []string{"go", "spring", "spring boot", "스프링", ".net", "c#", "c", "node.js"}
	folded := make([]string, len(phrases))
	for i, p := range phrases {
		folded[i] = foldString(p)
	}
	tr := newTrie(folded)
	for text, want := range map[string][]string{
		"":                            nil,
		"cargo, django":               {"c"}, // where a word ends is the caller's to ask
		"Go and Spring":               {"go", "spring"},
		"Spring-Boot, Spring boat":    {"spring boot", "spring"},
		"springs":                     {"spring"},
		"C# c ASP .NET":               {"c#", "c", ".net"},
		"스프링과 Node.js":                {"스프링", "node.js"},
		strings.Repeat("spring ", 3):  {"spring", "spring", "spring"},
		"spring b spring boot spring": {"spring", "spring boot", "spring"},
	} {
		var got []string
		b := []byte(foldString(text))
		for from := 0; ; {
			i, at := tr.next(b, from)
			if i < 0 {
				break
			}
			got = append(got, phrases[i])
			from = at + len(folded[i])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// TestTrieAgainstSearch compares it with a plain search, over few letters that make many phrases alike.
func TestTrieAgainstSearch(t *testing.T) {
	d := rand.New(rand.NewPCG(1, 2))
	word := func(longest int) string {
		b := []byte{mark}
		for range 1 + d.IntN(longest) {
			b = append(b, "abcdefgh"[d.IntN(8)])
		}
		return string(b)
	}
	seen := map[string]bool{}
	var phrases []string
	for len(phrases) < 300 {
		p := word(4)
		if d.IntN(3) == 0 {
			p += word(3)
		}
		if !seen[p] {
			seen[p] = true
			phrases = append(phrases, p)
		}
	}
	tr := newTrie(phrases)
	for range 2000 {
		text := word(6) + "," + word(4) + word(6)
		from := d.IntN(len(text))
		want, wantAt := "", len(text)
		for at := from; at < len(text) && want == ""; at++ {
			for _, p := range phrases {
				if strings.HasPrefix(text[at:], p) && len(p) > len(want) {
					want, wantAt = p, at
				}
			}
		}
		i, at := tr.next([]byte(text), from)
		got := ""
		if i >= 0 {
			got = phrases[i]
		}
		if got != want || at != wantAt {
			t.Fatalf("in %q from %d: %q at %d, want %q at %d", text, from, got, at, want, wantAt)
		}
	}
}
