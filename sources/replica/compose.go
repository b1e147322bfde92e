package replica

import (
	"strconv"
	"strings"
)

// text is what a posting says, in lines without bullets: the boards lay it out each in
// their own way.
type text struct {
	title                                  string
	about, duties, requirements, preferred []string
	benefits, process                      []string
	job                                    job
	manner                                 int // how this appearance ends its sentences
	hasContact                             bool
	style                                  dice // for the board's layout
	employerName                           string
	version                                version
	isRepeat                               bool
	tags                                   []int16
}

// Contact data that nobody has, for the tests of masking.
const (
	FakeEmail = "recruit@example.com"
	FakePhone = "02-000-0000"
)

// compose writes the posting as its board shows it in the version.
//
// What the job says comes from the job's dice, so that all its appearances agree; how this
// board's copy puts it comes from the style's. Lines that name technologies are in every
// copy, others may be missing from one.
func (w *World) compose(p *posting, v version) text {
	l := theLibrary()
	t := w.head(p, v)
	j := &t.job
	// Most copies are pasted as they are; one in four is put into the board's own manner.
	t.manner = int(j.key>>8) % 4
	if manner := t.style.below(4); t.style.chance(0.25) {
		t.manner = manner
	}
	c := composer{job: &t.job, book: &l.books[1], l: l, d: newDice(j.key, saltBoilerplate)}
	if j.isKorean {
		c.book = &l.books[0]
	}
	// What the employer always says: the same in all its postings but for a line or two.
	employer := newDice(j.company.key, saltBoilerplate)
	t.about = c.some(&employer, "about any", 2+employer.below(2))
	t.benefits = c.some(&employer, "benefit any", 5+employer.below(4))
	t.process = c.some(&employer, "process any", 1)
	if c.d.chance(0.10) {
		t.about = append(t.about, c.some(&c.d, "about plain", 1)...)
	}
	if c.d.chance(0.06) {
		t.benefits = append(t.benefits, c.some(&c.d, "benefit plain", 1)...)
	}
	c.needs(&t)
	c.experience(&t)
	c.terms(&t)
	t.finish(&c, p)
	return t
}

// head is what list rows show of a posting: everything but the lines.
func (w *World) head(p *posting, v version) text {
	j := w.jobAt(p.job)
	src := w.boards[p.board].source
	t := text{job: j, version: v, isRepeat: p.isRepeat, style: newDice(j.key, saltStyle, uint64(src), uint64(j.sibling))}
	t.employerName = j.company.shownAs(src, j.isKorean)
	t.title = t.heading(src)
	t.tags = t.boardTags()
	contact := newDice(j.key, saltContact, uint64(p.id))
	t.hasContact = contact.chance(0.03)
	return t
}

// composer fills lines for one job.
type composer struct {
	job  *job
	book *book
	l    *library
	d    dice // of the job's content
}

// some fills n different lines of a pool.
func (c *composer) some(d *dice, pool string, n int) []string {
	lines := c.book.pools[pool]
	n = min(n, len(lines))
	out := make([]string, 0, n+4)
	at, step := d.below(len(lines)), 1
	for _, candidate := range [...]int{5, 3, 7, 2} { // a step that meets every line once
		if len(lines)%candidate != 0 {
			step = candidate
			break
		}
	}
	for range n {
		out = append(out, c.fill(lines[at], nil, d))
		at = (at + step) % len(lines)
	}
	return out
}

// fill writes a line with its slots.
func (c *composer) fill(l line, run []need, d *dice) string {
	var buffer [256]byte
	out := buffer[:0]
	for _, s := range l {
		out = append(out, s.text...)
		from := len(out)
		switch s.kind {
		case '+':
			out = c.list(out, run, d)
		case 'p':
			out = append(append(append(out, c.job.domain.in(c.job.isKorean)...), ' '), c.job.product.in(c.job.isKorean)...)
			if !c.job.isKorean {
				out = append(append(append(out[:from], "our "...), c.job.domain.en...), ' ')
				out = append(out, c.job.product.en...)
			}
		case 'd':
			out = append(out, c.job.domain.in(c.job.isKorean)...)
		case 'c':
			name := c.job.company.en
			if c.job.isKorean {
				name = c.job.company.ko
			}
			out = append(out, name...)
		case 'n':
			out = strconv.AppendInt(out, int64(d.between(3, 90)), 10)
		case 's':
			out = append(out, "ABC"[d.below(3)])
		}
		out = appendParticle(out, string(out[from:]), s.particle)
	}
	return string(out)
}

var joints = [2][6]string{{", ", ", ", ", ", "/", " / ", "·"}, {", ", ", ", ", ", ", ", "/", " / "}}

