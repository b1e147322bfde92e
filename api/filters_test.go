package api

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

// listed is a posting of the market with its technologies by id.
type listed struct {
	schemas.GoldPosting
	techs map[string]bool
}

type test func(listed) bool

// draws give each filter, for a random choice of values, the Go of what it promises.
var draws = map[string]func(r *rand.Rand) ([]string, test){
	"q": one([]string{"백엔드", "결제"}, func(v string) test { return func(p listed) bool { return strings.Contains(p.Title+p.About, v) } }),
	"not_tech": some1(map[string]string{"Python": "python", "씨샵": "csharp", "k8s": "kubernetes"}, func(v string) test { return func(p listed) bool { return p.techs[v] } },
		func(any test) test { return func(p listed) bool { return !any(p) } }),
	"role": some1(same("backend", "frontend", "data-engineer", "devops", "software-engineer"), func(v string) test { return func(p listed) bool { return slices.Contains(p.Roles, v) } }, nil),
	"company": some1(map[string]string{"dasom": "Dasom Labs", "나루": "(주)나루데이터", "라온페이": "라온페이", schemas.CompanyID("가람소프트"): "가람소프트"},
		func(v string) test { return func(p listed) bool { return p.Company == v } }, nil),
	"location":   some1(map[string]string{"Seoul": "서울", "부산": "부산", "분당구": "분당구"}, func(v string) test { return func(p listed) bool { return strings.Contains(p.LocationRaw, v) } }, nil),
	"source":     some1(same("jumpit", "rallit", "greenhouse", "hn"), func(v string) test { return func(p listed) bool { return p.Source == v } }, nil),
	"employment": some1(same("full_time", "contract", "intern"), func(v string) test { return func(p listed) bool { return p.Employment == v } }, nil),
	"remote":     some1(same(remotes...), func(v string) test { return func(p listed) bool { return p.Remote == v } }, nil),
	"experience_min": whole1(0, 10, func(n int64) test {
		return func(p listed) bool {
			return p.ExperienceMinYears != nil && (p.ExperienceMaxYears == nil || int64(*p.ExperienceMaxYears) >= n)
		}
	}),
	"experience_max": whole1(0, 10, func(n int64) test {
		return func(p listed) bool { return p.ExperienceMinYears != nil && int64(*p.ExperienceMinYears) <= n }
	}),
	"salary_min": whole1(20_000_000, 100_000_000, func(n int64) test {
		return func(p listed) bool {
			return p.SalaryMinKRW != nil && (*p.SalaryMinKRW >= n || p.SalaryMaxKRW != nil && *p.SalaryMaxKRW >= n)
		}
	}),
	"posted_from":    day1(60, func(d string) test { return func(p listed) bool { return p.day() >= d } }),
	"posted_to":      day1(20, func(d string) test { return func(p listed) bool { return p.day() <= d } }),
	"status":         one([]string{"open", "closed", "all"}, func(v string) test { return func(p listed) bool { return v == "all" || p.Status == v } }),
	"is_always_open": one([]string{"true", "false"}, func(v string) test { return func(p listed) bool { return fmt.Sprint(p.IsAlwaysOpen) == v } }),
	"country":        one([]string{"*", "US", "kr"}, func(v string) test { return func(p listed) bool { return v == "*" || strings.EqualFold(p.Country, v) } }),
	"is_it":          one([]string{"*", "true", "false"}, func(v string) test { return func(p listed) bool { return v == "*" || fmt.Sprint(p.IsIT) == v } }),
}

// defaults hold where a filter is not given.
var defaults = map[string]test{
	"status":  func(p listed) bool { return p.Status == schemas.PostingOpen },
	"country": func(p listed) bool { return p.Country == "KR" },
	"is_it":   func(p listed) bool { return p.IsIT },
}

func same(values ...string) map[string]string {
	m := map[string]string{}
	for _, v := range values {
		m[v] = v
	}
	return m
}

func one(values []string, promise func(string) test) func(*rand.Rand) ([]string, test) {
	return func(r *rand.Rand) ([]string, test) {
		v := values[r.IntN(len(values))]
		return []string{v}, promise(v)
	}
}

