package runlog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// maxLine is the longest line that is read, in bytes.
const maxLine = 1 << 20

// Line is one of a kept log.
type Line struct {
	At    time.Time // by the machine's clock; zero for a line without one
	Level slog.Level
	RunID string // "" for a line that is of no run
	Text  string // the JSON object
}

// Query says which lines to read.
type Query struct {
	RunID string         // "" = of the newest kept log, or of those from From on
	From  time.Time      // logs of this UTC day and later; zero = the newest alone
	Level slog.Level     // this and what is worse
	Match *regexp.Regexp // nil = all
}

// Read gives the lines that a query asks for, oldest first. It is errs.NotFound where no log
// is kept, or none has a line of the run.
func Read(ctx context.Context, store objects.Store, q Query) ([]Line, error) {
	var keys []string
	for info, err := range store.List(ctx, prefix) {
		if err != nil {
			return nil, fmt.Errorf("list logs: %w", err)
		}
		keys = append(keys, info.Key)
	}
	if len(keys) == 0 {
		return nil, errs.New(errs.NotFound, "no log is kept in this lake: a run or job leaves one when it ends")
	}
	slices.SortFunc(keys, func(a, b string) int { return strings.Compare(path.Base(a), path.Base(b)) })
	switch {
	case q.RunID != "":
		return readRun(ctx, store, keys, q)
	case q.From.IsZero():
		keys = keys[len(keys)-1:]
	default:
		from := q.From.UTC().Format(time.DateOnly)
		keys = slices.DeleteFunc(keys, func(key string) bool { return path.Base(path.Dir(key)) < from })
	}
	var found []Line
	for _, key := range keys {
		lines, err := readLog(ctx, store, key, q)
		if err != nil {
			return nil, err
		}
		found = append(found, lines...)
	}
	return found, nil
}

// readRun looks for a run's lines in the log that was begun last before it, and then farther
// back: a command may run for long.
func readRun(ctx context.Context, store objects.Store, keys []string, q Query) ([]Line, error) {
	all := q
	all.Level, all.Match = slog.LevelDebug, nil
	for _, key := range slices.Backward(keys) {
		if strings.TrimSuffix(path.Base(key), suffix) > q.RunID {
			continue
		}
		lines, err := readLog(ctx, store, key, all)
		if err != nil {
			return nil, err
		}
		if len(lines) > 0 {
			return slices.DeleteFunc(lines, func(l Line) bool { return !q.takes(l) }), nil
		}
	}
	return nil, errs.New(errs.NotFound, "no kept log has a line of run %s: logs are kept for %d days, and a run of a Lambda logs to CloudWatch", q.RunID, KeptDays)
}

func (q Query) takes(l Line) bool {
	return l.Level >= q.Level && (q.RunID == "" || l.RunID == q.RunID) && (q.Match == nil || q.Match.MatchString(l.Text))
}

func readLog(ctx context.Context, store objects.Store, key string, q Query) ([]Line, error) {
	packed, err := objects.ReadAll(ctx, store, key)
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	corrupt := func(err error) error { return errs.New(errs.Corrupt, "read %s/%s: %w", store.URI(), key, err) }
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, corrupt(err)
	}
	var found []Line
	scanner := bufio.NewScanner(zip)
	scanner.Buffer(nil, maxLine)
	for scanner.Scan() {
		var l struct {
			Time  time.Time  `json:"time"`
			Level slog.Level `json:"level"`
			RunID string     `json:"run_id"`
		}
		if err := json.Unmarshal(scanner.Bytes(), &l); err != nil {
			return nil, corrupt(err)
		}
		line := Line{At: l.Time, Level: l.Level, RunID: l.RunID, Text: scanner.Text()}
		if q.takes(line) {
			found = append(found, line)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, corrupt(err)
	}
	return found, nil
}

// KeptDays is for how long logs are kept.
const KeptDays = 90

// Forget removes the logs of commands that began more than [KeptDays] before now.
func Forget(ctx context.Context, store objects.Store, now time.Time) error {
	before := now.UTC().AddDate(0, 0, -KeptDays).Format(time.DateOnly)
	for info, err := range store.List(ctx, prefix) {
		if err != nil {
			return fmt.Errorf("list logs: %w", err)
		}
		if path.Base(path.Dir(info.Key)) >= before {
			return nil // in order of days
		}
		if err := store.Delete(ctx, info.Key); err != nil {
			return fmt.Errorf("remove log: %w", err)
		}
	}
	return nil
}

// dayOf is the day that an id starts with, as 2026-05-04.
func dayOf(id string) string {
	if at, err := time.Parse("20060102", id[:min(len(id), 8)]); err == nil {
		return at.Format(time.DateOnly)
	}
	return "0000-00-00"
}
