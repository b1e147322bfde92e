package extract

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func years(f Facts) string {
	s := func(p *int32) string {
		if p == nil {
			return "-"
		}
		return fmt.Sprint(*p)
	}
	return s(f.ExperienceMinYears) + ".." + s(f.ExperienceMaxYears)
}

func TestRolesAndIT(t *testing.T) {
	x := newTest(t)
	if len(Roles) < 25 || len(Roles) > 64 {
		t.Fatalf("%d roles, want 25 to 64", len(Roles))
	}
	cases := []struct {
		title, category string
		techs           int
		want            string
		it              bool
	}{
		{"백엔드 개발자", "", 0, "backend", true},
		{"서버·웹 개발자(신입)", "", 0, "backend web", true},
		{"Senior Full-Stack Engineer", "", 0, "fullstack", true},
		{"Software Engineer, Backend | 광고", "", 3, "backend", true},
		{"[AI Frontier] Machine Learning Engineer", "", 2, "ml-engineer", true},
		{"안드로이드/iOS 개발자", "", 2, "android ios", true},
		{"게임 클라이언트 프로그래머 (Unity)", "", 1, "game-client", true},
		{"Site Reliability Engineer", "", 4, "sre", true},
		{"DBA (Database Administrator)", "", 1, "dba", true},
		{"임베디드 소프트웨어 개발자", "", 1, "embedded", true},
		{"데이터 엔지니어, 데이터 분석가", "", 3, "data-engineer data-analyst", true},
		{"개발자 모집", "서버/백엔드 개발자", 2, "backend", true},
		{"개발팀 신입", "", 2, "software-engineer", true},
		{"Senior Software Engineer", "", 0, "software-engineer", true},
		{"Backend, Frontend, Sales", "", 0, "backend frontend", true},
		{"Electrical Engineer", "", 0, "hardware", false},
		{"보안 영업", "", 0, "security", false},
		{"Brand Marketer", "", 0, "", false},
		{"그로스 마케터 (인턴)", "", 2, "", false},
		{"재무회계 담당자", "", 1, "", false},
		{"Software Engineers, Site Reliability Engineers", "", 0, "sre software-engineer", true},
		{"Software Engineer, iOS", "", 0, "ios", true},
		{"Software Engineer in Test", "", 0, "qa", true},
		{"Full-Stack Web Developer", "", 0, "fullstack", true},
		{"Mobile Engineer (Android, iOS)", "", 0, "android ios", true},
		{"Character Designer", "", 0, "", false},
		{"Product Manager", "", 0, "product-manager", true},
		{"Warehouse Associate", "", 0, "", false},
		{"Sales Manager", "Engineering", 0, "", false},
		{"Product Designer", "Design", 1, "ux-designer", false},
		{"Product Manager (AI 플랫폼)", "", 5, "product-manager", true},
		{"영화 포스터 및 예고편 제작자", "", 2, "", false},
		{"Customer Support Representative", "", 1, "", false},
		{"무제", "", 5, "", true},
		{"무제", "", 0, "", false},
	}
	for _, c := range cases {
		f := x.Facts(Hints{Title: c.title, Categories: nonEmpty([]string{c.category}), Locations: []string{"서울"}, TechCount: c.techs})
		if got := strings.Join(f.Roles, " "); got != c.want || f.IsIT != c.it || f.IsITReason == "" {
			t.Errorf("%s [%s] %d techs: roles %q it %v (%s), want %q %v", c.title, c.category, c.techs, got, f.IsIT, f.IsITReason, c.want, c.it)
		}
		for _, r := range f.Roles {
			if !slices.Contains(Roles, r) {
				t.Errorf("role %q is not in Roles", r)
			}
		}
	}
}

