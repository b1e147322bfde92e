package extract

import (
	"cmp"
	"strings"
)

// offer notes the job at ms[i] where the text offers it. A general word's job is that of
// the field beside it, unless the same name has a role's phrase already.
func (r *factReader) offer(text string, ms []factMatch, i int, readsProse bool) {
	m, p := ms[i], &r.x.patterns[ms[i].pattern]
	if isDesigner[p.phrase] && !r.h.IsITBoard || isForDevelopers(p.phrase, text[m.end:]) {
		return
	}
	if head, _, _ := strings.Cut(text, "\n"); int(m.end) <= len(head) && strings.Contains(head, "|") {
		return // the headline, which is the title
	}
	kind := isOffered(text, int(m.start), int(m.end), readsProse)
	if kind == offerNone || roleLexicon[p.role].slug == "engineering-manager" && isSomebody(text, int(m.start)) {
		return
	}
	roles := r.rolesAt(text, m)
	if r.isOfManager(text, ms, i) {
		return
	}
	if i > 0 && text[ms[i-1].end:m.start] == " " && r.isOfField(&r.x.patterns[ms[i-1].pattern], p) {
		return
	}
	isAlone := i == 0 || r.x.patterns[ms[i-1].pattern].kind != factRole || strings.ContainsAny(outsideBrackets(text[ms[i-1].end:m.start]), nameEnds)
	if roles.generic() && !isAlone && strings.ContainsAny(text[ms[i-1].end:m.start], ")") {
		return // "Android (Kotlin) Engineer"
	}
	if roles.generic() && isAlone {
		fields := fieldsBeside(text, int(m.start), int(m.end))
		if r.programmer { // whose side the title and the whole text tell
			fields.drop("frontend", "backend", "fullstack")
		}
		if !fields.empty() {
			roles = fields
		}
	}
	if roles.generic() && isDepartment[p.phrase] && kind == offerLine && !opensLine(text, int(m.start)) && !endsJobName(strings.TrimLeft(text[m.end:], " ")) && !startsWithPeople(text[m.end:]) {
		return // "Opened engineering and design offices"
	}
	if roles.generic() && isAnyEngineer[p.phrase] && !r.isListedEngineer(p, text, m, kind) {
		r.saysEngineers = r.saysEngineers || r.h.IsITBoard && isSoftwareTrade(text, int(m.start))
		return
	}
	roles.join(p.architect())
	r.named = roles.appendTo(r.named)
	r.offered.add(roles, text, int(m.start), int(m.end), kind)
}

// somebodyWords tell that a line speaks of the one who wrote it.
var somebodyWords = []string{"i'm ", "i’m ", "i am ", "my name", "e-mail", "email", "feel free", "questions", "hi hn", "contact", "reach out", "reach me", "shoot ", "talk to", "ping "}

// isSomebody tells whether who leads engineers at a place of the text is no job that is
// open: "I'm Jo, an engineering manager", "- Jo Doe, VP of Engineering".
func isSomebody(text string, at int) bool {
	from := strings.LastIndexByte(text[:at], '\n') + 1
	line, _, _ := strings.Cut(text[from:], "\n")
	if low := strings.ToLower(line); containsAny(low, somebodyWords) {
		return !containsAny(low[:at-from], hiringWords)
	}
	name, ok := strings.CutSuffix(strings.TrimLeft(line[:at-from], bullets), ", ")
	if !ok || strings.Contains(name, ",") {
		return false
	}
	words := strings.Fields(name)
	for _, word := range words {
		if word[0] < 'A' || word[0] > 'Z' || hasJobNoun(word) {
			return false
		}
	}
	return len(words) == 2
}

// isNamedInSentence tells whether the phrase at m in a title that is a sentence names a job
// that it offers.
func (r *factReader) isNamedInSentence(m factMatch) bool {
	title := r.h.Title
	if isOffered(title, int(m.start), int(m.end), true) != offerNone {
		return true
	}
	before := strings.ToLower(title[:m.start])
	return containsAny(before, hiringWords) && !containsAny(before, otherWords) && endsItem(outsideBrackets(title[m.end:]))
}

