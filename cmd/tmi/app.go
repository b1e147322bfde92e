package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // calendar days need it on machines that have none

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/internal/tracing"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/jobs/metriclog"
	"github.com/techmapit/tmi/jobs/metrics"
	"github.com/techmapit/tmi/jobs/runlog"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// app is what the commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string
	configPath     string
	output         string
	config         Config
	logger         *slog.Logger
	kept           *runlog.Kept
	zone           *time.Location
	duckMemory     int64
	heapMemory     int64
	span           *tracing.Span // of the command
	stopTraces     func()
	stopLogs       func()
}

func newApp(stdin io.Reader, stdout, stderr io.Writer, environ []string) *app {
	return &app{stdin: stdin, stdout: stdout, stderr: stderr, environ: environ, logger: slog.New(slog.DiscardHandler), kept: &runlog.Kept{}}
}

// configure reads the config before any command runs.
func (a *app) configure(cmd *cobra.Command) (err error) {
	if a.output != "table" && a.output != "json" {
		return errs.New(errs.Invalid, "--output is %q, expected table or json", a.output)
	}
	var unknown []string
	if a.config, err = loadConfig(a.configPath, a.environ, func(name string) { unknown = append(unknown, name) }); err != nil {
		return err
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(a.config.LogLevel)); err != nil {
		return errs.New(errs.Invalid, "config: log_level: %w", err)
	}
	a.logger = a.newLogger(level)
	clean := runlog.Cleaner(a.config.secrets()...)
	slog.SetDefault(slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: max(level, slog.LevelError), ReplaceAttr: clean}))) // libraries' chatter
	if err := a.sendLogs(cmd.Context(), min(level, slog.LevelInfo)); err != nil {
		return err
	}
	for _, name := range unknown {
		a.logger.Warn("unknown variable, it sets nothing", "name", name)
	}
	if a.zone, err = time.LoadLocation(a.config.Lake.Timezone); err != nil {
		return errs.New(errs.Invalid, "config: lake.timezone: %w", err)
	}
	a.duckMemory, a.heapMemory = shareMemory(a.config.Memory)
	return a.startTraces(cmd)
}

// newLogger writes to standard error from level on, and keeps what runs say.
func (a *app) newLogger(level slog.Level) *slog.Logger {
	clean := runlog.Cleaner(a.config.secrets()...)
	return slog.New(a.kept.Handler(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level, ReplaceAttr: clean}), min(level, slog.LevelInfo), clean))
}

// clock is the wall clock, or one that starts at the time given and runs on from there.
func clock(now string, zone *time.Location) (func() time.Time, error) {
	if now == "" {
		return func() time.Time { return time.Now().UTC() }, nil
	}
	start, err := parseTime(now, zone)
	if err != nil {
		return nil, errs.New(errs.Invalid, "--now: %w", err)
	}
	began := time.Now()
	return func() time.Time { return start.Add(time.Since(began)).UTC() }, nil
}

// parseTime reads a calendar day of the lake's time zone, as its first instant, or an
// RFC 3339 instant.
func parseTime(text string, zone *time.Location) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return day.UTC(), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, errs.New(errs.Invalid, "%q is no time, expected a date such as 2026-05-04 or an instant such as 2026-05-04T09:00:00+09:00", text)
	}
	return at.UTC(), nil
}

// newRunID is unique and sorts by time.
func newRunID(at time.Time) string {
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand)
	return at.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(random[:])
}

// openLake opens the configured lake. A folder that holds something else is refused before
// anything is put into it.
func (a *app) openLake(ctx context.Context, fallback string) (*lake.Lake, error) {
	l, err := a.openLakeAsItLies(ctx, fallback)
	if err != nil {
		return nil, err
	}
	from, moved, err := l.MovedFrom(ctx)
	switch {
	case errs.Is(err, errs.Unavailable): // the catalog is away: what is published can be read
		return l, nil
	case err != nil:
		return nil, closing(l, err)
	case moved:
		return nil, closing(l, errs.New(errs.Conflict, "the lake at %s was moved there from %s: `tmi relocate` mends it in its place", l.Objects().URI(), from))
	}
	return l, nil
}

