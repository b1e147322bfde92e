package jobs_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

// BenchmarkDuplicates decides TMI_BENCH_POSTINGS postings (20,000 by default) of employers
// with six each, a quarter of them posted twice, and then those of a last day, a fiftieth.
func BenchmarkDuplicates(b *testing.B) {
	n := 20_000
	if text := os.Getenv("TMI_BENCH_POSTINGS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	e := newEnv(b)
	if _, err := lake.Overwrite(b.Context(), e.Lake, schemas.SilverPostings, lake.Everything, benchMarket(n)); err != nil {
		b.Fatal(err)
	}
	began, used := time.Now(), processorTime()
	whole := do(b, e, "duplicates", window(b, day(1, 0), day(3, 0)), jobs.Duplicates)
	took, usedByAll := time.Since(began), processorTime()-used
	used, days := processorTime(), 0
	for b.Loop() {
		do(b, e, "duplicates", window(b, day(2, 0), day(3, 0)), jobs.Duplicates)
		days++
	}
	// On a machine that others use, processor time says more than the clock.
	b.ReportMetric(took.Seconds(), "s/whole")
	b.ReportMetric(usedByAll.Seconds(), "processor-s/whole")
	b.ReportMetric((processorTime()-used).Seconds()/float64(days), "processor-s/day")
	b.ReportMetric(float64(whole.Out), "rows")
}

// benchMarket yields postings of 1.5 KB of text; the last fiftieth came on the second day.
func benchMarket(n int) func(func(schemas.SilverPosting, error) bool) {
	titles := []string{"백엔드 개발자", "프론트엔드 개발자", "데이터 엔지니어", "인프라 엔지니어", "iOS 개발자", "안드로이드 개발자"}
	verbs := []string{"설계하고", "개발하고", "운영하고", "개선하고", "분석하고", "검토하고", "배포하고"}
	nouns := []string{"주문", "결제", "검색", "추천", "배송", "정산", "회원", "광고", "로그", "지도", "예약", "상담"}
	return func(yield func(schemas.SilverPosting, error) bool) {
		for i := range n {
			job := i
			if i%4 == 3 {
				job = i - 1 // what its neighbour says, on another board
			}
			d := rand.New(rand.NewPCG(1, uint64(job)))
			var text strings.Builder
			for range 16 {
				fmt.Fprintf(&text, "• %s 서비스의 %s %d 단계로 %s %s 시스템을 함께 만듭니다.\n", nouns[d.IntN(12)], verbs[d.IntN(7)], d.IntN(50), verbs[d.IntN(7)], nouns[d.IntN(12)])
			}
			at := day(1, 9)
			if i >= n-n/50 {
				at = day(2, 9)
			}
			source := []string{"jumpit", "rallit"}[i%4/3]
			row := posted(source, strconv.Itoa(i), at, func(p *schemas.SilverPosting) {
				p.Title, p.Company = titles[job/2%6], fmt.Sprintf("회사%d", job/6)
				p.CompanyID, p.Duties = schemas.CompanyID(p.Company), text.String()
			})
			if !yield(row, nil) {
				return
			}
		}
	}
}
