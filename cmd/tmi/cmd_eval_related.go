package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/eval"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
)

// relatedReport is what tmi eval related prints.
type relatedReport struct {
	LeaveOneOut eval.RelatedReport   `json:"leave_one_out"`
	Keywords    []eval.KeywordReport `json:"keywords"`
}

func (a *app) evalRelatedCommand() *cobra.Command {
	var corpus string
	var everywhere bool
	c := &cobra.Command{
		Use:   "related",
		Short: "Recommended technologies, by leaving one out and against labels",
		Long: "Takes each technology of each posting away in turn, and looks whether it is among the first ten that go with the\n" +
			"others, by what the other postings say; beside the ten that most postings name. With --corpus it also compares what\n" +
			"the API recommends for keywords with what readers said of them: labels (*.jsonl) with a line for each keyword,\n" +
			`{"keyword":"…","yes":["id",…],"no":["id",…]}.` + "\n\n" + exitCodes,
		Example: "  tmi eval related\n  tmi eval related --everywhere --corpus testdata/recommend",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var parts []eval.KeywordPart
			var err error
			if corpus != "" {
				if parts, err = eval.KeywordLabels(corpus); err != nil {
					return err
				}
			}
			scope, country := url.Values{}, "KR"
			if everywhere {
				scope, country = url.Values{"status": {"all"}, "country": {"*"}}, ""
			}
			report := relatedReport{Keywords: []eval.KeywordReport{}}
			if err := a.withHeads(cmd.Context(), func(s *lake.Session) (err error) {
				report.LeaveOneOut, err = eval.Related(queries.EachStack(cmd.Context(), s, country))
				return err
			}); err != nil {
				return err
			}
			if len(parts) > 0 {
				if err := a.withSite(cmd.Context(), func(ask siteAsker) (err error) {
					report.Keywords, err = askKeywords(ask, parts, scope)
					return err
				}); err != nil {
					return err
				}
			}
			return a.printRelated(report)
		},
	}
	c.Flags().StringVar(&corpus, "corpus", "", "folder of labels by keyword")
	c.Flags().BoolVar(&everywhere, "everywhere", false, "all countries, and closed postings too; without it what the site shows: open ones in Korea")
	return c
}

// siteAsker reads the answer of a path of the API.
type siteAsker func(path string, into any) error

// withSite serves the lake on a free port of this machine while work asks it.
func (a *app) withSite(ctx context.Context, work func(siteAsker) error) error {
	l, err := a.existingLake(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	a.logger = a.newLogger(slog.LevelWarn) // nobody wants to read of each request
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var working sync.WaitGroup
	var failed error
	err = a.serve(ctx, l, "127.0.0.1:0", func(site string) {
		working.Go(func() {
			defer stop()
			failed = work(func(path string, into any) error { return askSite(ctx, site, path, into) })
		})
	})
	working.Wait()
	return errors.Join(failed, err)
}

func askSite(ctx context.Context, site, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(site, "/")+path, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", path, err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return errs.New(errs.Unavailable, "ask %s: %w", path, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errs.New(errs.Unavailable, "ask %s: the answer is %s", path, answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		return fmt.Errorf("read the answer to %s: %w", path, err)
	}
	return nil
}

// askKeywords measures what the API recommends within a scope.
func askKeywords(ask siteAsker, parts []eval.KeywordPart, scope url.Values) ([]eval.KeywordReport, error) {
	type listed struct {
		Techs []struct {
			TechID string `json:"tech_id"`
		} `json:"techs"`
	}
	list := func(route string, more url.Values) ([]string, error) {
		more.Set("top", strconv.Itoa(eval.KeywordTop))
		for name, values := range scope {
			more[name] = values
		}
		var answer listed
		if err := ask("/api/v1/"+route+"?"+more.Encode(), &answer); err != nil {
			return nil, err
		}
		ids := make([]string, len(answer.Techs))
		for i, tech := range answer.Techs {
			ids[i] = tech.TechID
		}
		return ids, nil
	}
	overall, err := list("stats/tech-frequency", url.Values{})
	if err != nil {
		return nil, err
	}
	return eval.Keywords(parts, func(keyword string) ([]string, error) { return list("recommend", url.Values{"q": {keyword}}) }, overall)
}

func (a *app) printRelated(report relatedReport) error {
	if a.output == "json" {
		return a.printJSON(report)
	}
	r := report.LeaveOneOut
	fmt.Fprintf(a.stdout, "leaving one of %d technologies of %d postings out, the first ten hold it\n", r.Tries, r.Postings)
	cells := [][]string{{"that go with the others", fmt.Sprint(r.Found), interval(r.Recall)}, {"that most postings name", fmt.Sprint(r.Popular), interval(r.PopularRecall)}}
	if r.IsSmall {
		cells[0][2], cells[1][2] = "not measured", "not measured"
	}
	if err := writeTable(a.stdout, []string{"ten", "found", "recall"}, cells); err != nil {
		return err
	}
	if !r.IsSmall {
		fmt.Fprintf(a.stdout, "%+.1f %% (%+.1f to %+.1f) more than by popularity\n", 100*r.Lift.Value, 100*r.Lift.Low, 100*r.Lift.High)
	}
	for _, part := range report.Keywords {
		fmt.Fprintf(a.stdout, "\n%s: keywords, %d technologies not judged, %d keywords not ahead of the ten overall", part.Part, part.NotJudged, len(part.NotAhead))
		if len(part.NotAhead) > 0 {
			fmt.Fprintf(a.stdout, ": %s", strings.Join(part.NotAhead, ", "))
		}
		fmt.Fprintln(a.stdout)
		var cells [][]string
		for _, f := range part.Figures {
			cells = append(cells, []string{f.Name, fmt.Sprint(f.Units), fmt.Sprint(f.Right), fmt.Sprint(f.Extra), interval(f.Precision)})
		}
		if err := writeTable(a.stdout, []string{"ten", "keywords", "right", "wrong", "precision"}, cells); err != nil {
			return err
		}
	}
	return nil
}
