// Package listing reads a board's list to its end, page by page, and judges whether it
// was read completely: that decides whether what is missing from it may be called closed,
// so it is decided in one place for all boards.
package listing

import (
	"context"
	"fmt"
	"net/url"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// maxPages ends a list whose board never says that it ends.
const maxPages = 50_000

// List says how to read one list.
type List struct {
	Name   string // as in the config
	Filter string // what the board was asked for, in words; empty for everything
	Limit  int    // stop once as many postings are known; 0 = all
	URL    func(page int) string
	Parse  func(schemas.Document) (sources.Parsed, error)
	Accept string     // as in [sources.Request]
	Secret url.Values // as in [sources.Request]
}

// Read reads the list. It is complete when its last page was reached, every page could
// be read, and its postings, each counted once, are as many as the board's own total
// where it gives one. A page that fails ends the list with what is known so far; the
// error is ctx's alone.
func Read(ctx context.Context, get sources.Getter, l List) (sources.Listing, error) {
	out := sources.Listing{ListRead: schemas.ListRead{List: l.Name, Filter: l.Filter}}
	seen := map[string]bool{}
	for page := 1; ; page++ {
		if page > maxPages {
			out.Error = fmt.Sprintf("no end after %d pages", maxPages)
			return out, nil
		}
		parsed, err := readPage(ctx, get, l, page, &out)
		if err != nil {
			out.Error = fmt.Sprintf("page %d: %v", page, err)
			return out, ctx.Err()
		}
		if parsed.NoSuchBoard {
			out.NoSuchBoard, out.Error = true, "the board answers that there is no such list"
			return out, nil
		}
		fresh := 0
		for _, ref := range parsed.Refs {
			if ref.List = l.Name; !seen[ref.BoardID] {
				seen[ref.BoardID] = true
				out.Refs = append(out.Refs, ref)
				fresh++
			}
		}
		out.PostingCount = len(out.Refs)
		if parsed.Total != nil {
			out.BoardTotal = parsed.Total
		}
		switch {
		// Postings whose row is whole have been read already: there is nothing to save.
		case l.Limit > 0 && len(out.Refs) >= l.Limit && !parsed.IsWhole && !(parsed.Last && len(out.Refs) == l.Limit):
			out.Error = fmt.Sprintf("stopped after %d postings, as asked", l.Limit)
			out.Refs, out.PostingCount = out.Refs[:l.Limit], l.Limit
			return out, nil
		case parsed.Last:
			if out.BoardTotal != nil && *out.BoardTotal != out.PostingCount {
				out.Error = fmt.Sprintf("%d postings were named, the board counts %d", out.PostingCount, *out.BoardTotal)
			}
			out.IsComplete = out.Error == ""
			return out, nil
		case fresh == 0:
			out.Error = fmt.Sprintf("page %d names nothing new", page)
			return out, nil
		}
	}
}

func readPage(ctx context.Context, get sources.Getter, l List, page int, out *sources.Listing) (sources.Parsed, error) {
	doc, err := get.Get(ctx, sources.Request{URL: l.URL(page), Kind: schemas.KindList, List: l.Name, Page: page, Accept: l.Accept, Secret: l.Secret})
	if err != nil {
		return sources.Parsed{}, err
	}
	out.ReadAt = doc.FetchedAt
	return l.Parse(doc)
}
