package record

import (
	"strings"
	"time"
)

// KST is the zone of Korean boards' naive times. Korea has had no summer time since 1988.
var KST = time.FixedZone("KST", 9*60*60)

// Sentinels that boards write where they mean no date: SITES' "always open" and "not known".
const (
	neverYear   = 9999
	unknownYear = 1970
)

// Deadline reads the last instant to apply; a date alone means its last second. isNever
// is set, and the time zero, where the board writes the year 9999.
func (r *Record) Deadline(name string) (t time.Time, isNever bool) {
	return sentinel(r.time(name, 24*time.Hour-time.Second))
}

// Time reads an instant; a date alone means its first second. Zero where the board says
// nothing, or 1970.
func (r *Record) Time(name string) time.Time {
	t, _ := sentinel(r.time(name, 0))
	return t
}

// time reads the forms that boards mix, as KST where there is no zone: date and time with
// "T" or a space, or a date alone, to which ofDay is added. What is none of these adds a
// reason.
func (r *Record) time(name string, ofDay time.Duration) time.Time {
	text := strings.TrimSpace(r.String(name))
	if text == "" {
		return time.Time{}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, text, KST); err == nil {
			return t.UTC().Truncate(time.Microsecond)
		}
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, KST); err == nil {
		return day.Add(ofDay).UTC()
	}
	r.Fail(name, "is "+quote(text)+", expected a date or a time such as 2026-05-20T23:59:59")
	return time.Time{}
}

func sentinel(t time.Time) (_ time.Time, isNever bool) {
	switch year := t.In(KST).Year(); {
	case t.IsZero():
		return t, false
	case year >= neverYear:
		return time.Time{}, true
	case year <= unknownYear:
		return time.Time{}, false
	}
	return t, false
}

func quote(s string) string {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return `"` + strings.ToValidUTF8(s, "") + `"`
}
