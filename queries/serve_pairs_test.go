package queries

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/queries/queriestest"
)

// Over the postings that gold speaks of, pairs are those that gold counted; over any others
// they are what counting by hand gives.
func TestPairsAreCountedOverThePostingsThatMatch(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	m := queriestest.FillMarket(t, db, 300)
	techs := techsOf(m)
	near := gocmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
	r := rand.New(rand.NewPCG(8, 9))
	filters := []PostingFilter{{Status: "open", Country: "KR", IsIT: ptr(true)}}
	for range 40 {
		filters = append(filters, randomFilter(r, m))
	}
	compared := 0
	for i, f := range filters {
		var total, own int64
		joint, single := map[string]int64{}, map[string]int64{}
		for _, p := range m.Postings {
			named := techs[p.PostingID]
			if len(named) == 0 || !matches(f, p, named) {
				continue
			}
			total++
			for id := range named {
				single[id]++
				if named["java"] && id != "java" {
					joint[id]++
				}
			}
			if named["java"] {
				own++
			}
		}
		want := map[string]TechPair{}
		for id, n := range joint {
			lift := float64(n) * float64(total) / float64(own*single[id])
			want[id] = TechPair{TechID: id, JointCount: n, TechCount: own, OtherCount: single[id], Share: float64(n) / float64(own), Lift: lift, PPMI: max(0, math.Log2(lift)), PairCount: int64(len(joint))}
		}
		for _, sort := range []string{SortCount, SortLift, SortPPMI} {
			rows, err := ListTechPairs(ctx, db, f, "java", sort, 100)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]TechPair{}
			for j, row := range rows {
				got[row.TechID] = row
				if j > 0 && (sort == SortCount && rows[j-1].JointCount < row.JointCount || sort == SortLift && rows[j-1].Lift < row.Lift || sort == SortPPMI && rows[j-1].PPMI < row.PPMI) {
					t.Errorf("filter %d by %s: %+v before %+v", i, sort, rows[j-1], row)
				}
			}
			if diff := gocmp.Diff(want, got, near); diff != "" {
				t.Errorf("filter %d %+v: %s", i, f, diff)
			}
			compared += len(got)
		}
		if i == 0 {
			fromGold, err := ListTechNeighbours(ctx, db, "java", 100)
			if err != nil || len(fromGold) != len(want) {
				t.Fatalf("%d pairs in gold, want %d: %v", len(fromGold), len(want), err)
			}
			for _, g := range fromGold {
				if w := want[g.TechID]; w.JointCount != g.JointCount || w.TechCount != g.TechCount || math.Abs(w.Lift-g.Lift) > 1e-9 {
					t.Errorf("gold has %+v, want %+v", g, w)
				}
			}
		}
	}
	if compared < 500 {
		t.Errorf("only %d pairs were compared", compared)
	}
}
