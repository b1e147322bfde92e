package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/api"
	"github.com/techmapit/tmi/api/tokens"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/door"
	"github.com/techmapit/tmi/schemas"
)

const (
	workerCommand = "sql-worker"
	doorWorkers   = 2               // statements at once
	doorWait      = 5 * time.Second // for a free worker
)

// sqlWorkerCommand is what `tmi serve` starts for analysts' statements. It reads neither
// config nor environment: all it may know comes over its standard input.
func (a *app) sqlWorkerCommand() *cobra.Command {
	return &cobra.Command{
		Use: workerCommand, Hidden: true, Short: "Answer statements of the SQL door (started by tmi serve)",
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE:              func(cmd *cobra.Command, _ []string) error { return door.Work(cmd.Context(), a.stdin, a.stdout) },
	}
}

// openDoor prepares the SQL door over the lake's published sets. While isBusy its statements
// run more slowly.
func (a *app) openDoor(l *lake.Lake, isBusy func() bool) (*api.SQLOptions, func(), error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil, errs.New(errs.Internal, "find this program to start SQL workers: %w", err)
	}
	limits := door.DefaultLimits
	limits.MemoryBytes = min(limits.MemoryBytes, max(a.duckMemory/4, 64<<20))
	pool, err := door.Open(door.Options{
		Command: []string{program, workerCommand}, Workers: doorWorkers, IsBusy: isBusy, Limits: limits, Wait: doorWait, Logger: a.logger,
		Bind: func(ctx context.Context, scope string) (string, func(context.Context) (door.Binding, func(), error), error) {
			set, err := publicSet(ctx, l)
			if errs.Is(err, errs.NotFound) {
				return "", nil, errs.New(errs.Unavailable, "nothing is published yet")
			}
			return strconv.FormatInt(set.Seq, 10) + " " + strings.Join(set.Hidden, " "), func(ctx context.Context) (door.Binding, func(), error) {
				return l.DoorBinding(ctx, set, doorTables(scope)...)
			}, err
		},
	})
	if err != nil {
		return nil, nil, err
	}
	return &api.SQLOptions{Door: pool, Tokens: tokens.New(l.Objects()), Limits: limits, Wait: doorWait}, func() {
		if err := pool.Close(); err != nil {
			a.logger.Warn("close the SQL door", "error", err)
		}
	}, nil
}

// doorTables are those that a scope sees.
func doorTables(scope string) []schemas.Table {
	var tables []schemas.Table
	for _, t := range schemas.Tables() {
		if t.Layer != schemas.Bronze || scope == tokens.ScopeBronze {
			tables = append(tables, t)
		}
	}
	return tables
}
