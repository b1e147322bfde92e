package lake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	icebergio "github.com/apache/iceberg-go/io"
	"github.com/apache/iceberg-go/table"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
)

// Pin is one table at one snapshot.
type Pin struct {
	Metadata    string    `json:"metadata"` // address of the table's metadata file
	SnapshotID  int64     `json:"snapshot_id"`
	CommittedAt time.Time `json:"committed_at"`
	Rows        int64     `json:"rows"`
	Files       int64     `json:"files"`
	SizeBytes   int64     `json:"size_bytes"`
}

// Set pins one snapshot of every table that has rows. A published set is a file
// published/<seq>.json, which is never changed.
type Set struct {
	Seq         int64          `json:"seq"` // 0: heads, not published
	PublishedAt time.Time      `json:"published_at"`
	Tables      map[string]Pin `json:"tables"` // by layer.name; a table without commits is absent
	// Hidden are postings that whoever reads the set this way does not see in any table.
	Hidden []string `json:"-"`
}

const publishedPrefix = "published/"

func publishedKey(seq int64) string { return fmt.Sprintf("%s%08d.json", publishedPrefix, seq) }

// Heads is the set of newest snapshots, of the tables named or of all: what jobs read.
func (l *Lake) Heads(ctx context.Context, tables ...schemas.Table) (Set, error) {
	set := Set{Tables: map[string]Pin{}}
	for _, t := range namedOrAll(tables) {
		head, err := l.load(ctx, t)
		if err != nil {
			return Set{}, err
		}
		if head == nil || head.CurrentSnapshot() == nil {
			continue
		}
		set.Tables[t.Name()] = pinOf(head.MetadataLocation(), head.CurrentSnapshot())
	}
	return set, nil
}

func namedOrAll(tables []schemas.Table) []schemas.Table {
	if len(tables) == 0 {
		return schemas.Tables()
	}
	return tables
}

func pinOf(location string, s *table.Snapshot) Pin {
	total := func(key string) int64 {
		if s.Summary == nil {
			return 0
		}
		n, _ := strconv.ParseInt(s.Summary.Properties[key], 10, 64) // an absent total is 0
		return n
	}
	return Pin{Metadata: location, SnapshotID: s.SnapshotID, CommittedAt: time.UnixMilli(s.TimestampMs).UTC(),
		Rows: total("total-records"), Files: total("total-data-files"), SizeBytes: total("total-files-size")}
}

// Publish makes the heads the newest published set. Two publishers at once both succeed,
// one after the other.
func (l *Lake) Publish(ctx context.Context, heads Set, at time.Time) (Set, error) {
	if err := l.checkDisk(); err != nil {
		return Set{}, err
	}
	heads.PublishedAt = at.UTC()
	for {
		last, err := l.lastSeq(ctx)
		if err != nil {
			return Set{}, err
		}
		heads.Seq = last + 1
		text, err := json.MarshalIndent(heads, "", " ")
		if err != nil {
			return Set{}, fmt.Errorf("publish: %w", err)
		}
		_, err = l.objects.PutIfAbsent(ctx, publishedKey(heads.Seq), bytes.NewReader(text))
		switch {
		case errs.Is(err, errs.Conflict):
			continue
		case err != nil:
			return Set{}, fmt.Errorf("publish: %w", err)
		}
		return heads, nil
	}
}

// Published is the newest published set; errs.NotFound if there is none yet.
func (l *Lake) Published(ctx context.Context) (Set, error) {
	seq, err := l.lastSeq(ctx)
	if err != nil {
		return Set{}, err
	}
	if seq == 0 {
		return Set{}, errs.New(errs.NotFound, "nothing is published in %s yet: `tmi run` or `tmi demo` fills it", l.objects.URI())
	}
	return l.readSet(ctx, publishedKey(seq))
}

// PublishedSince is what Published says, for one who has seen a set: while none has the next
// number that is one cheap request instead of a list. It does not notice sets whose forerunner
// was removed by an upkeep before anybody looked, so ask Published once in a while.
func (l *Lake) PublishedSince(ctx context.Context, seen Set) (Set, error) {
	_, err := l.objects.Stat(ctx, publishedKey(seen.Seq+1))
	if errs.Is(err, errs.NotFound) {
		return seen, nil
	}
	if err != nil {
		return Set{}, fmt.Errorf("look for a published set: %w", err)
	}
	return l.Published(ctx)
}

