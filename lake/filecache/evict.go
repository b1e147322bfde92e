package filecache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	// tmpPrefix starts the names of downloads that are not finished; they lie in the
	// folder itself, copies in folders below it.
	tmpPrefix = "tmp-"

	// staleAfter is how old an unlocked unfinished download must be before it is taken
	// for a dead process's.
	staleAfter = time.Minute

	// An eviction makes this share of the limit free, so that not each download has to
	// look through the folder.
	slackShare = 10
)

type copyFile struct {
	path   string
	bytes  int64
	usedAt time.Time
}

// evict counts the copies and, if they are over the limit, removes the least recently
// used that nobody uses. At the start it makes no more room than needed.
func (c *Cache) evict(exact bool) error {
	c.evicting.Lock()
	defer c.evicting.Unlock()
	files, err := c.copies()
	if err != nil {
		return err
	}
	var total int64
	for _, f := range files {
		total += f.bytes
	}
	if total > c.maxBytes {
		target := c.maxBytes
		if !exact {
			target -= c.maxBytes / slackShare
		}
		slices.SortFunc(files, func(a, b copyFile) int { return a.usedAt.Compare(b.usedAt) })
		for _, f := range files {
			if total <= target {
				break
			}
			if c.remove(f.path) {
				total -= f.bytes
			}
		}
	}
	c.mu.Lock()
	c.bytes = total
	c.mu.Unlock()
	return nil
}

// Clear removes every copy that nobody uses.
func (c *Cache) Clear() error {
	c.evicting.Lock()
	defer c.evicting.Unlock()
	files, err := c.copies()
	if err != nil {
		return err
	}
	var left int64
	for _, f := range files {
		if !c.remove(f.path) {
			left += f.bytes
		}
	}
	c.mu.Lock()
	c.bytes = left
	c.mu.Unlock()
	return nil
}

// copies lists what is there. Files that come or go meanwhile may be missing.
func (c *Cache) copies() ([]copyFile, error) {
	var list []copyFile
	err := filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if !d.Type().IsRegular() || filepath.Dir(path) == c.dir {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		list = append(list, copyFile{path, info.Size(), info.ModTime()})
		return nil
	})
	return list, err
}

// remove takes away a copy unless somebody uses it, in this or another process.
func (c *Cache) remove(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer func() { _ = f.Close() }()
	if err := flock(f, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return false
	}
	// The name may have got a new copy since it was opened; that one stays.
	if same, err := sameFile(f, path); err != nil || !same {
		return false
	}
	return os.Remove(path) == nil
}

// removeStale removes what killed processes left half-way. What cannot be removed now is
// found again at the next start.
func (c *Cache) removeStale() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), tmpPrefix) {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > staleAfter {
			_ = c.remove(filepath.Join(c.dir, e.Name()))
		}
	}
}

// sameFile reports whether path still names the open file.
func sameFile(f *os.File, path string) (bool, error) {
	mine, err := f.Stat()
	if err != nil {
		return false, err
	}
	named, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return os.SameFile(mine, named), nil
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