// openLakeAsItLies is openLake for commands that mend a lake whose catalog is lost or names
// another place.
func (a *app) openLakeAsItLies(ctx context.Context, fallback string) (*lake.Lake, error) {
	uri, err := a.config.lakeURI(fallback)
	if err != nil {
		return nil, err
	}
	if err := refuseForeignFolder(uri); err != nil {
		return nil, err
	}
	return lake.Open(ctx, a.lakeOptions(uri))
}

// lakeOptions are the config's settings for a lake at the address.
func (a *app) lakeOptions(uri string) lake.Options {
	return lake.Options{
		URI: uri, Catalog: a.config.Catalog, CatalogURI: a.config.CatalogURI, CatalogToken: a.config.CatalogToken, MemoryBytes: a.duckMemory, HeapBytes: a.heapMemory, Threads: a.config.Threads, CacheDir: a.config.CacheDir,
		CacheBytes: int64(a.config.CacheBytes), ExtensionDir: a.config.DuckDBExtensionDir, MinFreeBytes: int64(a.config.MinFreeDisk), Logger: a.logger,
		Encryption: a.config.encryption(),
	}
}

// existingLake is openLake for commands that only read.
func (a *app) existingLake(ctx context.Context) (*lake.Lake, error) {
	uri, err := a.config.lakeURI(defaultLake)
	if err != nil {
		return nil, err
	}
	if root, ok := strings.CutPrefix(uri, "file://"); ok {
		if _, err := os.Stat(filepath.Join(root, "catalog.db")); errors.Is(err, os.ErrNotExist) && a.config.catalogInLake() {
			if _, err := os.Stat(filepath.Join(root, "lake.json")); err == nil {
				return nil, errs.New(errs.NotFound, "the lake at %s has lost its catalog.db: `tmi restore` makes it anew", uri)
			}
			return nil, errs.New(errs.NotFound, "there is no lake at %s: `tmi run` or `tmi demo` makes one, lake.uri (TMI_LAKE_URI) names another", uri)
		}
	}
	return a.openLake(ctx, defaultLake)
}

// openStore opens the lake's objects alone: collecting needs neither catalog nor tables.
func (a *app) openStore(ctx context.Context) (objects.Store, error) {
	uri, err := a.config.lakeURI(defaultLake)
	if err != nil {
		return nil, err
	}
	if err := refuseForeignFolder(uri); err != nil {
		return nil, err
	}
	return objects.OpenEncrypted(ctx, uri, a.config.encryption())
}

// refuseForeignFolder refuses a local folder that has files but none of a lake's.
func refuseForeignFolder(uri string) error {
	root, ok := strings.CutPrefix(uri, "file://")
	if !ok {
		return nil
	}
	entries, err := os.ReadDir(root)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return errs.New(errs.Invalid, "lake.uri: %s is no folder that can be read: %w", root, err)
	}
	for _, entry := range entries {
		switch entry.Name() {
		case "lake.json", "catalog.db", "raw", ".objects": // the last is what a first run left that got no further
			return nil
		}
	}
	if len(entries) > 0 {
		return errs.New(errs.Invalid, "lake.uri: %s is not a lake: it holds %q and no lake.json; expected a lake, or an empty or new folder", root, entries[0].Name())
	}
	return nil
}

// workplace opens the lake and builds what the jobs work with over it. Close the lake.
func (a *app) workplace(ctx context.Context, fallback string, now func() time.Time) (*lake.Lake, *jobs.Env, error) {
	l, err := a.openLake(ctx, fallback)
	if err != nil {
		return nil, nil, err
	}
	// Before anything is asked or landed; without a catalog one may collect all the same.
	if err := l.CheckVersions(ctx); err != nil && !errs.Is(err, errs.Unavailable) {
		return nil, nil, closing(l, err)
	}
	e, err := a.env(l, now)
	if err != nil {
		return nil, nil, closing(l, err)
	}
	a.keepLog(l.Objects(), now())
	return l, e, nil
}

