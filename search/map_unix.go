//go:build unix

package search

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// mapFile shows a file as memory until it is given back; pages that nobody asks for take
// none. rows reads the same bytes without making them memory of the process.
func mapFile(path string) (data []byte, rows io.ReaderAt, giveBack func() error, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open index part: %w", err)
	}
	fail := func(err error) ([]byte, io.ReaderAt, func() error, error) {
		return nil, nil, nil, errors.Join(fmt.Errorf("map index part %s: %w", path, err), file.Close())
	}
	info, err := file.Stat()
	if err != nil {
		return fail(err)
	}
	if info.Size() == 0 {
		return nil, file, file.Close, nil
	}
	data, err = unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return fail(err)
	}
	return data, file, func() error { return errors.Join(unix.Munmap(data), file.Close()) }, nil
}

// unmapPages takes the pages out of the process's memory; who reads them again gets them
// from the system's cache, or from the file.
func unmapPages(data []byte) {
	if len(data) > 0 {
		_ = unix.Madvise(data, unix.MADV_DONTNEED) // it is a courtesy
	}
}
