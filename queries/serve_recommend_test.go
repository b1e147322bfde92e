package queries

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

// stacks are what postings of one kind of work name; common is what all kinds name.
var stacks = [][]string{
	{"java", "spring-boot", "jpa", "mysql", "kafka", "redis", "querydsl"},
	{"react", "typescript", "nextjs", "javascript", "webpack", "css", "storybook"},
	{"python", "airflow", "spark", "bigquery", "kafka", "sql", "dbt"},
	{"unity", "csharp", "cpp", "unreal", "shader", "photon", "perforce"},
	{"kubernetes", "terraform", "prometheus", "argo-cd", "ansible", "helm", "istio"},
}

var common = []string{"git", "aws", "docker", "linux", "jira"}

func drawStack(r *rand.Rand) []string {
	var techs []string
	for _, tech := range stacks[r.IntN(len(stacks))] {
		if r.IntN(100) < 55 {
			techs = append(techs, tech)
		}
	}
	for _, tech := range common {
		if r.IntN(100) < 45 {
			techs = append(techs, tech)
		}
	}
	return techs
}

func fillStack(t *testing.T, db queriestest.DB, n int, title string, techs []string) string {
	t.Helper()
	id := fmt.Sprintf("%032d", n)
	queriestest.Fill(t, db, schemas.GoldPosting{PostingID: id, Source: "jumpit", Status: "open", IsIT: true, Country: "KR", URL: "https://b.example", Title: title, Techs: techs, FirstSeenAt: queriestest.MarketNow, ClusterSize: 1, VersionCount: 1, ContentHash: id})
	for _, tech := range techs {
		queriestest.Fill(t, db, schemas.GoldPostingTech{PostingID: id, TechID: tech, Tech: tech, Need: "required", Method: "dictionary"})
	}
	return id
}

// Postings that the pairs were not counted over lose one technology each in turn; it should
// come back among the first five more often than the five most popular would have it.
func TestRecommendationsFindALeftOutTechnologyMoreOftenThanPopularity(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	r := rand.New(rand.NewPCG(10, 11))
	counts := map[string]int{}
	for i := range 150 {
		techs := drawStack(r)
		fillStack(t, db, i, "x", techs)
		for _, tech := range techs {
			counts[tech]++
		}
	}
	text, err := Text("gold/tech_pairs")
	if err != nil {
		t.Fatal(err)
	}
	db.Exec(t, "insert into gold.tech_pairs by name "+text)
	popular := make([]string, 0, len(counts))
	for tech := range counts {
		popular = append(popular, tech)
	}
	slices.SortFunc(popular, func(a, b string) int { return counts[b] - counts[a] })
	tries, hits, popularHits := 0, 0, 0
	for tries < 300 {
		techs := drawStack(r)
		for i, left := range techs {
			own := slices.Delete(slices.Clone(techs), i, i+1)
			if len(own) < 2 {
				continue
			}
			rows, err := RecommendByTechs(ctx, db, own, 5)
			if err != nil {
				t.Fatal(err)
			}
			tries++
			for _, row := range rows {
				if slices.Contains(own, row.TechID) || !slices.Contains(own, row.BecauseID) || row.JointCount > row.PostingCount {
					t.Fatalf("for %v: %+v", own, row)
				}
				if row.TechID == left {
					hits++
				}
			}
			others := slices.DeleteFunc(slices.Clone(popular), func(tech string) bool { return slices.Contains(own, tech) })
			if slices.Contains(others[:5], left) {
				popularHits++
			}
		}
	}
	t.Logf("%d tries: %d found, %d by popularity", tries, hits, popularHits)
	if float64(hits) < 1.3*float64(popularHits) {
		t.Errorf("%d of %d found, popularity finds %d", hits, tries, popularHits)
	}
}

func TestASearchIsAnsweredWithWhatSetsItsPostingsApart(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	for i := range 60 {
		title, techs := "프론트엔드", []string{"git", "react"}
		if i%3 == 0 {
			title, techs = "백엔드", []string{"git", "java"}
		}
		if i%6 == 0 {
			techs = append(techs, "kafka")
		}
		if i == 3 {
			techs = append(techs, "cobol") // one posting is no reason
		}
		fillStack(t, db, i, title, techs)
	}
	f := PostingFilter{Status: "open"}
	found, err := FindPostings(ctx, db, f, []Word{{Text: "백엔드"}})
	if err != nil || len(found) != 20 {
		t.Fatalf("%d found: %v", len(found), err)
	}
	for _, p := range found {
		f.IDs = append(f.IDs, p.PostingID)
	}
	for name, c := range map[string]struct {
		own  []string
		want []string
	}{"nothing known": {nil, []string{"java 20/20", "kafka 10/20"}}, "java known": {[]string{"java"}, []string{"kafka 10/20"}}} {
		rows, err := RecommendByPostings(ctx, db, f, nil, c.own, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range rows {
			got = append(got, fmt.Sprintf("%s %d/%d", row.TechID, row.JointCount, row.PostingCount))
		}
		if diff := gocmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestPostingsFitByWhatIsKnownOfWhatTheyAsk(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	fillStack(t, db, 1, "one of one", []string{"go"})
	fillStack(t, db, 2, "three of four", []string{"go", "kafka", "mysql", "redis"})
	fillStack(t, db, 3, "none", []string{"java"})
	fillStack(t, db, 4, "names nothing", nil)
	fillStack(t, db, 5, "two of two", []string{"go", "mysql"})
	text := func(rows []Fit) string {
		var parts []string
		for _, row := range rows {
			parts = append(parts, fmt.Sprintf("%s %.2f %v %v", strings.TrimLeft(row.PostingID, "0"), row.Fit, row.HaveIDs, row.MissingIDs))
		}
		return strings.Join(parts, "; ")
	}
	for name, c := range map[string]struct {
		own    []string
		ids    []string
		scores []int64
		want   string
	}{
		"known":      {[]string{"go", "kafka", "mysql"}, nil, nil, "2 0.50 [go kafka mysql] [redis]; 5 0.50 [go mysql] []; 1 0.33 [go] []"},
		"with words": {[]string{"go"}, []string{fmt.Sprintf("%032d", 1), fmt.Sprintf("%032d", 3)}, []int64{1, 5}, "1 0.33 [go] []"},
		"words only": {nil, []string{fmt.Sprintf("%032d", 4), fmt.Sprintf("%032d", 3)}, []int64{1, 5}, "3 0.00 [] [java]; 4 0.00 [] []"},
	} {
		rows, err := ListFits(ctx, db, PostingFilter{IDs: c.ids}, c.own, c.scores, 10)
		if err != nil {
			t.Fatal(err)
		}
		if got := text(rows); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