// A text that lists its jobs names their roles; colleagues and experience do not.
func TestOfferedRoles(t *testing.T) {
	x := newTest(t)
	for text, want := range map[string]string{
		"Acme | Berlin | Full-time\nWe are hiring:\n- Senior Backend Engineer: https://acme.example/1\n- Software Engineer - Android, iOS\n- Product Designer (4+ years)": "backend android ios ux-designer",
		"Acme | Berlin\nWe make tools for frontend developers. You will work closely with data scientists.\nWe are looking for a site reliability engineer.":              "sre",
		"Acme | Berlin\nOur machine learning platform finds faults.": "",
		"Acme | Berlin\n* Software Engineer\n* Data Engineer":        "data-engineer software-engineer",
		// A field or tool before a general word, or alone behind it, names the job.
		"Acme | Berlin\n- Senior Scala Engineer\n- Software Engineer - Infrastructure\n- Security Software Engineer\n- Rails/React Software Engineer": "fullstack devops security software-engineer",
		"Acme | Berlin\nWe have come a long way, and this year we are hiring for front end, back end, product management and QA.":                     "backend frontend qa product-manager",
		"Acme | Berlin\nAfter three good years we are growing again and looking for front- and back-end engineers.":                                   "backend frontend",
		"Acme | Berlin\nAfter three good years we are growing again and looking for engineers, data scientists and product managers.":                 "data-scientist product-manager software-engineer",
	} {
		f := x.Facts(Hints{Title: "Acme | Berlin", IsITBoard: true, Sections: []Section{{"duties", text}}})
		if got := strings.Join(f.Roles, " "); got != want || !f.IsIT {
			t.Errorf("%q: roles %q (IT: %v), want %q", text, got, f.IsIT, want)
		}
	}
}

func TestSides(t *testing.T) {
	x := newTest(t)
	for _, c := range []struct{ title, text, want string }{
		{"Acme | Software Engineer (Django)", "", "backend"},
		{"Acme | Software Engineer (Ruby on Rails)", "", "backend"},
		{"Acme | Software Engineer (Node.js and Vue.js)", "", "fullstack"},
		{"Acme | Rails/React, Android, Data engineers", "", "fullstack android data-engineer"},
		{"Acme | Rails / DevOps / Front End", "", "backend frontend devops"},
		{"Acme | Backend Engineer, Data, Product", "", "backend data-engineer product-manager"},
		{"Acme | iOS Engineer (data, security)", "", "ios"},
		{"Acme | Pipeline Software Engineer", "", "data-engineer"},
		{"Acme | UX Designers & Developers", "- Frontend Developers\n- Backend Developers", "backend frontend ux-designer"},
		{"Acme | Software Engineers, Data Scientists", "- Product Manager\n- Software Engineer", "data-scientist product-manager software-engineer"},
		{"Acme | iOS Engineer", "Other jobs:\n- Product Manager", "ios product-manager"},
		{"Acme | iOS Engineer", "We are also looking for a product designer.", "ios ux-designer"},
		{"Acme | iOS Engineer", "You will build our backend. Contact: Jo, head of engineering.", "ios"},
		// The work of a general job, where the text says that it is the hire's.
		{"Acme | Software Engineer", "You build our backend.", "backend"},
		{"Acme | Software Engineer", "You build our backend and frontend.", "fullstack"},
		{"Acme | Software Engineer", "Our backend is written in Go.", "software-engineer"},
		{"Acme | Software Engineer", "You have experience with backend development.", "software-engineer"},
		{"Acme | Software Engineer", "We need somebody to build web and mobile applications.", "web mobile"},
		{"Acme | Software Engineer", "DevOps: Docker, Terraform", "software-engineer"},
		{"Acme | Software Engineers", "Come and work on problems across the stack.", "fullstack"},
		// A language names no role, a framework of one side does.
		{"Acme | Python Developer", "", "software-engineer"},
		{"Acme | React Developer", "", "frontend"},
		{"Acme | Data Scientist, Python Engineer", "", "data-scientist software-engineer"},
		// A general job beside others, or one that the list behind it explains.
		{"Acme | Payments Engineer, Data Scientist", "", "data-scientist software-engineer"},
		{"Acme | Software Engineer {Go, Backend, iOS}", "", "backend ios"},
		{"Acme | Software Engineers", "- Backend Engineer\n- iOS Engineer", "backend ios"},
		{"Acme | Software Engineers", "- Product Manager: https://acme.example/1", "product-manager software-engineer"},
		{"Acme | Mobile & Web Software Engineers", "", "web mobile"},
		{"Acme | Security Architect", "", "security architect"},
		{"Acme Robotics | Backend Engineer", "", "backend"},
		{"Acme | Berlin", "We are looking for more great engineers to join us.", "software-engineer"},
		// At most six, the first.
		{"Acme | QA, SRE, iOS, Android, Backend, Frontend, DevOps engineers", "", "backend frontend android ios sre qa"},
	} {
		f := x.Facts(Hints{Title: c.title, IsITBoard: true, Sections: []Section{{"duties", c.text}}})
		if got := strings.Join(f.Roles, " "); got != c.want {
			t.Errorf("%s, %q: roles %q, want %q", c.title, c.text, got, c.want)
		}
	}
}

