package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"sync"
	"syscall"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

const openName = "open.json"

// underway is raw/…/open.json: written before a run's first segment and removed after its
// run.json, it tells whoever finds a run without run.json who was at it.
type underway struct {
	Version   int       `json:"version"` // 1
	RunID     string    `json:"run"`
	StartedAt time.Time `json:"started_at"` // by the run's own clock
	Code      string    `json:"code"`
	Host      string    `json:"host"` // the machine's or container's name
	PID       int       `json:"pid"`
}

// here are the folders of the runs under way in this process.
var here sync.Map

// begin says in the store that a run is under way; the answer ends that, and leaves the
// note where the run has no run.json to speak for it.
func begin(ctx context.Context, store objects.Store, prefix string, u underway) (end func(ctx context.Context, isWritten bool), err error) {
	u.Version, u.PID = 1, os.Getpid()
	u.Host, _ = os.Hostname() // "" is nobody's machine
	text, err := json.Marshal(u)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", openName, err)
	}
	if _, err := objects.WriteAll(ctx, store, path.Join(prefix, openName), append(text, '\n')); err != nil {
		return nil, fmt.Errorf("begin run %s: %w", u.RunID, err)
	}
	place := store.URI() + "/" + prefix
	here.Store(place, true)
	return func(ctx context.Context, isWritten bool) {
		here.Delete(place)
		if isWritten { // a note that stays says nothing beside a run.json
			_ = store.Delete(ctx, path.Join(prefix, openName))
		}
	}, nil
}

// readUnderway reads the note of a run; the zero value where there is none, or none that
// can be read.
func readUnderway(ctx context.Context, store objects.Store, prefix string) (u underway, err error) {
	text, err := objects.ReadAll(ctx, store, path.Join(prefix, openName))
	if err != nil && !errs.Is(err, errs.NotFound) {
		return u, err
	}
	_ = json.Unmarshal(text, &u)
	return u, nil
}

// life is what can be known of a run that has not ended.
type life int

const (
	unknown life = iota
	alive
	dead
)

// life asks this machine for the process; of another machine's nothing is known.
func (u underway) life(place string) life {
	if host, err := os.Hostname(); err != nil || host != u.Host || u.PID <= 0 {
		return unknown
	}
	if u.PID == os.Getpid() {
		if _, ok := here.Load(place); ok {
			return alive
		}
		return dead
	}
	if err := syscall.Kill(u.PID, 0); errors.Is(err, syscall.ESRCH) {
		return dead
	}
	return alive
}
