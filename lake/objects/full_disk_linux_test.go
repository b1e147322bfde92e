package objects_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// A full disk is said in words a user can act on, and leaves the store as it was.
func TestFileStoreOnFullDisk(t *testing.T) {
	dir := mountSmall(t)
	s, err := objects.Open(t.Context(), "file://"+dir+"/lake")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := objects.WriteAll(t.Context(), s, "kept", []byte("old")); err != nil {
		t.Fatal(err)
	}
	large := make([]byte, 2<<20)
	for _, key := range []string{"kept", "new/object"} {
		_, err = objects.WriteAll(t.Context(), s, key, large)
		if !errs.Is(err, errs.Unavailable) || !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("put %s: got %v, want kind unavailable and ENOSPC", key, err)
		}
		for _, part := range []string{filepath.Join(dir, "lake", key), "2097152 bytes"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("error %q does not name %q", err, part)
			}
		}
	}
	if got, err := objects.ReadAll(t.Context(), s, "kept"); err != nil || string(got) != "old" {
		t.Errorf("got %q, %v, want the old version", got, err)
	}
	if left, _ := filepath.Glob(dir + "/lake/.objects/put-*"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := objects.WriteAll(t.Context(), s, "small", make([]byte, 64<<10)); err != nil {
		t.Errorf("the failed puts did not give their room back: %v", err)
	}
}

// mountSmall gives a folder on a disk of 1 MiB.
func mountSmall(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("mounting a small tmpfs needs root")
	}
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("mounting a small tmpfs is not allowed here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return dir
}
