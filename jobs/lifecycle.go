package jobs

import (
	"context"

	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// Lifecycle writes what happened to a source's postings in the window: opened at the first
// capture, changed at each later content version.
func Lifecycle(ctx context.Context, e *Env, source string, w Window) (report Report, err error) {
	w, err = e.Widen(ctx, source, w)
	if err != nil {
		return report, err
	}
	session, err := e.heads(ctx)
	if err != nil {
		return report, err
	}
	defer session.Close()
	if w, err = throughHorizon(ctx, session, source, w); err != nil {
		return report, err
	}
	events := queries.Each[schemas.SilverLifecycle](ctx, session, "silver/events", during(source, w)...)
	commit, err := lake.Overwrite(ctx, e.Lake, schemas.SilverLifecycles,
		lake.And(lake.Equal("source", source), lake.Within("event_at", w.From, w.To)), events)
	if err != nil {
		return report, err
	}
	report.In, report.Out = commit.Rows, commit.Rows
	report.add(commit)
	return report, nil
}
