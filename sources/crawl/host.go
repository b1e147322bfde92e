package crawl

import (
	"context"
	"errors"
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
	for {
		switch wait := g.pause(); {
		case wait > g.maxPause:
			leave()
			return nil, errs.New(errs.Unavailable, "the host asked for a pause of %s, longer than a run waits (%s)", wait.Round(time.Second), g.maxPause)
		case wait > 0:
			err = g.sleep(ctx, wait)
		default:
			// Turns are taken after the pause, or all that waited would go at once.
			now := g.clock()
			turn := g.limiter.ReserveN(now, 1)
			if err = g.sleep(ctx, turn.DelayFrom(now)); err != nil {
				turn.CancelAt(g.clock())
			} else if g.pause() <= 0 { // one may have begun meanwhile
				return leave, nil
			}
		}
		if err != nil {
			leave()
			return nil, err
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

// A board that shuts its door on everything is left alone: strikes in a row, of which a
// block page is worth several, close the client for a while.
const (
	strikesToRest   = 12
	strikesForBlock = 4
	restFor         = 10 * time.Minute
)

// breaker counts documents given up in a row. Safe for concurrent use.
type breaker struct {
	mu        sync.Mutex
	strikes   int
	restUntil time.Time
}

// check is errs.Unavailable while the board is left alone.
func (b *breaker) check(now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Before(b.restUntil) {
		return errs.New(errs.Unavailable, "the board refused or failed many times in a row and is left alone for %s", b.restUntil.Sub(now).Round(time.Second))
	}
	return nil
}

// saw takes note of a document's end.
func (b *breaker) saw(err error, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case !errs.Is(err, errs.Unavailable):
		b.strikes = 0
		return
	case errors.Is(err, errBlocked):
		b.strikes += strikesForBlock
	default:
		b.strikes++
	}
	if b.strikes >= strikesToRest {
		b.strikes, b.restUntil = 0, now.Add(restFor)
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
