package crawl

import (
	"context"
	"sync"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// gate is what stands before a host: a pause it asked for, a least time between requests,
// and how many may be under way. Safe for concurrent use.
type gate struct {
	clock    func() time.Time
	sleep    func(ctx context.Context, d time.Duration) error
	maxPause time.Duration
	ownDelay time.Duration // between requests, by our own rate
	slots    chan struct{}
	// door lets one through at a time: who waits for a turn keeps the others behind, so
	// that turns are counted from when the request before really went, and those that were
	// late never bunch.
	door chan struct{}

	mu          sync.Mutex
	delay       time.Duration // the longer of our own and the host's
	lastWent    time.Time
	pausedUntil time.Time
}

func newGate(o Options, clock func() time.Time) *gate {
	delay := time.Duration(float64(time.Second) / o.Rate)
	return &gate{
		clock: clock, sleep: o.Sleep, maxPause: o.MaxRetryAfter, ownDelay: delay, delay: delay,
		slots: make(chan struct{}, o.Concurrency), door: make(chan struct{}, 1),
	}
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
	select {
	case g.door <- struct{}{}:
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
	defer func() { <-g.door }()
	for {
		pause, turn := g.waits()
		if pause > g.maxPause {
			leave()
			return nil, unavailable(schemas.NuisanceLongPause, "the host asked for a pause of %s, longer than a run waits (%s)", pause.Round(time.Second), g.maxPause)
		}
		wait := max(pause, turn)
		if wait <= 0 {
			return leave, nil
		}
		// A pause may begin while this one sleeps, so both are looked at again.
		if err := g.sleep(ctx, wait); err != nil {
			leave()
			return nil, err
		}
	}
}

// waits is how long the host still wants to be left alone, and how long until the next
// turn. Where both have passed the turn is taken.
func (g *gate) waits() (pause, turn time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock()
	pause = g.pausedUntil.Sub(now)
	if !g.lastWent.IsZero() {
		turn = g.lastWent.Add(g.delay).Sub(now)
	}
	if pause <= 0 && turn <= 0 {
		g.lastWent = now
	}
	return pause, turn
}

// pauseFor keeps every request from the host until d has passed.
func (g *gate) pauseFor(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := g.clock().Add(d); until.After(g.pausedUntil) {
		g.pausedUntil = until
	}
}

// keepApart sets the least time between two requests, where it is longer than our own.
func (g *gate) keepApart(delay time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.delay = max(g.ownDelay, delay)
}

// A board that shuts its door on everything is left alone: strikes in a row, of which a
// block page is worth several, close the client for a while.
const (
	strikesToRest     = 12
	strikesForBlock   = 4
	strikesForTimeout = 3 // each has cost the run minutes
	restFor           = 10 * time.Minute
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
		return unavailable(schemas.NuisanceLeftAlone, "the board refused or failed many times in a row and is left alone for %s", b.restUntil.Sub(now).Round(time.Second))
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
	case NuisanceOf(err) == schemas.NuisanceBlocked:
		b.strikes += strikesForBlock
	case NuisanceOf(err) == schemas.NuisanceTimeout:
		b.strikes += strikesForTimeout
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
