package filecache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// Cache is a folder of copies with a limit on its size. All methods may be called by many
// goroutines.
type Cache struct {
	dir      string
	maxBytes int64

	mu      sync.Mutex
	held    map[string]*hold   // copies in use by this process, by path
	flights map[string]*flight // downloads under way, by path
	bytes   int64              // size of all copies as last counted, plus what was added since

	evicting sync.Mutex
}

// hold is a copy in use. Its open file carries a shared lock, which tells other processes.
type hold struct {
	file  *os.File
	count int
}

// New opens the cache in dir, which it makes if need be, and evicts what is over
// maxBytes. Copies in use are never evicted, so that more than maxBytes can be there for
// as long as more is in use at once. It is errs.Invalid for a limit below 1 or a file in
// the folder's place.
func New(dir string, maxBytes int64) (*Cache, error) {
	if maxBytes < 1 {
		return nil, errs.New(errs.Invalid, "open file cache %s: limit of %d bytes, expected at least 1", dir, maxBytes)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open file cache: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, errs.New(errs.Invalid, "open file cache %s: %w", dir, err)
	}
	c := &Cache{dir: dir, maxBytes: maxBytes, held: map[string]*hold{}, flights: map[string]*flight{}}
	c.removeStale()
	return c, c.evict(true)
}

// Path gives a local file with the object's bytes and a function that gives it back,
// which the caller must call once done and may call more than once. Until then the file
// stays as it is. Nobody may write to it.
//
// Callers that want the same object at the same time share one download, which goes on
// until the last of them gives up. Errors are the store's: errs.NotFound for no such
// object, errs.Unavailable for a store that does not answer or a full disk.
func (c *Cache) Path(ctx context.Context, store objects.Store, key string) (localPath string, release func(), err error) {
	if local, ok := store.(objects.Local); ok {
		if _, err := store.Stat(ctx, key); err != nil {
			return "", nil, err
		}
		return local.LocalPath(key), func() {}, nil
	}
	if err := objects.CheckKey(key); err != nil {
		return "", nil, err
	}
	name := c.copyPath(store.URI(), key)
	ok, err := c.acquire(name)
	if err != nil {
		return "", nil, fmt.Errorf("cache object %s/%s: %w", store.URI(), key, err)
	}
	if !ok {
		if err := c.fetch(ctx, store, key, name); err != nil {
			return "", nil, err
		}
	}
	var once sync.Once
	return name, func() { once.Do(func() { c.release(name) }) }, nil
}

// copyPath is where the copy of an object lies. The suffix stays, since some readers go
// by it.
func (c *Cache) copyPath(uri, key string) string {
	sum := sha256.Sum256([]byte(uri + "/" + key))
	name := hex.EncodeToString(sum[:16])
	return filepath.Join(c.dir, name[:2], name+suffix.FindString(path.Base(key)))
}

var suffix = regexp.MustCompile(`(?:\.[A-Za-z0-9]{1,12}){1,2}$`)

// acquire takes the copy into use; false if there is none.
func (c *Cache) acquire(name string) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h, ok := c.held[name]; ok {
		h.count++
		return true, nil
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, unavailable(err)
	}
	// An evictor holds its lock only while it unlinks the copy, so waiting is short; after
	// that the name is gone, or belongs to a new copy.
	if err := flock(f, syscall.LOCK_SH); err != nil {
		return false, errors.Join(err, f.Close())
	}
	if same, err := sameFile(f, name); err != nil || !same {
		return false, errors.Join(err, f.Close())
	}
	// The time of change is the time of last use: it is what eviction goes by, also after
	// a restart. A folder that cannot be written to only loses that.
	now := time.Now()
	_ = os.Chtimes(name, now, now)
	c.held[name] = &hold{file: f, count: 1}
	return true, nil
}

func (c *Cache) release(name string) {
	c.mu.Lock()
	h := c.held[name]
	if h.count--; h.count > 0 {
		c.mu.Unlock()
		return
	}
	delete(c.held, name)
	now := time.Now()
	_ = os.Chtimes(name, now, now)
	_ = h.file.Close() // read-only; closing drops the lock
	over := c.bytes > c.maxBytes
	c.mu.Unlock()
	if over {
		_ = c.evict(false) // what cannot be evicted now is tried again by the next download
	}
}

