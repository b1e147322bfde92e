package jobs

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/techmapit/tmi/schemas"
)

// The rules of closing (docs/lifecycle.md).
const (
	absencesToClose = 2 // consecutive complete reads without the posting
	goneToClose     = 2 // times in a row that the board says it is gone
	missingToClose  = 3 // reads in a row of a list that the board says does not exist
	readsToAccept   = 3 // complete reads that agree on a sudden loss
)

// listRead is a complete read of a list.
type listRead struct {
	List         string    `db:"list"`
	ReadAt       time.Time `db:"read_at"`
	PostingCount int64     `db:"posting_count"`
	LostCount    int64     `db:"lost_count"` // postings that the read before held and this one does not
}

// isSuspicious says whether a read lost so much at once that the board, not the market, is
// the likelier cause: more than half, or more than a fifth and at least 20 postings.
func isSuspicious(before, lost int64) bool {
	return before > 0 && (lost*2 > before || lost*5 > before && lost >= 20)
}

// judgeReads divides the complete reads of one list into those that count and the newest
// that are held, in their order; size is what the newest that counts held. A read that lost
// too much is held: it counts only when three complete reads in a row agree on the loss or
// somebody accepted it, and not at all when the list comes back before.
func judgeReads(reads []listRead, accepted map[int64]bool) (counted []time.Time, held []listRead, size int64) {
	for i, r := range reads {
		lost := r.LostCount
		if len(held) > 0 { // the read before is not the one to compare with
			lost = size - r.PostingCount
		}
		if i > 0 && isSuspicious(size, lost) {
			held = append(held, r)
			if len(held) < readsToAccept && !accepted[r.ReadAt.UnixMicro()] {
				continue
			}
			for _, h := range held {
				counted = append(counted, h.ReadAt)
			}
		} else {
			counted = append(counted, r.ReadAt)
		}
		held, size = nil, r.PostingCount
	}
	return counted, held, size
}

// timeline is all that is known of one posting's time.
type timeline struct {
	postingID string
	versions  []timelineVersion
	stretches []schemas.SilverPresence // in order of SeenFrom
	gone      []time.Time              // the board's word, in order
	missing   map[string]time.Time     // lists that the board closed, and when
	gaps      map[string][]gap         // when runs left a list out, in order
	listLife  time.Duration            // postings of a list end so long after it began; 0 = they do not
}

type timelineVersion struct {
	PostingID   string    `db:"posting_id"`
	ValidFrom   time.Time `db:"valid_from"`
	ContentHash string    `db:"content_hash"`
	ClosesAt    time.Time `db:"closes_at"`
	List        string    `db:"list"`
	ListFrom    time.Time `db:"list_from"`
}

// interval is a stretch of time in which a list held the posting; a zero end is not over.
type interval struct {
	from, to time.Time
	evidence string
}

// held are the intervals in which some list held the posting: a stretch goes on until two
// consecutive accepted reads of its list miss it, and ends at the first of them.
func (t *timeline) held(reads map[string][]time.Time) []interval {
	byList := map[string][]schemas.SilverPresence{}
	for _, s := range t.stretches {
		byList[s.List] = append(byList[s.List], s)
	}
	var all []interval
	for list, stretches := range byList {
		for i, s := range stretches {
			next := time.Time{}
			if i+1 < len(stretches) {
				next = stretches[i+1].SeenFrom
			}
			in := interval{from: s.SeenFrom}
			left, isLeftOut := leftOutAfter(t.gaps[list], s.SeenTo, next)
			missed := missesAfter(reads[list], s.SeenTo, next)
			if isLeftOut && len(missesAfter(missed, s.SeenTo, left.from.Add(1))) < absencesToClose {
				in.to, in.evidence = t.decidedElsewhere(list, left.from, byList, reads)
			}
			switch {
			case !in.to.IsZero() && (next.IsZero() || in.to.Before(next)):
			case len(missed) >= absencesToClose:
				in.to = missed[0]
				in.evidence = fmt.Sprintf("list %s: last held at %s, missed at %s and %s", list, stamp(s.SeenTo), stamp(missed[0]), stamp(missed[1]))
			case !next.IsZero():
				in.to = next // the next stretch continues it
			}
			all = append(all, in)
		}
	}
	return union(all)
}

