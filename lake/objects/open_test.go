package objects_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

func TestOpenRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, uri := range []string{
		"", "data/lake", "/data/lake", "./data", "file:/data", "file://data/lake", "file://./data", "file://", "file:///", "file:///../..",
		"file:///data/../../etc", "file://localhost/data", "http://host/x", "gs://bucket/x", "s3a://bucket", "s3://", "s3:///prefix", "s3://Bad_Bucket/x",
		"s3://bucket//x", "s3://bucket/a/../b", "s3://bucket/x?y=1", "file://" + file,
	} {
		if _, err := objects.Open(t.Context(), uri); !errs.Is(err, errs.Invalid) {
			t.Errorf("open %q: got %v, want kind invalid", uri, err)
		}
	}
}

func TestOpenAccepts(t *testing.T) {
	dir := t.TempDir()
	for uri, want := range map[string]string{
		"file://" + dir + "/new/":       "file://" + dir + "/new",
		"file://" + dir + "//a b%20/./": "file://" + dir + "/a b%20",
		"s3://bucket":                   "s3://bucket",
		"s3://bucket/":                  "s3://bucket",
		"s3://my.bucket-1/a/b/":         "s3://my.bucket-1/a/b",
	} {
		s, err := objects.Open(t.Context(), uri)
		if err != nil {
			t.Errorf("open %q: %v", uri, err)
			continue
		}
		if got := s.URI(); got != want {
			t.Errorf("open %q: URI %q, want %q", uri, got, want)
		}
	}
}

func TestOpenCreatesNothing(t *testing.T) {
	dir := t.TempDir()
	s, err := objects.Open(t.Context(), "file://"+dir+"/lake")
	if err != nil {
		t.Fatal(err)
	}
	for info, err := range s.List(t.Context(), "") {
		t.Errorf("list of a store that is not there yields %v, %v", info, err)
	}
	if _, err := s.Stat(t.Context(), "a"); !errs.Is(err, errs.NotFound) {
		t.Errorf("stat: %v", err)
	}
	if err := s.Delete(t.Context(), "a"); err != nil {
		t.Errorf("delete: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("reading made %v", left)
	}
}
