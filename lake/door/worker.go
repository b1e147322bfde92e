package door

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/techmapit/tmi/lake/rowenc"
)

// Work is the worker's life: it reads a [Binding] and then questions from in, and writes a
// reply to each to out, until in ends or the context does. It lowers the priority of its own
// process, so it is for a process that does nothing else.
func Work(ctx context.Context, in io.Reader, out io.Writer) error {
	stepBack()
	// The end of the input is the parent's end: a statement that runs is then for nobody.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make(chan []byte)
	go func() {
		defer cancel()
		defer close(lines)
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, 64<<20)
		for scanner.Scan() {
			lines <- bytes.Clone(scanner.Bytes())
		}
	}()
	first, ok := <-lines
	if !ok {
		return nil
	}
	var binding Binding
	if err := json.Unmarshal(first, &binding); err != nil {
		return fmt.Errorf("read the binding: %w", err)
	}
	w, err := newWorker(ctx, binding)
	if err != nil {
		return err
	}
	defer func() { _ = w.db.Close() }() // nothing is kept in it
	for line := range lines {
		var q Question
		if err := json.Unmarshal(line, &q); err != nil {
			return fmt.Errorf("read a question: %w", err)
		}
		if err := send(out, w.reply(ctx, q)); err != nil {
			return err
		}
	}
	return nil
}

func send(out io.Writer, r reply) error {
	r.BodyBytes = len(r.Body)
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write a reply: %w", err)
	}
	if _, err = out.Write(append(line, '\n')); err == nil {
		_, err = out.Write(r.Body)
	}
	return err
}

type worker struct {
	db     *sql.DB
	guard  *guard
	limits Limits
}

// newWorker starts a DuckDB with the views, and shuts it in.
func newWorker(ctx context.Context, b Binding) (*worker, error) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("start DuckDB: %w", err)
	}
	db := sql.OpenDB(connector)
	quoted := make([]string, len(b.Paths))
	for i, p := range b.Paths {
		quoted[i] = quote(p)
	}
	settings := append([]string{
		"set autoinstall_known_extensions = false", "set autoload_known_extensions = false", "set allow_community_extensions = false",
		"set TimeZone = 'UTC'", "set preserve_insertion_order = false", "set parquet_metadata_cache = true",
		fmt.Sprintf("set threads = %d", b.Limits.Threads), fmt.Sprintf("set memory_limit = '%dB'", b.Limits.MemoryBytes),
		"set temp_directory = " + quote(b.TempDir), fmt.Sprintf("set max_temp_directory_size = '%dB'", b.Limits.TempBytes),
	}, b.Statements...)
	settings = append(settings, "set allowed_paths = ["+strings.Join(quoted, ", ")+"]", "set enable_external_access = false", "set lock_configuration = true")
	for _, statement := range settings {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("shut DuckDB in: %w", err), db.Close())
		}
	}
	g, err := newGuard(ctx, db, b.Tables)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &worker{db: db, guard: g, limits: b.Limits}, nil
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// reply answers one question; whatever goes wrong with it is part of the reply.
func (w *worker) reply(ctx context.Context, q Question) reply {
	ctx, cancel := context.WithTimeout(ctx, w.limits.Time)
	defer cancel()
	answer, err := w.answer(ctx, q)
	if err == nil {
		return reply{Answer: answer}
	}
	fault, spent := w.explain(ctx, err)
	return reply{Error: fault, IsSpent: spent}
}

func (w *worker) answer(ctx context.Context, q Question) (Answer, error) {
	if err := w.guard.check(ctx, w.db, q.SQL); err != nil {
		return Answer{}, err
	}
	rows, err := w.db.QueryContext(ctx, q.SQL) //nolint:rowserrcheck // rowenc.Copy ends with rows.Err
	if err != nil {
		return Answer{}, err
	}
	defer rows.Close()
	columns, err := rowenc.Columns(rows)
	if err != nil {
		return Answer{}, err
	}
	var body bytes.Buffer
	encoder, err := rowenc.New(q.Format, &body, columns)
	if err != nil {
		return Answer{}, &Error{Invalid, err.Error()}
	}
	done, err := rowenc.Copy(encoder, rows, len(columns), rowenc.Limit{Rows: w.limits.Rows, Bytes: w.limits.Bytes})
	if done.IsTruncated {
		err = encoder.Close()
	}
	return Answer{Columns: columns, Rows: done.Rows, IsTruncated: done.IsTruncated, Body: body.Bytes()}, err
}

// explain turns a failure into words for the statement's author. Spent says that the engine
// should not be asked again.
func (w *worker) explain(ctx context.Context, err error) (fault *Error, spent bool) {
	if errors.As(err, &fault) {
		return fault, false
	}
	if ctx.Err() != nil {
		return &Error{TooLong, fmt.Sprintf("the statement was stopped after %s", w.limits.Time)}, false
	}
	var e *duckdb.Error
	if !errors.As(err, &e) {
		return &Error{Invalid, err.Error()}, false
	}
	switch e.Type {
	case duckdb.ErrorTypeOutOfMemory, duckdb.ErrorTypeObjectSize:
		return &Error{TooLarge, fmt.Sprintf("the statement needs more than the %d MiB of memory and %d MiB of temporary files that it may have", w.limits.MemoryBytes>>20, w.limits.TempBytes>>20)}, false
	case duckdb.ErrorTypePermission, duckdb.ErrorTypeIO, duckdb.ErrorTypeMissingExtension, duckdb.ErrorTypeAutoLoad, duckdb.ErrorTypeHTTP, duckdb.ErrorTypeNetwork:
		return &Error{Refused, "the statement asks for files, settings or extensions, which are not here"}, false
	case duckdb.ErrorTypeInternal, duckdb.ErrorTypeFatal:
		return &Error{Invalid, "the engine cannot run this statement"}, true
	}
	return &Error{Invalid, e.Msg}, false
}
