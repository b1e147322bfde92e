package door

import (
	"time"

	"github.com/techmapit/tmi/lake/rowenc"
)

// Binding is what a worker can see and how much it may take.
type Binding struct {
	Statements []string `json:"statements"` // that create the views
	Tables     []string `json:"tables"`     // layer.name, the only ones that a statement may name
	Paths      []string `json:"paths"`      // of the files below the views
	TempDir    string   `json:"temp_dir"`
	Limits     Limits   `json:"limits"`
}

// Limits of a statement. All must be set.
type Limits struct {
	Time        time.Duration `json:"time"`
	MemoryBytes int64         `json:"memory_bytes"` // DuckDB's own limit; the process may have half as much again beside it
	TempBytes   int64         `json:"temp_bytes"`   // temporary files
	Threads     int           `json:"threads"`
	Rows        int64         `json:"rows"`  // of the answer; what is over is cut off and said
	Bytes       int64         `json:"bytes"` // of the answer's values, likewise
}

// DefaultLimits leave the serving process its share of a small machine.
var DefaultLimits = Limits{Time: 30 * time.Second, MemoryBytes: 512 << 20, TempBytes: 1 << 30, Threads: 1, Rows: 100_000, Bytes: 32 << 20}

// Question is one statement.
type Question struct {
	SQL    string `json:"sql"`
	Format string `json:"format"` // one of [rowenc.Formats]
}

// Answer is what a statement gave.
type Answer struct {
	Columns     []rowenc.Column `json:"columns"`
	Rows        int64           `json:"rows"`
	IsTruncated bool            `json:"is_truncated"` // a limit of rows or bytes cut it
	Version     string          `json:"-"`            // of the lake's state that was read
	Body        []byte          `json:"-"`            // in the format asked for
}

// Reason says why a statement has no answer.
type Reason string

// The reasons.
const (
	Invalid  Reason = "invalid"   // it cannot be understood, or fails on the data
	Refused  Reason = "refused"   // it asks for what the door does not give
	TooLong  Reason = "too long"  // its time is over
	TooLarge Reason = "too large" // it takes more memory or temporary files than it may have
)

// Error is a statement's fault; its message is for its author.
type Error struct {
	Reason  Reason `json:"reason"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Message }

// reply is the line before an answer's body.
type reply struct {
	Answer
	Error     *Error `json:"error,omitempty"`
	BodyBytes int    `json:"body_bytes"`
	// IsSpent asks for another worker: this one's DuckDB reported a fault of its own.
	IsSpent bool `json:"is_spent,omitempty"`
}
