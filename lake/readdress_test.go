package lake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/avro/ocf"

	"github.com/techmapit/tmi/schemas"
)

func TestReaddress(t *testing.T) {
	r := readdress{"file:///a/lake", "s3://b/lake"}
	for from, want := range map[string]string{
		"file:///a/lake": "s3://b/lake", "file:///a/lake/gold/x": "s3://b/lake/gold/x",
		"file:///a/lake2/gold/x": "file:///a/lake2/gold/x", "nothing": "nothing", "": "",
	} {
		if got := r.address(from); got != want {
			t.Errorf("%s: got %s, want %s", from, got, want)
		}
	}
	deeper := readdress{"file:///a", "file:///a/b"}
	if once := deeper.address("file:///a/x"); once != "file:///a/b/x" || deeper.address(once) != once {
		t.Errorf("a root below the old one: %s, then %s", once, deeper.address(once))
	}
	got, err := r.json([]byte(`{"location": "file:///a/lake/x", "n": 9007199254740993, "log": [{"file": "file:///a/lake/y"}], "null": null}`))
	if err != nil || !strings.Contains(string(got), "9007199254740993") || strings.Contains(string(got), "file://") || strings.Count(string(got), "s3://b/lake/") != 2 {
		t.Errorf("got %s, %v", got, err)
	}
}

func records(t *testing.T, file []byte) (all []any, header map[string]string) {
	t.Helper()
	r, err := ocf.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	header = map[string]string{}
	for k, v := range r.Metadata() {
		if k != "avro.codec" {
			header[k] = string(v)
		}
	}
	for {
		var record any
		if err := r.Decode(&record); errors.Is(err, io.EOF) {
			return all, header
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, record)
	}
}

// TestReaddressAvroThereAndBack moves a table's manifests to another address and back:
// nothing else changes on the way.
func TestReaddressAvroThereAndBack(t *testing.T) {
	root := smallLake(t)
	files, err := filepath.Glob(filepath.Join(root, "*/*/metadata/*.avro"))
	if err != nil || len(files) < 4 {
		t.Fatalf("%d manifests, %v", len(files), err)
	}
	there, back := readdress{"file://" + root, "s3://bucket/a longer/place"}, readdress{"s3://bucket/a longer/place", "file://" + root}
	lengthsThere, lengthsBack := map[string]int64{}, map[string]int64{}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		lengthsBack["file://"+f], lengthsThere[there.address("file://"+f)] = info.Size(), info.Size()
	}
	for _, f := range files {
		original, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		moved, err := there.avro(original, lengthsThere)
		if err != nil {
			t.Fatal(f, err)
		}
		returned, err := back.avro(moved, lengthsBack)
		if err != nil {
			t.Fatal(f, err)
		}
		want, wantHeader := records(t, original)
		got, header := records(t, returned)
		movedRecords, movedHeader := records(t, moved)
		if text := fmt.Sprint(movedRecords...); strings.Contains(text, root) || !strings.Contains(text, "s3://bucket/a longer/place/") {
			t.Errorf("%s names the old place, or not the new one: %s", f, text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(f, diff)
		}
		for _, h := range []map[string]string{header, movedHeader} {
			if diff := cmp.Diff(wantHeader, h); diff != "" {
				t.Error(f, diff)
			}
		}
	}
	if _, err := there.avro(mustRead(t, files, "snap-"), nil); err == nil || !strings.Contains(err.Error(), "is named and not there") {
		t.Errorf("a list of manifests that are not there: %v", err)
	}
}

func mustRead(t *testing.T, files []string, begins string) []byte {
	t.Helper()
	for _, f := range files {
		if strings.HasPrefix(filepath.Base(f), begins) {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
	}
	t.Fatalf("no file begins with %s", begins)
	return nil
}

// smallLake is a lake with a table of two commits.
func smallLake(t *testing.T) (root string) {
	t.Helper()
	root = filepath.Join(t.TempDir(), "lake")
	l, err := Open(t.Context(), Options{URI: "file://" + root, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for i, source := range []string{"a", "b"} {
		at := time.Date(2026, 5, 4+i, 0, 0, 0, 0, time.UTC)
		row := schemas.SilverPosting{PostingID: schemas.PostingID(source, "1"), Source: source, BoardID: "1", ContentHash: schemas.PostingID("h", "1"), ValidFrom: at, URL: "https://example.com/1", Title: "t"}
		rows := func(yield func(schemas.SilverPosting, error) bool) { yield(row, nil) }
		if _, err := Overwrite(t.Context(), l, schemas.SilverPostings, Equal("source", source), rows); err != nil {
			t.Fatal(err)
		}
	}
	return root
}
