package wanted

import (
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func TestContract(t *testing.T) {
	page := func(offset string) string {
		return "/api/chaos/navigation/v1/results?job_group_id=518&country=kr&job_sort=job.latest_order&years=-1&locations=all&limit=100&offset=" + offset
	}
	base := sourcestest.Serve(t, map[string]string{
		page("0"):                      `{"data":` + sourcestest.Rows(100, `{"id":%d,"position":"개발자","company":{"name":"나래"}}`) + `,"links":{"next":"/more"}}`,
		page("100"):                    `{"data":[{"id":101,"position":"개발자"}],"links":{"next":null}}`,
		"/api/chaos/jobs/v4/1/details": `{"data":{"job":{"detail":{"id":1,"position":"개발자"}}}}`,
		"/api/chaos/jobs/v4/2/details": `{"job":{"id":2,"position":"개발자","detail":{}}}`,
	})
	src := newSource(t, sources.Settings{BaseURL: base, Boards: []string{"518"}})
	sourcestest.Run(t, sourcestest.Case{Source: src, BaseURL: base, Count: 101, Details: 3})
}

func TestBoard(t *testing.T) {
	if Board.IsAllowed {
		t.Error("the terms forbid it: off until they are accepted")
	}
	if _, err := New(sources.Settings{Boards: []string{"dev"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v, want errs.Invalid", err)
	}
}
