package jsonld

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

const (
	name = "jsonld"
	// baseURL stands for the pages' own hosts.
	baseURL = "https://schema.org"
	accept  = "text/html, application/xhtml+xml, application/xml;q=0.9"
	// mostDocuments bounds the sitemaps and pages of one list.
	mostDocuments = 2000
)

// Board is any page with JobPosting for the config; it has no default pages.
var Board = sources.Board{
	Name: name, Title: "schema.org JobPosting", HomeURL: "https://schema.org/JobPosting", IsAllowed: true, NeedsBoards: true,
	Settings: sources.Settings{BaseURL: baseURL},
	Terms:    "pages that the config names, whose owners describe their postings for machines; each host's robots.txt decides",
	Hosts: func(s sources.Settings, host string) bool {
		lists, err := parseLists(s.Boards)
		return err == nil && slices.ContainsFunc(lists, func(l list) bool { return l.has(host) })
	},
	New: New,
}

// list is one configured list: its name, perhaps with the word that its addresses must
// contain, and the sitemaps or pages to read.
type list struct {
	name  string
	pages []*url.URL
}

func (l list) has(host string) bool {
	return slices.ContainsFunc(l.pages, func(u *url.URL) bool { return strings.EqualFold(u.Hostname(), host) })
}

var listName = regexp.MustCompile(`^[\p{L}\p{N}._-]{1,60}(~\S{1,60})?$`)

// parseLists reads NAME=URL and NAME~WORD=URL; several of one name are one list.
func parseLists(boards []string) (lists []list, err error) {
	for _, board := range boards {
		name, address, _ := strings.Cut(board, "=")
		u, err := url.Parse(strings.TrimSpace(address))
		if !listName.MatchString(name) || err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.User != nil {
			return nil, errs.New(errs.Invalid, "jsonld boards: %q is no list, expected NAME=https://… or NAME~WORD=https://…/sitemap.xml", board)
		}
		i := slices.IndexFunc(lists, func(l list) bool { return l.name == name })
		if i < 0 {
			i, lists = len(lists), append(lists, list{name: name})
		}
		lists[i].pages = append(lists[i].pages, u)
	}
	return lists, nil
}

type source struct{ lists []list }

// New returns the source for the lists named in the settings' boards; errs.Invalid for one
// that is not of the form NAME=URL.
func New(s sources.Settings) (sources.Source, error) {
	lists, err := parseLists(s.Boards)
	return source{lists: lists}, err
}

func (source) Name() string       { return name }
func (source) ParserVersion() int { return 1 }

func (s source) Lists(context.Context, sources.Getter) ([]string, error) {
	var names []string
	for _, l := range s.lists {
		names = append(names, l.name)
	}
	return names, nil
}

