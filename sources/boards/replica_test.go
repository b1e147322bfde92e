package boards_test

import (
	"context"
	"testing"
	"time"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/boards"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/replica"
	"github.com/techmapit/tmi/sources/sourcestest"
)

// TestReplica reads the replica boards at an instant and compares with their truth: which
// postings are open, and what their fields say.
func TestReplica(t *testing.T) {
	world, err := replica.New(replica.Config{Seed: 3, Postings: 600, Days: 20})
	if err != nil {
		t.Fatal(err)
	}
	at := world.Start().AddDate(0, 0, 14).Add(30 * time.Hour)
	server, err := world.Serve(func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	truth := map[string]map[string]replica.Posting{}
	for p := range world.Truth() {
		if truth[p.Source] == nil {
			truth[p.Source] = map[string]replica.Posting{}
		}
		truth[p.Source][p.BoardID] = p
	}
	for _, board := range boards.All() {
		t.Run(board.Name, func(t *testing.T) {
			base, ok := server.BaseURLs[board.Name]
			if !ok {
				t.Skip("the replica has no such board; the board's own tests serve it")
			}
			src, err := board.New(sources.Settings{BaseURL: base, Boards: openBoards(truth, at), Threads: world.Threads(at)[:1]})
			if err != nil {
				t.Fatal(err)
			}
			open := 0
			for _, p := range truth[board.Name] {
				if p.OpenAt(at) && (board.Name != "hn" || p.List == world.Threads(at)[0]) {
					open++
				}
			}
			if open == 0 {
				t.Fatal("the world has no open posting here")
			}
			seen := compare(t, src, base, truth[board.Name], at)
			if seen != open {
				t.Errorf("%d postings were read, the truth has %d open", seen, open)
			}
		})
	}
}

// openBoards are the Greenhouse tokens with a posting at the instant: others may be closed.
func openBoards(truth map[string]map[string]replica.Posting, at time.Time) (tokens []string) {
	seen := map[string]bool{}
	for _, p := range truth["greenhouse"] {
		if p.OpenAt(at) && !seen[p.List] {
			seen[p.List] = true
			tokens = append(tokens, p.List)
		}
	}
	return tokens
}

func compare(t *testing.T, src sources.Source, base string, truth map[string]replica.Posting, at time.Time) (seen int) {
	t.Helper()
	get := client(t, base)
	lists, err := src.Lists(t.Context(), get)
	if err != nil {
		t.Fatal(err)
	}
	check := func(p schemas.BoardPosting) {
		want, ok := truth[p.BoardID]
		if !ok {
			t.Errorf("posting %s (%s) is not in the truth", p.BoardID, p.Title)
			return
		}
		seen++
		if p.Company == "" || p.Title == "" {
			t.Errorf("posting %s: company %q, title %q", p.BoardID, p.Company, p.Title)
		}
		if src.Name() != "hn" && len(want.Changes) == 0 && (!p.ClosesAt.Equal(want.ClosesAt) || src.Name() != "greenhouse" && p.IsAlwaysOpen != want.IsAlwaysOpen) {
			t.Errorf("posting %s closes at %v (always open: %v), want %v (%v)", p.BoardID, p.ClosesAt, p.IsAlwaysOpen, want.ClosesAt, want.IsAlwaysOpen)
		}
	}
	for _, list := range lists {
		l, err := src.Discover(t.Context(), get, list, 0)
		if err != nil || !l.IsComplete {
			t.Fatalf("list %s: %+v, %v", list, l.ListRead, err)
		}
		for _, ref := range l.Refs {
			if ref.URL == "" {
				continue
			}
			doc, err := src.Fetch(t.Context(), get, ref)
			if err != nil {
				t.Fatal(err)
			}
			parsed, err := src.Parse(doc)
			if err != nil {
				t.Fatalf("parse %s: %v", ref.URL, err)
			}
			sourcestest.CheckParsed(t, parsed)
			for _, bad := range parsed.Bad {
				t.Errorf("%s: %v", bad.URL, bad.Reasons)
			}
			for _, p := range parsed.Postings {
				check(p)
			}
			if want, ok := truth[ref.BoardID]; ok && parsed.NoDetail {
				if seen++; want.HasDetail {
					t.Errorf("%s has a detail and none was had", ref.URL)
				}
			} else if ok && len(parsed.Postings) == 0 && want.OpenAt(at) {
				t.Errorf("%s: no posting, gone %v, ignored %q", ref.URL, parsed.Gone, parsed.Ignored)
			}
		}
		if len(l.Refs) > 0 && l.Refs[0].URL == "" {
			for _, p := range get.last.Postings(t, src) {
				check(p)
			}
		}
	}
	return seen
}

type getter struct {
	*crawl.Client
	last *document
}

type document schemas.Document

// Postings reads the last document.
func (d *document) Postings(t *testing.T, src sources.Source) []schemas.BoardPosting {
	parsed, err := src.Parse(schemas.Document(*d))
	if err != nil || len(parsed.Bad) > 0 {
		t.Fatalf("parse %s: %v %v", d.URL, err, parsed.Bad)
	}
	sourcestest.CheckParsed(t, parsed)
	return parsed.Postings
}

func (g getter) Get(ctx context.Context, r sources.Request) (schemas.Document, error) {
	doc, err := g.Client.Get(ctx, r, crawl.Known{})
	*g.last = document(doc)
	return doc, err
}

func client(t *testing.T, base string) getter {
	t.Helper()
	c, err := crawl.New(crawl.Options{BaseURL: base, Rate: 1e6, Concurrency: 4})
	if err != nil {
		t.Fatal(err)
	}
	return getter{c, &document{}}
}