// Lists, shared nouns, people who are no opening, and words that look like jobs.
func TestNamedJobs(t *testing.T) {
	x := newTest(t)
	for _, c := range []struct{ title, text, want string }{
		// A list's last item has the noun of all; what stands in brackets divides nothing.
		{"Acme | Berlin", "Looking for Senior Android, iOS and full stack engineers.", "fullstack android ios"},
		{"Acme | Berlin", "We're hiring frontend (Vue), backend (Go, Kafka) and computer vision (OpenCV) engineers to help us grow the herd.", "backend frontend ml-engineer"},
		{"Acme | Berlin", "- Senior Android (Kotlin) Engineer\n- Sr. Backend Engineer", "backend android"},
		{"Acme | Berlin", "We’re hiring engineers for DevOps, media streaming and ML.", "devops ml-engineer media"},
		{"Acme | Berlin", "We have openings for application security engineers, SREs, and data analysts in both of our offices.", "sre security data-analyst"},
		{"Acme | Berlin", "Information Security Engineers WANTED. We like tea.", "security"},
		{"Acme | Berlin", "I'm hiring a PM for our farm in Vienna, who keeps the cows and the calendars of everybody in good order.", "product-manager"},
		{"Acme | Berlin", "What we are after this spring, all of it in Berlin: - Data Engineer: moves hay from here to there. - Data Scientist: counts it.", "data-engineer data-scientist"},
		{"Acme | Software Engineer (backend, platform, infra)", "", "backend devops platform-engineer"},
		// Who writes, who leads, and what one has done before.
		{"Acme | Backend Engineer", "I'm Jo, an engineering manager at Acme.\n- Jo Doe, VP of Engineering", "backend"},
		{"Acme | Backend Engineer", "- Engineering Manager: https://acme.example/2", "backend engineering-manager"},
		{"Acme | DevOps Engineer", "* 5+ years working as a Linux administrator", "devops"},
		{"Acme | Full Stack Developer", "* Architect web applications\nOur front-end shows herds.", "fullstack"},
		{"Acme | Developer Analytics Lead", "", "data-analyst"},
		// Full stack stands alone; a platform or infrastructure of something is that.
		{"Acme | Full Stack Developer (Front-End 70% / Back-End 30%)", "", "fullstack"},
		{"Acme | Full Stack Ruby on Rails Engineer", "", "fullstack"},
		{"Acme | Backend, Full Stack Developer", "", "backend fullstack"},
		{"Acme | Software Engineer - Data Platform", "", "data-engineer"},
		{"Acme | Android Platform Engineer", "", "android"},
		{"Acme | Mobile Engineer (Android)", "", "android"},
		// A manager is no kind of engineer, so that the engineer is a job of its own.
		{"Acme | Lead Engineer/Engineering Manager", "", "engineering-manager software-engineer"},
		{"Acme | Software Engineer / Embedded Engineer", "", "embedded software-engineer"},
		{"Acme | Software Engineer, Data Engineer", "", "data-engineer software-engineer"},
		{"Acme | Full-stack | Engineering", "", "fullstack"},
		{"Acme | Fullstack developer", "", "fullstack"},
		// Lists under a heading, and what only looks like an item of one.
		{"Acme | Berlin", "Roles open:\n- Machine Learning\n- Data Science", "data-scientist ml-engineer"},
		{"Acme | Berlin", "These positions are open:\nC++ developer, 3D graphics developer, Visual barn researcher, Deep learning researcher, Backend developer", "backend ai-researcher graphics software-engineer"},
		{"Acme | Berlin", "We look after herds.\n- Machine Learning\n- Data Science", ""},
		{"Acme | Berlin", "• Opened engineering and design offices in two more barns", ""},
		{"Acme | SRE", "* Strong DevOps experience\nFeel free to PM me.", "sre"},
		{"Acme | Berlin", "We are looking for senior front end candidates who like hay more than anything else in the whole world.", "frontend"},
		{"Acme | Berlin", "Frontend - https://acme.example/1\nFull stack: https://acme.example/2", "frontend fullstack"},
		{"Acme | Berlin", "In our barns these wait for you: 1) Data Engineer (half-time, from May) 2) Linux Administrator (full-time, from June)", "system-engineer data-engineer"},
		{"Acme | Berlin", "We are hiring the following people for our barns: Sr. Software Architect, DevOps Engineers and a QA engineer.", "devops qa architect"},
		{"Acme | SRE", "* Ability to engage in DevOps engineering practices\nJoin us to bring together machine learning, big data, and engineering.", "sre"},
		// What goes with a slash, a manager's field, a team behind a job.
		{"Acme | Berlin", "- Platform/Infrastructure Engineer", "devops platform-engineer"},
		{"Acme | Engineering Manager - Mobile", "", "engineering-manager"},
		{"Acme | Berlin", "* Mobile Engineering Manager (iOS / Android)", "engineering-manager"},
		{"Acme | Site Reliability Engineer, Infrastructure", "", "sre"},
		{"Acme | Staff Software Engineer", "", "software-engineer"},
		// Work names the job of a general title where it is of one kind.
		{"Acme | Software Engineer", "You will build our firmware.", "embedded"},
		{"Acme | Software Engineer", "You will work on firmware, machine learning and compilers.", "software-engineer"},
		// The first sentence of a text that has no title names what it looks for.
		{"Acme has taught machine learning to cows for ten years and is the market's leader", "We are hiring a QA engineer.", "qa"},
		{"Acme is hiring: Backend Engineers and Product Designers who are fond of cows", "", "backend ux-designer"},
	} {
		f := x.Facts(Hints{Title: c.title, IsITBoard: true, Sections: []Section{{"duties", c.text}}})
		if got := strings.Join(f.Roles, " "); got != c.want {
			t.Errorf("%s, %q: roles %q, want %q", c.title, c.text, got, c.want)
		}
	}
	f := x.Facts(Hints{Title: "Cobalt Robotics | Berlin", Company: "Cobalt Robotics", Locations: []string{"Berlin"}, IsITBoard: true})
	if len(f.Roles) > 0 {
		t.Errorf("the employer's name gives roles %q", f.Roles)
	}
}

