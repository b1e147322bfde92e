package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/techmapit/tmi/api"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/search"
)

// pollEvery is how often a new published set is looked for.
const pollEvery = 2 * time.Second

// listEvery is after how many of those all published sets are listed, which costs more in S3.
const listEvery = 30

// trimEvery is after how many of those the memory that shows the index is given back.
const trimEvery = 5

// reader hands out the newest published set, each as one session that many requests share.
// A set that was replaced is closed when the last request that reads it is done.
type reader struct {
	lake   *lake.Lake
	logger *slog.Logger
	unread []string // sources whose texts are no part of a search

	looking sync.Mutex // one at a time looks for a new set and opens it
	mu      sync.Mutex
	current *pinned // nil while nothing is published
	closed  bool
}

type pinned struct {
	*lake.Session
	reader     *reader
	uses       int           // one for being current
	index      *search.Index // nil where the set has none
	mayCome    bool          // there was none when the set was opened
	closeIndex func() error
}

// Index implements [api.Indexed].
func (p *pinned) Index() *search.Index { return p.index }

// Acquire implements [api.Reader]. While a new set is being opened the old one answers.
func (r *reader) Acquire(ctx context.Context) (api.Pinned, error) {
	if set := r.use(); set != nil {
		return set, nil
	}
	if err := r.look(ctx, true); err != nil {
		return nil, err
	}
	if set := r.use(); set != nil {
		return set, nil
	}
	return nil, errs.New(errs.Unavailable, "the server is ending")
}

func (r *reader) use() *pinned {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current != nil {
		r.current.uses++
	}
	return r.current
}

// watch looks for new sets until the context ends, so that the first visitor after a quiet
// night sees what was published in it.
func (r *reader) watch(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for ticks := 1; ; ticks++ {
		err := r.look(ctx, ticks%listEvery == 0)
		if err != nil && ctx.Err() == nil && !(errs.Is(err, errs.NotFound) && r.seq() == 0) { // a lake may be served before it is filled
			r.logger.Warn("the newest published set cannot be read, the one before goes on", "error", err)
		}
		if set := r.use(); set != nil {
			if set.index != nil && ticks%trimEvery == 0 {
				set.index.Trim()
			}
			set.Release()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// open opens a set with its index, which shares what it can with the one before. Without an
// index the set answers all the same, more slowly.
func (r *reader) open(ctx context.Context, set lake.Set, before *search.Index) (*pinned, error) {
	s, err := r.lake.Session(ctx, set)
	if err != nil {
		return nil, err
	}
	p := &pinned{Session: s, reader: r, uses: 1, mayCome: !jobs.HasIndex(ctx, r.lake, set)}
	p.index, p.closeIndex, err = jobs.OpenIndex(ctx, r.lake, set, r.unread, before)
	if p.index != nil {
		api.Warm(p.index)
	}
	if err != nil {
		r.logger.Info("the published set has no index to search in: `tmi job index` makes it", "seq", set.Seq, "reason", err)
	}
	return p, nil
}

// look swaps in the newest set if it is not the one that is served. Where it need not list all
// published sets it asks whether one has the next number.
func (r *reader) look(ctx context.Context, list bool) error {
	r.looking.Lock()
	defer r.looking.Unlock()
	r.mu.Lock()
	old, closed := r.current, r.closed // nobody else replaces it
	r.mu.Unlock()
	newest := r.lake.Published
	if old != nil && !list {
		newest = func(ctx context.Context) (lake.Set, error) { return r.lake.PublishedSince(ctx, old.Set()) }
	}
	set, err := newest(ctx)
	if err != nil {
		return err
	}
	if set, err = withHidden(ctx, r.lake, set); err != nil {
		return err
	}
	switch {
	case closed:
		return errs.New(errs.Unavailable, "the server is ending")
	case old != nil && old.shows(ctx, set):
		return nil
	}
	var before *search.Index
	if old != nil {
		before = old.index
	}
	next, err := r.open(context.WithoutCancel(ctx), set, before) // it outlives who asked first
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.current = next
	r.mu.Unlock()
	if old != nil {
		r.logger.Info("published set picked up", "seq", set.Seq)
		old.Release()
	}
	return nil
}

// seq is the number of the set that is served, 0 for none.
func (r *reader) seq() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current == nil {
		return 0
	}
	return r.current.Set().Seq
}

// shows says that the session is over this set, with the same postings hidden, and with the
// set's index if one has come meanwhile.
func (p *pinned) shows(ctx context.Context, set lake.Set) bool {
	current := p.Set()
	return current.Seq == set.Seq && slices.Equal(current.Hidden, set.Hidden) && !(p.mayCome && jobs.HasIndex(ctx, p.reader.lake, set))
}

// close ends the current session; requests and watch must be over.
func (r *reader) close() {
	r.looking.Lock()
	defer r.looking.Unlock()
	r.mu.Lock()
	current := r.current
	r.current, r.closed = nil, true
	r.mu.Unlock()
	if current != nil {
		current.Release()
	}
}

// Published implements [api.Pinned].
func (p *pinned) Published() api.Published {
	set := p.Set()
	snapshots := make(map[string]int64, len(set.Tables))
	for name, pin := range set.Tables {
		snapshots[name] = pin.SnapshotID
	}
	return api.Published{Seq: set.Seq, At: set.PublishedAt, Snapshots: snapshots, View: strings.Join(set.Hidden, " ")}
}

// Release implements [api.Pinned].
func (p *pinned) Release() {
	p.reader.mu.Lock()
	p.uses--
	last := p.uses == 0
	p.reader.mu.Unlock()
	if last {
		err := p.Close()
		if p.closeIndex != nil {
			err = errors.Join(err, p.closeIndex())
		}
		if err != nil {
			p.reader.logger.Warn("close session", "error", err)
		}
	}
}
