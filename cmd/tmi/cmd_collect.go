package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
)

const resumeHelp = "collecting: also take over runs of other machines that have not ended, and go on with the lists of the last run"

func (a *app) collectCommand() *cobra.Command {
	var flags windowFlags
	c := &cobra.Command{
		Use:   "collect",
		Short: "Ask the boards and land their answers, nothing more",
		Long: "Lands what the boards answer now, as `tmi job collect` does for a window that is not over. A run of this\n" +
			"machine that was killed is ended by the next one: what it had landed is not asked for again. --resume\n" +
			"also takes over runs of other machines that have not ended, and goes on in the middle of the lists where\n" +
			"the last run stopped less than an hour ago.\n\n" + exitCodes,
		Example: "  tmi collect --sources jumpit,rallit\n  tmi collect --resume",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.collectNow(cmd.Context(), flags)
		},
	}
	c.Flags().StringSliceVar(&flags.sources, "sources", nil, "boards, by name (default: all that are on)")
	c.Flags().StringVar(&flags.now, "now", "", "set the clock, for replays and tests")
	c.Flags().BoolVar(&flags.resume, "resume", false, resumeHelp)
	return c
}

// collectNow collects the boards side by side, without catalog or tables.
func (a *app) collectNow(ctx context.Context, flags windowFlags) error {
	now, err := clock(flags.now, a.zone)
	if err != nil {
		return err
	}
	chosen, err := a.chosenBoards(flags.sources)
	if err != nil {
		return err
	}
	if err := a.mayAsk(chosen...); err != nil {
		return err
	}
	store, err := a.openStore(ctx)
	if err != nil {
		return err
	}
	e, err := a.env(nil, now)
	if err != nil {
		return err
	}
	if err := collect.Mark(ctx, store, false); err != nil {
		return err
	}
	a.keepLog(store, now())
	a.sayWhom(chosen, 0)
	run := a.collector(e, store, chosen, collecting{resume: flags.resume})
	results := make([]stepResult, len(chosen))
	failures := make([]error, len(chosen))
	day := jobs.DayStart(now(), a.zone)
	ended := make(chan struct{})
	for i, board := range chosen {
		go func() {
			manifest, err := run(ctx, board.Name, 0)
			results[i] = stepResult{Job: "collect", Source: board.Name, ExitCode: errs.ExitCode(err), From: day, To: day.Add(24 * time.Hour), Report: collectReport(manifest)}
			if failures[i] = err; err != nil {
				results[i].Error = err.Error()
			}
			ended <- struct{}{}
		}()
	}
	for range chosen {
		<-ended
	}
	if err := a.printSteps(results); err != nil {
		return err
	}
	return errs.Worst(failures...)
}