func nonEmpty(in []string) []string {
	return slices.DeleteFunc(in, func(s string) bool { return s == "" })
}

func TestExperience(t *testing.T) {
	x := newTest(t)
	for raw, want := range map[string]string{
		"경력 3년 이상": "3..-", "3~7년": "3..7", "3년 ~ 7년": "3..7", "경력 5년↑": "5..-", "3년 이상 7년 이하": "3..7", "신입": "0..0", "경력무관": "-..-", "신입 이상": "0..-", "신입~3년": "0..3", "BEGINNER": "0..0", "BEGINNER,JUNIOR": "0..-",
		"신입·경력": "0..-", "5년 이하": "-..5", "5+ years": "5..-", "3-5 years": "3..5", "4–15 years": "4..15", "at least two years": "2..-", "100년": "-..-", "": "-..-", "2026년": "-..-", "3년차": "3..-",
	} {
		if got := years(x.Facts(Hints{Experience: raw})); got != want {
			t.Errorf("experience %q = %s, want %s", raw, got, want)
		}
	}
	for text, want := range map[string]string{
		"자격요건\n- 백엔드 개발 경력 3년 이상인 분\n- 2020년 이전 설립":     "3..-",
		"Requirements:\n* 5+ years of experience in Go": "5..-",
		"We have over 20 years of history. 10년 연속 흑자":   "-..-",
		"서버 개발 업무를 3년 이상 수행하신 분":                        "3..-",
		"3-5년차":          "3..5",
		"백엔드 5년차 이상":     "5..-",
		"경력 2년 내외":       "2..-",
		"최소 2년의 경력":      "2..-",
		"신입 혹은 3년 이하 경력": "0..3",
		"IT 업계에서 10년 이상": "10..-",
		"5년 이상 함께 일하며 제품의 성장을 이끈 경험":                                                                                   "5..-",
		"저희는 10년 이상 서비스를 운영해 왔습니다":                                                                                     "-..-",
		"3년 이상 근무 시 안식휴가 한 달":                                                                                          "-..-",
		"Your profile: 4+ years of experience in software development":                                                 "4..-",
		"Our ideal candidate has at least two years of work experience":                                                "2..-",
		"We use Elasticsearch. 3+ years of professional experience":                                                    "3..-",
		"Our engineers have 8 years of experience on average":                                                          "-..-",
		"The founders have more than 15 years of experience from two banks":                                            "-..-",
		"Requirements\n2 to 3+ years of experience":                                                                    "2..-",
		"Key requirement: minimum 2 years of growth marketing":                                                         "2..-",
		"Five years of growth and going strong":                                                                        "-..-",
		"Backend Engineer:\n- 5+ years of professional experience\n\nDesigner:\n- 3+ years of professional experience": "-..-",
		"Requirements:\n- 5+ years of professional experience\n- 3+ years of work experience in a team":                "5..-",
		"Requirements\n3-5 years building web apps, with experience in Rust":                                           "3..5",
		"복지\n- 3년 근속 시 휴가":                                                                                             "-..-",
	} {
		if got := years(x.Facts(Hints{Sections: []Section{{"body", text}}})); got != want {
			t.Errorf("text %q = %s, want %s", text, got, want)
		}
	}
	n := func(v int32) *int32 { return &v }
	yes, no := true, false
	for _, c := range []struct {
		h    Hints
		want string
	}{
		{Hints{ExperienceMin: n(3), ExperienceMax: n(7)}, "3..7"},
		{Hints{ExperienceMin: n(0), ExperienceMax: n(0), IsNewcomer: &yes}, "0..0"},
		{Hints{ExperienceMin: n(0), ExperienceMax: n(0), IsNewcomer: &no}, "-..-"},
		{Hints{ExperienceMin: n(0), IsNewcomer: &yes, Experience: "신입"}, "0..0"},
		{Hints{ExperienceMin: n(0), IsNewcomer: &yes, Experience: "신입", Sections: []Section{{"requirements", "• 신입 및 경력(1년~2년) 가능"}}}, "0..2"},
		{Hints{Experience: "신입/경력", Sections: []Section{{"requirements", "3년 이상의 개발 경험이 있는 분"}}}, "3..-"},
		{Hints{Experience: "신입/경력"}, "0..-"},
		{Hints{Title: "서버 개발자 (신입)"}, "0..0"},
		{Hints{Title: "서버 개발자 (신입/경력)"}, "0..-"},
		{Hints{ExperienceMin: n(3), ExperienceMax: n(0)}, "3..-"},
		{Hints{ExperienceMin: n(3), ExperienceMax: n(100)}, "3..-"},
		{Hints{ExperienceMin: n(3), ExperienceMax: n(7), Title: "5년 이상"}, "3..7"},
		{Hints{Title: "서버 개발자 (3~7년)", Sections: []Section{{"requirements", "경력 5년 이상"}}}, "3..7"},
	} {
		if got := years(x.Facts(c.h)); got != c.want {
			t.Errorf("%+v = %s, want %s", c.h, got, c.want)
		}
	}
}

