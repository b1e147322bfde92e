package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/eval"
	"github.com/techmapit/tmi/lake"
)

const shownMisses = 40

func (a *app) evalCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "eval extract|facts|roles|dedup|close|related --corpus DIR",
		Short: "Precision, recall and F1 against what is known to be true, with the misses",
		Long: "Measures what TMI says: extract, facts and roles against labels, dedup and close against the truth about a played market,\n" +
			"related (recommendations) against postings and labels of keywords.\n" +
			"Every figure comes with the interval that 95 of 100 redrawn samples fall into; one over fewer than " + fmt.Sprint(eval.FewUnits) + " units\n" +
			"counts as not measured. docs/evaluation.md has the formats.\n\n" + exitCodes,
	}
	everything := func(string) bool { return true }
	c.AddCommand(a.evalLabelsCommand("extract", "Technologies and facts against labels", everything),
		a.evalLabelsCommand("facts", "Country, experience, pay and the other facts against labels", eval.IsFact),
		a.evalLabelsCommand("roles", "Roles against labels, each by itself too", eval.IsRole),
		a.evalTruthCommand("dedup", "Duplicates against the truth that tmi replica --truth DIR wrote", jobs.EvalDedup),
		a.evalTruthCommand("close", "Closings against the truth that tmi replica --truth DIR wrote", jobs.EvalClose),
		a.evalRelatedCommand())
	return c
}

// evalLabelsCommand measures against labels the figures that keep names.
func (a *app) evalLabelsCommand(name, short string, keep func(figure string) bool) *cobra.Command {
	var corpus, recorded string
	var withHeldOut bool
	c := &cobra.Command{
		Use:   name + " --corpus DIR",
		Short: short,
		Long: "Reads labels (*.jsonl) of a folder and compares them with what the extractor finds in the texts: those of\n" +
			"DIR/postings.jsonl where there is one, those of recorded answers with --recorded, else those of the lake.\n" +
			"Labels without a text are counted and not measured. The misses of the held-out part are not shown unless asked for.\n\n" + exitCodes,
		Example: "  tmi eval " + name + " --corpus testdata/labels\n  tmi eval " + name + " --corpus testdata/labels --recorded ../shared/recorded",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			parts, err := eval.Labels(corpus)
			if err != nil {
				return err
			}
			x, err := extract.New()
			if err != nil {
				return err
			}
			found, err := a.found(cmd.Context(), x, corpus, recorded, parts)
			if err != nil {
				return err
			}
			return a.printExtract(eval.Extract(parts, found, x.Dictionary(), withHeldOut).Keep(keep))
		},
	}
	c.Flags().StringVar(&corpus, "corpus", "testdata/labels", "folder of labels")
	c.Flags().StringVar(&recorded, "recorded", "", "folder of boards' answers to take the texts from")
	c.Flags().BoolVar(&withHeldOut, "show-held-out", false, "show the misses of the held-out part: whoever tunes must not")
	return c
}

