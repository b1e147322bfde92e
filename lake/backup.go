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

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
)

// Backup is all that a catalog knows that the lake's objects do not. It holds no data.
type Backup struct {
	Version int       `json:"version"`
	URI     string    `json:"uri"` // of the lake
	At      time.Time `json:"at"`
	Entries []Entry   `json:"tables"`
}

const (
	backupVersion = 1
	backupPrefix  = "backup/"
)

// Backup writes the catalog's content into the lake and returns its key.
func (l *Lake) Backup(ctx context.Context, at time.Time) (key string, b Backup, err error) {
	entries, err := l.Entries(ctx)
	if err != nil {
		return "", b, err
	}
	b = Backup{Version: backupVersion, URI: l.objects.URI(), At: at.UTC(), Entries: entries}
	text, err := json.MarshalIndent(b, "", " ")
	if err != nil {
		return "", b, fmt.Errorf("write backup: %w", err)
	}
	key = backupPrefix + at.UTC().Format("20060102T150405.000000Z") + ".json"
	_, err = l.objects.PutIfAbsent(ctx, key, bytes.NewReader(text))
	return key, b, err
}

// Backups are the keys of the lake's backups, oldest first.
func (l *Lake) Backups(ctx context.Context) ([]string, error) {
	var keys []string
	for info, err := range l.objects.List(ctx, backupPrefix) {
		if err != nil {
			return nil, fmt.Errorf("list backups: %w", err)
		}
		keys = append(keys, info.Key)
	}
	return keys, nil
}

// ReadBackup reads one of the lake's backups. A lake that was moved since is found at its
// new place.
func (l *Lake) ReadBackup(ctx context.Context, key string) (b Backup, err error) {
	text, err := objects.ReadAll(ctx, l.objects, key)
	if err != nil {
		return b, fmt.Errorf("read backup: %w", err)
	}
	if err := json.Unmarshal(text, &b); err != nil || b.Version != backupVersion {
		return b, errs.New(errs.Corrupt, "backup %s is none of version %d (%v)", key, backupVersion, err)
	}
	r := readdress{b.URI, l.objects.URI()}
	for i, e := range b.Entries {
		b.Entries[i].Metadata, b.Entries[i].Previous = r.address(e.Metadata), r.address(e.Previous)
	}
	return b, nil
}

// NewestEntries finds the tables by their metadata files alone, for a catalog that was lost
// with its backups: of each table the file of the highest number, which every commit raises.
func (l *Lake) NewestEntries(ctx context.Context) ([]Entry, error) {
	var entries []Entry
	for _, t := range schemas.Tables() {
		e := Entry{Namespace: string(t.Layer), Table: t.Entity}
		newest := -1
		for info, err := range l.objects.List(ctx, e.Namespace+"/"+e.Table+"/metadata/") {
			if err != nil {
				return nil, fmt.Errorf("list metadata of %s: %w", t.Name(), err)
			}
			number, _, _ := strings.Cut(path.Base(info.Key), "-")
			n, err := strconv.Atoi(number)
			if err == nil && n > newest && strings.HasSuffix(info.Key, ".metadata.json") {
				newest, e.Previous, e.Metadata = n, e.Metadata, l.objects.URI()+"/"+info.Key
			}
		}
		if newest >= 0 {
			entries = append(entries, e)
		}
	}
	if len(entries) == 0 {
		return nil, errs.New(errs.NotFound, "%s holds no metadata of any table", l.objects.URI())
	}
	return entries, nil
}

// Rollback makes an older snapshot of a table its head again, by a commit of its own: what
// came after stays in the history until upkeep forgets it. errs.NotFound where the history
// has no such snapshot.
func (l *Lake) Rollback(ctx context.Context, t schemas.Table, snapshotID int64) error {
	head, err := l.load(ctx, t)
	if err != nil {
		return err
	}
	if head == nil || head.SnapshotByID(snapshotID) == nil {
		return errs.New(errs.NotFound, "table %s has no snapshot %d: `tmi history %s` lists those it has", t.Name(), snapshotID, t.Name())
	}
	if current := head.CurrentSnapshot(); current != nil && current.SnapshotID == snapshotID {
		return errs.New(errs.Conflict, "snapshot %d is the head of %s already", snapshotID, t.Name())
	}
	tx := head.NewTransaction()
	if err := tx.RollbackToSnapshot(snapshotID); err != nil {
		return errs.New(errs.Conflict, "roll %s back: %w", t.Name(), err)
	}
	if _, err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("roll %s back: %w", t.Name(), translate(err))
	}
	return nil
}

// Republish makes an older published set the newest: readers see what they saw then. Its
// snapshots must still be there, which upkeep promises for the newest three sets.
func (l *Lake) Republish(ctx context.Context, seq int64, at time.Time) (Set, error) {
	old, err := l.readSet(ctx, publishedKey(seq))
	if errs.Is(err, errs.NotFound) {
		return Set{}, errs.New(errs.NotFound, "there is no published set %d", seq)
	}
	if err != nil {
		return Set{}, err
	}
	for _, t := range schemas.Tables() {
		if pin, ok := old.Tables[t.Name()]; ok {
			if _, err := l.files(ctx, t, pin); err != nil {
				return Set{}, fmt.Errorf("published set %d cannot be read any more: %w", seq, err)
			}
		}
	}
	return l.Publish(ctx, old, at)
}
