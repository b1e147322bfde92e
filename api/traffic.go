package api

import (
	"sync/atomic"
	"time"
)

// Traffic counts how often the site is asked, the SQL door left out: what runs beside it may
// step back. It is safe for concurrent use; the zero value counts.
type Traffic struct {
	second   atomic.Int64 // the Unix second that is counted
	count    atomic.Int64 // requests in it
	previous atomic.Int64 // requests in the second before
}

// busyRate is the requests a second from which a site is busy: a visitor makes a few at once
// and then reads.
const busyRate = 20

func (t *Traffic) note(now time.Time) {
	t.turn(now)
	t.count.Add(1)
}

// turn begins a new second, once.
func (t *Traffic) turn(now time.Time) {
	this, counted := now.Unix(), t.second.Load()
	if this == counted || !t.second.CompareAndSwap(counted, this) {
		return
	}
	count := t.count.Swap(0)
	if this != counted+1 {
		count = 0
	}
	t.previous.Store(count)
}

// IsBusy says whether the site was asked 20 times or more in this second or the one before.
func (t *Traffic) IsBusy() bool { return t.isBusy(time.Now()) }

func (t *Traffic) isBusy(now time.Time) bool {
	t.turn(now)
	return max(t.count.Load(), t.previous.Load()) >= busyRate
}
