package extract

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func asked(requirements string) Posting {
	return Posting{ID: "1", Title: "백엔드 개발자", Company: "주식회사 보기랩", Sections: []Section{{"requirements", requirements}}}
}

func TestDoubts(t *testing.T) {
	x := newTest(t)
	for _, c := range []struct {
		name string
		p    Posting
		want string
	}{
		{"nothing is open", asked("• Java, Spring Boot 개발 경력 3년 이상\n• REST API 설계 경험"), ""},
		{"a name with a capital inside", asked("Experience with Zorblatt and QuxMesh is required."), "QuxMesh"},
		{"a name in a list of technologies", asked("• Kafka, Zorblatt, Redis 운영"), "Zorblatt"},
		{"a name in a Korean line", asked("• Zorblatt를 써 본 경험"), "Zorblatt"},
		{"a name of the dictionary is none", asked("• Kubernetes를 써 본 경험"), ""},
		{"practices are none", asked("• Java, MSA, DevOps, CI/CD 경험"), ""},
		{"addresses are none", asked("• 지원: https://QuxMesh.example/Jobs, me@QuxMesh.example"), ""},
		{"the employer is none", Posting{Title: "개발자", Company: "QuxMesh Inc.", Sections: []Section{{"requirements", "• QuxMesh를 함께 만들 분"}}}, ""},
		{"benefits are none", Posting{Title: "개발자", Sections: []Section{{"benefits", "• Zorblatt와 QuxMesh 구독 지원"}}}, ""},
		{"benefits under a heading are none", asked("Java 경험\n\n복지\n• Zorblatt와 QuxMesh 구독 지원"), ""},
		{"words of a sentence beside a technology are none", asked("We use Kafka, and the team, with love, runs Redis etc. in production."), ""},
		{"small names between commas", asked("• Kafka, zorblatt, Redis"), "zorblatt"},
		{"English amid Korean", asked("• Culture Fit 인터뷰와 Phone Interview를 봅니다"), ""},
		{"acronyms", asked("• Java, QQZ, ZZQX 경험"), ""},
		{"a company's name in its duties", Posting{Title: "개발자", Sections: []Section{{"duties", "We sell to QuxMesh and ZorBlatt."}}}, ""},
		{"a verb that begins a sentence", asked("Go through incidents calmly."), ""},
		{"a word without evidence", asked("Together we keep Notion tidy."), "Notion"},
		{"a word that is settled elsewhere", asked("Together we keep Notion tidy.\nTools: Jira, Notion, Slack"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var surfaces []string
			for _, m := range x.Doubts(c.p) {
				surfaces = append(surfaces, m.Surface)
				for _, s := range c.p.Sections {
					if s.Name == m.Section && s.Text[m.Start:m.End] != m.Surface {
						t.Errorf("%+v: the text has %q there", m, s.Text[m.Start:m.End])
					}
				}
			}
			if diff := cmp.Diff(c.want, strings.Join(surfaces, " ")); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.p.Sections, diff)
			}
		})
	}
}