// list writes a run of technologies as people do.
func (c *composer) list(out []byte, run []need, d *dice) []byte {
	language, and := 1, " and "
	if c.job.isKorean {
		language, and = 0, ""
	}
	joint := joints[language][d.below(6)]
	for i, n := range run {
		switch {
		case i == 0:
		case i == len(run)-1 && and != "" && joint == ", ":
			out = append(out, and...)
		default:
			out = append(out, joint...)
		}
		out = append(out, n.surface...)
	}
	return out
}

// runs cuts needs into runs of technologies that one line can name.
func (c *composer) runs(needs []need, longest int) [][]need {
	var out [][]need
	kin := func(a, b int16) bool {
		x, y := c.l.techs[a].category, c.l.techs[b].category
		return x == y || strings.IndexByte("LF", x) >= 0 && strings.IndexByte("LF", y) >= 0
	}
	for len(needs) > 0 {
		n := 1
		for n < len(needs) && n < longest && kin(needs[0].tech, needs[n].tech) {
			n++
		}
		out = append(out, needs[:n])
		needs = needs[n:]
	}
	return out
}

// lines writes a run a line, from the pool's lines that suit its technologies.
func (c *composer) lines(pool string, needs []need, longest int) []string {
	var out []string
	for _, run := range c.runs(needs, longest) {
		first, last := c.l.techs[run[0].tech].category, c.l.techs[run[len(run)-1].tech].category
		out = append(out, c.fill(pick(&c.d, c.book.suited(pool, first, last)), run, &c.d))
	}
	return out
}

// needs writes duties, requirements and wishes.
func (c *composer) needs(t *text) {
	var duties, wants, wishes []need
	for _, n := range c.job.needs {
		roll := c.d.share()
		switch {
		case n.isWished:
			wishes = append(wishes, n)
			continue
		case roll < 0.22:
			duties = append(duties, n)
		case roll < 0.42:
			duties, wants = append(duties, n), append(wants, n)
		default:
			wants = append(wants, n)
		}
	}
	family := c.job.role.family
	duty, want, wish := c.lines("duty tech", duties, 3), c.lines("need tech", wants, 4), c.lines("wish tech", wishes, 3)
	plain := t.style // which plain lines this copy leaves out
	mix := func(named, others []string) []string {
		out := make([]string, 0, len(named)+len(others))
		for _, line := range others[:len(others)/2] {
			out = c.keep(out, line, &plain)
		}
		out = append(out, named...)
		for _, line := range others[len(others)/2:] {
			out = c.keep(out, line, &plain)
		}
		return out
	}
	t.duties = mix(duty, c.some(&c.d, "duty "+family, 3+c.d.below(3)))
	t.requirements = mix(want, c.some(&c.d, "need "+family, 2+c.d.below(3)))
	t.preferred = mix(wish, c.some(&c.d, "wish "+family, 1+c.d.below(3)))
	if len(duties)+len(wants) > 3 && c.d.chance(0.15) {
		label := "기술 스택: "
		if !c.job.isKorean {
			label = "Tech stack: "
		}
		all := append(wants[:len(wants):len(wants)], duties...)
		seen := all[:0:0]
		for _, n := range all {
			if !containsTech(seen, n.tech) {
				seen = append(seen, n)
			}
		}
		t.requirements = append(t.requirements, label+string(c.list(nil, seen, &c.d)))
	}
	if t.version.isEdited {
		extra := map[bool]string{true: "일정과 범위를 스스로 조율하며 일하는 분을 기다립니다.", false: "You plan your own work and keep others informed"}[c.job.isKorean]
		t.duties = append(t.duties, extra)
		if c.job.editTech.tech >= 0 { // with its own dice, so that the rest stays as it was
			d := newDice(c.job.key, saltBoilerplate, 3)
			lines := c.book.byCategory["wish tech"][c.l.techs[c.job.editTech.tech].category]
			t.preferred = append(t.preferred, c.fill(pick(&d, lines), []need{c.job.editTech}, &d))
		}
	}
}

func containsTech(needs []need, t int16) bool {
	for _, n := range needs {
		if n.tech == t {
			return true
		}
	}
	return false
}

// keep adds a plain line unless this copy of the posting leaves it out.
func (c *composer) keep(out []string, line string, d *dice) []string {
	if d.chance(0.07) {
		return out
	}
	return append(out, line)
}

func (c *composer) experience(t *text) {
	j := c.job
	var line string
	switch {
	case !j.isKorean && j.isNewcomer:
		line = "New graduates are welcome"
	case !j.isKorean:
		line = j.years() + " of relevant experience"
	case j.isNewcomer:
		line = "신입 지원 가능"
	default:
		line = "관련 경력 " + j.years()
		if j.maxYears > 0 {
			line = "관련 경력 " + strconv.Itoa(j.minYears) + "년 이상 " + strconv.Itoa(j.maxYears) + "년 이하"
		}
	}
	t.requirements = append([]string{line}, t.requirements...)
}

