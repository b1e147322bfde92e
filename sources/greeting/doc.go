// Package greeting reads the career pages of employers that use Greeting, a Korean
// applicant tracking system: one page per employer that names all openings, and one page
// per opening. Both carry their data as JSON in a script. docs/sources/greeting.md
// describes the shapes.
//
// Each employer has a host of its own. An opening may bundle several positions; their
// places and careers are joined. A list row lacks all texts, so a posting is whole only by
// its page.
package greeting
