package extract

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// jobNouns end the names of jobs. A role's phrase without one ("machine learning") is a
// job only with one behind it.
var jobNouns = []string{
	"engineer", "developer", "programmer", "designer", "architect", "scientist", "analyst", "manager", "researcher", "administrator", "admin", "tester", "writer", "consultant", "director", "owner",
	"specialist", "generalist", "evangelist", "advocate", "hacker", "devs", " lead", "head of", "intern", "expert", "position", "role", "sre", "dba", "sdet", "sysadmin", "cto", "vp ", "devops", "qa",
	"개발자", "엔지니어", "디자이너", "프로그래머", "담당자", "연구원", "매니저", "분석가", "관리자", "아키텍트", "리드", "기획자",
}

func hasJobNoun(words string) bool {
	words = strings.ToLower(words)
	if k := strings.Index(words, " dev"); k >= 0 && !isLetterAt(words, k+len(" dev")) {
		return true
	}
	return containsAny(words, jobNouns)
}

func isLetterAt(text string, at int) bool {
	return at < len(text) && isAlnum(text[at]) && !isDigit(text[at])
}

// isJobItself are phrases that name somebody who does the job, and have none of jobNouns.
var isJobItself = map[string]bool{"pm": true, "pms": true, "pm's": true, "technical pm": true, "swe": true, "swes": true, "sde": true, "sdes": true, "frontender": true, "backender": true, "pentesters": true, "roboticists": true, "ciso": true}

// isAnyEngineer are words that say engineer and nothing of software.
var isAnyEngineer = map[string]bool{"engineer": true, "engineers": true, "엔지니어": true, "engineering": true, "개발": true, "software": true, "s/w": true}

// otherTrades make an engineer one of something else than software.
var otherTrades = []string{"mechanical", "civil", "chemical", "process", "manufactur", "industrial", "customer", "success", "sales", "field", "test", "quality", "support", "optic", "physic", "rf ", "structural", "bio", "electric", "materials", "structures", "propulsion", "design engineer", "facilit", "mechatronic", "energy"}

// isSoftwareTrade tells whether the engineer of text[at:] is not of another trade.
func isSoftwareTrade(text string, at int) bool {
	item := text[max(0, at-fieldReach):at]
	item = item[strings.LastIndexAny(item, ",|;\n:")+1:]
	return !containsAny(strings.ToLower(item), otherTrades)
}

// isDesigner are words that mean a designer of screens only among jobs of IT.
var isDesigner = map[string]bool{"designer": true, "designers": true}

// titleJob is a role's phrase in a title.
type titleJob struct {
	start, end int
	roles      roleSet
	isGeneral  bool // "Software Engineer"
	isMaker    bool // a narrower one, which the general one may turn out to be
}

func newTitleJob(roles roleSet, start, end int) titleJob {
	return titleJob{start, end, roles, roles.generic(), roles&^otherJobs&^rolesOf(genericRole) != 0}
}

// otherJobs are no narrower kind of a "Software Engineer".
var otherJobs = rolesOf("engineering-manager product-manager project-manager ux-designer data-scientist data-analyst ai-researcher technical-writer developer-advocate it-manager support-engineer solution-engineer")

const itemEnds = ",|;&+(){}[]"

// isJobOfItsOwn tells whether the general job of a title stands in its list as a job
// beside the others: "Software Engineers, Data Engineers". In "Software Engineer, Backend"
// and "Software Engineer (iOS)" what follows only says which.
func isJobOfItsOwn(title string, jobs []titleJob) bool {
	if !slices.ContainsFunc(jobs, func(job titleJob) bool { return !job.isGeneral }) {
		return false
	}
	for _, job := range jobs {
		if !job.isGeneral {
			continue
		}
		from, to := itemAround(title, job.start, job.end)
		if hasMaker(jobs, from, to) || isRefined(title, jobs, to) {
			continue
		}
		if isDepartment[strings.ToLower(title[job.start:job.end])] && hasMaker(jobs, 0, len(title)) {
			continue // "Full Stack | Engineering"
		}
		if fields, _ := fieldsOf(title[from:to], false); !fields.empty() {
			continue // "Mobile & Web Software Engineers"
		}
		return true
	}
	return false
}

