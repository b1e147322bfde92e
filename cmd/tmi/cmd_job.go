package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/schemas"
)

// jobSteps are the steps that Airflow calls by name, in the order of the river.
var jobSteps = []struct {
	name      string
	perSource bool
	run       jobs.Step
	whole     wholeWindow // what --full means; nil where it means nothing
}{
	{"collect", true, nil, nil},
	{"bronze", true, jobs.Bronze, jobs.WholeWindow},
	{"silver", true, jobs.Silver, jobs.WholeWindow},
	{"assist", true, jobs.Assist, jobs.WholeOf},
	{"lifecycle", true, jobs.Lifecycle, jobs.WholeWindow},
	{"duplicates", false, jobs.Duplicates, nil},
	{"gold", false, jobs.Gold, nil},
	{"check", false, jobs.Check, nil},
	{"index", false, jobs.Index, nil},
	{"publish", false, jobs.Publish, nil},
	{"report", false, nil, nil},
	{"expire", false, jobs.Expire, nil},
	{"maintain", false, jobs.Maintain, nil},
}

// wholeWindow is the window that holds all of a source; the zero window for nothing.
type wholeWindow func(ctx context.Context, e *jobs.Env, source string) (jobs.Window, error)

func (a *app) jobCommand() *cobra.Command {
	var flags windowFlags
	var full bool
	var only string
	var names []string
	for _, s := range jobSteps {
		names = append(names, s.name)
	}
	c := &cobra.Command{
		Use:   "job NAME --from D --to D|--full",
		Short: "One step over a window: what a scheduler calls",
		Long: "Runs one step: " + strings.Join(names, ", ") + ".\nA step may be repeated: it leaves the same rows. Collecting asks the boards as they are now; for a window\n" +
			"that a later one of the same length has followed it does nothing, so that a backfill starts at bronze.\n" +
			"--full is everything that was ever landed, for bronze, silver, assist and lifecycle. With --only techs silver finds\n" +
			"the technologies of the stored texts again and leaves the rest: for a new dictionary. assist asks a language model about\n" +
			"what the dictionary leaves open, where TMI_GEMINI_API_KEY is set. report makes the report of every month that the window\n" +
			"touches from what is published: pages, PDF where Chromium is installed, mail where smtp_uri is set.\n\n" + exitCodes,
		Example:   "  tmi job collect --from 2026-05-04 --to 2026-05-05 --sources jumpit\n  tmi job gold --from 2026-05-04 --to 2026-05-05\n  tmi job silver --full --only techs",
		Args:      cobra.ExactArgs(1),
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, s := range jobSteps {
				if s.name != args[0] {
					continue
				}
				if flags.resume && s.name != "collect" {
					return errs.New(errs.Invalid, "--resume is for tmi job collect")
				}
				if only != "" {
					if s.name != "silver" || only != "techs" {
						return errs.New(errs.Invalid, "--only %s: expected tmi job silver --only techs", only)
					}
					s.name, s.run, s.whole = "techs", jobs.Techs, jobs.WholeOf
				}
				if full && s.whole == nil {
					return errs.New(errs.Invalid, "--full is for bronze, silver, assist and lifecycle: tmi job %s needs --from and --to", s.name)
				}
				if !full {
					s.whole = nil
				}
				return a.runStep(cmd.Context(), flags, s.name, s.perSource, s.run, s.whole)
			}
			return errs.New(errs.Invalid, "unknown job %q, expected one of %s", args[0], strings.Join(names, ", "))
		},
	}
	flags.add(c)
	c.Flags().BoolVar(&full, "full", false, "everything that was ever landed, instead of --from and --to")
	c.Flags().BoolVar(&flags.resume, "resume", false, resumeHelp)
	c.Flags().StringVar(&only, "only", "", "silver: techs finds technologies again and leaves the rest")
	return c
}

// stepResult is a line of `tmi job`.
type stepResult struct {
	Job      string      `json:"job"`
	Source   string      `json:"source,omitempty"`
	ExitCode int         `json:"exit_code"`
	Error    string      `json:"error,omitempty"`
	From     time.Time   `json:"from"`
	To       time.Time   `json:"to"`
	Report   jobs.Report `json:"report"`
}