// terms writes the lines on employment, pay and place.
func (c *composer) terms(t *text) {
	j := c.job
	pay := j.salary.text(j.isKorean)
	if !j.isKorean {
		if pay != "" {
			t.process = append(t.process, "Compensation: "+pay+" a year")
		}
		switch {
		case j.isRemote:
			t.process = append(t.process, "Work mode: fully remote")
		case j.isHybrid:
			t.process = append(t.process, "Work mode: hybrid, two days a week from home")
		}
		return
	}
	terms := []string{"고용형태 : " + employmentKo[j.employment]}
	if pay != "" {
		terms = append(terms, "급여 : 연봉 "+pay)
	}
	main, detail := j.address()
	terms = append(terms, "근무지 : "+main+", "+detail)
	switch {
	case j.isRemote:
		terms = append(terms, "근무형태 : 전면 재택근무")
	case j.isHybrid:
		terms = append(terms, "근무형태 : 주 2일 재택근무")
	}
	if j.isAlternative {
		terms = append(terms, "산업기능요원 및 전문연구요원 지원 가능")
	}
	t.process = append(terms, t.process...)
}

// finish puts sentences into this copy's manner and adds the rare line with contact data.
func (t *text) finish(c *composer, p *posting) {
	own := newDice(c.job.key, saltPosting, uint64(p.id))
	if t.job.isKorean {
		for i, line := range t.duties {
			if !strings.HasSuffix(line, ".") {
				t.duties[i] = line + dutyEndings[t.manner]
			}
		}
		for _, lines := range [][]string{t.requirements, t.preferred} {
			for i, line := range lines {
				lines[i] = withEnding(line, t.manner)
			}
		}
	}
	if t.isRepeat && len(t.benefits) > 4 && own.chance(0.5) {
		t.benefits = t.benefits[:len(t.benefits)-1]
	}
	if t.hasContact {
		line := "Questions: " + FakeEmail
		if t.job.isKorean {
			line = "문의 : 채용담당자 " + FakeEmail + " / " + FakePhone
		}
		t.process = append(t.process, line)
	}
}

// heading writes the title with the board's usual decoration.
func (t *text) heading(src source) string {
	j := &t.job
	d := newDice(j.key, saltPosting, uint64(src), uint64(j.sibling))
	core := j.level() + j.calling.title
	named := newDice(j.key, saltBoilerplate, 1)
	if named.chance(0.14) && j.role.isIT() && len(j.needs) > 1 && !j.needs[1].isWished {
		core += " (" + j.needs[0].surface
		if !strings.ContainsAny(j.needs[0].surface+j.needs[1].surface, "()") {
			core += "/" + j.needs[1].surface
		}
		core += ")"
	}
	if !j.isKorean {
		if j.employment == "intern" {
			core += ", Intern"
		}
		if j.hasTeam {
			core += ", " + j.team.en
		}
		if src == srcGreenhouse && d.chance(0.2) {
			core += " - " + j.place.en
		}
		return core
	}
	switch src {
	case srcGreenhouse:
		if j.hasTeam {
			core += " | " + j.team.ko
		}
		if d.chance(0.5) {
			core += " (" + j.years() + " / " + employmentKo[j.employment] + ")"
		}
	case srcRallit:
		if j.hasTeam {
			core = j.team.ko + "팀 " + core
		}
		if d.chance(0.2) {
			core = "[" + j.company.ko + "] " + core
		}
	default:
		if j.hasTeam {
			core = "[" + j.team.ko + "] " + core
		}
		switch d.below(6) {
		case 0:
			core = "[" + j.place.district() + "] " + core
		case 1:
			core += " 채용"
		case 2:
			core += " 모집"
		case 3:
			core += " (" + j.years() + ")"
		}
	}
	if j.isNewcomer && !strings.Contains(core, "신입") {
		core += " (" + map[bool]string{true: "인턴", false: "신입"}[j.employment == "intern"] + ")"
	}
	return core
}

// boardTags are the technologies that the board's tags name: the required ones of the
// text, seldom one more, and what a tag edit added.
func (t *text) boardTags() []int16 {
	d := newDice(t.job.key, saltBoilerplate, 2)
	longest := d.between(3, 9)
	var tags []int16
	for _, n := range t.job.needs {
		if !n.isWished && len(tags) < longest {
			tags = append(tags, n.tech)
		}
	}
	if t.job.tagTech >= 0 {
		tags = append(tags, t.job.tagTech)
	}
	if t.version.isTagged && t.job.lateTag >= 0 {
		tags = append(tags, t.job.lateTag)
	}
	return tags
}
