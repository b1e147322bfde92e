package toss

import (
	"testing"

	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func TestContract(t *testing.T) {
	base := sourcestest.Serve(t, map[string]string{path: "testdata/list-all.json"})
	sourcestest.Run(t, sourcestest.Case{Source: newSource(t, sources.Settings{BaseURL: base}), BaseURL: base, Count: 3})
}
