// Package rowenc writes the rows of a statement as JSON, CSV, an Arrow IPC stream or Parquet:
// one writer for the command line, the SQL door and the exports.
//
// Values come from database/sql, never over DuckDB's Arrow interface, which answers wrongly
// under projection. Types are DuckDB's, by name:
//
//	DuckDB                           JSON                  CSV               Arrow, Parquet
//	BOOLEAN, integers, FLOAT, DOUBLE as they are           as they are       as they are
//	HUGEINT, UHUGEINT, DECIMAL(w,s)  number, all digits    all digits        decimal128 (38,0), (w,s)
//	VARCHAR, UUID, INTERVAL, ENUM    string                text              utf8
//	DATE                             "2026-05-04"          2026-05-04        date32
//	TIMESTAMP, TIMESTAMPTZ           RFC 3339, UTC         RFC 3339, UTC     timestamp in microseconds
//	TIME                             "15:04:05.999999"     15:04:05.999999   utf8
//	BLOB                             hexadecimal string    hexadecimal       binary
//	lists of those                   array                 JSON              list
//	STRUCT, MAP, lists of lists      object, array         JSON              utf8 that holds JSON
//
// Null is null, and nothing between two commas of CSV. NaN and the infinities, which JSON
// lacks, are strings there.
package rowenc
