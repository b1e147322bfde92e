package rallit

import (
	"testing"

	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func TestContract(t *testing.T) {
	base := sourcestest.Replay(t) + "/" + sourcestest.Hosts[name]
	sourcestest.Run(t, sourcestest.Case{Source: newSource(t, sources.Settings{BaseURL: base}), BaseURL: base, Count: 6, Details: 6})
}
