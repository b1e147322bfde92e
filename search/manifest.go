package search

import "time"

// Manifest names the parts that together are the index of one published state of gold. It
// is written whole, after its parts, and never changed.
type Manifest struct {
	Shape   uint32    `json:"shape"` // [Shape] of the parts
	Seq     int64     `json:"seq"`   // higher than that of every one before
	BuiltAt time.Time `json:"built_at"`
	// Snapshots are those of the tables that the index was made of, by name.
	Snapshots map[string]int64 `json:"snapshots"`
	Parts     []PartRef        `json:"parts"`
}

// PartRef is a part and which of its documents newer parts speak for, or nobody.
type PartRef struct {
	Key          string `json:"key"` // of the object
	SizeBytes    int64  `json:"size_bytes"`
	DocCount     int    `json:"doc_count"`
	DeletedCount int    `json:"deleted_count"`
	Deleted      []byte `json:"deleted,omitempty"`
}
