package extract

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Hints is what a board says about a posting beside its technologies. Every
// field may be empty; Facts then reads the text, or leaves the fact unknown.
type Hints struct {
	Title, Company string
	Categories     []string // the board's job categories or departments, as written
	Locations      []string // as written, one per place
	// As written by the board, empty where it says nothing.
	Employment, Experience, Salary, Education, Remote string
	// The board's own numbers, in years; nil where it gives none. A maximum below
	// the minimum, or of 50 and more, means no maximum.
	ExperienceMin, ExperienceMax *int32
	IsNewcomer                   *bool // the board says that newcomers may apply
	Sections                     []Section
	TechCount                    int    // technologies found by Techs
	CountryHint                  string // ISO 3166-1 alpha-2 of the board's country, empty for international boards
	LanguageHint                 string // ISO 639-1, as the board says
	IsITBoard                    bool   // the board carries postings of information technology alone
}

// Facts are what a posting states. The empty string and nil mean unknown.
type Facts struct {
	Roles      []string // slugs of Roles, in their order there
	Seniority  string   // intern, junior, mid, senior, lead, executive
	Employment string   // full_time, contract, intern, freelance, part_time, military
	Remote     string   // remote, hybrid, onsite
	// LocationRaw is the board's places joined by "; ". Region is a Korean province
	// or metropolitan city ("서울"), District what is below it ("강남구", "성남시 분당구").
	LocationRaw, Region, District string
	SalaryRaw                     string // the words the salary was read from
	Education                     string // any, high_school, associate, bachelor, master, doctor: the least that is asked
	Language                      string // ISO 639-1 of the text: ko, en, ja, zh
	Industry                      string // slug, only where the posting says it
	IsIT                          bool
	IsITReason                    string // why, for example "role backend" or "3 technologies"
	Country                       string // ISO 3166-1 alpha-2
	CountryReason                 string // why, for example "place Seoul"

	// Inclusive, in years; 0 is a newcomer. nil is unknown, or no upper bound.
	ExperienceMinYears, ExperienceMaxYears *int32
	// In won a year.
	SalaryMinKRW, SalaryMaxKRW *int64
}

// Facts reads the facts of a posting. It never guesses: what is neither said by
// the board nor stated in the text stays empty.
func (x *Extractor) Facts(h Hints) Facts {
	s := x.pool.Get().(*scratch)
	defer x.pool.Put(s)
	r := factReader{x: x.facts, s: s, h: &h}
	r.f.Language = languageOf(&h)
	r.f.LocationRaw = joinPlaces(h.Locations)
	r.title()
	r.board()
	r.head()
	for i := range h.Sections {
		r.section(&h.Sections[i])
	}
	for i := range h.Sections {
		r.payRange(h.Sections[i].Text)
	}
	if r.f.SalaryRaw == "" {
		r.f.SalaryRaw = strings.TrimSpace(h.Salary) // words without an amount: "회사 내규에 따름"
	}
	r.finishRoles()
	r.finishExperience()
	r.finishWork()
	r.finishCountry()
	r.finishIT()
	return r.f
}

// factReader gathers what one posting says; the finish methods decide.
type factReader struct {
	x *factScanner
	s *scratch
	h *Hints
	f Facts

	titleRoles, boardRoles, textRoles roleSet
	workRoles                         roleSet // of the work that the text says is the hire's
	offered                           offers  // jobs that the text names as open
	named                             []int   // roles in the order in which they are named
	saysEngineers                     bool    // the text looks for engineers and says no more
	titleJobs                         []titleJob
	isGeneralApart                    bool   // the title's "Software Engineer" is a job beside others
	titleNonIT, boardNonIT            string // the words that name a job outside IT
	boardIT                           string // the category that is an IT one
	programmer                        bool   // the title's general word is a programmer's, not any engineer's

	countries     []namedCountry // of the board's fields and the posting's head
	statedPlaces  []string       // what follows "based in" and its like in the text
	textCountries []namedCountry // anywhere in the text

	titleYears, boardYears, textYears, softYears yearRange
	ofJobs, ofSkills                             []yearRange // years behind the name of a job, and before that of a skill
	yearsDiffer                                  bool        // jobs of one posting ask for different years
	newcomer                                     bool

	titleRemote, textRemote string
	softRemote              string // a mention of working from home
	saysOnsite              bool   // in the title, the board's field or the head
	titleJob, textJob       string // employment
	jobEnd                  int    // where the last word of employment ended
	headJob, headRemote     string
	// Employment as the text mentions it by the way.
	saysRegular, saysConversion, isServiceOpen bool
	saysContract                               string
	laterPlaces                                []string // lines that follow a heading such as "근무지"
}