func TestSalary(t *testing.T) {
	x := newTest(t)
	for raw, want := range map[string]string{
		"연봉 4,000만원 ~ 6,000만원": "40000000..60000000", "4000~6000만원": "40000000..60000000", "월 500만원": "60000000..60000000", "연봉 5천만원 이상": "50000000..-", "1억 2,000만원": "120000000..120000000",
		"₩60,000,000": "60000000..60000000", "회사 내규에 따름": "-..-", "면접 후 결정": "-..-", "최대 8,000만원": "-..80000000", "3,600만 원 이상": "36000000..-", "$120k - $160k": "-..-", "시급 10,000원": "-..-", "50만원": "-..-",
	} {
		f := x.Facts(Hints{Salary: raw})
		got := "-"
		if f.SalaryMinKRW != nil {
			got = fmt.Sprint(*f.SalaryMinKRW)
		}
		got += ".."
		if f.SalaryMaxKRW != nil {
			got += fmt.Sprint(*f.SalaryMaxKRW)
		} else {
			got += "-"
		}
		if got != want || f.SalaryRaw == "" {
			t.Errorf("salary %q = %s (raw %q), want %s", raw, got, f.SalaryRaw, want)
		}
	}
	text := x.Facts(Hints{Sections: []Section{{"requirements", "• 급여 : 연봉 3,600만원 이상\n• 교육비 연 50만원"}, {"benefits", "연봉 9,000만원 돌파"}}})
	if text.SalaryMinKRW == nil || *text.SalaryMinKRW != 36_000_000 || text.SalaryMaxKRW != nil {
		t.Errorf("salary of text = %v %v", text.SalaryMinKRW, text.SalaryMaxKRW)
	}
	if f := x.Facts(Hints{Title: "Acme | Engineer | $120k-$160k | Berlin"}); f.SalaryRaw != "$120k-$160k" || f.SalaryMinKRW != nil {
		t.Errorf("foreign salary = %q %v, want the words alone", f.SalaryRaw, f.SalaryMinKRW)
	}
}