// Discover reads the list's documents: its pages, its sitemaps, and those that they name.
// It is complete when each could be read.
func (s source) Discover(ctx context.Context, get sources.Getter, name string, limit int) (sources.Listing, error) {
	out := sources.Listing{ListRead: schemas.ListRead{List: name}}
	i := slices.IndexFunc(s.lists, func(l list) bool { return l.name == name })
	if i < 0 {
		return out, errs.New(errs.Invalid, "jsonld: no list is named %q", name)
	}
	var queue []string
	for _, u := range s.lists[i].pages {
		queue = append(queue, u.String())
	}
	seen, asked := map[string]bool{}, map[string]bool{}
	for n := 0; n < len(queue); n++ {
		if n >= mostDocuments {
			out.Error = fmt.Sprintf("no end after %d documents", mostDocuments)
			return out, nil
		}
		if asked[queue[n]] {
			continue
		}
		asked[queue[n]] = true
		doc, err := get.Get(ctx, sources.Request{URL: queue[n], Kind: schemas.KindList, List: name, Page: n + 1, Accept: accept})
		if err != nil {
			out.Error = fmt.Sprintf("document %d: %v", n+1, err)
			return out, ctx.Err()
		}
		out.ReadAt = doc.FetchedAt
		parsed, err := s.Parse(doc)
		if err != nil {
			out.Error = fmt.Sprintf("document %d: %v", n+1, err)
			return out, nil
		}
		if parsed.NoSuchBoard {
			out.NoSuchBoard, out.Error = true, "the site answers that there is no such sitemap"
			return out, nil
		}
		for _, ref := range parsed.Refs {
			if host := hostOf(ref.URL); seen[ref.BoardID] || ref.URL != "" && !s.lists[i].has(host) {
				continue
			}
			seen[ref.BoardID] = true
			ref.Position = len(out.Refs) + 1
			out.Refs = append(out.Refs, ref)
			out.PostingCount = len(out.Refs)
			if limit > 0 && len(out.Refs) >= limit && !parsed.IsWhole {
				out.Error = fmt.Sprintf("stopped after %d postings, as asked", limit)
				return out, nil
			}
		}
		for _, inner := range innerSitemaps(doc) {
			if s.lists[i].has(hostOf(inner)) {
				queue = append(queue, inner)
			}
		}
	}
	out.IsComplete = true
	return out, nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func (s source) Fetch(ctx context.Context, get sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return get.Get(ctx, sources.Request{URL: ref.URL, Kind: schemas.KindDetail, List: ref.List, BoardID: ref.BoardID, Stamp: ref.Stamp, Accept: accept})
}

func (s source) Parse(doc schemas.Document) (sources.Parsed, error) {
	isList := doc.Kind == schemas.KindList
	switch isGone := doc.Status == http.StatusNotFound || doc.Status == http.StatusGone; {
	case isGone && !isList:
		return sources.Parsed{Gone: true}, nil
	case isGone && looksLikeSitemap(doc.URL):
		return sources.Parsed{NoSuchBoard: true, Last: true}, nil
	case isGone:
		return sources.Parsed{Last: true, IsWhole: true, Ignored: "the page is gone, and what it held"}, nil
	case doc.Status != http.StatusOK:
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d is no answer of the site", doc.Status)
	}
	if isList {
		if body, ok := sitemapOf(doc.Body); ok {
			return parseSitemap(doc, body)
		}
	}
	postings, hasData := find(doc.Body)
	if !hasData {
		return sources.Parsed{}, errs.New(errs.Corrupt, "the page carries no JSON-LD that can be read")
	}
	out := sources.Parsed{IsWhole: true, Last: isList}
	if len(postings) == 0 {
		out.Ignored = "the page describes no JobPosting"
		return out, nil
	}
	if !isList {
		r, p := posting(mine(postings, doc.URL), doc)
		p.BoardID = cmp.Or(doc.BoardID, idOf(doc.URL))
		r.Keep(&out, p)
		return out, nil
	}
	ids := map[string]bool{}
	for i, raw := range postings {
		r, p := posting(raw, doc)
		p.BoardID = idOf(doc.URL)
		if len(postings) > 1 {
			p.BoardID = idOf(p.URL)
		}
		if ids[p.BoardID] { // several postings under one address
			p.BoardID += fmt.Sprintf("#%s", cmp.Or(identifier(r), fmt.Sprint(i+1)))
		}
		if p.BoardID == "" || ids[p.BoardID] {
			continue // said twice
		}
		ids[p.BoardID] = true
		p.Position = int32(i + 1)
		out.Refs = append(out.Refs, sources.Ref{BoardID: p.BoardID, List: doc.List, Position: i + 1})
		r.Keep(&out, p)
	}
	return out, nil
}

// idOf is a page's address as a posting's id: without scheme, fragment and last slash, and
// cut to a digest where it is long.
func idOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	id := strings.ToLower(u.Host) + strings.TrimRight(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		id += "?" + u.RawQuery
	}
	const most, kept = 170, 130
	if len(id) > most {
		sum := sha256.Sum256([]byte(id))
		id = strings.ToValidUTF8(id[:kept], "") + "~" + hex.EncodeToString(sum[:16])
	}
	return id
}
