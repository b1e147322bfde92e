package lake

import (
	"context"
	"fmt"

	"github.com/techmapit/tmi/schemas"
)

// ExportDuckDB copies tables of the session into a new DuckDB file, by the same names and
// with each column's comment, and returns how many rows went over. On an error the file is
// not whole and is the caller's to remove.
func ExportDuckDB(ctx context.Context, s *Session, file string, tables []schemas.Table) (rows int64, err error) {
	conn, err := s.db.Conn(ctx) // what is attached belongs to all connections; the transaction to one
	if err != nil {
		return 0, fmt.Errorf("export to %s: %w", file, err)
	}
	defer conn.Close()
	exec := func(format string, args ...any) {
		if err == nil {
			if _, err = conn.ExecContext(ctx, fmt.Sprintf(format, args...)); err != nil {
				err = fmt.Errorf("export to %s: %w", file, translateSQL(ctx, err))
			}
		}
	}
	exec("attach %s as out", quote(file))
	if err != nil {
		return 0, err
	}
	made := map[schemas.Layer]bool{}
	for _, t := range tables {
		if !made[t.Layer] {
			exec("create schema out.%s", t.Layer)
			made[t.Layer] = true
		}
		exec("create table out.%s as select * from %s", t.Name(), t.Name())
		exec("comment on table out.%s is %s", t.Name(), quote(t.Grain))
		for _, c := range t.Columns() {
			exec(`comment on column out.%s."%s" is %s`, t.Name(), c.Name, quote(t.Comment(c.Name)))
		}
		var n int64
		if err == nil {
			err = conn.QueryRowContext(ctx, "select count(*) from out."+t.Name()).Scan(&n)
		}
		rows += n
	}
	failed := err
	err = nil // what was attached is let go on any way out
	exec("detach out")
	if failed != nil {
		return rows, failed
	}
	return rows, err
}
