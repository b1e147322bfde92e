// Package corpus reads a file of postings, one JSON object a line, as if it were a board:
// for speed measurements, and for whoever has postings in a file. Nothing is asked of
// anybody; the lines are landed as list pages and refined as every board's are.
package corpus

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/listing"
	"github.com/techmapit/tmi/sources/record"
)

const (
	name    = "corpus"
	baseURL = "https://corpus.invalid"
	list    = "file"

	pageLines    = 500     // lines that are landed as one document
	maxLineBytes = 1 << 20 // of one posting

	// closedAfter is how long after it was posted one ended that the file calls closed. The
	// file's own end date cannot say so: it may lie ahead.
	closedAfter = 14 * 24 * time.Hour
)

// Board is the corpus for the config: an archive, which `tmi load corpus` alone fills.
var Board = sources.Board{
	Name: name, Title: "A file of postings (tmi load corpus)", HomeURL: baseURL, IsKorean: true, IsForIT: true, IsArchive: true,
	Settings: sources.Settings{BaseURL: baseURL},
	Terms:    "a file of yours; nothing is asked of anybody",
	New:      New,
}

// New returns the source; no settings are used.
func New(sources.Settings) (sources.Source, error) {
	return listing.Reader{Source: name, Version: 1, Tokens: []string{list}, IsWhole: true, Read: parse,
		Page: func(list string, page int) string { return fmt.Sprintf("%s/%s/%d", baseURL, list, page) }}, nil
}

func parse(doc schemas.Document) (sources.Parsed, error) {
	if doc.Status != http.StatusOK {
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d is no page of a file", doc.Status)
	}
	var rows []json.RawMessage
	for line := range bytes.Lines(doc.Body) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			rows = append(rows, json.RawMessage(line))
		}
	}
	out := sources.Parsed{IsWhole: true, Last: len(rows) < pageLines}
	listing.Rows(&out, rows, doc.List, (doc.Page-1)*pageLines, func(r *record.Record) (schemas.BoardPosting, bool) { return posting(r), true }, nil)
	return out, nil
}

func posting(r *record.Record) schemas.BoardPosting {
	p := schemas.BoardPosting{
		BoardID: r.ID("posting_id"), URL: r.Required("url"), Title: r.Required("title"), Company: r.String("company"), IndustryRaw: r.String("industry"),
		Categories: record.Names(r.String("category")), BoardTags: r.Strings("techs"), PostedAt: r.Time("posted_at"),
		Duties: r.String("tasks"), Requirements: r.String("requirements"), Preferred: r.String("preferred"), Benefits: r.String("benefits"),
		Payload: r.Payload(),
	}
	if r.Has("needs_career") {
		isNewcomer := !r.Bool("needs_career")
		p.IsNewcomer = &isNewcomer
	}
	switch status := r.String("status"); status {
	case "open", "":
		p.IsAlwaysOpen = true
	case "closed":
		if p.ClosesAt = r.Time("posted_at"); !p.ClosesAt.IsZero() {
			p.ClosesAt = p.ClosesAt.Add(closedAfter)
		}
	default:
		r.Fail("status", fmt.Sprintf("is %q, expected open or closed", status))
	}
	return p
}

// Client hands out a file's pages in the place of a board; it reads forwards alone.
type Client struct {
	clock func() time.Time

	mu    sync.Mutex
	lines *bufio.Scanner
	page  int
	stats crawl.Stats
}

// NewClient reads postings from a file; clock stamps the pages.
func NewClient(file io.Reader, clock func() time.Time) *Client {
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, 64<<10), maxLineBytes)
	return &Client{lines: lines, clock: clock}
}

// Get returns the next page of the file; errs.Invalid where the file cannot be read, or
// another page than the next is asked for.
func (c *Client) Get(ctx context.Context, r sources.Request, _ crawl.Known) (schemas.Document, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return schemas.Document{}, err
	}
	if c.page++; r.Page != c.page {
		return schemas.Document{}, errs.New(errs.Invalid, "page %d of the file is asked for, page %d is the next", r.Page, c.page)
	}
	var body bytes.Buffer
	for n := 0; n < pageLines && c.lines.Scan(); {
		if line := bytes.TrimSpace(c.lines.Bytes()); len(line) > 0 {
			body.Write(line)
			body.WriteByte('\n')
			n++
		}
	}
	if err := c.lines.Err(); err != nil {
		return schemas.Document{}, errs.New(errs.Invalid, "page %d of the file: %w; a line may have %d bytes", c.page, err, maxLineBytes)
	}
	c.stats.Answers++
	c.stats.BytesIn += int64(body.Len())
	return schemas.Document{Source: name, Kind: r.Kind, List: r.List, Page: r.Page, URL: r.URL, Status: http.StatusOK,
		Header: map[string][]string{"Content-Type": {"application/x-ndjson"}}, Body: body.Bytes(), FetchedAt: c.clock().UTC()}, nil
}

// Stats counts the pages.
func (c *Client) Stats() crawl.Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats
}
