package collect

import (
	"context"
	"strings"
	"time"

	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
)

const (
	// dollarsPerPut is S3 Standard's price of a PUT in Seoul (ap-northeast-2).
	dollarsPerPut = 0.0045 / 1000
	// notePuts are the objects of a run beside its segments: open.json, the index, run.json.
	notePuts = 3
)

// putDollars is what the store's owner pays for the puts; a disk asks for nothing.
func putDollars(store objects.Store, puts int) float64 {
	if !strings.HasPrefix(store.URI(), "s3://") {
		return 0
	}
	return float64(puts) * dollarsPerPut
}

// Health is how a board's run went.
type Health struct {
	RunID   string    `json:"run"`
	EndedAt time.Time `json:"ended_at"`
	Status  string    `json:"status"`
	Error   string    `json:"error,omitempty"`
	// SuccessRate is the share of the pages asked for that were answered, 0 to 1; null where
	// none was asked for.
	SuccessRate     *float64          `json:"success_rate"`
	Pages           int               `json:"pages"` // landed, unchanged ones included
	NotModified     int               `json:"not_modified"`
	Failed          int               `json:"failed"`
	Blocked         int               `json:"blocked"`
	Forbidden       int               `json:"forbidden"`
	Retries         int               `json:"retries"`
	Lists           int               `json:"lists"`
	IncompleteLists int               `json:"incomplete_lists"` // those that the board does not have are not counted
	Listed          int               `json:"listed"`           // postings that the lists name
	BytesIn         int64             `json:"bytes_in"`
	BytesOut        int64             `json:"bytes_out"`
	Seconds         float64           `json:"seconds"`
	Puts            int               `json:"puts"`
	Dollars         float64           `json:"dollars"`
	Nuisances       schemas.Nuisances `json:"nuisances,omitempty"`
}

// HealthOf is a run's own account of itself.
func HealthOf(m schemas.RunManifest) Health {
	c := m.Counts
	h := Health{RunID: m.RunID, EndedAt: m.EndedAt, Status: m.Status, Error: m.Error, Pages: c.Responses + c.Revisits, NotModified: c.NotModified, Failed: c.Failed,
		Blocked: c.Blocked, Forbidden: c.Forbidden, Retries: c.Retries, Lists: len(m.Lists), BytesIn: c.BytesIn, BytesOut: c.BytesOut, Seconds: c.Seconds, Puts: c.Puts,
		Dollars: c.Dollars, Nuisances: c.Nuisances}
	for _, list := range m.Lists {
		h.Listed += list.PostingCount
		if !list.IsComplete && !list.NoSuchBoard {
			h.IncompleteLists++
		}
	}
	if asked := h.Pages + h.Failed; asked > 0 {
		rate := float64(h.Pages) / float64(asked)
		h.SuccessRate = &rate
	}
	return h
}

// LastHealth is that of the source's newest run; false before the first.
func LastHealth(ctx context.Context, store objects.Store, source string) (Health, bool, error) {
	last, err := lastRunDay(ctx, store, source)
	if err != nil || last.IsZero() {
		return Health{}, false, err
	}
	runs, err := Manifests(ctx, store, source, last.Add(-longestRun), time.Time{})
	if err != nil || len(runs) == 0 {
		return Health{}, false, err
	}
	return HealthOf(runs[len(runs)-1]), true, nil
}
