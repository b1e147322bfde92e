package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/techmapit/tmi/sources/replica"
)

// market is a replica world on a port whose clock the test sets.
type market struct {
	now     atomic.Pointer[time.Time]
	runs    int
	environ []string
	root    string
}

// nine o'clock in Seoul on a day of May 2026.
func nine(day int) time.Time { return time.Date(2026, 5, day, 0, 0, 0, 0, time.UTC) }

// newMarket plays a world from the first of May and an empty lake to collect it into.
func newMarket(t testing.TB, c replica.Config) *market {
	t.Helper()
	c.Start = nine(1)
	world, err := replica.New(c)
	if err != nil {
		t.Fatal(err)
	}
	m := &market{}
	m.set(nine(1))
	server, err := world.Serve(func() time.Time { return *m.now.Load() })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	m.root, m.environ = newLake(t)
	for name, base := range server.BaseURLs {
		prefix := "TMI_SOURCES_" + strings.ToUpper(name)
		m.environ = append(m.environ, prefix+"_BASE_URL="+base, prefix+"_RATE=100000")
	}
	m.environ = append(m.environ, "TMI_SOURCES_GREENHOUSE_BOARDS="+strings.Join(world.Boards(), ","), "TMI_SOURCES_HN_THREADS="+strings.Join(world.Threads(nine(2)), ","))
	return m
}

func (m *market) set(now time.Time) { m.now.Store(&now) }

// run collects from two boards on a day, each time a few minutes later: a clock that went
// back would put what one run landed behind the end of the next one's window.
func (m *market) run(t testing.TB, day int, args ...string) result {
	t.Helper()
	m.runs++
	now := nine(day).Add(time.Duration(m.runs) * 10 * time.Minute)
	m.set(now)
	return tmi(t, m.environ, "", append([]string{"run", "--sources", "jumpit,rallit", "--now", now.Format(time.RFC3339), "--output", "json"}, args...)...)
}

// one is the only value of a statement over what is published.
func (m *market) one(t testing.TB, statement string) string {
	t.Helper()
	r := tmi(t, m.environ, "", "sql", "--format", "csv", statement)
	r.wants(t, 0)
	_, value, _ := strings.Cut(strings.TrimSpace(r.stdout), "\n")
	return value
}

func (m *market) seq(t testing.TB) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(m.root, "published", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// sourceOf is what `run --output json` says of a source.
func sourceOf(t testing.TB, r result, name string) (exitCode int, problem string, rejected int) {
	t.Helper()
	var lines []struct {
		Source   string
		ExitCode int `json:"exit_code"`
		Error    string
		Bronze   struct{ Rejected int }
	}
	if err := json.Unmarshal([]byte(r.stdout), &lines); err != nil {
		t.Fatalf("%v in %s%s", err, r.stdout, r.stderr)
	}
	for _, line := range lines {
		if line.Source == name {
			return line.ExitCode, line.Error, line.Bronze.Rejected
		}
	}
	t.Fatalf("nothing of %s in %s", name, r.stdout)
	return 0, "", 0
}

const (
	openJumpit = "select count(*) from gold.postings where source = 'jumpit' and status = 'open'"
	readRallit = "select count(distinct run_id) from bronze.lists where source = 'rallit'"
)

// A board in trouble never stops the other, which is refined and published, and never
// closes a posting.
func TestRunWithOneBoardInTrouble(t *testing.T) {
	for _, c := range []struct {
		kind  replica.FaultKind
		code  int
		words string
	}{
		{replica.FaultEmpty, 3, "every list is empty, where the run before named"},
		{replica.FaultDown, 5, "no list of jumpit could be read"},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			fault := replica.Fault{Kind: c.kind, Source: "jumpit", From: nine(2).Add(-time.Hour), To: nine(3).Add(-time.Hour)}
			m := newMarket(t, replica.Config{Seed: 4, Postings: 60, Days: 4, Faults: []replica.Fault{fault}})
			told := t.TempDir()
			m.environ = append(m.environ, "TMI_METRICS_DIR="+told)
			r := m.run(t, 1)
			r.wants(t, 0)
			open := m.one(t, openJumpit)
			r = m.run(t, 2)
			r.wants(t, c.code, c.words)
			if code, problem, _ := sourceOf(t, r, "jumpit"); code != c.code || !strings.Contains(problem, c.words) {
				t.Errorf("jumpit: exit code %d, %q; want %d, %q", code, problem, c.code, c.words)
			}
			if code, problem, _ := sourceOf(t, r, "rallit"); code != 0 || problem != "" {
				t.Errorf("rallit: exit code %d, %q; want 0", code, problem)
			}
			for file, line := range map[string]string{
				"tmi_collect_jumpit.prom": fmt.Sprintf(`tmi_collect_exit_code{source="jumpit"} %d`, c.code),
				"tmi_collect_rallit.prom": `tmi_collect_success_ratio{source="rallit"} 1`,
				"tmi_job_gold.prom":       `tmi_job_exit_code{job_name="gold",source=""} 0`,
			} {
				if text, err := os.ReadFile(filepath.Join(told, file)); err != nil || !strings.Contains(string(text), line) {
					t.Errorf("%s: %v; want the line %s in\n%s", file, err, line, text)
				}
			}
			if got := m.one(t, readRallit); got != "2" || m.seq(t) != 2 {
				t.Errorf("%s reads of rallit in published set %d, want 2 in 2", got, m.seq(t))
			}
			if got := m.one(t, openJumpit); got != open {
				t.Errorf("%s open postings of jumpit, want %s as before", got, open)
			}
			if !testing.Short() {
				m.run(t, 3).wants(t, 0)
			}
		})
	}
}

