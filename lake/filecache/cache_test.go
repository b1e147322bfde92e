package filecache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/filecache"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/lake/objects"
)

// remote is a store that counts its gets and can be made slow, cut short or unavailable.
// It does not say that its objects are files.
type remote struct {
	objects.Store
	gets  atomic.Int64
	gate  chan struct{} // nil = open
	short atomic.Bool
	away  atomic.Bool
}

func (r *remote) Get(ctx context.Context, key string) (io.ReadCloser, objects.Info, error) {
	r.gets.Add(1)
	if r.gate != nil {
		select {
		case <-r.gate:
		case <-ctx.Done():
			return nil, objects.Info{}, ctx.Err()
		}
	}
	if r.away.Load() {
		return nil, objects.Info{}, errs.New(errs.Unavailable, "away")
	}
	body, info, err := r.Store.Get(ctx, key)
	if err == nil && r.short.Load() {
		body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(body, info.SizeBytes/2), body}
	}
	return body, info, err
}

func content(key string, size int) []byte {
	return bytes.Repeat([]byte(key+"\n"), size/(len(key)+1)+1)[:size]
}

// newRemote holds count objects o/0.parquet, o/1.parquet, … of size bytes each.
func newRemote(t testing.TB, count, size int) *remote {
	t.Helper()
	s, err := objects.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for i := range count {
		if _, err := objects.WriteAll(t.Context(), s, key(i), content(key(i), size)); err != nil {
			t.Fatal(err)
		}
	}
	return &remote{Store: s}
}

func key(i int) string { return fmt.Sprintf("o/%d.parquet", i) }

func open(t testing.TB, dir string, maxBytes int64) *filecache.Cache {
	t.Helper()
	c, err := filecache.New(dir, maxBytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// get takes an object into use and checks its bytes.
func get(t testing.TB, c *filecache.Cache, s objects.Store, k string, size int) (string, func()) {
	t.Helper()
	path, release, err := c.Path(t.Context(), s, k)
	if err != nil {
		t.Fatalf("path of %s: %v", k, err)
	}
	data, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(data, content(k, size)) {
		t.Fatalf("copy of %s: %d bytes, %v, want the object's %d", k, len(data), err, size)
	}
	return path, release
}

func usage(t testing.TB, dir string) (files int, total int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		files++
		total += info.Size()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, total
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestFetchedOnceAndKeptOverRestart(t *testing.T) {
	store, dir := newRemote(t, 2, 1000), t.TempDir()
	for range 3 { // three processes' lives
		c := open(t, dir, 1<<20)
		for range 3 {
			for i := range 2 {
				path, release := get(t, c, store, key(i), 1000)
				if filepath.Ext(path) != ".parquet" {
					t.Errorf("the copy %s lost its suffix", path)
				}
				release()
				release()
			}
		}
	}
	if n := store.gets.Load(); n != 2 {
		t.Errorf("%d gets, want 2", n)
	}
}

func TestStoresAreKeptApart(t *testing.T) {
	one, two := newRemote(t, 1, 100), newRemote(t, 0, 0)
	if _, err := objects.WriteAll(t.Context(), two, key(0), []byte("other")); err != nil {
		t.Fatal(err)
	}
	c := open(t, t.TempDir(), 1<<20)
	_, release := get(t, c, one, key(0), 100)
	defer release()
	path, release, err := c.Path(t.Context(), two, key(0))
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if data, err := os.ReadFile(path); err != nil || string(data) != "other" {
		t.Errorf("got %q, %v, want the second store's object", data, err)
	}
}

func TestLocalStoreIsNotCopied(t *testing.T) {
	store, dir := newRemote(t, 1, 10).Store, t.TempDir()
	c := open(t, dir, 1<<20)
	path, release := get(t, c, store, key(0), 10)
	release()
	if want := store.(objects.Local).LocalPath(key(0)); path != want {
		t.Errorf("path %s, want the object itself, %s", path, want)
	}
	if n, _ := usage(t, dir); n != 0 {
		t.Errorf("%d files in the cache", n)
	}
	if _, _, err := c.Path(t.Context(), store, "none"); !errs.Is(err, errs.NotFound) {
		t.Errorf("absent object: got %v, want kind not found", err)
	}
}

func TestManyCallersOneDownload(t *testing.T) {
	store := newRemote(t, 1, 100_000)
	store.gate = make(chan struct{})
	c := open(t, t.TempDir(), 1<<20)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, release := get(t, c, store, key(0), 100_000)
			release()
		})
	}
	time.Sleep(20 * time.Millisecond)
	close(store.gate)
	wg.Wait()
	if n := store.gets.Load(); n != 1 {
		t.Errorf("%d gets, want 1", n)
	}
}

