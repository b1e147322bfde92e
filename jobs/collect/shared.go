package collect

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
)

// Seen is a memory that collectors share: the newest capture of each page that ended runs
// have landed. It may forget anything at any time; what it forgets is asked for again.
type Seen interface {
	// Get returns what is remembered of the pages, by page.
	Get(ctx context.Context, pages []string) (map[string]schemas.Capture, error)
	// Put remembers the captures, over what was there.
	Put(ctx context.Context, captures map[string]schemas.Capture) error
}

const (
	seenAtOnce = 500             // pages in one question
	seenWithin = 5 * time.Second // for one question
)

// shared asks a [Seen] and believes it as far as the store bears it out.
type shared struct {
	seen   Seen
	store  objects.Store
	source string
	log    *slog.Logger

	mu     sync.Mutex
	isLost bool
	asked  map[string]bool
	exists map[string]bool // segments
}

// loadKnown is [LoadKnown], or with a shared memory that answers the newest state alone:
// the runs since are what the memory holds.
func loadKnown(ctx context.Context, store objects.Store, source string, seen Seen, log *slog.Logger) (*Known, error) {
	if seen == nil {
		return LoadKnown(ctx, store, source)
	}
	k, _, err := loadState(ctx, store, source)
	if err != nil {
		return nil, err
	}
	k.shared = &shared{seen: seen, store: store, source: source, log: log.With("source", source), asked: map[string]bool{}, exists: map[string]bool{}}
	if k.ask(ctx, []string{"?"}); k.shared.isLost {
		return k, k.addRuns(ctx, store, source)
	}
	return k, nil
}

// ask takes in what the shared memory knows of the pages. A memory that does not answer is
// not asked again: the run goes on with what it knows itself.
func (k *Known) ask(ctx context.Context, pages []string) {
	s := k.shared
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var open []string
	for _, page := range pages {
		if !s.asked[page] {
			s.asked[page] = true
			open = append(open, s.source+"\x00"+page)
		}
	}
	for len(open) > 0 && !s.isLost {
		n := min(seenAtOnce, len(open))
		within, cancel := context.WithTimeout(ctx, seenWithin)
		found, err := s.seen.Get(within, open[:n])
		cancel()
		if err != nil {
			s.isLost = true
			s.log.Warn("the shared memory does not answer: pages that others know may be asked for again", "error", err.Error())
			return
		}
		for _, c := range found {
			if c.Source == s.source && s.isThere(ctx, c.Object) && s.isThere(ctx, c.RefersToObject) {
				k.add([]schemas.Capture{c})
			}
		}
		open = open[n:]
	}
}

// isThere says that a segment still lies in the store: a memory may outlive a lake.
func (s *shared) isThere(ctx context.Context, segment string) bool {
	is, ok := s.exists[segment]
	if !ok {
		is, _ = objects.Exists(ctx, s.store, segment) // one that cannot be asked for is asked for again
		s.exists[segment] = is
	}
	return is
}

// share tells the shared memory what a run landed. Call it when the run's run.json stands.
func (k *Known) share(ctx context.Context, captures []schemas.Capture, log *slog.Logger) {
	s := k.shared
	if s == nil {
		return
	}
	newest := Known{captures: map[string]schemas.Capture{}}
	newest.add(captures)
	told := map[string]schemas.Capture{}
	tell := func() {
		within, cancel := context.WithTimeout(ctx, seenWithin)
		defer cancel()
		if err := s.seen.Put(within, told); err != nil {
			s.isLost = true
			log.Warn("the shared memory was not told of this run: others may ask for its pages again", "error", err.Error())
		}
		clear(told)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for page, c := range newest.captures {
		if told[s.source+"\x00"+page] = c; len(told) == seenAtOnce && !s.isLost {
			tell()
		}
	}
	if len(told) > 0 && !s.isLost {
		tell()
	}
}
