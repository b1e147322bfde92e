package collect

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

const (
	markKey      = "lake.json"
	manifestName = "run.json"
	indexName    = "index.parquet"
)

// Seoul is the zone of calendar days where none is given.
var Seoul = time.FixedZone("KST", 9*60*60)

func sourcePrefix(source string) string { return "raw/source=" + source + "/" }

// RunPrefix is where a run's objects lie, without a slash at its end; the day is that of
// the run's start in zone.
func RunPrefix(source, runID string, started time.Time, zone *time.Location) string {
	return sourcePrefix(source) + "date=" + started.In(zone).Format(time.DateOnly) + "/run=" + runID
}

// NewRunID names a run that starts at that moment: its UTC time and eight random hex digits.
func NewRunID(started time.Time) string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return started.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(b[:])
}

func knownPrefix(source string) string { return "state/known/source=" + source + "/" }

func knownKey(source string, n int) string {
	return fmt.Sprintf("%s%08d.parquet", knownPrefix(source), n)
}

var knownName = regexp.MustCompile(`/(\d{8})\.parquet$`)

func knownNumber(key string) (int, bool) {
	m := knownName.FindStringSubmatch(key)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}

var dateInKey = regexp.MustCompile(`/date=(\d{4}-\d{2}-\d{2})/`)

// dayOf is the day in an object's key, as the first instant of that day in UTC: days of
// any zone begin within 14 hours of it.
func dayOf(key string) (time.Time, bool) {
	m := dateInKey.FindStringSubmatch(key)
	if m == nil {
		return time.Time{}, false
	}
	day, err := time.Parse(time.DateOnly, m[1])
	return day, err == nil
}
