package objects_test

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// What a killed writer left is removed by the next process's first put; what a living
// writer is writing is not.
func TestFileStoreSweepsDeadWriters(t *testing.T) {
	root := t.TempDir()
	private := filepath.Join(root, ".objects")
	if err := os.MkdirAll(private, 0o755); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	for _, name := range []string{"put-dead", "put-alive", "put-young"} {
		path := filepath.Join(private, name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if name != "put-young" {
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	alive, err := os.Open(filepath.Join(private, "put-alive"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = alive.Close() }()
	if err := syscall.Flock(int(alive.Fd()), syscall.LOCK_SH); err != nil {
		t.Fatal(err)
	}

	s, err := objects.Open(t.Context(), "file://"+root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := objects.WriteAll(t.Context(), s, "k", nil); err != nil {
		t.Fatal(err)
	}
	left, _ := filepath.Glob(private + "/put-*")
	if len(left) != 2 || filepath.Base(left[0]) != "put-alive" || filepath.Base(left[1]) != "put-young" {
		t.Errorf("left %v, want the living and the young one", left)
	}
}

// A file in a folder's place is the caller's mistake and is said so.
func TestFileStoreKeyBelowObject(t *testing.T) {
	s := openTemp(t)
	if _, err := objects.WriteAll(t.Context(), s, "a", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := objects.WriteAll(t.Context(), s, "a/b", nil); !errs.Is(err, errs.Invalid) {
		t.Errorf("put below an object: got %v, want kind invalid", err)
	}
	if _, err := objects.WriteAll(t.Context(), s, "d/x", nil); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"put":           second(s.Put(t.Context(), "d", bytes.NewReader(nil))),
		"put if absent": second(s.PutIfAbsent(t.Context(), "d", bytes.NewReader(nil))),
	} {
		if err == nil || errs.Of(err) == errs.Internal {
			t.Errorf("%s over a folder: got %v, want an error with a kind", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestFileStoreIsLocal(t *testing.T) {
	s := openTemp(t)
	if _, err := objects.WriteAll(t.Context(), s, "a/b.txt", []byte("x")); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(s.(objects.Local).LocalPath("a/b.txt"))
	if err != nil || string(data) != "x" {
		t.Errorf("read by path: %q, %v", data, err)
	}
}
