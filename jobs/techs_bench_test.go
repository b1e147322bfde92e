package jobs_test

import (
	"fmt"
	"iter"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

// benchVersions is how many stored postings the benchmark goes through;
// TMI_BENCH_POSTINGS says another number.
const benchVersions = 50_000

var benchTechs = []string{"Java", "Spring Boot", "Kafka", "Redis", "Python", "Django", "AWS", "Kubernetes", "React", "TypeScript", "Go", "PostgreSQL", "Terraform", "GraphQL"}

// benchVersion is a posting of about 1.5 KB in Korean and English; every one is different.
func benchVersion(i int) schemas.SilverPosting {
	a, b, c := benchTechs[i%14], benchTechs[(i*5+1)%14], benchTechs[(i*9+2)%14]
	id := schemas.PostingID("jumpit", strconv.Itoa(i))
	return schemas.SilverPosting{
		PostingID: id, Source: "jumpit", BoardID: strconv.Itoa(i), ContentHash: id, ValidFrom: day(1, 9).Add(time.Duration(i%120) * 24 * time.Hour),
		URL: "https://example.com/" + strconv.Itoa(i), Title: a + " 백엔드 개발자 (3~7년)", Company: "주식회사 보기" + strconv.Itoa(i%9000), IsIT: true,
		Duties: fmt.Sprintf("• %s와 %s로 대규모 서비스의 서버를 설계하고 개발합니다. (%s)\n• 장애를 줄이기 위해 지표를 모으고 경보를 다듬습니다.\n• 데이터 파이프라인을 %s 위에서 운영하며, 다른 팀과 함께 API를 설계하고 문서를 남깁니다.\n"+
			"• 코드 리뷰와 설계 논의에 참여해 더 나은 구조를 찾습니다.\n• 새 기능의 요구 사항을 정리하고 일정과 위험을 함께 관리합니다.", a, b, id, c),
		Requirements: fmt.Sprintf("• %s, %s 개발 경력 %d년 이상\n• 관계형 데이터베이스(MySQL, PostgreSQL)와 캐시에 대한 깊은 이해\n• REST API 설계와 운영 경험\n• Git을 쓰는 협업에 익숙하신 분\n"+
			"• We expect you to write clean, tested code in %s and to go through incidents calmly.\n• You can explain trade-offs in design documents and express ideas clearly to other engineers.", a, b, i%9+1, c),
		Preferred: c + " 또는 Terraform 경험이 있으신 분\n• 오픈 소스에 기여해 보신 분\n• 대규모 트래픽을 처리해 보신 분\n• 테스트 자동화와 지속적 배포를 도입해 보신 분\n• Docker, Jenkins 환경에서 배포해 본 경험",
		Benefits:  "• 점심과 저녁 식사 제공, 도서 구입비와 교육비 지원\n• 유연 근무와 주 2일 재택 근무\n• 최신 장비와 넓은 책상, 건강 검진과 휴가비를 드립니다\n• 연봉은 협의하며, 성과에 따라 보너스를 지급합니다",
		BoardTags: []string{a, b, c}, IsDetail: true,
	}
}

// BenchmarkTechs is `tmi job silver --full --only techs`: technologies of stored postings
// found again, from Parquet to Parquet. The peak is of the whole process, storing the
// postings before included.
func BenchmarkTechs(b *testing.B) {
	n := benchVersions
	if text := os.Getenv("TMI_BENCH_POSTINGS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatalf("TMI_BENCH_POSTINGS: %v", err)
		}
	}
	e := newEnv(b)
	stored := iter.Seq2[schemas.SilverPosting, error](func(yield func(schemas.SilverPosting, error) bool) {
		for i := range n {
			if !yield(benchVersion(i), nil) {
				return
			}
		}
	})
	if _, err := lake.Overwrite(b.Context(), e.Lake, schemas.SilverPostings, lake.Nothing, stored); err != nil {
		b.Fatal(err)
	}
	w, err := jobs.WholeOf(b.Context(), e, "jumpit")
	if err != nil {
		b.Fatal(err)
	}
	var versions int64
	began := processorTime()
	for b.Loop() {
		versions += do(b, e, "techs", w, jobs.Techs).Out
	}
	rate(b, versions, "postings", processorTime()-began)
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err == nil {
		b.ReportMetric(float64(u.Maxrss)/1024, "peak-MiB")
	}
}
