package queries

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

// matches says in Go what serve/_posting_filter says in SQL.
func matches(f PostingFilter, p schemas.GoldPosting, techs map[string]bool) bool {
	anyOf := func(list []string, values ...string) bool {
		return list == nil || slices.ContainsFunc(values, func(v string) bool { return v != "" && slices.Contains(list, v) })
	}
	posted := p.PostedAt
	if posted.IsZero() {
		posted = p.FirstSeenAt
	}
	if f.TechIDs != nil {
		n := 0
		for _, id := range f.TechIDs {
			if techs[id] {
				n++
			}
		}
		if n == 0 || f.AllTechs && n < len(f.TechIDs) {
			return false
		}
	}
	for _, id := range f.NotTechIDs {
		if techs[id] {
			return false
		}
	}
	if f.CompanyIDs != nil || f.Companies != nil {
		byName := slices.ContainsFunc(f.Companies, func(c string) bool {
			return p.Company != "" && strings.Contains(strings.ToLower(p.Company), strings.ToLower(c))
		})
		if !byName && !(f.CompanyIDs != nil && anyOf(f.CompanyIDs, p.CompanyID)) {
			return false
		}
	}
	if f.Locations != nil && !slices.ContainsFunc(f.Locations, func(l string) bool {
		return strings.Contains(strings.ToLower(p.Region+" "+p.District+" "+p.LocationRaw), strings.ToLower(l))
	}) {
		return false
	}
	saysYears := p.ExperienceMinYears != nil || p.ExperienceMaxYears != nil
	if f.ExperienceMinYears != nil && !(saysYears && (p.ExperienceMaxYears == nil || *p.ExperienceMaxYears >= *f.ExperienceMinYears)) {
		return false
	}
	if f.ExperienceMaxYears != nil && !(saysYears && (p.ExperienceMinYears == nil || *p.ExperienceMinYears <= *f.ExperienceMaxYears)) {
		return false
	}
	if f.SalaryMinKRW != nil {
		pay := int64(-1)
		for _, v := range []*int64{p.SalaryMinKRW, p.SalaryMaxKRW} {
			if v != nil {
				pay = max(pay, *v)
			}
		}
		if pay < *f.SalaryMinKRW {
			return false
		}
	}
	return anyOf(f.IDs, p.PostingID) && anyOf(f.Roles, p.Roles...) && anyOf(f.Sources, p.Source) && anyOf(f.Employments, p.Employment) &&
		anyOf(f.Remotes, p.Remote) && (f.Status == "" || p.Status == f.Status) && (f.Country == "" || p.Country == f.Country) &&
		(f.IsIT == nil || p.IsIT == *f.IsIT) && (f.WithCopies || p.DuplicateOf == "") &&
		(f.PostedFrom.IsZero() || !posted.Before(f.PostedFrom)) && (f.PostedBefore.IsZero() || posted.Before(f.PostedBefore))
}

func randomFilter(r *rand.Rand, m queriestest.Market) PostingFilter {
	var f PostingFilter
	on := func() bool { return r.IntN(6) == 0 }
	some := func(values ...string) []string { return values[:1+r.IntN(len(values))] }
	if on() {
		f.TechIDs, f.AllTechs = some("java", "mysql", "aws"), on()
	}
	if on() {
		f.NotTechIDs = some("python", "react")
	}
	if on() {
		f.Roles = some("backend", "software-engineer")
	}
	if on() {
		f.Sources = some("jumpit", "hn")
	}
	if on() {
		f.Employments = some("full_time", "intern")
	}
	if on() {
		f.Remotes = some("remote", "hybrid")
	}
	if on() {
		f.CompanyIDs = []string{schemas.CompanyID("나루데이터")}
	}
	if on() {
		f.Companies = some("DASOM", "가람")
	}
	if on() {
		f.Locations = some("서울", "분당")
	}
	if on() {
		f.ExperienceMinYears = ptr(int32(r.IntN(6)))
	}
	if on() {
		f.ExperienceMaxYears = ptr(int32(r.IntN(6)))
	}
	if on() {
		f.SalaryMinKRW = ptr(int64(r.IntN(10)) * 10_000_000)
	}
	if on() {
		f.PostedFrom = queriestest.MarketNow.Add(-time.Duration(r.IntN(60*24)) * time.Hour)
	}
	if on() {
		f.PostedBefore = queriestest.MarketNow.Add(-time.Duration(r.IntN(60*24)) * time.Hour)
	}
	if on() {
		f.IDs = []string{}
		for i := range m.Postings {
			if i%2 == 0 {
				f.IDs = append(f.IDs, m.Postings[i].PostingID)
			}
		}
	}
	f.Status = []string{"", "open", "closed"}[r.IntN(3)]
	f.Country = []string{"", "KR"}[r.IntN(2)]
	f.IsIT = []*bool{nil, ptr(true), ptr(false)}[r.IntN(3)]
	f.WithCopies = on()
	return f
}

