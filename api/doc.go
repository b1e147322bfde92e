// Package api answers HTTP: the REST API under /api/v1, its OpenAPI document, the probes,
// and the website, whose pages show the same answers as the JSON routes.
//
// A request is turned into one question to package queries over one pinned published set,
// and its rows into a response type. The package holds no SQL and knows no table format;
// the runner that pins a set is handed in. What the public may read of a posting's text is
// decided here, per source, in one place (evidence.go).
//
// Words a reader needs:
//
//   - published set: the tables as one publish left them; a request reads one from start to
//     end, so that a page never mixes yesterday with today;
//   - question: a request's parameters as understood, defaults included ([question]); every
//     parameter is honoured or refused with 400, never ignored;
//   - answer: what a question gives over a published set; answers are kept, bounded, by
//     (set, question), since neither ever changes;
//   - problem: an error answer, application/problem+json (RFC 9457), which names the field.
package api
