// Package objects is the lake's object store: whole, immutable-looking values under
// slash-separated keys, in a folder (file://) or in an S3 bucket (s3://), behind one
// interface with one behaviour.
//
// In go bytes and a key; out come bytes, sizes and ETags. An object is there whole or
// not at all, whatever happens to the writer. The conditional writes, [Store.PutIfAbsent]
// and [Store.PutIfMatch], are what the rest of the lake builds its agreements on: among
// any number of writers, in any number of processes, one wins and the others are told.
//
// The package knows nothing of segments, tables or postings, keeps no cache and starts
// no goroutine. It refuses keys that could leave the store or that only one of the two
// kinds of store could hold.
//
// Words: a key is the object's name inside the store, as raw/source=hn/run.json; an ETag
// is an opaque word that changes whenever the object does and means nothing elsewhere.
package objects
