package collect

import (
	"context"
	"time"
)

// MaxReading is how long the reading of a list may go on over several slices: a list that
// moves meanwhile is no longer one list.
const MaxReading = time.Hour

// lastReading is when the reading began that the newest run of the source left unfinished;
// zero where there is none to go on with.
func lastReading(ctx context.Context, o Options, earlier adopted) (since time.Time, err error) {
	for _, run := range earlier.runs {
		if o.Clock().Sub(run.StartedAt) <= MaxReading { // the oldest: a run may have been killed several times
			return run.StartedAt, nil
		}
	}
	runs, err := Manifests(ctx, o.Store, o.Source.Name(), o.Clock().Add(-MaxReading), time.Time{})
	if err != nil || len(runs) == 0 || runs[len(runs)-1].Cursor == nil {
		return since, err
	}
	return runs[len(runs)-1].Cursor.ListsSince, nil
}
