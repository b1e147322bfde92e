package jobs

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// HeldList is a list whose newest complete reads lost so much at once that they close
// nothing yet.
type HeldList struct {
	Source       string    `json:"source"`
	List         string    `json:"list"`
	ReadAt       time.Time `json:"read_at"`       // the newest held read
	Before       int64     `json:"before"`        // postings of the newest read that counts
	PostingCount int64     `json:"posting_count"` // of the newest held read
	ReadCount    int       `json:"read_count"`    // held so far; the third counts by itself
}

// HeldLists are the held lists of the sources, read from the heads of the tables.
func HeldLists(ctx context.Context, l *lake.Lake, sources []string) (held []HeldList, err error) {
	set, err := l.Heads(ctx, schemas.BronzeLists, schemas.SilverPresences)
	if err != nil {
		return nil, err
	}
	session, err := l.Session(ctx, set, schemas.BronzeLists, schemas.SilverPresences)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	for _, source := range sources {
		_, some, err := listReads(ctx, session, l.Objects(), source)
		if err != nil {
			return nil, err
		}
		held = append(held, some...)
	}
	return held, nil
}

// listReads are the reads of each list of a source that count, and the lists that are held.
func listReads(ctx context.Context, session *lake.Session, store objects.Store, source string) (reads map[string][]time.Time, held []HeldList, err error) {
	accepted, err := acceptances(ctx, store, source)
	if err != nil {
		return nil, nil, err
	}
	all, err := queries.All[listRead](ctx, session, "silver/timeline_reads", sql.Named("source", source))
	if err != nil {
		return nil, nil, err
	}
	reads = map[string][]time.Time{}
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].List == all[0].List {
			n++
		}
		list := all[0].List
		counted, heldReads, before := judgeReads(all[:n], accepted[list])
		if reads[list] = counted; len(heldReads) > 0 {
			newest := heldReads[len(heldReads)-1]
			held = append(held, HeldList{Source: source, List: list, ReadAt: newest.ReadAt.UTC(), Before: before, PostingCount: newest.PostingCount, ReadCount: len(heldReads)})
		}
		all = all[n:]
	}
	return reads, held, nil
}

// acceptance is a person's word that a held read tells the truth.
type acceptance struct {
	Version    int       `json:"version"` // 1
	Source     string    `json:"source"`
	List       string    `json:"list"`
	ReadAt     time.Time `json:"read_at"`
	AcceptedAt time.Time `json:"accepted_at"`
}

func acceptedPrefix(source string) string { return "state/accepted/source=" + source + "/" }

// AcceptList accepts a held list: from the next life cycle on, its held reads count. It is
// errs.NotFound where the list is not held.
func AcceptList(ctx context.Context, l *lake.Lake, source, list string, now time.Time) (HeldList, error) {
	held, err := HeldLists(ctx, l, []string{source})
	if err != nil {
		return HeldList{}, err
	}
	var names []string
	for _, h := range held {
		if names = append(names, h.List); h.List != list {
			continue
		}
		text, err := json.Marshal(acceptance{Version: 1, Source: source, List: list, ReadAt: h.ReadAt, AcceptedAt: now.UTC()})
		if err != nil {
			return h, fmt.Errorf("accept list: %w", err)
		}
		sum := sha256.Sum256([]byte(list))
		key := acceptedPrefix(source) + h.ReadAt.Format("20060102T150405.000000Z") + "-" + hex.EncodeToString(sum[:4]) + ".json"
		if _, err := objects.WriteNew(ctx, l.Objects(), key, append(text, '\n')); err != nil && !errs.Is(err, errs.Conflict) { // accepted before
			return h, fmt.Errorf("accept list %s of %s: %w", list, source, err)
		}
		return h, nil
	}
	if len(names) == 0 {
		return HeldList{}, errs.New(errs.NotFound, "no list of %s is held: there is nothing to accept", source)
	}
	return HeldList{}, errs.New(errs.NotFound, "list %s of %s is not held; held are: %s", list, source, strings.Join(names, ", "))
}

// acceptances are the reads that were accepted, by list and in microseconds since 1970, as
// tables keep them.
func acceptances(ctx context.Context, store objects.Store, source string) (map[string]map[int64]bool, error) {
	accepted := map[string]map[int64]bool{}
	for info, err := range store.List(ctx, acceptedPrefix(source)) {
		if err != nil {
			return nil, fmt.Errorf("list accepted reads of %s: %w", source, err)
		}
		text, err := objects.ReadAll(ctx, store, info.Key)
		if err != nil {
			return nil, fmt.Errorf("read accepted read: %w", err)
		}
		var a acceptance
		if err := json.Unmarshal(text, &a); err != nil || a.Version != 1 || a.List == "" {
			return nil, errs.New(errs.Corrupt, "read %s: expected a list and a time in version 1", info.Key)
		}
		if accepted[a.List] == nil {
			accepted[a.List] = map[int64]bool{}
		}
		accepted[a.List][a.ReadAt.UnixMicro()] = true
	}
	return accepted, nil
}
