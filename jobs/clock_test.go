package jobs_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/sources/replica"
)

// stopAfter is a log handler that calls stop when a job of the name is done for a source.
type stopAfter struct {
	slog.Handler
	job, source string
	attrs       []slog.Attr
	stop        func()
}

func (h *stopAfter) Enabled(context.Context, slog.Level) bool { return true }

func (h *stopAfter) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	with.attrs = append(with.attrs[:len(with.attrs):len(with.attrs)], attrs...)
	return &with
}

func (h *stopAfter) Handle(_ context.Context, r slog.Record) error {
	is := map[string]string{}
	for _, a := range h.attrs {
		is[a.Key] = a.Value.String()
	}
	if r.Message == "job done" && is["job"] == h.job && is["source"] == h.source {
		h.stop()
	}
	return nil
}

// runOn does one run over the market at an instant, as the scheduler does every day.
func runOn(ctx context.Context, t testing.TB, m *market, l *lake.Lake, at time.Time, log slog.Handler) error {
	t.Helper()
	m.now = at
	e := m.env(t, l, at.Add(time.Minute))
	if log != nil {
		e.Logger = slog.New(log)
	}
	_, err := jobs.Run(ctx, e, jobs.RunOptions{Sources: []string{"jumpit"}, Collect: m.collector(t, l)})
	return err
}

// A run that is stopped between two steps is made good by the next, days later: no day is
// left out of the statistics.
func TestRunGoesOn(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 5, Postings: 60, Days: 5})
	calm := openLake(t, filepath.Join(t.TempDir(), "calm"))
	for _, d := range []int{1, 2, 4} {
		if err := runOn(t.Context(), t, m, calm, day(d, 9), nil); err != nil {
			t.Fatal(err)
		}
	}
	const statistics = `select concat_ws(' ', date, tech_id, role, source, open_count, opened_count, closed_count) as line from gold.tech_daily
		union all select concat_ws(' ', date, source, version_count, list_reads, reject_count) from gold.source_quality
		union all select concat_ws(' ', board_id, content_hash, valid_from) from silver.postings order by 1`
	want := read(t, m.env(t, calm, day(5, 0)), statistics)
	steps := []string{"lifecycle"}
	if os.Getenv("TMI_TEST_SLOW") != "" {
		steps = append(steps, "bronze", "silver")
	}
	for _, last := range steps {
		t.Run("after "+last, func(t *testing.T) {
			l := openLake(t, filepath.Join(t.TempDir(), "lake"))
			if err := runOn(t.Context(), t, m, l, day(1, 9), nil); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			log := &stopAfter{Handler: slog.DiscardHandler, job: last, source: "jumpit", stop: stop}
			if err := runOn(ctx, t, m, l, day(2, 9), log); ctx.Err() == nil || err == nil {
				t.Fatalf("the run was not stopped: %v", err)
			}
			if err := runOn(t.Context(), t, m, l, day(4, 9), nil); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, read(t, m.env(t, l, day(5, 0)), statistics)); diff != "" {
				t.Errorf("what is known (-undisturbed +stopped):\n%s", diff)
			}
		})
	}
}

// Every run's rows add up, and to what the tables hold.
func TestRunsAddUp(t *testing.T) {
	t.Parallel()
	faults := []replica.Fault{{Kind: replica.FaultBroken, Share: 0.2}}
	m := newMarket(t, replica.Config{Seed: 6, Postings: 120, Days: 3, Faults: faults})
	l := openLake(t, filepath.Join(t.TempDir(), "lake"))
	m.collect(t, l, allSources, mornings(1, 3)...)
	e := m.env(t, l, day(3, 0))
	flow(t, e, river(allSources, window(t, day(1, 0), day(3, 0)))...)
	for _, name := range allSources {
		where := " where source = '" + name + "'"
		got := read(t, e, `
			with runs as (select * from ops.runs`+where+`)
			select concat_ws(' ',
				(select rows_out from runs where job = 'bronze') = (select count(*) from bronze.postings`+where+`),
				(select rows_rejected from runs where job = 'bronze') = (select count(*) from ops.rejects`+where+` and job = 'bronze'),
				(select rows_in from runs where job = 'silver') = (select count(*) from bronze.postings`+where+` and is_whole),
				(select rows_out from runs where job = 'silver') = (select count(*) from silver.postings`+where+`),
				(select bool_and(rows_in = rows_out + rows_rejected + rows_duplicate) from runs),
				(select count(*) from runs where job = 'collect') = (select count(distinct run_id) from bronze.lists`+where+`)) as line`)
		if len(got) != 1 || got[0] != strings.TrimSpace(strings.Repeat("true ", 6)) {
			t.Errorf("%s: %v\n%s", name, got, strings.Join(read(t, e, "select concat_ws(' ', job, rows_in, rows_out, rows_rejected, rows_duplicate) as line from ops.runs"+where), "\n"))
		}
	}
	if n := len(read(t, e, "select url as line from ops.rejects")); n == 0 {
		t.Error("nothing was rejected: the broken records proved nothing")
	}
}

