// Package search is the index over gold: it answers filters, keywords, facets and counts in
// milliseconds where a scan needs hundreds.
//
// A [Builder] turns documents (a posting, its technologies, its events) into a part: one
// immutable file. An [Index] reads some parts, each less the rows that a newer part has in
// another state, as one whole. The package knows neither the lake nor the dictionary of
// technologies: rows come in, rows come out, and which technology a word stands for is said
// with the word.
//
// Words to know. A document's number within its part follows the order of lists: newest
// first, then by posting id. A field is where a word stands: the title, the facts beside it
// (company, place, technologies, tags, industry), or the texts. A column holds what filters and
// facets ask for. docs/search.md describes the file and the rules of matching.
package search
