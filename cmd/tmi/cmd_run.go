package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/internal/tracing"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/jobs/metriclog"
	"github.com/techmapit/tmi/jobs/metrics"
	"github.com/techmapit/tmi/jobs/queue"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/seen"
)

// quickLimit is how many of its newest postings `run --quick` takes from each source.
const quickLimit = 100

// windowFlags are shared by run and job.
type windowFlags struct {
	from, to, now string
	sources       []string
	resume        bool // of collecting
}

func (f *windowFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.from, "from", "", "start of the window: a date (a day of lake.timezone) or an RFC 3339 instant")
	c.Flags().StringVar(&f.to, "to", "", "end of the window, not in it")
	c.Flags().StringSliceVar(&f.sources, "sources", nil, "boards, by name (default: all that are on)")
	c.Flags().StringVar(&f.now, "now", "", "set the clock, for replays and tests")
}

// window is the window of the flags, zero if neither is given.
func (f *windowFlags) window(zone *time.Location) (jobs.Window, error) {
	if f.from == "" && f.to == "" {
		return jobs.Window{}, nil
	}
	if f.from == "" || f.to == "" {
		return jobs.Window{}, errs.New(errs.Invalid, "--from and --to go together: the window is half-open, [from, to)")
	}
	from, err := parseTime(f.from, zone)
	if err != nil {
		return jobs.Window{}, fmt.Errorf("--from: %w", err)
	}
	to, err := parseTime(f.to, zone)
	if err != nil {
		return jobs.Window{}, fmt.Errorf("--to: %w", err)
	}
	if !from.Before(to) {
		return jobs.Window{}, errs.New(errs.Invalid, "--from %s is not before --to %s: the window is half-open, [from, to)", f.from, f.to)
	}
	return jobs.NewWindow(from, to)
}

func (a *app) runCommand() *cobra.Command {
	var flags windowFlags
	var full, quick, fromRaw bool
	c := &cobra.Command{
		Use:   "run",
		Short: "Collect, refine, check, index and publish",
		Long: "Collects from every board that is on, refines what was landed through bronze, silver and gold,\n" +
			"checks it and publishes it. A window of the past is refined from raw, without collecting.\n" +
			"--quick takes the newest 100 postings of each board and publishes board by board.\n\n" + exitCodes,
		Example: "  tmi run --quick\n  tmi run --sources jumpit,rallit\n  tmi run --from-raw --full",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runRiver(cmd.Context(), flags, full, quick, fromRaw)
		},
	}
	flags.add(c)
	c.Flags().BoolVar(&full, "full", false, "recompute everything that was ever landed")
	c.Flags().BoolVar(&quick, "quick", false, "the newest 100 postings of each board, published board by board")
	c.Flags().BoolVar(&fromRaw, "from-raw", false, "refine what is landed, without collecting")
	return c
}

// riverRun is what the flags of run and plan ask for.
type riverRun struct {
	now          func() time.Time
	chosen       []sources.Board
	options      jobs.RunOptions // without a collector
	isCollecting bool
}

// planRun reads the flags; nothing is opened or asked.
func (a *app) planRun(flags windowFlags, full, quick, fromRaw bool) (r riverRun, err error) {
	if r.now, err = clock(flags.now, a.zone); err != nil {
		return r, err
	}
	r.options = jobs.RunOptions{Full: full, Eager: quick}
	if r.options.Window, err = flags.window(a.zone); err != nil {
		return r, err
	}
	if r.chosen, err = a.chosenBoards(flags.sources); err != nil {
		return r, err
	}
	isPast := !r.options.Window.To.IsZero() && !r.options.Window.To.After(r.now())
	r.isCollecting = !fromRaw && !isPast
	if quick {
		r.options.Limit = quickLimit
	}
	for _, board := range r.chosen {
		r.options.Sources = append(r.options.Sources, board.Name)
	}
	return r, nil
}

func (a *app) runRiver(ctx context.Context, flags windowFlags, full, quick, fromRaw bool) error {
	r, err := a.planRun(flags, full, quick, fromRaw)
	if err != nil {
		return err
	}
	o, chosen := r.options, r.chosen
	if r.isCollecting {
		if err := a.mayAsk(chosen...); err != nil {
			return err
		}
	}
	l, e, err := a.workplace(ctx, defaultLake, r.now)
	if err != nil {
		return err
	}
	defer l.Close()
	if r.isCollecting {
		if err := collect.Mark(ctx, l.Objects(), false); err != nil {
			return err
		}
		a.sayWhom(chosen, o.Limit)
		o.Collect = a.collector(e, l.Objects(), chosen, collecting{})
	}
	plan, err := jobs.Plan(ctx, e, o)
	if err != nil {
		return err
	}
	results, err := jobs.Run(ctx, e, o)
	a.lookAtLake(ctx, l, e.Clock())
	steps := e.WithActual(plan, results)
	for i := range results {
		for _, s := range steps {
			if s.Source == results[i].Source {
				results[i].Steps = append(results[i].Steps, s)
			}
		}
	}
	if e := a.printResults(results); err == nil {
		err = e
	}
	if a.output == "table" {
		if e := a.printPlanned(steps); err == nil {
			err = e
		}
	}
	return err
}

