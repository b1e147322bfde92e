package jobs

import (
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
)

// Retention is for how many days things are kept; 0 is for ever. Statistics always are.
type Retention struct {
	RawDays          int // raw: whole segments, after the run's end
	PersonalDataDays int // raw, bronze, ops.rejects: addresses, telephone numbers, names of contacts, payloads; after the capture
	ClosedTextDays   int // raw, bronze, silver, gold: a posting's texts, after it closed
	SightingDays     int // bronze: who was met in which list, after the run's end
}

// DefaultRetention is the policy that ships.
var DefaultRetention = Retention{RawDays: 400, PersonalDataDays: 90, ClosedTextDays: 180, SightingDays: 90}

// RetentionPolicy is a [Retention] for every source but those that have their own.
type RetentionPolicy struct {
	Retention
	Sources map[string]Retention
}

// Of is what holds for a source.
func (p RetentionPolicy) Of(source string) Retention {
	if own, ok := p.Sources[source]; ok {
		return own
	}
	return p.Retention
}

// leastDays is the shortest time for which raw and what vouches for it are kept: a revisit
// may refer that far back, and presence is found anew from sightings.
const leastDays = int(collect.MaxReference/(24*time.Hour)) + 1

// Validate refuses what collecting could not live with; the error names the setting behind prefix.
func (r Retention) Validate(prefix string) error {
	for _, s := range []struct {
		name        string
		days, least int
	}{{"raw_days", r.RawDays, leastDays}, {"personal_data_days", r.PersonalDataDays, leastDays}, {"sighting_days", r.SightingDays, leastDays}, {"closed_text_days", r.ClosedTextDays, 1}} {
		if s.days != 0 && s.days < s.least {
			return errs.New(errs.Invalid, "config: %s%s is %d, expected %d or more, or 0 for ever", prefix, s.name, s.days, s.least)
		}
	}
	return nil
}

// before is the instant before which things that are kept for so many days are due to go;
// the beginning of time for those that are kept for ever.
func before(now time.Time, days int) time.Time {
	if days == 0 {
		return time.Unix(0, 0).UTC()
	}
	return now.Add(-time.Duration(days) * 24 * time.Hour)
}
