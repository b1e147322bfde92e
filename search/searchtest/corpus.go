// Package searchtest makes up postings in any number, for benchmarks of what reads gold.
package searchtest

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"sort"
	"strings"
	"time"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/search"
)

// Now is the instant at which the postings are looked at.
var Now = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

const (
	techCount    = 600
	companyCount = 8000
	days         = 365
)

// What postings are made of, for questions that find some.
var (
	KnownTechs = strings.Fields("Java Python JavaScript AWS React TypeScript Spring MySQL Docker Kubernetes Linux Git Kotlin Redis Kafka Go Oracle MongoDB Jenkins Swift")
	roles      = strings.Fields("backend frontend data-engineer data-analyst machine-learning android ios devops security dba game-client game-server embedded qa fullstack")
	Titles     = strings.Fields("백엔드 프론트엔드 데이터엔지니어 데이터분석 머신러닝 안드로이드 iOS DevOps 보안 DBA 게임클라이언트 게임서버 임베디드 QA 풀스택")
	regions    = strings.Fields("서울 서울 서울 경기 경기 부산 대전 인천 대구")
	districts  = strings.Fields("강남구 서초구 성동구 마포구 분당구 해운대구 유성구")
	industries = strings.Fields("금융 게임 커머스 의료 교육 물류 통신 제조")
	Nouns      = strings.Fields("서비스 플랫폼 시스템 아키텍처 데이터 파이프라인 결제 정산 검색 추천 광고 주문 배송 회원 인증 로그 대시보드 배치 트래픽 장애 성능 품질 테스트 배포 인프라 모델 지표 실험 고객 콘텐츠 알림 예약 재고 센서 영상 음성 문서 계약")
	verbs      = strings.Fields("설계 개발 운영 구축 개선 분석 최적화 자동화 고도화 검증 연동 이관 표준화")
	particles  = []string{"", "을", "를", "의", "과", "에서", "으로"}
	english    = strings.Fields("services pipelines platforms systems products models dashboards workloads clusters datasets releases design build operate improve scale ship maintain migrate")
)

// Corpus makes documents of one seed.
type Corpus struct {
	random    *rand.Rand
	techs     []string
	companies []string
	zipf      []float64
}

// New makes the same corpus for the same seed.
func New(seed uint64) *Corpus {
	c := &Corpus{random: rand.New(rand.NewPCG(seed, 7))}
	c.techs = append(c.techs, KnownTechs...)
	for len(c.techs) < techCount {
		c.techs = append(c.techs, strings.ToUpper(string(rune('a'+len(c.techs)%26)))+c.syllables("bdfgklmnprst", "aeiou", 3))
	}
	for len(c.companies) < companyCount {
		c.companies = append(c.companies, c.hangul(2+c.random.IntN(3))+[]string{"", "소프트", "랩스", "페이"}[len(c.companies)%4])
	}
	sum := 0.0
	for i := range techCount {
		sum += 1 / math.Pow(float64(i)+3, 1.05)
		c.zipf = append(c.zipf, sum)
	}
	return c
}

// reseed makes what comes next independent of what was made before; names stay.
func (c *Corpus) reseed(seed uint64) { c.random = rand.New(rand.NewPCG(seed, 11)) }

func (c *Corpus) syllables(consonants, vowels string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(consonants[c.random.IntN(len(consonants))])
		b.WriteByte(vowels[c.random.IntN(len(vowels))])
	}
	return b.String()
}

func (c *Corpus) hangul(n int) string {
	var b strings.Builder
	for range n {
		b.WriteRune(rune(0xac00 + 28*c.random.IntN(399)))
	}
	return b.String()
}

func (c *Corpus) of(list []string) string { return list[c.random.IntN(len(list))] }

// Techs are the names of technologies, most frequent first; their ids are in lower case.
func (c *Corpus) Techs() []string { return c.techs }

// Companies are the names of employers, those with most postings first.
func (c *Corpus) Companies() []string { return c.companies }

func (c *Corpus) tech() string {
	x := c.random.Float64() * c.zipf[techCount-1]
	return c.techs[min(sort.SearchFloat64s(c.zipf, x), techCount-1)]
}

// Documents yields documents from number first up to before number end.
func (c *Corpus) Documents(first, end int) iter.Seq[search.Document] {
	return func(yield func(search.Document) bool) {
		for i := first; i < end; i++ {
			if !yield(c.document(i)) {
				return
			}
		}
	}
}

