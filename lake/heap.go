package lake

import (
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// heap is what Go may use of the memory that it shares with DuckDB: its own part while a
// session is open, and all of it while none is. A bronze of a large board needs no session
// and much memory, and with a part alone it spends most of its time collecting garbage.
type heap struct {
	mu            sync.Mutex
	sessions      int
	beside, alone int64 // bytes; beside 0 = the limit is left as it is
}

func (h *heap) opened() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sessions++; h.sessions == 1 {
		h.limit(h.beside)
	}
}

func (h *heap) closed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sessions--; h.sessions == 0 {
		h.limit(h.alone)
	}
}

// limit sets Go's limit. What lies above a lower one goes back to the system at once:
// DuckDB is about to take as much.
func (h *heap) limit(bytes int64) {
	if h.beside <= 0 {
		return
	}
	if debug.SetMemoryLimit(bytes) > bytes && resident() > bytes {
		debug.FreeOSMemory()
	}
}

// resident is the memory that counts towards Go's limit.
func resident() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}
