package lake_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/schemas"
)

// The same lake in S3 is read through DuckDB's httpfs where the extension is there, and
// through the local file cache where it is not.
func TestLakeInS3(t *testing.T) {
	server := laketest.StartS3(t)
	readers := map[string]string{"file cache": ""}
	if extensions := os.Getenv("TMI_TEST_EXTENSIONS"); extensions != "" {
		readers["httpfs"] = extensions
	}
	catalog := filepath.Join(t.TempDir(), "catalog.db")
	for name, extensions := range readers {
		t.Run(name, func(t *testing.T) {
			cache := filepath.Join(t.TempDir(), "cache")
			l, err := lake.Open(t.Context(), lake.Options{URI: server.URI() + "/lake", CatalogURI: catalog, CacheDir: cache, CacheBytes: 1 << 30, ExtensionDir: extensions})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			for range 2 { // the second time replaces the first
				unit := lake.And(lake.Equal("source", "s"), lake.Within("valid_from", noon, noon.AddDate(0, 0, 1)))
				if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, unit, each(posting(1, "s", noon), posting(2, "s", noon))); err != nil {
					t.Fatal(err)
				}
			}
			set, err := l.Heads(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := l.Publish(t.Context(), set, noon); err != nil {
				t.Fatal(err)
			}
			published, err := l.Published(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			s, err := l.Session(t.Context(), published)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if n := count(t, s, "select count(distinct board_id) * 10 + count(*) from silver.postings"); n != 22 {
				t.Errorf("got %d, want 22: two rows with two ids", n)
			}
			cached, err := filepath.Glob(filepath.Join(cache, "*", "*"))
			if err != nil {
				t.Fatal(err)
			}
			if usesCache := len(cached) > 0; usesCache != (extensions == "") {
				t.Errorf("files in the cache: %v with extensions %q", cached, extensions)
			}
		})
	}
}

func TestS3NeedsACatalog(t *testing.T) {
	server := laketest.StartS3(t)
	if _, err := lake.Open(t.Context(), lake.Options{URI: server.URI()}); err == nil {
		t.Error("a lake in S3 without a place for its catalog was opened")
	}
}
