package warc_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/warc"
)

// A full spool disk refuses the record and keeps the earlier ones.
func TestSegmentsOnFullDisk(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting a small tmpfs needs root")
	}
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("mounting a small tmpfs is not allowed here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	store := openStore(t)
	w := newSegments(t, store, func(o *warc.SegmentOptions) { o.SpoolDir = dir })
	noise := make([]byte, 60<<10)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	kept := 0
	for range 8 {
		_, err := w.Append(t.Context(), warc.Resource("urn:x:1", captured, "", noise))
		if err == nil {
			kept++
		} else if !errs.Is(err, errs.Unavailable) || !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("got %v (%v), want kind unavailable and ENOSPC", err, errs.Of(err))
		}
	}
	if kept == 0 || kept == 8 {
		t.Fatalf("%d of 8 records fit, want some", kept)
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	data, err := objects.ReadAll(t.Context(), store, w.Segments()[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(readAll(t, data)) - 1; got != kept {
		t.Errorf("the segment holds %d records, want %d", got, kept)
	}
}