// A caller that gives up does not spoil the download for the others; when all have given
// up it ends, and the next caller starts afresh.
func TestCallersThatGiveUp(t *testing.T) {
	store := newRemote(t, 1, 1000)
	store.gate = make(chan struct{})
	c := open(t, t.TempDir(), 1<<20)
	giveUp := func() (chan error, context.CancelFunc) {
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error, 1)
		go func() {
			_, _, err := c.Path(ctx, store, key(0))
			failed <- err
		}()
		return failed, cancel
	}
	first, cancel := giveUp()
	waitFor(t, func() bool { return store.gets.Load() == 1 })
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, release := get(t, c, store, key(0), 1000)
		release()
	}()
	time.Sleep(20 * time.Millisecond)
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	close(store.gate)
	<-done
	if n := store.gets.Load(); n != 1 {
		t.Errorf("%d gets, want 1", n)
	}

	store = newRemote(t, 1, 1000)
	store.gate = make(chan struct{})
	c = open(t, t.TempDir(), 1<<20)
	first, cancel = giveUp()
	waitFor(t, func() bool { return store.gets.Load() == 1 })
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	close(store.gate)
	_, release := get(t, c, store, key(0), 1000)
	release()
	if n := store.gets.Load(); n != 2 {
		t.Errorf("%d gets, want 2", n)
	}
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("it did not come to pass within a second")
}

func TestLeastRecentlyUsedGoes(t *testing.T) {
	const size = 1000
	store, dir := newRemote(t, 20, size), t.TempDir()
	c := open(t, dir, 10*size)
	use := func(i int) string {
		path, release := get(t, c, store, key(i), size)
		release()
		time.Sleep(2 * time.Millisecond) // times of use are told apart by the file system
		return path
	}
	paths := map[int]string{}
	for i := range 10 {
		paths[i] = use(i)
	}
	use(0) // the oldest is used again
	paths[10] = use(10)
	for i, want := range map[int]bool{0: true, 1: false, 2: false, 3: true, 9: true, 10: true} {
		if exists(paths[i]) != want {
			t.Errorf("copy %d is there: %v, want %v", i, !want, want)
		}
	}
	for i := range 20 {
		use(i)
		if _, total := usage(t, dir); total > 10*size {
			t.Fatalf("%d bytes in the cache, want at most %d", total, 10*size)
		}
	}
	// A smaller limit holds from the next start on.
	last := use(19)
	open(t, dir, 2*size)
	if n, total := usage(t, dir); n != 2 || total != 2*size || !exists(last) {
		t.Errorf("%d files of %d bytes after the restart, want the last 2", n, total)
	}
}

func TestInUseStays(t *testing.T) {
	const size = 1000
	store, dir := newRemote(t, 10, size), t.TempDir()
	c := open(t, dir, 2*size)
	var paths []string
	var releases []func()
	for i := range 5 {
		path, release := get(t, c, store, key(i), size)
		paths, releases = append(paths, path), append(releases, release)
	}
	other := open(t, dir, 1) // another process with hardly any room
	_, release := get(t, other, store, key(9), size)
	release()
	for i, path := range paths {
		if !exists(path) {
			t.Errorf("copy %d is in use and was evicted", i)
		}
	}
	for _, release := range releases {
		release()
	}
	if _, total := usage(t, dir); total > 2*size {
		t.Errorf("%d bytes after all were given back, want at most %d", total, 2*size)
	}
	// An object larger than the limit is served all the same, and does not stay.
	small := open(t, t.TempDir(), 10)
	path, release := get(t, small, store, key(0), size)
	release()
	if exists(path) {
		t.Error("a copy larger than the limit stays after use")
	}
}

func TestFailedDownloads(t *testing.T) {
	store, dir := newRemote(t, 1, 1000), t.TempDir()
	c := open(t, dir, 1<<20)
	check := func(what, k string, kind errs.Kind) {
		t.Helper()
		if _, _, err := c.Path(t.Context(), store, k); !errs.Is(err, kind) {
			t.Errorf("%s: got %v (%v), want kind %v", what, err, errs.Of(err), kind)
		}
		if n, _ := usage(t, dir); n != 0 {
			t.Errorf("%s: %d files left", what, n)
		}
	}
	check("absent", "none", errs.NotFound)
	check("bad key", "../x", errs.Invalid)
	store.away.Store(true)
	check("away", key(0), errs.Unavailable)
	store.away.Store(false)
	store.short.Store(true)
	check("cut short", key(0), errs.Unavailable)
	store.short.Store(false)
	_, release := get(t, c, store, key(0), 1000)
	release()
}

func TestNewRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, limit := range map[string]int64{file: 1, t.TempDir(): 0} {
		if _, err := filecache.New(dir, limit); !errs.Is(err, errs.Invalid) {
			t.Errorf("New(%s, %d): got %v, want kind invalid", dir, limit, err)
		}
	}
}

func TestStaleDownloadsAreRemoved(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "tmp-old")
	young := filepath.Join(dir, "tmp-young")
	for _, path := range []string{old, young} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hourAgo := time.Now().Add(-time.Hour)
	if err := os.Chtimes(old, hourAgo, hourAgo); err != nil {
		t.Fatal(err)
	}
	open(t, dir, 1<<20)
	if exists(old) || !exists(young) {
		t.Errorf("old there: %v, young there: %v; want only the young", exists(old), exists(young))
	}
}

// churn uses random objects of a cache far too small for them, and checks every byte.
func churn(t testing.TB, c *filecache.Cache, store objects.Store, goroutines, times, objectCount, size int) {
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range times {
				k := key(rand.IntN(objectCount))
				path, release, err := c.Path(t.Context(), store, k)
				if err != nil {
					t.Error(err)
					return
				}
				data, err := os.ReadFile(path)
				if err != nil || !bytes.Equal(data, content(k, size)) {
					t.Errorf("copy of %s: %d bytes, %v", k, len(data), err)
				}
				release()
			}
		})
	}
	wg.Wait()
}

func TestChurn(t *testing.T) {
	store, dir := newRemote(t, 30, 2000), t.TempDir()
	c := open(t, dir, 5*2000)
	churn(t, c, store, 8, 100, 30, 2000)
	if _, total := usage(t, dir); total > 5*2000 {
		t.Errorf("%d bytes in the cache, want at most %d", total, 5*2000)
	}
}

// Several processes churn one folder at once.
func TestChurnOfProcesses(t *testing.T) {
	const objectCount, size = 30, 2000
	if dir := os.Getenv("FILECACHE_TEST_DIR"); dir != "" {
		s, err := objects.Open(t.Context(), os.Getenv("FILECACHE_TEST_STORE"))
		if err != nil {
			t.Fatal(err)
		}
		churn(t, open(t, dir, 5*size), &remote{Store: s}, 4, 100, objectCount, size)
		return
	}
	store, dir := newRemote(t, objectCount, size), t.TempDir()
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestChurnOfProcesses$")
			cmd.Env = append(os.Environ(), "FILECACHE_TEST_DIR="+dir, "FILECACHE_TEST_STORE="+store.URI())
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("child: %v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	open(t, dir, 5*size)
	if files, total := usage(t, dir); total > 5*size || files == 0 {
		t.Errorf("%d files of %d bytes in the cache, want at most %d", files, total, 5*size)
	}
}

func TestCacheOfS3(t *testing.T) {
	server := laketest.StartS3(t)
	store, err := objects.Open(t.Context(), server.URI()+"/lake")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := objects.WriteAll(t.Context(), store, key(0), content(key(0), 3<<20)); err != nil {
		t.Fatal(err)
	}
	c := open(t, t.TempDir(), 10<<20)
	path, release := get(t, c, store, key(0), 3<<20)
	release()
	// The copy answers when the object is gone.
	if err := store.Delete(t.Context(), key(0)); err != nil {
		t.Fatal(err)
	}
	again, release := get(t, c, store, key(0), 3<<20)
	release()
	if path != again || !strings.HasSuffix(path, ".parquet") {
		t.Errorf("paths %s and %s", path, again)
	}
	if _, _, err := c.Path(t.Context(), store, key(1)); !errs.Is(err, errs.NotFound) {
		t.Errorf("absent object: got %v, want kind not found", err)
	}
}

func BenchmarkPathOfCachedObject(b *testing.B) {
	store := newRemote(b, 100, 100)
	c := open(b, b.TempDir(), 1<<20)
	for i := 0; b.Loop(); i++ {
		_, release, err := c.Path(b.Context(), store, "o/"+strconv.Itoa(i%100)+".parquet")
		if err != nil {
			b.Fatal(err)
		}
		release()
	}
}
