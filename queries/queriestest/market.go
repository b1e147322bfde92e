package queriestest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/techmapit/tmi/schemas"
)

// MarketNow is the instant at which a market of [FillMarket] is looked at: noon of
// 22 November 2026 in Seoul.
var MarketNow = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

// Market is what [FillMarket] put into the tables.
type Market struct {
	Postings []schemas.GoldPosting
	Techs    []schemas.GoldPostingTech
	Events   []schemas.SilverLifecycle
}

// Technologies of a market, as (id, name, category, how often of 100 postings).
var marketTechs = []struct {
	id, name, category string
	percent            int
}{
	{"java", "Java", "language", 46}, {"spring-boot", "Spring Boot", "framework", 38}, {"aws", "AWS", "cloud", 36}, {"python", "Python", "language", 34},
	{"react", "React", "library", 30}, {"mysql", "MySQL", "database", 27}, {"kubernetes", "Kubernetes", "infrastructure", 22},
	{"typescript", "TypeScript", "language", 20}, {"cpp", "C++", "language", 14}, {"csharp", "C#", "language", 11}, {"go", "Go", "language", 9},
	{"kafka", "Apache Kafka", "messaging", 8}, {"node.js", "Node.js", "platform", 7},
}

// FillMarket fills gold's tables and silver.lifecycle with n made-up postings that differ in
// everything a filter asks about, nulls included. The same n gives the same market.
func FillMarket(t testing.TB, db DB, n int) Market {
	t.Helper()
	m := makeMarket(n)
	Fill(t, db, m.Postings...)
	Fill(t, db, m.Techs...)
	Fill(t, db, m.Events...)
	fillCounts(t, db)
	return m
}

func makeMarket(n int) Market {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	pick := func(values ...string) string { return values[r.IntN(len(values))] }
	chance := func(percent int) bool { return r.IntN(100) < percent }
	var m Market
	for i := range n {
		p := schemas.GoldPosting{
			Source: pick("jumpit", "jumpit", "rallit", "greenhouse", "hn"), IsIT: chance(93), Country: pick("KR", "KR", "KR", "KR", "KR", "KR", "US", ""),
			ClusterSize: 1, VersionCount: 1, Status: schemas.PostingOpen, Language: "ko",
		}
		p.PostingID = schemas.PostingID(p.Source, fmt.Sprint(i))
		p.ContentHash = p.PostingID
		p.URL = fmt.Sprintf("https://boards.example/%s/%d", p.Source, i)
		p.Company = pick("가람소프트", "(주)나루데이터", "Dasom Labs", "라온페이", "마루 Games", "")
		if p.Company != "" {
			p.CompanyID = schemas.CompanyID(p.Company)
		}
		role := pick("backend", "frontend", "data-engineer", "devops", "")
		p.Title = map[string]string{"backend": "백엔드 개발자", "frontend": "프론트엔드 엔지니어", "data-engineer": "Data Engineer", "devops": "DevOps 엔지니어", "": "소프트웨어 개발자"}[role] +
			pick("", " (신입)", " (경력 3년 이상)", " — 결제 플랫폼팀")
		if role != "" {
			p.Roles = []string{role}
			if chance(15) {
				p.Roles = append(p.Roles, "software-engineer")
			}
		}
		if chance(75) {
			from := int32(r.IntN(8))
			p.ExperienceMinYears = &from
			if chance(50) {
				to := from + int32(r.IntN(6))
				p.ExperienceMaxYears = &to
			}
		}
		p.Seniority = pick("junior", "mid", "senior", "", "")
		p.Employment = pick("full_time", "full_time", "full_time", "contract", "intern", "")
		p.Remote = pick("onsite", "hybrid", "remote", "", "")
		if chance(80) {
			p.Region = pick("서울", "서울", "경기", "부산")
			p.District = map[string]string{"서울": pick("강남구", "성동구"), "경기": "성남시 분당구", "부산": "해운대구"}[p.Region]
			p.LocationRaw = p.Region + " " + p.District
		}
		if chance(30) {
			low := int64(3000+500*r.IntN(14)) * 10_000
			p.SalaryMinKRW = &low
			if chance(60) {
				high := low + 20_000_000
				p.SalaryMaxKRW = &high
			}
		}
		p.FirstSeenAt = MarketNow.Add(-time.Duration(r.IntN(60*24)) * time.Hour)
		if chance(70) {
			p.PostedAt = p.FirstSeenAt.Add(-time.Duration(r.IntN(72)) * time.Hour)
		}
		p.ChangedAt = p.FirstSeenAt
		switch {
		case chance(25):
			p.IsAlwaysOpen = true
		case chance(80):
			p.ClosesAt = MarketNow.Add(time.Duration(r.IntN(40*24)+1) * time.Hour)
		}
		m.Events = append(m.Events, schemas.SilverLifecycle{PostingID: p.PostingID, Source: p.Source, Event: schemas.EventOpened, EventAt: p.FirstSeenAt, Reason: "first_capture"})
		if chance(20) {
			p.Status, p.ClosedReason, p.ClosedAt = schemas.PostingClosed, "end_date", p.FirstSeenAt.Add(48*time.Hour)
			p.ClosesAt, p.LastSeenAt, p.IsAlwaysOpen = p.ClosedAt, p.ClosedAt, false
			m.Events = append(m.Events, schemas.SilverLifecycle{PostingID: p.PostingID, Source: p.Source, Event: schemas.EventClosed, EventAt: p.ClosedAt, Reason: "end_date"})
		}
		p.About = p.Company + "은(는) 지도와 결제를 만드는 팀입니다."
		p.Benefits = "점심 식대와 장비를 지원합니다."
		m.fillTechs(&p, chance)
		if i > 0 && chance(8) {
			if face := m.Postings[r.IntN(i)]; face.DuplicateOf == "" {
				p.DuplicateOf = face.PostingID
			}
		}
		m.Postings = append(m.Postings, p)
	}
	for i := range m.Postings {
		for _, other := range m.Postings {
			if other.DuplicateOf == m.Postings[i].PostingID {
				m.Postings[i].ClusterSize++
			}
		}
	}
	return m
}

// fillTechs draws the posting's technologies and writes the sentences that prove them.
func (m *Market) fillTechs(p *schemas.GoldPosting, chance func(int) bool) {
	for _, tech := range marketTechs {
		if !chance(tech.percent) {
			continue
		}
		row := schemas.GoldPostingTech{PostingID: p.PostingID, TechID: tech.id, Tech: tech.name, Category: tech.category, Need: schemas.NeedRequired, Method: schemas.MethodDictionary, Section: "requirements", Surface: tech.name}
		text := &p.Requirements
		switch {
		case chance(20):
			row.Need, row.Section, text = schemas.NeedPreferred, "preferred", &p.Preferred
		case chance(10):
			row.Method, row.Section = schemas.MethodBoardTag, ""
			p.BoardTags = append(p.BoardTags, tech.name)
		}
		if row.Section != "" {
			line := "- "
			if *text != "" {
				line = "\n- "
			}
			start := int32(len(*text) + len(line))
			end := start + int32(len(tech.name))
			row.StartByte, row.EndByte = &start, &end
			*text += line + tech.name + " 사용 경험이 있으신 분"
		}
		m.Techs = append(m.Techs, row)
		p.Techs = append(p.Techs, tech.name)
	}
	slices.Sort(p.Techs)
	p.Duties = "서비스를 설계하고 운영합니다.\n동료와 코드를 함께 봅니다."
}