// gap is a time in which the source's runs did not even try a list: the config named
// others. It begins with the last try before; a zero end is not over.
type gap struct{ from, to time.Time }

// gapsOf are the times between two tries of a list in which two runs or more began.
func gapsOf(tries, runs []time.Time) (gaps []gap) {
	for i, from := range tries {
		to := time.Time{}
		if i+1 < len(tries) {
			to = tries[i+1]
		}
		if len(missesAfter(runs, from, to)) >= absencesToClose {
			gaps = append(gaps, gap{from, to})
		}
	}
	return gaps
}

// leftOutAfter is the first gap of a list that begins after an instant (zero: the last one,
// which is not over) and before another (zero: whenever).
func leftOutAfter(gaps []gap, after, before time.Time) (gap, bool) {
	for _, g := range gaps {
		switch {
		case after.IsZero() && !g.to.IsZero(), g.from.Before(after):
		case before.IsZero() || g.from.Before(before):
			return g, true
		}
	}
	return gap{}, false
}

// decidedElsewhere is when a posting left its board by the word of the other lists that
// ever held it, once its own list was left out: a changed filter is a new list. Each is
// taken to have held it at the last try. Zero where one holds it still or did not miss it
// twice yet, or there is none: then the list's own reads decide, if it is ever read again.
func (t *timeline) decidedElsewhere(list string, from time.Time, byList map[string][]schemas.SilverPresence, reads map[string][]time.Time) (to time.Time, evidence string) {
	for other, stretches := range byList {
		if other == list || len(missesAfter(reads[other], from, time.Time{})) == 0 {
			continue // it was not read since
		}
		held, next, everHeld := from, time.Time{}, false
		for _, s := range stretches {
			switch {
			case s.SeenFrom.After(from):
				if next.IsZero() || s.SeenFrom.Before(next) {
					next = s.SeenFrom
				}
			case s.SeenTo.IsZero():
				return time.Time{}, ""
			default:
				everHeld = true
				if s.SeenTo.After(held) {
					held = s.SeenTo
				}
			}
		}
		missed := missesAfter(reads[other], held, next)
		switch {
		case everHeld && len(missed) >= absencesToClose:
			if missed[0].After(to) {
				to = missed[0]
				evidence = fmt.Sprintf("list %s: not read after %s; list %s: missed at %s and %s", list, stamp(from), other, stamp(missed[0]), stamp(missed[1]))
			}
		case next.IsZero():
			return time.Time{}, ""
		case next.After(to):
			to, evidence = next, ""
		}
	}
	return to, evidence
}

// missesAfter are the accepted reads after a stretch's last, up to the next stretch.
func missesAfter(reads []time.Time, after, before time.Time) []time.Time {
	if after.IsZero() {
		return nil // still there
	}
	first, _ := slices.BinarySearchFunc(reads, after, time.Time.Compare)
	for first < len(reads) && !reads[first].After(after) {
		first++
	}
	last := len(reads)
	if !before.IsZero() {
		last, _ = slices.BinarySearchFunc(reads, before, time.Time.Compare)
	}
	return reads[min(first, last):last]
}