func joinPlaces(places []string) string {
	switch len(places) {
	case 0:
		return ""
	case 1:
		return strings.TrimSpace(places[0])
	}
	var b strings.Builder
	for _, p := range places {
		if p = strings.TrimSpace(p); p != "" {
			if b.Len() > 0 {
				b.WriteString("; ")
			}
			b.WriteString(p)
		}
	}
	return b.String()
}

// title reads the title, where a word means what it says.
func (r *factReader) title() {
	// "Network Engineer | 인프라 (네트워크)": the job stands before a lone bar, the
	// team after it. Headlines with more bars list everything.
	bar := int32(len(r.h.Title))
	if strings.Count(r.h.Title, "|") == 1 && len(r.h.Locations) > 0 && len(r.h.Categories) > 0 {
		bar = int32(strings.IndexByte(r.h.Title, '|'))
	}
	company := r.companyEnd()
	isProse := r.h.IsITBoard && isProseTitle(r.h.Title)
	var jobs []titleJob
	var levels []titleLevel
	for _, m := range r.x.match(r.s, r.h.Title) {
		p := &r.x.patterns[m.pattern]
		switch p.kind {
		case factRole:
			if int(m.end) <= company {
				break // "Acme Robotics | Berlin"
			}
			if isProse && int(m.start) > len("Senior ") && !r.isNamedInSentence(m) {
				break // "We teach machine learning to …"
			}
			if isDesigner[p.phrase] && !r.h.IsITBoard || isForDevelopers(p.phrase, r.h.Title[m.end:]) {
				break // of characters, of brands
			}
			if r.isPartOfJob(p, jobs, m) {
				break
			}
			if roleLexicon[p.role].slug == "web" && len(jobs) > 0 && !jobs[len(jobs)-1].isGeneral && r.h.Title[jobs[len(jobs)-1].end:m.start] == " " {
				break // "Front-end web engineer"
			}
			isGeneral := roleLexicon[p.role].slug == genericRole
			roles := r.rolesAt(r.h.Title, m)
			if last := len(jobs) - 1; isGeneral && (last < 0 || jobs[last].isGeneral || strings.ContainsAny(r.h.Title[jobs[last].end:m.start], nameEnds)) {
				fields := fieldsBeside(r.h.Title, int(m.start), int(m.end))
				fields.drop("frontend", "backend", "fullstack") // the title's tools are weighed together
				if !fields.empty() {
					roles, isGeneral = fields, false
				}
			}
			if m.start < bar && (!isGeneral || programmers[p.phrase] || r.isEngineer(p, r.h.Title, int(m.start))) {
				job := newTitleJob(roles, int(m.start), int(m.end))
				job.isGeneral, job.roles = isGeneral, roles
				jobs = append(jobs, job)
			}
			roles.join(p.architect())
			if m.start < bar || r.titleRoles.generic() {
				r.titleRoles.join(roles)
			}
			r.named = roles.appendTo(r.named)
			r.programmer = r.programmer || programmers[p.phrase]
			if s := leads[p.phrase]; s != "" {
				levels = append(levels, titleLevel{int(m.start), s})
			}
		case factNonIT:
			if r.titleNonIT == "" {
				r.titleNonIT = r.h.Title[m.start:m.end]
			}
		case factSeniority:
			levels = append(levels, titleLevel{int(m.start), p.value})
			r.seniorityMeans(p, &r.titleJob)
		case factEmployment:
			r.titleJob = r.nextEmployment(r.titleJob, p.value, r.h.Title, m)
		case factRemote:
			r.titleRemote = mergeRemote(r.titleRemote, p.value)
			r.saysOnsite = r.saysOnsite || p.value == "onsite"
		case factYear:
			r.titleYears.take(yearsAt(r.h.Title, int(m.start), int(m.end), true))
		case factNewcomer:
			r.newcomer = true
		case factSalary:
			r.salaryAt(r.h.Title, int(m.start))
		}
	}
	r.titleJobs = jobs
	if slices.ContainsFunc(jobs, func(job titleJob) bool { return job.isGeneral || job.isMaker }) {
		r.titleRoles.join(itemFields(r.h.Title[:bar], r.x))
	}
	r.isGeneralApart = r.isGeneralApart || isJobOfItsOwn(r.h.Title, jobs)
	r.f.Seniority = levelOf(r.h.Title, levels, jobs)
	if r.f.SalaryRaw == "" {
		r.salary(r.h.Title)
	}
}

