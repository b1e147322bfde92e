package jobs

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// turnKey names the object that says whose turn it is to refine a lake.
const turnKey = "state/turn.json"

// A turn is renewed every turnBeat; one that was not for turnLife is over: its holder died.
const (
	turnBeat = 5 * time.Second
	turnLife = 40 * time.Second
	turnLook = time.Second // how often one who waits looks again
)

// turn is what the object says. Every writing of it differs from the one before, so that
// one who watches it needs no clock but its own.
type turn struct {
	Version int       `json:"version"` // 1
	Holder  string    `json:"holder"`  // empty: nobody's
	Host    string    `json:"host,omitempty"`
	PID     int       `json:"pid,omitempty"`
	Beat    int64     `json:"beat"`
	At      time.Time `json:"at"`

	etag string // of the object as it was read or written; empty = there is none
}

// inTurn does something that takes a lake from raw to a published set, or removes from it,
// while nobody else does: one who audits while another is between silver and gold sees tables that do not
// agree. Machines take turns by an object of the lake, and a dead one's turn ends by
// itself. The context of do ends, with errs.Conflict, when the turn was lost.
func (e *Env) inTurn(ctx context.Context, do func(ctx context.Context) error) (err error) {
	mine, err := e.awaitTurn(ctx)
	if err != nil {
		return fmt.Errorf("wait for other runs: %w", err)
	}
	working, stop := context.WithCancelCause(ctx)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		e.renewTurn(working, &mine, stop)
	}()
	defer func() {
		stop(nil)
		<-renewed
		if lost := context.Cause(working); errs.Is(lost, errs.Conflict) {
			err = lost
			return
		}
		if e := mine.giveBack(context.WithoutCancel(ctx), e.Lake.Objects()); err == nil && !errs.Is(e, errs.Conflict) {
			err = e
		}
	}()
	return do(working)
}

// alone does upkeep that rewrites what others read while they refine: what one of them read
// before would come back, or be gone under its hands. A dry run waits for nobody.
func (e *Env) alone(ctx context.Context, apply bool, do func(ctx context.Context) error) error {
	if !apply {
		return do(ctx)
	}
	if err := e.Lake.CheckVersions(ctx); err != nil {
		return err
	}
	return e.inTurn(ctx, do)
}

// awaitTurn waits until the turn is free, given back or dead, and takes it.
func (e *Env) awaitTurn(ctx context.Context) (turn, error) {
	store := e.Lake.Objects()
	host, _ := os.Hostname() // without a name the dead are told by their silence alone
	var watched turn
	var since time.Time
	for {
		seen, err := readTurn(ctx, store)
		if err != nil {
			return turn{}, err
		}
		if seen.etag != watched.etag || since.IsZero() {
			if watched, since = seen, time.Now(); seen.Holder != "" {
				e.Logger.Info("another run is at work on this lake: waiting for it", "host", seen.Host, "pid", seen.PID)
			}
		}
		if seen.Holder == "" || seen.isDead(host) || time.Since(since) > turnLife {
			mine := turn{Version: 1, Holder: rand.Text(), Host: host, PID: os.Getpid(), Beat: seen.Beat, etag: seen.etag}
			err := mine.write(ctx, store)
			if err == nil {
				return mine, nil
			}
			if !errs.Is(err, errs.Conflict) { // somebody was faster
				return turn{}, err
			}
		}
		select {
		case <-ctx.Done():
			return turn{}, ctx.Err()
		case <-time.After(turnLook):
		}
	}
}

// renewTurn says that the holder lives until the context ends, and ends it when the turn
// was lost.
func (e *Env) renewTurn(ctx context.Context, mine *turn, stop context.CancelCauseFunc) {
	renewed := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(turnBeat):
		}
		err := mine.write(ctx, e.Lake.Objects())
		switch {
		case err == nil:
			renewed = time.Now()
		case ctx.Err() != nil:
			return
		case errs.Is(err, errs.Conflict), time.Since(renewed) > turnLife:
			stop(errs.New(errs.Conflict, "another run took over: this one did not say for %s that it lives: %w", time.Since(renewed).Round(time.Second), err))
			return
		}
	}
}

// giveBack ends the turn, so that the next one need not wait for its holder's silence. A
// full disk takes no object, but lets one go.
func (t *turn) giveBack(ctx context.Context, store objects.Store) error {
	t.Holder, t.Host, t.PID = "", "", 0
	err := t.write(ctx, store)
	if err == nil || errs.Is(err, errs.Conflict) {
		return err
	}
	if info, seen := store.Stat(ctx, turnKey); seen == nil && info.ETag == t.etag && store.Delete(ctx, turnKey) == nil {
		return nil
	}
	return err
}

// isDead says whether the holder was a process of this machine that is no more.
func (t turn) isDead(host string) bool {
	return host != "" && t.Host == host && t.PID > 0 && errors.Is(syscall.Kill(t.PID, 0), syscall.ESRCH)
}

func readTurn(ctx context.Context, store objects.Store) (t turn, err error) {
	body, info, err := store.Get(ctx, turnKey)
	if errs.Is(err, errs.NotFound) {
		return turn{}, nil
	}
	if err != nil {
		return turn{}, err
	}
	defer body.Close()
	if err := json.NewDecoder(body).Decode(&t); err != nil || t.Version != 1 {
		return turn{}, errs.New(errs.Corrupt, "read %s: expected whose turn it is in version 1; delete it when no run is under way", turnKey)
	}
	t.etag = info.ETag
	return t, nil
}

// write writes the turn over what it was read from; errs.Conflict if that changed.
func (t *turn) write(ctx context.Context, store objects.Store) error {
	t.Beat++
	t.At = time.Now().UTC()
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	body := bytes.NewReader(append(text, '\n'))
	var info objects.Info
	if t.etag == "" {
		info, err = store.PutIfAbsent(ctx, turnKey, body)
	} else {
		info, err = store.PutIfMatch(ctx, turnKey, t.etag, body)
	}
	if err == nil {
		t.etag = info.ETag
	}
	return err
}