// some1 draws one to three of the values, any of which will do; turn may reverse that.
func some1(values map[string]string, promise func(string) test, turn func(test) test) func(*rand.Rand) ([]string, test) {
	return func(r *rand.Rand) ([]string, test) {
		given := sortedValues(values)
		r.Shuffle(len(given), func(i, j int) { given[i], given[j] = given[j], given[i] })
		given = given[:1+r.IntN(min(3, len(given)))]
		anyOf := func(p listed) bool {
			return slices.ContainsFunc(given, func(v string) bool { return promise(values[v])(p) })
		}
		if turn != nil {
			return given, turn(anyOf)
		}
		return given, anyOf
	}
}

func whole1(low, high int64, promise func(int64) test) func(*rand.Rand) ([]string, test) {
	return func(r *rand.Rand) ([]string, test) {
		n := low + r.Int64N(high-low+1)
		return []string{fmt.Sprint(n)}, promise(n)
	}
}

func day1(back int, promise func(string) test) func(*rand.Rand) ([]string, test) {
	return func(r *rand.Rand) ([]string, test) {
		d := queriestest.MarketNow.AddDate(0, 0, -r.IntN(back)).Format(time.DateOnly)
		return []string{d}, promise(d)
	}
}

// day is the calendar day that a posting counts from.
func (p listed) day() string {
	at := p.PostedAt
	if at.IsZero() {
		at = p.FirstSeenAt
	}
	return at.In(time.FixedZone("KST", 9*3600)).Format(time.DateOnly)
}

