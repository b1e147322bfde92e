package jobs_test

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs/eval"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

// The market of TestFiveHundredDays.
const (
	yearsDays     = 500
	yearsPostings = 16_000
	yearsFaults   = 100
)

// trouble is something that goes wrong with a source, or is changed, for some days.
type trouble struct {
	kind     string // down, short, empty, cut, filter
	source   string
	from, to int // days, half-open
	share    float64
}

// dice are a number in [0, 1) for each question, the same each time.
func dice(question ...any) float64 {
	h := fnv.New64a()
	fmt.Fprint(h, question...)
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}

// plantTroubles spreads outages, cut lists and filter changes over the days. What the board
// says completely and wrongly (empty, cut) lasts a day or two: a loss that three complete
// reads agree on is believed, by the definition of the life cycle.
func plantTroubles(n int) (all []trouble) {
	kinds := []string{"down", "down", "short", "short", "empty", "cut", "filter"}
	taken := map[string]bool{}
	for i := 0; len(all) < n; i++ {
		tr := trouble{kind: kinds[int(dice("kind", i)*float64(len(kinds)))], source: allSources[int(dice("source", i)*float64(len(allSources)))]}
		longest := 5.0
		if tr.kind == "empty" || tr.kind == "cut" {
			longest = 2
		}
		tr.from = 5 + int(dice("from", i)*(yearsDays-15))
		tr.to = tr.from + 1 + int(dice("days", i)*longest)
		tr.share = 0.1 + 0.8*dice("share", i)
		if tr.kind == "cut" { // of what counts as sudden
			tr.share = 0.5 * dice("share", i)
		}
		free := true
		for d := tr.from - 4; d < tr.to+4; d++ { // one at a time: troubles that meet make longer ones
			free = free && !taken[fmt.Sprint(tr.source, d)]
		}
		if !free {
			continue
		}
		for d := tr.from; d < tr.to; d++ {
			taken[fmt.Sprint(tr.source, d)] = true
		}
		all = append(all, tr)
	}
	return all
}

// years are what collectors would have landed, as rows of bronze.
type years struct {
	postings  []schemas.BronzePosting
	lists     []schemas.BronzeList
	sightings []schemas.BronzeSighting
}

// read is one morning's run over one source.
func (y *years) read(m *market, truth []replica.Posting, captured map[string]bool, source string, d int, tr *trouble) {
	at := day(1, 9).AddDate(0, 0, d)
	runID := fmt.Sprintf("run-%s-%03d", source, d)
	members := map[string][]*replica.Posting{} // by list
	gone := map[string]bool{}
	for i := range truth {
		p := &truth[i]
		if p.Source != source {
			continue
		}
		list := cmp.Or(p.List, "all")
		isListed := p.OpenAt(at)
		if source == "hn" { // a thread names what was taken back
			isListed = slices.Contains(m.Threads(at), p.List) && !at.Before(p.Stretches[0].From)
			gone[p.PostingID] = isListed && p.ClosedHow == replica.EndedByRemoval && !at.Before(p.ClosedAt)
		}
		if isListed {
			members[list] = append(members[list], p)
		} else if members[list] == nil && source == "greenhouse" && !at.Before(p.Stretches[0].From) {
			members[list] = []*replica.Posting{} // the board stands, and is empty
		}
	}
	if source != "greenhouse" && source != "hn" && len(members) == 0 {
		members["all"] = nil
	}
	for list, postings := range members {
		name, filter := list, ""
		row := schemas.BronzeList{Source: source, RunID: runID, ReadAt: at, IsComplete: true}
		kept := postings
		if tr != nil {
			n := int(float64(len(postings)) * tr.share)
			switch tr.kind {
			case "down":
				row.IsComplete, row.Error, kept = false, "503", nil
			case "short":
				row.IsComplete, row.Error, kept = false, "the board's total is another", postings[:n]
			case "empty":
				kept = nil
			case "cut":
				kept = postings[:n]
			case "filter": // somebody looks for part of it under another name
				name, filter, kept = list+" backend", "backend", postings[:n]
			}
		}
		row.List, row.Filter, row.PostingCount = name, filter, int64(len(kept))
		y.lists = append(y.lists, row)
		for i, p := range kept {
			position := int32(i + 1)
			y.sightings = append(y.sightings, schemas.BronzeSighting{PostingID: p.PostingID, Source: source, List: name, RunID: runID, SeenAt: at, Seen: schemas.SeenListed, Position: &position})
			if gone[p.PostingID] {
				y.sightings = append(y.sightings, schemas.BronzeSighting{PostingID: p.PostingID, Source: source, List: name, RunID: runID, SeenAt: at, Seen: schemas.SeenGone})
			}
			if !captured[p.PostingID] && !gone[p.PostingID] {
				captured[p.PostingID] = true
				y.postings = append(y.postings, yearsCapture(p, list, runID, at))
			}
		}
	}
}

