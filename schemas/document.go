package schemas

import "time"

// DocumentKind says what a document is to its source.
type DocumentKind string

// The kinds of documents.
const (
	KindList   DocumentKind = "list"   // a page of a list, or a whole list
	KindDetail DocumentKind = "detail" // one posting's own page
)

// Document is one answer of a board, as received: what a fetch returns, what a WARC record
// keeps and what a parser reads. Parsers are pure functions of it.
type Document struct {
	Source    string
	Kind      DocumentKind
	List      string // the list's configured name: board token, thread, filter; never a URL
	BoardID   string // the posting's id on its board; empty for list pages
	Page      int    // 1-based page of a list; 0 otherwise
	URL       string
	Status    int // HTTP status
	Header    map[string][]string
	Body      []byte
	FetchedAt time.Time // UTC
	// NotModified says that the board answered 304, or the bytes equal those known: Body is
	// then empty on the wire and filled from the capture referred to when it is needed.
	NotModified bool
}

// Lineage is where a row came from.
type Lineage struct {
	RunID     string
	Captured  time.Time
	RawObject string // object key below the lake's root
	RawOffset int64  // byte offset of the record's gzip member
	RawLength int64  // compressed bytes of the record
}

// Run statuses, in [RunManifest] and [Run].
const (
	StatusDone     = "done"     // everything asked for was tried; pages may have failed
	StatusPartial  = "partial"  // ended early: interrupted, or a list was not read completely
	StatusFailed   = "failed"   // gave nothing usable
	StatusReplaced = "replaced" // another run took its place
)

// RunManifest is raw/…/run.json: what one collecting run of one source did. It is written
// last; a run without it does not exist for the next step.
type RunManifest struct {
	Version   int           `json:"version"` // 1
	RunID     string        `json:"run"`
	Source    string        `json:"source"`
	IsDemo    bool          `json:"is_demo"`
	StartedAt time.Time     `json:"started_at"`
	EndedAt   time.Time     `json:"ended_at"`
	Status    string        `json:"status"`
	Error     string        `json:"error,omitempty"`
	Lists     []ListRead    `json:"lists"`
	Segments  []SegmentInfo `json:"segments"`
	Index     string        `json:"index"` // key of the captures' Parquet file ([Capture] rows)
	Counts    RunCounts     `json:"counts"`
	Code      string        `json:"code"` // version of the binary
	// Cursor is where a run that was stopped may be gone on with; nil for one that came to its end.
	Cursor *RunCursor `json:"cursor,omitempty"`
	// Removed is what retention and erasures took out of the run's segments since: such a
	// run is sealed, which means that rows made of it before cannot be made again.
	Removed []Removal `json:"removed,omitempty"`
}

// Reasons of a [Removal].
const (
	RemovedRaw          = "raw_days"           // the segments and the index are gone, whole
	RemovedPersonalData = "personal_data_days" // addresses, telephone numbers and names of contacts are blanked
	RemovedClosedText   = "closed_text_days"   // postings that closed long ago are cut out
	RemovedSightings    = "sighting_days"      // nothing of raw; the run's sightings are gone from bronze
	RemovedErased       = "erase"              // a posting, or a person's data, on request
)

// Removal is one such taking out.
type Removal struct {
	At        time.Time `json:"at"`
	Reason    string    `json:"reason"`
	Records   int       `json:"records"`    // rewritten
	SizeBytes int64     `json:"size_bytes"` // of the objects that are gone; records that were rewritten keep their size
}

// IsSealed says that something was taken out of the run.
func (m RunManifest) IsSealed() bool { return len(m.Removed) > 0 }

// Lacks says that something was taken out of the run for this reason.
func (m RunManifest) Lacks(reason string) bool {
	for _, r := range m.Removed {
		if r.Reason == reason {
			return true
		}
	}
	return false
}

// RunCursor is what the next slice of a run that was stopped needs to know; what it landed
// is known from its index.
type RunCursor struct {
	ListsSince  time.Time `json:"lists_since"`  // when the reading of the lists began
	DetailsLeft int       `json:"details_left"` // of the lists as far as they were read
}

// ListRead is one list as a run read it.
type ListRead struct {
	List         string    `json:"list"`
	Filter       string    `json:"filter"`
	ReadAt       time.Time `json:"read_at"`
	IsComplete   bool      `json:"is_complete"` // its end was reached and its rows equal the board's own total where it gives one
	PostingCount int       `json:"posting_count"`
	BoardTotal   *int      `json:"board_total,omitempty"`
	Error        string    `json:"error,omitempty"`
	NoSuchBoard  bool      `json:"no_such_board,omitempty"`
}

// SegmentInfo is one WARC segment of a run.
type SegmentInfo struct {
	Key       string `json:"key"`
	SizeBytes int64  `json:"size_bytes"`
	Records   int    `json:"records"`
	SHA256    string `json:"sha256,omitempty"`
}

// RunCounts are the totals of a run.
type RunCounts struct {
	Requests  int     `json:"requests"`
	Retries   int     `json:"retries"`
	Responses int     `json:"responses"` // response records landed
	Revisits  int     `json:"revisits"`
	Failed    int     `json:"failed"`  // pages given up
	Blocked   int     `json:"blocked"` // answers recognised as a block page
	Skipped   int     `json:"skipped"` // postings the list says are unchanged
	BytesIn   int64   `json:"bytes_in"`
	BytesOut  int64   `json:"bytes_out"`
	Forbidden int     `json:"forbidden"` // pages that robots.txt forbids, and that were not asked for
	Puts      int     `json:"puts"`      // objects written, this file included
	Seconds   float64 `json:"seconds"`
	Dollars   float64 `json:"dollars"` // what S3 asks for the puts; 0 for a lake on disk
	// NotModified are the answers that said 304.
	NotModified int       `json:"not_modified"`
	Nuisances   Nuisances `json:"nuisances,omitempty"` // what went wrong on the way, by name; blocked pages too
}

// Capture is one landed record: a row of a run's index, and of state/known, where it is the
// newest capture of each board id. Written with parquet-go.
type Capture struct {
	Kind         string    `parquet:"kind,id(1)"`
	List         string    `parquet:"list,optional,id(2)"`
	BoardID      string    `parquet:"board_id,optional,id(3)"`
	Page         int32     `parquet:"page,id(4)"`
	URL          string    `parquet:"url,id(5)"`
	Status       int32     `parquet:"status,id(6)"`
	Stamp        string    `parquet:"stamp,optional,id(7)"` // what the list said of the posting's version when it was fetched
	Digest       string    `parquet:"digest,optional,id(8)"`
	ETag         string    `parquet:"etag,optional,id(9)"`
	LastModified string    `parquet:"last_modified,optional,id(10)"`
	CapturedAt   time.Time `parquet:"captured_at,timestamp(microsecond),id(11)"`
	IsRevisit    bool      `parquet:"is_revisit,id(12)"`
	// Object, Offset and Length are where the record lies; RefersTo… where the response lies
	// that a revisit repeats (equal to Object… for a response).
	Object         string `parquet:"object,id(13)"`
	Offset         int64  `parquet:"offset,id(14)"`
	Length         int64  `parquet:"length,id(15)"`
	RefersToObject string `parquet:"refers_to_object,optional,id(16)"`
	RefersToOffset int64  `parquet:"refers_to_offset,id(17)"`
	RefersToLength int64  `parquet:"refers_to_length,id(18)"`
	Source         string `parquet:"source,id(19)"`
	RunID          string `parquet:"run_id,id(20)"`
}
