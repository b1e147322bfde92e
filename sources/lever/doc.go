// Package lever reads the public postings of employers that use Lever, an applicant
// tracking system: one JSON list per employer, a bare array in which every posting stands
// whole. docs/sources/lever.md describes the shape.
//
// Lever does not say the employer's name: it is the shipped one, or the token. Times are
// milliseconds since 1970.
package lever
