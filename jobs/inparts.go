package jobs

import (
	"context"
	"database/sql"
	"iter"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
)

// partRows is how many rows of a large answer are in memory at once.
const partRows = 16384

// inParts is [queries.Each] for a statement with many or large rows, which come in no order.
// DuckDB's driver holds an answer whole before it gives the first row, and outside of what
// DuckDB may use: postings of a million were gigabytes. So they become a table of the
// session, which goes to the disk where memory ends, and are read part by part.
func inParts[T any](ctx context.Context, s *lake.Session, name string, args ...sql.NamedArg) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		table := strings.ReplaceAll(name, "/", "_") + "_answer"
		count, err := keepAnswer(ctx, s, table, name, args)
		if err != nil {
			yield(zero, err)
			return
		}
		given := int64(0)
		for from := int64(0); from < count; from += partRows {
			rows, err := s.Query(ctx, "select * from "+table+" where rowid >= $1 and rowid < $2", from, from+partRows)
			if err != nil {
				yield(zero, err)
				return
			}
			for row, err := range queries.Scan[T](rows) {
				if !yield(row, err) || err != nil {
					return
				}
				given++
			}
		}
		if given != count {
			yield(zero, errs.New(errs.Corrupt, "query %s: %d of %d rows were read back", name, given, count))
			return
		}
		if err := s.Exec(ctx, "drop table "+table); err != nil {
			yield(zero, err)
		}
	}
}

// keepAnswer makes a statement's rows a table of the session and counts them.
func keepAnswer(ctx context.Context, s *lake.Session, table, name string, args []sql.NamedArg) (int64, error) {
	text, err := queries.Text(name)
	if err != nil {
		return 0, err
	}
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg
	}
	if err := s.Keep(ctx, table, text, values...); err != nil {
		return 0, err
	}
	rows, err := s.Query(ctx, "select count(*) from "+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var count int64
	for rows.Next() {
		if err := rows.Scan(&count); err != nil {
			return 0, err
		}
	}
	return count, rows.Err()
}
