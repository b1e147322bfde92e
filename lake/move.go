package lake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
)

// Moved is what a move did.
type Moved struct {
	Objects   int   `json:"objects"`
	Bytes     int64 `json:"bytes"`
	Readdress int   `json:"readdressed"` // of the objects: metadata whose addresses were rewritten
	Tables    int   `json:"tables"`
	Rows      int64 `json:"rows"` // of all tables, counted on both sides
}

// lakeMark is copied last: a place without it is no lake yet, and may be written again.
const lakeMark = "lake.json"

// kinds of objects, in the order in which they are carried over: what names others comes
// behind what it names.
const (
	plainObject = iota
	manifest
	manifestList
	document // metadata files and published sets
	mark
	notMoved
	kindCount
)

func kindOf(key string) int {
	inMetadata := strings.Contains(key, "/metadata/")
	switch base := path.Base(key); {
	case strings.HasPrefix(key, "catalog.db"):
		return notMoved
	case key == lakeMark:
		return mark
	case inMetadata && strings.HasSuffix(base, ".avro") && strings.HasPrefix(base, "snap-"):
		return manifestList
	case inMetadata && strings.HasSuffix(base, ".avro"):
		return manifest
	case inMetadata && strings.HasSuffix(base, ".metadata.json"), strings.HasPrefix(key, publishedPrefix):
		return document
	}
	return plainObject
}

// Move copies a lake to another place, of another kind if need be, with its history and its
// published sets, and compares the rows and the digest of every table on both sides. The
// source stays as it is, and readers and collectors may go on; what is committed to it
// meanwhile may be missing from the copy. A target that is a lake already is errs.Conflict;
// what an interrupted move left is written again. Progress is called after each object.
func Move(ctx context.Context, from, to *Lake, progress func(Moved)) (done Moved, err error) {
	if _, err := to.objects.Stat(ctx, lakeMark); err == nil {
		return done, errs.New(errs.Conflict, "%s is a lake already, expected an empty place", to.objects.URI())
	} else if !errs.Is(err, errs.NotFound) {
		return done, err
	}
	// The catalog is read first: what it names now never changes.
	entries, err := from.Entries(ctx)
	if err != nil {
		return done, err
	}
	r := readdress{from.objects.URI(), to.objects.URI()}
	if err := r.carry(ctx, from.objects, to.objects, &done, progress); err != nil {
		return done, err
	}
	for i, e := range entries {
		entries[i].Metadata, entries[i].Previous = r.address(e.Metadata), r.address(e.Previous)
	}
	if err := to.SetEntries(ctx, entries); err != nil {
		return done, err
	}
	if done.Tables, done.Rows, err = compare(ctx, from, to, entries); err != nil {
		return done, err
	}
	return done, r.object(ctx, from.objects, to.objects, lakeMark, nil, &done)
}

// Relocate mends, in its place, a lake that was moved as a folder or a prefix: the addresses
// in its metadata and its catalog become those of where it lies. It may be interrupted and
// repeated. It is for a time when nobody else uses the lake.
func (l *Lake) Relocate(ctx context.Context) (from string, done Moved, err error) {
	from, moved, err := l.MovedFrom(ctx)
	if err != nil || !moved {
		return from, done, err
	}
	r := readdress{from, l.objects.URI()}
	if err := r.carry(ctx, l.objects, l.objects, &done, func(Moved) {}); err != nil {
		return from, done, err
	}
	entries, err := l.Entries(ctx)
	if err != nil {
		return from, done, err
	}
	for i, e := range entries {
		entries[i].Metadata, entries[i].Previous = r.address(e.Metadata), r.address(e.Previous)
	}
	done.Tables = len(entries)
	return from, done, l.SetEntries(ctx, entries)
}

