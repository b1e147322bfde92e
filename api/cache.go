package api

import (
	"container/list"
	"context"
	"runtime"
	"sync"

	"golang.org/x/sync/singleflight"
)

// answerCache keeps the answers used last. Equal questions that arrive together are asked
// once, and only so many are asked at a time that the engine is not swamped.
type answerCache struct {
	flight singleflight.Group
	turn   chan struct{}

	mu    sync.Mutex
	limit int
	order *list.List // of cached, the one used last in front
	byKey map[string]*list.Element
}

type cached struct {
	key    string
	answer any
}

func newAnswerCache(limit int) *answerCache {
	return &answerCache{
		turn:  make(chan struct{}, 2*runtime.GOMAXPROCS(0)),
		limit: limit, order: list.New(), byKey: map[string]*list.Element{},
	}
}

func (c *answerCache) get(key string) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(cached).answer, true
}

func (c *answerCache) put(key string, answer any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		e.Value = cached{key, answer}
		c.order.MoveToFront(e)
		return
	}
	c.byKey[key] = c.order.PushFront(cached{key, answer})
	if c.order.Len() > c.limit {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.byKey, oldest.Value.(cached).key)
	}
}

// holdsTurn marks the context of who asks while holding a turn.
type holdsTurn struct{}

// answerOf returns the answer kept under key, or asks for it and keeps it. The key must
// name the published set. Errors are not kept. The answer is shared: nobody may change it.
// Ask may ask for answers in turn: those need no turn of their own, nor do they wait for
// somebody who has none yet, so that askers that fill all turns never wait for each other.
func answerOf[T any](ctx context.Context, s *server, key string, ask func(context.Context) (T, error)) (T, error) {
	var zero T
	if answer, ok := s.answers.get(key); ok {
		s.metrics.hits.Inc()
		return answer.(T), nil
	}
	s.metrics.misses.Inc()
	flight, isWithin := key, ctx.Value(holdsTurn{}) != nil
	if isWithin {
		flight = "within " + key
	}
	for {
		answer, err, shared := s.answers.flight.Do(flight, func() (any, error) {
			ctx := ctx
			if !isWithin {
				select {
				case s.answers.turn <- struct{}{}:
					defer func() { <-s.answers.turn }()
				case <-ctx.Done():
					return zero, ctx.Err()
				}
				ctx = context.WithValue(ctx, holdsTurn{}, true)
			}
			answer, err := ask(ctx)
			if err == nil {
				s.answers.put(key, answer)
			}
			return answer, err
		})
		if err == nil {
			return answer.(T), nil
		}
		// The one who asked for us both may have gone away; that is no answer to this client.
		if shared && ctx.Err() == nil && isContextError(err) {
			continue
		}
		return zero, err
	}
}