// TestReadPayOfCountry: what a currency is by depends on where the job is.
func TestReadPayOfCountry(t *testing.T) {
	for in, want := range map[[2]string]string{
		{"100k - 140k", "US"}: "USD", {"100k - 140k", "GB"}: "GBP", {"$65-75k", "CA"}: "CAD", {"$65-75k", "DE"}: "USD", {"US$65-75k", "CA"}: "USD", {"€50k-60k", "US"}: "EUR", {"USD $70k", "AU"}: "USD", {"$70k/year CAD", ""}: "CAD", {"$70k (AUD)", "US"}: "AUD", {"NT$900k", "TW"}: "TWD", {"R$90k", "BR"}: "BRL", {"USD 50k", "MX"}: "USD",
	} {
		if pay, ok := ReadPay(in[0], in[1]); !ok || pay.Currency != want {
			t.Errorf("%s in %q is %q (%v), want %q", in[0], in[1], pay.Currency, ok, want)
		}
	}
	for in, why := range map[[2]string]string{{"100k - 140k", ""}: "of no known country", {"$40k-$50k", "MX"}: "pesos or dollars", {"¥300k", "CN"}: "yuan or yen"} {
		if pay, ok := ReadPay(in[0], in[1]); ok {
			t.Errorf("%s in %q, %s, is read as %+v", in[0], in[1], why, pay)
		}
	}
}

// A range of pay needs no word for pay, a single amount does.
func TestPayInText(t *testing.T) {
	for text, want := range map[string]string{
		"Backend Engineer, $120k - $170k + equity":                   "$120k - $170k",
		"We raised $120k to $170k.":                                  "",
		"The beach is near, and houses go for $150,000 to $450,000.": "",
		"Projects of $10k - $20k":                                    "",
		"Our customers save $120k.":                                  "",
		"The average salary of our readers is $90,000.":              "",
		"Students triple their salary to $120k within a year.":       "",
		"The work is for 20 hours a month, paying $25/h.":            "$25/h",
		"Customers pay $60/hour for a lawyer.":                       "",
		"Deals of $30k-$900k are made every day with us.":            "",
		"Tickets cost $4-$5. Salary range £40,000-£50,000":           "£40,000-£50,000",
	} {
		if f := newTest(t).Facts(Hints{Sections: []Section{{"body", text}}}); f.SalaryRaw != want {
			t.Errorf("%q: %q, want %q", text, f.SalaryRaw, want)
		}
	}
	// The board's words without an amount do not hide the text's; a list's cut is mended.
	for want, h := range map[string]Hints{
		"£40,000-£50,000":    {Salary: "Competitive salary", Sections: []Section{{"body", "Salary range £40,000-£50,000"}}},
		"Competitive salary": {Salary: "Competitive salary", Sections: []Section{{"body", "We raised $5M."}}},
		"$150 - $190K":       {Title: "Pay: $150 - $190K base", Salary: "$190K base"},
	} {
		if f := newTest(t).Facts(h); f.SalaryRaw != want {
			t.Errorf("%+v: %q, want %q", h, f.SalaryRaw, want)
		}
	}
}

// The words that are stored state the same pay again.
func TestReadPay(t *testing.T) {
	for words, want := range map[string]string{
		"$120k - $160k": "120000-160000 USD year", "£30-40K": "30000-40000 GBP year", "40-65k € + bonus": "40000-65000 EUR year", "$135K+": "135000- USD year", "to £50K": "-50000 GBP year", "up to $150k": "-150000 USD year",
		"€55.000 per year": "55000-55000 EUR year", "$60/hr": "60-60 USD hour", "100-150k USD": "100000-150000 USD year", "CAD 80,000 to 100,000": "80000-100000 CAD year", "₩60,000,000": "60000000-60000000 KRW year",
		"월 300만원": "3000000-3000000 KRW month", "시급 12,000원": "12000-12000 KRW hour", "연봉 4천만원 이상": "40000000- KRW year", "1억 2,000만원": "120000000-120000000 KRW year", "월급 250~300만원": "2500000-3000000 KRW month",
		"₹ 10-15 Lakhs": "1000000-1500000 INR year", "420-780K MXN + options": "420000-780000 MXN year", "₹5L - ₹12L": "500000-1200000 INR year", "C$90 - C$160": "90000-160000 CAD year", "AUD$100-150k + equity": "100000-150000 AUD year", "$90 - $160 a ticket": "", "15LPA - 40LPA": "1500000-4000000 INR year", "INR100K learning & travel allowance": "", "130k-160k + Equity": "", "$120k relocation": "", "$500k in revenue": "", "$60k MRR": "", "OTE $150k": "", "$150k OTE": "", "$2,000 per week": "", "$12,000/week": "", "PLN 15k - 20k": "", "PLN 15k - 20k per month": "15000-20000 PLN month", "S$10k - S$14k": "", "$12k per year": "12000-12000 USD year",
		"45k€ (junior) - 75k€ (senior)": "", "$90k/$120k": "", "over $100k": "100000- USD year", "admin $60k": "60000-60000 USD year", "under £50k": "-50000 GBP year", "Contract | $90 - $160": "", "USD $60,000 (approx. AUD $76,000)": "60000-60000 USD year",
		"1억 2천": "120000000-120000000 KRW year", "1억 5000": "150000000-150000000 KRW year", "사인온 보너스 3,000만원": "", "스톡옵션 1억원": "", "평균 연봉 7,000만원": "", "주택자금 5,000만원 대출": "", "시리즈 A 투자 50억": "", "주급 60만원": "", "we raised $4.2M": "", "$42MM in funding": "", "0.5% - 1%": "", "500 people": "", "signing bonus $5,000": "", "면접 후 협의": "", "3억원 투자": "", "100만 명이 쓰는": "",
	} {
		got := ""
		if p, ok := ReadPay(words, ""); ok {
			got = fmt.Sprintf("%s-%s %s %s", side(p.Min), side(p.Max), p.Currency, p.Period)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", words, got, want)
		}
		if f := newTest(t).Facts(Hints{Salary: words}); got != "" {
			if again, ok := ReadPay(f.SalaryRaw, ""); !ok || fmt.Sprintf("%s-%s %s %s", side(again.Min), side(again.Max), again.Currency, again.Period) != want {
				t.Errorf("%q is kept as %q, which states %+v", words, f.SalaryRaw, again)
			}
		}
	}
}

