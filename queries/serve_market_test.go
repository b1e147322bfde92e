package queries

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

// countsOn says in Go what the two statements say in SQL: whether a posting was open at a
// day's end.
func countsOn(p schemas.GoldPosting, day time.Time, zone *time.Location) bool {
	end := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone).AddDate(0, 0, 1)
	return p.FirstSeenAt.Before(end) && (p.ClosedAt.IsZero() || !p.ClosedAt.Before(end))
}

func TestTheMarketIsCountedByRoleAndBoard(t *testing.T) {
	db := queriestest.New(t)
	market := queriestest.FillMarket(t, db, 300)
	zone := time.FixedZone("Asia/Seoul", 9*3600)
	last := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	days := Days{First: last.AddDate(0, 0, -20), Last: last}
	for _, by := range []string{ByRole, BySource} {
		points, err := ListMarketTrend(t.Context(), db, by, days, UnitDay, zone)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]map[time.Time]int64{}
		for _, p := range market.Postings {
			if p.DuplicateOf != "" || !p.IsIT || p.Country != "KR" {
				continue
			}
			values := []string{p.Source}
			if by == ByRole {
				values = p.Roles
			}
			for _, value := range append([]string{"*"}, values...) {
				if want[value] == nil {
					want[value] = map[time.Time]int64{}
				}
				for day := days.First; !day.After(days.Last); day = day.AddDate(0, 0, 1) {
					if countsOn(p, day, zone) {
						want[value][day]++
					}
				}
			}
		}
		if len(points) != 21*len(want) || len(want) < 3 {
			t.Fatalf("%d points of %d values of %s", len(points), len(want), by)
		}
		for _, point := range points {
			if n := want[point.Value][point.From]; n != point.OpenCount {
				t.Errorf("%s %s on %s: %d, want %d", by, point.Value, point.From.Format(time.DateOnly), point.OpenCount, n)
			}
		}
	}
}

func TestTheMarketsStockGrowsByItsFlow(t *testing.T) {
	db := queriestest.New(t)
	queriestest.FillMarket(t, db, 300)
	zone := time.FixedZone("Asia/Seoul", 9*3600)
	last := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, unit := range []string{UnitDay, UnitWeek, UnitMonth} {
		points, err := ListMarketTrend(t.Context(), db, BySource, Days{First: last.AddDate(0, -3, 0), Last: last}, unit, zone)
		if err != nil || len(points) == 0 {
			t.Fatal(len(points), err)
		}
		for i := 1; i < len(points); i++ {
			before, p := points[i-1], points[i]
			if p.Value == before.Value && p.OpenCount != before.OpenCount+p.OpenedCount-p.ClosedCount {
				t.Errorf("%s %s %s: %d + %d - %d is not %d", unit, p.Value, p.From.Format(time.DateOnly), before.OpenCount, p.OpenedCount, p.ClosedCount, p.OpenCount)
			}
		}
	}
}

func TestACompanysTechnologiesOverTime(t *testing.T) {
	db := queriestest.New(t)
	market := queriestest.FillMarket(t, db, 300)
	zone := time.FixedZone("Asia/Seoul", 9*3600)
	last := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	company := market.Postings[0].CompanyID
	points, err := ListCompanyTrend(t.Context(), db, company, Days{First: last.AddDate(0, 0, -10), Last: last}, UnitDay, zone, 3)
	if err != nil || len(points) != 3*11 {
		t.Fatal(len(points), err)
	}
	names := map[[2]string]bool{}
	for _, t := range market.Techs {
		names[[2]string{t.PostingID, t.TechID}] = true
	}
	for _, point := range points {
		var want int64
		for _, p := range market.Postings {
			if p.CompanyID == company && p.DuplicateOf == "" && names[[2]string{p.PostingID, point.TechID}] && countsOn(p, point.From, zone) {
				want++
			}
		}
		if point.OpenCount != want {
			t.Errorf("%s on %s: %d, want %d", point.TechID, point.From.Format(time.DateOnly), point.OpenCount, want)
		}
	}
}

func TestMoversAreRankedByHowClearTheChangeIs(t *testing.T) {
	db := queriestest.New(t)
	then, now := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var rows []schemas.GoldTechDaily
	for id, counts := range map[string][2]int64{"rare": {1, 3}, "still": {100, 101}, "up": {100, 160}, "small": {4, 12}, "down": {90, 40}, "new": {0, 30}, "gone": {20, 0}} {
		for i, day := range []time.Time{then, now} {
			if counts[i] > 0 {
				rows = append(rows, schemas.GoldTechDaily{Date: day, TechID: id, Tech: id, Role: "*", Source: "*", OpenCount: counts[i]},
					schemas.GoldTechDaily{Date: day, TechID: id, Tech: id, Role: "backend", Source: "*", OpenCount: 1000})
			}
		}
	}
	queriestest.Fill(t, db, rows...)
	up, down, err := ListMovers(t.Context(), db, then, now, 2)
	if err != nil {
		t.Fatal(err)
	}
	names := func(movers []Mover) (all []string) {
		for _, m := range movers {
			all = append(all, m.TechID)
		}
		return all
	}
	if diff := gocmp.Diff([][]string{{"new", "up"}, {"gone", "down"}}, [][]string{names(up), names(down)}); diff != "" {
		t.Errorf("movers (-want +got):\n%s", diff)
	}
	if up[1].Change() != 0.6 || up[1].Then != 100 || down[0].Change() != -1 {
		t.Errorf("%+v %+v", up[1], down[0])
	}
}