// sentenceWords are words of sentences, not of titles.
var sentenceWords = []string{" we ", " we've ", "we're ", "we’re ", " our ", " is ", " are ", " to ", " has ", " have "}

// isProseTitle tells whether a title is the first line of a text that has none.
func isProseTitle(title string) bool {
	const longTitle = 60 // bytes
	return len(title) > longTitle && !strings.Contains(title, "|") && containsAny(strings.ToLower(title), sentenceWords)
}

// companyEnd is where the employer's name ends in a headline: "Acme Robotics | Berlin".
func (r *factReader) companyEnd() int {
	if r.h.Company != "" && strings.HasPrefix(r.h.Title, r.h.Company) {
		return len(r.h.Company)
	}
	if len(r.h.Locations) > 0 {
		return 0
	}
	name, _, hasBar := strings.Cut(r.h.Title, "|")
	if !hasBar || hasJobNoun(name) {
		return 0
	}
	return len(name)
}

// seniorityMeans notes what a word of seniority says beside it: "인턴" is also an
// employment, "신입" also says that newcomers may apply.
func (r *factReader) seniorityMeans(p *factPattern, job *string) {
	switch {
	case p.value == "intern":
		if *job == "" {
			*job = "intern"
		}
	case strings.HasPrefix(p.phrase, "신입"), strings.HasPrefix(p.phrase, "new grad"):
		r.newcomer = true
	}
}

// nextEmployment keeps the first kind that is named; "full-time contract" is a contract,
// and what may be served instead of the army is still the job that it is.
func (r *factReader) nextEmployment(job, next, text string, m factMatch) string {
	beside := r.jobEnd > 0 && int(m.start) >= r.jobEnd && strings.Trim(text[r.jobEnd:m.start], " -") == ""
	r.jobEnd = int(m.end)
	switch {
	case job == "", job == "military", job == "full_time" && next == "contract" && beside:
		return next
	}
	return job
}

// programmers are the general words that mean a maker of software by themselves.
var programmers = map[string]bool{
	"software engineer": true, "software engineers": true, "software developer": true, "software developers": true, "software engineering": true, "developer": true, "developers": true, "programmer": true, "개발자": true, "프로그래머": true,
	"staff software engineer": true, "tech lead": true, "technical lead": true, "apps engineer": true, "application developer": true, "application engineer": true, "c++ developer": true, "c++ engineer": true, "c/c++ developer": true,
	"swe": true, "sde": true, "software_engineer": true, "소프트웨어 엔지니어": true, "소프트웨어 개발": true, "소프트웨어개발": true, "소프트웨어엔지니어": true, "sw 개발": true, "sw개발자": true, "sw 엔지니어": true, "s/w 개발": true, "software dev": true,
}

// leads are the names of a role that also say how senior it is.
var leads = map[string]string{
	"cto": "executive", "chief technology officer": "executive", "vp of engineering": "executive", "vp engineering": "executive", "director of engineering": "executive", "개발총괄": "executive",
	"engineering manager": "lead", "엔지니어링 매니저": "lead", "개발 팀장": "lead", "개발팀장": "lead", "개발 리더": "lead", "개발 리드": "lead", "개발 실장": "lead", "head of engineering": "lead", "engineering lead": "lead",
	"staff software engineer": "senior", "staff engineer": "senior", "tech lead": "lead", "technical lead": "lead", "테크 리드": "lead", "team lead engineer": "lead", "development manager": "lead", "product lead": "lead", "analytics lead": "lead",
}

