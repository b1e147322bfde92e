package lake_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

// BenchmarkCompact merges the small files of four boards' month, thirty of each, into one a
// board: 60,000 postings of two kilobytes. Megabytes are those of the rows' texts, and of
// the files that are read.
func BenchmarkCompact(b *testing.B) {
	const boards, days, perDay = 4, 30, 500
	words := strings.Fields("서비스 백엔드 개발자 경력 우대 사항 자격 요건 데이터 플랫폼 Kubernetes PostgreSQL TypeScript React Kotlin Spring 설계 운영 경험 협업 성장 문화 복지 채용 과정 면접 코드 리뷰 테스트 배포 자동화")
	text := func(d *rand.Rand, n int) string {
		var s strings.Builder
		for s.Len() < n {
			s.WriteString(words[d.IntN(len(words))])
			fmt.Fprintf(&s, " %d ", d.IntN(1000))
		}
		return s.String()
	}
	var rowBytes, fileBytes int64
	var cpu time.Duration
	for b.Loop() {
		b.StopTimer()
		l := openLake(b)
		rowBytes, fileBytes = 0, 0
		month := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
		for n := range boards * days {
			at := month.Add(time.Duration(n%days) * 24 * time.Hour)
			commit, err := lake.Overwrite(b.Context(), l, schemas.SilverPostings, lake.Nothing, func(yield func(schemas.SilverPosting, error) bool) {
				d := rand.New(rand.NewPCG(1, uint64(n)))
				for i := range perDay {
					p := posting(n*perDay+i, fmt.Sprint("s", n/days), at)
					p.Duties, p.Requirements, p.Preferred, p.Benefits = text(d, 700), text(d, 700), text(d, 300), text(d, 300)
					rowBytes += int64(len(p.Duties) + len(p.Requirements) + len(p.Preferred) + len(p.Benefits))
					if !yield(p, nil) {
						return
					}
				}
			})
			if err != nil {
				b.Fatal(err)
			}
			fileBytes += commit.SizeBytes
		}
		b.StartTimer()
		began := processorTime()
		done, err := l.Maintain(b.Context(), schemas.SilverPostings, lake.MaintainOptions{Now: month.AddDate(1, 0, 0), Apply: true})
		if err != nil {
			b.Fatal(err)
		}
		cpu += processorTime() - began
		if done.FilesMerged != boards*days || done.FilesWritten != boards {
			b.Fatalf("%+v, want %d files merged into %d", done, boards*days, boards)
		}
	}
	b.ReportMetric(float64(rowBytes)*float64(b.N)/1e6/b.Elapsed().Seconds(), "row-MB/s")
	b.ReportMetric(float64(fileBytes)*float64(b.N)/1e6/b.Elapsed().Seconds(), "file-MB/s")
	b.ReportMetric(float64(rowBytes)*float64(b.N)/1e6/cpu.Seconds(), "row-MB/cpu-s")
}

// processorTime is what this process has used so far of all processors.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
