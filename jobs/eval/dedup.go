package eval

import (
	"cmp"
	"slices"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

// TruthReport is what was measured against a played market.
type TruthReport struct {
	Postings int      `json:"postings"` // of the truth that the lake knows
	Unknown  int      `json:"unknown"`  // of the truth that the lake never saw: not measured
	Figures  []Figure `json:"figures"`
	Delay    *Delay   `json:"delay,omitempty"`
	Misses   []Miss   `json:"misses"`
}

// Dedup compares the clusters found with the truth's jobs, pair by pair, among the postings
// that the lake knows. The unit is the employer.
func Dedup(truth []replica.Posting, known map[string]bool, found []schemas.SilverDuplicate) TruthReport {
	report := TruthReport{Misses: []Miss{}}
	byID, byJob, byCluster := map[string]*replica.Posting{}, map[string][]string{}, map[string][]string{}
	for i := range truth {
		p := &truth[i]
		if !known[p.PostingID] {
			report.Unknown++
			continue
		}
		byID[p.PostingID] = p
		byJob[p.JobID] = append(byJob[p.JobID], p.PostingID)
	}
	report.Postings = len(byID)
	for _, d := range found {
		if byID[d.PostingID] != nil {
			byCluster[d.ClusterID] = append(byCluster[d.ClusterID], d.PostingID)
		}
	}
	want, got := pairs(byJob), pairs(byCluster)
	t := tally{}
	count := func(p pair, s Score) {
		a, b := byID[p[0]], byID[p[1]]
		unit := schemas.CompanyID(a.Company)
		t.add("pairs", unit, s)
		switch {
		case !a.HasDetail || !b.HasDetail:
			t.add("without a text", unit, s)
		case a.Source == b.Source:
			t.add("within a board", unit, s)
		default:
			t.add("across boards", unit, s)
		}
	}
	for p := range want {
		if got[p] {
			count(p, Score{Right: 1})
		} else {
			count(p, Score{Missed: 1})
			report.Misses = append(report.Misses, Miss{ID: p[0] + " " + p[1], What: "duplicate", Want: naming(byID, p)})
		}
	}
	for p := range got {
		if !want[p] {
			count(p, Score{Extra: 1})
			report.Misses = append(report.Misses, Miss{ID: p[0] + " " + p[1], What: "duplicate", Got: naming(byID, p)})
		}
	}
	slices.SortFunc(report.Misses, func(a, b Miss) int { return cmp.Or(cmp.Compare(a.Want, b.Want), cmp.Compare(a.ID, b.ID)) })
	report.Figures = t.figures("pairs", "within a board", "across boards")
	return report
}

// pair is two postings, the smaller id first.
type pair [2]string

func pairs(groups map[string][]string) map[pair]bool {
	all := map[pair]bool{}
	for _, ids := range groups {
		slices.Sort(ids)
		for i := range ids {
			for j := i + 1; j < len(ids); j++ {
				all[pair{ids[i], ids[j]}] = true
			}
		}
	}
	return all
}

func naming(byID map[string]*replica.Posting, p pair) string {
	a, b := byID[p[0]], byID[p[1]]
	return a.Source + " " + a.Title + " (" + a.Place + ") = " + b.Source + " " + b.Title + " (" + b.Place + ")"
}