// A page of a guard with status 200, and JSON that is cut short, are failures of the pages
// and never rows; the runs are landed all the same.
func TestRunOnSpoiltAnswers(t *testing.T) {
	for kind, words := range map[replica.FaultKind]string{replica.FaultBlock: "just a moment", replica.FaultTruncate: "no list of rallit could be read"} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, replica.Config{Seed: 4, Postings: 30, Days: 2, Faults: []replica.Fault{{Kind: kind, Source: "rallit"}}})
			args := []string{"run", "--sources", "rallit", "--now", nine(1).Format(time.RFC3339)}
			tmi(t, m.environ, "", args...).wants(t, 5, "no list of rallit could be read", words)
			runs, err := filepath.Glob(filepath.Join(m.root, "raw/source=rallit/date=*/run=*/run.json"))
			if err != nil || len(runs) != 1 {
				t.Errorf("%d runs are landed (%v), want one that says how it failed", len(runs), err)
			}
			tmi(t, m.environ, "", "sql", "--heads", "--format", "csv", "select count(*) as n from bronze.postings").wants(t, 0, "n\n0\n")
		})
	}
}

// Records of a wrong type among good ones are rejected with a reason and a place; the good
// ones go on.
func TestRunWithBrokenRecords(t *testing.T) {
	t.Parallel()
	faults := []replica.Fault{{Kind: replica.FaultBroken, Source: "jumpit", Share: 0.3}}
	m := newMarket(t, replica.Config{Seed: 4, Postings: 60, Days: 4, Faults: faults})
	r := m.run(t, 1)
	r.wants(t, 0)
	_, _, rejected := sourceOf(t, r, "jumpit")
	if rejected == 0 || m.one(t, openJumpit) == "0" {
		t.Errorf("%d rejected and %s postings, want some of both", rejected, m.one(t, openJumpit))
	}
	r = tmi(t, m.environ, "", "rejects", "--output", "json", "--limit", "1000")
	r.wants(t, 0)
	var lines []rejectRow
	if err := json.Unmarshal([]byte(r.stdout), &lines); err != nil {
		t.Fatal(err)
	}
	if len(lines) != rejected {
		t.Errorf("%d lines of rejects, the run counted %d", len(lines), rejected)
	}
	for _, line := range lines {
		if line.Source != "jumpit" || len(line.Reasons) == 0 || line.URL == "" || line.RawObject == "" || line.RawOffset == nil {
			t.Errorf("reject without reason or place: %+v", line)
		}
	}
}

// A fifth of the answers is broken: at most three runs know what an undisturbed one knows.
func TestRunOnFlakyBoards(t *testing.T) {
	t.Parallel()
	const known = "select md5(string_agg(posting_id || content_hash, ' ' order by posting_id)) from (select distinct posting_id, content_hash from silver.postings)"
	calm := newMarket(t, replica.Config{Seed: 4, Postings: 24, Days: 4})
	calm.run(t, 1).wants(t, 0)
	want := calm.one(t, known)
	m := newMarket(t, replica.Config{Seed: 4, Postings: 24, Days: 4, Faults: []replica.Fault{{Kind: replica.FaultFlaky, Share: 0.2}}})
	for i := 1; ; i++ {
		r := m.run(t, 1)
		if r.code == 0 && m.one(t, known) == want {
			return
		}
		if i == 3 {
			t.Fatalf("after three runs silver is another than the undisturbed: exit code %d\n%s", r.code, r.stderr)
		}
	}
}

