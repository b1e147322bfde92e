package errs_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
)

func TestKindsTravel(t *testing.T) {
	inner := errs.New(errs.NotFound, "read %s: %w", "x", io.ErrUnexpectedEOF)
	outer := fmt.Errorf("open lake: %w", inner)
	if !errs.Is(outer, errs.NotFound) || !errors.Is(outer, io.ErrUnexpectedEOF) {
		t.Errorf("%v lost its kind or its cause", outer)
	}
	if got := errs.Wrap(errs.Conflict, outer); !errs.Is(got, errs.Conflict) || got.Error() != outer.Error() {
		t.Errorf("the outermost kind speaks, the text stays: got %v, %v", errs.Of(got), got)
	}
	if errs.Wrap(errs.Conflict, nil) != nil || errs.Is(nil, errs.Internal) {
		t.Error("no error has no kind")
	}
	if errs.Of(io.EOF) != errs.Internal {
		t.Error("an error that nobody classified is internal")
	}
}

// The exit codes are a contract that schedulers rely on.
func TestExitCodes(t *testing.T) {
	for kind, want := range map[errs.Kind]int{errs.Internal: 1, errs.Invalid: 2, errs.Contract: 3, errs.NotFound: 4, errs.Unavailable: 5, errs.Conflict: 6, errs.Audit: 7, errs.Corrupt: 1} {
		if got := errs.ExitCode(errs.New(kind, "x")); got != want {
			t.Errorf("%s: got exit code %d, want %d", kind, got, want)
		}
	}
	if errs.ExitCode(nil) != 0 {
		t.Error("success is not 0")
	}
}

func TestWorstSpeaksForAll(t *testing.T) {
	of := func(kinds ...errs.Kind) error {
		var list []error
		for _, k := range kinds {
			list = append(list, errs.New(k, "%s", k))
		}
		return errs.Worst(append(list, nil)...)
	}
	for _, c := range []struct {
		kinds []errs.Kind
		want  errs.Kind
	}{
		{[]errs.Kind{errs.Unavailable, errs.Contract, errs.Conflict, errs.Audit}, errs.Audit},
		{[]errs.Kind{errs.Unavailable, errs.Contract, errs.Conflict}, errs.Conflict},
		{[]errs.Kind{errs.Unavailable, errs.Contract}, errs.Contract},
		{[]errs.Kind{errs.Internal, errs.Unavailable}, errs.Unavailable},
		{[]errs.Kind{errs.Internal}, errs.Internal},
	} {
		if got := of(c.kinds...); !errs.Is(got, c.want) {
			t.Errorf("worst of %v: got %v, want %v", c.kinds, got, c.want)
		}
	}
	if of() != nil {
		t.Error("nothing went wrong, and something speaks")
	}
}