func techsOf(m queriestest.Market) map[string]map[string]bool {
	techs := map[string]map[string]bool{}
	for _, t := range m.Techs {
		if techs[t.PostingID] == nil {
			techs[t.PostingID] = map[string]bool{}
		}
		techs[t.PostingID][t.TechID] = true
	}
	return techs
}

// Every statement that takes a filter sees exactly the postings that pass it, whatever the
// combination; and pages put together are the whole list in order, without repeats.
func TestEveryFilterCombinationGivesExactlyThePostingsThatPassIt(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	m := queriestest.FillMarket(t, db, 300)
	techs := techsOf(m)
	r := rand.New(rand.NewPCG(1, 2))
	nonEmpty := 0
	for i := range 250 {
		f := randomFilter(r, m)
		var want []schemas.GoldPosting
		counts := map[string]int64{}
		for _, p := range m.Postings {
			if matches(f, p, techs[p.PostingID]) {
				want = append(want, p)
				for id := range techs[p.PostingID] {
					counts[id]++
				}
			}
		}
		if len(want) > 0 {
			nonEmpty++
		}
		n, err := CountPostings(ctx, db, f)
		if err != nil {
			t.Fatal(err)
		}
		if int(n) != len(want) {
			t.Errorf("filter %d %+v: count %d, want %d", i, f, n, len(want))
		}
		order := []string{SortNewest, SortClosing, SortRelevance}[i%3]
		page := Page{Sort: order, Limit: 1 + r.IntN(60)}
		if order == SortRelevance && f.IDs != nil {
			page.Scores = make([]int64, len(f.IDs))
			for j := range page.Scores {
				page.Scores[j] = int64(j % 5)
			}
		}
		seen := map[string]bool{}
		var last *PostingRow
		for {
			rows, err := ListPostings(ctx, db, f, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				if seen[row.PostingID] {
					t.Fatalf("filter %d: %s twice", i, row.PostingID)
				}
				if last != nil && comparePlaces(last.Place(), row.Place()) >= 0 {
					t.Fatalf("filter %d: rows out of order", i)
				}
				seen[row.PostingID], last = true, &row
			}
			if len(rows) < page.Limit {
				break
			}
			page.After = ptr(rows[len(rows)-1].Place())
		}
		for _, p := range want {
			if !seen[p.PostingID] {
				t.Errorf("filter %d %+v: misses %+v", i, f, p)
			}
		}
		if len(seen) != len(want) {
			t.Errorf("filter %d %+v: %d rows, want %d", i, f, len(seen), len(want))
		}
		shares, err := ListTechShares(ctx, db, f, 100)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int64{}
		for _, s := range shares {
			got[s.TechID] = s.PostingCount
			if math.Abs(s.Share-float64(s.PostingCount)/float64(n)) > 1e-12 || s.ShareLow > s.Share || s.ShareHigh < s.Share || s.ShareLow < 0 || s.ShareHigh > 1 {
				t.Errorf("filter %d: bad share %+v of %d", i, s, n)
			}
		}
		if diff := gocmp.Diff(counts, got); diff != "" {
			t.Errorf("filter %d: frequency %s", i, diff)
		}
	}
	if nonEmpty < 100 {
		t.Errorf("only %d of the filters matched anything", nonEmpty)
	}
}

func comparePlaces(a, b Position) int {
	return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Second, b.Second), cmp.Compare(a.ID, b.ID))
}

func TestSharesComeMostFrequentFirstWithTheirWilsonInterval(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	for i := range 10 {
		id := fmt.Sprintf("%032d", i)
		queriestest.Fill(t, db, schemas.GoldPosting{PostingID: id, Source: "jumpit", Status: "open", URL: "https://b.example", Title: "x", FirstSeenAt: queriestest.MarketNow, ClusterSize: 1, VersionCount: 1, ContentHash: id})
		for tech, of := range map[string]int{"Go": 4, "C#": 4, "Java": 7} {
			if i < of {
				queriestest.Fill(t, db, schemas.GoldPostingTech{PostingID: id, TechID: strings.ToLower(tech), Tech: tech, Need: "required", Method: "dictionary"})
			}
		}
	}
	got, err := ListTechShares(ctx, db, PostingFilter{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	// The interval of 7 of 10 and 4 of 10 as published for Wilson's method.
	want := []TechShare{
		{TechID: "java", Tech: "Java", PostingCount: 7, Share: 0.7, ShareLow: 0.3968, ShareHigh: 0.8922, TechCount: 3},
		{TechID: "c#", Tech: "C#", PostingCount: 4, Share: 0.4, ShareLow: 0.1682, ShareHigh: 0.6873, TechCount: 3},
	}
	near := gocmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-4 })
	if diff := gocmp.Diff(want, got, near); diff != "" {
		t.Error(diff)
	}
}