// isDepartment are general words that name no job beside a narrower one.
var isDepartment = map[string]bool{"engineering": true, "개발": true, "software engineering": true}

// forDevelopers follow "developer" where it names whom something is for.
var forDevelopers = []string{" analytics", " experience", " tools", " tooling", " platform", " productivity", " acceleration", " education", " marketing", " community", " ecosystem", " docs", " team", " teams", " relations"}

// isForDevelopers tells whether the general word before rest names no job: "Developer Tools".
func isForDevelopers(phrase, rest string) bool {
	if phrase != "developer" || rest == "" || rest[0] != ' ' {
		return false
	}
	rest = strings.ToLower(cutText(rest, nounReach))
	for _, word := range forDevelopers {
		if strings.HasPrefix(rest, word) && !isLetterAt(rest, len(word)) {
			return true
		}
	}
	return false
}

// itemAround is the item of a title's list around the job at [start, end).
func itemAround(title string, start, end int) (from, to int) {
	from, to = strings.LastIndexAny(title[:start], itemEnds)+1, len(title)
	if from > 0 && title[from-1] == ')' { // "(Full Stack) Developer"
		from = strings.LastIndexByte(title[:from], '(') + 1
	}
	for _, divider := range []string{" and ", " / "} {
		if k := strings.LastIndex(title[from:start], divider); k >= 0 {
			from += k + len(divider)
		}
	}
	if k := strings.IndexAny(title[end:], itemEnds); k >= 0 {
		to = end + k
	}
	for _, divider := range []string{" and ", " / "} {
		if k := strings.Index(title[end:to], divider); k >= 0 {
			to = end + k
		}
	}
	return from, to
}

func hasMaker(jobs []titleJob, from, to int) bool {
	for _, job := range jobs {
		if job.isMaker && job.start >= from && job.end <= to {
			return true
		}
	}
	return false
}

// isRefined tells whether the item after at only refines the one before it.
func isRefined(title string, jobs []titleJob, at int) bool {
	rest := strings.TrimLeft(title[min(at, len(title)):], " ")
	if rest == "" || !strings.ContainsRune(",({[|/", rune(rest[0])) {
		return false
	}
	at = len(title) - len(rest)
	next := title[at+1:]
	if k := strings.IndexAny(next, ")}]"); k >= 0 && strings.ContainsRune("({[", rune(title[at])) {
		next = next[:k]
	} else if k := strings.IndexAny(next, itemEnds); k >= 0 {
		next = next[:k]
	}
	if !hasMaker(jobs, at+1, at+1+len(next)) {
		return false
	}
	return strings.ContainsRune("({[", rune(title[at])) || !hasJobNoun(next)
}

// bullets stand before an item of a list.
const bullets = " -*•·+>→–—■▪◦#0123456789.)(["

// isStack are words that head a line of tools: "DevOps: AWS, Docker".
var isStack = map[string]bool{"devops": true, "infrastructure": true, "backend": true, "back-end": true, "back end": true, "frontend": true, "front-end": true, "front end": true, "mobile": true, "ios": true, "android": true, "machine learning": true, "ml": true}

// hiringWords open a sentence that says whom an employer looks for.
var hiringWords = []string{"looking for", "hiring", "seeking", "searching for", "in need of", "we need", "open position", "opening", "positions", "roles", "join us as", "join our team as", "recruiting", "wanted", "want to hire", "to hire", "to work as", "position for", "looking to add", "looking to hire", "looking to bring", "looking to grow", "to grow our team", "expand our team", "in search of", "vacancies", "as a ", "as an ", "as senior ", "as our "}

// otherWords tell that a job is somebody else's: a colleague's, or one's past.
var otherWords = []string{"experience", "work with", "working with", "works with", "alongside", "collaborat", "closely", "team of", "our engineers", "partner with", "interact", "communicat", "report to", "reporting to", "mentor", "founded by", "i'm a", "i'm the", "i am a", "i am the", "my name", "our team is", "consists of", "for developers", "not a ", "by developers", "developer tools", "help developers", "together with", "co-founder", "contact", "[e-mail]", "hiring manager", "reach out", "the cto", "our cto", "+ years", "years as ", "years of ", "years in ", "years working"}

