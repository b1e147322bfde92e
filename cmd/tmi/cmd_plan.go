package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/schemas"
)

func (a *app) planCommand() *cobra.Command {
	var flags windowFlags
	var full, quick, fromRaw bool
	c := &cobra.Command{
		Use:   "plan",
		Short: "What run would do with the same flags, and what it is expected to take",
		Long: "Rows, bytes, requests, seconds and dollars of each step: medians of the newest 15 runs like it, by\n" +
			"source and step, from ops.runs. Nothing is changed and no board is asked. `tmi run` prints the same\n" +
			"beside what it took.\n\n" + exitCodes,
		Example: "  tmi plan\n  tmi plan --sources jumpit --from-raw --full\n  tmi plan --output json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			r, err := a.planRun(flags, full, quick, fromRaw)
			if err != nil {
				return err
			}
			l, err := a.existingLake(ctx)
			if errs.Is(err, errs.NotFound) {
				return fmt.Errorf("nothing to plan by: %w", err)
			}
			if err != nil {
				return err
			}
			defer l.Close()
			e, err := a.env(l, r.now)
			if err != nil {
				return err
			}
			if r.isCollecting { // the plan counts it and calls nobody
				r.options.Collect = func(context.Context, string, int) (schemas.RunManifest, error) {
					return schemas.RunManifest{}, errs.New(errs.Internal, "a plan collects nothing")
				}
			}
			steps, err := jobs.Plan(ctx, e, r.options)
			if err != nil {
				return err
			}
			return a.printPlan(steps)
		},
	}
	flags.add(c)
	c.Flags().BoolVar(&full, "full", false, "of recomputing everything that was ever landed")
	c.Flags().BoolVar(&quick, "quick", false, "of the newest 100 postings of each board, published board by board")
	c.Flags().BoolVar(&fromRaw, "from-raw", false, "of refining what is landed, without collecting")
	return c
}

func (a *app) printPlan(steps []jobs.PlannedStep) error {
	var cells [][]string
	total := jobs.PlannedStep{Job: "together"}
	for _, s := range steps {
		window := ""
		if !s.From.IsZero() {
			window = s.From.In(a.zone).Format("2006-01-02 15:04") + " – " + s.To.In(a.zone).Format("2006-01-02 15:04")
		}
		cells = append(cells, append([]string{s.Job, s.Source, window}, append(costCells(s.Expected, s.RunCount > 0), basis(s))...))
		total.Expected = sum(total.Expected, s.Expected)
	}
	cells = append(cells, append([]string{total.Job, "", ""}, append(costCells(total.Expected, true), "")...))
	return a.print([]string{"step", "source", "window", "rows", "bytes in", "bytes out", "requests", "seconds", "dollars", "by"}, cells, steps)
}

func sum(x, y jobs.Costs) jobs.Costs {
	return jobs.Costs{Rows: x.Rows + y.Rows, BytesIn: x.BytesIn + y.BytesIn, BytesOut: x.BytesOut + y.BytesOut, Requests: x.Requests + y.Requests,
		Seconds: x.Seconds + y.Seconds, Dollars: x.Dollars + y.Dollars}
}

// basis says what an expectation is made of.
func basis(s jobs.PlannedStep) string {
	switch {
	case s.RunCount == 0:
		return "never run"
	case !s.IsLike:
		return fmt.Sprintf("%d of other windows", s.RunCount)
	case s.RunCount == 1:
		return "1 run"
	}
	return fmt.Sprintf("%d runs", s.RunCount)
}

// costCells are rows, bytes in and out, requests, seconds and dollars.
func costCells(c jobs.Costs, isKnown bool) []string {
	if !isKnown {
		return []string{"?", "?", "?", "?", "?", "?"}
	}
	return []string{fmt.Sprint(c.Rows), size(c.BytesIn), size(c.BytesOut), fmt.Sprint(c.Requests), fmt.Sprintf("%.1f", c.Seconds), fmt.Sprintf("%.4f", c.Dollars)}
}

// printPlanned prints what a run was expected to take against what it took, step by step.
func (a *app) printPlanned(steps []jobs.PlannedStep) error {
	var cells [][]string
	for _, s := range jobs.ByJob(steps) {
		if s.Actual == nil {
			continue // it did not come to this step
		}
		expected, actual := costCells(s.Expected, s.RunCount > 0), costCells(*s.Actual, true)
		line := []string{s.Job}
		for i := range expected {
			line = append(line, strings.TrimSpace(expected[i]+" → "+actual[i]))
		}
		cells = append(cells, append(line, basis(s)))
	}
	if len(cells) == 0 {
		return nil
	}
	fmt.Fprintln(a.stdout, "\nPlanned → taken")
	return writeTable(a.stdout, []string{"step", "rows", "bytes in", "bytes out", "requests", "seconds", "dollars", "planned by"}, cells)
}
