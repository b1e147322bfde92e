package extract

import "strings"

// offer notes the job at ms[i] where the text offers it. A general word's job is that of
// the field beside it, unless the same name has a role's phrase already.
func (r *factReader) offer(text string, ms []factMatch, i int, readsProse bool) {
	m, p := ms[i], &r.x.patterns[ms[i].pattern]
	if isDesigner[p.phrase] && !r.h.IsITBoard {
		return
	}
	if head, _, _ := strings.Cut(text, "\n"); int(m.end) <= len(head) && strings.Contains(head, "|") {
		return // the headline, which is the title
	}
	kind := isOffered(text, int(m.start), int(m.end), readsProse)
	if kind == offerNone {
		return
	}
	roles := roleSet(1) << p.role
	isAlone := i == 0 || r.x.patterns[ms[i-1].pattern].kind != factRole || strings.ContainsAny(text[ms[i-1].end:m.start], nameEnds)
	if roles.generic() && isAlone {
		fields := fieldsBeside(text, int(m.start), int(m.end))
		if r.programmer { // whose side the title and the whole text tell
			fields.drop("frontend", "backend", "fullstack")
		}
		if !fields.empty() {
			roles = fields
		}
	}
	if roles.generic() && isAnyEngineer[p.phrase] && !r.isListedEngineer(p, text, m, kind) {
		r.saysEngineers = r.saysEngineers || r.h.IsITBoard && isSoftwareTrade(text, int(m.start))
		return
	}
	roles.join(p.architect())
	r.named = roles.appendTo(r.named)
	r.offered.add(roles, text, int(m.start), int(m.end), kind)
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
	return kind == offerLine && r.isEngineer(p, text, int(m.start)) && isListed(line, []titleJob{{int(m.start) - from, int(m.end) - from, true}})
}

// architect is the role of an architect where the phrase of another role names one:
// "security architect".
func (p *factPattern) architect() (roles roleSet) {
	if strings.Contains(p.phrase, "architect") {
		roles.add(roleAt["architect"])
	}
	return roles
}

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
		all.join(r.workRoles)
	}
	if all.empty() && r.saysEngineers {
		all.add(roleAt[genericRole])
	}
	all.narrow()
	r.f.Roles = all.slugs(r.isGeneralApart, r.named)
}
