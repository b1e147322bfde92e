// Package collect lands what boards answer: one run of one source, as WARC segments, an
// index of them and a manifest, below
//
//	raw/source=S/date=YYYY-MM-DD/run=RUN/
//
// In go a source, a client and an object store; no catalog and no database is needed, so
// that collecting goes on when everything above it is down. The date is the calendar day
// on which the run began.
//
// The order of writing is the promise: segments, then index.parquet, then run.json. A run
// without run.json does not exist for anybody else, so a run that is killed leaves objects
// that nobody reads, and the next run does its work again.
//
// What was captured before is [Known] from the state that bronze leaves and from the runs
// since. A posting whose list row says nothing new is not asked for again; a page whose
// bytes are known, or whose board answers 304, becomes a revisit record of a few hundred
// bytes that refers to the response, at most [MaxReference] back.
//
// [Open] and [Documents] turn captures back into the documents they were, following
// revisits, for whoever parses them.
package collect
