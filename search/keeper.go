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
	sets map[string]func() *roaring.Bitmap
}

func newKeeper() keeper {
	return keeper{mu: &sync.Mutex{}, sets: map[string]func() *roaring.Bitmap{}}
}

// get gives the set kept under a key, or makes and keeps it: once, however many ask for it
// at a time. Nobody may change it.
func (k keeper) get(key string, work func() *roaring.Bitmap) *roaring.Bitmap {
	k.mu.Lock()
	set, ok := k.sets[key]
	if !ok {
		if len(k.sets) >= keptAnswers {
			clear(k.sets) // the next questions fill it again
		}
		set = sync.OnceValue(work)
		k.sets[key] = set
	}
	k.mu.Unlock()
	return set()
}
