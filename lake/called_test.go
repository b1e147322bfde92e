package lake_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/schemas"
)

func TestRESTCatalog(t *testing.T) {
	servesALake(t, lake.Options{Catalog: lake.CatalogREST, CatalogURI: laketest.StartREST(t)})
}

func TestGlueCatalog(t *testing.T) {
	laketest.StartGlue(t)
	servesALake(t, lake.Options{Catalog: lake.CatalogGlue})
}

// servesALake is what a lake asks of a catalog that is a service, here one without tables.
func servesALake(t *testing.T, o lake.Options) {
	home := t.TempDir()
	at := func(name string) lake.Options {
		o.URI, o.Threads = "file://"+filepath.Join(home, name), 1
		return o
	}
	l := openAt(t, at("lake"))
	if entries, err := l.Entries(t.Context()); len(entries) != 0 || err != nil {
		t.Fatalf("an empty catalog: %v, %v", entries, err)
	}
	furnish(t, l)
	isWhole(t, l, "file:///elsewhere")

	t.Run("another lake is refused", func(t *testing.T) {
		other := openAt(t, at("other"))
		if _, _, err := other.MovedFrom(t.Context()); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "silver.postings") {
			t.Errorf("got %v, want a conflict that names the table", err)
		}
		if err := other.SetEntries(t.Context(), nil); !errs.Is(err, errs.Conflict) {
			t.Errorf("its catalog would be emptied: %v", err)
		}
	})
	t.Run("backup and restore", func(t *testing.T) {
		want := count(t, heads(t, l), "select count(*) from silver.postings")
		key, _, err := l.Backup(t.Context(), noon)
		if err != nil {
			t.Fatal(err)
		}
		// What comes after the backup is undone by it; a second time changes nothing.
		if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Everything, each(posting(1, "s", noon))); err != nil {
			t.Fatal(err)
		}
		if _, err := lake.Overwrite(t.Context(), l, schemas.SilverDuplicates, lake.Everything, each(duplicate("c"))); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			b, err := l.ReadBackup(t.Context(), key)
			if err == nil {
				err = l.SetEntries(t.Context(), b.Entries)
			}
			if err != nil {
				t.Fatal(err)
			}
			if n := count(t, heads(t, l), "select count(*) * 10 + (select count(*) from silver.duplicates) from silver.postings"); n != want*10 {
				t.Errorf("restored %d, want %d", n, want*10)
			}
		}
	})
	t.Run("several writers", func(t *testing.T) {
		const writers, commits = 3, 3
		shared := lake.And(lake.Equal("source", "shared"), lake.Within("valid_from", noon, noon.Add(time.Hour)))
		before := count(t, heads(t, l), "select count(*) from silver.postings")
		var wg sync.WaitGroup
		for w := range writers {
			l := openAt(t, at("lake"))
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
		if n := count(t, heads(t, l), "select count(*) from silver.postings"); n != before+writers*commits+2 {
			t.Errorf("rows: got %d, want %d before, %d of the writers and 2 of the shared unit", n, before, writers*commits)
		}
	})
	t.Run("upkeep", func(t *testing.T) {
		want := count(t, heads(t, l), "select count(*) from silver.postings")
		if _, err := l.Maintain(t.Context(), schemas.SilverPostings, lake.MaintainOptions{Now: time.Now().Add(time.Hour), Apply: true}); err != nil {
			t.Fatal(err)
		}
		if n := count(t, heads(t, l), "select count(*) from silver.postings"); n != want {
			t.Errorf("%d rows after upkeep, want %d", n, want)
		}
		if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Equal("source", "s"), each[schemas.SilverPosting]()); err != nil {
			t.Error(err)
		}
	})
	t.Run("a lake moves in", func(t *testing.T) {
		if err := l.SetEntries(t.Context(), nil); err != nil { // an empty catalog again
			t.Fatal(err)
		}
		folder, to := openAt(t, lake.Options{URI: "file://" + filepath.Join(home, "folder")}), openAt(t, at("moved"))
		furnish(t, folder)
		if _, err := lake.Move(t.Context(), folder, to, func(lake.Moved) {}); err != nil {
			t.Fatal(err)
		}
		isWhole(t, to, folder.Objects().URI())
	})
}

// A service that refuses or is away is told from one that has no tables.
func TestRESTCatalogErrors(t *testing.T) {
	status := http.StatusUnauthorized
	var token string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token = r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error":{"message":"no","type":"NotAuthorizedException","code":%d}}`, status)
	}))
	defer server.Close()
	o := lake.Options{URI: "file://" + filepath.Join(t.TempDir(), "lake"), Catalog: lake.CatalogREST, CatalogURI: server.URL, CatalogToken: "secret-token"}
	if _, err := lake.Open(t.Context(), o); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "TMI_CATALOG_TOKEN") || strings.Contains(err.Error(), "secret-token") {
		t.Errorf("a token that is refused: %v", err)
	}
	if token != "Bearer secret-token" {
		t.Errorf("sent %q", token)
	}
	status = http.StatusServiceUnavailable
	l := openAt(t, o)
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverDuplicates, lake.Everything, each(duplicate("c"))); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a server that is away: %v, want it to be unavailable", err)
	}
	for address, word := range map[string]string{"": "catalog_uri", "localhost:8181": "https://host/path"} {
		o.CatalogURI = address
		if _, err := lake.Open(t.Context(), o); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), word) {
			t.Errorf("address %q: %v", address, err)
		}
	}
}
