package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/boards"
)

// While somebody refines, what removes waits, and what only looks does not.
func TestUpkeepWaitsForItsTurn(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	board, err := boards.ByName("jumpit")
	if err != nil {
		t.Fatal(err)
	}
	if e.Sources["jumpit"], err = board.New(board.Settings); err != nil {
		t.Fatal(err)
	}
	fill(t, e, schemas.BronzePostings, capture("1", day(1, 9), nil))
	refine(t, e, window(t, day(1, 0), day(2, 0)))
	do(t, e, "publish", jobs.Window{}, jobs.Publish)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	of := func(holder string) {
		t.Helper()
		text := fmt.Sprintf(`{"version":1,"holder":%q,"host":%q,"pid":%d,"beat":1}`, holder, host, os.Getpid())
		if _, err := objects.WriteAll(t.Context(), e.Lake.Objects(), "state/turn.json", []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	id := read(t, e, "select posting_id as line from gold.postings")[0]
	for name, upkeep := range map[string]func(ctx context.Context, apply bool) error{
		"expire": func(ctx context.Context, apply bool) error {
			_, err := jobs.ExpireAll(ctx, e, nil, apply)
			return err
		},
		"maintain": func(ctx context.Context, apply bool) error {
			_, err := jobs.Upkeep(ctx, e, apply)
			return err
		},
		"erase a text": func(ctx context.Context, apply bool) error {
			_, err := jobs.EraseText(ctx, e, "somebody@example.com", apply)
			return err
		},
		"erase a posting": func(ctx context.Context, apply bool) error {
			_, err := jobs.ErasePosting(ctx, e, id, apply)
			return err
		},
	} {
		of("somebody")
		if err := upkeep(t.Context(), false); err != nil {
			t.Errorf("%s: a dry run: %v", name, err)
		}
		short, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
		err := upkeep(short, true)
		stop()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s beside a run: %v, want that it waits", name, err)
		}
		if name != "erase a posting" { // which would take it from the others
			of("")
			if err := upkeep(t.Context(), true); err != nil {
				t.Errorf("%s after the run: %v", name, err)
			}
		}
	}
}
