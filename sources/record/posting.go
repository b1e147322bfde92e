package record

import (
	"slices"
	"strings"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/htmltext"
)

// Keep puts the posting among the good, or its record among the bad where anything stands
// against it.
func (r *Record) Keep(out *sources.Parsed, p schemas.BoardPosting) {
	if len(r.Reasons()) > 0 {
		out.Bad = append(out.Bad, r.Bad(p.BoardID, p.URL))
		return
	}
	out.Postings = append(out.Postings, p)
}

// Asked holds a detail's id against the one that was asked for.
func (r *Record) Asked(doc schemas.Document, name, boardID string) {
	if doc.BoardID != "" && boardID != "" && doc.BoardID != boardID {
		r.Fail(name, "is "+boardID+", expected "+doc.BoardID+", which was asked for")
	}
}

// HasNull says whether the field is there and null, which some boards mean by more than
// its absence.
func (r *Record) HasNull(name string) bool {
	raw, ok := r.fields[name]
	return ok && string(raw) == "null"
}

// Names are names cleaned, without the blank ones and those said before; nil for none.
func Names(names ...string) (out []string) {
	for _, name := range names {
		if name = htmltext.Line(name); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// Split is [Names] of a text that joins them.
func Split(names, separator string) []string { return Names(strings.Split(names, separator)...) }

// Texts joins texts with an empty line between them, each once, the blank ones left out.
func Texts(texts ...string) string {
	var out []string
	for _, text := range texts {
		if text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, "\n\n")
}
