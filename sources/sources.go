// Package sources knows job boards, one per folder below it: how to list a board's
// postings, how to fetch one, and how to read the bytes. A folder may be deleted without
// touching another.
//
// A [Source] gets documents through the [Getter] it is handed, which is polite (robots.txt,
// rate, retries) and lands every answer as it comes; the source decides what to ask for
// and how to read it. Parse is a pure function of bytes, so that everything can be read
// again from raw for ever.
package sources

import (
	"context"
	"encoding/json"
	"net/url"
	"time"

	"github.com/techmapit/tmi/schemas"
)

// Getter fetches one document of a board.
type Getter interface {
	// Get asks for the request's URL and returns the board's answer, of whatever status the
	// board means as an answer (200, 404, 410, a 400 that says "gone"). It retries what is
	// worth retrying; an error is final for this run: errs.Unavailable where the board does
	// not answer or answers with a block page, errs.Invalid where robots.txt forbids the
	// address. Safe for concurrent use.
	Get(ctx context.Context, r Request) (schemas.Document, error)
}

// Request is one thing to ask a board for.
type Request struct {
	URL     string
	Kind    schemas.DocumentKind
	List    string // the list's configured name
	BoardID string // for details
	Page    int    // for list pages, 1-based
	Stamp   string // what the list said of the posting's version; kept beside the capture
	Accept  string // Accept header; "application/json" by default
	Method  string // "" = GET; POST, without a body, where a board answers a reading question to nothing else
	// Secret is added to the query on the wire and nowhere else: not to the document's
	// address, an error or a log; an answer that repeats it is landed with it masked.
	Secret url.Values
}

// Ref names one posting found in a list.
type Ref struct {
	BoardID  string
	URL      string // what Fetch asks for; empty where the list's row is the whole posting
	List     string
	Stamp    string // equal stamps mean that the list says nothing changed; empty = the list cannot say
	Position int    // 1-based place in the list across its pages
}

// Listing is a list as it was read.
type Listing struct {
	schemas.ListRead
	Refs []Ref
}

// Source is one job board. Implementations are immutable and safe for concurrent use.
type Source interface {
	// Name is the source's name in config, tables and paths: lower-case letters and digits.
	Name() string
	// ParserVersion is raised whenever Parse reads the same bytes differently.
	ParserVersion() int
	// Lists names the lists to read: board tokens, threads, filters, in the config's words.
	// A source that must ask the board for them (the newest thread) does so through get.
	Lists(ctx context.Context, get Getter) ([]string, error)
	// Discover reads one list to its end and returns what it names, newest first where the
	// board can; limit > 0 stops once as many refs are known, and the list then counts as
	// not complete. A page that fails ends the list: the refs so far come back with
	// IsComplete false and Error set. The error is for what stops the whole source.
	Discover(ctx context.Context, get Getter, list string, limit int) (Listing, error)
	// Fetch asks for one posting's own page. Sources whose lists are whole never get here.
	Fetch(ctx context.Context, get Getter, ref Ref) (schemas.Document, error)
	// Parse reads a document: list or detail. It does no I/O and depends on the document
	// alone. One bad record among good ones is a [Bad]; the error (errs.Corrupt) is for a
	// document of which nothing can be read.
	Parse(doc schemas.Document) (Parsed, error)
}

// Parsed is what a document says.
type Parsed struct {
	Postings []schemas.BoardPosting
	// Refs are what a list page names, in its order, records that could not be read
	// included as far as their id could.
	Refs []Ref
	// IsWhole says that the postings carry all that the board shows of them.
	IsWhole bool
	// Gone says that the board answered "no such posting (any more)" for this detail;
	// NoDetail that it has a list row but refuses its detail for good (answered by a 4xx
	// that is not its way to say gone).
	Gone     bool
	NoDetail bool
	// NoSuchBoard says that the board answered "no such list": its token or query is wrong
	// or was given up.
	NoSuchBoard bool
	// Ignored says why a document that was read well is no posting ("deleted", "not a
	// posting: a question about the thread"); empty otherwise.
	Ignored string
	// Total is the board's own count of the list; nil where it gives none.
	Total *int
	// Last says that the list ends with this page.
	Last bool
	Bad  []Bad
}

// Bad is one record of a document that could not be read.
type Bad struct {
	BoardID string
	URL     string
	Row     json.RawMessage // the record as received
	Reasons []string        // each names the field and what was expected
}

// Settings are a source's part of the config.
type Settings struct {
	BaseURL string   // scheme and host, with a path prefix where a replay stands below one; no trailing slash
	Boards  []string // board tokens, for sources that have them
	Threads []string // thread ids, for sources that have them; none = the newest
	Key     string   // of an API that asks for one; from the environment, never shown
}

// Board describes a source to config and to people.
type Board struct {
	Name     string // as in [Source]
	Title    string // for people
	HomeURL  string
	Settings Settings // defaults
	// IsKorean says that most of its postings are in Korea; such boards go first.
	IsKorean bool
	// IsForIT says that it carries postings of information technology alone.
	IsForIT bool
	// ListLife is how long after a list began its postings end, where the board itself
	// never says: 30 days for a monthly thread; 0 where that is not so.
	ListLife time.Duration
	// ListKeepsGone says that a list goes on naming what was taken back, so that a posting's
	// own page is to be believed against it.
	ListKeepsGone bool
	// IsAllowed says that the board's robots.txt and terms, as far as known, let a polite
	// collector in without asking; other boards are off until the config accepts their terms.
	IsAllowed bool
	Terms     string // what the board allows, and where that is said
	// NeedsKey says that the board answers to a key alone; without one it is off.
	NeedsKey bool
	// NeedsBoards says that the board is read by employers' tokens; without any it is off.
	NeedsBoards bool
	// IsArchive says that the board cannot be asked (any more): its recorded answers can be
	// read, nothing is fetched, and no config switches it on.
	IsArchive bool
	// Hosts says which hosts besides the base URL's may be asked, for a board whose lists
	// stand on hosts of their own; nil = none.
	Hosts func(s Settings, host string) bool
	New   func(Settings) (Source, error)
}