// found looks for the texts where the user says that they are.
func (a *app) found(ctx context.Context, x *extract.Extractor, corpus, recorded string, parts []eval.Part) (map[string]eval.Found, error) {
	if recorded != "" {
		e, err := a.env(nil, time.Now)
		if err != nil {
			return nil, err
		}
		return jobs.FoundInRecorded(recorded, e.Sources, e.Boards, x)
	}
	if texts := filepath.Join(corpus, eval.TextsFile); exists(texts) {
		return eval.FoundInTexts(texts, x)
	}
	var found map[string]eval.Found
	err := a.withHeads(ctx, func(s *lake.Session) (err error) {
		found, err = jobs.FoundInLake(ctx, s, x, parts)
		return err
	})
	return found, err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// withHeads opens a session over the lake's tables as they are now.
func (a *app) withHeads(ctx context.Context, work func(*lake.Session) error) error {
	l, err := a.existingLake(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	set, err := l.Heads(ctx)
	if err != nil {
		return err
	}
	session, err := l.Session(ctx, set)
	if err != nil {
		return err
	}
	defer session.Close()
	return work(session)
}

func (a *app) evalTruthCommand(name, short string, measure func(context.Context, *lake.Session, string) (eval.TruthReport, error)) *cobra.Command {
	var corpus string
	var planted int
	var seed uint64
	c := &cobra.Command{
		Use: name + " --corpus DIR", Short: short, Long: short + ", over the lake that was collected from that market.\n\n" + exitCodes,
		Example: "  tmi eval " + name + " --corpus truth",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if planted != 0 || cmd.Flags().Changed("planted") {
				if planted < 1 || corpus != "" {
					return errs.New(errs.Invalid, "--planted: is %d employers, expected 1 or more and no --corpus: nothing but what is made for it is read", planted)
				}
				return a.printTruth(eval.Planted(planted, seed))
			}
			if corpus == "" {
				return errs.New(errs.Invalid, "tmi eval %s needs --corpus: the folder with the truth", name)
			}
			var report eval.TruthReport
			if err := a.withHeads(cmd.Context(), func(s *lake.Session) (err error) {
				report, err = measure(cmd.Context(), s, corpus)
				return err
			}); err != nil {
				return err
			}
			return a.printTruth(report)
		},
	}
	c.Flags().StringVar(&corpus, "corpus", "", "folder with the truth")
	if name == "dedup" {
		c.Example += "\n  tmi eval dedup --planted 300"
		c.Flags().IntVar(&planted, "planted", 0, "measure the rule on made near-duplicates of this many employers instead")
		c.Flags().Uint64Var(&seed, "seed", 7, "what --planted makes them from")
	}
	return c
}

func (a *app) printTruth(report eval.TruthReport) error {
	if a.output == "json" {
		return a.printJSON(report)
	}
	fmt.Fprintf(a.stdout, "%d postings; %d more were never seen\n", report.Postings, report.Unknown)
	if d := report.Delay; d != nil {
		fmt.Fprintf(a.stdout, "closings are dated later than the truth by %.1f h (median), %.1f h (95 %%), %.1f h (at most)\n", d.MedianHours, d.P95Hours, d.MaxHours)
	}
	return a.printFigures(report.Figures, report.Misses)
}

func (a *app) printExtract(report eval.ExtractReport) error {
	if a.output == "json" {
		return a.printJSON(report)
	}
	for _, part := range report.Parts {
		fmt.Fprintf(a.stdout, "%s: %d labels, %d without a text, %d with more years at least than at most\n", part.Part, part.Labels, part.NoText, part.Inversions)
		if err := a.printFigures(part.Figures, nil); err != nil {
			return err
		}
		fmt.Fprintln(a.stdout)
	}
	return a.printFigures(nil, report.Misses)
}

func (a *app) printFigures(figures []eval.Figure, misses []eval.Miss) error {
	if figures != nil {
		var cells [][]string
		for _, f := range figures {
			row := []string{f.Name, fmt.Sprint(f.Units), fmt.Sprint(f.Right), fmt.Sprint(f.Extra), fmt.Sprint(f.Missed)}
			if f.IsSmall {
				row = append(row, "not measured", "not measured", "not measured")
			} else {
				row = append(row, interval(f.Precision), interval(f.Recall), interval(f.F1))
			}
			cells = append(cells, row)
		}
		if err := writeTable(a.stdout, []string{"figure", "units", "right", "extra", "missed", "precision", "recall", "F1"}, cells); err != nil {
			return err
		}
	}
	if len(misses) == 0 {
		return nil
	}
	fmt.Fprintf(a.stdout, "\n%d misses, the first %d; --output json has all\n", len(misses), min(len(misses), shownMisses))
	var cells [][]string
	for _, m := range misses[:min(len(misses), shownMisses)] {
		cells = append(cells, []string{m.ID, m.What, m.Want, m.Got})
	}
	return writeTable(a.stdout, []string{"id", "what", "want", "got"}, cells)
}

func interval(i eval.Interval) string {
	return fmt.Sprintf("%.4f (%.4f-%.4f)", i.Value, i.Low, i.High)
}