func side(v *float64) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf("%.0f", *v)
}

func TestPlaces(t *testing.T) {
	x := newTest(t)
	cases := []struct {
		h    Hints
		want string // country region/district
	}{
		{Hints{Locations: []string{"서울 강남구 테헤란로 1"}}, "KR 서울/강남구"},
		{Hints{Locations: []string{"서울 중구 을지로 1"}}, "KR 서울/중구"},
		{Hints{Locations: []string{"부산 중구"}}, "KR 부산/중구"},
		{Hints{Locations: []string{"경기 성남시 분당구 판교역로"}}, "KR 경기/성남시 분당구"},
		{Hints{Locations: []string{"PANGYO"}}, "KR 경기/성남시 분당구"},
		{Hints{Locations: []string{"GURO_GASAN"}}, "KR 서울/구로구"},
		{Hints{Locations: []string{"GANGNAM"}}, "KR 서울/강남구"},
		{Hints{Locations: []string{"GYEONGGI"}}, "KR 경기/"},
		{Hints{Locations: []string{"Seoul, South Korea"}}, "KR 서울/"},
		{Hints{Locations: []string{"SEOUL"}}, "KR 서울/"},
		{Hints{Locations: []string{"세종 나성로"}}, "KR 세종/"},
		{Hints{Locations: []string{"San Francisco, CA"}}, "US /"},
		{Hints{Locations: []string{"Remote (US)"}}, "US /"},
		{Hints{Locations: []string{"Boise, ID"}}, "US /"},
		{Hints{Title: "Acme | Programmer | Greenwich CT | Full Time"}, "US /"},
		{Hints{Title: "Acme | Programmer | REMOTE (us based)"}, "US /"},
		{Hints{Locations: []string{"Berlin, Germany"}}, "DE /"},
		{Hints{Locations: []string{"Menlo Park, California, United States"}, CountryHint: "KR"}, "US /"},
		{Hints{Locations: []string{"London, UK", "Seoul"}}, "KR 서울/"},
		{Hints{Title: "Acme | Engineer | Toronto, Canada | REMOTE"}, "CA /"},
		{Hints{Title: "Acme | Engineer | Remote"}, " /"},
		{Hints{Title: "Join us and love it", Sections: []Section{{"body", "We let you work with us for fun."}}}, " /"},
		{Hints{Locations: []string{"Melbourne, FL"}}, "US /"},
		{Hints{Locations: []string{"London, ON"}}, "CA /"},
		{Hints{Locations: []string{"Berlin, DE"}}, "DE /"},
		{Hints{Locations: []string{"Amsterdam, NL"}}, "NL /"},
		{Hints{Locations: []string{"Cambridge, Massachusetts"}}, "US /"},
		{Hints{Locations: []string{"NEWTON, MA"}}, "US /"},
		{Hints{Locations: []string{"Dublin, CA"}}, "US /"},
		{Hints{Locations: []string{"London, UK", "Hong Kong"}}, " /"},
		{Hints{Title: "Acme | Engineer | New York / Norway"}, " /"},
		{Hints{Title: "Acme | Engineer", Remote: "Remote (US only)"}, "US /"},
		{Hints{Sections: []Section{{"duties", "We make maps.\nWe are based in Montpellier and Paris, France."}}}, "FR /"},
		{Hints{Sections: []Section{{"duties", "Acme is hiring for our Lisbon office.\nOur customers are in Spain and Chile."}}}, "PT /"},
		{Hints{CountryHint: "KR"}, "KR /"},
		{Hints{Sections: []Section{{"body", "함께 일할 동료를 찾습니다. 즐겁게 일해요."}}}, "KR /"},
		{Hints{Sections: []Section{{"process", "근무지 : 서울 마포구 보기로 1"}}}, "KR 서울/마포구"},
	}
	for _, c := range cases {
		f := x.Facts(c.h)
		if got := f.Country + " " + f.Region + "/" + f.District; got != c.want || f.CountryReason == "" {
			t.Errorf("%v %q = %q (%s), want %q", c.h.Locations, c.h.Title, got, f.CountryReason, c.want)
		}
	}
	if f := x.Facts(Hints{Locations: []string{"서울 강남구", " 판교 "}}); f.LocationRaw != "서울 강남구; 판교" {
		t.Errorf("location_raw = %q", f.LocationRaw)
	}
}