func TestKeywordsAreFoundWhereAReaderSeesThem(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	posting := func(n int, title, company, duties string, techs ...string) {
		id := fmt.Sprintf("%032d", n)
		queriestest.Fill(t, db, schemas.GoldPosting{PostingID: id, Source: "jumpit", Status: "open", URL: "https://b.example", Title: title, Company: company, Duties: duties, Techs: techs, FirstSeenAt: queriestest.MarketNow, ClusterSize: 1, VersionCount: 1, ContentHash: id})
	}
	posting(1, "결제 백엔드", "라온", "대용량 처리", "Go", "Kubernetes")
	posting(2, "Backend Engineer", "결제회사", "Google 연동")
	posting(3, "앱 개발", "마루", "결제 화면을 만듭니다", "Kotlin")
	posting(4, "디자인", "", "화면")
	for name, c := range map[string]struct {
		words []Word
		want  []string
	}{
		"title before company before text": {[]Word{{Text: "결제"}}, []string{"1", "2", "3"}},
		"all words":                        {[]Word{{Text: "결제"}, {Text: "화면"}}, []string{"3"}},
		"a short name is no substring":     {[]Word{{Tech: "Go"}}, []string{"1"}},
		"an alias finds the technology":    {[]Word{{Text: "k8s", Tech: "Kubernetes"}}, []string{"1"}},
		"an alias beside a word":           {[]Word{{Text: "k8s", Tech: "Kubernetes"}, {Text: "결제"}, {Tech: "Go"}}, []string{"1"}},
		"case does not matter":             {[]Word{{Text: "backend"}}, []string{"2"}},
		"nothing":                          {[]Word{{Text: "없는말"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := FindPostings(ctx, db, PostingFilter{Status: "open"}, c.words)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range found {
				got = append(got, strings.TrimLeft(f.PostingID, "0"))
			}
			if diff := gocmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFacetsCountTheMatchingPostings(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	m := queriestest.FillMarket(t, db, 300)
	f := PostingFilter{Status: "open", Country: "KR", IsIT: ptr(true)}
	want := map[string]int64{}
	for _, p := range m.Postings {
		if matches(f, p, nil) {
			want["source "+p.Source]++
			for _, role := range p.Roles {
				want["role "+role]++
			}
			if p.Region != "" {
				want["location "+p.Region]++
			}
		}
	}
	values, err := ListFacets(ctx, db, f, []string{"source", "role", "location"}, 50)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, v := range values {
		got[v.Facet+" "+v.Value] = v.PostingCount
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, facet := range Facets {
		all, err := ListFacets(ctx, db, f, []string{facet}, 2)
		if err != nil || len(all) == 0 || len(all) > 2 || all[0].ValueCount < int64(len(all)) {
			t.Errorf("facet %s: %+v %v", facet, all, err)
		}
	}
}

func TestOnePostingWithItsEvidenceEventsAndCopies(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	m := queriestest.FillMarket(t, db, 120)
	var copyOf schemas.GoldPosting
	for _, p := range m.Postings {
		if p.DuplicateOf != "" {
			copyOf = p
		}
	}
	others, err := ListPostingDuplicates(ctx, db, copyOf.PostingID)
	if err != nil || len(others) == 0 || others[0].PostingID != copyOf.DuplicateOf || !others[0].IsFace {
		t.Errorf("duplicates of %s: %+v %v", copyOf.PostingID, others, err)
	}
	for _, p := range m.Postings[:20] {
		techs, err := ListPostingTechs(ctx, db, p.PostingID)
		if err != nil || len(techs) != len(p.Techs) {
			t.Fatalf("techs of %s: %d %v, want %d", p.PostingID, len(techs), err, len(p.Techs))
		}
		for _, tech := range techs {
			if text := map[string]string{"requirements": p.Requirements, "preferred": p.Preferred}[tech.Section]; tech.Section != "" && text[*tech.StartByte:*tech.EndByte] != tech.Surface {
				t.Errorf("evidence of %s in %s", tech.Tech, p.PostingID)
			}
		}
		events, err := ListPostingEvents(ctx, db, p.PostingID)
		if err != nil || len(events) == 0 || events[0].Event != schemas.EventOpened {
			t.Errorf("events of %s: %+v %v", p.PostingID, events, err)
		}
	}
	pairs, err := ListTechNeighbours(ctx, db, "java", 3)
	if err != nil || len(pairs) != 3 || pairs[0].JointCount < pairs[2].JointCount {
		t.Errorf("pairs %+v %v", pairs, err)
	}
	counts, err := ListTechCounts(ctx, db, PostingFilter{})
	if err != nil || len(counts) == 0 || counts[0].RequiredCount > counts[0].PostingCount || counts[0].CompanyCount == 0 {
		t.Errorf("counts %+v %v", counts, err)
	}
	companies, err := ListTechCompanies(ctx, db, PostingFilter{}, "java", 2)
	if err != nil || len(companies) != 2 || companies[0].PostingCount < companies[1].PostingCount {
		t.Errorf("companies %+v %v", companies, err)
	}
	now := queriestest.MarketNow
	numbers, err := CountNumbers(ctx, db, PostingFilter{Status: "open"}, now.Add(-7*24*time.Hour), now, now.Add(7*24*time.Hour))
	if err != nil || numbers.PostingCount == 0 || numbers.NewCount == 0 || numbers.ClosingCount == 0 || numbers.SourceCount != int64(len(numbers.Sources)) {
		t.Errorf("numbers %+v %v", numbers, err)
	}
}
