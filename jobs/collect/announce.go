package collect

import (
	"context"
	"log/slog"
	"path"
	"time"

	"github.com/techmapit/tmi/schemas"
)

// Event is the message that a run's end sends, as the scheduler reads it.
type Event struct {
	Version  int    `json:"version"` // 1
	Event    string `json:"event"`   // "collected"
	Source   string `json:"source"`
	Run      string `json:"run"`
	Manifest string `json:"manifest"` // the key of run.json
	Status   string `json:"status"`
}

// Announcer sends the message of a run's end.
type Announcer interface {
	Announce(ctx context.Context, e Event) error
}

const announceWithin = 10 * time.Second

// announce tells of a run that stands already: a message that is lost is made up for by
// whoever looks for run.json files.
func (o Options) announce(ctx context.Context, m schemas.RunManifest, log *slog.Logger) {
	if o.Announcer == nil {
		return
	}
	within, cancel := context.WithTimeout(ctx, announceWithin)
	defer cancel()
	err := o.Announcer.Announce(within, Event{Version: 1, Event: "collected", Source: m.Source, Run: m.RunID,
		Manifest: path.Join(path.Dir(m.Index), manifestName), Status: m.Status})
	if err != nil {
		log.Warn("the run's end was not announced: it is found when raw is looked through", "error", err.Error())
	}
}
