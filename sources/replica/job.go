package replica

import (
	"fmt"
	"slices"
	"strings"
)

// jobRow is what is kept of a job; the rest is rolled from its number when asked for.
type jobRow struct {
	company   uint32
	parent    uint32 // the job it is a sibling of
	opened    int32
	role      uint8
	market    market
	sibling   sibling
	isIT      bool
	isKorean  bool // its texts are Korean
	isInKorea bool // or, on Hacker News, only where the dice say so
}

const noParent = 1<<32 - 1

// sibling says in what a job differs from the one it resembles.
type sibling uint8

const (
	siblingNone sibling = iota
	siblingLevel
	siblingPlace
	siblingTeam
)

// need is a technology that a job asks for.
type need struct {
	tech     int16
	isWished bool
	surface  string // as the job's texts write it
}

// job is a job with everything that its texts say.
type job struct {
	jobRow
	number  uint32
	key     uint64 // of the content that siblings share
	company company
	role    *role

	calling  calling
	domain   word
	product  word
	team     word
	hasTeam  bool
	place    place
	isRemote bool // wholly; the place may then be nowhere
	isHybrid bool

	minYears, maxYears int // max 0 = no upper bound
	isNewcomer         bool
	employment         string // as in schemas: full_time, contract, intern
	salary             salary
	isAlternative      bool // military service in industry

	needs    []need
	editTech need  // what a text edit adds to the wishes
	tagTech  int16 // what only the board's tags name; -1 = none
	lateTag  int16 // what a later tag edit adds
}

// salary is a yearly pay as the text says it; zero = not said.
type salary struct {
	low, high int // in 10,000 KRW, or in 1,000 of the currency
	currency  string
}

func (s salary) text(korean bool) string {
	switch {
	case s.high == 0:
		return ""
	case s.currency == "KRW" && korean:
		return fmt.Sprintf("%s만원 ~ %s만원", thousands(s.low), thousands(s.high))
	case s.currency == "KRW":
		return fmt.Sprintf("KRW %s,000,000 - %s,000,000", thousands(s.low/100), thousands(s.high/100))
	}
	return fmt.Sprintf("%s%dk - %s%dk", sign[s.currency], s.low, sign[s.currency], s.high)
}

var sign = map[string]string{"USD": "$", "EUR": "€", "GBP": "£"}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// jobAt rolls a job.
func (w *World) jobAt(number uint32) job {
	l := theLibrary()
	row := w.jobs[number]
	shared := number
	if row.parent != noParent {
		shared = row.parent
	}
	d := newDice(w.seed, saltJob, uint64(shared))
	j := job{jobRow: row, number: number, key: d.state, company: w.companyOf(row.market, int(row.company)), role: &l.roles[row.role], tagTech: -1, lateTag: -1}
	j.calling = pick(&d, j.names())
	j.domain = j.company.domain
	if d.chance(0.2) {
		j.domain = pick(&d, l.domains)
	}
	j.product, j.team, j.hasTeam = pick(&d, l.products), pick(&d, l.teams), d.chance(0.35)
	j.rollLevel(&d)
	j.rollPlace(&d, l)
	j.rollTerms(&d)
	j.rollTechs(&d, l, float64(w.jobs[shared].opened)/float64(30*day))
	if row.sibling != siblingNone {
		j.differ(l, newDice(w.seed, saltSibling, uint64(number)))
	}
	return j
}

func (j *job) names() []calling {
	if j.isKorean {
		return j.role.ko
	}
	return j.role.en
}

func (j *job) rollLevel(d *dice) {
	roll := d.share()
	j.employment = "full_time"
	switch {
	case roll < 0.13 && j.market != marketHN:
		j.isNewcomer = true
		if d.chance(0.2) {
			j.employment = "intern"
		}
	case roll < 0.55:
		j.minYears = d.between(1, 4)
	case roll < 0.9:
		j.minYears = d.between(5, 8)
	default:
		j.minYears = d.between(9, 12)
	}
	if j.minYears > 0 && d.chance(0.55) {
		j.maxYears = j.minYears + d.between(2, 7)
	}
	if !j.isNewcomer && d.chance(0.05) {
		j.employment = "contract"
	}
}

func (j *job) rollPlace(d *dice, l *library) {
	inKorea := l.places[d.weighted(l.placesW)]
	abroad := l.abroad[d.weighted(l.abroadW)]
	remote, hybrid := d.share(), d.chance(0.18)
	j.place = abroad
	if j.isInKorea {
		j.place = inKorea
	}
	for j.market == marketBoards && !j.isInKorea && j.place.country == "KR" {
		j.place = l.abroad[d.weighted(l.abroadW)]
	}
	j.isHybrid = hybrid
	switch {
	case j.market == marketHN && remote < 0.12: // anywhere
		j.isRemote, j.place, j.isHybrid = true, place{}, false
	case j.market == marketHN && remote < 0.32, j.market != marketHN && remote < 0.03: // from the country
		j.isRemote, j.isHybrid = true, false
	}
}

func (j *job) rollTerms(d *dice) {
	said, low := d.chance(map[market]float64{marketKorea: 0.22, marketBoards: 0.12, marketHN: 0.35}[j.market]), d.share()
	years := j.minYears
	j.isAlternative = j.isKorean && d.chance(0.08)
	if !said {
		return
	}
	if j.place.country == "KR" {
		j.salary = salary{currency: "KRW"}
		j.salary.low = 3000 + 100*(int(low*10)+years*4)
		j.salary.high = j.salary.low + 100*d.between(8, 30)
		return
	}
	j.salary = salary{currency: "USD"}
	switch j.place.country {
	case "GB":
		j.salary.currency = "GBP"
	case "DE", "NL", "FR", "ES", "IE":
		j.salary.currency = "EUR"
	}
	j.salary.low = 60 + 5*(int(low*8)+years)
	j.salary.high = j.salary.low + 5*d.between(4, 12)
}

