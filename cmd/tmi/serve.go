package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/techmapit/tmi/api"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/report"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/search"
)

// pollEvery is how often a new published set is looked for.
const pollEvery = 2 * time.Second

// reader hands out the newest published set, each as one session that many requests share.
// A set that was replaced is closed when the last request that reads it is done.
type reader struct {
	lake   *lake.Lake
	logger *slog.Logger
	unread []string // sources whose texts are no part of a search

	mu        sync.Mutex
	current   *pinned
	checkedAt time.Time
	opening   bool
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
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current == nil {
		if err := r.openFirst(ctx); err != nil {
			return nil, err
		}
	} else if time.Since(r.checkedAt) > pollEvery && !r.opening {
		r.opening = true
		go r.refresh()
	}
	r.current.uses++
	return r.current, nil
}

func (r *reader) openFirst(ctx context.Context) error {
	set, err := publicSet(ctx, r.lake)
	if err != nil {
		return err
	}
	current, err := r.open(context.WithoutCancel(ctx), set, nil)
	if err != nil {
		return err
	}
	r.current, r.checkedAt = current, time.Now()
	return nil
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
	if err != nil {
		r.logger.Info("the published set has no index to search in: `tmi job index` makes it", "seq", set.Seq, "reason", err)
	}
	return p, nil
}

// refresh swaps in the newest set if there is a newer one.
func (r *reader) refresh() {
	ctx := context.Background()
	set, err := publicSet(ctx, r.lake)
	var next *pinned
	if err == nil && !r.shows(ctx, set) {
		next, err = r.open(ctx, set, r.index())
	}
	if err != nil {
		r.logger.Warn("the newest published set cannot be read, the one before goes on", "error", err)
	}
	r.mu.Lock()
	old := r.current
	if next != nil {
		r.current = next
	}
	r.checkedAt, r.opening = time.Now(), false
	r.mu.Unlock()
	if next != nil {
		r.logger.Info("published set picked up", "seq", set.Seq)
		old.Release()
	}
}

// index is the current one.
func (r *reader) index() *search.Index {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current.index
}

// shows says that the current session is over this set, with the same postings hidden, and
// with the set's index if one has come meanwhile.
func (r *reader) shows(ctx context.Context, set lake.Set) bool {
	r.mu.Lock()
	current, mayCome := r.current.Set(), r.current.mayCome
	r.mu.Unlock()
	return current.Seq == set.Seq && slices.Equal(current.Hidden, set.Hidden) && !(mayCome && jobs.HasIndex(ctx, r.lake, set))
}

// close ends the current session; requests must be over.
func (r *reader) close() {
	r.mu.Lock()
	current := r.current
	r.current = nil
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

const (
	headerTimeout   = 10 * time.Second
	requestTimeout  = 60 * time.Second
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 10 * time.Second
	maxHeaderBytes  = 64 << 10
)

// serve answers over the lake until the context ends, then lets requests finish.
func (a *app) serve(ctx context.Context, l *lake.Lake, addr string, ready func(url string)) error {
	demo, err := isDemo(ctx, l.Objects())
	if err != nil {
		return err
	}
	e, err := a.env(l, func() time.Time { return time.Now().UTC() })
	if err != nil {
		return err
	}
	r := &reader{lake: l, logger: a.logger}
	for _, name := range a.config.boardNames() {
		if a.publishPolicy(name) == api.PublishFacts {
			r.unread = append(r.unread, name)
		}
	}
	defer r.close()
	sql, closeDoor, err := a.openDoor(l)
	if err != nil {
		return err
	}
	defer closeDoor()
	limits, err := a.config.serving()
	if err != nil {
		return err
	}
	sql.RatePerSecond = limits.sqlRate
	dictionary := e.Extractor.Dictionary()
	handler, err := api.New(api.Options{Reader: r, Dictionary: dictionary, Techs: dictionary.Entries, Sources: a.config.boardNames(), IsDemo: demo,
		PublishPolicy: a.publishPolicy, Location: a.zone, Logger: a.logger, Version: version, SQL: sql,
		RolesOf: e.Extractor.RolesOf, RatePerSecond: limits.rate, Origins: limits.origins, Proxies: limits.proxies, Contact: a.config.Contact, Analyzer: e.Extractor, Reports: report.Shelf{Objects: l.Objects()}, Machine: a.machine(l)})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return errs.New(errs.Unavailable, "listen on %s: %w", addr, err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: requestTimeout, WriteTimeout: requestTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(a.logger.Handler(), slog.LevelDebug)}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		timeout, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
		defer cancel()
		stopped <- server.Shutdown(timeout)
	}()
	ready(fmt.Sprintf("http://%s/", listener.Addr()))
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return errs.New(errs.Unavailable, "serve on %s: %w", addr, err)
	}
	return <-stopped
}