// board reads what the board says in fields of its own.
func (r *factReader) board() {
	h := r.h
	for _, c := range h.Categories {
		for _, m := range r.x.match(r.s, c) {
			p := &r.x.patterns[m.pattern]
			switch p.kind {
			case factRole:
				r.boardRoles.add(p.role)
			case factNonIT:
				if r.boardNonIT == "" {
					r.boardNonIT = c
				}
			case factITCategory:
				r.boardIT = c
			}
		}
	}
	for _, loc := range h.Locations {
		r.place(loc)
	}
	if len(r.countries) == 0 {
		r.place(h.Remote) // "Remote (US only)"
	}
	if len(r.countries) == 0 {
		r.place(h.Title) // "Acme | Backend Engineer | Berlin, Germany | Full-time"
	}
	r.jobEnd = 0
	for _, m := range r.x.match(r.s, h.Employment) {
		switch p := &r.x.patterns[m.pattern]; p.kind {
		case factEmployment:
			r.f.Employment = r.nextEmployment(r.f.Employment, p.value, h.Employment, m)
		case factSeniority:
			r.seniorityMeans(p, &r.f.Employment)
		}
	}
	for _, m := range r.x.match(r.s, h.Remote) {
		if p := &r.x.patterns[m.pattern]; p.kind == factRemote {
			r.f.Remote = mergeRemote(r.f.Remote, p.value)
			r.saysOnsite = r.saysOnsite || p.value == "onsite"
		}
	}
	for _, m := range r.x.match(r.s, h.Education) {
		if p := &r.x.patterns[m.pattern]; p.kind == factEducation {
			r.f.Education = lowerEducation(r.f.Education, p.value)
		}
	}
	for _, m := range r.x.match(r.s, h.Experience) {
		switch p := &r.x.patterns[m.pattern]; p.kind {
		case factYear:
			r.boardYears.take(yearsAt(h.Experience, int(m.start), int(m.end), true))
		case factNewcomer:
			r.newcomer = true
		case factSeniority:
			if r.f.Seniority == "" {
				r.f.Seniority = p.value
			}
			r.seniorityMeans(p, &r.titleJob)
		}
	}
	if h.Salary != "" {
		ofTitle := r.f.SalaryRaw
		r.salary(h.Salary)
		if strings.HasSuffix(ofTitle, r.f.SalaryRaw) { // a list cut it: "$150 - $190K"
			r.f.SalaryRaw = ofTitle
		}
	}
}

