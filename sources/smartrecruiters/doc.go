// Package smartrecruiters reads the public postings of employers that use SmartRecruiters,
// an applicant tracking system: a JSON list in pages of 100 and a JSON detail per posting.
// docs/sources/smartrecruiters.md describes the shapes.
//
// A list row lacks all texts, so a posting is whole only by its detail. The board answers
// an employer it does not know with an empty list, not with a 404.
package smartrecruiters
