package listing

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// pages is a board of one list: a page is what its document's body holds, "" a failure.
type pages []string

func (p pages) Get(ctx context.Context, r sources.Request) (schemas.Document, error) {
	if ctx.Err() != nil {
		return schemas.Document{}, ctx.Err()
	}
	if r.Page > len(p) || p[r.Page-1] == "" {
		return schemas.Document{}, errs.New(errs.Unavailable, "no page %d", r.Page)
	}
	return schemas.Document{Kind: r.Kind, List: r.List, Page: r.Page, URL: r.URL, Body: []byte(p[r.Page-1])}, nil
}

// parse reads "1 2 3 total=5 last whole none".
func parse(doc schemas.Document) (sources.Parsed, error) {
	var out sources.Parsed
	for _, word := range strings.Fields(string(doc.Body)) {
		switch total, hasTotal := strings.CutPrefix(word, "total="); {
		case hasTotal:
			n, _ := strconv.Atoi(total)
			out.Total = &n
		case word == "last":
			out.Last = true
		case word == "whole":
			out.IsWhole = true
		case word == "none":
			out.NoSuchBoard = true
		case word == "bad":
			return out, errs.New(errs.Corrupt, "not to be read")
		default:
			out.Refs = append(out.Refs, sources.Ref{BoardID: word, Position: len(out.Refs) + 1})
		}
	}
	return out, nil
}

func TestRead(t *testing.T) {
	cases := []struct {
		name       string
		pages      pages
		limit      int
		refs       string
		isComplete bool
		error      string // part of it
	}{
		{"one page", pages{"1 2 3 last"}, 0, "1 2 3", true, ""},
		{"until an empty page", pages{"1 2 total=3", "3 total=3", "last total=3"}, 0, "1 2 3", true, ""},
		{"no rows", pages{"last total=0"}, 0, "", true, ""},
		{"no rows where the board counts some", pages{"last total=40"}, 0, "", false, "0 postings were named, the board counts 40"},
		{"fewer than the total", pages{"1 2 total=5", "3 last total=5"}, 0, "1 2 3", false, "the board counts 5"},
		{"a row that moved to the next page counts once", pages{"1 2 total=3", "2 3 last total=3"}, 0, "1 2 3", true, ""},
		{"a row that moved away", pages{"1 2 total=4", "2 3 last total=4"}, 0, "1 2 3", false, "the board counts 4"},
		{"the total may change on the way", pages{"1 2 total=9", "3 last total=3"}, 0, "1 2 3", true, ""},
		{"a page fails", pages{"1 2 total=4", "", "3 4 last total=4"}, 0, "1 2", false, "page 2: no page 2"},
		{"the first page fails", pages{""}, 0, "", false, "page 1"},
		{"a page cannot be read", pages{"1", "bad"}, 0, "1", false, "not to be read"},
		{"the same page for ever", pages{"1 2", "1 2", "1 2"}, 0, "1 2", false, "page 2 names nothing new"},
		{"no such list", pages{"none"}, 0, "", false, "no such list"},
		{"cut by the limit", pages{"1 2", "3 4 last"}, 3, "1 2 3", false, "stopped after 3"},
		{"limit at the end of a page", pages{"1 2", "3 last"}, 2, "1 2", false, "stopped after 2"},
		{"limit is the whole list", pages{"1 2 last"}, 2, "1 2", true, ""},
		{"whole rows are not cut", pages{"1 2 3 last whole"}, 2, "1 2 3", true, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l, err := Read(t.Context(), c.pages, List{Name: "all", Filter: "f", Limit: c.limit, Parse: parse, URL: strconv.Itoa})
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, ref := range l.Refs {
				ids = append(ids, ref.BoardID)
			}
			if got := strings.Join(ids, " "); got != c.refs || l.IsComplete != c.isComplete || l.PostingCount != len(ids) || !strings.Contains(l.Error, c.error) || (l.Error == "") != (c.error == "") {
				text, _ := json.Marshal(l.ListRead)
				t.Errorf("got %q, %s; want %q, complete %v, error %q", got, text, c.refs, c.isComplete, c.error)
			}
		})
	}
}

func TestReadForEver(t *testing.T) {
	endless := func(doc schemas.Document) (sources.Parsed, error) {
		return sources.Parsed{Refs: []sources.Ref{{BoardID: strconv.Itoa(doc.Page)}}}, nil
	}
	board := make(pages, maxPages+1)
	for i := range board {
		board[i] = "x"
	}
	l, err := Read(t.Context(), board, List{Name: "all", Parse: endless, URL: strconv.Itoa})
	if err != nil || l.IsComplete || len(l.Refs) != maxPages {
		t.Errorf("got %d refs, %v, %v; want an incomplete list that ended", len(l.Refs), l.IsComplete, err)
	}
}
