package lake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// Session is a DuckDB instance over one set of snapshots: every declared table, or those
// that were asked for, stands in it as a view layer.name, empty where the set does not pin
// it. The files of a snapshot
// never change, so a session's answers do not either. It is safe for concurrent use.
type Session struct {
	ended   func() // tells the lake, once
	db      *sql.DB
	set     Set
	release []func()
	tempDir string
}

// Session binds the set: the tables named, or all. Binding costs some milliseconds a table,
// which is most of what a small job takes. Close it.
func (l *Lake) Session(ctx context.Context, set Set, tables ...schemas.Table) (_ *Session, err error) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("start DuckDB: %w", err)
	}
	l.heap.opened()
	s := &Session{ended: sync.OnceFunc(l.heap.closed), db: sql.OpenDB(connector), set: set}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.tempDir, err = os.MkdirTemp("", "tmi-duckdb-"); err != nil {
		return nil, fmt.Errorf("start DuckDB: %w", err)
	}
	settings := []string{
		"set autoinstall_known_extensions = false", "set autoload_known_extensions = false",
		"set TimeZone = 'UTC'", "set preserve_insertion_order = false", "set parquet_metadata_cache = true",
		fmt.Sprintf("set threads = %d", l.threads), "set temp_directory = " + quote(s.tempDir),
	}
	if l.options.MemoryBytes > 0 {
		settings = append(settings, fmt.Sprintf("set memory_limit = '%dB'", l.options.MemoryBytes))
	}
	for _, statement := range settings {
		if err := s.Exec(ctx, statement); err != nil {
			return nil, err
		}
	}
	direct := true
	if l.cache != nil {
		if direct, err = loadHTTPFS(ctx, s.db, l.options.ExtensionDir); err != nil {
			return nil, err
		}
	}
	for _, statement := range schemaSQL() {
		if err := s.Exec(ctx, statement); err != nil {
			return nil, err
		}
	}
	for _, t := range namedOrAll(tables) {
		if err := l.bind(ctx, s, t, direct); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// bind creates the view of one table over its planned files.
func (l *Lake) bind(ctx context.Context, s *Session, t schemas.Table, direct bool) error {
	var paths []string
	if pin, ok := s.set.Tables[t.Name()]; ok {
		var releases []func()
		var err error
		paths, releases, err = l.paths(ctx, t, pin, direct)
		s.release = append(s.release, releases...)
		if err != nil {
			return err
		}
	}
	return s.Exec(ctx, viewSQL(t, paths, s.set.Hidden))
}

// paths names a snapshot's files as DuckDB opens them: where they lie, or where the cache
// holds them until they are released, which is due on an error too.
func (l *Lake) paths(ctx context.Context, t schemas.Table, pin Pin, direct bool) (paths []string, releases []func(), err error) {
	if paths, err = l.files(ctx, t, pin); err != nil {
		return nil, nil, err
	}
	for i, p := range paths {
		local, isFile := strings.CutPrefix(p, "file://")
		if isFile || direct {
			paths[i] = local
			continue
		}
		path, release, err := l.cache.Path(ctx, l.objects, strings.TrimPrefix(p, l.objects.URI()+"/"))
		if err != nil {
			return nil, releases, fmt.Errorf("fetch a file of %s: %w", t.Name(), err)
		}
		releases = append(releases, release)
		paths[i] = path
	}
	return paths, releases, nil
}

// schemaSQL makes the layers.
func schemaSQL() (statements []string) {
	for _, layer := range []schemas.Layer{schemas.Bronze, schemas.Silver, schemas.Gold, schemas.Ops} {
		statements = append(statements, "create schema "+string(layer))
	}
	return statements
}

// viewSQL selects the declared columns by name out of the files. A typed and empty first
// branch supplies the columns that older files lack, and the types where there is no file.
// Rows of hidden postings are left out.
func viewSQL(t schemas.Table, paths, hidden []string) string {
	columns := t.Columns()
	names := make([]string, len(columns))
	empty := make([]string, len(columns))
	for i, c := range columns {
		names[i] = `"` + c.Name + `"`
		empty[i] = fmt.Sprintf(`null::%s as "%s"`, duckType(c.Type), c.Name)
	}
	view := fmt.Sprintf("create view %s as select %s where false", t.Name(), strings.Join(empty, ", "))
	if len(paths) == 0 {
		return view
	}
	quoted := make([]string, len(paths))
	for i, p := range paths {
		quoted[i] = quote(p)
	}
	view = fmt.Sprintf("%s union all by name select %s from read_parquet([%s], hive_partitioning = false, union_by_name = true)",
		view, "columns(c -> c in ("+quotedNames(columns)+"))", strings.Join(quoted, ", "))
	isOfPosting := slices.ContainsFunc(columns, func(c schemas.Column) bool { return c.Name == "posting_id" })
	if len(hidden) == 0 || !isOfPosting {
		return view
	}
	ids := make([]string, len(hidden))
	for i, id := range hidden {
		ids[i] = quote(id)
	}
	return fmt.Sprintf("%s where posting_id not in (%s)", view, strings.Join(ids, ", "))
}

func quotedNames(columns []schemas.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = quote(c.Name)
	}
	return strings.Join(names, ", ")
}

