package extract

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// named lists the names found in one section, "?" after a preferred one.
func named(x *Extractor, section, text string) string {
	var out []string
	for _, t := range x.Techs(Posting{Sections: []Section{{section, text}}}) {
		name := t.Name
		if t.Need == NeedPreferred {
			name += "?"
		}
		out = append(out, name)
	}
	return strings.Join(out, " | ")
}

func TestTechs(t *testing.T) {
	x := newTest(t)
	cases := []struct{ name, text, want string }{
		{"slash list", "C/C++/C# 개발 경험", "C | C++ | C#"},
		{"lower slash list", "python, c/c++, go", "Python | C | C++ | Go"},
		{"korean particles", "Java를 쓰고 React와 Redis로 만듭니다", "Java | React | Redis"},
		{"korean compounds", "Spring기반 서버, 자바개발 경험", "Spring | Java"},
		{"korean names", "자바, 스프링부트, 쿠버네티스, 리액트, 파이썬, 리눅스", "Java | Spring Boot | Kubernetes | React | Python | Linux"},
		{"korean longer word", "스프링클러와 자바칩을 나눠 드려요", ""},
		{"longest wins", "Spring Boot 와 React Native 경험", "Spring Boot | React Native"},
		{"versions", "Java 17, Vue3, Python3.x, Angular 2+, Node.js 20", "Java | Vue.js | Python | Angular | Node.js"},
		{"variants", "NodeJS, Node JS, nodejs, 리액트 네이티브", "Node.js | React Native"},
		{"dots", ".NET, ASP.NET Core, Socket.IO, Next.js", ".NET | ASP.NET | Socket.IO | Next.js"},
		{"full width", "Ｊａｖａ／Ｋｏｔｌｉｎ", "Java | Kotlin"},
		{"decomposed korean", "\u110c\u1161\u1107\u1161 개발", "Java"},
		{"no word inside another", "JavaScripty Golangish Dockerized Kafkaesque", ""},
		{"vendor and service", "AWS S3, AWS Lambda 운영", "Amazon S3 | AWS | AWS Lambda"},
		{"service alone", "Amazon S3 and EC2", "Amazon S3 | Amazon EC2"},
		{"both names", "JPA/Hibernate, MS-SQL, 오라클", "JPA | Hibernate | SQL Server | Oracle Database"},
		{"url and mail", "https://github.com/acme/react 로 go@kafka.io, acme.io/jobs/python 참고", ""},
		{"forgotten blank", "We use Java.We love Kafka", "Java | Kafka"},
		{"numbered", "1.Java 2.Kotlin", "Java | Kotlin"},
		{"negation", "no PHP, not Perl. Spring 아님", ""},
		{"C after text", "C레벨, Series C, R&D, C-level, vitamin C, B2C", ""},
		{"go as a verb", "Ready to go? Go to market, go live and let's go with Python", "Python"},
		{"go as a language", "Backend engineers (Go / K8S), written in Go, Go developer", "Go | Kubernetes"},
		{"ordinary words", "We react swiftly, express interest, spark joy, slack off in spring, then rust; a notion of unity", ""},
		{"capitalised ordinary words", "Spring internship. Swift response. React to change. Express your ideas. Chef on site. Unity of purpose. Rust belt.", ""},
		{"R", "Python, R, SQL; R programmers", "Python | R | SQL"},
		{"R in prose", "Rated R, R is for reading", ""},
		{"rest", "REST API and rest of the team, take a rest", "REST API"},
		{"english list", "React, Redux, Express, Flow and Jest", "React | Redux | Express | Flow | Jest"},
		{"customers", "Our customers include Slack, Salesforce and VMware", ""},
		{"profile", "Send your GitHub profile; GitHub/LinkedIn welcome", ""},
		{"bare metal", "Docker on bare metal, Kubernetes", "Docker | Kubernetes"},
		{"inline wish", "Java required. Kafka is a plus", "Java | Kafka?"},
		{"inline wish korean", "Java 개발 경험\n- Kafka 경험자 우대", "Java | Kafka?"},
		{"wish in brackets", "Python (Kafka a plus), SQL", "Python | Kafka? | SQL"},
		{"headings", "자격요건\n- Java\n우대사항\n- Kafka\n- Java 튜닝", "Java | Kafka?"},
		{"english headings", "Requirements:\n* Python\nNice to have:\n* Rust, Kafka\nBenefits:\n* Slack, Zoom, MacBook with Docker", "Python | Rust? | Kafka?"},
		{"heading with text", "Requirements: Python\nNice to have: Kafka", "Python | Kafka?"},
		{"one to a line", "Stack\n- Node\n- MySQL\n- Go", "Node.js | MySQL | Go"},
		{"bracketed list of words", "Laravel (Eloquent, Lumen)", "Laravel | Eloquent | Lumen"},
		{"pair of words", "Node/Express servers", "Node.js | Express"},
		{"made with", "Images are baked with Packer and scheduled on Nomad.", "Packer | Nomad"},
		{"not made with", "Sold with Celery, located in Phoenix.", ""},
		{"parent in an alias", "Python Flask, Kotlin Coroutines", "Flask | Python | Coroutines | Kotlin"},
		{"no parent in a name", "Spring Boot, React Native", "Spring Boot | React Native"},
		{"what is not used", "We do not use Java, never use Perl; everything is Clojure", "Clojure"},
		{"korean negation", "Java가 아닌 Kotlin, PHP 제외", "Kotlin"},
		{"versions without a blank", "Java17/Spring Boot3, C++17, PHP7.4, Vue3", "Java | Spring Boot | C++ | PHP | Vue.js"},
		{"full width words", "Ｒｅａｃｔ、Ｎｏｄｅ．ｊｓ", "React | Node.js"},
		{"mixed script", "Java언어와 Spring프레임워크, React를", "Java | Spring | React"},
		{"middle dot", "MariaDB·MySQL·Redis", "MariaDB | MySQL | Redis"},
		{"capital at the start of a sentence", "Elixir of life. Lisp is heard.", ""},
		{"demand and wish in one sentence", "Java 필수, Kotlin 우대", "Java | Kotlin?"},
		{"minimum and wish", "C# experience as a minimum, F# desirable", "C# | F#?"},
		{"wish that opens", "We use Java and AWS, ideally you know Haskell", "Java | AWS | Haskell?"},
		{"wish that closes", "Familiarity with Electron and Nginx would be welcome.", "Electron? | Nginx?"},
		{"not required", "Docker is not required", "Docker?"},
		{"used and wished for", "Our services run on Kafka.\nNice to have\n- Kafka tuning", "Kafka"},
		{"stack after the process", "참고해 주세요\n수습 기간이 있어요\n우리가 사용 중인 기술들이에요\nGitHub, Slack", "GitHub | Slack"},
		{"escapes", "Must know C++, \"Java\" & <React>", "C++ | Java | React"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := named(x, "body", c.text); got != c.want {
				t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
			}
		})
	}
}

