package collect

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/rowfile"
	"github.com/techmapit/tmi/schemas"
)

const manifestVersion = 1

// longestRun bounds how many days before its end a run may have begun.
const longestRun = 8 * 24 * time.Hour

// Manifests are the finished runs of a source that ended in [from, to), in the order in
// which they ended; a zero time leaves that side open. It is errs.Corrupt for a manifest
// that cannot be read.
func Manifests(ctx context.Context, store objects.Store, source string, from, to time.Time) ([]schemas.RunManifest, error) {
	var runs []schemas.RunManifest
	for info, err := range store.List(ctx, sourcePrefix(source)+"date=") {
		if err != nil {
			return nil, fmt.Errorf("list runs of %s: %w", source, err)
		}
		day, ok := dayOf(info.Key)
		if !ok || !strings.HasSuffix(info.Key, "/"+manifestName) {
			continue
		}
		// The folder's day is that of the run's start, in a zone up to 14 hours away.
		if !from.IsZero() && day.Before(from.Add(-longestRun-38*time.Hour)) || !to.IsZero() && day.After(to.Add(14*time.Hour)) {
			continue
		}
		run, err := readManifest(ctx, store, info.Key)
		if err != nil {
			return nil, err
		}
		if (from.IsZero() || !run.EndedAt.Before(from)) && (to.IsZero() || run.EndedAt.Before(to)) {
			runs = append(runs, run)
		}
	}
	slices.SortFunc(runs, func(a, b schemas.RunManifest) int {
		return cmp.Or(a.EndedAt.Compare(b.EndedAt), cmp.Compare(a.RunID, b.RunID))
	})
	return runs, nil
}

// ManifestIn is the run whose objects lie in a folder; errs.NotFound where it did not finish.
func ManifestIn(ctx context.Context, store objects.Store, folder string) (schemas.RunManifest, error) {
	return readManifest(ctx, store, folder+"/"+manifestName)
}

func readManifest(ctx context.Context, store objects.Store, key string) (run schemas.RunManifest, err error) {
	text, err := objects.ReadAll(ctx, store, key)
	if err != nil {
		return run, fmt.Errorf("read run: %w", err)
	}
	if err := json.Unmarshal(text, &run); err != nil {
		return run, errs.New(errs.Corrupt, "read run %s: %w", key, err)
	}
	if run.Version != manifestVersion || run.RunID == "" || run.Index == "" {
		return run, errs.New(errs.Corrupt, "read run %s: version %d, run %q, index %q; expected version %d, a run and an index", key, run.Version, run.RunID, run.Index, manifestVersion)
	}
	return run, nil
}

// Captures are the records that a run landed, in the order in which they were landed; none
// where retention removed them.
func Captures(ctx context.Context, store objects.Store, run schemas.RunManifest) ([]schemas.Capture, error) {
	if run.Lacks(schemas.RemovedRaw) {
		return nil, nil
	}
	captures, err := rowfile.Read[schemas.Capture](ctx, store, run.Index)
	if err != nil {
		return nil, fmt.Errorf("read captures of run %s: %w", run.RunID, err)
	}
	shareTexts(captures)
	return captures, nil
}

// shareTexts keeps the texts that many captures say once: of a large board they are most of
// what its captures take in memory.
func shareTexts(captures []schemas.Capture) {
	known := map[string]string{}
	for i := range captures {
		c := &captures[i]
		for _, text := range []*string{&c.Kind, &c.List, &c.LastModified, &c.Object, &c.RefersToObject, &c.Source, &c.RunID} {
			one, ok := known[*text]
			if !ok {
				one = *text
				known[one] = one
			}
			*text = one
		}
	}
}

// Emptied says how many postings the newest earlier run of the source named that read a
// list completely, where run itself read every list completely and named none; 0
// otherwise. A source that had many and now has none is a failure, not an empty market.
func Emptied(ctx context.Context, store objects.Store, run schemas.RunManifest) (before int, err error) {
	if !isEmpty(run) {
		return 0, nil
	}
	earlier, err := Manifests(ctx, store, run.Source, time.Time{}, run.StartedAt)
	if err != nil {
		return 0, err
	}
	read := map[string]bool{} // a run of some lists is compared with those alone
	for _, list := range run.Lists {
		read[list.List] = true
	}
	for _, old := range slices.Backward(earlier) {
		for _, list := range old.Lists {
			if read[list.List] {
				before += list.PostingCount
			}
		}
		if before > 0 {
			return before, nil
		}
	}
	return 0, nil
}

// manyPostings is from how many on a source that suddenly gives none is a failure.
const manyPostings = 10

// RefuseEmptied is errs.Contract for a run that [Emptied] a source of many postings.
func RefuseEmptied(ctx context.Context, store objects.Store, run schemas.RunManifest) error {
	before, err := Emptied(ctx, store, run)
	if err == nil && before >= manyPostings {
		err = errs.New(errs.Contract, "%s: every list is empty, where the run before named %d postings: the board's answers or our filter changed", run.Source, before)
	}
	return err
}

func isEmpty(run schemas.RunManifest) bool {
	for _, list := range run.Lists {
		if !list.IsComplete || list.PostingCount > 0 {
			return false
		}
	}
	return len(run.Lists) > 0
}
