package jobkorea

import (
	"testing"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func newSource(t testing.TB, s sources.Settings) sources.Source {
	t.Helper()
	src, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func TestParse(t *testing.T) {
	sourcestest.Golden(t, newSource(t, sources.Settings{}), "1000229")
}

func FuzzParse(f *testing.F) {
	sourcestest.FuzzParse(f, newSource(f, sources.Settings{}), "1000229")
}

func BenchmarkParse(b *testing.B) {
	sourcestest.BenchParse(b, newSource(b, sources.Settings{}), schemas.KindDetail, "1000229", "testdata/detail-page.html")
}
