package sourcestest

import (
	"os"
	"testing"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// BenchParse measures Parse on one document of testdata, in bytes and postings a second.
func BenchParse(b *testing.B, src sources.Source, kind schemas.DocumentKind, list, path string) {
	body, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	doc := schemas.Document{Kind: kind, List: list, Page: 1, Status: 200, Body: body}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	postings := 0
	for b.Loop() {
		parsed, err := src.Parse(doc)
		if err != nil {
			b.Fatal(err)
		}
		postings += len(parsed.Postings)
	}
	b.ReportMetric(float64(postings)/b.Elapsed().Seconds(), "postings/s")
}