func TestWork(t *testing.T) {
	x := newTest(t)
	cases := []struct {
		h    Hints
		want string // employment remote seniority education language
	}{
		{Hints{Title: "Backend Engineer (인턴)"}, "intern  intern  "},
		{Hints{Title: "Acme | Senior Engineer | Full-time | REMOTE"}, "full_time remote senior  "},
		{Hints{Title: "Acme | Engineer | ONSITE, no remote | Contract"}, "contract onsite   "},
		{Hints{Title: "Acme | Engineer | Onsite or Remote"}, " remote   "},
		{Hints{Title: "Acme | Engineer | Full-time contract"}, "contract    "},
		{Hints{Title: "Acme | Engineer | Contract to full-time"}, "contract    "},
		{Hints{Sections: []Section{{"benefits", "• 정규직(수습기간 3개월)으로 일하며 매주 금요일 재택근무를 합니다"}}}, "full_time hybrid   ko"},
		{Hints{Sections: []Section{{"preferred", "• 산업기능요원 또는 전문연구요원으로 지원하실 수 있는 분을 기다립니다"}}}, "military    ko"},
		{Hints{Title: "Backend Engineer (신입 인턴)"}, "intern  intern  "},
		{Hints{Title: "Acme | Senior Engineer, Junior Engineer"}, "    "},
		{Hints{Employment: "정규직", Title: "서버 개발자 (시니어)"}, "full_time  senior  "},
		{Hints{Employment: "MILITARY_SERVICE_EXCEPTION"}, "military    "},
		{Hints{Employment: "INTERN_WORKER"}, "intern  intern  "},
		{Hints{Employment: "FULL_TIME_WORKER"}, "full_time    "},
		{Hints{Employment: "프리랜서", Education: "대졸"}, "freelance   bachelor "},
		{Hints{Title: "CTO", Education: "무관"}, "  executive any "},
		{Hints{Remote: "hybrid", Title: "개발 팀장"}, " hybrid lead  ko"},
		{Hints{Sections: []Section{{"process", "고용형태 : 계약직 (1년)\n주 2일 재택 가능합니다 여러분 어서 오세요"}}}, "contract hybrid   ko"},
		{Hints{Sections: []Section{{"requirements", "We are looking for an engineer with a Bachelor's degree and the will to learn."}}}, "   bachelor en"},
	}
	for _, c := range cases {
		f := x.Facts(c.h)
		lang := f.Language
		if len(c.h.Sections) == 0 && lang == "ko" && !strings.HasSuffix(c.want, "ko") || lang == "en" && !strings.HasSuffix(c.want, "en") {
			lang = ""
		}
		if got := strings.Join([]string{f.Employment, f.Remote, f.Seniority, f.Education, lang}, " "); got != c.want {
			t.Errorf("%+v\n got %q\nwant %q", c.h, got, c.want)
		}
	}
}

// Nothing is guessed from nothing.
func TestFactsEmpty(t *testing.T) {
	f := newTest(t).Facts(Hints{})
	if len(f.Roles) != 0 || f.Seniority+f.Employment+f.Remote+f.Region+f.District+f.SalaryRaw+f.Education+f.Language+f.Industry+f.Country != "" || f.IsIT || years(f) != "-..-" {
		t.Errorf("facts of nothing: %+v", f)
	}
}
