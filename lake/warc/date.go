package warc

import (
	"fmt"
	"time"
)

// WARC-Date is W3C's profile of ISO 8601, in UTC: version 1.1 allows a fraction of a
// second and a date cut off at any part (ISO 28500:2017, 5.4).
var dateLayouts = []string{"2006-01-02T15:04:05.999999999Z", "2006-01-02T15:04Z", "2006-01-02", "2006-01", "2006"}

func formatDate(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.999999Z")
}

func parseDate(s string) (time.Time, error) {
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date, expected one as 2026-01-31T09:00:00Z", s)
}

// parseCount reads a number of bytes: digits alone, no sign.
func parseCount(s string) (int64, error) {
	var n int64
	for i := range len(s) {
		c := s[i]
		if c < '0' || c > '9' || i >= 18 {
			return 0, fmt.Errorf("%q is no number of bytes", s)
		}
		n = n*10 + int64(c-'0')
	}
	if s == "" {
		return 0, fmt.Errorf("%q is no number of bytes", s)
	}
	return n, nil
}
