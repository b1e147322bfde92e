package main

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/search"
	"github.com/techmapit/tmi/sources/replica"
)

// TestServeFromS3 serves a lake in S3 from its index: the parts come through the local cache,
// also those of a set that is published meanwhile.
func TestServeFromS3(t *testing.T) {
	server := laketest.StartS3(t)
	m := newMarket(t, replica.Config{Seed: 9, Postings: 40, Days: 2})
	cache := t.TempDir()
	for i, setting := range m.environ {
		if strings.HasPrefix(setting, "TMI_LAKE_URI=") {
			m.environ[i] = "TMI_LAKE_URI=" + server.URI() + "/lake"
		}
	}
	m.environ = append(m.environ, "TMI_CATALOG_URI="+filepath.Join(t.TempDir(), "catalog.db"), "TMI_CACHE_DIR="+cache)
	m.run(t, 1).wants(t, 0)
	l, err := configured(t, m.environ).existingLake(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := &reader{lake: l, logger: configured(t, m.environ).logger}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.watch(ctx)
	}()
	defer func() {
		stop()
		<-done
		r.close()
	}()
	before, err := r.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer before.Release()
	readsAll(t, before.(*pinned).Index())
	m.run(t, 2).wants(t, 0)
	for began := time.Now(); r.seq() == before.Published().Seq; time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			t.Fatal("the new set is not served 30 s after it was published")
		}
	}
	after, err := r.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer after.Release()
	readsAll(t, after.(*pinned).Index())
	readsAll(t, before.(*pinned).Index()) // whoever has the set before goes on
	parts := 0
	err = filepath.WalkDir(cache, func(path string, _ fs.DirEntry, err error) error {
		if strings.Contains(path, ".part") {
			parts++
		}
		return err
	})
	if err != nil || parts == 0 {
		t.Errorf("%d parts of an index lie in the cache, %v", parts, err)
	}
}

// readsAll reads every posting of an index whole.
func readsAll(t *testing.T, ix *search.Index) {
	t.Helper()
	if ix == nil {
		t.Fatal("the set is served without an index")
	}
	rows, err := ix.Find(search.Filter{WithCopies: true}, nil, nil).Page(search.Order{}, nil, 1<<20)
	if err != nil || len(rows) == 0 || len(rows) != ix.Len() {
		t.Fatalf("%d rows of %d postings, %v", len(rows), ix.Len(), err)
	}
	for _, row := range rows {
		if _, err := row.Document(); err != nil {
			t.Error(err)
		}
	}
}