// drifted is a chance or weight after so many months of drift in per cent a month. A
// twentieth of it always stays.
func drifted(value, drift, months float64) float64 {
	return value * max(1+drift/100*months, 0.05)
}

// rollTechs chooses the technologies by the market of the month in which the job opened,
// months being counted from the world's start.
func (j *job) rollTechs(d *dice, l *library, months float64) {
	weights := make([]float64, len(j.role.stacks))
	for i, s := range j.role.stacks {
		weights[i] = drifted(s.weight, s.drift, months)
	}
	chosen := &j.role.stacks[d.weighted(weights)]
	left := j.role.common
	add := func(uses []use, scale float64) {
		for _, u := range uses {
			takes, wished := d.chance(drifted(u.chance, u.drift, months)*scale), d.chance(map[bool]float64{false: 0.1, true: 0.75}[u.isWished])
			if takes && len(j.needs) < 13 && !j.has(u.tech) {
				j.needs = append(j.needs, need{tech: u.tech, isWished: wished && len(j.needs) > 1 && !u.isSure})
			}
		}
	}
	add(chosen.uses, 1)
	add(left, 1.3)
	for i := range j.needs {
		j.needs[i].surface = l.techs[j.needs[i].tech].surface(d, j.isKorean)
	}
	// What later edits add: something of the role that is not there yet.
	pool := make([]int16, 0, len(left))
	for _, u := range left {
		if !j.has(u.tech) {
			pool = append(pool, u.tech)
		}
	}
	j.editTech.tech = -1
	if len(pool) > 0 {
		j.editTech = need{tech: pick(d, pool), isWished: true}
		j.editTech.surface = l.techs[j.editTech.tech].surface(d, j.isKorean)
		pool = slices.DeleteFunc(pool, func(t int16) bool { return t == j.editTech.tech })
	}
	extra := d.chance(0.2)
	if len(pool) > 0 {
		j.lateTag = pick(d, pool)
		pool = slices.DeleteFunc(pool, func(t int16) bool { return t == j.lateTag })
	}
	if extra && len(pool) > 0 {
		j.tagTech = pick(d, pool)
	}
}

func (j *job) has(t int16) bool {
	return slices.ContainsFunc(j.needs, func(n need) bool { return n.tech == t })
}

// surface rolls a way to write the technology.
func (t *tech) surface(d *dice, korean bool) string {
	english := pick(d, t.english)
	if korean && d.chance(0.2) {
		return pick(d, t.korean)
	}
	return english
}

// differ makes a sibling another job than the one it resembles.
func (j *job) differ(l *library, d dice) {
	switch j.sibling {
	case siblingLevel:
		was := j.minYears
		j.isNewcomer, j.employment = false, "full_time"
		if j.minYears = 7 + d.below(3); was >= 5 {
			j.minYears = 1 + d.below(2)
		}
		j.maxYears = j.minYears + 3
	case siblingPlace:
		from, was := l.places, j.place
		if j.place.country != "KR" {
			from = l.abroad
		}
		isSame := func() bool { return j.place.ko == was.ko && j.place.en == was.en }
		for isSame() || was.country != "KR" && j.place.country == "KR" {
			j.place = pick(&d, from)
		}
	case siblingTeam:
		was, had := j.team, j.hasTeam
		j.hasTeam = true
		for j.team = pick(&d, l.teams); had && j.team == was; {
			j.team = pick(&d, l.teams)
		}
	}
}

// level is the word that a sibling of another level bears in its title.
func (j *job) level() string {
	if j.sibling != siblingLevel {
		return ""
	}
	switch {
	case j.minYears >= 5 && j.isKorean:
		return "시니어 "
	case j.minYears >= 5:
		return "Senior "
	case j.isKorean:
		return "주니어 "
	}
	return "Junior "
}

// years says the experience asked for, in the writer's words.
func (j *job) years() string {
	switch {
	case j.isKorean && j.isNewcomer:
		return "신입"
	case j.isKorean && j.maxYears > 0:
		return fmt.Sprintf("%d~%d년", j.minYears, j.maxYears)
	case j.isKorean:
		return fmt.Sprintf("%d년 이상", j.minYears)
	case j.isNewcomer:
		return "new graduates"
	case j.maxYears > 0:
		return fmt.Sprintf("%d-%d years", j.minYears, j.maxYears)
	}
	return fmt.Sprintf("%d+ years", j.minYears)
}

var employmentKo = map[string]string{"full_time": "정규직", "contract": "계약직", "intern": "인턴"}
var employmentEn = map[string]string{"full_time": "Full-time", "contract": "Contract", "intern": "Internship"}

// address is the full address of a Korean place of work.
func (j *job) address() (main, detail string) {
	d := newDice(j.company.key, saltBoilerplate, uint64(len(j.place.ko)))
	return fmt.Sprintf("%s %s %d", j.place.ko, pick(&d, j.place.streets), d.between(1, 480)), fmt.Sprintf("%d층", d.between(2, 19))
}

// district is the short name that titles carry: "판교", "강남".
func (p *place) district() string {
	if p.name != "서울" && p.name != "경기" && p.name != "기타" && !strings.Contains(p.name, "/") {
		return p.name
	}
	words := strings.Fields(p.ko)
	last := words[len(words)-1]
	if short := strings.TrimSuffix(strings.TrimSuffix(last, "구"), "시"); len(short) > len("중") {
		return short
	}
	return last
}
