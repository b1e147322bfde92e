package replica

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// shares of the sources among all postings; Hacker News gets the rest.
var shares = [...]float64{srcJumpit: 0.40, srcRallit: 0.20, srcGreenhouse: 0.25}

const (
	tokenCount   = 12  // Greenhouse boards of a small world
	tokenSize    = 400 // postings a Greenhouse board holds at most on average: its list is one answer
	companySize  = 6   // postings of a company on average
	threadMonths = 6   // threads of the months before the world that stand already
	threadLife   = 30 * day
)

// planner makes the world's postings, in one pass over one stream of dice.
type planner struct {
	*World
	d            dice
	left         [4]int // postings still to make, by source
	companies    int    // of the Korean market
	tokens       []*board
	tokenWeights []float64
	threadWeight []float64 // beside World.threads
	companiesHN  int
}

func (w *World) plan() {
	p := &planner{World: w, d: newDice(w.seed, saltPlan)}
	rest := w.config.Postings
	for src, share := range shares {
		p.left[src] = int(share * float64(w.config.Postings))
		rest -= p.left[src]
	}
	p.left[srcHN] = rest
	p.companies = max(8, (p.left[srcJumpit]+p.left[srcRallit])/companySize)
	p.makeBoards()
	w.postings = make([]posting, 0, w.config.Postings+w.config.Postings/50+16)
	w.jobs = make([]jobRow, 0, w.config.Postings)
	for p.total() > 0 {
		src := source(p.d.weighted([]float64{float64(p.left[0]), float64(p.left[1]), float64(p.left[2]), float64(p.left[3])}))
		job := p.newJob(src)
		p.appear(job, src)
		if src != srcHN && p.left[src] > 0 && p.d.chance(0.08) {
			p.appear(p.newSibling(job), src)
		}
	}
	p.addNoise()
	w.number()
}

func (p *planner) total() int { return p.left[0] + p.left[1] + p.left[2] + p.left[3] }

func (p *planner) makeBoards() {
	p.boards = []*board{{source: srcJumpit, closesAt: never}, {source: srcRallit, closesAt: never}}
	count := max(tokenCount, p.left[srcGreenhouse]/tokenSize)
	for i := range count {
		c := p.companyOf(marketBoards, i)
		b := &board{source: srcGreenhouse, name: c.token, company: i, closesAt: never}
		weight := 1 / math.Sqrt(float64(i%tokenCount)+1.5)
		if i == count-1 && p.config.Days >= 10 {
			// One small employer gives its board up, late enough to have been known and early
			// enough to be noticed.
			b.closesAt = p.lastSecond()*7/10 + 10*hour
			weight = 0.15
		}
		p.boards, p.tokens, p.tokenWeights = append(p.boards, b), append(p.tokens, b), append(p.tokenWeights, weight)
		p.byToken[b.name] = b
	}
	p.makeThreads()
	for i, b := range p.boards {
		b.number = i
	}
	p.companiesHN = max(10, p.left[srcHN]*9/10)
}

// makeThreads lays out the account's monthly submissions, at eleven in New York on the
// first working day of the month.
func (p *planner) makeThreads() {
	first := p.start.In(newYork).AddDate(0, -threadMonths, 0)
	spacing := int64(max(700_000, p.left[srcHN]*12))
	id := int64(46_000_000)
	for month := 0; ; month++ {
		at := time.Date(first.Year(), first.Month()+time.Month(month), 1, 11, 0, 0, 0, newYork)
		for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			at = at.AddDate(0, 0, 1)
		}
		second := p.second(at)
		if second >= p.lastSecond() {
			break
		}
		id += spacing
		name := at.Format("January 2006")
		p.stories = append(p.stories,
			story{id: id - 2, at: second, title: "Ask HN: Who wants to be hired? (" + name + ")"},
			story{id: id - 1, at: second, title: "Ask HN: Freelancer? Seeking freelancer? (" + name + ")"},
			story{id: id, at: second, title: "Ask HN: Who is hiring? (" + name + ")", isHiring: true})
		b := &board{source: srcHN, name: strconv.FormatInt(id, 10), story: p.stories[len(p.stories)-1], closesAt: never}
		p.boards, p.threads = append(p.boards, b), append(p.threads, b)
	}
	weights := make([]float64, len(p.threads))
	some := false
	for i := range p.threads {
		low, high := p.commenting(i)
		if high > low {
			weights[i], some = float64(min(p.threads[i].story.at+threadLife, p.lastSecond())-max(p.threads[i].story.at, 0)), true
		}
	}
	if !some { // a world of a day: what stands must do
		weights[len(weights)-1] = 1
	}
	p.threadWeight = weights
}

// commenting returns when a thread's postings appear: while a visitor who reads the newest
// thread once a day still meets them. The span is empty where no such visitor would.
func (p *planner) commenting(thread int) (low, high int32) {
	at, next := p.threads[thread].story.at, p.lastSecond()+day
	if thread+1 < len(p.threads) {
		next = p.threads[thread+1].story.at
	}
	low, high = at+600, min(next-day-day/2, p.lastSecond()-16*hour, at+24*day)
	if next < day || at+threadLife < day {
		return low, low
	}
	return low, high
}

