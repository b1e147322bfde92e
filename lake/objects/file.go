package objects

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/techmapit/tmi/internal/errs"
)

// staleAfter is how old an unlocked unfinished file must be before it is taken for a
// dead writer's; it covers the moment between creating the file and locking it.
const staleAfter = time.Minute

// fileStore keeps each object as the file root/key.
//
// A put writes and syncs a file of its own in root/.objects and then moves it into place
// under a lock that all processes share, so a condition and the move that depends on it
// are one step. Nothing but finished objects is ever at a key's place.
type fileStore struct {
	root  string
	sweep sync.Once
}

func newFileStore(root string) (*fileStore, error) {
	info, err := os.Stat(root)
	if err == nil && !info.IsDir() {
		return nil, errs.New(errs.Invalid, "open store file://%s: it is a file, expected a folder", root)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errs.New(errs.Invalid, "open store file://%s: %w", root, err)
	}
	return &fileStore{root: root}, nil
}

func (s *fileStore) URI() string { return "file://" + s.root }

// LocalPath implements [Local].
func (s *fileStore) LocalPath(key string) string {
	return filepath.Join(s.root, filepath.FromSlash(key))
}

func (s *fileStore) Put(ctx context.Context, key string, body io.ReadSeeker) (Info, error) {
	return s.put(ctx, key, body, func(tmp, path string) error { return os.Rename(tmp, path) })
}

func (s *fileStore) PutIfAbsent(ctx context.Context, key string, body io.ReadSeeker) (Info, error) {
	taken := errs.New(errs.Conflict, "an object is there already")
	// A look before the work saves writing a large body in vain; the link decides.
	if CheckKey(key) == nil {
		if info, err := os.Lstat(s.LocalPath(key)); err == nil && !info.IsDir() {
			return Info{}, s.wrap("put", key, taken)
		}
	}
	return s.put(ctx, key, body, func(tmp, path string) error {
		err := os.Link(tmp, path)
		switch {
		case err == nil:
			return os.Remove(tmp)
		case errors.Is(err, fs.ErrExist):
			return taken
		case errors.Is(err, syscall.EPERM), errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.EMLINK):
			// A file system without hard links: the lock alone must do.
			if _, err := os.Lstat(path); err == nil {
				return taken
			} else if !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			return os.Rename(tmp, path)
		}
		return err
	})
}

func (s *fileStore) PutIfMatch(ctx context.Context, key, etag string, body io.ReadSeeker) (Info, error) {
	return s.put(ctx, key, body, func(tmp, path string) error {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return errs.New(errs.Conflict, "the object is gone, expected etag %s", etag)
		}
		if err != nil {
			return err
		}
		if now := etagOf(info); now != etag {
			return errs.New(errs.Conflict, "the object changed: etag %s, expected %s", now, etag)
		}
		return os.Rename(tmp, path)
	})
}

// put writes body to a file of its own and lets move bring it into place under the lock.
func (s *fileStore) put(ctx context.Context, key string, body io.ReadSeeker, move func(tmp, path string) error) (info Info, err error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	size, err := sizeOf(body)
	if err != nil {
		return Info{}, s.wrap("put", key, err)
	}
	path := s.LocalPath(key)
	defer func() {
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
			err = errs.New(errs.Unavailable, "put object %s: the disk is full, %d bytes needed: %w", path, size, err)
		} else if err != nil {
			err = s.wrap("put", key, err)
		}
	}()
	if err := os.MkdirAll(s.private(""), 0o755); err != nil {
		return Info{}, err
	}
	s.sweep.Do(s.removeStale)
	tmp, err := os.CreateTemp(s.private(""), "put-*")
	if err != nil {
		return Info{}, err
	}
	defer func() {
		_ = tmp.Close()
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	// The lock tells other processes that this file's writer lives.
	if err := flock(tmp, syscall.LOCK_SH); err != nil {
		return Info{}, err
	}
	if _, err := io.Copy(tmp, contextReader{ctx, body}); err != nil {
		return Info{}, err
	}
	if err := tmp.Chmod(0o644); err != nil {
		return Info{}, err
	}
	// The time is set in full because it is what the ETag rests on: the kernel's own stamp
	// ticks every few milliseconds, and two puts can fall into one tick.
	now := time.Now()
	if err := os.Chtimes(tmp.Name(), now, now); err != nil {
		return Info{}, err
	}
	if err := tmp.Sync(); err != nil {
		return Info{}, err
	}
	stat, err := tmp.Stat()
	if err != nil {
		return Info{}, err
	}
	if err := s.locked(ctx, func() error {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return move(tmp.Name(), path)
	}); err != nil {
		return Info{}, err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return Info{}, err
	}
	return Info{Key: key, SizeBytes: stat.Size(), ETag: etagOf(stat)}, nil
}

func (s *fileStore) Get(ctx context.Context, key string) (io.ReadCloser, Info, error) {
	if err := CheckKey(key); err != nil {
		return nil, Info{}, err
	}
	f, info, err := s.open(ctx, key)
	if err != nil {
		return nil, Info{}, err
	}
	return f, infoOf(key, info), nil
}

