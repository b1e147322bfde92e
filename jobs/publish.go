package jobs

import (
	"context"
)

// Publish makes the heads what readers see. It is called after [Check] has passed.
func Publish(ctx context.Context, e *Env, _ string, _ Window) (report Report, err error) {
	if err := e.Record(ctx); err != nil { // so that readers see how the set was made
		return report, err
	}
	heads, err := e.Lake.Heads(ctx)
	if err != nil {
		return report, err
	}
	set, err := e.Lake.Publish(ctx, heads, e.Clock())
	if err != nil {
		return report, err
	}
	e.Logger.Info("published", "seq", set.Seq, "tables", len(set.Tables))
	return report, nil
}
