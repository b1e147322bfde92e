package collect

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// The two kinds of lake.
const (
	KindDemo = "demo"
	KindReal = "real"
)

type mark struct {
	Version int    `json:"version"`
	Kind    string `json:"kind"`
}

func kindOf(isDemo bool) string {
	if isDemo {
		return KindDemo
	}
	return KindReal
}

// Mark says of the lake, in lake.json, whether it holds demo or real data, or finds that
// said already. It is errs.Conflict for a lake of the other kind; repeating it is safe,
// and of several that mark a new lake one wins.
func Mark(ctx context.Context, store objects.Store, isDemo bool) error {
	kind, err := Kind(ctx, store)
	if err != nil {
		return err
	}
	if kind == "" {
		text, err := json.Marshal(mark{Version: 1, Kind: kindOf(isDemo)})
		if err != nil {
			return fmt.Errorf("encode %s: %w", markKey, err)
		}
		if _, err = objects.WriteNew(ctx, store, markKey, append(text, '\n')); err == nil {
			return nil
		}
		if !errs.Is(err, errs.Conflict) {
			return fmt.Errorf("mark the lake: %w", err)
		}
		if kind, err = Kind(ctx, store); err != nil {
			return err
		}
	}
	if kind != kindOf(isDemo) {
		return errs.New(errs.Conflict, "the lake at %s holds %s data, and %s data may not be collected into it: choose another lake.uri", store.URI(), kind, kindOf(isDemo))
	}
	return nil
}

// Kind is what lake.json says of the lake, [KindDemo] or [KindReal]; "" before the first
// landing.
func Kind(ctx context.Context, store objects.Store) (string, error) {
	text, err := objects.ReadAll(ctx, store, markKey)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", markKey, err)
	}
	var m mark
	if err := json.Unmarshal(text, &m); err != nil || m.Kind != KindDemo && m.Kind != KindReal {
		return "", errs.New(errs.Corrupt, "read %s of %s: kind is %q, expected %s or %s", markKey, store.URI(), m.Kind, KindDemo, KindReal)
	}
	return m.Kind, nil
}