// isPartOfJob tells whether the phrase at m in a title only says more of the job before it:
// a side or a tool of a full-stack job, the infrastructure or platform of a field.
func (r *factReader) isPartOfJob(p *factPattern, jobs []titleJob, m factMatch) bool {
	if len(jobs) == 0 {
		return false
	}
	last := jobs[len(jobs)-1]
	between := r.h.Title[last.end:m.start]
	if last.roles.has("engineering-manager") && saysOfWhat(between) && !hasJobNoun(p.phrase+cutText(r.h.Title[m.end:], nounReach)) {
		return true // "Engineering Manager - Mobile"
	}
	open := strings.Count(between, "(") > strings.Count(between, ")")
	switch slug := roleLexicon[p.role].slug; slug {
	case "data-analyst", "ux-designer", "media":
		return open && !last.isGeneral && !hasJobNoun(p.phrase)
	case "frontend", "backend":
		return last.roles.has("fullstack") && (open || !strings.ContainsAny(between, ",|;&+") && !strings.Contains(between, " / ") && !strings.Contains(between, " or ") && !strings.Contains(between, " and ") && !strings.Contains(between, "/"))
	case "devops", "platform-engineer":
		return between == " " && !last.isGeneral && isFoundation(p.phrase)
	}
	return false
}

// saysOfWhat tells whether a divider between a manager and a field says what is managed.
func saysOfWhat(between string) bool {
	between = strings.TrimSpace(between)
	return between == "-" || between == "–" || between == "," || between == "("
}

// isOfManager tells whether the phrase at ms[i] only says which engineers somebody manages:
// "Mobile Engineering Manager (iOS)".
func (r *factReader) isOfManager(text string, ms []factMatch, i int) bool {
	isManager := func(k int) bool {
		p := &r.x.patterns[ms[k].pattern]
		return p.kind == factRole && (roleLexicon[p.role].slug == "engineering-manager" || isManagerOf(p.phrase, text[ms[k].end:]))
	}
	m := ms[i]
	if i+1 < len(ms) && isManager(i+1) && text[m.end:ms[i+1].start] == " " {
		return true
	}
	for k := i - 1; k >= 0 && m.start-ms[k].end <= fieldReach; k-- {
		if !isManager(k) {
			continue
		}
		title, field, ok := strings.Cut(text[ms[k].end:m.start], "(")
		title = strings.TrimRight(strings.ToLower(strings.TrimSpace(title)), "s")
		return ok && !strings.ContainsAny(field, ")\n") && (title == "" || title == "manager" || title == "director")
	}
	return false
}

// isManagerOf tells whether who manages a field of engineering stands between a phrase and
// rest: "Mobile Engineering" before " Manager".
func isManagerOf(phrase, rest string) bool {
	if !strings.HasSuffix(phrase, " engineering") {
		return false
	}
	rest = strings.ToLower(cutText(rest, len(" managers")))
	return strings.HasPrefix(rest, " manager") || strings.HasPrefix(rest, " director")
}

// isFoundation tells whether a phrase is about what other things stand on.
func isFoundation(phrase string) bool {
	return strings.HasPrefix(phrase, "infra") || strings.HasPrefix(phrase, "platform")
}

// isOfField tells whether the phrase after a role's only says which part of it is meant:
// "ML infrastructure engineer".
func (r *factReader) isOfField(before, p *factPattern) bool {
	return before.kind == factRole && roleLexicon[before.role].slug != genericRole && isFoundation(p.phrase)
}

// halfWords are the first of two that share a word's end: "Front/Back-end".
var halfWords = map[string]string{"front": "frontend", "back": "backend"}

