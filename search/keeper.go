package search

import (
	"container/list"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// keptBytesPerDocument is how much a part may keep of what was worked out lately: 8 MiB for
// the largest part, 64 MiB for a million documents.
const keptBytesPerDocument = 64

// keeper keeps what was worked out lately, in memory of its own, and drops first what was
// not asked for the longest.
type keeper struct {
	mu    sync.Mutex
	limit int // in bytes
	bytes int
	order list.List // of *keptAnswer, the one asked for last in front
	byKey map[string]*list.Element
}

type keptAnswer struct {
	key    string
	bytes  int
	answer func() any
}

func newKeeper(limit int) *keeper {
	return &keeper{limit: limit, byKey: map[string]*list.Element{}}
}

// weighed knows about how many bytes of memory it takes.
type weighed interface{ bytes() int }

// kept gives the answer kept under a key, or makes and keeps it: once, however many ask for
// it at a time. Nobody may change it.
func kept[T weighed](k *keeper, key string, work func() T) T {
	k.mu.Lock()
	if e, ok := k.byKey[key]; ok {
		k.order.MoveToFront(e)
		answer := e.Value.(*keptAnswer).answer
		k.mu.Unlock()
		return answer().(T)
	}
	own := &keptAnswer{key: key, answer: sync.OnceValue(func() any { return work() })}
	e := k.order.PushFront(own)
	k.byKey[key] = e
	k.mu.Unlock()
	answer := own.answer().(T)
	k.weigh(e, answer.bytes()+len(key)+200) // and the entry itself
	return answer
}

// weigh notes what an answer takes, and makes room for it.
func (k *keeper) weigh(e *list.Element, bytes int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	own := e.Value.(*keptAnswer)
	if k.byKey[own.key] != e {
		return // dropped meanwhile
	}
	own.bytes = bytes
	k.bytes += bytes
	for k.bytes > k.limit && k.order.Len() > 1 {
		oldest := k.order.Back()
		gone := k.order.Remove(oldest).(*keptAnswer)
		delete(k.byKey, gone.key)
		k.bytes -= gone.bytes
	}
}

// set is a kept set of documents.
type set struct{ *roaring.Bitmap }

func (s set) bytes() int { return int(s.GetSizeInBytes()) }

func (f fields) bytes() (bytes int) {
	for _, docs := range f {
		bytes += int(docs.GetSizeInBytes())
	}
	return bytes
}

func (m match) bytes() int {
	return int(m.title.GetSizeInBytes() + m.tech.GetSizeInBytes() + m.facts.GetSizeInBytes() + m.any.GetSizeInBytes())
}

// tally is how many documents have each value of a column, by code.
type tally []int64

func (t tally) bytes() int { return 8 * len(t) }
