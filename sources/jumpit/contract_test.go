package jumpit

import (
	"testing"

	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func TestContract(t *testing.T) {
	base := sourcestest.Replay(t) + "/" + sourcestest.Hosts[name]
	sourcestest.Run(t, sourcestest.Case{Source: newSource(t, sources.Settings{BaseURL: base}), BaseURL: base, Count: 21, Details: 21})
}
