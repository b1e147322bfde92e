package queries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/internal/tracing"
)

// Runner runs one SQL statement over one unchanging state of the tables. Args are
// sql.NamedArg values; a []string binds as a list, nil as null. The caller closes the rows.
type Runner interface {
	Query(ctx context.Context, sql string, args ...any) (*sql.Rows, error)
}

// Each runs a statement and yields its rows as T, a struct whose fields carry the columns'
// names in a `parquet` or `db` tag; see [Scan] for how values become fields. Args must name
// every parameter of the statement and nothing else. The first error ends the iteration;
// it is errs.NotFound for an unknown statement. Rows are read while the loop runs, and
// leaving the loop early closes them.
func Each[T any](ctx context.Context, r Runner, name string, args ...sql.NamedArg) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		ctx, span := tracing.Begin(ctx, "query "+name)
		rows, err := query(ctx, r, name, args)
		defer func() { span.End(err) }()
		if err != nil {
			yield(zero, err)
			return
		}
		for row, failed := range Scan[T](rows) {
			if failed != nil {
				err = fault(ctx, name, failed)
				yield(zero, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// All is [Each], collected. No rows is an empty slice, not an error.
func All[T any](ctx context.Context, r Runner, name string, args ...sql.NamedArg) ([]T, error) {
	all := []T{}
	for row, err := range Each[T](ctx, r, name, args...) {
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, nil
}

// One is [Each] for a statement that gives at most one row; without a row it is
// errs.NotFound, with a second one an internal error.
func One[T any](ctx context.Context, r Runner, name string, args ...sql.NamedArg) (T, error) {
	var zero T
	all, err := All[T](ctx, r, name, args...)
	switch {
	case err != nil:
		return zero, err
	case len(all) == 0:
		return zero, errs.New(errs.NotFound, "query %s: no row", name)
	case len(all) > 1:
		return zero, fmt.Errorf("query %s: %d rows, expected at most one", name, len(all))
	}
	return all[0], nil
}

func query(ctx context.Context, r Runner, name string, args []sql.NamedArg) (*sql.Rows, error) {
	s, err := byName(name)
	if err != nil {
		return nil, err
	}
	if err := sameNames(s.parameters, args); err != nil {
		return nil, fmt.Errorf("query %s: %w", name, err)
	}
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg
	}
	rows, err := r.Query(ctx, s.text, values...)
	if err != nil {
		return nil, fault(ctx, name, err)
	}
	return rows, nil
}

// fault says which statement failed, and that its context ended where that is why. Where the
// engine calls the statement invalid, its author is at fault, who is one of us, and not
// whoever asked.
func fault(ctx context.Context, name string, err error) error {
	if stopped := ctx.Err(); stopped != nil && !errors.Is(err, stopped) {
		err = fmt.Errorf("%w: %w", stopped, err)
	}
	err = fmt.Errorf("query %s: %w", name, err)
	if errs.Is(err, errs.Invalid) {
		return errs.Wrap(errs.Internal, err)
	}
	return err
}

// sameNames refuses calls whose arguments are not exactly the statement's parameters: the
// engine would bind a misspelt one by its position.
func sameNames(parameters []string, args []sql.NamedArg) error {
	given := make([]string, len(args))
	for i, arg := range args {
		given[i] = arg.Name
	}
	slices.Sort(given)
	if !slices.Equal(parameters, given) {
		return fmt.Errorf("arguments are [%s], expected [%s]", strings.Join(given, " "), strings.Join(parameters, " "))
	}
	return nil
}
