package search_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/techmapit/tmi/search"
	"github.com/techmapit/tmi/search/searchtest"
)

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		corpus := searchtest.New(1)
		count := min(searchtest.BenchPostings(), search.MaxDocs)
		searchtest.Build(b, filepath.Join(b.TempDir(), "part"), corpus, 0, count)
		b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "postings/s")
	}
}

func BenchmarkFind(b *testing.B) {
	var slices []search.Slice
	var size int64
	for _, path := range searchtest.Parts(b, "../bin", searchtest.BenchPostings()) {
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
