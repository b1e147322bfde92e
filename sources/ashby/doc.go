// Package ashby reads the public job boards of employers that use Ashby, an applicant
// tracking system: one JSON list per employer in which every posting stands whole.
// docs/sources/ashby.md describes the shape.
//
// Ashby does not say the employer's name: it is the shipped one, or the token. Postings
// that are not listed (isListed false) are for those who know the address: they are left
// out.
package ashby
