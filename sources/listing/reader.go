package listing

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/record"
)

// Reader is the [sources.Source] of a board whose lists are named by the config and are
// read page by page: a board says where its pages are and how one is read.
type Reader struct {
	Source  string // the source's name
	Version int    // of Read
	Tokens  []string
	Page    func(list string, page int) string // a list page's address
	Read    func(schemas.Document) (sources.Parsed, error)
	Filter  func(list string) string // in words; nil = everything
	Accept  string
	// IsWhole says that rows are whole postings, so that there is no detail to fetch.
	IsWhole bool
	// DetailMethod and DetailAccept are those of the request for a detail; "" = GET, JSON.
	DetailMethod, DetailAccept string
}

// Base is the address in the settings, or the board's own.
func Base(s sources.Settings, own string) string {
	return strings.TrimRight(cmp.Or(s.BaseURL, own), "/")
}

// Name implements [sources.Source].
func (r Reader) Name() string { return r.Source }

// ParserVersion implements [sources.Source].
func (r Reader) ParserVersion() int { return r.Version }

// Lists implements [sources.Source].
func (r Reader) Lists(context.Context, sources.Getter) ([]string, error) {
	return slices.Clone(r.Tokens), nil
}

// Discover implements [sources.Source].
func (r Reader) Discover(ctx context.Context, get sources.Getter, list string, limit int) (sources.Listing, error) {
	l := List{Name: list, Limit: limit, Parse: r.Read, Accept: r.Accept, URL: func(page int) string { return r.Page(list, page) }}
	if r.Filter != nil {
		l.Filter = r.Filter(list)
	}
	return Read(ctx, get, l)
}

// Fetch implements [sources.Source].
func (r Reader) Fetch(ctx context.Context, get sources.Getter, ref sources.Ref) (schemas.Document, error) {
	if r.IsWhole {
		return schemas.Document{}, errs.New(errs.Invalid, "fetch posting %s: %s lists are whole", ref.BoardID, r.Source)
	}
	return get.Get(ctx, sources.Request{URL: ref.URL, Kind: schemas.KindDetail, List: ref.List, BoardID: ref.BoardID, Stamp: ref.Stamp,
		Method: r.DetailMethod, Accept: cmp.Or(r.DetailAccept, r.Accept)})
}

// Parse implements [sources.Source].
func (r Reader) Parse(doc schemas.Document) (sources.Parsed, error) { return r.Read(doc) }

// Rows reads the records of a list page into out. read makes a posting of a record, or
// says that the record is none to show; detail is the address of its detail, nil where
// the record is whole. Positions count on from before.
func Rows(out *sources.Parsed, rows []json.RawMessage, list string, before int, read func(*record.Record) (p schemas.BoardPosting, isShown bool), detail func(boardID string) string) {
	for i, raw := range rows {
		r := record.Of(raw)
		p, isShown := read(r)
		if !isShown {
			continue
		}
		position := before + i + 1
		p.Position = int32(position)
		if p.BoardID != "" && position > 0 {
			ref := sources.Ref{BoardID: p.BoardID, List: list, Stamp: p.Stamp, Position: position}
			if detail != nil {
				ref.URL = detail(p.BoardID)
			}
			out.Refs = append(out.Refs, ref)
		}
		r.Keep(out, p)
	}
}
