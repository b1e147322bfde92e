package itemmodel

import (
	"errors"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func each(postings [][]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, techs := range postings {
			if !yield(techs, nil) {
				return
			}
		}
	}
}

func learn(t *testing.T, postings [][]string) *Model {
	t.Helper()
	m, err := Learn(each(postings))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// draw makes postings of five kinds of work, each with tools of its own beside common ones.
func draw(r *rand.Rand, count int) [][]string {
	stacks := [][]string{
		{"java", "spring-boot", "jpa", "mysql", "kafka", "redis", "querydsl"},
		{"react", "typescript", "nextjs", "javascript", "webpack", "css", "storybook"},
		{"python", "airflow", "spark", "bigquery", "kafka", "sql", "dbt"},
		{"unity", "csharp", "cpp", "unreal", "shader", "photon", "perforce"},
		{"kubernetes", "terraform", "prometheus", "argo-cd", "ansible", "helm", "istio"},
	}
	common := []string{"git", "aws", "docker", "linux", "jira"}
	postings := make([][]string, count)
	for i := range postings {
		for _, tech := range stacks[r.IntN(len(stacks))] {
			if r.IntN(100) < 55 {
				postings[i] = append(postings[i], tech)
			}
		}
		for _, tech := range common {
			if r.IntN(100) < 45 {
				postings[i] = append(postings[i], tech)
			}
		}
	}
	return postings
}

func TestKindsOfWorkAreToldApart(t *testing.T) {
	m := learn(t, draw(rand.New(rand.NewPCG(10, 11)), 500))
	got := m.Suggest([]string{"java", "spring-boot", "java", "cobol"}, 5)
	want := []string{"jpa", "kafka", "mysql", "querydsl", "redis"}
	var ids []string
	for i, s := range got {
		ids = append(ids, s.TechID)
		if s.BecauseID != "java" && s.BecauseID != "spring-boot" || s.JointCount < 1 || s.JointCount > s.PostingCount || i > 0 && s.Score > got[i-1].Score {
			t.Errorf("%+v", s)
		}
	}
	if slices.Sort(ids); !slices.Equal(ids, want) {
		t.Errorf("java and spring-boot go with %v, want %v", ids, want)
	}
}

// What a technology says that another already said is not counted twice.
func TestWhatOthersSayIsNotSaidTwice(t *testing.T) {
	var postings [][]string
	for i := range 300 {
		techs := []string{"react", "redux", "javascript"} // always together
		switch {
		case i%3 == 0:
			techs = []string{"java", "aws"}
		case i%2 == 0:
			techs = append(techs, "aws")
		}
		postings = append(postings, techs)
	}
	m := learn(t, postings)
	one, both := m.Suggest([]string{"react"}, 1), m.Suggest([]string{"react", "redux"}, 1)
	if one[0].TechID == "aws" || both[0].TechID != "javascript" || both[0].Score > 1.1 {
		t.Errorf("%+v and %+v", one, both)
	}
}

func TestTheOrderOfPostingsChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	postings := draw(r, 300)
	before := learn(t, postings).Suggest([]string{"python"}, 50)
	r.Shuffle(len(postings), func(i, j int) { postings[i], postings[j] = postings[j], postings[i] })
	if diff := cmp.Diff(before, learn(t, postings).Suggest([]string{"python"}, 50)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsLearntFromNothing(t *testing.T) {
	for name, postings := range map[string][][]string{"no postings": nil, "one technology": {{"go"}, {"go"}}} {
		if got := learn(t, postings).Suggest([]string{"go", "java"}, 5); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	broken := errors.New("broken")
	if _, err := Learn(func(yield func([]string, error) bool) { yield(nil, broken) }); !errors.Is(err, broken) {
		t.Errorf("the postings' error became %v", err)
	}
}

func BenchmarkLearn(b *testing.B) {
	// As many technologies as the dictionary has, rare ones rarely.
	r := rand.New(rand.NewPCG(3, 4))
	postings := make([][]string, 200_000)
	for i := range postings {
		for range 6 {
			id := string(rune('가' + int(1500*r.Float64()*r.Float64()*r.Float64())))
			if !slices.Contains(postings[i], id) {
				postings[i] = append(postings[i], id)
			}
		}
	}
	for b.Loop() {
		if _, err := Learn(each(postings)); err != nil {
			b.Fatal(err)
		}
	}
}