// newJob makes a job that is first of all for a source.
func (p *planner) newJob(src source) uint32 {
	l := theLibrary()
	row := jobRow{parent: noParent, isIT: true}
	switch src {
	case srcJumpit, srcRallit:
		row.market, row.company, row.isKorean, row.isInKorea = marketKorea, uint32(p.d.skewed(p.companies)), true, true
	case srcGreenhouse:
		row.market, row.isIT = marketBoards, p.d.chance(0.62)
		row.company = uint32(p.d.weighted(p.tokenWeights))
		isKorean := p.companyOf(marketBoards, int(row.company)).isKorean
		row.isInKorea = p.d.chance(map[bool]float64{true: 0.92, false: 0.4}[isKorean])
		row.isKorean = row.isInKorea && p.d.chance(map[bool]float64{true: 0.8, false: 0.12}[isKorean])
	case srcHN:
		row.market, row.company = marketHN, uint32(p.d.below(p.companiesHN))
	}
	if row.isIT {
		row.role = uint8(l.itRoles[p.d.weighted(l.itWeights)])
	} else {
		row.role = uint8(l.office[p.d.weighted(l.officeW)])
	}
	row.opened = p.timing().open(p.d.chance(0.55))
	if src == srcHN {
		row.opened = p.comment(int(p.threadOf()))
	}
	p.jobs = append(p.jobs, row)
	return uint32(len(p.jobs) - 1)
}

// newSibling makes another job of the same employer, the texts of which are nearly equal.
func (p *planner) newSibling(of uint32) uint32 {
	row := p.jobs[of]
	if row.parent == noParent {
		row.parent = of
	}
	row.sibling = sibling(1 + p.d.below(3))
	row.opened = p.timing().open(p.d.chance(0.55))
	p.jobs = append(p.jobs, row)
	return uint32(len(p.jobs) - 1)
}

func (p *planner) timing() timing {
	d := newDice(p.seed, saltTime, p.d.next())
	return timing{d: &d, last: p.lastSecond(), weekday: int32(p.start.In(KST).Weekday())}
}

// appear posts a job on its source, and now and then on others and twice.
func (p *planner) appear(job uint32, src source) {
	row := p.jobs[job]
	p.post(job, src, row.opened, false)
	also := func(other source, chance float64) {
		if p.left[other] > 0 && p.d.chance(chance) {
			p.post(job, other, p.soon(row.opened), false)
		}
	}
	switch {
	case src == srcJumpit:
		also(srcRallit, 0.14)
	case src == srcRallit:
		also(srcJumpit, 0.18)
	case src == srcGreenhouse && row.isKorean && row.isIT:
		also(srcJumpit, 0.22)
		also(srcRallit, 0.10)
	case src == srcGreenhouse && row.isIT:
		also(srcHN, 0.08)
	case src == srcHN:
		p.postAgain(job, row.opened)
	}
	if src != srcHN && p.left[src] > 0 && p.d.chance(map[source]float64{srcJumpit: 0.07, srcRallit: 0.07, srcGreenhouse: 0.03}[src]) {
		at := row.opened + int32(p.d.between(4, 24))*day
		if p.d.chance(0.3) || at > p.lastSecond()-2*day {
			at = p.soon(row.opened)
		}
		p.post(job, src, at, true)
	}
}

// postAgain posts a Hacker News job in the next thread too, as employers do month by month.
func (p *planner) postAgain(job uint32, opened int32) {
	for i, b := range p.threads[:len(p.threads)-1] {
		if opened < b.story.at || opened >= p.threads[i+1].story.at || p.threadWeight[i+1] == 0 || p.left[srcHN] == 0 || !p.d.chance(0.3) {
			continue
		}
		p.post(job, srcHN, p.comment(i+1), true)
		return
	}
}

// soon is up to three days later, within the world.
func (p *planner) soon(at int32) int32 {
	later := at + int32(p.d.between(1, 72))*hour
	if later > p.lastSecond()-day-day/2 {
		return at
	}
	return later
}

func (p *planner) threadOf() int { return p.d.weighted(p.threadWeight) }

// comment rolls when a comment is written to a thread: most within its first hours.
func (p *planner) comment(thread int) int32 {
	low, high := p.commenting(thread)
	if high <= low {
		return low
	}
	if p.d.chance(0.6) {
		high = min(high, low+14*hour)
	}
	return low + int32(math.Pow(p.d.share(), 1.6)*float64(high-low))
}

// threadAt returns the thread that is newest at the second.
func (p *planner) threadAt(at int32) *board {
	newest := p.threads[0]
	for _, b := range p.threads {
		if b.story.at <= at {
			newest = b
		}
	}
	return newest
}

