package jobkorea

import (
	"fmt"
	"strings"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func TestContract(t *testing.T) {
	const total = 43
	row := func(i int) string {
		return fmt.Sprintf(`<li><a href="/Recruit/GI_Read/%d"><div class="company">나래</div><div class="title">개발자 %d</div></a></li>`, i, i)
	}
	answers := map[string]string{}
	for page := range 2 {
		var rows strings.Builder
		for i := page*pageRows + 1; i <= min(total, (page+1)*pageRows); i++ {
			rows.WriteString(row(i))
			answers[fmt.Sprintf("/Recruit/GI_Read/%d", i)] = fmt.Sprintf(`<html><body><h1 class="recruit-title">개발자 %d</h1></body></html>`, i)
		}
		answers[fmt.Sprintf("/Recruit/JobList/arealist?duty=1000229&sort=6&page=%d", page+1)] =
			fmt.Sprintf(`<div id="devNormalListContainer" data-agicnt="%d"><ul>%s</ul></div>`, total, rows.String())
	}
	base := sourcestest.Serve(t, answers)
	src := newSource(t, sources.Settings{BaseURL: base, Boards: []string{"1000229"}})
	sourcestest.Run(t, sourcestest.Case{Source: src, BaseURL: base, Count: total, Details: 3})
}

func TestBoard(t *testing.T) {
	if Board.IsAllowed || len(Board.Settings.Boards) != 19 {
		t.Errorf("allowed %v with %d duties, want off until its terms are accepted, and 19", Board.IsAllowed, len(Board.Settings.Boards))
	}
	if _, err := New(sources.Settings{Boards: []string{"backend"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v, want errs.Invalid", err)
	}
}
