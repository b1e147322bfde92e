package crawl

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/techmapit/tmi/internal/errs"
)

// gate is what stands before a host: a pause it asked for, a rate, and how many requests
// may be under way. Safe for concurrent use.
type gate struct {
	clock    func() time.Time
	sleep    func(ctx context.Context, d time.Duration) error
	maxPause time.Duration
	slots    chan struct{}
	limiter  *rate.Limiter

	mu          sync.Mutex
	pausedUntil time.Time
}

// enter waits for the host's turn and takes a slot, which leave gives back. It fails when
// ctx ends, and where the host asked for a longer pause than a run will wait.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	leave = func() { <-g.slots }
	now := g.clock()
	turn := g.limiter.ReserveN(now, 1)
	wait := turn.DelayFrom(now)
	for {
		// A pause may begin while this request waits its turn, so it is asked last.
		if err := g.sleep(ctx, wait); err != nil {
			turn.CancelAt(g.clock())
			leave()
			return nil, err
		}
		if wait = g.pause(); wait <= 0 {
			return leave, nil
		}
		if wait > g.maxPause {
			leave()
			return nil, errs.New(errs.Unavailable, "the host asked for a pause of %s, longer than a run waits (%s)", wait.Round(time.Second), g.maxPause)
		}
	}
}

// pause is how long the host still wants to be left alone.
func (g *gate) pause() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pausedUntil.Sub(g.clock())
}

// pauseFor keeps every request from the host until d has passed.
func (g *gate) pauseFor(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := g.clock().Add(d); until.After(g.pausedUntil) {
		g.pausedUntil = until
	}
}

// slowTo lowers the rate to one request in delay, where it is higher.
func (g *gate) slowTo(delay time.Duration) {
	if delay <= 0 {
		return
	}
	if limit := rate.Every(delay); limit < g.limiter.Limit() {
		g.limiter.SetLimitAt(g.clock(), limit)
	}
}

// Sleep waits for d or until ctx ends, whose error it then returns.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
