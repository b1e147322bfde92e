package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/boards"
	"github.com/techmapit/tmi/sources/replica"
)

// demoParameters decide what the replica boards show; a demo lake holds one set of them.
type demoParameters struct {
	Postings int       `json:"postings"`
	Days     int       `json:"days"`
	Seed     int64     `json:"seed"`
	Start    time.Time `json:"start"`
	Broken   float64   `json:"broken,omitempty"` // share of the postings that are served with a wrong type
}

func (p *demoParameters) addFlags(c *cobra.Command) {
	c.Flags().IntVar(&p.Days, "days", 30, "simulated days")
	c.Flags().IntVar(&p.Postings, "postings", 2000, "postings in all, over all days and boards")
	c.Flags().Int64Var(&p.Seed, "seed", 1, "of the simulated market")
	c.Flags().Float64Var(&p.Broken, "broken", 0, "share of the postings that the boards serve with a value of a wrong type, such as 0.03")
}

func (p demoParameters) world() (*replica.World, error) {
	if p.Broken < 0 || p.Broken > 1 {
		return nil, errs.New(errs.Invalid, "--broken is %g, expected a share from 0 to 1", p.Broken)
	}
	c := replica.Config{Seed: p.Seed, Postings: p.Postings, Days: p.Days, Start: p.Start}
	if p.Broken > 0 {
		c.Faults = []replica.Fault{{Kind: replica.FaultBroken, Share: p.Broken}}
	}
	return replica.New(c)
}

const (
	demoKey  = "demo.json"
	demoRate = 1e6 // requests a second: the replica boards are this process
	// demoHour is when a demo's day is collected, in the lake's time zone.
	demoHour = 9 * time.Hour
)

// demoSources are the boards that the replica plays.
var demoSources = []string{"jumpit", "rallit", "greenhouse", "hn"}

func (a *app) demoCommand() *cobra.Command {
	var p demoParameters
	var now, addr string
	var noServe bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Everything, on built-in replica boards; then the site",
		Long: "Plays four job boards from a seed, collects them over simulated days that end yesterday, refines,\n" +
			"checks and publishes, and serves the site. The lake is ./data/demo unless lake.uri names another.\n" +
			"A demo that was interrupted goes on; one that is done is served at once.\n\n" + exitCodes,
		Example: "  tmi demo\n  tmi demo --postings 500 --days 10 --no-serve",
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			l, err := a.openLake(ctx, defaultDemoLake)
			if err != nil {
				return err
			}
			defer l.Close()
			if err := a.fillDemo(ctx, l, p, now); err != nil {
				return err
			}
			if noServe {
				return nil
			}
			if !cmd.Flags().Changed("addr") {
				addr = a.config.ServeAddr
			}
			return a.serve(ctx, l, addr, a.sayReady)
		},
	}
	p.addFlags(c)
	c.Flags().BoolVar(&noServe, "no-serve", false, "end when the lake is filled")
	c.Flags().StringVar(&addr, "addr", defaultServeAddr, "where to serve")
	c.Flags().StringVar(&now, "now", "", "set the clock: the simulated days end on the day before")
	return c
}

// fillDemo brings the demo lake to its published end, from wherever it stands.
func (a *app) fillDemo(ctx context.Context, l *lake.Lake, p demoParameters, now string) error {
	began := time.Now()
	wall, err := clock(now, a.zone)
	if err != nil {
		return err
	}
	p.Start = jobs.DayStart(wall(), a.zone).AddDate(0, 0, -p.Days)
	if _, err := p.world(); err != nil { // before anything is written
		return err
	}
	if err := collect.Mark(ctx, l.Objects(), true); err != nil {
		return err
	}
	if p, err = rememberDemo(ctx, l.Objects(), p); err != nil {
		return err
	}
	if set, err := l.Published(ctx); err == nil {
		fmt.Fprintf(a.stderr, "the demo in %s is complete (published set %d); delete the folder to make it anew\n", l.Objects().URI(), set.Seq)
		return nil
	} else if !errs.Is(err, errs.NotFound) {
		return err
	}
	world, err := p.world()
	if err != nil {
		return err
	}
	a.keepLog(l.Objects(), p.Start)
	if err := a.collectDemo(ctx, l, world, p); err != nil {
		return err
	}
	end := p.Start.AddDate(0, 0, p.Days)
	e, err := a.env(l, func() time.Time { return end })
	if err != nil {
		return err
	}
	e.Assistant = nil // made-up postings are not worth money
	window, err := jobs.NewWindow(p.Start, end)
	if err != nil {
		return err
	}
	results, err := jobs.Run(ctx, e, jobs.RunOptions{Sources: demoSources, Window: window})
	a.lookAtLake(ctx, l, end)
	if err := errors.Join(err, a.printResults(results)); err != nil {
		return err
	}
	if _, err := a.reportStep(l, false)(ctx, e, "", window); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "demo lake %s filled in %s\n", l.Objects().URI(), time.Since(began).Round(100*time.Millisecond))
	return nil
}