func yearsCapture(p *replica.Posting, list, runID string, at time.Time) schemas.BronzePosting {
	row := capture(p.BoardID, at, func(b *schemas.BronzePosting) {
		b.PostingID, b.Source, b.RunID, b.List = p.PostingID, p.Source, runID, list
		b.Title, b.Company, b.Requirements, b.Preferred = p.Title, p.Company, "• Go", ""
		b.BoardTags = nil
		b.PostedAt = p.OpenedAt
		if !p.ClosesAt.IsZero() {
			b.ClosesAt = p.ClosesAt
		}
	})
	return row
}

// TestFiveHundredDays plays 500 days of a market with a hundred outages, cut lists and
// filter changes on four boards, and holds the closings to what the market knows. Bronze is
// written from the market's own truth, a run a morning and board; silver and the life cycle
// are the jobs, called month by month as a scheduler does.
func TestFiveHundredDays(t *testing.T) {
	slow(t)
	m := newMarket(t, replica.Config{Seed: 21, Postings: yearsPostings, Days: yearsDays})
	truth := slices.Collect(m.Truth())
	troubles := plantTroubles(yearsFaults)
	l := openLake(t, filepath.Join(t.TempDir(), "lake"))
	captured := map[string]bool{}

	const step = 25
	for from := 0; from < yearsDays; from += step {
		y := years{}
		for d := from; d < from+step; d++ {
			for _, source := range allSources {
				var now *trouble
				for i := range troubles {
					if tr := &troubles[i]; tr.source == source && tr.from <= d && d < tr.to {
						now = tr
					}
				}
				y.read(m, truth, captured, source, d, now)
			}
		}
		w := window(t, day(1, 0).AddDate(0, 0, from), day(1, 0).AddDate(0, 0, from+step))
		e := m.env(t, l, w.To)
		fill(t, e, schemas.BronzePostings, y.postings...)
		fill(t, e, schemas.BronzeLists, y.lists...)
		fill(t, e, schemas.BronzeSightings, y.sightings...)
		for _, source := range allSources {
			for _, s := range sourceSteps[1:] {
				if _, err := e.Do(t.Context(), s.name, source, w, s.run); err != nil {
					t.Fatalf("%s %s %s: %v", s.name, source, w, err)
				}
			}
		}
	}
	events := rowsOf[schemas.SilverLifecycle](t, l, "select * from silver.lifecycle")
	horizon := day(1, 9).AddDate(0, 0, yearsDays-1)
	report := eval.Close(truth, captured, events, day(1, 9), horizon)
	for _, f := range report.Figures {
		t.Logf("%-28s %5d right %4d extra %4d missed: precision %.4f recall %.4f", f.Name, f.Right, f.Extra, f.Missed, f.Precision.Value, f.Recall.Value)
	}
	for _, miss := range report.Misses[:min(12, len(report.Misses))] {
		t.Logf("%+v", miss)
	}
	t.Logf("%d postings known, %d never seen; delay: median %.1f h, 95 %% %.1f h", report.Postings, report.Unknown, report.Delay.MedianHours, report.Delay.P95Hours)
	all := report.Figures[0]
	if all.Precision.Value < 0.99 || all.Recall.Value < 0.97 {
		t.Errorf("precision %.4f and recall %.4f, want 0.99 and 0.97 at least", all.Precision.Value, all.Recall.Value)
	}
	if report.Delay.MedianHours > 24 {
		t.Errorf("median delay %.1f h, want at most one run of a day", report.Delay.MedianHours)
	}
	massCloses(t, truth, events)
}

// massCloses counts the runs that closed more than a fifth, and ten, of a list's open
// postings by absence while they stood on the board.
func massCloses(t *testing.T, truth []replica.Posting, events []schemas.SilverLifecycle) {
	t.Helper()
	byID := map[string]*replica.Posting{}
	for i := range truth {
		byID[truth[i].PostingID] = &truth[i]
	}
	type read struct {
		source, list string
		at           time.Time
	}
	wrong := map[read]int{}
	for _, e := range events {
		if p := byID[e.PostingID]; e.Event == schemas.EventClosed && e.Reason == "absent" && p.OpenAt(e.EventAt) {
			wrong[read{p.Source, p.List, e.EventAt}]++
		}
	}
	for r, n := range wrong {
		open := 0
		for i := range truth {
			if p := &truth[i]; p.Source == r.source && p.List == r.list && p.OpenAt(r.at) {
				open++
			}
		}
		if n >= 10 && n*5 > open {
			t.Errorf("%s %s at %s: %d of %d open postings closed at once", r.source, r.list, r.at, n, open)
		}
	}
}
