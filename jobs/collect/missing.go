package collect

import (
	"context"
	"time"

	"github.com/techmapit/tmi/lake/objects"
)

// missingReads is how many reads in a row must answer "no such list" before a list is not
// asked for any more: as many as close its postings.
const missingReads = 3

// MissingFor is how long such a list is left alone; then it is asked for again.
const MissingFor = 30 * 24 * time.Hour

// MissingLists are the lists of a source of which the board said, on the last three reads
// or more of the time before now, that they do not exist; with the last of those reads.
func MissingLists(ctx context.Context, store objects.Store, source string, now time.Time) (map[string]time.Time, error) {
	runs, err := Manifests(ctx, store, source, now.Add(-MissingFor), time.Time{})
	if err != nil {
		return nil, err
	}
	streaks, missing := map[string]int{}, map[string]time.Time{}
	for _, run := range runs {
		for _, list := range run.Lists {
			if !list.NoSuchBoard { // an outage too: the life cycle counts the same way
				delete(streaks, list.List)
				delete(missing, list.List)
				continue
			}
			if streaks[list.List]++; streaks[list.List] >= missingReads {
				missing[list.List] = list.ReadAt
			}
		}
	}
	return missing, nil
}
