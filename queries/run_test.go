package queries

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
)

// refusing answers every statement with one error.
type refusing struct{ err error }

func (r refusing) Query(context.Context, string, ...any) (*sql.Rows, error) { return nil, r.err }

// A statement of ours that the engine calls invalid is no fault of whoever asked; other
// kinds stay what they are.
func TestWhoseFaultAStatementIs(t *testing.T) {
	for met, want := range map[errs.Kind]errs.Kind{errs.Invalid: errs.Internal, errs.Unavailable: errs.Unavailable, errs.Internal: errs.Internal} {
		if _, err := GetDuplicateRule(t.Context(), refusing{errs.New(met, "no column of that name")}); errs.Of(err) != want || err == nil {
			t.Errorf("%v became %v, want %v: %v", met, errs.Of(err), want, err)
		}
	}
}

// What an engine says of a statement that was interrupted differs; that it was is told all the same.
func TestAStatementThatWasStoppedSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := GetDuplicateRule(ctx, refusing{errors.New("the engine was interrupted")}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
