package hn

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func TestContract(t *testing.T) {
	base := sourcestest.Replay(t) + "/" + sourcestest.Hosts[name]
	src := newSource(t, sources.Settings{BaseURL: base, Threads: []string{"19055166"}})
	sourcestest.Run(t, sourcestest.Case{Source: src, BaseURL: base, Count: 735, Details: 100})
}

func TestBadThread(t *testing.T) {
	if _, err := New(sources.Settings{Threads: []string{"x"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v, want errs.Invalid", err)
	}
}

// answers is a board of fixed bodies by path.
type answers map[string]string

func (a answers) Get(_ context.Context, r sources.Request) (schemas.Document, error) {
	body, ok := a[strings.TrimPrefix(r.URL, "https://hn.test")]
	if !ok {
		return schemas.Document{}, errs.New(errs.Unavailable, "no %s", r.URL)
	}
	return schemas.Document{Kind: r.Kind, List: r.List, URL: r.URL, Status: 200, Body: []byte(body), FetchedAt: time.Unix(1, 0)}, nil
}

func TestNewestThread(t *testing.T) {
	board := answers{
		"/v0/user/whoishiring.json": `{"id":"whoishiring","submitted":[9,8,7,6]}`,
		"/v0/item/9.json":           `{"id":9,"type":"story","title":"Ask HN: Who wants to be hired? (January 2026)"}`,
		"/v0/item/8.json":           `{"id":8,"type":"story","title":"Ask HN: Freelancer? Seeking freelancer? (January 2026)"}`,
		"/v0/item/7.json":           `{"id":7,"type":"story","title":"Ask HN: Who is hiring? (January 2026)","kids":[71,73,72]}`,
	}
	src := newSource(t, sources.Settings{BaseURL: "https://hn.test"})
	lists, err := src.Lists(t.Context(), board)
	if diff := cmp.Diff([]string{"7"}, lists); diff != "" || err != nil {
		t.Fatalf("lists (-want +got):\n%s%v", diff, err)
	}
	listing, err := src.Discover(t.Context(), board, "7", 2)
	if err != nil || len(listing.Refs) != 2 || listing.Refs[0].BoardID != "73" || listing.Refs[1].BoardID != "72" || listing.Refs[0].Position != 2 {
		t.Errorf("the newest two: %+v, %v", listing.Refs, err)
	}
	// What was only looked at is no list, or it would make sightings.
	parsed, err := src.Parse(schemas.Document{Kind: schemas.KindList, Status: 200, Body: []byte(board["/v0/item/9.json"])})
	if err != nil || parsed.Ignored == "" || len(parsed.Refs) > 0 {
		t.Errorf("a story looked at: %+v, %v", parsed, err)
	}
	board["/v0/item/7.json"] = "null"
	if _, err := src.Lists(t.Context(), board); !errs.Is(err, errs.Unavailable) {
		t.Errorf("no thread: got %v, want errs.Unavailable", err)
	}
	if l, err := src.Discover(t.Context(), board, "7", 0); err != nil || !l.NoSuchBoard || l.IsComplete {
		t.Errorf("a thread that is not there: %+v, %v", l, err)
	}
}
