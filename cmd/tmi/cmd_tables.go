package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

// tableRow is a line of `tmi tables`. Its names are a contract.
type tableRow struct {
	Name           string     `json:"name"`
	Rows           int64      `json:"rows"`
	Bytes          int64      `json:"bytes"`
	Files          int64      `json:"files"`
	SnapshotID     *int64     `json:"snapshot_id"`      // published; null = not in the published set
	HeadSnapshotID *int64     `json:"head_snapshot_id"` // null = never written
	CommittedAt    *time.Time `json:"committed_at"`
	Grain          string     `json:"grain"`
	Digest         string     `json:"digest,omitempty"`
}

func (a *app) tablesCommand() *cobra.Command {
	var digest bool
	c := &cobra.Command{
		Use:     "tables",
		Short:   "What is in the lake",
		Long:    "Lists every table with its rows, bytes, files, published and newest snapshot.\nWith --digest also a digest of each table's logical rows at its head: order, file layout and\nrun-dependent columns are left out.\n\n" + exitCodes,
		Example: "  tmi tables\n  tmi tables --digest --output json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := a.existingLake(cmd.Context())
			if err != nil {
				return err
			}
			defer l.Close()
			rows, err := tableRows(cmd.Context(), l, digest)
			if err != nil {
				return err
			}
			header := []string{"table", "rows", "size", "files", "committed", "grain"}
			if digest {
				header = append(header, "digest")
			}
			var cells [][]string
			for _, r := range rows {
				committed := "never"
				if r.CommittedAt != nil {
					committed = r.CommittedAt.In(a.zone).Format("2006-01-02 15:04")
				}
				line := []string{r.Name, fmt.Sprint(r.Rows), size(r.Bytes), fmt.Sprint(r.Files), committed, r.Grain}
				if digest {
					line = append(line, r.Digest)
				}
				cells = append(cells, line)
			}
			return a.print(header, cells, rows)
		},
	}
	c.Flags().BoolVar(&digest, "digest", false, "also a digest of each table's rows")
	return c
}

func tableRows(ctx context.Context, l *lake.Lake, digest bool) ([]tableRow, error) {
	heads, err := l.Heads(ctx)
	if err != nil {
		return nil, err
	}
	published, err := l.Published(ctx)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	var session *lake.Session
	if digest {
		if session, err = l.Session(ctx, heads); err != nil {
			return nil, err
		}
		defer session.Close()
	}
	var rows []tableRow
	for _, t := range schemas.Tables() {
		row := tableRow{Name: t.Name(), Grain: t.Grain}
		if pin, ok := heads.Tables[t.Name()]; ok {
			row.Rows, row.Bytes, row.Files, row.HeadSnapshotID, row.CommittedAt = pin.Rows, pin.SizeBytes, pin.Files, &pin.SnapshotID, &pin.CommittedAt
		}
		if pin, ok := published.Tables[t.Name()]; ok {
			row.SnapshotID = &pin.SnapshotID
		}
		if digest {
			if row.Digest, err = session.Digest(ctx, t); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (a *app) historyCommand() *cobra.Command {
	var run string
	c := &cobra.Command{
		Use:   "history [TABLE]",
		Short: "The snapshots of a table, or of all, newest first; or one run, whole",
		Long: "Lists snapshots: every commit makes one, and one that a published set names can be read.\n" +
			"--run ID shows one run of a job instead: how it ended, its window, rows, bytes, requests, the lists it read,\n" +
			"the jobs that refined what it landed, the end of its log. Logs name it as run_id; its beginning will do once bronze has it.\n\n" + exitCodes,
		Example: "  tmi history silver.postings\n  tmi history --run 20260504T000000Z-0123abcd",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if run != "" {
				if len(args) > 0 {
					return errs.New(errs.Invalid, "--run shows one run: leave the table out")
				}
				return a.showRun(cmd.Context(), run)
			}
			tables := schemas.Tables()
			if len(args) == 1 {
				t, err := tableNamed(args[0])
				if err != nil {
					return err
				}
				tables = []schemas.Table{t}
			}
			l, err := a.existingLake(cmd.Context())
			if err != nil {
				return err
			}
			defer l.Close()
			rows := []lake.Snapshot{}
			for _, t := range tables {
				history, err := l.History(cmd.Context(), t)
				if err != nil {
					return err
				}
				rows = append(rows, history...)
			}
			var cells [][]string
			for _, r := range rows {
				cells = append(cells, []string{r.Table, fmt.Sprint(r.SnapshotID), r.CommittedAt.In(a.zone).Format("2006-01-02 15:04:05"), r.Operation,
					fmt.Sprint(r.Rows), fmt.Sprint(r.Files), size(r.SizeBytes)})
			}
			return a.print([]string{"table", "snapshot", "committed", "operation", "rows", "files", "size"}, cells, rows)
		},
	}
	c.Flags().StringVar(&run, "run", "", "show this run of a job")
	return c
}

func tableNamed(name string) (schemas.Table, error) {
	t, ok := schemas.TableByName(name)
	if !ok {
		return t, errs.New(errs.NotFound, "there is no table %q: `tmi tables` lists them", name)
	}
	return t, nil
}