func TestDemoAndRealNeverMix(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 4, Postings: 30, Days: 4})
	m.run(t, 1).wants(t, 0)
	tmi(t, m.environ, "", "demo", "--postings", "30", "--days", "2", "--no-serve").wants(t, 6, "real data", "demo data")

	root, _ := newLake(t)
	demo := append(m.environ, lakeAt(root))
	args := []string{"demo", "--postings", "40", "--days", "2", "--no-serve", "--now", nine(9).Format(time.RFC3339)}
	tmi(t, demo, "", args...).wants(t, 0, "filled in")
	tmi(t, demo, "", "run", "--sources", "jumpit").wants(t, 6, "demo data", "real data")
	tmi(t, demo, "", "job", "collect", "--sources", "jumpit", "--now", nine(9).Format(time.RFC3339), "--from", "2026-05-09", "--to", "2026-05-10").wants(t, 6, "demo data")
	tmi(t, demo, "", args...).wants(t, 0, "is complete")
	tmi(t, demo, "", "demo", "--postings", "41", "--days", "2", "--no-serve").wants(t, 6, "--postings 40")
	tmi(t, demo, "", "run", "--from-raw", "--full", "--now", nine(9).Format(time.RFC3339)).wants(t, 0)
	r := tmi(t, demo, "", "tables", "--digest", "--output", "json")
	r.wants(t, 0, `"gold.postings"`, `"digest"`)
	tmi(t, demo, "", "status").wants(t, 0)
	tmi(t, demo, "", "history", "silver.postings").wants(t, 0, "silver.postings")
	for job, words := range map[string][]string{"collect": {"done, exit code 0", "whole", "requests"}, "gold": {"done, exit code 0", "duplicate", "window"}} {
		id := tmi(t, demo, "", "sql", "--format", "csv", "select run_id from ops.runs where job = '"+job+"' order by started_at limit 1").stdout
		id = strings.TrimSpace(strings.TrimPrefix(id, "run_id"))
		tmi(t, demo, "", "history", "--run", id).wants(t, 0, append(words, id)...)
	}
	tmi(t, demo, "", "history", "--run", "2").wants(t, 2, "the beginning of several")
	tmi(t, demo, "", "history", "--run", "nosuch").wants(t, 4, "no run", "ops.runs")
	tmi(t, demo, "", "history", "gold.postings", "--run", "nosuch").wants(t, 2, "leave the table out")
}

// A run that is stopped says so, keeps what is published, and the next goes on.
func TestRunInterrupted(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 4, Postings: 60, Days: 4})
	m.run(t, 1).wants(t, 0)
	m.set(nine(2))
	for _, after := range []time.Duration{0, 100 * time.Millisecond, 300 * time.Millisecond} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(after, cancel)
		r := tmiContext(ctx, m.environ, "", "run", "--sources", "jumpit,rallit", "--now", nine(2).Format(time.RFC3339))
		cancel()
		if r.code == 0 {
			continue // it was quicker
		}
		r.wants(t, interrupted, "interrupted", "goes on from there")
		if m.one(t, openJumpit) == "0" {
			t.Error("what was published is gone")
		}
	}
	m.run(t, 2).wants(t, 0)
	if got := m.one(t, "select count(*) from (select posting_id from bronze.sightings where source = 'jumpit' and seen_at >= timestamptz '2026-05-02 00:00:00+00' except select posting_id from silver.postings)"); got != "0" {
		t.Errorf("%s postings were seen and are not in silver", got)
	}
}

// Without a config file a run says first whom it will ask, and how fast.
func TestQuickSaysWhom(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 4, Postings: 40, Days: 4})
	r := m.run(t, 1, "--quick")
	r.wants(t, 0, "asking 점핏 Jumpit", "requests a second", "newest 100 postings")
	if m.one(t, openJumpit) == "0" || m.seq(t) != 2 {
		t.Errorf("%d published sets, want one a board", m.seq(t))
	}
}
