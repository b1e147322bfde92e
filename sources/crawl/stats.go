package crawl

import (
	"errors"
	"maps"
	"sync"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// Stats count what a client did since it was made, the clients of other hosts included.
type Stats struct {
	Requests    int   // sent, robots.txt and retries included
	Retries     int   // attempts after a document's first
	Answers     int   // documents handed over
	NotModified int   // of these: the board answered 304
	GivenUp     int   // documents that ended in an error; a cancelled run's do not count
	BytesIn     int64 // bodies as they came over the wire, those cut off included
	// Nuisances count, each under its name, the attempts that went wrong and the documents
	// that were not asked for; a document that came at the third attempt counts twice here
	// and is an answer all the same.
	Nuisances schemas.Nuisances
}

// add puts other's counts on top.
func (s *Stats) add(other Stats) {
	s.Requests += other.Requests
	s.Retries += other.Retries
	s.Answers += other.Answers
	s.NotModified += other.NotModified
	s.GivenUp += other.GivenUp
	s.BytesIn += other.BytesIn
	s.Nuisances.Add(other.Nuisances)
}

// tally is the count under way. Safe for concurrent use.
type tally struct {
	mu    sync.Mutex
	stats Stats
}

// count changes the counts under the lock.
func (t *tally) count(change func(s *Stats)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.stats)
}

// nuisance counts one of the name; "" counts as nothing.
func (t *tally) nuisance(name schemas.Nuisance) {
	if name == "" {
		return
	}
	t.count(func(s *Stats) {
		if s.Nuisances == nil {
			s.Nuisances = schemas.Nuisances{}
		}
		s.Nuisances[name]++
	})
}

// copied is a snapshot that the caller may change.
func (t *tally) copied() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.stats
	if s.Nuisances = maps.Clone(s.Nuisances); s.Nuisances == nil {
		s.Nuisances = schemas.Nuisances{}
	}
	return s
}

// fault is an error that counts under a nuisance's name.
type fault struct {
	name schemas.Nuisance
	error
}

func (f fault) Unwrap() error { return f.error }

// unavailable is an errs.Unavailable that counts under a name.
func unavailable(name schemas.Nuisance, format string, args ...any) error {
	return fault{name, errs.New(errs.Unavailable, format, args...)}
}

// invalid is an errs.Invalid that counts under a name.
func invalid(name schemas.Nuisance, format string, args ...any) error {
	return fault{name, errs.New(errs.Invalid, format, args...)}
}

// NuisanceOf is the name under which an error of [Client.Get] counts, "" for none. Of a
// document that was tried several times it is the last attempt's.
func NuisanceOf(err error) schemas.Nuisance {
	var f fault
	if errors.As(err, &f) {
		return f.name
	}
	return ""
}
