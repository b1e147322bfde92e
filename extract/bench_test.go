package extract

import (
	"fmt"
	"testing"
)

// benchPosting is about 1.5 KB of Korean and English in four sections, the size
// of a usual posting.
func benchPosting(i int) Posting {
	techs := []string{"Java", "Spring Boot", "Kafka", "Redis", "Python", "Django", "AWS", "Kubernetes", "React", "TypeScript", "Go", "PostgreSQL"}
	a, b, c := techs[i%12], techs[(i*5+1)%12], techs[(i*7+2)%12]
	return Posting{
		ID: fmt.Sprint(i), Title: a + " 백엔드 개발자 (3~7년)", Company: "주식회사 보기",
		Sections: []Section{
			{"duties", "• " + a + "와 " + b + "로 대규모 서비스의 서버를 설계하고 개발합니다.\n• 장애를 줄이기 위해 지표를 모으고 경보를 다듬습니다.\n• 데이터 파이프라인을 " + c + " 위에서 운영하며, 다른 팀과 함께 API를 설계하고 문서를 남깁니다.\n• 코드 리뷰와 설계 논의에 참여해 더 나은 구조를 찾습니다.\n• 새 기능의 요구 사항을 정리하고 일정과 위험을 함께 관리합니다."},
			{"requirements", "• " + a + ", " + b + " 개발 경력 3년 이상\n• 관계형 데이터베이스(MySQL, PostgreSQL)와 캐시에 대한 깊은 이해\n• REST API 설계와 운영 경험\n• Git을 쓰는 협업에 익숙하신 분\n• We expect you to write clean, tested code in " + c + " and to go through incidents calmly.\n• You can explain trade-offs in design documents and express ideas clearly to other engineers."},
			{"preferred", "• " + c + " 또는 Terraform 경험이 있으신 분\n• 오픈 소스에 기여해 보신 분\n• 대규모 트래픽을 처리해 보신 분\n• 테스트 자동화와 지속적 배포를 도입해 보신 분\n• Docker, Jenkins 환경에서 배포해 본 경험"},
			{"benefits", "• 점심과 저녁 식사 제공, 도서 구입비와 교육비 지원\n• 유연 근무와 주 2일 재택 근무\n• 최신 장비와 넓은 책상, 건강 검진과 휴가비를 드립니다\n• 연봉은 협의하며, 성과에 따라 보너스를 지급합니다"},
		},
		BoardTags: []string{a, b, c},
	}
}

// BenchmarkPosting measures what silver does with a posting: technologies, then
// facts. One operation is one posting; the bytes are those of its texts.
func BenchmarkPosting(b *testing.B) {
	x := newTest(b)
	ps := make([]Posting, 64)
	size := 0
	for i := range ps {
		ps[i] = benchPosting(i)
		for _, s := range ps[i].Sections {
			size += len(s.Text)
		}
	}
	b.SetBytes(int64(size / len(ps)))
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		p := ps[i%len(ps)]
		techs := x.Techs(p)
		x.Facts(Hints{Title: p.Title, Company: p.Company, Categories: []string{"서버/백엔드 개발자"}, Locations: []string{"서울 강남구 테헤란로 1"}, Sections: p.Sections, TechCount: len(techs)})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "postings/s")
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}
