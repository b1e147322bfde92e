// Package crawl is the polite client between a board and a source: one [Client] per
// source, which asks a board's host for documents the way the board's operator would
// want it asked.
//
// In go a request and what is known of an earlier answer; out comes a document, as
// received, or an error that is final for this run. In between stand, in this order:
//
//   - the address check: only the base URL's host is asked, and a name that resolves to a
//     private address is not connected to;
//   - robots.txt (RFC 9309), read from the root of that host and kept for at most a day;
//   - the host's pause: nothing is sent before a Retry-After (RFC 9110 section 10.2.3) has passed;
//   - the rate and the number of requests under way at once;
//   - the exchange itself, run by Colly over a transport that bounds and unpacks the body;
//   - the judgement: an answer, worth another try, or a block page.
//
// Block pages are told by their content, at any status: they never reach a parser, where
// they would look like a board without postings. Whatever goes wrong is counted under a
// name of [schemas.Nuisance]; docs/manners.md says what users may rely on.
//
// The package refuses to log in, to keep cookies, to run scripts and to hide who it is.
//
// The robots.txt matcher is our own: the library that Colly brings does not anchor
// patterns at the path's start, gives a tie to whichever rule stands first, and reads
// nothing at all of a file with one line out of place; RFC 9309 asks otherwise in each
// case.
package crawl
