package workable

import (
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func TestContract(t *testing.T) {
	base := sourcestest.Serve(t, map[string]string{
		"/api/v1/widget/accounts/narae?details=true": "testdata/list-board.json",
		"/api/v1/widget/accounts/bada?details=true":  "testdata/list-empty.json",
	})
	src := newSource(t, sources.Settings{BaseURL: base, Boards: []string{"narae", "bada"}})
	sourcestest.Run(t, sourcestest.Case{Source: src, BaseURL: base, Count: 3})
}

func TestBadToken(t *testing.T) {
	if _, err := New(sources.Settings{Boards: []string{"../x"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v, want errs.Invalid", err)
	}
}
