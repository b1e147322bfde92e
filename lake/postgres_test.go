package lake_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/schemas"
)

// Several writers, each with a catalog connection of its own as on machines of their own,
// leave what they would have left one after the other.
func TestWritersOnPostgres(t *testing.T) {
	catalog := laketest.StartPostgres(t)
	uri := "file://" + filepath.Join(t.TempDir(), "lake")
	const writers, commits = 4, 5
	lakes := make([]*lake.Lake, writers)
	var open sync.WaitGroup
	for w := range writers { // all at once, on a catalog that has no tables yet
		open.Go(func() {
			l, err := lake.Open(context.Background(), lake.Options{URI: uri, Catalog: lake.CatalogPostgres, CatalogURI: catalog, Threads: 1})
			if err != nil {
				t.Error(err)
				return
			}
			lakes[w] = l
			t.Cleanup(func() { l.Close() })
		})
	}
	open.Wait()
	if t.Failed() {
		t.FailNow()
	}
	shared := lake.And(lake.Equal("source", "shared"), lake.Within("valid_from", noon, noon.Add(time.Hour)))
	var wg sync.WaitGroup
	for w, l := range lakes {
		wg.Go(func() {
			own := fmt.Sprintf("source%d", w)
			for n := range commits {
				at := noon.AddDate(0, 0, n)
				if _, err := lake.Overwrite(context.Background(), l, schemas.SilverPostings, lake.And(lake.Equal("source", own), lake.Within("valid_from", at, at.Add(time.Hour))), each(posting(n, own, at))); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
				if _, err := lake.Overwrite(context.Background(), l, schemas.SilverPostings, shared, each(posting(1, "shared", noon), posting(2, "shared", noon))); err != nil {
					t.Errorf("writer %d, shared unit: %v", w, err)
				}
			}
		})
	}
	wg.Wait()
	s := heads(t, lakes[0])
	if n := count(t, s, "select count(*) from silver.postings"); n != writers*commits+2 {
		t.Errorf("rows: got %d, want %d of the writers and 2 of the shared unit", n, writers*commits+2)
	}
}

// Writers that meet in a unit that is empty yet leave one's rows, not everybody's.
func TestFirstWritersOfOneUnit(t *testing.T) {
	uri := "file://" + filepath.Join(t.TempDir(), "lake")
	unit := lake.And(lake.Equal("source", "shared"), lake.Within("valid_from", noon, noon.Add(time.Hour)))
	var lakes []*lake.Lake
	for range 4 {
		l, err := lake.Open(t.Context(), lake.Options{URI: uri, Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		lakes = append(lakes, l)
	}
	if _, err := lake.Overwrite(t.Context(), lakes[0], schemas.SilverPostings, lake.Nothing, each(posting(9, "other", noon))); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for _, l := range lakes {
		wg.Go(func() {
			if _, err := lake.Overwrite(context.Background(), l, schemas.SilverPostings, unit, each(posting(1, "shared", noon), posting(2, "shared", noon))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := count(t, heads(t, lakes[0]), "select count(*) from silver.postings where source = 'shared'"); n != 2 {
		t.Errorf("rows of the unit: got %d, want the 2 of one writer", n)
	}
}
