package lever

import (
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func TestContract(t *testing.T) {
	base := sourcestest.Serve(t, map[string]string{
		"/v0/postings/narae?mode=json": "testdata/list-board.json",
		"/v0/postings/bada?mode=json":  "testdata/list-empty.json",
	})
	src := newSource(t, sources.Settings{BaseURL: base, Boards: []string{"narae", "bada"}})
	sourcestest.Run(t, sourcestest.Case{Source: src, BaseURL: base, Count: 3, Answers: []string{"[]"}})
}

func TestBadToken(t *testing.T) {
	if _, err := New(sources.Settings{Boards: []string{"../x"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v, want errs.Invalid", err)
	}
}
