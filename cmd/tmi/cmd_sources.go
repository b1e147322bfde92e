package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake/objects"
)

// sourceRow is a line of `tmi sources`.
type sourceRow struct {
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Enabled     bool     `json:"enabled"`
	Why         string   `json:"why"` // it is on or off
	Terms       string   `json:"terms"`
	IsKorean    bool     `json:"is_korean"`
	BaseURL     string   `json:"base_url"`
	Rate        float64  `json:"rate"`
	Concurrency int      `json:"concurrency"`
	Boards      []string `json:"boards,omitempty"`
	Threads     []string `json:"threads,omitempty"`
	Publish     string   `json:"publish"`
	Missing     []string `json:"missing,omitempty"` // lists that the board no longer knows, left alone for a while
	// Health is how the last run went; null before the first.
	Health *collect.Health `json:"health"`
}

func (a *app) sourceRows() []sourceRow {
	var rows []sourceRow
	for _, b := range a.config.boards {
		s := a.settings(b)
		isOn, why := a.state(b)
		row := sourceRow{Name: b.Name, Title: b.Title, Enabled: isOn, Why: why, Terms: b.Terms, IsKorean: b.IsKorean, BaseURL: masked(s.BaseURL),
			Rate: a.rate(b.Name), Concurrency: a.concurrency(b.Name), Boards: s.Boards, Threads: s.Threads, Publish: a.publishPolicy(b.Name)}
		rows = append(rows, row)
	}
	return rows
}

func (a *app) rate(source string) float64 {
	if r := a.config.Sources[source].Rate; r > 0 {
		return r
	}
	return defaultRate
}

func (a *app) concurrency(source string) int {
	if n := a.config.Sources[source].Concurrency; n > 0 {
		return n
	}
	return defaultConcurrency
}

// defaultConcurrency is how many requests to a board may be under way; the rate is what
// holds them back.
const defaultConcurrency = 2

const defaultPublish = "excerpt"

func (a *app) publishPolicy(source string) string {
	if p := a.config.Sources[source].Publish; p != "" {
		return p
	}
	return defaultPublish
}

func (a *app) sourcesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "sources",
		Short: "The boards: on or off and why, rate, lists",
		Args:  cobra.NoArgs,
		Long: "Lists every board that TMI can read, whether it is collected from, and why.\n" +
			"A list that the board answered three times not to have is switched off and named.\n\n" + exitCodes,
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows := a.sourceRows()
			if err := a.askLake(cmd.Context(), rows); err != nil {
				return err
			}
			var cells [][]string
			for _, r := range rows {
				lists := strings.Join(append(append([]string{}, r.Boards...), r.Threads...), ",")
				why := r.Why
				if len(r.Missing) > 0 {
					why += "; no longer there, switched off: " + strings.Join(r.Missing, ",")
				}
				cells = append(cells, []string{r.Name, map[bool]string{true: "on", false: "off"}[r.Enabled], fmt.Sprintf("%g/s", r.Rate), r.BaseURL, shortened(lists), healthCell(r.Health), why})
			}
			return a.print([]string{"source", "state", "rate", "address", "lists", "last run", "why"}, cells, rows)
		},
	}
	c.AddCommand(a.sourcesTestCommand(), a.sourcesAddCommand(), a.sourcesAcceptCommand())
	return c
}

// shortened keeps a table's cell readable; --output json has the whole.
func shortened(lists string) string {
	const most = 48
	if runes := []rune(lists); len(runes) > most {
		return fmt.Sprintf("%s… (%d)", string(runes[:most]), strings.Count(lists, ",")+1)
	}
	return lists
}

// healthCell is the last run in a few words.
func healthCell(h *collect.Health) string {
	if h == nil {
		return ""
	}
	cell := fmt.Sprintf("%s %s, %d pages", h.EndedAt.Format("2006-01-02 15:04Z"), h.Status, h.Pages)
	if h.SuccessRate != nil && *h.SuccessRate < 1 {
		cell += fmt.Sprintf(" (%.1f %% of those asked for)", 100**h.SuccessRate)
	}
	for _, part := range []struct {
		count int
		what  string
	}{{h.NotModified, "unchanged"}, {h.Retries, "retries"}, {h.Blocked, "blocked"}, {h.Forbidden, "forbidden"}, {h.IncompleteLists, "lists incomplete"}} {
		if part.count > 0 {
			cell += fmt.Sprintf(", %d %s", part.count, part.what)
		}
	}
	if h.Dollars > 0 {
		cell += fmt.Sprintf(", $%.4f", h.Dollars)
	}
	return cell
}

// askLake asks the lake, where there is one, how each board's last run went, and which
// lists their boards no longer know.
func (a *app) askLake(ctx context.Context, rows []sourceRow) error {
	uri, err := a.config.lakeURI(defaultLake)
	if err != nil {
		return err
	}
	if root, ok := strings.CutPrefix(uri, "file://"); ok {
		if _, err := os.Stat(filepath.Join(root, "raw")); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	store, err := objects.OpenEncrypted(ctx, uri, a.config.encryption())
	if err != nil {
		return err
	}
	for i := range rows {
		board, err := a.config.board(rows[i].Name)
		if err != nil {
			return err
		}
		health, hasRun, err := collect.LastHealth(ctx, store, rows[i].Name)
		if err != nil {
			return err
		}
		if hasRun {
			rows[i].Health = &health
		}
		if _, rows[i].Missing, err = a.livingLists(ctx, store, board, time.Now()); err != nil {
			return err
		}
	}
	return nil
}