func TestTechsBySection(t *testing.T) {
	x := newTest(t)
	cases := []struct{ section, text, want string }{
		{"preferred", "Kafka\n[이런 분을 찾습니다]\nRedis", "Kafka? | Redis?"},
		{"우대사항", "Kafka", "Kafka?"},
		{"qualifications", "Kafka\n우대사항\nRedis", "Kafka | Redis?"},
		{"benefits", "최신 맥북, Docker, Slack", ""},
		{"process", "GitHub 주소, Notion 포트폴리오 제출. 과제는 Python", "Python"},
		{"about", "React quickly and Go further with Unity. We run Kafka.", "Kafka"},
		{"tags", "Go", "Go"},
	}
	for _, c := range cases {
		if got := named(x, c.section, c.text); got != c.want {
			t.Errorf("%s %q\n got %s\nwant %s", c.section, c.text, got, c.want)
		}
	}
}

func TestTechsEmployer(t *testing.T) {
	x := newTest(t)
	for _, c := range []struct{ company, text, want string }{
		{"Docker, Inc.", "Docker is hiring Go developers. Docker Inc uses Kafka", "Go | Kafka"},
		{"Spring Health", "Spring Health builds with Java, React", "Java | React"},
		{"Sentry (sentry.io)", "Sentry uses Python, Sentry SDK", "Python"},
		{"주식회사 센드버드", "센드버드는 Kotlin을 씁니다", "Kotlin"},
	} {
		var got []string
		for _, tech := range x.Techs(Posting{Company: c.company, Sections: []Section{{"body", c.text}}}) {
			got = append(got, tech.Name)
		}
		if s := strings.Join(got, " | "); s != c.want {
			t.Errorf("%s: %q\n got %s\nwant %s", c.company, c.text, s, c.want)
		}
	}
}