// rememberDemo keeps the parameters beside the lake. A lake that was made with others is
// not mixed; one that was begun on another day keeps its days.
func rememberDemo(ctx context.Context, store objects.Store, p demoParameters) (demoParameters, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return p, fmt.Errorf("demo: %w", err)
	}
	_, err = store.PutIfAbsent(ctx, demoKey, bytes.NewReader(text))
	if err == nil || !errs.Is(err, errs.Conflict) {
		return p, err
	}
	text, err = objects.ReadAll(ctx, store, demoKey)
	if err != nil {
		return p, err
	}
	var had demoParameters
	if err := json.Unmarshal(text, &had); err != nil {
		return p, errs.New(errs.Corrupt, "%s/%s: %w", store.URI(), demoKey, err)
	}
	if p.Start = had.Start; had != p {
		return p, errs.New(errs.Conflict, "the demo in %s has --postings %d --days %d --seed %d --broken %g: use the same, or delete the folder",
			store.URI(), had.Postings, had.Days, had.Seed, had.Broken)
	}
	return had, nil
}

// collectDemo collects every simulated day that was not collected yet.
func (a *app) collectDemo(ctx context.Context, l *lake.Lake, world *replica.World, p demoParameters) (err error) {
	var today atomic.Pointer[simulated]
	today.Store(&simulated{at: p.Start, began: time.Now()})
	now := func() time.Time { return today.Load().now() }
	server, err := world.Serve(now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	progress := a.progress()
	for day := range p.Days {
		at := p.Start.AddDate(0, 0, day).Add(demoHour)
		today.Store(&simulated{at: at, began: time.Now()})
		if err := a.demoDay(ctx, l, world, server, now, at); err != nil {
			return err
		}
		progress("collect", "days", day+1, p.Days)
	}
	return nil
}

// simulated is a clock that was set.
type simulated struct{ at, began time.Time }

func (s *simulated) now() time.Time { return s.at.Add(time.Since(s.began)).UTC() }

func (a *app) demoDay(ctx context.Context, l *lake.Lake, world *replica.World, server *replica.Server, now func() time.Time, at time.Time) error {
	day := *a
	day.logger = a.newLogger(slog.LevelWarn) // 120 runs, each with its lists
	day.config.Sources = map[string]SourceConfig{}
	for _, name := range demoSources {
		day.config.Sources[name] = SourceConfig{BaseURL: server.BaseURLs[name], Rate: demoRate, Concurrency: 8}
	}
	greenhouse, hn := day.config.Sources["greenhouse"], day.config.Sources["hn"]
	greenhouse.Boards, hn.Threads = world.Boards(), world.Threads(at)
	day.config.Sources["greenhouse"], day.config.Sources["hn"] = greenhouse, hn
	e := &jobs.Env{Sources: map[string]sources.Source{}, Clock: now, NewRunID: newRunID, Progress: func(string, string, int, int) {}}
	var chosen []sources.Board
	for _, name := range demoSources {
		board, err := boards.ByName(name)
		if err != nil {
			return err
		}
		source, err := board.New(day.settings(board))
		if err != nil {
			return err
		}
		e.Sources[name] = source
		chosen = append(chosen, board)
	}
	run := day.collector(e, l.Objects(), chosen, collecting{isDemo: true})
	failures := make(chan error, len(demoSources))
	for _, name := range demoSources {
		go func() {
			done, err := collect.Manifests(ctx, l.Objects(), name, jobs.DayStart(at, a.zone), jobs.DayStart(at, a.zone).AddDate(0, 0, 1))
			if err == nil && !hasDone(done) {
				_, err = run(ctx, name, 0)
			}
			failures <- err
		}()
	}
	var all []error
	for range demoSources {
		all = append(all, <-failures)
	}
	return errs.Worst(all...)
}

func hasDone(runs []schemas.RunManifest) bool {
	for _, run := range runs {
		if run.Status == schemas.StatusDone {
			return true
		}
	}
	return false
}
