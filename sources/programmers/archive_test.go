package programmers

import (
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// TestNothingIsAsked calls all that could fetch without a Getter to fetch with.
func TestNothingIsAsked(t *testing.T) {
	src := newSource(t, sources.Settings{})
	_, lists := src.Lists(t.Context(), nil)
	_, discover := src.Discover(t.Context(), nil, "all", 0)
	_, fetch := src.Fetch(t.Context(), nil, sources.Ref{BoardID: "1"})
	for what, err := range map[string]error{"lists": lists, "discover": discover, "fetch": fetch} {
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: got %v, want errs.Invalid", what, err)
		}
	}
	if !Board.IsArchive || Board.IsAllowed {
		t.Error("the board is an archive")
	}
}

func TestGarbage(t *testing.T) {
	src := newSource(t, sources.Settings{})
	for _, body := range []string{"", "{", "<html>Just a moment...</html>", "[]", "{}", "7"} {
		for _, kind := range []schemas.DocumentKind{schemas.KindList, schemas.KindDetail} {
			if _, err := src.Parse(schemas.Document{Kind: kind, BoardID: "1", Status: 200, Body: []byte(body)}); !errs.Is(err, errs.Corrupt) {
				t.Errorf("%s %q: got %v, want errs.Corrupt", kind, body, err)
			}
		}
	}
}