// 08:59 and 09:01 in Seoul are two days in UTC and one day here.
func TestMinutesAroundNine(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 2, Postings: 80, Days: 12})
	l := openLake(t, filepath.Join(t.TempDir(), "lake"))
	early, late := day(4, 9).Add(-time.Minute), day(4, 9).Add(time.Minute)
	m.collect(t, l, []string{"jumpit"}, day(3, 9).Add(-time.Minute), early, late)
	e := m.env(t, l, day(5, 0))
	runs, err := collect.Manifests(t.Context(), l.Objects(), "jumpit", day(4, 0), day(5, 0))
	if err != nil || len(runs) != 2 {
		t.Fatalf("%d runs on the fourth (%v), want 2", len(runs), err)
	}
	for _, run := range runs {
		if !strings.Contains(run.Index, "/date=2026-05-04/") {
			t.Errorf("run %s lies in %s, want the folder of the fourth", run.RunID, run.Index)
		}
	}
	flow(t, e, river([]string{"jumpit"}, window(t, day(3, 0), day(4, 0)))...)
	if got := read(t, e, "select distinct strftime(captured_at at time zone 'Asia/Seoul', '%d %H:%M') as line from bronze.postings order by 1"); !cmp.Equal(got, []string{"03 08:59"}) {
		t.Errorf("the third holds captures of %v, want 08:59 alone", got)
	}
	flow(t, e, river([]string{"jumpit"}, window(t, day(4, 0), day(5, 0)))...)
	got := read(t, e, `select concat_ws(' ', date, list_reads) as line from gold.source_quality order by 1`)
	if diff := cmp.Diff([]string{"2026-05-03 1", "2026-05-04 2"}, got); diff != "" {
		t.Errorf("list reads by day (-want +got):\n%s", diff)
	}
	got = read(t, e, `select distinct date::varchar as line from gold.tech_daily order by 1`)
	if diff := cmp.Diff([]string{"2026-05-03", "2026-05-04"}, got); diff != "" {
		t.Errorf("days counted (-want +got):\n%s", diff)
	}
	got = read(t, e, `select concat_ws(' ', strftime(date, '%d'), sum(opened_count_raw) > 0) as line from gold.tech_daily where role = '*' and source = '*' group by date order by 1`)
	if !strings.HasPrefix(got[0], "03 true") {
		t.Errorf("openings by day: %v, want those of 08:59 on the third to be of the third", got)
	}
}

// A posting whose last second is 23:59:59 in Seoul is open all that day and closed at it.
func TestLastSecondOfTheDay(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 2, Postings: 600, Days: 12})
	l := openLake(t, filepath.Join(t.TempDir(), "lake"))
	m.collect(t, l, []string{"jumpit"}, mornings(1, 6)...)
	e := m.env(t, l, day(6, 0))
	flow(t, e, river([]string{"jumpit"}, window(t, day(1, 0), day(6, 0)))...)
	got := read(t, e, `select distinct strftime(closes_at at time zone 'Asia/Seoul', '%H:%M:%S') as line from silver.postings where closes_at is not null`)
	if diff := cmp.Diff([]string{"23:59:59"}, got); diff != "" {
		t.Errorf("end dates (-want +got):\n%s", diff)
	}
	last := lastDay(t, m)
	ending := "closes_at = timestamptz '2026-05-0" + last + " 23:59:59+09'"
	got = read(t, e, `select distinct concat_ws(' ', event, reason, strftime(event_at at time zone 'Asia/Seoul', '%d %H:%M:%S')) as line
		from silver.lifecycle where event = 'closed' and posting_id in (select posting_id from gold.postings where `+ending+`)`)
	if diff := cmp.Diff([]string{"closed end_date 0" + last + " 23:59:59"}, got); diff != "" {
		t.Errorf("closings (-want +got):\n%s", diff)
	}
	got = read(t, e, `select distinct status || ' ' || strftime(closed_at at time zone 'Asia/Seoul', '%d %H:%M:%S') as line from gold.postings where `+ending)
	if diff := cmp.Diff([]string{"closed 0" + last + " 23:59:59"}, got); diff != "" {
		t.Errorf("gold.postings (-want +got):\n%s", diff)
	}
	got = read(t, e, `select max(strftime(seen_at at time zone 'Asia/Seoul', '%d')) as line from bronze.sightings where posting_id in (select posting_id from gold.postings where `+ending+`)`)
	if diff := cmp.Diff([]string{"0" + last}, got); diff != "" {
		t.Errorf("last seen (-want +got):\n%s", diff)
	}
}

// lastDay is a day from the second to the fourth on which a posting of Jumpit ends that
// never says anything else.
func lastDay(t *testing.T, m *market) string {
	t.Helper()
	for p := range m.Truth() {
		d := p.ClosesAt.In(seoul).Day()
		if p.Source == "jumpit" && len(p.Changes) == 0 && p.OpenedAt.Before(day(2, 0)) && p.ClosesAt.Before(day(5, 0)) && p.ClosesAt.After(day(2, 0)) && p.OpenAt(p.ClosesAt.Add(-time.Hour)) {
			return strconv.Itoa(d)
		}
	}
	t.Fatal("no posting ends in time: the world proves nothing")
	return ""
}

func TestWindowsAreHalfOpen(t *testing.T) {
	for _, w := range [][2]time.Time{{day(2, 0), day(2, 0)}, {day(3, 0), day(2, 0)}} {
		if _, err := jobs.NewWindow(w[0], w[1]); !errs.Is(err, errs.Invalid) {
			t.Errorf("[%v, %v): got %v, want errs.Invalid", w[0], w[1], err)
		}
	}
}
