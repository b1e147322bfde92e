package jobs

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/schemas"
)

func on(day int) time.Time { return time.Date(2026, 5, day, 0, 0, 0, 0, time.UTC) }

func days(list ...int) []time.Time {
	times := make([]time.Time, len(list))
	for i, d := range list {
		times[i] = on(d)
	}
	return times
}

// stretch is a presence in list "all"; until 0 is still there.
func stretch(from, until int) schemas.SilverPresence {
	s := schemas.SilverPresence{List: "all", SeenFrom: on(from)}
	if until > 0 {
		s.SeenTo = on(until)
	}
	return s
}

func version(day int, closesAt time.Time) timelineVersion {
	return timelineVersion{ValidFrom: on(day), ContentHash: fmt.Sprint("h", day), ClosesAt: closesAt, List: "all", ListFrom: on(1)}
}

func TestLifeOfAPosting(t *testing.T) {
	never := time.Time{}
	endOfTenth := time.Date(2026, 5, 10, 14, 59, 59, 0, time.UTC) // 23:59:59 in Seoul
	everyDay := days(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
	for name, c := range map[string]struct {
		line  timeline
		reads []time.Time
		asOf  time.Time
		want  []string
	}{
		"stays open":                         {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{stretch(1, 0)}}, everyDay, on(13), []string{"01 opened first_capture"}},
		"changes":                            {timeline{versions: []timelineVersion{version(1, never), version(3, never)}, stretches: []schemas.SilverPresence{stretch(1, 0)}}, everyDay, on(13), []string{"01 opened first_capture", "03 changed new_content"}},
		"absent from one read":               {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{stretch(1, 11)}}, everyDay, on(13), []string{"01 opened first_capture"}},
		"absent from two":                    {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{stretch(1, 4)}}, everyDay, on(13), []string{"01 opened first_capture", "05 closed absent"}},
		"absent once and back":               {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{stretch(1, 4), stretch(6, 0)}}, everyDay, on(13), []string{"01 opened first_capture"}},
		"absent twice and back":              {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{stretch(1, 4), stretch(7, 0)}}, everyDay, on(13), []string{"01 opened first_capture", "05 closed absent", "07 reopened returned"}},
		"absent while reads failed":          {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{stretch(1, 4)}}, days(1, 2, 3, 4, 12), on(13), []string{"01 opened first_capture"}},
		"end date":                           {timeline{versions: []timelineVersion{version(1, endOfTenth)}, stretches: []schemas.SilverPresence{stretch(1, 0)}}, everyDay, on(13), []string{"01 opened first_capture", "10 closed end_date"}},
		"end date not yet":                   {timeline{versions: []timelineVersion{version(1, endOfTenth)}, stretches: []schemas.SilverPresence{stretch(1, 0)}}, everyDay, endOfTenth, []string{"01 opened first_capture"}},
		"end date before the first capture":  {timeline{versions: []timelineVersion{version(3, on(2))}, stretches: []schemas.SilverPresence{stretch(3, 0)}}, everyDay, on(13), []string{"03 opened first_capture", "03 closed end_date"}},
		"end date, still listed, stays so":   {timeline{versions: []timelineVersion{version(1, on(3))}, stretches: []schemas.SilverPresence{stretch(1, 4), stretch(8, 0)}}, everyDay, on(13), []string{"01 opened first_capture", "03 closed end_date"}},
		"end date moved before it passed":    {timeline{versions: []timelineVersion{version(1, on(5)), version(4, on(8))}, stretches: []schemas.SilverPresence{stretch(1, 0)}}, everyDay, on(13), []string{"01 opened first_capture", "04 changed new_content", "08 closed end_date"}},
		"a later end date reopens":           {timeline{versions: []timelineVersion{version(1, on(3)), version(6, on(20))}, stretches: []schemas.SilverPresence{stretch(1, 0)}}, everyDay, on(13), []string{"01 opened first_capture", "03 closed end_date", "06 changed new_content", "06 reopened returned"}},
		"returns after its end date":         {timeline{versions: []timelineVersion{version(1, on(6))}, stretches: []schemas.SilverPresence{stretch(1, 2), stretch(8, 0)}}, everyDay, on(13), []string{"01 opened first_capture", "03 closed absent"}},
		"gone once":                          {timeline{versions: []timelineVersion{version(1, never)}, gone: days(4)}, nil, on(13), []string{"01 opened first_capture"}},
		"gone twice":                         {timeline{versions: []timelineVersion{version(1, never)}, gone: days(4, 5)}, nil, on(13), []string{"01 opened first_capture", "04 closed gone"}},
		"gone, listed between, gone":         {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{stretch(5, 0)}, gone: days(4, 6)}, days(5), on(13), []string{"01 opened first_capture"}},
		"its board closed":                   {timeline{versions: []timelineVersion{version(1, never)}, missing: map[string]time.Time{"all": on(4)}}, nil, on(13), []string{"01 opened first_capture", "04 closed board_closed"}},
		"a thread's end":                     {timeline{versions: []timelineVersion{version(2, never)}, stretches: []schemas.SilverPresence{stretch(2, 0)}, listLife: 5 * 24 * time.Hour}, everyDay, on(13), []string{"02 opened first_capture", "06 closed end_date"}},
		"in two lists, absent from one only": {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{stretch(1, 3), {List: "other", SeenFrom: on(1)}}}, everyDay, on(13), []string{"01 opened first_capture"}},
		"its filter was tried and dropped":   {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{stretch(1, 3), {List: "other", SeenFrom: on(4)}}, gaps: map[string][]gap{"other": {{from: on(6)}}}}, everyDay, on(13), []string{"01 opened first_capture", "07 closed absent"}},
		"its new filter holds it on":         {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{stretch(6, 0), {List: "other", SeenFrom: on(1)}}, gaps: map[string][]gap{"other": {{from: on(5)}}}}, days(6, 7, 8), on(13), []string{"01 opened first_capture"}},
		"its new filter drops it":            {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{stretch(6, 7), {List: "other", SeenFrom: on(1)}}, gaps: map[string][]gap{"other": {{from: on(5)}}}}, days(6, 7, 8, 9), on(13), []string{"01 opened first_capture", "08 closed absent"}},
		"a filter tried twice, gone between": {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{{List: "other", SeenFrom: on(3), SeenTo: on(4)}, stretch(1, 5)}, gaps: map[string][]gap{"other": {{from: on(4), to: on(11)}}}}, everyDay, on(13), []string{"01 opened first_capture", "06 closed absent"}},
		"nobody looks for it any more":       {timeline{versions: []timelineVersion{version(1, never)}, stretches: []schemas.SilverPresence{{List: "other", SeenFrom: on(1)}}, gaps: map[string][]gap{"other": {{from: on(5)}}}}, everyDay, on(13), []string{"01 opened first_capture"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range c.line.events("s", map[string][]time.Time{"all": c.reads}, c.asOf) {
				got = append(got, fmt.Sprintf("%02d %s %s", e.EventAt.Day(), e.Event, e.Reason))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAcceptedReads(t *testing.T) {
	read := func(day int, count, lost int64) listRead {
		return listRead{ReadAt: on(day), PostingCount: count, LostCount: lost}
	}
	for name, c := range map[string]struct {
		reads    []listRead
		want     []int
		accepted []int // days whose read somebody accepted
	}{
		"accepted at once":         {[]listRead{read(1, 100, 0), read(2, 10, 90), read(3, 10, 0)}, []int{1, 2, 3}, []int{2}},
		"accepted at the second":   {[]listRead{read(1, 100, 0), read(2, 10, 90), read(3, 10, 0)}, []int{1, 2, 3}, []int{3}},
		"accepted, and lost again": {[]listRead{read(1, 100, 0), read(2, 40, 60), read(3, 5, 35)}, []int{1, 2}, []int{2}},
		"ordinary losses":          {[]listRead{read(1, 100, 0), read(2, 95, 10), read(3, 90, 15)}, []int{1, 2, 3}, nil},
		"a fifth of a small list":  {[]listRead{read(1, 20, 0), read(2, 14, 6)}, []int{1, 2}, nil},
		"more than half":           {[]listRead{read(1, 10, 0), read(2, 4, 6)}, []int{1}, nil},
		"more than a fifth and 20": {[]listRead{read(1, 90, 0), read(2, 70, 20)}, []int{1}, nil},
		"empty and back":           {[]listRead{read(1, 100, 0), read(2, 0, 100), read(3, 0, 0), read(4, 100, 0)}, []int{1, 4}, nil},
		"three that agree":         {[]listRead{read(1, 100, 0), read(2, 10, 90), read(3, 10, 1), read(4, 9, 1), read(5, 8, 1)}, []int{1, 2, 3, 4, 5}, nil},
		"swapped whole":            {[]listRead{read(1, 100, 0), read(2, 100, 100), read(3, 100, 0)}, []int{1, 3}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			accepted := map[int64]bool{}
			for _, at := range days(c.accepted...) {
				accepted[at.UnixMicro()] = true
			}
			if got, _, _ := judgeReads(c.reads, accepted); !slices.Equal(got, days(c.want...)) {
				t.Errorf("accepted %v, want %v", got, days(c.want...))
			}
		})
	}
}