// section reads one text. Only what is said in so many words counts there.
func (r *factReader) section(sec *Section) {
	base := kindOf(sec.Name)
	if base == KindTags || sec.Text == "" {
		return
	}
	text := sec.Text
	ms := r.x.match(r.s, text)
	r.s.parts = partitions(text, base, r.s.parts[:0])
	parts := r.s.parts
	k := 0
	for i := range ms {
		m := &ms[i]
		for k+1 < len(parts) && m.start >= parts[k].end {
			k++
		}
		kind := base
		if len(parts) > 0 {
			kind = parts[k].kind
		}
		p := &r.x.patterns[m.pattern]
		switch p.kind {
		case factYear:
			if y, ok := jobYears(text, int(m.start), int(m.end)); ok {
				r.ofJobs = append(r.ofJobs, y)
			} else if isOfJob(text[m.end:]) {
				r.ofJobs = append(r.ofJobs, yearsAt(text, int(m.start), int(m.end), true))
			}
			switch kind {
			case KindRequirements, KindBody, KindTitle:
				r.takeYears(yearsAt(text, int(m.start), int(m.end), false), text, m)
			case KindDuties, KindAbout:
				y := yearsAt(text, int(m.start), int(m.end), false)
				r.compareJobs(r.softYears, y, text, m)
				if isOfSkill(text[m.end:]) {
					r.takeYears(y, text, m)
				} else if r.softYears.min == nil {
					r.softYears.take(y)
				}
			}
		case factEducation:
			if (kind == KindRequirements || kind == KindBody) && r.f.Education == "" && r.h.Education == "" {
				r.f.Education = p.value
			}
		case factEmploymentCue:
			if r.textJob == "" {
				r.textJob = r.employmentAfter(ms[i+1:], text, m.end)
			}
		case factPlaceCue:
			if p.value == "office" {
				r.stated(text, int(m.end), officeReach)
			} else if p.value != "" {
				r.stated(text, int(m.end), clauseReach)
			} else if r.f.LocationRaw == "" {
				r.placeAfter(text, int(m.end))
			}
		case factPlace:
			r.inText("KR", text[m.start:m.end])
		case factCountry:
			r.inText(p.value, text[m.start:m.end])
		case factRole:
			// "Acme | Berlin …" names its jobs in the text.
			readsProse := kind != KindBenefits && kind != KindProcess && kind != KindPreferred
			if kind == KindBody || kind == KindDuties {
				r.textRoles.add(p.role)
			}
			r.offer(text, ms, i, readsProse)
			if readsProse {
				r.work(1<<p.role&developers, text, m)
			}
		case factWork:
			if kind != KindBenefits && kind != KindProcess && kind != KindPreferred {
				r.work(rolesOf(p.value), text, m)
			}
		case factEmployment:
			r.mentionsJob(p, text, m, kind)
		case factEmploymentText:
			r.textJob = cmp.Or(r.textJob, p.value)
		case factRemote:
			switch {
			case strings.HasPrefix(p.phrase, "재택"), p.phrase == "원격근무":
				r.softRemote = "hybrid"
			case p.value == "onsite" && strings.HasPrefix(text[m.end:], " in "):
				r.stated(text, int(m.end)+len(" in "), clauseReach)
			}
		case factRemoteText:
			r.textRemote = mergeRemote(r.textRemote, p.value)
		case factSalary:
			// Among benefits only "Salary: $60k" is the salary.
			if r.f.SalaryRaw == "" && (base != KindBenefits || strings.HasPrefix(strings.TrimLeft(text[m.end:], " *_"), ":")) {
				r.salaryAt(text, int(m.start))
			}
		case factIndustry:
			if r.f.Industry == "" && (kind == KindAbout || kind == KindBody) {
				r.f.Industry = p.value
			}
		}
	}
}

const (
	longestHead    = 400 // bytes of a head's first line
	longestLine    = 120 // of the lines after it
	linesAfterHead = 4
)

// head reads the lines that a free text begins with, where a board has no fields of its
// own for what they say: "Acme | Berlin, Germany | Full-time | €60k".
func (r *factReader) head() {
	if len(r.h.Categories) > 0 {
		return
	}
	text := opening(r.h.Sections)
	for n := 0; n <= linesAfterHead && text != ""; n++ {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if len(line) > longestHead || n > 0 && (len(line) > longestLine || strings.HasPrefix(line, "http")) {
			return
		}
		hasBars := strings.Contains(line, "|")
		if n > 0 || hasBars || len(line) <= longestLine {
			if len(r.countries) == 0 {
				r.place(line)
			}
		}
		if hasBars && r.f.SalaryRaw == "" {
			r.salary(line)
		}
		r.readLine(line)
	}
}

// readLine reads the kind of employment and where it is done from a line of a head.
func (r *factReader) readLine(line string) {
	r.jobEnd = 0
	for _, m := range r.x.match(r.s, line) {
		switch p := &r.x.patterns[m.pattern]; p.kind {
		case factEmployment:
			r.headJob = r.nextEmployment(r.headJob, p.value, line, m)
		case factEmploymentText:
			r.headJob = cmp.Or(r.headJob, p.value)
		case factRemote:
			r.headRemote = mergeRemote(r.headRemote, p.value)
			r.saysOnsite = r.saysOnsite || p.value == "onsite"
		}
	}
}

// opening is where a posting's text begins: the part before its first heading.
func opening(sections []Section) string {
	text := ""
	for i := range sections {
		switch kindOf(sections[i].Name) {
		case KindBody, KindAbout, KindDuties:
			line, _, _ := strings.Cut(sections[i].Text, "\n")
			if strings.Contains(line, "|") {
				return sections[i].Text
			}
			if text == "" || kindOf(sections[i].Name) == KindAbout {
				text = sections[i].Text
			}
		}
	}
	return text
}

