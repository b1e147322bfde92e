package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
)

func (a *app) expireCommand() *cobra.Command {
	var apply, printRules bool
	var now string
	var only []string
	c := &cobra.Command{
		Use:   "expire",
		Short: "Remove what may not be kept any longer; without --apply say what that is",
		Long: "Enforces retention (docs/retention.md): personal data and texts go, rows and statistics stay. Without --apply\n" +
			"it only says what it would remove, per source, layer and rule. What is removed is recorded in ops.runs and, for raw, in\n" +
			"each run.json. Older snapshots still hold it until `tmi maintain --apply` removes those, which it then does at once.\n\n" + exitCodes,
		Example: "  tmi expire\n  tmi expire --apply && tmi maintain --apply\n  tmi expire --print-s3-lifecycle > rules.json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if printRules {
				if apply {
					return errs.New(errs.Invalid, "--print-s3-lifecycle removes nothing: leave --apply out")
				}
				return a.printLifecycleRules()
			}
			clock, err := clock(now, a.zone)
			if err != nil {
				return err
			}
			names, err := a.knownSources(only)
			if err != nil {
				return err
			}
			l, err := a.existingLake(cmd.Context())
			if err != nil {
				return err
			}
			defer l.Close()
			e, err := a.env(l, clock)
			if err != nil {
				return err
			}
			done, err := jobs.ExpireAll(cmd.Context(), e, names, apply)
			if err != nil {
				return err
			}
			cells := [][]string{}
			for _, d := range done {
				cells = append(cells, []string{d.Source, d.Layer, d.Rule, fmt.Sprint(d.Rows), fmt.Sprint(d.Objects), size(d.Bytes)})
			}
			if len(done) == 0 && a.output == "table" {
				fmt.Fprintln(a.stdout, "nothing is due")
				return nil
			}
			if done == nil {
				done = []jobs.Expired{}
			}
			if err := a.print([]string{"source", "layer", "rule", "rows", "objects", "bytes"}, cells, done); err != nil {
				return err
			}
			if a.output == "table" {
				if apply {
					fmt.Fprintln(a.stdout, "removed; older snapshots hold it until the next tmi maintain --apply")
				} else {
					fmt.Fprintln(a.stdout, "nothing was changed: --apply does it")
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&apply, "apply", false, "do it")
	c.Flags().BoolVar(&printRules, "print-s3-lifecycle", false, "print the bucket's life-cycle rules that follow from the same policy, and do nothing")
	c.Flags().StringVar(&now, "now", "", "the time to judge by, for tests and replays")
	c.Flags().StringSliceVar(&only, "sources", nil, "only these sources")
	return c
}

// knownSources checks names of sources; nil is all.
func (a *app) knownSources(names []string) ([]string, error) {
	for _, name := range names {
		if _, err := a.config.board(name); err != nil {
			return nil, errs.New(errs.Invalid, "--sources: unknown source %q, expected some of %s", name, strings.Join(a.config.boardNames(), ","))
		}
	}
	return names, nil
}

const (
	// lifecycleMargin is how much later than `tmi expire` the bucket's own rules act, so that
	// what they remove was noted before.
	lifecycleMargin = 30
	// lifecycleMinBytes keeps run.json out of the rules, which know no suffixes.
	lifecycleMinBytes = 1 << 20
)

// The bucket's rules, as PutBucketLifecycleConfiguration takes them.
type lifecycleRules struct {
	Rules []lifecycleRule `json:"Rules"`
}

type lifecycleRule struct {
	ID                             string          `json:"ID"`
	Status                         string          `json:"Status"`
	Filter                         lifecycleFilter `json:"Filter"`
	Expiration                     *lifecycleDays  `json:"Expiration,omitempty"`
	NoncurrentVersionExpiration    *noncurrentDays `json:"NoncurrentVersionExpiration,omitempty"`
	AbortIncompleteMultipartUpload *abortDays      `json:"AbortIncompleteMultipartUpload,omitempty"`
}

type lifecycleFilter struct {
	Prefix *string       `json:"Prefix,omitempty"`
	And    *lifecycleAnd `json:"And,omitempty"`
}

type lifecycleAnd struct {
	Prefix                string `json:"Prefix"`
	ObjectSizeGreaterThan int64  `json:"ObjectSizeGreaterThan"`
}

type lifecycleDays struct {
	Days int `json:"Days"`
}

type noncurrentDays struct {
	NoncurrentDays int `json:"NoncurrentDays"`
}

type abortDays struct {
	DaysAfterInitiation int `json:"DaysAfterInitiation"`
}

func (a *app) printLifecycleRules() error {
	prefix := ""
	if rest, ok := strings.CutPrefix(a.config.Lake.URI, "s3://"); ok {
		if _, key, ok := strings.Cut(rest, "/"); ok && key != "" {
			prefix = strings.TrimSuffix(key, "/") + "/"
		}
	}
	policy := a.config.retention()
	rules := lifecycleRules{Rules: []lifecycleRule{{
		ID: "tmi-removed-is-removed", Status: "Enabled", Filter: lifecycleFilter{Prefix: &prefix},
		NoncurrentVersionExpiration: &noncurrentDays{1}, AbortIncompleteMultipartUpload: &abortDays{2},
	}}}
	for _, name := range a.config.boardNames() {
		if days := policy.Of(name).RawDays; days > 0 {
			rules.Rules = append(rules.Rules, lifecycleRule{
				ID: "tmi-raw-" + name, Status: "Enabled", Expiration: &lifecycleDays{days + lifecycleMargin},
				Filter: lifecycleFilter{And: &lifecycleAnd{Prefix: prefix + "raw/source=" + name + "/", ObjectSizeGreaterThan: lifecycleMinBytes}},
			})
		}
	}
	encoder := json.NewEncoder(a.stdout)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(rules); err != nil {
		return errs.Wrap(errs.Internal, err)
	}
	return nil
}