// flight is a download under way. It ends early when nobody waits for it any more. Once
// it has succeeded it holds the copy until all who waited hold it too.
type flight struct {
	done   chan struct{}
	cancel context.CancelFunc
	err    error // set before done is closed

	waiting int  // both under Cache.mu
	landed  bool // done, and the copy is held
}

// fetch downloads the object, or waits for who does, and takes the copy into use.
func (c *Cache) fetch(ctx context.Context, store objects.Store, key, name string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("cache object %s/%s: %w", store.URI(), key, err)
	}
	c.mu.Lock()
	if h, ok := c.held[name]; ok { // landed since the caller looked
		h.count++
		c.mu.Unlock()
		return nil
	}
	f, ok := c.flights[name]
	if !ok {
		own, cancel := context.WithCancel(context.WithoutCancel(ctx))
		f = &flight{done: make(chan struct{}), cancel: cancel}
		c.flights[name] = f
		go c.fly(own, f, store, key, name)
	}
	f.waiting++
	c.mu.Unlock()

	var err error
	select {
	case <-f.done:
		err = f.err
	case <-ctx.Done():
		err = fmt.Errorf("cache object %s/%s: %w", store.URI(), key, ctx.Err())
	}

	c.mu.Lock()
	if err == nil {
		c.held[name].count++
	}
	f.waiting--
	last := f.waiting == 0
	if last && !f.landed {
		f.cancel()
		// Whoever comes next starts afresh and does not share the cancelled one.
		c.forget(name, f)
	}
	letGo := last && f.landed
	c.mu.Unlock()
	if letGo {
		c.release(name)
	}
	return err
}

func (c *Cache) fly(ctx context.Context, f *flight, store objects.Store, key, name string) {
	f.err = c.download(ctx, store, key, name)
	f.cancel()
	c.mu.Lock()
	c.forget(name, f)
	f.landed = f.err == nil
	alone := f.landed && f.waiting == 0
	c.mu.Unlock()
	close(f.done)
	if alone {
		c.release(name)
	}
}

func (c *Cache) forget(name string, f *flight) {
	if c.flights[name] == f {
		delete(c.flights, name)
	}
}

// download brings the object to name, whole or not at all, and takes the copy into use.
func (c *Cache) download(ctx context.Context, store objects.Store, key, name string) (err error) {
	body, info, err := store.Get(ctx, key)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	defer func() {
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
			err = errs.New(errs.Unavailable, "cache object %s/%s in %s: the disk is full, %d bytes needed: %w", store.URI(), key, c.dir, info.SizeBytes, err)
		} else if err != nil {
			err = fmt.Errorf("cache object %s/%s: %w", store.URI(), key, err)
		}
	}()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(c.dir, tmpPrefix+"*")
	if err != nil {
		return err
	}
	defer func() {
		_ = tmp.Close()
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	// The lock tells other processes that this file's writer lives.
	if err := flock(tmp, syscall.LOCK_SH); err != nil {
		return err
	}
	n, err := io.Copy(tmp, body)
	if err != nil {
		return err
	}
	if n != info.SizeBytes {
		return errs.New(errs.Unavailable, "got %d bytes, expected %d", n, info.SizeBytes)
	}
	// Without the sync a power cut could leave the name with no bytes behind it, and
	// nothing would ever ask the store again.
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := c.land(tmp.Name(), name); err != nil {
		return err
	}
	c.mu.Lock()
	c.bytes += n
	over := c.bytes > c.maxBytes
	c.mu.Unlock()
	if over {
		_ = c.evict(false) // the copy is good all the same, and the next download tries again
	}
	return nil
}

// land gives the finished download its name and takes it into use. A copy that another
// process brought meanwhile stays, since somebody may hold it; but that process may also
// evict it before it is taken into use here, and then the name is free again.
func (c *Cache) land(tmp, name string) error {
	for {
		err := os.Link(tmp, name)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			err = os.Rename(tmp, name) // a file system without links
			if err != nil {
				return err
			}
		}
		ok, err := c.acquire(name)
		if err != nil {
			return err
		}
		if ok {
			_ = os.Remove(tmp) // found again as stale if that fails
			return nil
		}
	}
}

func unavailable(err error) error {
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.EIO) {
		return errs.Wrap(errs.Unavailable, err)
	}
	return err
}