func TestPointed(t *testing.T) {
	x := newTest(t)
	const text = "• Go 언어와 QuxMesh 경험\n• QuxMesh 운영\n• no PHP, go to market\n• 자바 개발\n• 우대: Rust\n• https://quxmesh.example/Java\n• R&D 과제"
	p := Posting{Title: "Zorblatt 개발자", Company: "Bogi Works", Sections: []Section{{"requirements", text}, {"benefits", "• Slack 구독"}, {"preferred", "Kotlin을 아시는 분, Bogi 제품을 써 보신 분"}}}
	at := func(words string) int { return strings.Index(text, words) }
	for _, c := range []struct {
		name string
		m    Mention
		want Standing
		tech string
		need string
	}{
		{"at the offsets", Mention{"requirements", at("Go 언어"), at("Go 언어") + 2, "Go"}, PointsAtTech, "Go", NeedRequired},
		{"at other offsets, once", Mention{"requirements", 3, 9, "자바"}, PointsAtTech, "Java", NeedRequired},
		{"at other offsets, twice", Mention{"requirements", 0, 7, "QuxMesh"}, PointsNowhere, "", ""},
		{"one of two, at the offsets", Mention{"requirements", at("QuxMesh 운영"), at("QuxMesh 운영") + 7, "QuxMesh"}, PointsAtName, "", ""},
		{"offsets beyond the text", Mention{"requirements", -5, 1 << 30, "Go"}, PointsAtTech, "Go", NeedRequired},
		{"nowhere", Mention{"requirements", 0, 10, "Kubernetes"}, PointsNowhere, "", ""},
		{"in no such section", Mention{"duties", 0, 2, "Go"}, PointsNowhere, "", ""},
		{"a part of a word", Mention{"requirements", 0, 3, "Mesh"}, PointsNowhere, "", ""},
		{"in the title", Mention{"title", 0, 8, "Zorblatt"}, PointsAtName, "", ""},
		{"a plain word", Mention{"requirements", at("go to"), at("go to") + 2, "go"}, PointsAtNothing, "", ""},
		{"what is not wanted", Mention{"requirements", at("PHP"), at("PHP") + 3, "PHP"}, PointsAtNothing, "", ""},
		{"in an address", Mention{"requirements", at("Java"), at("Java") + 4, "Java"}, PointsAtNothing, "", ""},
		{"in a phrase that hides it", Mention{"requirements", at("R&D"), at("R&D") + 1, "R"}, PointsAtNothing, "", ""},
		{"a benefit", Mention{"benefits", 4, 9, "Slack"}, PointsAtNothing, "", ""},
		{"the employer", Mention{"preferred", 0, 0, "Bogi"}, PointsAtNothing, "", ""},
		{"a wish's section", Mention{"preferred", 0, 6, "Kotlin"}, PointsAtTech, "Kotlin", NeedPreferred},
		{"a wish's sentence", Mention{"requirements", at("Rust"), at("Rust") + 4, "Rust"}, PointsAtTech, "Rust", NeedPreferred},
		{"no words", Mention{"requirements", 0, 0, ""}, PointsNowhere, "", ""},
		{"a sentence", Mention{"requirements", 0, 0, "Go 언어와 QuxMesh 경험\n• QuxMesh 운영"}, PointsNowhere, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			tech, m, standing := x.Pointed(p, c.m)
			if standing != c.want || tech.Name != c.tech || tech.Need != c.need {
				t.Fatalf("%+v: got %v %s %s, want %v %s %s", c.m, standing, tech.Name, tech.Need, c.want, c.tech, c.need)
			}
			if standing >= PointsAtName {
				section, _, _ := sectionNamed(p, m.Section)
				if section[m.Start:m.End] != c.m.Surface {
					t.Errorf("%+v: the text has %q there", m, section[m.Start:m.End])
				}
			}
		})
	}
}

// Whatever a model points at, what is kept of it stands in the text where it says.
func FuzzPointed(f *testing.F) {
	x := newTest(f)
	f.Add("• Go 언어와 QuxMesh 경험\n• no PHP, 자바", "자바", 3, 9, "Bogi Works")
	f.Add("Notion", "\xff", -1, 1<<30, "")
	f.Fuzz(func(t *testing.T, text, surface string, start, end int, company string) {
		p := Posting{Title: text, Company: company, Sections: []Section{{"requirements", text}}}
		for _, section := range []string{"title", "requirements"} {
			tech, m, standing := x.Pointed(p, Mention{section, start, end, surface})
			if standing >= PointsAtName && (m.Start < 0 || m.End > len(text) || text[m.Start:m.End] != surface) {
				t.Errorf("%q in %q: kept at %d to %d", surface, text, m.Start, m.End)
			}
			if (standing == PointsAtTech) != (tech.ID != "") {
				t.Errorf("%q in %q: standing %d and technology %q", surface, text, standing, tech.ID)
			}
		}
		for _, m := range x.Doubts(p) {
			if m.Section == "requirements" && text[m.Start:m.End] != m.Surface {
				t.Errorf("doubt %+v: the text has %q there", m, text[m.Start:m.End])
			}
		}
	})
}
