package collect

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/rowfile"
	"github.com/techmapit/tmi/schemas"
)

const (
	// MaxReference is how far back a revisit may refer; what is older is landed again.
	MaxReference = 30 * 24 * time.Hour
	// forgetAfter is how long before the newest capture a page may lie before the state
	// leaves it out: it has not been asked for since.
	forgetAfter = 90 * 24 * time.Hour
	// keepStates is how many state files stay, for readers that are under way.
	keepStates = 4
	// overlap is how far before the state's newest capture runs are read again: a run that
	// took long may have ended after a shorter one that began later.
	overlap = longestRun
)

// Known is what is known of a source from earlier runs: the newest capture of each
// posting's detail and of each list page. It is safe for concurrent use.
type Known struct {
	mu       sync.RWMutex
	captures map[string]schemas.Capture
	shared   *shared // what other collectors say; nil = nobody is asked
}

// pageKey names what a capture is of: a posting's detail by its id, a list page by its
// address within its list.
func pageKey(kind schemas.DocumentKind, list, boardID, url string) string {
	if kind == schemas.KindDetail {
		return "detail\x00" + boardID
	}
	return "list\x00" + list + "\x00" + url
}

func keyOf(c schemas.Capture) string {
	return pageKey(schemas.DocumentKind(c.Kind), c.List, c.BoardID, c.URL)
}

// Lookup is the newest capture of a page; list and url name a list page, boardID a detail.
func (k *Known) Lookup(kind schemas.DocumentKind, list, boardID, url string) (schemas.Capture, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	c, ok := k.captures[pageKey(kind, list, boardID, url)]
	return c, ok
}

// Len is how many pages are known.
func (k *Known) Len() int { return len(k.captures) }

// add takes captures in, in any order.
func (k *Known) add(captures []schemas.Capture) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range captures {
		if old, ok := k.captures[keyOf(c)]; !ok || newer(c, old) {
			k.captures[keyOf(c)] = c
		}
	}
}

// newer orders captures of one page; position decides between equal times, so that the
// order of adding never matters.
func newer(a, b schemas.Capture) bool {
	return cmp.Or(a.CapturedAt.Compare(b.CapturedAt), strings.Compare(a.Object, b.Object), cmp.Compare(a.Offset, b.Offset)) > 0
}

// LoadKnown reads the newest state of the source and the runs since. Without a state it
// reads the runs of the last month; without runs nothing is known.
func LoadKnown(ctx context.Context, store objects.Store, source string) (*Known, error) {
	k, _, err := loadState(ctx, store, source)
	if err != nil {
		return nil, err
	}
	return k, k.addRuns(ctx, store, source)
}

// addRuns takes in the runs since the newest capture that is known.
func (k *Known) addRuns(ctx context.Context, store objects.Store, source string) error {
	var newest time.Time
	for _, c := range k.captures {
		if c.CapturedAt.After(newest) {
			newest = c.CapturedAt
		}
	}
	from := newest.Add(-overlap)
	if newest.IsZero() {
		last, err := lastRunDay(ctx, store, source)
		if err != nil || last.IsZero() {
			return err
		}
		from = last.Add(-MaxReference)
	}
	runs, err := Manifests(ctx, store, source, from, time.Time{})
	if err != nil {
		return fmt.Errorf("load what is known of %s: %w", source, err)
	}
	for _, run := range runs {
		captures, err := Captures(ctx, store, run)
		if err != nil {
			return fmt.Errorf("load what is known of %s: %w", source, err)
		}
		k.add(captures)
	}
	return nil
}

func lastRunDay(ctx context.Context, store objects.Store, source string) (last time.Time, err error) {
	for info, err := range store.List(ctx, sourcePrefix(source)+"date=") {
		if err != nil {
			return last, fmt.Errorf("list runs of %s: %w", source, err)
		}
		if day, ok := dayOf(info.Key); ok && day.After(last) {
			last = day
		}
	}
	return last, nil
}

// loadState reads the newest state file, whose number it returns; -1 without one. A file
// that cannot be read counts as none: what it said is found again in the runs.
func loadState(ctx context.Context, store objects.Store, source string) (*Known, []int, error) {
	k := &Known{captures: map[string]schemas.Capture{}}
	var numbers []int
	for info, err := range store.List(ctx, knownPrefix(source)) {
		if err != nil {
			return nil, nil, fmt.Errorf("list states of %s: %w", source, err)
		}
		if n, ok := knownNumber(info.Key); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for _, n := range slices.Backward(numbers) {
		captures, err := rowfile.Read[schemas.Capture](ctx, store, knownKey(source, n))
		if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Corrupt) {
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("load state %d of %s: %w", n, source, err)
		}
		k.add(captures)
		break
	}
	return k, numbers, nil
}

// WriteKnown joins captures, in any order, to the newest state of the source and writes
// the next one, whose key it returns. Repeating it is safe: it never makes a state older.
// Of several writers each adds to what the one before wrote. It is errs.Conflict only
// where others win many times in a row.
func WriteKnown(ctx context.Context, store objects.Store, source string, captures ...[]schemas.Capture) (key string, err error) {
	for range 10 {
		k, numbers, err := loadState(ctx, store, source)
		if err != nil {
			return "", err
		}
		for _, some := range captures {
			k.add(some)
		}
		next := 0
		if len(numbers) > 0 {
			next = numbers[len(numbers)-1] + 1
		}
		key = knownKey(source, next)
		if _, err = rowfile.Write(ctx, store, key, k.rows()); errs.Is(err, errs.Conflict) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("write state of %s: %w", source, err)
		}
		for _, n := range numbers[:max(0, len(numbers)-keepStates)] {
			if err := store.Delete(ctx, knownKey(source, n)); err != nil {
				return "", fmt.Errorf("remove old state of %s: %w", source, err)
			}
		}
		return key, nil
	}
	return "", errs.New(errs.Conflict, "write state of %s: others were quicker ten times", source)
}

// rows are the captures without those forgotten, in an order of their own.
func (k *Known) rows() []schemas.Capture {
	var newest time.Time
	for _, c := range k.captures {
		if c.CapturedAt.After(newest) {
			newest = c.CapturedAt
		}
	}
	rows := make([]schemas.Capture, 0, len(k.captures))
	for _, key := range slices.Sorted(maps.Keys(k.captures)) {
		if c := k.captures[key]; newest.Sub(c.CapturedAt) <= forgetAfter {
			rows = append(rows, c)
		}
	}
	return rows
}

// canRefer says that a revisit written now may refer to what the capture refers to.
func canRefer(c schemas.Capture, now time.Time) bool {
	day, ok := dayOf(c.RefersToObject)
	return ok && c.Digest != "" && now.Sub(day) <= MaxReference
}
