package warc_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/techmapit/tmi/lake/warc"
)

// samplePage is JSON of 20 KB that compresses about as postings do.
func samplePage(seed uint64) []byte {
	rnd := rand.New(rand.NewPCG(seed, 7))
	words := strings.Fields("서비스 백엔드 개발자 경력 우대 사항 자격 요건 데이터 플랫폼 Kubernetes PostgreSQL TypeScript React Kotlin Spring 설계 운영 경험 협업 성장 문화 복지 채용 과정 면접 코드 리뷰 테스트 배포 자동화")
	var b bytes.Buffer
	b.WriteString(`{"result":{"text":"`)
	for b.Len() < 20<<10 {
		fmt.Fprintf(&b, "%s %d ", words[min(rnd.IntN(len(words)), rnd.IntN(len(words)))], rnd.IntN(1000))
	}
	b.WriteString(`"}}`)
	return b.Bytes()
}

func sampleDrafts() (drafts []warc.Draft, bytesIn int64) {
	for i := range 64 {
		p := samplePage(uint64(i))
		bytesIn += int64(len(p))
		drafts = append(drafts, warc.Response(fmt.Sprintf("https://board.example/%d", i), captured, 200, pageHeader(), p))
	}
	return drafts, bytesIn
}

func BenchmarkWriter(b *testing.B) {
	drafts, bytesIn := sampleDrafts()
	b.SetBytes(bytesIn / int64(len(drafts)))
	b.ReportAllocs()
	w := warc.NewWriter(io.Discard, warc.Options{})
	var out int64
	for i := 0; b.Loop(); i++ {
		at, err := w.Write(drafts[i%len(drafts)])
		if err != nil {
			b.Fatal(err)
		}
		out += at.Length
	}
	b.ReportMetric(float64(out)/float64(b.N), "stored-B/record")
}

func BenchmarkSegmentWriter(b *testing.B) {
	drafts, bytesIn := sampleDrafts()
	b.SetBytes(bytesIn / int64(len(drafts)))
	b.ReportAllocs()
	w := newSegments(b, openStore(b), nil)
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := w.Append(b.Context(), drafts[i%len(drafts)]); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkReader(b *testing.B) {
	drafts, bytesIn := sampleDrafts()
	data, _ := writeAll(b, warc.Options{}, drafts)
	b.SetBytes(bytesIn)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range warc.NewReader("x", bytes.NewReader(data), warc.ReadOptions{}).Records() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkReadAt(b *testing.B) {
	drafts, bytesIn := sampleDrafts()
	data, places := writeAll(b, warc.Options{}, drafts)
	store := openStore(b)
	if _, err := store.Put(b.Context(), "x", bytes.NewReader(data)); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(bytesIn / int64(len(drafts)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := places[i%len(places)]
		if _, err := warc.ReadAt(b.Context(), store, "x", at.Offset, at.Length, warc.ReadOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
