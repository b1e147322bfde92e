package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"

	"github.com/techmapit/tmi/queries"
)

// cursor is where the next page begins. It holds the last row's place, not a count, so that
// postings that come and go between two pages shift nothing.
type cursor struct {
	Question string `json:"q"` // digest of the question it belongs to
	First    int64  `json:"f"`
	Second   int64  `json:"s"`
	ID       string `json:"i"`
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// cursorAfter is the cursor behind a place.
func cursorAfter(q *question, place queries.Position) *string {
	text, err := json.Marshal(cursor{digest(q.filterKey()), place.First, place.Second, place.ID})
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	encoded := base64.RawURLEncoding.EncodeToString(text)
	return &encoded
}

// place reads the question's cursor; nil without one. A cursor that we did not make, or that
// belongs to another question, is refused.
func (q *question) place() (*queries.Position, error) {
	if q.Cursor == "" {
		return nil, nil
	}
	refused := func(why string) (*queries.Position, error) {
		return nil, fieldErrors{{Field: "cursor", Value: q.Cursor, Message: why, Kind: "cursor"}}
	}
	var c cursor
	text, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil || json.Unmarshal(text, &c) != nil || c.ID == "" {
		return refused("is not a cursor of this API; begin without one")
	}
	if c.Question != digest(q.filterKey()) {
		return refused("belongs to another question; keep the other parameters as they were, or begin without a cursor")
	}
	return &queries.Position{First: c.First, Second: c.Second, ID: c.ID}, nil
}