const (
	listedWithin = 48  // bytes from a line's first word to the job that it lists
	shortLine    = 90  // bytes of a line that lists jobs and nothing else
	nounReach    = 26  // bytes from a role's phrase to its noun
	listReach    = 120 // bytes from a role's phrase to the noun of its list
)

// offerKind says how a text offers a job.
type offerKind int

const (
	offerNone  offerKind = iota
	offerProse           // in a sentence of hiring
	offerLine            // as an item of a list
)

// skillWords follow a field where it is something to know, or others do it.
var skillWords = []string{" experience", " knowledge", " skills", " background", " mindset", " culture", " practices", " principles", " tools", " tooling", " team", " teams", " environment", " pipeline", " pipelines", " processes", " expertise", " training", " trainer", " instructor"}

func isSkill(tail string) bool {
	tail = strings.TrimPrefix(strings.ToLower(tail), " engineering")
	for _, word := range skillWords {
		if strings.HasPrefix(tail, word) && !isLetterAt(tail, len(word)) && !hasJobNoun(tail) {
			return true
		}
	}
	return false
}

// startsWithPeople tells whether those who are looked for follow a field: "front end candidates".
func startsWithPeople(tail string) bool {
	for _, word := range []string{" folks", " people", " candidates", " talent", " professionals", " roles", " positions", " openings", " opportunities"} {
		if strings.HasPrefix(strings.ToLower(cutText(tail, nounReach)), word) {
			return true
		}
	}
	return false
}

// isShortItem tells whether few words stand between the divider of a list and a role's phrase.
func isShortItem(name string) bool {
	return strings.Count(strings.TrimSpace(name[strings.LastIndexByte(name, ',')+1:]), " ") <= 1
}

// isWholeItem tells whether a role's phrase is all that a line says, but for an address.
func isWholeItem(name, rest string) bool {
	rest = strings.TrimLeft(rest, "s ")
	return strings.TrimSpace(name) == "" && (rest == "" || strings.IndexByte(":(-–", rest[0]) >= 0 || strings.HasPrefix(rest, "http"))
}

// isUnderOpenings tells whether a list of openings begins shortly before the end of text.
func isUnderOpenings(text string) bool {
	const mostItems, mostBytes = 14, 900
	text = text[max(0, len(text)-mostBytes):]
	for range mostItems {
		text = strings.TrimRight(text, "\n ")
		from := strings.LastIndexByte(text, '\n') + 1
		line := strings.ToLower(text[from:])
		if strings.HasSuffix(line, ":") {
			return containsAny(line, []string{"open", "role", "position", "hiring", "looking for", "seeking", "needs", "vacanc", "jobs"})
		}
		if text = text[:from]; text == "" {
			return false
		}
	}
	return false
}

// isVerb tells whether "architect" between name and rest is what somebody does: "Architect
// our services", "design, architect, and build".
func isVerb(word, name, rest string) bool {
	if !strings.EqualFold(word, "architect") {
		return false
	}
	rest = strings.TrimLeft(rest, " ")
	switch {
	case rest == "":
		return false
	case word[0] == 'a' && (rest[0] == ',' || strings.HasPrefix(rest, "and ") || strings.HasSuffix(name, "to ")):
		return true
	}
	return name == "" && rest[0] >= 'a' && rest[0] <= 'z'
}

// isForSomebody tells whether what stands before a job is made for who has it, and is no
// opening: "tools for".
func isForSomebody(before string) bool {
	before, ok := strings.CutSuffix(strings.TrimRight(before, " "), " for")
	if !ok {
		return false
	}
	for _, word := range []string{"ing", "openings", "position", "positions", "role", "roles", "vacancy", "vacancies", "spot", "spots", "need", "search", "engineers", "developers", "devs"} {
		if strings.HasSuffix(before, word) {
			return false
		}
	}
	return true
}

// jobsBefore stand before a list of jobs that have no noun of their own.
var jobsBefore = []string{"engineers for ", "engineers in ", "engineers (", "developers for ", "developers in ", "roles in ", "roles for ", "roles (", "roles including ", "roles: ", "positions in ", "positions for ", "positions (", "positions including ", "openings in ", "openings for ", "openings across ", "hiring across ", "engineers across ", "roles across "}

