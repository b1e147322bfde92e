package queries

import (
	"context"
	"fmt"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

func fillStack(t *testing.T, db queriestest.DB, n int, title string, techs []string) string {
	t.Helper()
	id := fmt.Sprintf("%032d", n)
	queriestest.Fill(t, db, schemas.GoldPosting{PostingID: id, Source: "jumpit", Status: "open", IsIT: true, Country: "KR", URL: "https://b.example", Title: title, Techs: techs, FirstSeenAt: queriestest.MarketNow, ClusterSize: 1, VersionCount: 1, ContentHash: id})
	for _, tech := range techs {
		queriestest.Fill(t, db, schemas.GoldPostingTech{PostingID: id, TechID: tech, Tech: tech, Need: "required", Method: "dictionary"})
	}
	return id
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
