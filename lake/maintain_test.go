package lake_test

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

func filesBelow(t *testing.T, l *lake.Lake, table schemas.Table) (parquet, all int) {
	t.Helper()
	root := filepath.Join(strings.TrimPrefix(l.Objects().URI(), "file://"), string(table.Layer), table.Entity)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			all++
			if filepath.Ext(path) == ".parquet" {
				parquet++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return parquet, all
}

// Upkeep changes files and history, never rows, and keeps what published sets name.
func TestMaintain(t *testing.T) {
	l := openLake(t)
	const units = 12
	var sets []lake.Set
	for n := range units {
		at := noon.Add(time.Duration(n) * time.Hour)
		for range 2 {
			if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.And(lake.Equal("source", "s"), lake.Within("valid_from", at, at.Add(time.Hour))), each(posting(n, "s", at))); err != nil {
				t.Fatal(err)
			}
		}
		head, err := l.Heads(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		set, err := l.Publish(t.Context(), head, at)
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, set)
	}
	digest := func(set lake.Set) string {
		s, err := l.Session(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		d, err := s.Digest(t.Context(), schemas.SilverPostings)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	third, last := digest(sets[units-3]), digest(sets[units-1])
	o := lake.MaintainOptions{Now: time.Now().Add(time.Minute), Settled: 7 * 24 * time.Hour}

	dry, err := l.Maintain(t.Context(), schemas.SilverPostings, o)
	if err != nil {
		t.Fatal(err)
	}
	if dry.FilesMerged != units || dry.SnapshotsRemoved == 0 {
		t.Errorf("dry run: got %+v, want %d files to merge and snapshots to remove", dry, units)
	}
	if parquet, _ := filesBelow(t, l, schemas.SilverPostings); parquet != 2*units {
		t.Errorf("a dry run left %d data files of %d", parquet, 2*units)
	}

	o.Apply = true
	if forgotten, err := l.ForgetSets(t.Context(), o); err != nil || forgotten != units-3 {
		t.Errorf("sets forgotten: got %d (%v), want %d", forgotten, err, units-3)
	}
	done, err := l.Maintain(t.Context(), schemas.SilverPostings, o)
	if err != nil {
		t.Fatal(err)
	}
	if done.FilesMerged != units || done.FilesWritten != 1 {
		t.Errorf("merged: got %+v, want %d files into 1", done, units)
	}
	heads, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if pin := heads.Tables["silver.postings"]; pin.Files != 1 || pin.Rows != units {
		t.Errorf("head: got %d rows in %d files, want %d in 1", pin.Rows, pin.Files, units)
	}
	if got := digest(heads); got != last {
		t.Errorf("rows changed: digest %s, want %s", got, last)
	}
	if got := digest(sets[units-3]); got != third {
		t.Errorf("the third newest published set changed: digest %s, want %s", got, third)
	}
	// the head's file and the units' files that the kept sets still name
	if parquet, all := filesBelow(t, l, schemas.SilverPostings); parquet > units+1 {
		t.Errorf("%d data files of %d files are left, want at most %d", parquet, all, units+1)
	}
	again, err := l.Maintain(t.Context(), schemas.SilverPostings, o)
	if err != nil || again.FilesMerged != 0 {
		t.Errorf("upkeep twice: got %+v (%v), want nothing to merge", again, err)
	}
}

// A published set is readable as long as it is kept, however often its tables were written
// since: its metadata files stay though the tables forgot them.
func TestUpkeepKeepsAKeptSetsMetadata(t *testing.T) {
	l := openLake(t)
	write := func(n int) {
		t.Helper()
		if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, lake.Equal("source", "s"), each(posting(n, "s", noon))); err != nil {
			t.Fatal(err)
		}
	}
	write(1)
	heads, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	set, err := l.Publish(t.Context(), heads, noon)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 25 { // more than the metadata files that a table remembers
		write(n)
	}
	o := lake.MaintainOptions{Settled: time.Hour, Unused: time.Nanosecond, Now: time.Now().Add(time.Hour), Apply: true}
	done, err := l.Maintain(t.Context(), schemas.SilverPostings, o)
	if err != nil || done.FilesRemoved == 0 {
		t.Fatalf("upkeep removed nothing: %+v, %v", done, err)
	}
	s, err := l.Session(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n := count(t, s, "select count(*) from silver.postings where board_id = '1'"); n != 1 {
		t.Errorf("rows of the kept set: got %d, want 1", n)
	}
}
