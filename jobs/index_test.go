package jobs_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/search"
	"github.com/techmapit/tmi/sources/replica"
)

// sameIndex compares the index of the newest published set with its tables, posting by
// posting.
func sameIndex(t *testing.T, l *lake.Lake) {
	t.Helper()
	set, err := l.Published(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ix, closeIndex, err := jobs.OpenIndex(t.Context(), l, set, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := closeIndex(); err != nil {
			t.Error(err)
		}
	}()
	s, err := l.Session(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rows, err := queries.ListPostings(t.Context(), s, queries.PostingFilter{WithCopies: true}, queries.Page{Sort: queries.SortNewest, Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if ix.Len() != len(rows) || len(rows) == 0 {
		t.Fatalf("the index has %d postings, gold has %d", ix.Len(), len(rows))
	}
	for _, row := range rows {
		got, err := ix.ByID(row.PostingID)
		if err != nil {
			t.Fatal(err)
		}
		compareDocument(t, s, got)
	}
}

func compareDocument(t *testing.T, s *lake.Session, got search.Document) {
	t.Helper()
	id := got.Posting.PostingID
	posting, err := queries.PostingByID(t.Context(), s, id)
	techs, err2 := queries.ListPostingTechs(t.Context(), s, id)
	events, err3 := queries.ListPostingEvents(t.Context(), s, id)
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(posting, got.Posting); diff != "" {
		t.Fatalf("posting %s (-gold +index):\n%s", id, diff)
	}
	if len(techs) != len(got.Techs) || len(events) != len(got.Events) {
		t.Fatalf("posting %s has %d technologies and %d events, in the index %d and %d", id, len(techs), len(events), len(got.Techs), len(got.Events))
	}
	for i, want := range techs {
		has := got.Techs[i]
		if diff := cmp.Diff(want, queries.PostingTech{TechID: has.TechID, Tech: has.Tech, Category: has.Category, Need: has.Need, Method: has.Method, Section: has.Section, StartByte: has.StartByte,
			EndByte: has.EndByte, Surface: has.Surface}); diff != "" {
			t.Fatalf("posting %s, technology %d (-gold +index):\n%s", id, i, diff)
		}
	}
	for i, want := range events {
		if diff := cmp.Diff(want, queries.Event(got.Events[i])); diff != "" {
			t.Fatalf("posting %s, event %d (-gold +index):\n%s", id, i, diff)
		}
	}
}

// indexObjects are the keys below index/.
func indexObjects(t *testing.T, l *lake.Lake, kind string) (keys []string) {
	t.Helper()
	for info, err := range l.Objects().List(t.Context(), "index/"+kind) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, info.Key)
	}
	return keys
}

// The index of each published set holds what its gold holds; a day adds a part and leaves
// the one before.
func TestIndexFollowsGold(t *testing.T) {
	t.Parallel()
	l := openLake(t, filepath.Join(t.TempDir(), "lake"))
	names := []string{"jumpit", "rallit"}
	m := newMarket(t, replica.Config{Seed: 3, Postings: 150, Days: 4})
	m.collect(t, l, names, mornings(1, 5)...)
	flow(t, m.env(t, l, day(3, 0)), river(names, window(t, day(1, 0), day(3, 0)))...)
	sameIndex(t, l)
	first := indexObjects(t, l, "parts/")
	if len(first) != 1 {
		t.Fatalf("parts %v, want one", first)
	}
	flow(t, m.env(t, l, day(4, 0)), river(names, window(t, day(3, 0), day(4, 0)))...)
	sameIndex(t, l)
	if parts := indexObjects(t, l, "parts/"); len(parts) != 2 || !strings.Contains(strings.Join(parts, " "), first[0]) {
		t.Errorf("after a day the parts are %v, want %v and another", parts, first)
	}

	e := m.env(t, l, day(4, 1))
	again, err := jobs.Index(t.Context(), e, "", jobs.Window{})
	if err != nil || again.BytesOut != 0 || again.In == 0 {
		t.Errorf("a second time: %+v, %v; want nothing written", again, err)
	}
	anew, err := jobs.IndexAnew(t.Context(), e, "", jobs.Window{})
	if err != nil || anew.BytesOut == 0 || anew.In != again.In {
		t.Errorf("anew: %+v, %v; want all %d postings written", anew, err, again.In)
	}
	sameIndex(t, l)
}

// A set without an index is not found; parts that are gone are no index either, and the
// job mends both.
func TestIndexIsMended(t *testing.T) {
	t.Parallel()
	l := openLake(t, filepath.Join(t.TempDir(), "lake"))
	m := newMarket(t, replica.Config{Seed: 4, Postings: 40, Days: 2})
	m.collect(t, l, []string{"jumpit"}, mornings(1, 2)...)
	e := m.env(t, l, day(2, 0))
	flow(t, e, river([]string{"jumpit"}, window(t, day(1, 0), day(2, 0)))...)
	remove := func(kind string) {
		for _, key := range indexObjects(t, l, kind) {
			if err := l.Objects().Delete(context.Background(), key); err != nil {
				t.Fatal(err)
			}
		}
	}
	set, err := l.Published(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	remove("parts/")
	if _, _, err := jobs.OpenIndex(t.Context(), l, set, nil, nil); !errs.Is(err, errs.NotFound) {
		t.Errorf("an index without its parts: %v, want not found", err)
	}
	remove("sets/")
	if _, _, err := jobs.OpenIndex(t.Context(), l, set, nil, nil); !errs.Is(err, errs.NotFound) {
		t.Errorf("a set without an index: %v, want not found", err)
	}
	if _, err := jobs.Index(t.Context(), e, "", jobs.Window{}); err != nil {
		t.Fatal(err)
	}
	sameIndex(t, l)
}
