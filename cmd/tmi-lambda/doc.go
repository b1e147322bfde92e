// Command tmi-lambda collects as an AWS Lambda function: one slice of one board for each
// event, as far as the time allows that an invocation has. It needs the lake's objects and
// nothing else, and no C library.
//
// An event is JSON,
//
//	{"source":"jumpit","lists":["all"],"deadline":"2026-05-04T00:10:00Z"}
//
// of which source alone is required, or a batch of such events from an SQS queue. A slice
// is a run of its own, with a run.json of its own. Segments are closed every minute, so
// that a lost machine costs a minute; 30 seconds before its deadline a slice stops asking,
// puts away what it has, and sends its event again with a cursor to the queue of slices.
//
// # When a list is complete
//
// The next slice reads the list from its beginning, but takes the pages that earlier
// slices of the same reading landed from raw instead of the board, and counts them as its
// own sightings. So the slice that comes to the list's end holds the whole list, and its
// run.json alone says that the list is complete; those before say that it is not. A
// reading that takes longer than [collect.MaxReading] begins again: a list that moved
// meanwhile is not one list. Details that earlier slices landed are known from their
// run.json and not asked for again; a slice that is lost, doubled or late is made up for
// by the next.
package main