func TestTechsMentionsAndTags(t *testing.T) {
	x := newTest(t)
	got := x.Techs(Posting{
		Title:     "자바 개발자",
		Sections:  []Section{{"requirements", "Java와 Kafka"}},
		BoardTags: []string{"Java", "Spring Boot", "AI/인공지능", "C/C++"},
	})
	tag := func(s string) []Mention { return []Mention{{"tags", 0, len(s), s}} }
	want := []Tech{
		{ID: "java", Name: "Java", Category: "language", Need: "required", Method: "dictionary", Mentions: []Mention{{"title", 0, 6, "자바"}, {"requirements", 0, 4, "Java"}}},
		{ID: "kafka", Name: "Kafka", Category: "messaging", Need: "required", Method: "dictionary", Mentions: []Mention{{"requirements", 8, 13, "Kafka"}}},
		{ID: "spring-boot", Name: "Spring Boot", Category: "framework", Need: "required", Method: "board_tag", Mentions: tag("Spring Boot")},
		{ID: "c", Name: "C", Category: "language", Need: "required", Method: "board_tag", Mentions: tag("C")},
		{ID: "cpp", Name: "C++", Category: "language", Need: "required", Method: "board_tag", Mentions: tag("C++")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("techs differ (-want +got):\n%s", diff)
	}
}

func TestSplitSections(t *testing.T) {
	text := "We build things.\n\nWhat you'll do\n- ship\n\nWhat we're looking for\n- Go\n\nBonus points\n- Rust\n\n이런 분이면 더 좋아요!\n- Kafka\n\nBenefits\n- lunch\n\n전형절차\n서류"
	want := []Section{
		{"body", "We build things."},
		{"duties", "What you'll do\n- ship"},
		{"requirements", "What we're looking for\n- Go"},
		{"preferred", "Bonus points\n- Rust\n\n이런 분이면 더 좋아요!\n- Kafka"},
		{"benefits", "Benefits\n- lunch"},
		{"process", "전형절차\n서류"},
	}
	if diff := cmp.Diff(want, SplitSections(text)); diff != "" {
		t.Errorf("sections differ (-want +got):\n%s", diff)
	}
	if got := SplitSections(" \n "); got != nil {
		t.Errorf("blank text gave %v", got)
	}
}

// Offsets must always cut the surface out of the text, whatever the bytes.
func FuzzOffsets(f *testing.F) {
	f.Add("Java를 C/C++ ｒｅａｃｔ 자바 a@b.co http://x.y Node.js")
	f.Add("\u110c\u1161\u1107\u1161\u11a8 \xff\xfe Java\x00C#")
	f.Add("R&D's .NET..NET C++++ @go /go. ==Kafka(우대)")
	x := newTest(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, section := range []string{"body", "title", "preferred"} {
			for _, tech := range x.Techs(Posting{Company: "Go", Sections: []Section{{section, text}}}) {
				for _, m := range tech.Mentions {
					if m.Start < 0 || m.End > len(text) || text[m.Start:m.End] != m.Surface {
						t.Fatalf("mention %+v does not stand in %q", m, text)
					}
				}
			}
		}
		x.Facts(Hints{Title: text, Locations: []string{text}, Salary: text, Experience: text, Sections: []Section{{"body", text}}})
		SplitSections(text)
	})
}