func (p *planner) post(job uint32, src source, opened int32, isRepeat bool) {
	p.left[src]--
	row := &p.jobs[job]
	one := posting{job: job, board: uint16(src), opened: opened, isRepeat: isRepeat}
	t := p.timing()
	switch src {
	case srcHN:
		if row.market != marketHN { // a cross-post keeps the thread's hours, not the board's
			one.opened = p.comment(p.threadOf())
		}
		p.fillComment(&one, t.d)
	case srcGreenhouse:
		b := p.tokens[row.company]
		one.board = uint16(b.number)
		if b.closesAt != never {
			one.opened = min(one.opened, b.closesAt-5*day)
		}
		t.fill(&one, src)
		one.closeWith(b.closesAt)
	default:
		t.fill(&one, src)
		one.noDetail = src == srcRallit && t.d.chance(0.03)
	}
	p.postings = append(p.postings, one)
}

// fillComment fills a posting in a thread: it stays until 30 days after the thread, or
// until its writer or a moderator takes it away.
func (p *planner) fillComment(one *posting, d *dice) {
	b := p.threadAt(one.opened)
	one.board = uint16(b.number)
	one.back, one.closed, one.deadline, one.extendedAt, one.extended = never, never, never, never, never
	one.editedAt, one.revertedAt, one.taggedAt, one.touchedAt = never, never, never, never
	one.gone, one.how[0] = b.story.at+threadLife, howThreadEnd
	if d.chance(0.04) {
		if at := max(one.opened, 0) + 2*day + int32(d.below(int(12*day))); at < one.gone {
			one.gone, one.how[0] = at, howRemoved
		}
	}
}

// closeWith ends what stands on a board when the board itself is given up.
func (p *posting) closeWith(at int32) {
	if at == never {
		return
	}
	if p.back != never && p.back >= at-3*day {
		p.back, p.closed = never, never
	}
	if p.back != never && p.closed > at {
		p.closed, p.how[1] = at, howBoardClosed
	}
	if p.gone > at {
		p.gone, p.how[0], p.back, p.closed = at, howBoardClosed, never, never
	}
	for _, change := range []*int32{&p.editedAt, &p.revertedAt, &p.taggedAt, &p.touchedAt, &p.extendedAt} {
		if *change >= p.gone && (p.back == never || *change >= p.closed) {
			*change = never
		}
	}
}

// addNoise puts into the threads what is no posting.
func (p *planner) addNoise() {
	count := make([]int, len(p.threads))
	for i := range p.postings {
		if b := p.boards[p.postings[i].board]; b.source == srcHN {
			count[b.number-p.threads[0].number]++
		}
	}
	for i, b := range p.threads {
		if count[i] == 0 {
			continue
		}
		for _, noise := range []struct {
			kind  kind
			share float64
		}{{kindDeleted, 0.026}, {kindDead, 0.012}, {kindTalk, 0.02}} {
			for range 1 + int(noise.share*float64(count[i])) {
				one := posting{job: uint32(p.d.next()), board: uint16(b.number), kind: noise.kind, opened: p.comment(i)}
				one.gone, one.back, one.closed, one.deadline = never, never, never, never
				one.extendedAt, one.editedAt, one.revertedAt, one.taggedAt, one.touchedAt = never, never, never, never, never
				p.postings = append(p.postings, one)
			}
		}
	}
}

// number puts the postings in their boards' order and gives them ids that grow with time,
// as the boards do.
func (w *World) number() {
	slices.SortStableFunc(w.postings, func(a, b posting) int {
		return cmp.Or(cmp.Compare(a.board, b.board), cmp.Compare(a.opened, b.opened))
	})
	d := newDice(w.seed, saltIDs)
	id, greenhouse := int64(0), int64(4_100_000)
	at := 0
	for i, b := range w.boards {
		switch b.source {
		case srcJumpit:
			id = 53_000_000
		case srcRallit:
			id = 4_000
		case srcHN:
			id = b.story.id + 10
		}
		b.low = at
		for ; at < len(w.postings) && int(w.postings[at].board) == i; at++ {
			p := &w.postings[at]
			switch b.source {
			case srcJumpit:
				id += int64(d.between(1, 40))
			case srcRallit:
				id += int64(d.between(1, 3))
			case srcHN:
				id += int64(d.between(2, 9)) // the number after it is a reply's
			case srcGreenhouse:
				greenhouse += int64(d.between(1, 12))
				id = greenhouse*1000 + int64(2+i%2)
			}
			p.id = id
		}
		b.high = at
	}
	if at != len(w.postings) {
		panic(fmt.Sprintf("replica: %d postings numbered of %d", at, len(w.postings)))
	}
}

// find returns the posting with the id on the board, nil where there is none.
func (w *World) find(b *board, id int64) *posting {
	part := w.postings[b.low:b.high]
	if i, ok := slices.BinarySearchFunc(part, id, func(p posting, id int64) int { return cmp.Compare(p.id, id) }); ok {
		return &part[i]
	}
	return nil
}
