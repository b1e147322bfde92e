package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/sources/boards"
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
}

func (a *app) sourceRows() []sourceRow {
	var rows []sourceRow
	for _, b := range boards.All() {
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
	return &cobra.Command{
		Use:   "sources",
		Short: "The boards: on or off and why, rate, lists",
		Long:  "Lists every board that TMI can read, whether it is collected from, and why.\n\n" + exitCodes,
		RunE: func(*cobra.Command, []string) error {
			rows := a.sourceRows()
			var cells [][]string
			for _, r := range rows {
				lists := strings.Join(append(append([]string{}, r.Boards...), r.Threads...), ",")
				cells = append(cells, []string{r.Name, map[bool]string{true: "on", false: "off"}[r.Enabled], fmt.Sprintf("%g/s", r.Rate), r.BaseURL, oneLine(lists), r.Why})
			}
			return a.print([]string{"source", "state", "rate", "address", "lists", "why"}, cells, rows)
		},
	}
}
