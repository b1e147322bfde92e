// Package toss reads the career postings of Toss and its companies: the records of their
// applicant tracking system (Greenhouse) through a host of their own, in one JSON list in
// which every posting stands whole. docs/sources/toss.md describes the shape.
//
// The employer's own fields (metadata) hold what matters, under names that are questions
// to the recruiter: which of the group's companies, the text in Markdown, the last day.
package toss
