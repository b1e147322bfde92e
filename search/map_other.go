//go:build !unix

package search

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// mapFile reads a file whole, where there is no call to map it.
func mapFile(path string) (data []byte, rows io.ReaderAt, giveBack func() error, err error) {
	if data, err = os.ReadFile(path); err != nil {
		return nil, nil, nil, fmt.Errorf("open index part: %w", err)
	}
	return data, bytes.NewReader(data), func() error { return nil }, nil
}

// unmapPages does nothing here.
func unmapPages([]byte) {}
