package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/runlog"
)

func (a *app) logsCommand() *cobra.Command {
	var runID, from, level, grep string
	c := &cobra.Command{
		Use:   "logs",
		Short: "What runs logged",
		Long: "Prints the log of the newest command that ran something, of one run, or of all from a day on. Logs lie in the\n" +
			fmt.Sprintf("lake for %d days, without personal data. `tmi history --run` shows what else is known of a run.\n\n", runlog.KeptDays) + exitCodes,
		Example: "  tmi logs\n  tmi logs --run 20260504T000000Z-0a1b2c3d\n  tmi logs --from 2026-05-01 --level error --grep jumpit",
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := runlog.Query{RunID: runID}
			if err := q.Level.UnmarshalText([]byte(level)); err != nil {
				return errs.New(errs.Invalid, "--level is %q, expected debug, info, warn or error", level)
			}
			var err error
			if from != "" {
				if runID != "" {
					return errs.New(errs.Invalid, "--run names one run: leave --from out")
				}
				if q.From, err = parseTime(from, a.zone); err != nil {
					return fmt.Errorf("--from: %w", err)
				}
			}
			if grep != "" {
				if q.Match, err = regexp.Compile(grep); err != nil {
					return errs.New(errs.Invalid, "--grep: %w", err)
				}
			}
			store, err := a.openStore(cmd.Context())
			if err != nil {
				return err
			}
			lines, err := runlog.Read(cmd.Context(), store, q)
			if err != nil {
				return err
			}
			return a.printLog(lines)
		},
	}
	c.Flags().StringVar(&runID, "run", "", "a run, by its id")
	c.Flags().StringVar(&from, "from", "", "logs of this day and later: a date or an RFC 3339 instant")
	c.Flags().StringVar(&level, "level", "debug", "this and what is worse: debug, info, warn, error")
	c.Flags().StringVar(&grep, "grep", "", "lines that a regular expression matches")
	return c
}

// logObjects are the lines as they were written.
func logObjects(lines []runlog.Line) []json.RawMessage {
	objects := []json.RawMessage{}
	for _, l := range lines {
		objects = append(objects, json.RawMessage(l.Text))
	}
	return objects
}

func (a *app) printLog(lines []runlog.Line) error {
	if a.output == "json" {
		return a.printJSON(logObjects(lines))
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(a.stdout, a.logLine(l)); err != nil {
			return errs.Wrap(errs.Internal, err)
		}
	}
	return nil
}

// logLine is a line for people: its time, level and message, then what it says of what.
func (a *app) logLine(l runlog.Line) string {
	var said map[string]any
	if err := json.Unmarshal([]byte(l.Text), &said); err != nil {
		return l.Text
	}
	var b strings.Builder
	if !l.At.IsZero() {
		b.WriteString(l.At.In(a.zone).Format("2006-01-02 15:04:05 "))
	}
	fmt.Fprintf(&b, "%-5s %v", l.Level, said[slog.MessageKey])
	for _, key := range slices.Sorted(maps.Keys(said)) {
		value := said[key]
		if key == slog.TimeKey || key == slog.LevelKey || key == slog.MessageKey || value == "" {
			continue
		}
		if nanoseconds, ok := value.(float64); ok && key == "dur" {
			value = time.Duration(nanoseconds).Round(time.Millisecond)
		}
		if number, ok := value.(float64); ok {
			value = fmt.Sprintf("%.10g", number)
		}
		fmt.Fprintf(&b, " %s=%s", key, oneLine(fmt.Sprint(value)))
	}
	return b.String()
}
