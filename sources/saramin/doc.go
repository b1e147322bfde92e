// Package saramin reads Saramin's open API, which answers to a key: one JSON list in pages
// of 110 whose rows are all that the API shows of a posting: no text, but its keywords.
// docs/sources/saramin.md describes the shape.
//
// One posting comes as an object where several come as a list; numbers come as texts;
// times are seconds since 1970; names are escaped for HTML.
package saramin