// finishExperience decides whose years count: the board's numbers, the board's words, the
// title's, the text's. A board that says both "newcomers" and "experienced" leaves the
// years to the text.
func (r *factReader) finishExperience() {
	h := r.h
	newcomer := r.newcomer || h.IsNewcomer != nil && *h.IsNewcomer
	source := h.Experience
	if source == "" {
		source = h.Title
	}
	newcomersOnly := newcomer && !isForExperienced(source) && (h.ExperienceMin == nil || *h.ExperienceMin == 0)
	anyYears := saysAnyYears(source)
	y := yearRange{}
	if len(r.ofJobs) > 1 || r.yearsDiffer {
		r.textYears, r.softYears, r.ofSkills = yearRange{}, yearRange{}, nil
		if !r.yearsDiffer && allEqual(r.ofJobs) {
			r.textYears = r.ofJobs[0]
		}
	}
	if len(r.ofSkills) > 0 && !r.textYears.isStated() && !r.softYears.isStated() && allEqual(r.ofSkills) {
		r.textYears = r.ofSkills[0]
	}
	switch {
	case h.ExperienceMin != nil && (*h.ExperienceMin > 0 || h.ExperienceMax != nil && *h.ExperienceMax > 0):
		y.min = h.ExperienceMin
		if h.ExperienceMax != nil && *h.ExperienceMax >= *h.ExperienceMin && *h.ExperienceMax < 50 {
			y.max = h.ExperienceMax
		}
	case r.boardYears.isStated():
		y = r.boardYears
	case r.titleYears.isStated():
		y = r.titleYears
	case newcomersOnly:
		y.min, y.max = ptr(int32(0)), ptr(int32(0))
		// "신입 및 경력(1년~2년)" in the text of a posting for newcomers
		if t := r.textYears; t.min != nil && *t.min <= 2 && t.max != nil {
			y.max = t.max
		}
	case anyYears:
	case r.textYears.isStated():
		y = r.textYears
		newcomer = newcomer && h.Experience == ""
	case r.softYears.min != nil:
		y = r.softYears
		newcomer = newcomer && h.Experience == ""
	}
	if newcomer && !anyYears {
		y.min = ptr(int32(0))
	}
	if y.min != nil && y.max != nil && *y.min > *y.max {
		y.min, y.max = y.max, y.min
	}
	r.f.ExperienceMinYears, r.f.ExperienceMaxYears = clone(y.min), clone(y.max)
	if r.f.Seniority == "" && newcomersOnly {
		r.f.Seniority = "junior"
	}
}

// takeYears notes the years that a text asks for at a match, by what follows them.
func (r *factReader) takeYears(y yearRange, text string, at *factMatch) {
	r.compareJobs(r.textYears, y, text, at)
	switch {
	case !y.isStated():
	case isOfSkill(text[at.end:]):
		r.ofSkills = append(r.ofSkills, y)
	default:
		r.textYears.take(y)
	}
}

// compareJobs notes that other years are asked of another job, whose name heads the
// paragraphs in which they stand: "Android Engineer:". Then they are asked of none.
func (r *factReader) compareJobs(first, y yearRange, text string, at *factMatch) {
	if first.isStated() && y.isStated() && !allEqual([]yearRange{first, y}) && jobHeading(text[:at.start]) {
		r.yearsDiffer = true
	}
}

func allEqual(all []yearRange) bool {
	equal := func(a, b *int32) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
	for _, y := range all[1:] {
		if !equal(y.min, all[0].min) || !equal(y.max, all[0].max) {
			return false
		}
	}
	return true
}

// isForExperienced tells whether words about experience speak of more than newcomers.
func isForExperienced(words string) bool {
	words = strings.ToLower(words)
	for _, w := range []string{"경력", "무관", "이상", "experienced", "irrelevant", "not_matter", "junior", "middle", "senior", "intern", "인턴", "주니어", "시니어"} {
		if strings.Contains(words, w) {
			return true
		}
	}
	return false
}

// saysAnyYears tells whether words about experience say that it does not matter.
func saysAnyYears(words string) bool {
	return words == "IRRELEVANT" || strings.Contains(words, "무관") || strings.Contains(strings.ToLower(words), "not_matter")
}

func ptr[T any](v T) *T { return &v }

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return ptr(*p)
}