func sortedValues[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (w *world) listed() []listed {
	byID := map[string]map[string]bool{}
	for _, tech := range w.market.Techs {
		if byID[tech.PostingID] == nil {
			byID[tech.PostingID] = map[string]bool{}
		}
		byID[tech.PostingID][tech.TechID] = true
	}
	all := make([]listed, len(w.market.Postings))
	for i, p := range w.market.Postings {
		all[i] = listed{p, byID[p.PostingID]}
	}
	return all
}

// drawFilter is a random question and the postings that it is about, copies included.
func drawFilter(r *rand.Rand, all []listed) (url.Values, []listed) {
	values, promised := url.Values{}, map[string]test{}
	for name, promise := range defaults {
		promised[name] = promise
	}
	for _, name := range sortedValues(draws) {
		if r.IntN(6) == 0 {
			values[name], promised[name] = draws[name](r)
		}
	}
	if r.IntN(3) == 0 {
		own := []string{"java", "aws", "kafka", "cpp"}[:1+r.IntN(4)]
		values["tech"] = own
		isIn := func(p listed) func(string) bool { return func(id string) bool { return p.techs[id] } }
		promised["tech"] = func(p listed) bool { return slices.ContainsFunc(own, isIn(p)) }
		if r.IntN(2) == 0 {
			values.Set("tech_match", "all")
			promised["tech"] = func(p listed) bool {
				return !slices.ContainsFunc(own, func(id string) bool { return !p.techs[id] })
			}
		}
	}
	for _, pair := range [][2]string{{"posted_from", "posted_to"}, {"experience_min", "experience_max"}} {
		low, high := values.Get(pair[0]), values.Get(pair[1])
		if low != "" && high != "" && (len(low) > len(high) || len(low) == len(high) && low > high) {
			values.Del(pair[0]) // a contradiction, refused elsewhere
			delete(promised, pair[0])
		}
	}
	return values, slices.DeleteFunc(slices.Clone(all), func(p listed) bool {
		for _, promise := range promised {
			if !promise(p) {
				return true
			}
		}
		return false
	})
}

// Whatever filters come together, every route speaks of the postings that satisfy them all,
// and of no others.
func TestEveryFilterCombinationIsHonoured(t *testing.T) {
	w := newWorld(t, 400)
	all := w.listed()
	r := rand.New(rand.NewPCG(5, 6))
	found, hits := 0, map[string]int{}
	for range 70 {
		values, raw := drawFilter(r, all)
		unique := slices.DeleteFunc(slices.Clone(raw), func(p listed) bool { return p.DuplicateOf != "" })
		found += len(unique)
		if len(unique) > 0 {
			for name := range values {
				hits[name]++
			}
		}
		holdsInLists(t, w, values, unique)
		holdsInStatistics(t, w, values, countUnique, unique)
		holdsInStatistics(t, w, values, countRaw, raw)
	}
	if found < 500 {
		t.Errorf("the combinations found only %d rows", found)
	}
	for _, name := range append(sortedValues(draws), "tech", "tech_match") {
		if hits[name] < 3 {
			t.Errorf("%s was tried on postings %d times only", name, hits[name])
		}
	}
}

// with is the question with more parameters.
func with(values url.Values, more ...string) string {
	v := url.Values{}
	for name, given := range values {
		v[name] = given
	}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v.Encode()
}

func idsOf(postings []listed) map[string]bool {
	ids := map[string]bool{}
	for _, p := range postings {
		ids[p.PostingID] = true
	}
	return ids
}

func holdsInLists(t *testing.T, w *world, values url.Values, want []listed) {
	t.Helper()
	got := map[string]bool{}
	for next := ""; ; {
		path := "/api/v1/postings?" + with(values, "limit", "100") + next
		answer := getJSON[Postings](t, w, http.StatusOK, path)
		if int(answer.Total) != len(want) {
			t.Fatalf("%s: total %d, want %d", path, answer.Total, len(want))
		}
		for _, p := range answer.Postings {
			if got[p.PostingID] {
				t.Fatalf("%s: %s twice", path, p.PostingID)
			}
			got[p.PostingID] = true
		}
		if answer.NextCursor == nil {
			break
		}
		next = "&cursor=" + *answer.NextCursor
	}
	if diff := cmp.Diff(idsOf(want), got); diff != "" {
		t.Errorf("%v: %s", values, diff)
	}
	exported, err := csv.NewReader(w.get("/api/v1/export/postings.csv?" + with(values)).Body).ReadAll()
	if err != nil || len(exported)-1 != len(want) {
		t.Errorf("%v: %d lines of an export, want %d: %v", values, len(exported)-1, len(want), err)
	}
}

// holdsInStatistics counts again what the statistics count.
func holdsInStatistics(t *testing.T, w *world, values url.Values, count string, want []listed) {
	t.Helper()
	counts, joint, companies := map[string]int64{}, map[string]int64{}, map[string]int64{}
	for _, p := range want {
		if p.CompanyID != "" {
			companies[p.CompanyID]++
		}
		for id := range p.techs {
			counts[id]++
			if p.techs["java"] && id != "java" {
				joint[id]++
			}
		}
	}
	total := float64(len(want))
	f := getJSON[Frequency](t, w, http.StatusOK, "/api/v1/stats/tech-frequency?"+with(values, "top", "200", "count", count))
	got := map[string]int64{}
	for i, tech := range f.Techs {
		got[tech.TechID] = tech.PostingCount
		if math.Abs(tech.Share-float64(tech.PostingCount)/total) > 1e-9 || tech.ShareLow > tech.Share || tech.ShareHigh < tech.Share || tech.ShareLow < 0 || tech.ShareHigh > 1 {
			t.Errorf("%v: share %+v of %v", values, tech, total)
		}
		if i > 0 && (tech.PostingCount > f.Techs[i-1].PostingCount || tech.PostingCount == f.Techs[i-1].PostingCount && tech.Tech < f.Techs[i-1].Tech) {
			t.Errorf("%v: %s is out of order", values, tech.Tech)
		}
	}
	if diff := cmp.Diff(counts, got); diff != "" || int(f.PostingCount) != len(want) || f.TechCount != int64(len(counts)) {
		t.Errorf("%v %s: frequency over %d, want %d: %s", values, count, f.PostingCount, len(want), diff)
	}
	if !values.Has("tech") {
		p := getJSON[Pairs](t, w, http.StatusOK, "/api/v1/stats/tech-pairs?"+with(values, "tech", "java", "top", "200", "count", count))
		got := map[string]int64{}
		for _, pair := range p.Pairs {
			got[pair.TechID] = pair.JointCount
		}
		if diff := cmp.Diff(joint, got); diff != "" || p.TechCount != counts["java"] || int(p.PostingCount) != len(want) {
			t.Errorf("%v %s: pairs of %d in %d: %s", values, count, p.TechCount, p.PostingCount, diff)
		}
	}
	if count == countUnique && !values.Has("q") && !values.Has("company") {
		c := getJSON[Companies](t, w, http.StatusOK, "/api/v1/companies?"+with(values, "limit", "100"))
		got := map[string]int64{}
		for _, company := range c.Companies {
			got[company.CompanyID] = company.MatchingCount
		}
		if diff := cmp.Diff(companies, got); diff != "" || c.Total != int64(len(companies)) {
			t.Errorf("%v: %d companies: %s", values, c.Total, diff)
		}
	}
}
