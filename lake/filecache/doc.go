// Package filecache keeps copies of remote objects as local files, so that what is asked
// again and again is fetched once and can be opened by path, as DuckDB and Parquet
// readers want.
//
// In go a store and a key; out come a path and a function to give it back. The cache
// takes an object's key for its content: it is for objects that never change, such as
// Parquet files and WARC segments, and asks the store nothing about a copy it has. Objects
// of a store that is local already are not copied.
//
// The folder is the whole state. It survives restarts, and several processes may share it:
// a copy appears whole or not at all, and a copy in use, in whatever process, is not
// evicted.
package filecache
