// Package disk measures the disk that a path lies on.
package disk

import (
	"os"
	"path/filepath"
	"syscall"
)

// FreeBytes is what an unprivileged user may still write on the disk of path, or of the
// nearest folder above it that exists.
func FreeBytes(path string) (int64, error) {
	for {
		var s syscall.Statfs_t
		err := syscall.Statfs(path, &s)
		if err == nil {
			return int64(s.Bavail) * int64(s.Bsize), nil
		}
		parent := filepath.Dir(path)
		if !os.IsNotExist(err) || parent == path {
			return 0, err
		}
		path = parent
	}
}