func (r *factReader) finishWork() {
	if r.f.Employment == "" {
		r.f.Employment = r.titleJob
	}
	if r.f.Employment == "" {
		r.f.Employment = cmp.Or(r.headJob, r.textJob, r.mentionedJob())
	}
	if r.f.Seniority == "" && r.f.Employment == "intern" {
		r.f.Seniority = "intern"
	}
	if r.f.Remote == "" {
		r.f.Remote = r.titleRemote
	}
	if r.f.Remote == "" {
		for _, loc := range r.h.Locations {
			for _, m := range r.x.match(r.s, loc) {
				if p := &r.x.patterns[m.pattern]; p.kind == factRemote {
					r.f.Remote = mergeRemote(r.f.Remote, p.value)
				}
			}
		}
	}
	if r.f.Remote == "" {
		r.f.Remote = cmp.Or(r.headRemote, r.textRemote, r.softRemote)
	}
}

// mentionedJob is the employment that a text mentions without a heading. "정규직 전환" alone
// follows a probation, or a contract that the text names.
func (r *factReader) mentionedJob() string {
	switch {
	case r.saysRegular:
		return "full_time"
	case r.saysContract != "":
		return r.saysContract
	case r.saysConversion:
		return "full_time"
	case r.isServiceOpen:
		return "military"
	}
	return ""
}

// mentionsJob notes a word of employment inside a text.
func (r *factReader) mentionsJob(p *factPattern, text string, m *factMatch, kind Kind) {
	switch {
	case p.value == "military":
		r.isServiceOpen = true
	case kind == KindPreferred:
	case kind != KindBenefits && opensLine(text, int(m.start)) && text[m.start] < utf8.RuneSelf:
		r.textJob = cmp.Or(r.textJob, p.value) // "Full time, with benefits"
	case p.phrase == "정규직":
		if strings.HasPrefix(strings.TrimLeft(text[m.end:], " "), "전환") {
			r.saysConversion = true
		} else {
			r.saysRegular = true
		}
	case p.phrase == "계약직" || p.phrase == "기간제" || p.phrase == "파견직":
		r.saysContract = cmp.Or(r.saysContract, p.value)
	}
}

// opensLine tells whether nothing stands before a place on its line.
func opensLine(text string, at int) bool {
	from := strings.LastIndexByte(text[:at], '\n') + 1
	return strings.Trim(text[from:at], bullets) == ""
}

// employmentAfter returns the employment named within a line and a half of a
// heading such as "고용형태".
func (r *factReader) employmentAfter(ms []factMatch, text string, from int32) string {
	for i := range ms {
		if ms[i].start-from > 48 {
			return ""
		}
		if p := &r.x.patterns[ms[i].pattern]; p.kind == factEmployment {
			return p.value
		}
	}
	return ""
}

// languageOf tells the language of the text by its letters; a short text has
// the board's word for it.
func languageOf(h *Hints) string {
	var hangul, kana, han, latin, words int
	count := func(s string) {
		if len(s) > 1500 {
			s = s[:1500]
		}
		for i := 0; i < len(s); {
			c := s[i]
			if c < utf8.RuneSelf {
				if isAlnum(c) && !isDigit(c) {
					latin++
				} else if c == ' ' && i+4 < len(s) {
					// The commonest words of English tell it from other Latin scripts.
					switch s[i+1 : min(i+5, len(s))] {
					case "the ", "and ", "you ", "our ", "for ", "with", "are ":
						words++
					}
				}
				i++
				continue
			}
			rn, size := utf8.DecodeRuneInString(s[i:])
			switch {
			case rn >= 0xAC00 && rn <= 0xD7A3:
				hangul++
			case rn >= 0x3040 && rn <= 0x30FF:
				kana++
			case rn >= 0x4E00 && rn <= 0x9FFF:
				han++
			case rn >= 0xC0 && rn < 0x250:
				latin++
			}
			i += size
		}
	}
	for i := range h.Sections {
		count(h.Sections[i].Text)
	}
	if hangul+kana+han+latin < 40 {
		count(h.Title)
	}
	total := hangul + kana + han + latin
	switch {
	case total == 0:
		return h.LanguageHint
	case hangul*5 > total:
		return "ko"
	case kana*10 > total:
		return "ja"
	case han*4 > total:
		return "zh"
	case words > 0 && words*120 >= latin/10:
		return "en"
	}
	return h.LanguageHint
}
