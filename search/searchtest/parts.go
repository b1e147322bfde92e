package searchtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/techmapit/tmi/search"
)

// BenchPostings is how many postings the benchmarks of search index: TMI_BENCH_POSTINGS, or
// 50,000.
func BenchPostings() int {
	if n, err := strconv.Atoi(os.Getenv("TMI_BENCH_POSTINGS")); err == nil && n > 0 {
		return n
	}
	return 50_000
}

// Parts indexes the first count documents of seed 1, and returns the files. They stay in
// bin/bench for the next run: a million takes minutes to make. bin is the repository's.
func Parts(b *testing.B, bin string, count int) (paths []string) {
	b.Helper()
	dir := filepath.Join(bin, "bench", fmt.Sprintf("search-%d-%08x", count, search.Shape()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	corpus := New(1)
	for first := 0; first < count; first += search.MaxDocs {
		path := filepath.Join(dir, fmt.Sprintf("all-%d", first))
		paths = append(paths, path)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		// Each part has a seed of its own, so that those that are there already need not be made again.
		corpus.reseed(uint64(1 + first))
		Build(b, path+".new", corpus, first, min(first+search.MaxDocs, count))
		if err := os.Rename(path+".new", path); err != nil {
			b.Fatal(err)
		}
	}
	return paths
}

// Build indexes documents first to end.
func Build(b *testing.B, path string, corpus *Corpus, first, end int) {
	b.Helper()
	builder, err := search.NewBuilder(path)
	if err != nil {
		b.Fatal(err)
	}
	for d := range corpus.Documents(first, end) {
		builder.Add(d)
	}
	if err := builder.Close(); err != nil {
		b.Fatal(err)
	}
}
