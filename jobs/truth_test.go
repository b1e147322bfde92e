package jobs_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

// rowsOf are the rows of a statement over the heads.
func rowsOf[T any](t testing.TB, l *lake.Lake, statement string) []T {
	t.Helper()
	set, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Session(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rows, err := s.Query(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	var got []T
	for row, err := range queries.Scan[T](rows) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row)
	}
	return got
}

// TestTruth collects a world day by day and compares silver with what the world knows:
// which postings there were, how often each changed, when it ends and what it asks for.
func TestTruth(t *testing.T) {
	t.Parallel()
	c := replica.Config{Seed: 11, Postings: 500, Days: 8}
	if os.Getenv("TMI_TEST_SLOW") != "" {
		c.Postings, c.Days = 1200, 14
	}
	m := newMarket(t, c)
	l := openLake(t, filepath.Join(t.TempDir(), "lake"))
	m.collect(t, l, allSources, mornings(1, c.Days+1)...)
	end := day(c.Days+1, 0)
	e := m.env(t, l, end)
	var in, out int64
	for _, s := range river(allSources, window(t, day(1, 0), end)) {
		report, err := e.Do(t.Context(), s.name, s.source, s.window, s.run)
		if err != nil {
			t.Fatalf("%s %s: %v", s.name, s.source, err)
		}
		if s.name == "silver" {
			in, out = in+report.In, out+report.Out
		}
	}
	t.Logf("%d captures became %d versions", in, out)
	if _, err := e.Do(t.Context(), "check", "", jobs.Window{}, jobs.Check); err != nil {
		t.Error(err)
	}
	versionsOfTruth(t, m, l, detailsRead(t, l), mornings(1, c.Days+1))
	technologiesOfTruth(t, m, l)
}

// detailsRead are the instants at which each posting's own page was read, by posting. A
// list that does not say that a text changed is believed for a week (collect.DefaultRecheck),
// so that a text is known only as of these.
func detailsRead(t *testing.T, l *lake.Lake) map[string][]time.Time {
	read := map[string][]time.Time{}
	for _, name := range allSources {
		runs, err := collect.Manifests(t.Context(), l.Objects(), name, time.Time{}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for _, run := range runs {
			captures, err := collect.Captures(t.Context(), l.Objects(), run)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range captures {
				if c.Kind == string(schemas.KindDetail) {
					id := schemas.PostingID(name, c.BoardID)
					read[id] = append(read[id], c.CapturedAt)
				}
			}
		}
	}
	return read
}

// shownVersions is how many contents, one after the other, a world showed of a posting at
// the captures.
func shownVersions(p *replica.Posting, captures []time.Time) (n int) {
	last := ""
	for _, at := range captures {
		if !p.OpenAt(at) {
			continue
		}
		state := "as it was"
		has := map[string]bool{}
		for _, c := range p.Changes {
			if c.At.After(at) {
				continue
			}
			if c.Kind == replica.ChangeTextBack {
				has[replica.ChangeText] = false
			} else {
				has[c.Kind] = true
			}
		}
		for _, kind := range []string{replica.ChangeText, replica.ChangeTags, replica.ChangeDeadline} {
			if has[kind] {
				state += " " + kind
			}
		}
		if state != last {
			n++
			last = state
		}
	}
	return n
}

func versionsOfTruth(t *testing.T, m *market, l *lake.Lake, details map[string][]time.Time, lists []time.Time) {
	type version struct {
		PostingID string    `db:"posting_id"`
		Source    string    `db:"source"`
		Versions  int       `db:"versions"`
		ClosesAt  time.Time `db:"closes_at"`
	}
	got := map[string]version{}
	for _, v := range rowsOf[version](t, l, `select posting_id, source, count(*) as versions, arg_max(closes_at, valid_from) as closes_at from silver.postings group by all`) {
		got[v.PostingID] = v
	}
	want, changed, wrong := map[string]int{}, 0, 0
	for p := range m.Truth() {
		captures := details[p.PostingID]
		if len(captures) == 0 {
			captures = lists // its row is all there is
		}
		n := shownVersions(&p, captures)
		if n == 0 {
			continue
		}
		want[p.Source]++
		if n > 1 {
			changed++
		}
		v, ok := got[p.PostingID]
		delete(got, p.PostingID)
		if !ok || v.Versions != n {
			if wrong++; wrong <= 20 {
				t.Errorf("%s %s (%s): %d versions, the world showed %d; stretches %v, changes %v", p.Source, p.BoardID, p.Title, v.Versions, n, p.Stretches, p.Changes)
			}
		}
		if ok && len(p.Changes) == 0 && p.Source != "hn" && !v.ClosesAt.Equal(p.ClosesAt) {
			t.Errorf("%s %s closes at %v, want %v", p.Source, p.BoardID, v.ClosesAt, p.ClosesAt)
		}
	}
	for _, v := range got {
		t.Errorf("posting %s of %s is in silver, and the world never showed it", v.PostingID, v.Source)
	}
	t.Logf("postings shown: %v, of which %d changed; %d have another number of versions", want, changed, wrong)
	if changed == 0 {
		t.Error("nothing ever changed: the world is too small to prove anything")
	}
}

// technologiesOfTruth compares the technologies of every posting's newest version.
func technologiesOfTruth(t *testing.T, m *market, l *lake.Lake) {
	type found struct {
		PostingID string    `db:"posting_id"`
		ValidFrom time.Time `db:"valid_from"`
		Techs     string    `db:"techs"`
	}
	got := map[string]found{}
	for _, f := range rowsOf[found](t, l, `
		select posting_id, valid_from, string_agg(distinct tech, '|') as techs from silver.posting_techs
		join (select posting_id, max(valid_from) as valid_from from silver.postings group by all) using (posting_id, valid_from) group by all`) {
		got[f.PostingID] = f
	}
	right, missed, extra := 0, map[string]int{}, map[string]int{}
	for p := range m.Truth() {
		f, ok := got[p.PostingID]
		if !ok {
			continue
		}
		names := strings.Split(f.Techs, "|")
		for _, want := range p.Techs {
			if !want.From.IsZero() && want.From.After(f.ValidFrom) || !want.To.IsZero() && !want.To.After(f.ValidFrom) {
				continue
			}
			if i := slices.IndexFunc(names, func(s string) bool { return strings.EqualFold(s, want.Name) }); i >= 0 {
				right++
				names = slices.Delete(names, i, i+1)
			} else {
				missed[want.Name]++
			}
		}
		for _, name := range names {
			extra[name]++
		}
	}
	sum := func(m map[string]int) (n int) {
		for _, k := range m {
			n += k
		}
		return n
	}
	precision, recall := float64(right)/float64(right+sum(extra)), float64(right)/float64(right+sum(missed))
	t.Logf("technologies: precision %.4f, recall %.4f over %d postings; missed %v; in no truth %v", precision, recall, len(got), missed, extra)
	if precision < 0.9 || recall < 0.9 {
		t.Errorf("precision %.4f and recall %.4f, want 0.9 at least", precision, recall)
	}
}