// sayWhom tells, before the first request, who will be asked and how fast, when nobody
// wrote that down in a config.
func (a *app) sayWhom(chosen []sources.Board, limit int) {
	if a.config.path != "" {
		return
	}
	for _, b := range chosen {
		what := "all postings"
		if n := len(a.settings(b).Boards); n > 1 {
			what = fmt.Sprintf("all postings of %d lists", n)
		}
		if limit > 0 {
			what = fmt.Sprintf("the newest %d postings, at most %s", limit, time.Duration(float64(limit)/a.rate(b.Name)*float64(time.Second)).Round(time.Second))
		}
		fmt.Fprintf(a.stderr, "asking %s (%s) at %g requests a second: %s\n", b.Title, a.settings(b).BaseURL, a.rate(b.Name), what)
	}
}

// collecting is what a collector may be told beside the config.
type collecting struct {
	isDemo bool
	resume bool
}

// collector collects through one polite client per board.
func (a *app) collector(e *jobs.Env, store objects.Store, chosen []sources.Board, how collecting) jobs.Collector {
	byName := map[string]sources.Board{}
	for _, b := range chosen {
		byName[b.Name] = b
	}
	return func(ctx context.Context, name string, limit int) (schemas.RunManifest, error) {
		if err := a.mayAsk(byName[name]); err != nil {
			return schemas.RunManifest{}, err
		}
		source, settings, err := a.livingSource(ctx, store, byName[name], e.Clock())
		if err != nil {
			return schemas.RunManifest{}, err
		}
		var hosts func(string) bool
		if of := byName[name].Hosts; of != nil {
			hosts = func(host string) bool { return of(settings, host) }
		}
		began := e.Clock()
		runID := e.NewRunID(began)
		a.warnOfMetrics(metrics.Dir(a.config.MetricsDir).Began(name, began))
		client, err := crawl.New(crawl.Options{BaseURL: settings.BaseURL, Hosts: hosts, Version: version, Contact: a.config.Contact,
			Rate: a.rate(name), Concurrency: a.concurrency(name), Clock: e.Clock, Logger: a.logger.With("source", name, "run_id", runID)})
		if err != nil {
			return schemas.RunManifest{}, err
		}
		o := collect.Options{Source: source, Store: store, Client: client, Clock: e.Clock, NewRunID: func(time.Time) string { return runID }, Location: a.zone,
			MinFreeDisk: int64(a.config.MinFreeDisk), SegmentAge: a.config.segmentAge(store.URI()), Resume: how.resume,
			Limit: limit, IsDemo: how.isDemo, Code: version, Concurrency: a.concurrency(name), Logger: a.logger,
			Progress: func(done, total int) { e.Progress("collect", name, done, total) }}
		if a.config.DedupURI != "" && !how.isDemo {
			memory, err := seen.Open(a.config.DedupURI, store.URI())
			if err != nil {
				return schemas.RunManifest{}, err
			}
			defer func() { _ = memory.Close() }()
			o.Seen = memory
		}
		if a.config.QueueURL != "" && !how.isDemo {
			if o.Announcer, err = queue.Open(ctx, a.config.QueueURL); err != nil {
				return schemas.RunManifest{}, err
			}
		}
		ctx, span := tracing.Begin(ctx, "collect", slog.String("run_id", runID), slog.String("source", name))
		manifest, err := collect.Run(ctx, o)
		if err == nil {
			err = collect.RefuseEmptied(ctx, store, manifest)
		}
		span.Set(slog.Int("requests", manifest.Counts.Requests), slog.String("status", manifest.Status))
		span.End(err)
		a.logMetrics(ctx, metriclog.Collected(name, manifest, err, time.Now()))
		if manifest.RunID != "" {
			a.warnOfMetrics(metrics.Dir(a.config.MetricsDir).Collected(manifest, errs.ExitCode(err)))
		}
		return manifest, err
	}
}

func (a *app) printResults(results []jobs.SourceResult) error {
	header := []string{"source"}
	collected := slices.ContainsFunc(results, func(r jobs.SourceResult) bool { return r.Collected != nil })
	if collected {
		header = append(header, "lists", "requests", "landed", "unchanged", "failed")
	}
	header = append(header, "bronze rows", "silver versions", "rejected", "error")
	var cells [][]string
	for _, r := range results {
		line := []string{r.Source}
		if collected {
			line = append(line, collectedCells(r)...)
		}
		cells = append(cells, append(line, fmt.Sprint(r.Bronze.Out), fmt.Sprint(r.Silver.Out), fmt.Sprint(r.Bronze.Rejected+r.Silver.Rejected), oneLine(r.Error)))
	}
	return a.print(header, cells, results)
}

// collectedCells are lists, requests, landed, unchanged and failed.
func collectedCells(r jobs.SourceResult) []string {
	if r.Collected == nil {
		return make([]string, 5)
	}
	incomplete := 0
	for _, l := range r.Lists {
		if !l.IsComplete {
			incomplete++
		}
	}
	lists := fmt.Sprint(len(r.Lists))
	if incomplete > 0 {
		lists += fmt.Sprintf(" (%d incomplete)", incomplete)
	}
	c := r.Collected
	return []string{lists, fmt.Sprint(c.Requests), fmt.Sprint(c.Responses), fmt.Sprint(c.Skipped), fmt.Sprint(c.Failed + c.Blocked)}
}
