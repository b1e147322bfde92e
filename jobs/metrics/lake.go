package metrics

import (
	"context"
	"database/sql"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// Lake is what the tables say at an instant, beyond what each run says of itself.
type Lake struct {
	SeenAt      time.Time
	PublishedAt time.Time        // zero: nothing is published
	TableBytes  map[string]int64 // by table
	Sources     []SourceState
	Costs       []JobCost // of the day before SeenAt
}

// SourceState is a source's part of a [Lake].
type SourceState struct {
	Source   string    `db:"source"`
	Open     int64     `db:"open_count"`
	Opened   int64     `db:"opened_count"` // this and the next four: events of the two days before
	Changed  int64     `db:"changed_count"`
	Closed   int64     `db:"closed_count"`
	Reopened int64     `db:"reopened_count"`
	Lost     int64     `db:"lost_count"` // of those that closed, the ones without an end date
	Complete time.Time // when a list was last read to its end; zero: never
	Held     int       // lists whose sudden loss closes nothing yet
}

// JobCost is what a job cost, in dollars.
type JobCost struct {
	Job     string  `db:"job"`
	Dollars float64 `db:"dollars"`
}

// Look reads a lake's state from the heads of its tables.
func Look(ctx context.Context, l *lake.Lake, now time.Time) (Lake, error) {
	s := Lake{SeenAt: now, TableBytes: map[string]int64{}}
	set, err := l.Published(ctx)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return s, err
	}
	s.PublishedAt = set.PublishedAt
	heads, err := l.Heads(ctx)
	if err != nil {
		return s, err
	}
	for name, pin := range heads.Tables {
		s.TableBytes[name] = pin.SizeBytes
	}
	session, err := l.Session(ctx, heads)
	if err != nil {
		return s, err
	}
	defer session.Close()
	at := sql.Named("now", now.UTC())
	if s.Costs, err = queries.All[JobCost](ctx, session, "ops/day_dollars", at); err != nil {
		return s, err
	}
	if s.Sources, err = queries.All[SourceState](ctx, session, "ops/recent_events", at); err != nil {
		return s, err
	}
	return s, s.lists(ctx, l, session)
}

// lists adds what is known of the sources' lists.
func (s *Lake) lists(ctx context.Context, l *lake.Lake, session *lake.Session) error {
	type row struct {
		Source   string    `db:"source"`
		Complete time.Time `db:"last_complete_at"`
	}
	complete := map[string]time.Time{}
	for r, err := range queries.Each[row](ctx, session, "ops/last_complete") {
		if err != nil {
			return err
		}
		complete[r.Source] = r.Complete
	}
	var names []string
	for i := range s.Sources {
		s.Sources[i].Complete = complete[s.Sources[i].Source]
		names = append(names, s.Sources[i].Source)
	}
	held, err := jobs.HeldLists(ctx, l, names)
	for _, h := range held {
		for i := range s.Sources {
			if s.Sources[i].Source == h.Source {
				s.Sources[i].Held++
			}
		}
	}
	return err
}

// Looked writes tmi_lake.prom: the lake's state, and the machine's that looked.
func (d Dir) Looked(s Lake, m Machine) error {
	f := newFile(nil)
	f.gauge("tmi_lake_seen_timestamp_seconds", "When these figures were read, since 1970.", seconds(s.SeenAt))
	if !s.PublishedAt.IsZero() {
		f.gauge("tmi_lake_published_timestamp_seconds", "When the newest set was published, since 1970.", seconds(s.PublishedAt))
	}
	for table, n := range s.TableBytes {
		f.labelled("tmi_lake_table_bytes", "Bytes of the table's newest snapshot.", "table", table, float64(n))
	}
	for _, c := range s.Costs {
		f.labelled("tmi_lake_day_dollars", "What the job cost in the day before.", "job_name", c.Job, c.Dollars)
	}
	for _, source := range s.Sources {
		f.labelled("tmi_lake_open_postings", "Postings that are open.", "source", source.Source, float64(source.Open))
		f.labelled("tmi_lake_recent_losses", "Postings that closed in the two days before without an end date.", "source", source.Source, float64(source.Lost))
		f.labelled("tmi_lake_held_lists", "Lists whose sudden loss closes nothing yet.", "source", source.Source, float64(source.Held))
		if !source.Complete.IsZero() {
			f.labelled("tmi_lake_complete_timestamp_seconds", "When a list of the source was last read to its end, since 1970.", "source", source.Source, seconds(source.Complete))
		}
		for event, n := range map[string]int64{schemas.EventOpened: source.Opened, schemas.EventChanged: source.Changed, schemas.EventClosed: source.Closed, schemas.EventReopened: source.Reopened} {
			f.family("tmi_lake_recent_events", "What happened to postings in the two days before.", prometheus.Labels{"source": source.Source, "event": event}, float64(n))
		}
	}
	f.registry.MustRegister(m)
	return f.write(d, "tmi_lake.prom")
}
