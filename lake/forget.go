package lake

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// forgetKey holds the [forgetMark] that upkeep has not acted on yet.
const forgetKey = "state/forget.json"

// forgetMark says that what was published before a set, and snapshots of before an
// instant, hold what was removed on purpose.
type forgetMark struct {
	BeforeSeq int64     `json:"before_seq"`
	At        time.Time `json:"at"` // by the clock that stamps snapshots
}

// MarkForgotten tells upkeep that published sets before the one of that number, and the
// snapshots of before now, must go at its next run, however young: they hold what
// retention removed. Readers have until then to go on to the newer set.
func (l *Lake) MarkForgotten(ctx context.Context, seq int64) error {
	text, err := json.Marshal(forgetMark{BeforeSeq: seq, At: time.Now().UTC()})
	if err == nil {
		_, err = objects.WriteAll(ctx, l.objects, forgetKey, text)
	}
	if err != nil {
		return fmt.Errorf("mark snapshots to be forgotten: %w", err)
	}
	return nil
}

// readForgetMark is the zero mark where there is none.
func (l *Lake) readForgetMark(ctx context.Context) (m forgetMark, err error) {
	text, err := objects.ReadAll(ctx, l.objects, forgetKey)
	if errs.Is(err, errs.NotFound) {
		return m, nil
	}
	if err != nil {
		return m, fmt.Errorf("read %s: %w", forgetKey, err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, errs.New(errs.Corrupt, "read %s: %w", forgetKey, err)
	}
	return m, nil
}

// Forgotten ends what [Lake.MarkForgotten] began, once every table was maintained: copies
// of files in the local cache go too, but for those in use.
func (l *Lake) Forgotten(ctx context.Context) error {
	if l.cache != nil {
		if err := l.cache.Clear(); err != nil {
			return err
		}
	}
	if err := l.objects.Delete(ctx, forgetKey); err != nil {
		return fmt.Errorf("remove %s: %w", forgetKey, err)
	}
	return nil
}