// env builds what the jobs work with.
func (a *app) env(l *lake.Lake, now func() time.Time) (*jobs.Env, error) {
	extractor, err := extract.New()
	if err != nil {
		return nil, err
	}
	e := &jobs.Env{Lake: l, Retention: a.config.retention(), Sources: map[string]sources.Source{}, Boards: map[string]sources.Board{}, Extractor: extractor, Zone: a.zone,
		Clock: now, NewRunID: newRunID, Logger: a.logger, Code: version, Progress: a.progress(),
		Ended: func(run schemas.Run) {
			a.warnOfMetrics(metrics.Dir(a.config.MetricsDir).Ran(run))
			a.logMetrics(context.Background(), metriclog.Ran(run, time.Now()))
		}}
	if e.Assistant, err = a.assistant(extractor); err != nil {
		return nil, err
	}
	if e.Contracts, e.AuditModes, err = a.config.contracts(); err != nil {
		return nil, err
	}
	for _, board := range a.config.boards {
		source, err := board.New(a.settings(board))
		if err != nil {
			return nil, errs.New(errs.Invalid, "sources.%s: %w", board.Name, err)
		}
		e.Sources[board.Name], e.Boards[board.Name] = source, board
	}
	return e, nil
}

// warnOfMetrics says that a run's metrics could not be written; the run itself is as good
// without them.
func (a *app) warnOfMetrics(err error) {
	if err != nil {
		a.logger.Warn("metrics are not written", "error", err)
	}
}

// logMetrics writes a line that CloudWatch makes metrics of, where that was asked for. What
// ended a run may name secrets, so the line is cleaned as all are.
func (a *app) logMetrics(ctx context.Context, attrs []slog.Attr) {
	if a.config.MetricsLog {
		line := slog.NewJSONHandler(a.stderr, &slog.HandlerOptions{ReplaceAttr: runlog.Cleaner(a.config.secrets()...)})
		slog.New(line).LogAttrs(ctx, slog.LevelInfo, "run ended", attrs...)
	}
}

// lookAtLake leaves what the tables say for Prometheus, where that was asked for.
func (a *app) lookAtLake(ctx context.Context, l *lake.Lake, now time.Time) {
	if a.config.MetricsDir == "" || ctx.Err() != nil {
		return
	}
	state, err := metrics.Look(ctx, l, now)
	if err == nil {
		err = metrics.Dir(a.config.MetricsDir).Looked(state, a.machine(l))
	}
	a.warnOfMetrics(err)
}

// machine is what to tell of this machine's disks.
func (a *app) machine(l *lake.Lake) metrics.Machine {
	root, _ := strings.CutPrefix(l.Objects().URI(), "file://")
	if !filepath.IsAbs(root) {
		root = "" // a bucket
	}
	return metrics.Machine{Lake: root, Cache: a.config.CacheDir, CacheBytes: int64(a.config.CacheBytes), MinFree: int64(a.config.MinFreeDisk)}
}

// keepLog keeps the command's log in the lake, if it turns out to run anything.
func (a *app) keepLog(store objects.Store, now time.Time) {
	every := time.Minute
	if !strings.HasPrefix(store.URI(), "file://") {
		every = 15 * time.Minute // each save is paid for
	}
	id := newRunID(now)
	a.kept.Begin(store, id, every)
	a.span.Set(slog.String("log_id", id))
}

// isDemo reads what kind of data the lake holds; false before the first landing.
func isDemo(ctx context.Context, store objects.Store) (bool, error) {
	kind, err := collect.Kind(ctx, store)
	return kind == collect.KindDemo, err
}
