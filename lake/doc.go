// Package lake knows bytes, tables, snapshots and commits; it knows nothing of postings.
//
// A [Lake] is a root address (file:// or s3://) with objects below it and a catalog of
// Apache Iceberg tables, one for each declaration in schemas. Tables are written through
// [Overwrite] alone, a unit of work at a time: the rows that match a [Filter] are replaced
// by the rows given, copy-on-write, in one commit. They are read through a [Session], a
// DuckDB instance in which every table of one pinned [Set] of snapshots stands as a view
// named layer.table.
//
// Words: a head is a table's newest snapshot; a set is one snapshot of each table; a
// published set is one that was audited and that readers outside the jobs may see.
//
// What the libraries below do on their own would lose data in five ways; each is met here
// and has a test:
//
//   - DuckDB's Arrow views answer wrongly under projection and filter, and kill the process
//     when fed by an iterator: this house has none. Rows enter DuckDB as Parquet files or
//     through [Session.Load], and leave it through database/sql.
//   - The SQL catalog reports a lost race as a plain error that is never retried:
//     retryCatalog translates it.
//   - A record batch that is handed to the writer is released by it: batches are built for
//     the writer and never used again, and every write compares the rows it fed with the
//     rows in the files before it commits.
//   - Bloom filters take a megabyte a column and row group: they are off.
package lake
