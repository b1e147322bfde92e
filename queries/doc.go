// Package queries owns every SQL statement of the project as a .sql file: silver/ and gold/
// make those layers, serve/ answers the API and the site. It runs them on whatever the
// caller hands it as a [Runner] and turns result rows into structs.
//
// It knows no engine, no table format and no snapshot: which data a statement sees is the
// Runner's business. It never puts a value into SQL text; values are bound by name.
//
// Words a reader needs:
//
//   - statement: one .sql file, named folder/file without the ending ("gold/tech_daily");
//   - parameter: $name in a statement; [Each] refuses a call that does not bind exactly
//     the names that the statement has, since the engine would bind others by position;
//   - fragment: a file under serve/ whose name starts with an underscore; it is no statement of
//     its own and is included by the line "-- include: serve/_name" of others;
//   - filter: which postings a question is about ([PostingFilter]); one fragment is its
//     predicate, shared by every statement that takes one.
package queries
