package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// suppressedKey holds which postings are off the public side.
const suppressedKey = "state/suppressed.json"

var postingID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// CheckPostingID is errs.Invalid for what is no posting's id.
func CheckPostingID(id string) error {
	if !postingID.MatchString(id) {
		return errs.New(errs.Invalid, "%q is no posting id, expected 32 hex digits as in gold.postings", id)
	}
	return nil
}

// Suppressed are the postings that are off the public side, sorted; none is no error.
func Suppressed(ctx context.Context, store objects.Store) ([]string, error) {
	ids, _, err := readSuppressed(ctx, store)
	return ids, err
}

func readSuppressed(ctx context.Context, store objects.Store) (ids []string, etag string, err error) {
	info, err := store.Stat(ctx, suppressedKey)
	if errs.Is(err, errs.NotFound) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("read suppressed postings: %w", err)
	}
	text, err := objects.ReadAll(ctx, store, suppressedKey)
	if err != nil {
		return nil, "", fmt.Errorf("read suppressed postings: %w", err)
	}
	if err := json.Unmarshal(text, &ids); err != nil {
		return nil, "", errs.New(errs.Corrupt, "read %s: %w", suppressedKey, err)
	}
	for _, id := range ids {
		if err := CheckPostingID(id); err != nil {
			return nil, "", errs.New(errs.Corrupt, "read %s: %w", suppressedKey, err)
		}
	}
	return ids, info.ETag, nil
}

// Suppress takes a posting off the public side, or with undo puts it back. Servers see it
// within seconds. It says whether that changed anything; repeating it is safe.
func Suppress(ctx context.Context, store objects.Store, id string, undo bool) (bool, error) {
	if err := CheckPostingID(id); err != nil {
		return false, err
	}
	for range 10 {
		ids, etag, err := readSuppressed(ctx, store)
		if err != nil {
			return false, err
		}
		if slices.Contains(ids, id) != undo {
			return false, nil
		}
		if undo {
			ids = slices.DeleteFunc(ids, func(other string) bool { return other == id })
		} else {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		text, err := json.Marshal(ids)
		if err != nil {
			return false, fmt.Errorf("suppress posting %s: %w", id, err)
		}
		if etag == "" {
			_, err = store.PutIfAbsent(ctx, suppressedKey, bytes.NewReader(text))
		} else {
			_, err = store.PutIfMatch(ctx, suppressedKey, etag, bytes.NewReader(text))
		}
		if errs.Is(err, errs.Conflict) {
			continue // somebody else was quicker
		}
		if err != nil {
			return false, fmt.Errorf("suppress posting %s: %w", id, err)
		}
		return true, nil
	}
	return false, errs.New(errs.Conflict, "suppress posting %s: others were quicker ten times", id)
}
