package eval

import (
	"slices"
	"time"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

// Grace is how long before the lake's horizon a posting must have closed to count as missed:
// absence is known at the second complete read that misses it.
const Grace = 48 * time.Hour

// atTheSecond forgives a clock's rounding between a board's last second and the event's.
const atTheSecond = time.Minute

// Delay is how long after the truth the closings are dated.
type Delay struct {
	MedianHours float64 `json:"median_hours"`
	P95Hours    float64 `json:"p95_hours"`
	MaxHours    float64 `json:"max_hours"`
}

// Close compares closing events with the ends of the truth's stretches, up to the horizon,
// which is when the boards were last read. An event is right where the posting is not on the
// board at its time; an end is found by an event after it and before the posting comes back.
// Postings whose stretch was over before from were never seen. The unit is the posting.
func Close(truth []replica.Posting, known map[string]bool, events []schemas.SilverLifecycle, from, horizon time.Time) TruthReport {
	report := TruthReport{Misses: []Miss{}}
	closings := map[string][]schemas.SilverLifecycle{}
	for _, e := range events {
		if e.Event == schemas.EventClosed && !e.EventAt.After(horizon) {
			closings[e.PostingID] = append(closings[e.PostingID], e)
		}
	}
	t := tally{}
	var delays []time.Duration
	for i := range truth {
		p := &truth[i]
		if !known[p.PostingID] {
			report.Unknown++
			continue
		}
		report.Postings++
		used := make([]bool, len(closings[p.PostingID]))
		for n, s := range p.Stretches {
			if s.To.Before(from) {
				continue
			}
			next := horizon.Add(time.Second)
			if n+1 < len(p.Stretches) {
				next = p.Stretches[n+1].From
			}
			found := slices.IndexFunc(closings[p.PostingID], func(e schemas.SilverLifecycle) bool {
				return !e.EventAt.Before(s.To.Add(-atTheSecond)) && e.EventAt.Before(next)
			})
			switch {
			case found >= 0:
				used[found] = true
				count(t, p, s.How, Score{Right: 1})
				delays = append(delays, max(0, closings[p.PostingID][found].EventAt.Sub(s.To)))
			case s.To.Add(Grace).Before(horizon):
				count(t, p, s.How, Score{Missed: 1})
				report.Misses = append(report.Misses, Miss{ID: p.PostingID, What: "closing of " + p.Source + " " + p.BoardID, Want: s.How + " " + s.To.Format(time.RFC3339)})
			}
		}
		for j, e := range closings[p.PostingID] {
			if !used[j] && p.OpenAt(e.EventAt.Add(-atTheSecond)) && p.OpenAt(e.EventAt) {
				count(t, p, "", Score{Extra: 1})
				report.Misses = append(report.Misses, Miss{ID: p.PostingID, What: "closing of " + p.Source + " " + p.BoardID, Got: e.Reason + " " + e.EventAt.Format(time.RFC3339)})
			}
		}
	}
	report.Figures = t.figures("closings")
	report.Delay = delayOf(delays)
	return report
}

func count(t tally, p *replica.Posting, how string, s Score) {
	t.add("closings", p.PostingID, s)
	t.add("source "+p.Source, p.PostingID, s)
	if how != "" {
		t.add("ended by "+how, p.PostingID, s)
	}
}

func delayOf(delays []time.Duration) *Delay {
	if len(delays) == 0 {
		return nil
	}
	slices.Sort(delays)
	at := func(share float64) float64 { return delays[int(share*float64(len(delays)-1))].Hours() }
	return &Delay{MedianHours: at(0.5), P95Hours: at(0.95), MaxHours: at(1)}
}