func (s *fileStore) GetRange(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	if err := checkRange(s.URI(), key, offset, length); err != nil {
		return nil, err
	}
	f, info, err := s.open(ctx, key)
	if err != nil {
		return nil, err
	}
	if offset >= info.Size() {
		_ = f.Close()
		return nil, errs.New(errs.Invalid, "read object %s/%s: offset %d is not inside its %d bytes", s.URI(), key, offset, info.Size())
	}
	return struct {
		io.Reader
		io.Closer
	}{io.NewSectionReader(f, offset, min(length, info.Size()-offset)), f}, nil
}

func (s *fileStore) open(ctx context.Context, key string) (*os.File, fs.FileInfo, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, s.wrap("get", key, err)
	}
	f, err := os.Open(s.LocalPath(key))
	if err != nil {
		return nil, nil, s.wrap("get", key, err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist // a folder is not an object
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, s.wrap("get", key, err)
	}
	return f, info, nil
}

func (s *fileStore) Stat(ctx context.Context, key string) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	if err := ctx.Err(); err != nil {
		return Info{}, s.wrap("stat", key, err)
	}
	info, err := os.Stat(s.LocalPath(key))
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return Info{}, s.wrap("stat", key, err)
	}
	return infoOf(key, info), nil
}

func (s *fileStore) Delete(ctx context.Context, key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	path := s.LocalPath(key)
	info, err := os.Lstat(path)
	if absent(err) || (err == nil && info.IsDir()) {
		return nil
	}
	if err != nil {
		return s.wrap("delete", key, err)
	}
	if err := s.locked(ctx, func() error { return os.Remove(path) }); err != nil && !absent(err) {
		return s.wrap("delete", key, err)
	}
	if err := syncDir(filepath.Dir(path)); err != nil && !absent(err) {
		return s.wrap("delete", key, err)
	}
	return nil
}

// wrap names the operation and the object and gives foreign errors their kind.
func (s *fileStore) wrap(verb, key string, err error) error {
	err = fmt.Errorf("%s object %s/%s: %w", verb, s.URI(), key, err)
	switch {
	case errs.Of(err) != errs.Internal:
		return err
	case verb == "put" && errors.Is(err, syscall.ENOTDIR): // a key below another object
		return errs.Wrap(errs.Invalid, err)
	case absent(err):
		return errs.Wrap(errs.NotFound, err)
	case errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENAMETOOLONG), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrExist):
		return errs.Wrap(errs.Invalid, err)
	case errors.Is(err, syscall.EIO), errors.Is(err, syscall.ESTALE), errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE), errors.Is(err, syscall.ETIMEDOUT):
		return errs.Wrap(errs.Unavailable, err)
	}
	return err
}

// absent is true for a missing file, and for one whose would-be folder is a file.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// private is a path in the store's reserved folder.
func (s *fileStore) private(name string) string { return filepath.Join(s.root, reserved, name) }

// locked runs do while no other put or delete of this store, in any process, is at the
// same point. do must be short: it moves names, not bytes.
func (s *fileStore) locked(ctx context.Context, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := os.MkdirAll(s.private(""), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(s.private("lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // closing unlocks
	if err := flock(f, syscall.LOCK_EX); err != nil {
		return err
	}
	return do()
}

// removeStale removes what killed writers left unfinished. It is tidying: what cannot be
// removed now is found again by the next process.
func (s *fileStore) removeStale() {
	list, err := filepath.Glob(s.private("put-*"))
	if err != nil {
		return
	}
	for _, path := range list {
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		info, err := f.Stat()
		if err == nil && time.Since(info.ModTime()) > staleAfter && flock(f, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.Remove(path)
		}
		_ = f.Close()
	}
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// syncDir makes a rename in dir survive a power cut. File systems that cannot sync a
// folder say EINVAL, and then there is nothing to be done.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

func infoOf(key string, info fs.FileInfo) Info {
	return Info{Key: key, SizeBytes: info.Size(), ModifiedAt: info.ModTime().UTC(), ETag: etagOf(info)}
}

// etagOf tells two puts apart by time, size and file number: each put makes a new file.
func etagOf(info fs.FileInfo) string {
	var inode uint64
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		inode = st.Ino
	}
	return fmt.Sprintf("%x-%x-%x", info.ModTime().UnixNano(), info.Size(), inode)
}

func checkRange(uri, key string, offset, length int64) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	if offset < 0 || length <= 0 {
		return errs.New(errs.Invalid, "read object %s/%s: range offset %d length %d, expected offset >= 0 and length > 0", uri, key, offset, length)
	}
	return nil
}

// contextReader ends a long copy when ctx does.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// under reports whether a walk with the prefix must look into the folder dir, whose key
// form ends with a slash.
func under(dir, prefix string) bool {
	return strings.HasPrefix(dir, prefix) || strings.HasPrefix(prefix, dir)
}