// namesJobsBefore tells whether a sentence begins a list of jobs: "hiring engineers for ".
func namesJobsBefore(before string) bool {
	for _, words := range jobsBefore {
		if k := strings.LastIndex(before, words); k >= 0 && len(before)-k <= listReach {
			return true
		}
	}
	return false
}

// sharesNoun tells whether a list goes on in rest whose last job has the noun of all:
// ", iOS and full stack engineers".
func sharesNoun(rest string) bool {
	if k := strings.IndexAny(rest, ".!?:;|"); k >= 0 {
		rest = rest[:k]
	}
	rest = strings.ToLower(rest)
	if !endsItem(rest) || strings.HasPrefix(strings.TrimLeft(rest, " "), "in ") {
		return false
	}
	for _, word := range strings.FieldsFunc(rest, func(c rune) bool { return strings.ContainsRune(" ,/&+()", c) }) {
		if word != "engineering" && hasJobNoun(" "+word) {
			return true
		}
		if strings.Contains(listBreakers, " "+word+" ") {
			return false
		}
	}
	return false
}

// listBreakers end a list of jobs before its noun.
const listBreakers = " who that which to for with our your the we you they is are will can in on at of as from by our "

// isInnerItem tells whether an item of a list begins inside a line: "… - Data Scientist: builds models".
func isInnerItem(name, rest string) bool {
	if k := strings.LastIndex(name, ") "); k > 0 && isDigit(name[k-1]) && strings.Count(name[k+2:], " ") <= 3 {
		return true // "1) Data Engineer 2) Backend Engineer"
	}
	if !strings.HasPrefix(strings.TrimLeft(rest, "s "), ":") {
		return false
	}
	for _, divider := range []string{" - ", " * ", " • "} {
		if k := strings.LastIndex(name, divider); k >= 0 && strings.Count(name[k+len(divider):], " ") <= 3 {
			return true
		}
	}
	return false
}

func containsAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// isDuty tells whether what stands before a role's phrase in its line begins a duty, and no
// name of a job.
func isDuty(name string) bool {
	first, rest, ok := strings.Cut(strings.ToLower(name), " ")
	if !ok {
		return false
	}
	switch first {
	case "hiring", "looking", "seeking", "recruiting", "engineering", "searching", "marketing", "consulting", "trading", "starting", "growing":
		return false
	}
	return strings.HasSuffix(first, "ing") && len(first) > len("ring") && containsAny(rest+" ", []string{"our ", "the ", "a ", "with "}) || first == "recruit" || containsAny(strings.ToLower(name), []string{"great role", "great for"})
}

// endsItem tells whether an item of a list ends before rest.
func endsItem(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	return rest != "" && strings.IndexByte(",;)&/", rest[0]) >= 0 || strings.HasPrefix(rest, "and ") || strings.HasPrefix(rest, "or ") || strings.HasPrefix(rest, "as well as ") || strings.HasPrefix(rest, "in ")
}

// endsList tells whether the last item of a list stands between head and rest: "… and QA."
func endsList(head, rest string) bool {
	if rest = strings.TrimLeft(rest, " "); rest != "" && rest[0] != '.' && rest[0] != '!' {
		return false
	}
	for _, word := range []string{", ", " and ", " or ", " & "} {
		if strings.HasSuffix(head, word) {
			return true
		}
	}
	return false
}

// endsName tells whether the name of a job ends soon: a colon, a dash, an address follows.
func endsName(rest string) bool {
	k := strings.IndexAny(rest, ":(|–—")
	if d := strings.Index(rest, " - "); d >= 0 && (k < 0 || d < k) {
		k = d
	}
	return k >= 0 && k <= nounReach
}

// moreWords open a sentence that names more jobs than the title does.
var moreWords = []string{"also ", "re hiring", "are hiring", "currently hiring", "openings", "vacancies", "open roles", "open positions", "other positions", "other roles"}

// offers gathers the jobs that a text offers line by line: in a line with a narrower job
// "Software Engineer" only says what kind of work it is, unless it is an item of its own.
type offers struct {
	roles     roleSet
	lines     roleSet // of those, the ones of lists and of sentences that name more
	isGeneral bool    // some line offers no more than "Software Engineer"
	isListed  bool    // and that is an item of a list, or a job beside others

	text      string // the line that is being read starts at lineFrom of it
	lineFrom  int
	lineRoles roleSet
	lineJobs  []titleJob
	lineKind  offerKind
}