func (l *Lake) readSet(ctx context.Context, key string) (set Set, err error) {
	text, err := objects.ReadAll(ctx, l.objects, key)
	if err != nil {
		return set, fmt.Errorf("read published set: %w", err)
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return set, errs.New(errs.Corrupt, "published set %s: %w", key, err)
	}
	return set, nil
}

func (l *Lake) lastSeq(ctx context.Context) (int64, error) {
	var last int64
	for info, err := range l.objects.List(ctx, publishedPrefix) {
		if err != nil {
			return 0, fmt.Errorf("list published sets: %w", err)
		}
		seq, err := strconv.ParseInt(strings.TrimSuffix(path.Base(info.Key), ".json"), 10, 64)
		if err == nil && seq > last {
			last = seq
		}
	}
	return last, nil
}

// files plans the data files of a pinned table. They are plain Parquet: a delete file
// among them means that a foreign writer used merge-on-read, which these views would
// ignore, so that it is an error.
func (l *Lake) files(ctx context.Context, t schemas.Table, pin Pin) ([]string, error) {
	pinned, err := l.pinned(ctx, t, pin)
	if err != nil {
		return nil, err
	}
	scan := pinned.Scan(table.WithSnapshotID(pin.SnapshotID))
	defer scan.Close()
	tasks, err := scan.PlanFiles(ctx)
	if err != nil {
		return nil, fmt.Errorf("plan files of %s: %w", t.Name(), translate(err))
	}
	var paths []string
	seen := map[string]bool{}
	for _, task := range tasks {
		if len(task.DeleteFiles)+len(task.EqualityDeleteFiles)+len(task.DeletionVectorFiles) > 0 {
			return nil, errs.New(errs.Corrupt, "table %s has delete files, written by another engine: rewrite it copy-on-write there first", t.Name())
		}
		if p := task.File.FilePath(); !seen[p] { // a file may be several tasks
			seen[p] = true
			paths = append(paths, p)
		}
	}
	return paths, nil
}

// pinned reads the metadata file that a pin names. Where upkeep has removed that file, the
// head's knows the snapshot: upkeep keeps those that published sets name.
func (l *Lake) pinned(ctx context.Context, t schemas.Table, pin Pin) (*table.Table, error) {
	pinned, err := l.at(ctx, t, pin.Metadata)
	if err != nil {
		if head, e := l.load(ctx, t); e == nil && head != nil && head.SnapshotByID(pin.SnapshotID) != nil {
			return head, nil
		}
	}
	return pinned, err
}

// at opens a table as a metadata file describes it, to read.
func (l *Lake) at(ctx context.Context, t schemas.Table, location string) (*table.Table, error) {
	found, err := table.NewFromLocation(ctx, identifier(t), location, icebergio.LoadFSFunc(l.props, location), nil)
	if err != nil {
		return nil, fmt.Errorf("read metadata of %s: %w", t.Name(), translate(err))
	}
	return found, nil
}

// Snapshot is one committed state of a table.
type Snapshot struct {
	Table       string    `json:"table"`
	SnapshotID  int64     `json:"snapshot_id"`
	CommittedAt time.Time `json:"committed_at"`
	Operation   string    `json:"operation"`
	Rows        int64     `json:"rows"`
	Files       int64     `json:"files"`
	SizeBytes   int64     `json:"bytes"`
}

// History lists a table's snapshots, newest first; empty for a table without commits.
func (l *Lake) History(ctx context.Context, t schemas.Table) ([]Snapshot, error) {
	head, err := l.load(ctx, t)
	if err != nil || head == nil {
		return nil, err
	}
	snapshots := head.Metadata().Snapshots()
	history := make([]Snapshot, 0, len(snapshots))
	for i := len(snapshots) - 1; i >= 0; i-- {
		s := snapshots[i]
		pin := pinOf("", &s)
		row := Snapshot{Table: t.Name(), SnapshotID: s.SnapshotID, CommittedAt: pin.CommittedAt, Rows: pin.Rows, Files: pin.Files, SizeBytes: pin.SizeBytes}
		if s.Summary != nil {
			row.Operation = string(s.Summary.Operation)
		}
		history = append(history, row)
	}
	return history, nil
}
