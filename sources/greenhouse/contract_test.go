package greenhouse

import (
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func TestContract(t *testing.T) {
	base := sourcestest.Replay(t) + "/" + sourcestest.Hosts[name]
	src := newSource(t, sources.Settings{BaseURL: base, Boards: []string{"daangn", "krafton", "moloco", "sendbird"}})
	sourcestest.Run(t, sourcestest.Case{Source: src, BaseURL: base, Count: 63})
}

func TestBadToken(t *testing.T) {
	if _, err := New(sources.Settings{Boards: []string{"../embed"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v, want errs.Invalid", err)
	}
}
