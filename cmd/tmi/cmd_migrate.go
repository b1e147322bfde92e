package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

func (a *app) migrateCommand() *cobra.Command {
	var apply bool
	var now string
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the tables of an older lake to what this program declares",
		Long: "Shows for each table the version that it is stored at, the one that this program writes, and what would be\n" +
			"done: nullable columns added, comments written; for a raised version the columns changed and the rows made\n" +
			"anew from the layer before, by the steps named. Without --apply nothing is changed. Interrupted, it is done\n" +
			"again by the same command. A lake of a newer program is refused with exit code 6.\n\n" + exitCodes,
		Example: "  tmi migrate\n  tmi migrate --apply",
		RunE: func(cmd *cobra.Command, _ []string) error {
			at, err := clock(now, a.zone)
			if err != nil {
				return err
			}
			l, err := a.existingLake(cmd.Context())
			if err != nil {
				return err
			}
			return closing(l, a.migrate(cmd.Context(), l, apply, at))
		},
	}
	c.Flags().BoolVar(&apply, "apply", false, "do it")
	c.Flags().StringVar(&now, "now", "", "set the clock, for replays and tests")
	return c
}

// migrationRow is a line of `tmi migrate`.
type migrationRow struct {
	lake.Migration
	Steps []string `json:"steps"` // what is to be done, in order; empty for nothing
}

func (a *app) migrate(ctx context.Context, l *lake.Lake, apply bool, now func() time.Time) error {
	all, err := l.Migrations(ctx)
	if err != nil {
		return err
	}
	rows, cells := []migrationRow{}, [][]string{}
	due := 0
	for _, m := range all {
		r := migrationRow{m, migrationSteps(m)}
		if !m.IsCurrent() {
			due++
		}
		rows = append(rows, r)
		cells = append(cells, []string{m.Table, fmt.Sprint(m.Stored), fmt.Sprint(m.Declared), strings.Join(r.Steps, "; ")})
	}
	if err := a.print([]string{"table", "stored", "declared", "to do"}, cells, rows); err != nil {
		return err
	}
	say := func(format string, args ...any) {
		if a.output == "table" {
			fmt.Fprintf(a.stdout, format+"\n", args...)
		}
	}
	if due == 0 {
		say("every table is as this program declares it")
		return nil
	}
	if !apply {
		say("nothing was changed: --apply does it")
		return nil
	}
	if err := a.applyMigrations(ctx, l, all, now); err != nil {
		return err
	}
	say("done: %d tables are now as this program declares them", due)
	return nil
}

// migrationSteps says in words what is to be done.
func migrationSteps(m lake.Migration) []string {
	steps := []string{}
	add := func(verb string, columns []string) {
		if len(columns) > 0 {
			steps = append(steps, verb+" "+strings.Join(columns, ", "))
		}
	}
	if m.IsNewer() {
		return []string{"use the newer tmi that wrote it"}
	}
	add("drop", m.Drop)
	add("add", m.Add)
	if n := len(m.Comment); n > 0 {
		steps = append(steps, fmt.Sprintf("comment %d columns", n))
	}
	if !m.IsOlder() {
		return steps
	}
	add("drop the rows, which lack", m.Lack)
	t, _ := schemas.TableByName(m.Table)
	if jobs.IsRemade(t) {
		return append(steps, "make the rows anew: "+strings.Join(jobs.RebuildSteps(t.Layer), ", "))
	}
	return append(steps, "keep the rows")
}

// applyMigrations changes the columns of every table, makes rows anew from the earliest
// layer whose version was raised, and records the new versions last.
func (a *app) applyMigrations(ctx context.Context, l *lake.Lake, all []lake.Migration, now func() time.Time) error {
	if err := l.BeginMigration(ctx); err != nil {
		return err
	}
	for _, m := range all {
		if t, _ := schemas.TableByName(m.Table); m.IsOlder() && len(m.Lack) > 0 && !jobs.IsRemade(t) {
			return errs.New(errs.Contract, "table %s: its rows lack %s, which is required, and nothing makes them anew: expected a nullable column", m.Table, strings.Join(m.Lack, ", "))
		}
	}
	var raised []schemas.Table
	var from schemas.Layer
	for _, m := range all {
		if m.IsCurrent() {
			continue
		}
		t, _ := schemas.TableByName(m.Table)
		a.logger.Info("changing columns", "table", m.Table)
		if err := l.Reshape(ctx, t); err != nil {
			return err
		}
		if !m.IsOlder() {
			continue
		}
		raised = append(raised, t)
		if from == "" && jobs.IsRemade(t) { // the tables come in the order of the layers
			from = t.Layer
		}
	}
	if from != "" {
		e, err := a.env(l, now)
		if err != nil {
			return err
		}
		if err := jobs.Rebuild(ctx, e, from, a.config.boardNames()); err != nil {
			return fmt.Errorf("make the rows anew: %w", err)
		}
	}
	var failed []error
	for _, t := range raised {
		failed = append(failed, l.Settle(ctx, t))
	}
	return errs.Worst(failed...)
}