// union merges intervals that touch.
func union(all []interval) []interval {
	slices.SortFunc(all, func(a, b interval) int { return a.from.Compare(b.from) })
	var merged []interval
	for _, in := range all {
		if n := len(merged); n > 0 && (merged[n-1].to.IsZero() || !in.from.After(merged[n-1].to)) {
			last := &merged[n-1]
			if !last.to.IsZero() && (in.to.IsZero() || in.to.After(last.to)) {
				last.to, last.evidence = in.to, in.evidence
			}
			continue
		}
		merged = append(merged, in)
	}
	return merged
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// trigger is something that may change a posting's state.
type trigger struct {
	at       time.Time
	version  *timelineVersion // a new content version
	returns  bool             // a list holds it again
	reason   string           // why it closes
	evidence string
}

func (t *timeline) triggers(reads map[string][]time.Time) []trigger {
	var all []trigger
	for i := range t.versions {
		all = append(all, trigger{at: t.versions[i].ValidFrom, version: &t.versions[i]})
	}
	held := t.held(reads)
	for i, in := range held {
		if i > 0 {
			all = append(all, trigger{at: in.from, returns: true, evidence: "listed again"})
		}
		if !in.to.IsZero() {
			all = append(all, trigger{at: in.to, reason: "absent", evidence: in.evidence})
		}
	}
	isListedWithin := func(from, to time.Time) bool {
		return slices.ContainsFunc(held, func(in interval) bool { return in.from.After(from) && !in.from.After(to) })
	}
	for i := goneToClose - 1; i < len(t.gone); i++ {
		if first := t.gone[i-goneToClose+1]; !isListedWithin(first, t.gone[i]) {
			all = append(all, trigger{at: first, reason: "gone", evidence: fmt.Sprintf("the board said so at %s and %s", stamp(first), stamp(t.gone[i]))})
		}
	}
	for _, v := range t.versions[len(t.versions)-1:] {
		if at, ok := t.missing[v.List]; ok {
			all = append(all, trigger{at: at, reason: "board_closed", evidence: "the board says that list " + v.List + " does not exist"})
		}
	}
	slices.SortStableFunc(all, func(a, b trigger) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.order(), b.order()))
	})
	return all
}

// order is that of triggers at one instant: content first, then returns, then closings.
func (t trigger) order() int {
	switch {
	case t.version != nil:
		return 0
	case t.returns:
		return 1
	}
	return 2
}

// life walks through a posting's triggers.
type life struct {
	postingID, source string
	events            []schemas.SilverLifecycle
	isOpen            bool
	endsAt            time.Time // of the current version; zero = it does not say
	closedBy          string
}

func (l *life) emit(event, reason string, at time.Time, evidence string) {
	l.events = append(l.events, schemas.SilverLifecycle{PostingID: l.postingID, Source: l.source, Event: event, EventAt: at, Reason: reason, Evidence: evidence})
}

func (l *life) close(reason string, at time.Time, evidence string) {
	if l.isOpen {
		l.isOpen, l.closedBy = false, reason
		l.emit(schemas.EventClosed, reason, at, evidence)
	}
}

func (l *life) reopen(at time.Time, evidence string) {
	if !l.isOpen && !l.hasEnded(at) {
		l.isOpen = true
		l.emit(schemas.EventReopened, "returned", at, evidence)
	}
}

func (l *life) hasEnded(at time.Time) bool { return !l.endsAt.IsZero() && !l.endsAt.After(at) }

// expire closes a posting whose end date passed before the instant.
func (l *life) expire(before time.Time) {
	if l.isOpen && !l.endsAt.IsZero() && l.endsAt.Before(before) {
		l.close("end_date", l.endsAt, "the posting names "+stamp(l.endsAt))
	}
}

// events is the life of a posting up to an instant, which judges what time alone decides.
func (t *timeline) events(source string, reads map[string][]time.Time, asOf time.Time) []schemas.SilverLifecycle {
	if len(t.versions) == 0 {
		return nil
	}
	l := &life{postingID: t.postingID, source: source}
	for i, next := range t.triggers(reads) {
		if i > 0 {
			l.expire(next.at)
		}
		switch {
		case next.version != nil:
			t.newVersion(l, next.version)
		case len(l.events) == 0: // before the first capture there is nothing to close
		case next.returns && l.closedBy != "end_date":
			l.reopen(next.at, next.evidence)
		case next.reason != "":
			l.close(next.reason, next.at, next.evidence)
		}
	}
	l.expire(asOf)
	return l.events
}

func (t *timeline) newVersion(l *life, v *timelineVersion) {
	l.endsAt = v.ClosesAt
	if t.listLife > 0 && l.endsAt.IsZero() {
		l.endsAt = v.ListFrom.Add(t.listLife)
	}
	if len(l.events) == 0 {
		l.isOpen = true
		l.emit(schemas.EventOpened, "first_capture", v.ValidFrom, "content "+v.ContentHash)
	} else {
		l.emit(schemas.EventChanged, "new_content", v.ValidFrom, "content "+v.ContentHash)
		l.reopen(v.ValidFrom, "captured with content "+v.ContentHash)
	}
	if l.hasEnded(v.ValidFrom) { // at the later of the end date and the capture
		l.close("end_date", v.ValidFrom, "the posting names "+stamp(l.endsAt))
	}
}
