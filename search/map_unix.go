//go:build unix

package search

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// mapFile shows a file as memory until it is given back. Pages that nobody asks for take none.
func mapFile(path string) (data []byte, giveBack func() error, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open index part: %w", err)
	}
	defer func() { _ = file.Close() }() // the mapping stands without it
	info, err := file.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("open index part: %w", err)
	}
	if info.Size() == 0 {
		return nil, func() error { return nil }, nil
	}
	data, err = unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("map index part %s: %w", path, err)
	}
	return data, func() error { return unix.Munmap(data) }, nil
}
