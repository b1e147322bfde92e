package jobs

import (
	"fmt"
	"time"

	"github.com/techmapit/tmi/internal/errs"
)

// Window is a half-open stretch of time, [From, To), in UTC.
type Window struct{ From, To time.Time }

// NewWindow checks that a window has an inside; errs.Invalid otherwise.
func NewWindow(from, to time.Time) (Window, error) {
	if !from.Before(to) {
		return Window{}, errs.New(errs.Invalid, "--from %s is not before --to %s: the window is half-open, [from, to)",
			from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	return Window{from.UTC(), to.UTC()}, nil
}

func (w Window) String() string {
	return fmt.Sprintf("[%s, %s)", w.From.Format(time.RFC3339), w.To.Format(time.RFC3339))
}

// days are the calendar days of a time zone that the window touches, [first, last), each
// as its date at midnight UTC.
func (w Window) days(zone *time.Location) (first, last time.Time) {
	return CalendarDay(w.From, zone), CalendarDay(w.To.Add(-time.Nanosecond), zone).AddDate(0, 0, 1)
}

// CalendarDay is the date that an instant has in a time zone, as midnight UTC of that date.
func CalendarDay(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// DayStart is the instant at which an instant's calendar day began in a time zone.
func DayStart(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone).UTC()
}