func (c *Corpus) document(i int) search.Document {
	r := c.random
	p := schemas.GoldPosting{Source: c.of([]string{"jumpit", "rallit", "wanted", "saramin"}), IsIT: r.IntN(100) < 97, Country: "KR", ClusterSize: 1, VersionCount: 1, Status: schemas.PostingOpen, Language: "ko"}
	p.PostingID = schemas.PostingID(p.Source, fmt.Sprint(i))
	p.ContentHash = p.PostingID
	p.URL = fmt.Sprintf("https://%s.example/positions/%d", p.Source, i)
	p.Company = c.companies[int(math.Pow(r.Float64(), 2)*companyCount)]
	p.CompanyID = schemas.CompanyID(p.Company)
	role := r.IntN(len(roles))
	p.Roles = []string{roles[role]}
	p.Title = Titles[role] + " " + c.of([]string{"개발자", "엔지니어", "Engineer", "개발자 채용", "엔지니어 (신입)", "Senior Engineer"})
	from := int32(r.IntN(10))
	if r.IntN(4) > 0 {
		p.ExperienceMinYears = &from
	}
	p.Seniority = c.of([]string{"junior", "mid", "senior", ""})
	p.Employment = c.of([]string{"full_time", "full_time", "full_time", "contract", "intern", ""})
	p.Remote = c.of([]string{"onsite", "hybrid", "remote", "", ""})
	p.Region, p.District = c.of(regions), c.of(districts)
	p.LocationRaw = fmt.Sprintf("%s %s %s %d", p.Region, p.District, c.of(Nouns), r.IntN(300))
	p.Industry = c.of(industries) + " " + c.of([]string{"서비스", "솔루션", "플랫폼"})
	if r.IntN(4) == 0 {
		low := int64(30+r.IntN(60)) * 1_000_000
		p.SalaryMinKRW = &low
	}
	p.FirstSeenAt = Now.Add(-time.Duration(r.IntN(days*24*3600)) * time.Second)
	p.PostedAt, p.ChangedAt = p.FirstSeenAt, p.FirstSeenAt
	p.ClosesAt = Now.Add(time.Duration(r.IntN(60*24)) * time.Hour)
	if r.IntN(100) < 30 {
		p.Status, p.ClosedReason, p.ClosedAt = schemas.PostingClosed, "end_date", p.FirstSeenAt.Add(24*time.Hour)
		p.ClosesAt, p.LastSeenAt = p.ClosedAt, p.ClosedAt
	}
	d := search.Document{Posting: p, Hash: r.Uint64(), Events: []search.Event{{Event: schemas.EventOpened, EventAt: p.FirstSeenAt, Reason: "first_capture"}}}
	c.fillTexts(&d)
	return d
}

func (c *Corpus) fillTexts(d *search.Document) {
	r := c.random
	met := map[string]bool{}
	line := func() string {
		switch r.IntN(4) {
		case 0:
			return fmt.Sprintf("You will %s and %s %s that serve %d users", c.of(english), c.of(english), c.of(english), r.IntN(900))
		case 1:
			return c.hangul(2) + " " + c.hangul(3) + c.of(particles) + " " + c.of(Nouns) + c.of(particles) + " " + c.of(verbs)
		default:
			return c.of(Nouns) + c.of(particles) + " " + c.of(Nouns) + c.of(particles) + " " + c.of(verbs) + " 및 " + c.of(verbs) + " 경험"
		}
	}
	texts := []*string{&d.Posting.Duties, &d.Posting.Requirements, &d.Posting.Preferred, &d.Posting.About}
	for i, section := range []string{"duties", "requirements", "preferred", "about"} {
		var b strings.Builder
		for range 5 + r.IntN(4) {
			b.WriteString("- ")
			if tech := c.tech(); section != "about" && r.IntN(2) == 0 {
				start := int32(b.Len())
				end := start + int32(len(tech))
				b.WriteString(tech + " 기반 ")
				if !met[tech] {
					met[tech] = true
					d.Techs = append(d.Techs, schemas.GoldPostingTech{PostingID: d.Posting.PostingID, TechID: strings.ToLower(tech), Tech: tech, Category: "language", Need: schemas.NeedRequired,
						Method: schemas.MethodDictionary, Section: section, StartByte: &start, EndByte: &end, Surface: tech})
					d.Posting.Techs = append(d.Posting.Techs, tech)
				}
			}
			b.WriteString(line() + "\n")
		}
		*texts[i] = b.String()
	}
	sort.Strings(d.Posting.Techs)
}
