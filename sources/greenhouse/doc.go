// Package greenhouse reads the public job boards of Greenhouse, an applicant tracking
// system: one JSON list per employer's board, in which every posting stands whole.
// docs/sources/greenhouse.md describes the shape.
//
// The text is HTML that is escaped once more. Employers add fields of their own
// (metadata) of any type; only those whose name says employment, experience, workplace or
// category are read, and a "valid through" among them is not: boards leave it standing
// for years after it has passed.
package greenhouse
