package htmltext

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestText(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"plain", "a  b\n c", "a b c"},
		{"entities", "R&amp;D &lt;b&gt; &#x2F; &nbsp;x", "R&D <b> / x"},
		{"paragraphs", "<p>one</p>\n<p>two</p>", "one\n\ntwo"},
		{"unclosed paragraphs", "one<p>two<p>three", "one\n\ntwo\n\nthree"},
		{"heading", "<div>x</div><h3>What you do</h3><div>y</div>", "x\n\nWhat you do\n\ny"},
		{"list", "<p>We ask:</p><ul>\n<li>Go</li>\n<li><p>SQL</p></li>\n</ul><p>end</p>", "We ask:\n\n• Go\n• SQL\n\nend"},
		{"nested list", "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>", "• a\n• b\n• c\n• d"},
		{"empty item", "<ul><li></li><li>a</li></ul>x", "• a\n\nx"},
		{"item with break", "<ul><li><br>a<br>b</li></ul>", "• a\nb"},
		{"breaks", "a<br>b<br><br>c<br/><br><br>d", "a\nb\n\nc\n\nd"},
		{"inline words stay together", "<b>Node</b>.js and <i>Go</i>lang", "Node.js and Golang"},
		{"scripts", "a<script>alert('<p>x')</script><style>p{}</style><noscript>n</noscript>b", "ab"},
		{"table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"cut link", `see <a href="https:&#x2F;&#x2F;example.com&#x2F;jobs&#x2F;1234567890">https:&#x2F;&#x2F;example.com&#x2F;jobs&#x2F;1234...</a> now`, "see https://example.com/jobs/1234567890 now"},
		{"named link", `<a href="https://example.com/">our site</a>.`, "our site."},
		{"invisible", "a\u200bb\u00adc\ufeff", "abc"},
		{"preformatted", "<pre>x  y\n  z</pre>", "x  y\n  z"},
		{"broken", "<p>a<b>b</p></div></li></ul>c", "ab\n\nc"},
		{"korean", "<p>자격&nbsp;요건</p><ul><li>Java를 쓰는 분</li></ul>", "자격 요건\n\n• Java를 쓰는 분"},
		{"empty", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Text(c.in)); diff != "" {
				t.Errorf("Text(%q) (-want +got):\n%s", c.in, diff)
			}
		})
	}
}

func TestClean(t *testing.T) {
	if got, want := Clean(" a \r\n\r\n\r\n• b\rc\u00a0 \n"), "a\n\n• b\nc"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for in, want := range map[string]string{
		" a\n b\t c ": "a b c", "a b": "a b", "a  b": "a b", "a ": "a", "": "", " ": "", "서울\u3000강남": "서울 강남", "a\u200bb": "ab", "x\xff": "x\ufffd",
	} {
		if got := Line(in); got != want {
			t.Errorf("Line(%q): got %q, want %q", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("<ul><li>a<p>b</ul><a href=http://x>http://...</a>")
	f.Add("<pre></li><br><script>")
	f.Fuzz(func(t *testing.T, in string) {
		out := Text(in)
		if !utf8.ValidString(out) || strings.ContainsAny(out, "\r\x00") || out != strings.TrimSpace(out) || strings.Contains(out, "\n\n\n") {
			t.Errorf("Text(%q) = %q", in, out)
		}
	})
}
