package replica

import "time"

// posting is what is kept of one: times and kinds, no text. Seconds count from the world's
// start.
type posting struct {
	id       int64  // the board's own
	job      uint32 // index into World.jobs
	board    uint16 // index into World.boards
	kind     kind
	how      [2]how // how each stretch ends
	isRepeat bool   // the same job stood on this board before, or stands there too
	noDetail bool   // listed, but its own page answers 404

	opened, gone int32 // first stretch in the list, half-open
	back, closed int32 // second stretch; never = there is none
	deadline     int32 // last second to apply; never = always open
	extendedAt   int32 // from here on the deadline is extended
	extended     int32
	editedAt     int32 // text edit: one more wish, one line reworded
	revertedAt   int32 // the text edit is taken back
	taggedAt     int32 // one more board tag
	touchedAt    int32 // update stamp moves, nothing else
}

// kind says whether it is a posting; the others only stand in threads.
type kind uint8

const (
	kindPosting kind = iota
	kindDeleted      // deleted before anybody saw it
	kindDead         // killed by moderators
	kindTalk         // a comment that is no posting
)

// how says how a stretch in the list ends.
type how uint8

const (
	howEndDate how = iota
	howRemoved
	howBoardClosed
	howThreadEnd
)

// openAt says whether the list shows it at the second.
func (p *posting) openAt(now int32) bool {
	return now >= p.opened && now < p.gone || now >= p.back && now < p.closed
}

// deadlineAt returns the end date as shown at the second; never = always open.
func (p *posting) deadlineAt(now int32) int32 {
	if now >= p.extendedAt {
		return p.extended
	}
	return p.deadline
}

// version is what an observer sees of a posting's changes at an instant.
type version struct {
	isEdited, isTagged, isExtended bool // what a reader sees
	isTouched, isReverted, isBack  bool // what only a stamp tells
}

func (p *posting) versionAt(now int32) version {
	return version{
		isEdited:   now >= p.editedAt && now < p.revertedAt,
		isTagged:   now >= p.taggedAt,
		isTouched:  now >= p.touchedAt,
		isExtended: now >= p.extendedAt,
		isBack:     now >= p.back,
		isReverted: now >= p.revertedAt,
	}
}

// bits number the version, for ETags.
func (v version) bits() uint64 {
	bits := uint64(0)
	for i, is := range []bool{v.isEdited, v.isTagged, v.isTouched, v.isExtended, v.isBack, v.isReverted} {
		if is {
			bits |= 1 << i
		}
	}
	return bits
}

// timing rolls when a posting opens, changes, closes and comes back. At least a day and a
// half pass between what a daily visitor must see.
type timing struct {
	d       *dice
	last    int32 // the world's last second
	weekday int32 // of the first day, Sunday = 0
}

// dayEnd is 23:59:59 of the second's day.
func dayEnd(at int32) int32 { return at - floorMod(at, day) + day - 1 }

func floorMod(a, b int32) int32 { return (a%b + b) % b }

// office moves a second to the office hours of its day.
func (t timing) office(at int32) int32 {
	return at - floorMod(at, day) + 9*hour + int32(t.d.below(int(10*hour)))
}

// open rolls when a posting opens: before the first day, or on one of the days.
func (t timing) open(isEarly bool) int32 {
	if isEarly || t.last < 2*day {
		return -int32(t.d.below(int(45*day))) - hour
	}
	for range 4 { // weekends are quiet: roll again, three times in four
		at := int32(t.d.below(int(t.last)))
		weekday := time.Weekday((at/day + t.weekday) % 7)
		if (weekday == time.Saturday || weekday == time.Sunday) && t.d.chance(0.75) {
			continue
		}
		return t.hourOfOpening(at)
	}
	return t.hourOfOpening(int32(t.d.below(int(t.last))))
}

// hourOfOpening: half come overnight, half by hand in office hours; the last day's all
// overnight, so that a visitor of every day sees each posting.
func (t timing) hourOfOpening(at int32) int32 {
	if at/day == t.last/day-1 || t.d.chance(0.5) {
		return at - floorMod(at, day) + int32(t.d.between(300, int(8*hour)))
	}
	return t.office(at)
}

// fill rolls everything that follows from when the posting opened, on a board.
func (t timing) fill(p *posting, src source) {
	p.back, p.closed, p.deadline, p.extendedAt, p.extended = never, never, never, never, never
	p.editedAt, p.revertedAt, p.taggedAt, p.touchedAt = never, never, never, never
	seen := max(p.opened, 0)
	life := int32(8+t.d.below(35)+t.d.below(20)) * day
	if src == srcGreenhouse {
		life *= 2
	}
	end := max(p.opened+life, seen+2*day+int32(t.d.below(int(life))))
	dated := map[source]float64{srcJumpit: 0.84, srcRallit: 0.45, srcGreenhouse: 0.06}[src]
	p.gone, p.how[0] = t.office(end), howRemoved
	if t.d.chance(dated) {
		if t.d.chance(0.62) {
			p.gone, p.how[0] = dayEnd(end), howEndDate
			p.deadline = p.gone
		} else {
			p.deadline = dayEnd(end + int32(t.d.between(3, 20))*day)
		}
	}
	t.extend(p, seen)
	t.comeBack(p)
	t.change(p, src, seen)
}

// between rolls a second of office hours a day or more away from both ends; false where
// there is no room.
func (t timing) between(low, high int32) (int32, bool) {
	if high-low < 4*day {
		return 0, false
	}
	return t.office(low + day + int32(t.d.below(int(high-low-3*day)))), true
}

func (t timing) extend(p *posting, seen int32) {
	if p.deadline == never || !t.d.chance(0.14) {
		return
	}
	at, fits := t.between(seen, p.gone)
	if !fits {
		return
	}
	p.extendedAt, p.extended = at, dayEnd(p.deadline+int32(t.d.between(7, 21))*day)
	if p.how[0] == howEndDate {
		p.gone = p.extended
	}
}

func (t timing) comeBack(p *posting) {
	if p.extendedAt != never || !t.d.chance(0.07) {
		return
	}
	p.back = t.office(p.gone + int32(t.d.between(4, 9))*day)
	p.closed, p.how[1] = t.office(p.back+int32(t.d.between(5, 30))*day), howRemoved
	if p.deadline != never {
		p.extendedAt, p.extended = p.back, dayEnd(p.closed+int32(t.d.below(6))*day)
		if t.d.chance(0.6) {
			p.closed, p.how[1] = dayEnd(p.closed), howEndDate
			p.extended = p.closed
		}
	}
}

func (t timing) change(p *posting, src source, seen int32) {
	if t.d.chance(0.15) {
		if at, fits := t.between(seen, p.gone); fits {
			p.editedAt = at
			if later, fits := t.between(at, p.gone); fits && t.d.chance(0.25) {
				p.revertedAt = later
			}
		}
	}
	if src != srcGreenhouse && t.d.chance(0.07) {
		if at, fits := t.between(seen, p.gone); fits {
			p.taggedAt = at
		}
	}
	if src == srcGreenhouse && t.d.chance(0.3) {
		if at, fits := t.between(seen, p.gone); fits {
			p.touchedAt = at
		}
	}
}
