package hn

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/listing"
	"github.com/techmapit/tmi/sources/record"
)

const (
	name    = "hn"
	homeURL = "https://news.ycombinator.com"
	baseURL = "https://hacker-news.firebaseio.com"
	// poster is the account that opens the thread on each month's first working day.
	poster = "whoishiring"
	// newestStories is how many of the account's stories are looked at to find the newest
	// thread: it opens three a month.
	newestStories = 9
)

// Board is Hacker News for the config.
var Board = sources.Board{
	Name: name, Title: "Hacker News: Who is hiring?", HomeURL: homeURL, IsAllowed: true,
	Settings: sources.Settings{BaseURL: baseURL},
	IsForIT:  true,
	ListLife: 30 * 24 * time.Hour, // the next month's thread has opened by then
	// A thread's kids keep the ids of deleted and killed comments.
	ListKeepsGone: true,
	Terms:         "a public API offered for such use (github.com/HackerNews/API)",
	New:           New,
}

type source struct {
	base    string
	threads []string
}

// New returns the source for the threads named in the settings, or for the newest where
// there are none; errs.Invalid for a thread that is no item's number.
func New(s sources.Settings) (sources.Source, error) {
	for _, thread := range s.Threads {
		if n, err := strconv.ParseInt(thread, 10, 64); err != nil || n <= 0 {
			return nil, errs.New(errs.Invalid, "hn threads: %q is no thread, expected the number in https://news.ycombinator.com/item?id=NUMBER", thread)
		}
	}
	return source{base: strings.TrimRight(cmp.Or(s.BaseURL, baseURL), "/"), threads: slices.Clone(s.Threads)}, nil
}

func (source) Name() string       { return name }
func (source) ParserVersion() int { return 1 }

func (s source) item(id string) string { return s.base + "/v0/item/" + id + ".json" }

var hiring = regexp.MustCompile(`(?i)who is hiring`)

// Lists are the configured threads, or the newest that its account has opened.
func (s source) Lists(ctx context.Context, get sources.Getter) ([]string, error) {
	if len(s.threads) > 0 {
		return slices.Clone(s.threads), nil
	}
	doc, err := get.Get(ctx, sources.Request{URL: s.base + "/v0/user/" + poster + ".json", Kind: schemas.KindList, Page: 1})
	if err != nil {
		return nil, err
	}
	var user struct {
		Submitted []int64 `json:"submitted"`
	}
	if err := record.Envelope(doc.Body, &user); err != nil {
		return nil, err
	}
	for _, id := range user.Submitted[:min(len(user.Submitted), newestStories)] {
		thread := strconv.FormatInt(id, 10)
		doc, err := get.Get(ctx, sources.Request{URL: s.item(thread), Kind: schemas.KindList, Page: 1})
		if err != nil {
			return nil, err
		}
		var story struct {
			Title string `json:"title"`
		}
		if record.Envelope(doc.Body, &story) == nil && hiring.MatchString(story.Title) {
			return []string{thread}, nil
		}
	}
	return nil, errs.New(errs.Unavailable, "find the newest thread: none of the last %d stories of %s asks who is hiring", newestStories, poster)
}

func (s source) Discover(ctx context.Context, get sources.Getter, list string, limit int) (sources.Listing, error) {
	return listing.Read(ctx, get, listing.List{
		Name: list, Limit: limit,
		URL: func(int) string { return s.item(list) },
		Parse: func(doc schemas.Document) (sources.Parsed, error) {
			parsed, err := s.Parse(doc)
			// Numbers only grow, so the newest comments have the highest.
			slices.SortStableFunc(parsed.Refs, func(a, b sources.Ref) int {
				return cmp.Or(cmp.Compare(len(b.BoardID), len(a.BoardID)), strings.Compare(b.BoardID, a.BoardID))
			})
			return parsed, err
		},
	})
}

func (s source) Fetch(ctx context.Context, get sources.Getter, ref sources.Ref) (schemas.Document, error) {
	return get.Get(ctx, sources.Request{URL: ref.URL, Kind: schemas.KindDetail, List: ref.List, BoardID: ref.BoardID, Stamp: ref.Stamp})
}

func (s source) Parse(doc schemas.Document) (sources.Parsed, error) {
	if doc.Status != http.StatusOK {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d is no answer of the board", doc.Status)
	}
	var raw json.RawMessage
	if err := record.Envelope(doc.Body, &raw); err != nil {
		return sources.Parsed{}, err
	}
	switch isNull := string(raw) == "null"; {
	case doc.Kind == schemas.KindDetail && isNull:
		return sources.Parsed{Gone: true}, nil
	case doc.Kind == schemas.KindDetail:
		return parseComment(doc, raw)
	case doc.List == "":
		return sources.Parsed{Last: true, Ignored: "looked at to find the newest thread"}, nil
	case isNull:
		return sources.Parsed{Last: true, NoSuchBoard: true}, nil
	}
	return s.parseStory(doc, raw)
}

func (s source) parseStory(doc schemas.Document, raw json.RawMessage) (sources.Parsed, error) {
	var story struct {
		Type string        `json:"type"`
		Kids []json.Number `json:"kids"`
	}
	if err := record.Envelope(raw, &story); err != nil {
		return sources.Parsed{}, err
	}
	if story.Type != "story" {
		return sources.Parsed{}, errs.New(errs.Corrupt, "type: is %q, expected story", story.Type)
	}
	out := sources.Parsed{Last: true}
	for i, kid := range story.Kids {
		out.Refs = append(out.Refs, sources.Ref{BoardID: kid.String(), URL: s.item(kid.String()), List: doc.List, Position: i + 1})
	}
	return out, nil
}

func parseComment(doc schemas.Document, raw json.RawMessage) (sources.Parsed, error) {
	out := sources.Parsed{IsWhole: true}
	r := record.Of(raw)
	p := schemas.BoardPosting{BoardID: r.ID("id"), Payload: r.Payload()}
	p.URL = homeURL + "/item?id=" + p.BoardID
	isGone := r.Bool("deleted") || r.Bool("dead")
	kind, parent, at := r.String("type"), r.Int("parent"), r.Int("time")
	// A line end inside a paragraph is one that the author typed.
	p.Body = htmltext.Text(strings.ReplaceAll(r.String("text"), "\n", "<br>"))
	if doc.BoardID != "" && p.BoardID != "" && doc.BoardID != p.BoardID {
		r.Fail("id", "is "+p.BoardID+", expected "+doc.BoardID+", which was asked for")
	}
	if !isGone && at <= 0 && len(r.Reasons()) == 0 {
		r.Fail("time", "is "+strconv.FormatInt(at, 10)+", expected seconds since 1970")
	}
	switch {
	case len(r.Reasons()) > 0:
		out.Bad = append(out.Bad, r.Bad(p.BoardID, p.URL))
		return out, nil
	case isGone: // its author took it back, or the moderators did
		out.Gone = true
		return out, nil
	case kind != "comment":
		out.Ignored = "not a comment: " + kind
		return out, nil
	case doc.List != "" && strconv.FormatInt(parent, 10) != doc.List:
		out.Ignored = "a reply, not a posting"
		return out, nil
	}
	if out.Ignored = noPosting(p.Body); out.Ignored != "" {
		return out, nil
	}
	p.ListName = strconv.FormatInt(parent, 10)
	p.PostedAt = time.Unix(at, 0).UTC()
	headline(p.Body).fill(&p)
	out.Postings = append(out.Postings, p)
	return out, nil
}
