// Package warc writes and reads WARC 1.1 (ISO 28500:2017), the archive world's format,
// in which the lake keeps what boards answered, as received.
//
// In go drafts of records: what a server said and when. Out come bytes of which each
// record is one gzip member of its own, so that a record is readable alone by (object,
// offset, length), and back again checked records. Every record carries SHA-256 digests;
// a reader hands out nothing that it has not checked.
//
// [Writer] writes to any io.Writer, [SegmentWriter] packs records into objects of at
// most 64 MiB and 2,000 records. [Reader] goes through an object record by record,
// [ReadAt] takes one record out of it. A block is held in memory whole, up to a limit;
// nothing else grows with the input.
//
// The package knows HTTP/1.1 messages but nothing of postings: it refuses to guess at
// broken input and says, as errs.Corrupt, at which offset it expected what.
//
// Words: the block is what follows a record's header; the payload is the part of the
// block that is the document itself, for HTTP the body; a revisit is a record that says
// "the same as that record" in place of a second copy.
package warc