// carry brings every object over but the mark, kind by kind. In place only metadata is
// written.
func (r readdress) carry(ctx context.Context, from, to objects.Store, done *Moved, progress func(Moved)) error {
	inPlace := from.URI() == to.URI()
	keys := make([][]string, kindCount)
	for info, err := range from.List(ctx, "") {
		if err != nil {
			return fmt.Errorf("list %s: %w", from.URI(), err)
		}
		kind := kindOf(info.Key)
		keys[kind] = append(keys[kind], info.Key)
	}
	lengths := map[string]int64{} // of manifests, by their new addresses
	for kind := plainObject; kind <= document; kind++ {
		if inPlace && kind == plainObject {
			continue
		}
		for _, key := range keys[kind] {
			if err := r.object(ctx, from, to, key, lengths, done); err != nil {
				return fmt.Errorf("carry %s: %w", key, err)
			}
			progress(*done)
		}
	}
	return nil
}

// object brings one object over.
func (r readdress) object(ctx context.Context, from, to objects.Store, key string, lengths map[string]int64, done *Moved) error {
	kind := kindOf(key)
	done.Objects++
	if kind == plainObject || kind == mark {
		n, err := copyObject(ctx, from, to, key)
		done.Bytes += n
		return err
	}
	old, err := objects.ReadAll(ctx, from, key)
	if err != nil {
		return err
	}
	var rewritten []byte
	if kind == document {
		rewritten, err = r.json(old)
	} else {
		rewritten, err = r.avro(old, lengths)
	}
	if err != nil {
		return err
	}
	done.Readdress++
	done.Bytes += int64(len(rewritten))
	if kind == manifest {
		lengths[to.URI()+"/"+key] = int64(len(rewritten))
	}
	_, err = to.Put(ctx, key, bytes.NewReader(rewritten))
	return err
}

// copyObject goes by a temporary file, since a put may have to read its body twice.
func copyObject(ctx context.Context, from, to objects.Store, key string) (int64, error) {
	body, _, err := from.Get(ctx, key)
	if err != nil {
		return 0, err
	}
	defer body.Close()
	temp, err := os.CreateTemp("", "tmi-move-")
	if err != nil {
		return 0, errs.New(errs.Unavailable, "make a temporary file: %w", err)
	}
	defer func() {
		_ = temp.Close()
		_ = os.Remove(temp.Name())
	}()
	n, err := io.Copy(temp, body)
	if err != nil {
		return 0, errs.Wrap(errs.Unavailable, err)
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return 0, fmt.Errorf("read a temporary file: %w", err)
	}
	_, err = to.Put(ctx, key, temp)
	return n, err
}

// compare reads every table on both sides.
func compare(ctx context.Context, from, to *Lake, entries []Entry) (tables int, rows int64, err error) {
	for _, e := range entries {
		t, ok := schemas.TableByName(e.Namespace + "." + e.Table)
		if !ok {
			continue // of another program: carried over, not understood
		}
		sides := make([]string, 2)
		for i, l := range []*Lake{from, to} {
			set := Set{Tables: map[string]Pin{}}
			// The source's head may have moved on; what was carried over is what the entry names.
			location := e.Metadata
			if i == 0 {
				location = readdress{to.objects.URI(), from.objects.URI()}.address(location)
			}
			head, err := l.at(ctx, t, location)
			if err != nil {
				return tables, rows, err
			}
			if snapshot := head.CurrentSnapshot(); snapshot != nil {
				set.Tables[t.Name()] = pinOf(location, snapshot)
			}
			if sides[i], err = l.digestOf(ctx, set, t); err != nil {
				return tables, rows, err
			}
			if i == 1 {
				rows += set.Tables[t.Name()].Rows
			}
		}
		if sides[0] != sides[1] {
			return tables, rows, errs.New(errs.Corrupt, "table %s differs after the move: its digest was %s and is %s", t.Name(), sides[0], sides[1])
		}
		tables++
	}
	return tables, rows, nil
}

func (l *Lake) digestOf(ctx context.Context, set Set, t schemas.Table) (string, error) {
	s, err := l.Session(ctx, set, t)
	if err != nil {
		return "", err
	}
	digest, err := s.Digest(ctx, t)
	if e := s.Close(); err == nil {
		err = e
	}
	return digest, err
}
