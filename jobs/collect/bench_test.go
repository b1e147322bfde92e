package collect

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
)

const (
	benchPages     = 20_000
	benchPageBytes = 20_000
	// What S3 Standard asks in Seoul (ap-northeast-2), in dollars, for a gigabyte kept for a month.
	dollarsPerGBMonth = 0.025
)

// pageBoard is a source of benchPages postings whose list is one page.
type pageBoard struct{ base string }

func (pageBoard) Name() string       { return "pages" }
func (pageBoard) ParserVersion() int { return 1 }
func (pageBoard) Lists(context.Context, sources.Getter) ([]string, error) {
	return []string{"all"}, nil
}

func (b pageBoard) Discover(ctx context.Context, get sources.Getter, list string, _ int) (sources.Listing, error) {
	doc, err := get.Get(ctx, sources.Request{URL: b.base + "/list", Kind: schemas.KindList, List: list, Page: 1})
	if err != nil {
		return sources.Listing{}, err
	}
	listing := sources.Listing{ListRead: schemas.ListRead{List: list, ReadAt: doc.FetchedAt, IsComplete: true, PostingCount: benchPages}}
	for i := range benchPages {
		listing.Refs = append(listing.Refs, sources.Ref{BoardID: strconv.Itoa(i), URL: b.base + "/jobs/" + strconv.Itoa(i), List: list, Position: i + 1})
	}
	return listing, nil
}

func (pageBoard) Fetch(ctx context.Context, get sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return get.Get(ctx, sources.Request{URL: ref.URL, Kind: schemas.KindDetail, List: ref.List, BoardID: ref.BoardID})
}

func (pageBoard) Parse(schemas.Document) (sources.Parsed, error) { return sources.Parsed{}, nil }

// benchPage is JSON of benchPageBytes that packs about as postings do.
func benchPage(seed uint64) []byte {
	rnd := rand.New(rand.NewPCG(seed, 11))
	words := strings.Fields("서비스 백엔드 개발자 경력 우대 사항 자격 요건 데이터 플랫폼 Kubernetes PostgreSQL TypeScript React Kotlin Spring 설계 운영 경험 협업 성장 문화 복지 채용 과정 면접 코드 리뷰 테스트 배포 자동화")
	var b bytes.Buffer
	b.WriteString(`{"text":"`)
	for b.Len() < benchPageBytes-40 {
		fmt.Fprintf(&b, "%s %d ", words[min(rnd.IntN(len(words)), rnd.IntN(len(words)))], rnd.IntN(1000))
	}
	b.WriteString(`"}`)
	return b.Bytes()
}

// puts counts what goes into a store.
type puts struct {
	objects.Store
	n *atomic.Int64
}

func (p puts) Put(ctx context.Context, key string, body io.ReadSeeker) (objects.Info, error) {
	p.n.Add(1)
	return p.Store.Put(ctx, key, body)
}

func (p puts) PutIfAbsent(ctx context.Context, key string, body io.ReadSeeker) (objects.Info, error) {
	p.n.Add(1)
	return p.Store.PutIfAbsent(ctx, key, body)
}

func (p puts) PutIfMatch(ctx context.Context, key, etag string, body io.ReadSeeker) (objects.Info, error) {
	p.n.Add(1)
	return p.Store.PutIfMatch(ctx, key, etag, body)
}

// BenchmarkPages collects pages of 20 KB from a board on this machine, manners off, and
// lands them as every run does: asked for through the client, judged, digested, packed into
// segments, indexed. The board's own work is part of the time.
func BenchmarkPages(b *testing.B) {
	var pages [64][]byte
	for i := range pages {
		pages[i] = benchPage(uint64(i))
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch id, isPage := strings.CutPrefix(r.URL.Path, "/jobs/"); {
		case r.URL.Path == "/robots.txt":
			http.NotFound(w, r)
		case isPage:
			n, _ := strconv.Atoi(id)
			_, _ = w.Write(pages[n%len(pages)])
		default:
			_, _ = w.Write([]byte(`{"all":true}`))
		}
	}))
	b.Cleanup(server.Close)

	var put atomic.Int64
	var landed, bytesOut int64
	began := processorTime()
	for b.Loop() {
		b.StopTimer()
		store, err := objects.Open(b.Context(), "file://"+b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		client, err := crawl.New(crawl.Options{BaseURL: server.URL, Rate: 1e9, Concurrency: 8})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		m, err := Run(b.Context(), Options{Source: pageBoard{server.URL}, Store: puts{store, &put}, Client: client, Concurrency: 8, Code: "bench"})
		if err != nil || m.Counts.Responses != benchPages+1 {
			b.Fatalf("%d of %d pages landed, %v", m.Counts.Responses, benchPages+1, err)
		}
		landed, bytesOut = landed+benchPages, bytesOut+m.Counts.BytesOut
	}
	cpu := processorTime() - began
	perMillion := 1e6 / float64(landed)
	b.SetBytes(benchPages * benchPageBytes)
	b.ReportMetric(float64(landed)/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(float64(landed)/cpu.Seconds(), "pages/cpu-s")
	b.ReportMetric(float64(put.Load())*perMillion, "puts/Mpages")
	b.ReportMetric(float64(put.Load())*perMillion*dollarsPerPut, "put-$/Mpages")
	b.ReportMetric(float64(bytesOut)*perMillion/1e9*dollarsPerGBMonth, "month-$/Mpages")
	load, _ := os.ReadFile("/proc/loadavg")
	b.Logf("load %s", bytes.TrimSpace(load))
}

// processorTime is what this process, the board in it included, has used of all processors.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
