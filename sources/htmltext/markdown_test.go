package htmltext

import "testing"

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"# 주요 업무 #\r\n- **Go** 서버\n* C\\+\\+ / C\\#\n":                   "주요 업무\n• Go 서버\n• C++ / C#",
		"<span style=\"color:red\">Java</span><br/>Spring&nbsp;Boot":     "Java\nSpring Boot",
		"<ul><li>A</li><li>B</li></ul>":                                  "• A\n• B",
		"![그림](https://x/y.png)[채용 안내](https://x) snake_case_name 2 * 3": "채용 안내 snake_case_name 2 * 3",
		"\\- 목록이 아님 \\*별\\*\n\n---\n\n1\\. 서류 &gt; 면접":                   "- 목록이 아님 *별*\n\n1. 서류 > 면접",
		"if a < b && b > c": "if a < b && b > c",
	} {
		if got := Markdown(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