// Set is what the session is bound to.
func (s *Session) Set() Set { return s.set }

// Query runs a statement and returns its rows. Parameters are bound, by position ($1) or
// by name ($name with [sql.Named]).
func (s *Session) Query(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	rows, err := s.db.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, translateSQL(ctx, err)
	}
	return rows, nil
}

// Exec runs a statement without rows.
func (s *Session) Exec(ctx context.Context, statement string, args ...any) error {
	if _, err := s.db.ExecContext(ctx, statement, args...); err != nil {
		return translateSQL(ctx, err)
	}
	return nil
}

// Close ends the session and gives back what it held.
func (s *Session) Close() error {
	err := s.db.Close()
	s.ended()
	for _, release := range s.release {
		release()
	}
	if s.tempDir != "" {
		err = errors.Join(err, os.RemoveAll(s.tempDir))
	}
	return err
}

// Load makes rows of Go a table of the session, named without a layer, with the columns of
// the row struct. It copies: DuckDB's Arrow views over Go memory answer wrongly.
func Load[T any](ctx context.Context, s *Session, name string, rows iter.Seq[T]) error {
	columns := schemas.ColumnsOf(reflect.TypeFor[T]())
	definitions := make([]string, len(columns))
	for i, c := range columns {
		definitions[i] = fmt.Sprintf(`"%s" %s`, c.Name, duckType(c.Type))
	}
	if err := s.Exec(ctx, fmt.Sprintf(`create or replace table "%s" (%s)`, name, strings.Join(definitions, ", "))); err != nil {
		return err
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("load %s: %w", name, err)
	}
	defer conn.Close() // returns to the pool
	return conn.Raw(func(driverConn any) error {
		appender, err := duckdb.NewAppenderFromConn(driverConn.(*duckdb.Conn), "", name)
		if err != nil {
			return fmt.Errorf("load %s: %w", name, err)
		}
		for row := range rows {
			if err := appender.AppendRow(valuesOf(reflect.ValueOf(&row).Elem(), columns)...); err != nil {
				return errors.Join(fmt.Errorf("load %s: %w", name, err), appender.Close())
			}
		}
		return appender.Close()
	})
}

// Keep makes the rows of a statement a table of the session, named without a layer, for the
// statements after it.
func (s *Session) Keep(ctx context.Context, name, statement string, args ...any) error {
	return s.Exec(ctx, fmt.Sprintf("create or replace table %q as %s", name, statement), args...)
}

// translateSQL gives DuckDB's errors a kind: what the statement's author can mend is
// invalid, what the machine lacks is unavailable. One that was interrupted says by what.
func translateSQL(ctx context.Context, err error) error {
	var e *duckdb.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Type {
	case duckdb.ErrorTypeParser, duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeConversion,
		duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeMismatchType, duckdb.ErrorTypePermission:
		return errs.Wrap(errs.Invalid, err)
	case duckdb.ErrorTypeOutOfMemory, duckdb.ErrorTypeIO, duckdb.ErrorTypeHTTP:
		return errs.Wrap(errs.Unavailable, err)
	case duckdb.ErrorTypeInterrupt:
		if stopped := ctx.Err(); stopped != nil {
			return fmt.Errorf("%w: %w", stopped, err)
		}
	}
	return err
}

// Digest is a digest of a table's logical rows: equal for the same rows in any order and
// any files. Columns that differ between two runs that say the same are left out.
func (s *Session) Digest(ctx context.Context, t schemas.Table) (string, error) {
	var names []string
	for _, c := range t.Columns() {
		if !slices.Contains(t.Volatile, c.Name) {
			names = append(names, `"`+c.Name+`"`)
		}
	}
	// The sum beside the exclusive-or tells two equal rows from none.
	rows, err := s.Query(ctx, fmt.Sprintf(`select count(*) || '-' || coalesce(md5(bit_xor(h)::varchar || sum(h & 4294967295)::varchar), '')
		from (select md5_number_lower(to_json(struct_pack(%s))::varchar) as h from %s)`, strings.Join(names, ", "), t.Name()))
	if err != nil {
		return "", fmt.Errorf("digest %s: %w", t.Name(), err)
	}
	defer rows.Close()
	var digest string
	for rows.Next() {
		if err := rows.Scan(&digest); err != nil {
			return "", fmt.Errorf("digest %s: %w", t.Name(), err)
		}
	}
	return digest, rows.Err()
}

// Probe starts and ends a DuckDB instance.
func Probe(ctx context.Context) error {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return fmt.Errorf("start DuckDB: %w", err)
	}
	db := sql.OpenDB(connector)
	return errors.Join(db.PingContext(ctx), db.Close())
}
