package queries

import (
	"cmp"
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

// Whatever the filter, the pages together hold each company that has a matching posting
// once, in order, with the number of those postings.
func TestCompaniesAreThoseOfThePostingsThatMatch(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	m := queriestest.FillMarket(t, db, 300)
	techs := techsOf(m)
	r := rand.New(rand.NewPCG(3, 4))
	met := 0
	for i := range 60 {
		f, name := randomFilter(r, m), []string{"", "", "나루", "GAMES"}[i%4]
		want := map[string]int64{}
		for _, p := range m.Postings {
			if p.CompanyID != "" && matches(f, p, techs[p.PostingID]) && strings.Contains(strings.ToLower(p.Company), strings.ToLower(name)) {
				want[p.CompanyID]++
			}
		}
		page := Page{Sort: []string{SortCount, SortName}[i%2], Limit: 2}
		got := map[string]int64{}
		var last *Position
		for {
			rows, err := ListCompanies(ctx, db, f, name, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				place := row.Place()
				if last != nil && cmp.Or(cmp.Compare(last.First, place.First), cmp.Compare(last.ID, place.ID)) >= 0 {
					t.Fatalf("filter %d: rows out of order", i)
				}
				got[row.CompanyID], last = row.MatchingCount, &place
				if row.TotalCount != int64(len(want)) || len(row.Techs) > 5 || row.PostingCount < row.MatchingCount {
					t.Errorf("filter %d: %+v, want %d companies", i, row, len(want))
				}
			}
			if len(rows) < page.Limit {
				break
			}
			page.After = last
		}
		met += len(got)
		if len(got) != len(want) {
			t.Errorf("filter %d %+v: %d companies, want %d", i, f, len(got), len(want))
		}
		for id, n := range want {
			if got[id] != n {
				t.Errorf("filter %d: %s has %d postings, want %d", i, id, got[id], n)
			}
		}
	}
	if met < 50 {
		t.Errorf("only %d companies were met", met)
	}
}

func TestOneCompanyWithItsTechnologies(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	m := queriestest.FillMarket(t, db, 120)
	id := schemas.CompanyID("나루데이터")
	var open, all, java int64
	techs := techsOf(m)
	for _, p := range m.Postings {
		if p.CompanyID == id {
			all++
			if p.Status == "open" && p.DuplicateOf == "" {
				open++
			}
			if techs[p.PostingID]["java"] {
				java++
			}
		}
	}
	c, err := CompanyByID(ctx, db, id)
	if err != nil || c.OpenCount != open || c.PostingCount != all || c.Company != "(주)나루데이터" {
		t.Errorf("got %+v %v, want %d open of %d", c, err, open, all)
	}
	if _, err := CompanyByID(ctx, db, strings.Repeat("0", 32)); !errs.Is(err, errs.NotFound) {
		t.Errorf("no such company: %v", err)
	}
	rows, err := ListCompanyTechs(ctx, db, id, 100)
	if err != nil || len(rows) == 0 || rows[0].TechCount != int64(len(rows)) {
		t.Fatalf("%d technologies: %v", len(rows), err)
	}
	for i, row := range rows {
		if i > 0 && rows[i-1].OpenCount < row.OpenCount || row.TechID == "java" && row.PostingCount != java {
			t.Errorf("%+v", row)
		}
	}
}
