//go:build !unix

package search

import (
	"fmt"
	"os"
)

// mapFile reads a file whole, where there is no call to map it.
func mapFile(path string) (data []byte, giveBack func() error, err error) {
	if data, err = os.ReadFile(path); err != nil {
		return nil, nil, fmt.Errorf("open index part: %w", err)
	}
	return data, func() error { return nil }, nil
}
