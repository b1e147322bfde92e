// Package errs is the short, closed list of error kinds that the rooms agree on, with
// the two tables that turn a kind into an exit code and an HTTP status.
//
// A room wraps what it met where it met it, with [New] or [Wrap]; callers above ask
// with [Is] or [Of] and never read an error's text.
package errs

import (
	"errors"
	"fmt"
	"net/http"
)

// Kind says what sort of failure an error is.
type Kind int

// The kinds. Internal is the zero value: an error nobody classified.
const (
	Internal    Kind = iota // a fault of ours
	Invalid                 // the caller's words are off: usage, config, parameters
	Contract                // a frozen contract broke, or a source with many rows gave none
	NotFound                // the thing named does not exist
	Unavailable             // a source or service does not answer; trying again may help
	Conflict                // somebody else changed it first, or the state forbids it
	Audit                   // an audit failed; the published snapshot is as it was
	Corrupt                 // bytes are not what they should be
)

var kinds = map[Kind]struct {
	name   string
	exit   int // DESIGN.md section 3
	status int
}{
	Internal:    {"internal", 1, http.StatusInternalServerError},
	Invalid:     {"invalid", 2, http.StatusBadRequest},
	Contract:    {"contract", 3, http.StatusInternalServerError},
	NotFound:    {"not found", 4, http.StatusNotFound},
	Unavailable: {"unavailable", 5, http.StatusServiceUnavailable},
	Conflict:    {"conflict", 6, http.StatusConflict},
	Audit:       {"audit failed", 7, http.StatusInternalServerError},
	Corrupt:     {"corrupt", 1, http.StatusInternalServerError},
}

func (k Kind) String() string { return kinds[k].name }

// ExitCode is the process exit code of the kind.
func (k Kind) ExitCode() int { return kinds[k].exit }

// HTTPStatus is the status an API answers with for the kind.
func (k Kind) HTTPStatus() int { return kinds[k].status }

type kindError struct {
	kind Kind
	err  error
}

func (e *kindError) Error() string { return e.err.Error() }
func (e *kindError) Unwrap() error { return e.err }

// New returns an error of the kind; format and args are those of [fmt.Errorf], %w included.
func New(kind Kind, format string, args ...any) error {
	return &kindError{kind, fmt.Errorf(format, args...)}
}

// Wrap marks err with the kind, keeping its text and chain. A nil err stays nil.
func Wrap(kind Kind, err error) error {
	if err == nil {
		return nil
	}
	return &kindError{kind, err}
}

// Of returns the outermost kind in err's chain, Internal if nobody gave it one.
func Of(err error) Kind {
	var e *kindError
	if errors.As(err, &e) {
		return e.kind
	}
	return Internal
}

// Is reports whether err is of the kind. A nil error is of none.
func Is(err error, kind Kind) bool { return err != nil && Of(err) == kind }

// ExitCode is 0 for nil and the exit code of err's kind otherwise.
func ExitCode(err error) int {
	if err == nil {
		return 0
	}
	return Of(err).ExitCode()
}

// worst lists exit codes in the order in which one stands for several sources:
// the first that applies is the command's (DESIGN.md section 3).
var worst = []Kind{Audit, Conflict, Contract, Unavailable, Invalid, NotFound, Corrupt, Internal}

// Worst returns the error whose kind speaks for them all, nil if all are nil.
func Worst(list ...error) error {
	for _, kind := range worst {
		for _, err := range list {
			if Is(err, kind) {
				return err
			}
		}
	}
	return nil
}
