package disk_test

import (
	"path/filepath"
	"testing"

	"github.com/techmapit/tmi/internal/disk"
)

func TestFreeBytes(t *testing.T) {
	dir := t.TempDir()
	here, err := disk.FreeBytes(dir)
	if err != nil || here <= 0 {
		t.Fatalf("got %d, %v", here, err)
	}
	// a folder that is yet to be made lies on the disk of the one above it
	if _, err := disk.FreeBytes(filepath.Join(dir, "not", "yet")); err != nil {
		t.Error(err)
	}
}
