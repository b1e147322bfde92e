package collect

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
)

func capture(id string, at time.Time, digest string) schemas.Capture {
	return schemas.Capture{Kind: "detail", BoardID: id, CapturedAt: at, Digest: digest, Object: "raw/source=x/date=2026-03-02/run=r/seg-00000.warc.gz", Source: "x", RunID: "r"}
}

func TestWriteKnown(t *testing.T) {
	store, at := newStore(t), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	write := func(captures ...schemas.Capture) string {
		key, err := WriteKnown(t.Context(), store, "x", captures)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	if key := write(capture("1", at, "a"), capture("2", at, "b")); key != "state/known/source=x/00000000.parquet" {
		t.Errorf("first key %s", key)
	}
	// Older captures, a backfill's, never take the place of newer ones.
	write(capture("1", at.Add(-time.Hour), "old"), capture("2", at.Add(time.Hour), "new"), capture("3", at.Add(-forgetAfter), "gone"))
	known, err := LoadKnown(t.Context(), store, "x")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, id := range []string{"1", "2", "3"} {
		if c, ok := known.Lookup(schemas.KindDetail, "", id, ""); ok {
			got[id] = c.Digest
		}
	}
	if diff := cmp.Diff(map[string]string{"1": "a", "2": "new"}, got); diff != "" {
		t.Errorf("known (-want +got):\n%s", diff)
	}
	for range 6 {
		write()
	}
	if all := keys(t, store); len(all) != keepStates+1 || !strings.HasSuffix(all[len(all)-1], "00000007.parquet") {
		t.Errorf("states left: %v", all)
	}
	// A state that cannot be read counts as none.
	if _, err := objects.WriteAll(t.Context(), store, "state/known/source=x/00000008.parquet", []byte("broken")); err != nil {
		t.Fatal(err)
	}
	if known, err := LoadKnown(t.Context(), store, "x"); err != nil || known.Len() != 2 {
		t.Errorf("after a broken state: %d known, %v", known.Len(), err)
	}
}

func TestManyWriters(t *testing.T) {
	store, at := newStore(t), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var wait sync.WaitGroup
	for i := range 5 {
		wait.Go(func() {
			if _, err := WriteKnown(t.Context(), store, "x", []schemas.Capture{capture(fmt.Sprint(i), at, "d")}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if known, err := LoadKnown(t.Context(), store, "x"); err != nil || known.Len() != 5 {
		t.Errorf("%d known, %v; want what all five wrote", known.Len(), err)
	}
}

func TestMarkWins(t *testing.T) {
	store := newStore(t)
	results := make([]error, 8)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() { results[i] = Mark(t.Context(), store, i%2 == 0) })
	}
	wait.Wait()
	n := len(slices.DeleteFunc(results, func(err error) bool { return err != nil }))
	if n != 4 {
		t.Errorf("%d of 8 agreed, want 4", n)
	}
}
