package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/techmapit/tmi/internal/disk"
	"github.com/techmapit/tmi/sources/replica"
)

// isSlow says whether tests may take minutes.
func isSlow() bool { return os.Getenv("TMI_TEST_SLOW") != "" }

// smallDisk mounts a disk of that many bytes for the test.
func smallDisk(t *testing.T, size int64) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("mounting a small disk needs root")
	}
	path := t.TempDir()
	if err := syscall.Mount("tmpfs", path, "tmpfs", 0, "size="+strconv.FormatInt(size, 10)); err != nil {
		t.Skipf("mounting a small disk is not allowed here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(path, 0); err != nil {
			t.Errorf("unmount %s: %v", path, err)
		}
	})
	return path
}

// fill leaves that many bytes of a disk free; the file it returns is what takes the rest.
func fill(t *testing.T, path string, left int64) string {
	t.Helper()
	ballast := filepath.Join(path, "ballast")
	free, err := disk.FreeBytes(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ballast, make([]byte, max(0, free-left)), 0o600); err != nil && !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return ballast
}

// On a disk that fills up, in whatever step, a run ends with exit code 5 and says so; what
// was published stays readable; and when there is space again the same command completes.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	root := smallDisk(t, 64<<20)
	m := newMarket(t, replica.Config{Seed: 4, Postings: 60, Days: 9})
	m.root = filepath.Join(root, "lake")
	m.environ = append(m.environ, lakeAt(m.root), "TMI_MIN_FREE_DISK=0")
	m.run(t, 1).wants(t, 0)

	t.Run("too little to begin with", func(t *testing.T) {
		ballast := fill(t, root, 4<<20)
		m.set(nine(2))
		for _, args := range [][]string{{"run", "--sources", "jumpit"}, {"run", "--from-raw", "--sources", "jumpit"}, {"job", "publish", "--from", "2026-05-01", "--to", "2026-05-02"}} {
			r := tmi(t, append(m.environ, "TMI_MIN_FREE_DISK=32MiB"), "", append(args, "--now", nine(2).Format(time.RFC3339))...)
			r.wants(t, 5, "min_free_disk")
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	})
	sizes := []int64{0, 100 << 10}
	if isSlow() {
		sizes = append(sizes, 16<<10, 50<<10, 200<<10, 400<<10, 800<<10)
	}
	for i, left := range sizes {
		t.Run(strconv.FormatInt(left>>10, 10)+" KiB left", func(t *testing.T) {
			open, seq := m.one(t, openJumpit), m.seq(t)
			ballast := fill(t, root, left)
			r := m.run(t, i+2)
			r.wants(t, 5)
			if text := strings.ToLower(r.stderr); !strings.Contains(text, "no space left on device") && !strings.Contains(text, "disk is full") {
				t.Errorf("nothing says that the disk is full: %s", r.stderr)
			}
			if m.seq(t) != seq || m.one(t, openJumpit) != open {
				t.Errorf("published set %d with %s open postings, want %d with %s as before", m.seq(t), m.one(t, openJumpit), seq, open)
			}
			// Opening the catalog takes a little: the memory that its processes share is a file.
			if r := tmi(t, m.environ, "", "tables"); left >= 64<<10 || r.code != 5 {
				r.wants(t, 0)
			}
			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
			m.run(t, i+2).wants(t, 0)
			if got := m.one(t, "select count(*) from (select posting_id from bronze.sightings where source = 'jumpit' except select posting_id from silver.postings)"); got != "0" || m.seq(t) != seq+1 {
				t.Errorf("%s postings were seen and are not in silver; published set %d, want %d", got, m.seq(t), seq+1)
			}
		})
	}
}
