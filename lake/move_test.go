package lake_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
)

func openAt(t testing.TB, o lake.Options) *lake.Lake {
	t.Helper()
	o.Threads, o.CacheDir, o.CacheBytes = 1, filepath.Join(t.TempDir(), "cache"), 1<<30
	l, err := lake.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// furnish gives a lake two tables with a history, a published set and a mark.
func furnish(t testing.TB, l *lake.Lake) {
	t.Helper()
	for n := range 3 {
		unit := lake.Equal("source", "s")
		if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, unit, each(posting(n, "s", noon), posting(n+10, "s", noon.AddDate(0, 1, 0)))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Equal("source", "other"), each(posting(1, "other", noon))); err != nil {
		t.Fatal(err)
	}
	set, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Publish(t.Context(), set, noon); err != nil {
		t.Fatal(err)
	}
	for key, text := range map[string]string{"raw/source=s/a.warc.gz": "bytes", "lake.json": `{"version":1,"kind":"demo"}`} {
		if _, err := l.Objects().Put(t.Context(), key, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
}

// isWhole checks a furnished lake: rows at the head and in the published set, history, a
// further commit, and that no metadata names another place.
func isWhole(t *testing.T, l *lake.Lake, elsewhere string) {
	t.Helper()
	if n := count(t, heads(t, l), "select count(*) from silver.postings"); n != 3 {
		t.Errorf("%d rows at the head, want 3", n)
	}
	set, err := l.Published(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Session(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n := count(t, s, "select count(*) from silver.postings"); n != 3 {
		t.Errorf("%d published rows, want 3", n)
	}
	history, err := l.History(t.Context(), schemas.SilverPostings)
	if err != nil || len(history) < 4 {
		t.Errorf("%d snapshots, %v; want all of the history", len(history), err)
	}
	text, err := objects.ReadAll(t.Context(), l.Objects(), "raw/source=s/a.warc.gz")
	if err != nil || string(text) != "bytes" {
		t.Errorf("raw holds %q, %v", text, err)
	}
	if from, moved, err := l.MovedFrom(t.Context()); moved || err != nil {
		t.Errorf("it says it was moved from %s, %v", from, err)
	}
	for info, err := range l.Objects().List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(info.Key, ".json") {
			continue
		}
		text, err := objects.ReadAll(t.Context(), l.Objects(), info.Key)
		if err != nil || strings.Contains(string(text), elsewhere+"/") {
			t.Errorf("%s names the old place (%v)", info.Key, err)
		}
	}
	// An older snapshot is read through manifests that were moved with it, and writing goes on.
	oldest := history[len(history)-1]
	if err := l.Rollback(t.Context(), schemas.SilverPostings, oldest.SnapshotID); err != nil {
		t.Fatal(err)
	}
	if n := count(t, heads(t, l), "select count(*) from silver.postings where source = 's'"); n != 2 {
		t.Errorf("%d rows after the rollback, want 2", n)
	}
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Equal("source", "new"), each(posting(5, "new", noon))); err != nil {
		t.Fatal(err)
	}
	if n := count(t, heads(t, l), "select count(*) from silver.postings"); n != 3 {
		t.Errorf("%d rows after one more commit, want 3", n)
	}
}

// TestMove takes a lake from a folder to S3 with a Postgres catalog, and from there to
// another folder.
func TestMove(t *testing.T) {
	server, catalog := laketest.StartS3(t), laketest.StartPostgres(t)
	folder := openAt(t, lake.Options{URI: "file://" + filepath.Join(t.TempDir(), "lake")})
	furnish(t, folder)
	bucket := openAt(t, lake.Options{URI: server.URI() + "/moved", Catalog: lake.CatalogPostgres, CatalogURI: catalog})
	done, err := lake.Move(t.Context(), folder, bucket, func(lake.Moved) {})
	if err != nil {
		t.Fatal(err)
	}
	if done.Tables != 1 || done.Rows != 3 {
		t.Errorf("moved %+v, want 1 table of 3 rows", done)
	}
	back := openAt(t, lake.Options{URI: "file://" + filepath.Join(t.TempDir(), "back")})
	if _, err := lake.Move(t.Context(), bucket, back, func(lake.Moved) {}); err != nil {
		t.Fatal(err)
	}
	isWhole(t, bucket, folder.Objects().URI())
	isWhole(t, back, bucket.Objects().URI())
	if _, err := lake.Move(t.Context(), folder, back, func(lake.Moved) {}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a move onto a lake: %v, want a conflict", err)
	}
}

// TestRelocate moves a lake's folder, as mv or another mount does, and mends it there.
func TestRelocate(t *testing.T) {
	home := t.TempDir()
	first, second := filepath.Join(home, "lake"), filepath.Join(home, "lake2", "below")
	l := openAt(t, lake.Options{URI: "file://" + first})
	furnish(t, l)
	if from, _, err := l.Relocate(t.Context()); from != "" || err != nil {
		t.Errorf("a lake at home: %q, %v", from, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(second), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(first, second); err != nil {
		t.Fatal(err)
	}
	l = openAt(t, lake.Options{URI: "file://" + second})
	if from, moved, err := l.MovedFrom(t.Context()); !moved || from != "file://"+first || err != nil {
		t.Fatalf("moved from %q, %t, %v", from, moved, err)
	}
	for _, want := range []string{"file://" + first, ""} { // the second time there is nothing to do
		if from, _, err := l.Relocate(t.Context()); err != nil || from != want {
			t.Fatalf("relocated from %q, %v, want %q", from, err, want)
		}
	}
	isWhole(t, l, "file://"+first)
}

// TestBackup loses a catalog and makes it anew, from a backup and from the metadata alone.
func TestBackup(t *testing.T) {
	root := filepath.Join(t.TempDir(), "lake")
	l := openAt(t, lake.Options{URI: "file://" + root})
	furnish(t, l)
	key, _, err := l.Backup(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	for name, entries := range map[string]func(*lake.Lake) ([]lake.Entry, error){
		"backup": func(l *lake.Lake) ([]lake.Entry, error) {
			b, err := l.ReadBackup(t.Context(), key)
			return b.Entries, err
		},
		"metadata": func(l *lake.Lake) ([]lake.Entry, error) { return l.NewestEntries(t.Context()) },
	} {
		lost := openAt(t, lake.Options{URI: "file://" + root, CatalogURI: filepath.Join(t.TempDir(), name+".db")})
		if n := count(t, heads(t, lost), "select count(*) from silver.postings"); n != 0 {
			t.Fatalf("%d rows in an empty catalog", n)
		}
		found, err := entries(lost)
		if err != nil {
			t.Fatal(name, err)
		}
		if err := lost.SetEntries(t.Context(), found); err != nil {
			t.Fatal(name, err)
		}
		if n := count(t, heads(t, lost), "select count(*) from silver.postings"); n != 3 {
			t.Errorf("%s: %d rows, want 3", name, n)
		}
	}
	if err := l.SetEntries(t.Context(), []lake.Entry{{Namespace: "silver", Table: "postings", Metadata: "file:///elsewhere/silver/postings/metadata/1.json"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("an entry of another place: %v", err)
	}
	if _, err := openAt(t, lake.Options{URI: "file://" + filepath.Join(t.TempDir(), "empty")}).NewestEntries(t.Context()); !errs.Is(err, errs.NotFound) {
		t.Errorf("an empty place: %v", err)
	}
}

// TestRepublish makes an older set the newest.
func TestRepublish(t *testing.T) {
	l := openLake(t)
	furnish(t, l)
	if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Equal("source", "s"), each[schemas.SilverPosting]()); err != nil {
		t.Fatal(err)
	}
	set, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Publish(t.Context(), set, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	again, err := l.Republish(t.Context(), 1, noon.Add(2*time.Hour))
	if err != nil || again.Seq != 3 || again.Tables["silver.postings"].Rows != 3 {
		t.Errorf("got %+v, %v", again, err)
	}
	if _, err := l.Republish(t.Context(), 9, noon); !errs.Is(err, errs.NotFound) {
		t.Errorf("no such set: %v", err)
	}
	if err := l.Rollback(t.Context(), schemas.SilverPostings, 1); !errs.Is(err, errs.NotFound) {
		t.Errorf("no such snapshot: %v", err)
	}
}
