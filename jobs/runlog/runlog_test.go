package runlog_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/runlog"
	"github.com/techmapit/tmi/lake/objects"
)

const (
	run1 = "20260504T000100Z-aaaaaaaa"
	run2 = "20260505T000200Z-bbbbbbbb"
)

func newStore(t *testing.T) objects.Store {
	t.Helper()
	store, err := objects.Open(t.Context(), "file://"+filepath.Join(t.TempDir(), "lake"))
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// command logs as a command does that starts with the id.
func command(t *testing.T, store objects.Store, id string, log func(*slog.Logger)) {
	t.Helper()
	var kept runlog.Kept
	logger := slog.New(kept.Handler(slog.DiscardHandler, slog.LevelInfo, runlog.Cleaner("hunter2key")))
	logger.Info("before the lake is open")
	kept.Begin(store, id, time.Hour)
	log(logger)
	if err := kept.End(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func messages(t *testing.T, store objects.Store, q runlog.Query) []string {
	t.Helper()
	lines, err := runlog.Read(t.Context(), store, q)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, l := range lines {
		said = append(said, regexp.MustCompile(`"msg":"([^"]*)"`).FindStringSubmatch(l.Text)[1])
	}
	return said
}

func TestRead(t *testing.T) {
	store := newStore(t)
	command(t, store, "20260504T000000Z-00000000", func(l *slog.Logger) {
		l.With("run_id", run1).Info("one")
		l.With("run_id", run1).Error("two")
		l.With("run_id", run1).Debug("not kept")
		l.With("run_id", run2).Warn("three") // a command that ran on for a day
	})
	command(t, store, "20260505T000300Z-00000000", func(l *slog.Logger) { l.With("run_id", "20260505T000400Z-cccccccc").Info("four") })
	command(t, store, "20260506T000000Z-00000000", func(l *slog.Logger) { l.Info("of no run: not saved") })
	for name, c := range map[string]struct {
		q    runlog.Query
		want []string
	}{
		"a run":          {runlog.Query{RunID: run1}, []string{"one", "two"}},
		"its errors":     {runlog.Query{RunID: run1, Level: slog.LevelError}, []string{"two"}},
		"its words":      {runlog.Query{RunID: run1, Match: regexp.MustCompile("o.e")}, []string{"one"}},
		"a late run":     {runlog.Query{RunID: run2}, []string{"three"}},
		"the newest log": {runlog.Query{}, []string{"before the lake is open", "four"}},
		"from a day on":  {runlog.Query{From: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC), Level: slog.LevelWarn}, []string{"two", "three"}},
		"no line of it":  {runlog.Query{RunID: run1, Match: regexp.MustCompile("nothing")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, messages(t, store, c.q)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := runlog.Read(t.Context(), store, runlog.Query{RunID: "20260601T000000Z-dddddddd"}); !errs.Is(err, errs.NotFound) || !strings.Contains(err.Error(), "dddddddd") {
		t.Errorf("a run that nobody knows: %v", err)
	}
	if err := runlog.Forget(t.Context(), store, time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC)); err != nil { // 90 days after 5 May
		t.Fatal(err)
	}
	if _, err := runlog.Read(t.Context(), store, runlog.Query{RunID: run1}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a log that was forgotten: %v", err)
	}
	if got := messages(t, store, runlog.Query{}); len(got) != 2 {
		t.Errorf("the younger log says %q", got)
	}
}

func TestEmpty(t *testing.T) {
	if _, err := runlog.Read(t.Context(), newStore(t), runlog.Query{}); !errs.Is(err, errs.NotFound) || !strings.Contains(err.Error(), "no log is kept") {
		t.Error(err)
	}
}

func TestNothingPersonal(t *testing.T) {
	store := newStore(t)
	command(t, store, "20260504T000000Z-00000000", func(l *slog.Logger) {
		l.Warn("page given up by kim@example.org", "run_id", run1, "url", "https://example.org/api?key=hunter2key&n=1",
			"error", errors.New("call 010-1234-5678"), "window", stringer("2026-05-04..2026-05-05"))
	})
	lines, err := runlog.Read(t.Context(), store, runlog.Query{RunID: run1})
	if err != nil || len(lines) != 1 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	text := lines[0].Text
	for _, gone := range []string{"kim@", "hunter2", "1234-5678"} {
		if strings.Contains(text, gone) {
			t.Errorf("%s stands in %s", gone, text)
		}
	}
	for _, kept := range []string{"[secret]", "[phone]", "[e-mail]", "2026-05-04..2026-05-05", run1} {
		if !strings.Contains(text, kept) {
			t.Errorf("%s does not stand in %s", kept, text)
		}
	}
}

type stringer string

func (s stringer) String() string { return string(s) }

// A command that is killed leaves what it said up to the last save.
func TestSavedMeanwhile(t *testing.T) {
	store := newStore(t)
	var kept runlog.Kept
	logger := slog.New(kept.Handler(slog.DiscardHandler, slog.LevelInfo, runlog.Cleaner()))
	kept.Begin(store, "20260504T000000Z-00000000", time.Millisecond)
	logger.Info("one", "run_id", run1)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		_, err := runlog.Read(context.Background(), store, runlog.Query{RunID: run1})
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	if err := kept.End(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// A log that grows without end keeps what is worth reading.
func TestBounded(t *testing.T) {
	store := newStore(t)
	command(t, store, "20260504T000000Z-00000000", func(l *slog.Logger) {
		l = l.With("run_id", run1)
		long := strings.Repeat("x", 1<<10)
		for range 5 << 10 {
			l.Info(long)
		}
		l.Error("the end")
	})
	if got := messages(t, store, runlog.Query{RunID: run1, Level: slog.LevelError}); !cmp.Equal(got, []string{"the end"}) {
		t.Errorf("errors: %q", got)
	}
	got := messages(t, store, runlog.Query{Level: slog.LevelWarn})
	if !cmp.Equal(got, []string{"the end", "lines that are not kept"}) {
		t.Errorf("warnings: %q", got)
	}
}