// add notes the job at [start, end) of text.
func (o *offers) add(roles roleSet, text string, start, end int, kind offerKind) {
	from := strings.LastIndexByte(text[:start], '\n') + 1
	if from != o.lineFrom || text != o.text {
		o.endLine()
		o.text, o.lineFrom = text, from
	}
	o.lineRoles.join(roles)
	o.lineKind = max(o.lineKind, kind)
	o.lineJobs = append(o.lineJobs, newTitleJob(roles, start-from, end-from))
}

func (o *offers) endLine() {
	if len(o.lineJobs) == 0 {
		return
	}
	line, _, _ := strings.Cut(o.text[o.lineFrom:], "\n")
	if isOwn := isJobOfItsOwn(line, o.lineJobs); isOwn || o.lineRoles.generic() {
		o.isGeneral = true
		o.isListed = o.isListed || isOwn || o.lineKind == offerLine && isListed(line, o.lineJobs)
	}
	o.lineRoles.narrow()
	o.roles.join(o.lineRoles)
	if o.lineKind == offerLine || containsAny(strings.ToLower(line), moreWords) {
		o.lines.join(o.lineRoles)
	}
	o.lineRoles, o.lineJobs, o.lineKind = 0, o.lineJobs[:0], offerNone
}

// isListed tells whether a line is an item of a list of jobs that names a general one:
// little stands before the name, and behind it a divider, a place or an address.
func isListed(line string, jobs []titleJob) bool {
	if strings.Count(line, " | ") > 1 {
		return false // the head again
	}
	for _, job := range jobs {
		if !job.isGeneral {
			continue
		}
		head := strings.TrimSpace(strings.ToLower(strings.TrimLeft(line[:job.start], bullets)))
		if strings.Count(head, " ") <= 3 && !containsAny(head+" ", []string{"://", "a ", "an ", "for ", "of ", "as "}) && endsJobName(strings.TrimLeft(line[job.end:], "s ")) {
			return true
		}
	}
	return false
}

// endsJobName tells whether the name of a job ends before rest: a divider, a word of place,
// an address or something with a capital follows.
func endsJobName(rest string) bool {
	if rest == "" || rest[0] >= utf8.RuneSelf || rest[0] >= 'A' && rest[0] <= 'Z' || strings.IndexByte(",:;(|-/&+", rest[0]) >= 0 {
		return true
	}
	for _, word := range []string{"http", "in ", "at ", "with ", "who "} {
		if strings.HasPrefix(rest, word) {
			return true
		}
	}
	return false
}

// levelOf is the level that every job of a title has; "" where two differ or one has none:
// "Senior Engineer, Junior Engineer", "Tech Lead, Site Reliability Engineer".
func levelOf(title string, levels []titleLevel, jobs []titleJob) string {
	if len(levels) == 0 {
		return ""
	}
	level := ""
	for _, item := range itemsOf(title) {
		own, hasJob := "", false
		for _, l := range levels {
			if l.at >= item[0] && l.at < item[1] && seniorityRank[l.level] > seniorityRank[own] {
				own = l.level
			}
		}
		for _, job := range jobs {
			hasJob = hasJob || job.start >= item[0] && job.end <= item[1]
		}
		switch {
		case own == "" && (!hasJob || !hasJobNoun(title[item[0]:item[1]])):
			continue
		case own == "" || level != "" && own != level:
			return ""
		}
		level = own
	}
	return level
}

// titleLevel is a word of seniority in a title.
type titleLevel struct {
	at    int
	level string
}

// itemsOf are the parts of a title that are divided as lists are.
func itemsOf(title string) (items [][2]int) {
	from := 0
	for i := 0; i <= len(title); i++ {
		switch {
		case i == len(title), title[i] == ',', title[i] == '|', title[i] == ';', title[i] == '&', title[i] == '+' && i > 0 && title[i-1] == ' ',
			strings.HasPrefix(title[i:], " and "), strings.HasPrefix(title[i:], " or "), strings.HasPrefix(title[i:], " / "):
			items = append(items, [2]int{from, i})
			from = i + 1
		}
	}
	return items
}