// rolesAt are the roles that the words at m name: "Mobile Developer (Android, iOS)" is one
// of each.
func (r *factReader) rolesAt(text string, m factMatch) (roles roleSet) {
	p := &r.x.patterns[m.pattern]
	if isManagerOf(p.phrase, text[m.end:]) {
		return rolesOf("engineering-manager")
	}
	roles.add(p.role)
	if before, ok := strings.CutSuffix(text[max(0, int(m.start)-fieldReach):m.start], "/"); ok {
		word := strings.ToLower(before[strings.LastIndexAny(before, " ,|&(\n/")+1:])
		if slug := cmp.Or(fieldRoles[word], halfWords[word]); slug != "" { // "Platform/DevOps Engineer"
			roles.add(roleAt[slug])
		}
	}
	if !roles.has("mobile") {
		return roles
	}
	line, _, _ := strings.Cut(cutText(text[m.end:], listReach), "\n")
	line = strings.ToLower(line)
	if k := strings.IndexAny(line, ",|;"); k >= 0 && !strings.Contains(line[:k], "(") {
		line = line[:k] // the next job of the list
	}
	android, ios := strings.Contains(line, "android"), strings.Contains(line, "ios")
	if !android && !ios || !strings.ContainsAny(line, "(-–:") {
		return roles
	}
	roles = 0
	if android {
		roles.add(roleAt["android"])
	}
	if ios {
		roles.add(roleAt["ios"])
	}
	return roles
}

// isEngineer tells whether the general word at a place means an engineer of software.
func (r *factReader) isEngineer(p *factPattern, text string, at int) bool {
	return r.h.IsITBoard && roleLexicon[p.role].slug == genericRole && isSoftwareTrade(text, at)
}

// isListedEngineer tells whether the word at m is an engineer of software as an item of a
// list: "engineers, product managers", "Payments Engineer: https://…".
func (r *factReader) isListedEngineer(p *factPattern, text string, m factMatch, kind offerKind) bool {
	if p.phrase == "engineers" && strings.HasPrefix(text[m.end:], ",") {
		return true
	}
	from := strings.LastIndexByte(text[:m.start], '\n') + 1
	line, _, _ := strings.Cut(text[from:], "\n")
	return kind == offerLine && r.isEngineer(p, text, int(m.start)) && isListed(line, []titleJob{{start: int(m.start) - from, end: int(m.end) - from, isGeneral: true}})
}

// architect is the role of an architect where the phrase of another role names one:
// "security architect".
func (p *factPattern) architect() (roles roleSet) {
	if strings.Contains(p.phrase, "architect") {
		roles.add(roleAt["architect"])
	}
	return roles
}

var webAndMobile = rolesOf("web mobile")

// finishRoles joins what the title, the board's categories and the text's offers name. A
// category of a board that is not of IT alone is a department: it only says more of a
// general title. Of a posting for one job the text names the others, too.
func (r *factReader) finishRoles() {
	r.offered.endLine()
	jobs := &r.offered
	all := r.titleRoles
	isGeneral := r.isGeneralApart || all.generic() && !all.empty() // the title's job
	if r.h.IsITBoard || all.generic() && (r.titleNonIT == "" || !all.empty()) {
		all.join(r.boardRoles)
	}
	isOneJob := len(r.h.Categories) > 0
	switch isIT := r.titleNonIT == "" || r.h.IsITBoard || !all.empty(); {
	case !isIT || r.boardNonIT != "":
	case isGeneral || all.empty():
		if !jobs.roles.generic() { // the text says which developers
			r.isGeneralApart = jobs.isListed || isGeneral && jobs.roles&^r.titleRoles&developers == 0
		}
		all.join(jobs.roles)
	case !isOneJob:
		r.isGeneralApart = r.isGeneralApart || jobs.isListed && !jobs.lines.generic()
		all.join(jobs.lines)
	}
	if isGeneral && all.generic() && r.programmer {
		all.join(titleSides(r.h.Title))
	}
	if all.generic() {
		if r.workRoles.has("backend") && r.workRoles.has("frontend") {
			r.workRoles.drop("backend", "frontend")
			r.workRoles.add(roleAt["fullstack"])
		}
		if one := r.workRoles; one.count() == 1 || one == webAndMobile { // more are what a service has
			all.join(one)
		}
	}
	if all.empty() && r.saysEngineers {
		all.add(roleAt[genericRole])
	}
	all.narrow()
	r.f.Roles = all.slugs(r.isGeneralApart, r.named)
}
