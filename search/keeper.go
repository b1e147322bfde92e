package search

import (
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// keptAnswers is how many sets of documents a part keeps, at most 16 KiB each.
const keptAnswers = 96

// keeper keeps what was worked out lately, in memory of its own.
type keeper struct {
	mu   *sync.Mutex
	sets map[string]*roaring.Bitmap
}

func newKeeper() keeper { return keeper{mu: &sync.Mutex{}, sets: map[string]*roaring.Bitmap{}} }

// get gives the set kept under a key, or makes and keeps it. Nobody may change it.
func (k keeper) get(key string, work func() *roaring.Bitmap) *roaring.Bitmap {
	k.mu.Lock()
	set, ok := k.sets[key]
	k.mu.Unlock()
	if ok {
		return set
	}
	set = work()
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.sets) >= keptAnswers {
		clear(k.sets) // the next questions fill it again
	}
	k.sets[key] = set
	return set
}
