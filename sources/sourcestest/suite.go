package sourcestest

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
)

// Case is a source over a board that answers well.
type Case struct {
	Source  sources.Source
	BaseURL string
	Count   int // postings that the lists name, over all lists
	// Details is how many details may be fetched; the rest is left out to save time.
	Details int
	// Answers are bodies that this board may mean although most could not: an empty list.
	Answers []string
}

// Run holds a source to the contract of [sources.Source].
func Run(t *testing.T, c Case) {
	client, err := crawl.New(crawl.Options{BaseURL: c.BaseURL, Rate: 10_000, Concurrency: 4})
	if err != nil {
		t.Fatal(err)
	}
	get := getter{client}
	src := c.Source
	if !regexp.MustCompile(`^[a-z0-9]+$`).MatchString(src.Name()) || src.ParserVersion() < 1 {
		t.Errorf("name %q, parser version %d; want lower-case letters and digits, and at least 1", src.Name(), src.ParserVersion())
	}
	lists, err := src.Lists(t.Context(), get)
	if err != nil || len(lists) == 0 {
		t.Fatalf("lists: %v, %v", lists, err)
	}
	var all []sources.Ref
	t.Run("discover", func(t *testing.T) { all = discover(t, src, get, lists, c.Count) })
	t.Run("limit", func(t *testing.T) { limited(t, src, get, lists[0]) })
	t.Run("failing board", func(t *testing.T) { failing(t, src, get, lists[0]) })
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := src.Discover(ctx, get, lists[0], 0); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	})
	t.Run("fetch", func(t *testing.T) { fetch(t, src, get, all, c.Details) })
	t.Run("garbage", func(t *testing.T) { garbage(t, src, lists[0], c.Answers) })
}

func discover(t *testing.T, src sources.Source, get sources.Getter, lists []string, count int) (all []sources.Ref) {
	seen := map[string]bool{}
	for _, list := range lists {
		l, err := src.Discover(t.Context(), get, list, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !l.IsComplete || l.Error != "" || l.List != list || l.PostingCount != len(l.Refs) || l.ReadAt.IsZero() {
			t.Errorf("list %s: %+v with %d refs; want a complete list", list, l.ListRead, len(l.Refs))
		}
		if l.BoardTotal != nil && *l.BoardTotal != l.PostingCount {
			t.Errorf("list %s is called complete with %d of %d", list, l.PostingCount, *l.BoardTotal)
		}
		for _, ref := range l.Refs {
			if ref.BoardID == "" || ref.List != list || ref.Position < 1 || seen[ref.BoardID] {
				t.Errorf("ref %+v; want an id met once, its list and a position", ref)
			}
			seen[ref.BoardID] = true
		}
		all = append(all, l.Refs...)
	}
	if len(all) != count {
		t.Errorf("lists name %d postings, want %d", len(all), count)
	}
	return all
}

func limited(t *testing.T, src sources.Source, get sources.Getter, list string) {
	l, err := src.Discover(t.Context(), get, list, 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Refs) != 2 && !l.IsComplete {
		t.Errorf("%d refs, want 2 or the whole list", len(l.Refs))
	}
	if len(l.Refs) == 2 && l.IsComplete && (l.BoardTotal == nil || *l.BoardTotal != 2) {
		t.Error("a list cut short is called complete")
	}
}

var errDown = errs.New(errs.Unavailable, "the board is down")

// failing lets one page after the other fail: never an error, never a complete list.
func failing(t *testing.T, src sources.Source, get sources.Getter, list string) {
	for good := range 3 {
		broken := &failsAfter{Getter: get, left: good}
		l, err := src.Discover(t.Context(), broken, list, 0)
		if err != nil {
			t.Errorf("page %d failed: got error %v, want it in the list's Error", good+1, err)
		}
		if broken.failed && (l.IsComplete || l.Error == "") {
			t.Errorf("page %d failed: %+v; want an incomplete list that says why", good+1, l.ListRead)
		}
	}
}

func fetch(t *testing.T, src sources.Source, get sources.Getter, refs []sources.Ref, most int) {
	for i, ref := range refs {
		if ref.URL == "" || i >= most {
			continue
		}
		doc, err := src.Fetch(t.Context(), get, ref)
		if err != nil {
			t.Fatal(err)
		}
		if doc.Kind != schemas.KindDetail || doc.BoardID != ref.BoardID || doc.List != ref.List {
			t.Errorf("document %s %q of list %q for %+v", doc.Kind, doc.BoardID, doc.List, ref)
		}
		parsed, err := src.Parse(doc)
		if err != nil {
			t.Fatalf("parse %s: %v", ref.URL, err)
		}
		CheckParsed(t, parsed)
		again, _ := src.Parse(doc)
		if diff := cmp.Diff(parsed, again); diff != "" {
			t.Errorf("the same bytes read differently:\n%s", diff)
		}
		if n := len(parsed.Postings) + len(parsed.Bad); n != 1 && !parsed.Gone && !parsed.NoDetail && parsed.Ignored == "" {
			t.Errorf("%s: %d postings and no word why", ref.URL, n)
		}
	}
}

func garbage(t *testing.T, src sources.Source, list string, answers []string) {
	for _, body := range []string{"", "{", "<html>Just a moment...</html>", "[]", `"x"`, "{}", "7", `{"result":7,"data":[],"jobs":{},"code":1}`} {
		if slices.Contains(answers, body) {
			continue
		}
		for _, kind := range []schemas.DocumentKind{schemas.KindList, schemas.KindDetail} {
			parsed, err := src.Parse(schemas.Document{Kind: kind, List: list, BoardID: "1", Status: 200, Body: []byte(body)})
			if err == nil && len(parsed.Bad) == 0 || err != nil && !errs.Is(err, errs.Corrupt) {
				t.Errorf("%s %q: got %v and %d bad records; want errs.Corrupt or a bad record", kind, body, err, len(parsed.Bad))
			}
		}
	}
}

type getter struct{ client *crawl.Client }

func (g getter) Get(ctx context.Context, r sources.Request) (schemas.Document, error) {
	return g.client.Get(ctx, r, crawl.Known{})
}

// failsAfter answers left times and fails from then on.
type failsAfter struct {
	sources.Getter
	left   int
	failed bool
}

func (f *failsAfter) Get(ctx context.Context, r sources.Request) (schemas.Document, error) {
	if f.left--; f.left < 0 {
		f.failed = true
		return schemas.Document{}, errDown
	}
	return f.Getter.Get(ctx, r)
}