func (a *app) runStep(ctx context.Context, flags windowFlags, name string, perSource bool, step jobs.Step, whole wholeWindow) (err error) {
	now, err := clock(flags.now, a.zone)
	if err != nil {
		return err
	}
	window, err := flags.window(a.zone)
	if err != nil {
		return err
	}
	switch {
	case whole != nil && !window.To.IsZero():
		return errs.New(errs.Invalid, "--full is the whole window: leave --from and --to out")
	case whole == nil && window.To.IsZero():
		return errs.New(errs.Invalid, "tmi job %s needs --from and --to", name)
	}
	chosen, err := a.chosenBoards(flags.sources)
	if err != nil {
		return err
	}
	if name == "techs" && len(flags.sources) == 0 {
		chosen = a.config.boards // stored texts stay, whether or not their board is on
	}
	if name == "collect" {
		if err := a.mayAsk(chosen...); err != nil {
			return err
		}
	}
	l, e, err := a.workplace(ctx, defaultLake, now)
	if err != nil {
		return err
	}
	defer l.Close()
	if name == "collect" {
		step = a.collectStep(e, window, func(ctx context.Context) (jobs.Collector, error) {
			return a.collector(e, l.Objects(), chosen, collecting{resume: flags.resume}), collect.Mark(ctx, l.Objects(), false)
		})
	}
	if name == "report" {
		step = a.reportStep(l, true)
	}
	units := []string{""}
	if perSource {
		units = nil
		for _, b := range chosen {
			units = append(units, b.Name)
		}
	}
	if name == "assist" && e.Assistant == nil {
		a.logger.Warn("the assistant is off and nothing is asked: TMI_GEMINI_API_KEY holds no key of the Gemini API")
		units = nil
	}
	results := []stepResult{}
	var failures []error
	for _, source := range units {
		window := window
		if whole != nil {
			if window, err = whole(ctx, e, source); err != nil {
				return err
			}
			if window.To.IsZero() {
				continue
			}
		}
		report, err := e.Do(ctx, name, source, window, step)
		r := stepResult{Job: name, Source: source, ExitCode: errs.ExitCode(err), From: window.From, To: window.To, Report: report}
		if err != nil {
			r.Error = err.Error()
			if source != "" {
				err = fmt.Errorf("%s: %w", source, err)
			}
			failures = append(failures, err)
		}
		results = append(results, r)
		if ctx.Err() != nil {
			break
		}
	}
	if name == "collect" {
		e.Forget() // a collector needs no catalog: bronze records it from run.json
	}
	if err := e.Record(context.WithoutCancel(ctx)); err != nil {
		failures = append(failures, err)
	}
	if !perSource { // steps of one source are many, and the others follow them
		a.lookAtLake(ctx, l, e.Clock())
	}
	if err := a.printSteps(results); err != nil {
		failures = append(failures, err)
	}
	return errs.Worst(failures...)
}

// collectStep makes collecting a step. A window that was followed by another is past.
func (a *app) collectStep(e *jobs.Env, window jobs.Window, open func(context.Context) (jobs.Collector, error)) jobs.Step {
	return func(ctx context.Context, _ *jobs.Env, source string, _ jobs.Window) (report jobs.Report, err error) {
		if length := window.To.Sub(window.From); !e.Clock().Before(window.To.Add(length)) {
			a.logger.Info("a past window is not collected: boards answer for now alone", "source", source, "window", window.String())
			return report, nil
		}
		run, err := open(ctx)
		if err != nil {
			return report, err
		}
		manifest, err := run(ctx, source, 0)
		report = collectReport(manifest)
		return report, err
	}
}

func collectReport(m schemas.RunManifest) jobs.Report {
	c := m.Counts
	return jobs.Report{In: int64(c.Responses + c.Revisits + c.Failed + c.Blocked), Out: int64(c.Responses), Duplicate: int64(c.Revisits), Rejected: int64(c.Failed + c.Blocked),
		BytesIn: c.BytesIn, BytesOut: c.BytesOut, Requests: int64(c.Requests), Retries: int64(c.Retries)}
}

func (a *app) printSteps(results []stepResult) error {
	var cells [][]string
	for _, r := range results {
		cells = append(cells, []string{r.Job, r.Source, fmt.Sprint(r.Report.In), fmt.Sprint(r.Report.Out), fmt.Sprint(r.Report.Rejected), fmt.Sprint(r.Report.Duplicate), oneLine(r.Error)})
	}
	return a.print([]string{"job", "source", "in", "out", "rejected", "duplicate", "error"}, cells, results)
}
