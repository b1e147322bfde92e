package search_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/techmapit/tmi/search"
	"github.com/techmapit/tmi/search/searchtest"
)

// benchPostings is how many postings the benchmarks index: TMI_BENCH_POSTINGS, or 50,000.
func benchPostings() int {
	if n, err := strconv.Atoi(os.Getenv("TMI_BENCH_POSTINGS")); err == nil && n > 0 {
		return n
	}
	return 50_000
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		corpus := searchtest.New(1)
		builder, err := search.NewBuilder(filepath.Join(b.TempDir(), "part"))
		if err != nil {
			b.Fatal(err)
		}
		count := min(benchPostings(), search.MaxDocs)
		for d := range corpus.Documents(0, count) {
			builder.Add(d)
		}
		if err := builder.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "postings/s")
	}
}

func BenchmarkFind(b *testing.B) {
	corpus := searchtest.New(1)
	var slices []search.Slice
	dir := b.TempDir()
	var size int64
	for first := 0; first < benchPostings(); first += search.MaxDocs {
		path := filepath.Join(dir, fmt.Sprint(first))
		builder, err := search.NewBuilder(path)
		if err != nil {
			b.Fatal(err)
		}
		for d := range corpus.Documents(first, min(first+search.MaxDocs, benchPostings())) {
			builder.Add(d)
		}
		if err := builder.Close(); err != nil {
			b.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		size += info.Size()
		part, err := search.OpenPart(path)
		if err != nil {
			b.Fatal(err)
		}
		slices = append(slices, search.Slice{Part: part})
	}
	ix := open(b, search.Options{}, slices...)
	b.Logf("%d postings in %d parts, %d MiB", ix.Len(), len(slices), size>>20)
	yes := true
	everyday := search.Filter{Status: "open", Country: "KR", IsIT: &yes}
	filtered := everyday
	filtered.TechIDs, filtered.Roles, filtered.Locations = []string{"kafka"}, []string{"backend"}, []string{"서울"}
	for _, c := range []struct {
		name   string
		filter search.Filter
		words  []search.Word
		order  search.Order
	}{
		{"newest", everyday, nil, search.Order{First: search.Key{By: search.Newest}}},
		{"closing", everyday, nil, search.Order{First: search.Key{By: search.Closing}}},
		{"three filters", filtered, nil, search.Order{First: search.Key{By: search.Newest}}},
		{"common word", everyday, []search.Word{{Text: "데이터"}}, search.Order{First: search.Key{By: search.Relevance}}},
		{"technology", everyday, []search.Word{{Text: "Kafka", TechID: "kafka"}}, search.Order{First: search.Key{By: search.Relevance}}},
		{"two words", everyday, []search.Word{{Text: "백엔드"}, {Text: "결제"}}, search.Order{First: search.Key{By: search.Relevance}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				hits := ix.Find(c.filter, c.words, nil)
				if _, err := hits.Page(c.order, nil, 25); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(hits.Total()), "hits")
			}
		})
	}
	b.Run("top technologies", func(b *testing.B) {
		for b.Loop() {
			ix.Find(everyday, nil, nil).Techs()
		}
	})
	b.Run("all facets", func(b *testing.B) {
		for b.Loop() {
			hits := ix.Find(everyday, nil, nil)
			for name := range search.Facets {
				hits.Facet(name, 20)
			}
		}
	})
	b.Run("by id", func(b *testing.B) {
		rows, err := ix.Find(everyday, nil, nil).Page(search.Order{}, nil, 1000)
		if err != nil {
			b.Fatal(err)
		}
		for i := 0; b.Loop(); i++ {
			if _, err := ix.ByID(rows[i%len(rows)].PostingID); err != nil {
				b.Fatal(err)
			}
		}
	})
}
