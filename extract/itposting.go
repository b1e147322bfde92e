package extract

import (
	"cmp"
	"strconv"
)

// techsAlone is how many technologies make an IT posting of one whose title
// names no role.
const techsAlone = 3

// finishIT decides whether this is a posting for people who make or run
// information technology. A role in the title decides; words for other work in
// the title decide against; categories and technologies speak when the title is
// silent.
func (r *factReader) finishIT() {
	h, f := r.h, &r.f
	is := func(yes bool, why string) { f.IsIT, f.IsITReason = yes, why }
	specific, neutral, generic := split(r.titleRoles)
	boardSpecific, boardNeutral, boardGeneric := split(r.boardRoles)
	textSpecific, _, textGeneric := split(r.textRoles)
	n := h.TechCount
	count := strconv.Itoa(n) + " technologies"
	switch {
	case h.IsITBoard && r.programmer:
		is(true, "role "+cmp.Or(specific, genericRole))
	case h.IsITBoard && specific == "" && !generic && textSpecific != "":
		is(true, "text names role "+textSpecific)
	case specific != "" && r.titleNonIT == "":
		is(true, "role "+specific)
	case specific != "" && (n >= 1 || r.titleRoles.count() > 1 || r.boardIT != "" || !r.boardRoles.empty()):
		is(true, "role "+specific)
	case r.programmer && generic && r.titleNonIT == "":
		is(true, "role "+genericRole)
	case generic && r.titleNonIT != "" && n >= 1:
		is(true, "role "+genericRole+", "+count)
	case generic && r.titleNonIT == "" && (n >= 1 || r.boardIT != "" || !r.boardRoles.empty()):
		is(true, "role "+genericRole)
	case neutral == "product-manager", neutral != "" && n >= techsAlone:
		is(true, "role "+neutral+", "+count)
	case r.titleNonIT != "" && specific == "" && !generic:
		is(false, "title says "+r.titleNonIT)
	case neutral != "":
		is(false, "role "+neutral+", "+count)
	case specific != "":
		is(false, "title says "+r.titleNonIT+", no technologies")
	}
	if f.IsITReason != "" {
		return
	}
	switch {
	case boardSpecific != "":
		is(true, "category is role "+boardSpecific)
	case boardGeneric && r.boardNonIT == "":
		is(true, "category is role "+genericRole)
	case r.boardIT != "" && n >= 1:
		is(true, "category "+r.boardIT+", "+count)
	case n >= techsAlone && r.titleNonIT == "" && r.boardNonIT == "":
		is(true, count)
	case n >= 1 && r.boardNonIT == "" && textSpecific != "":
		is(true, "text names role "+textSpecific+", "+count)
	case n >= 1 && r.boardNonIT == "" && textGeneric && r.titleNonIT == "":
		is(true, "text names "+genericRole+", "+count)
	case textSpecific != "" && h.Title != "" && r.titleNonIT == "" && r.boardNonIT == "":
		is(true, "text names role "+textSpecific)
	case h.IsITBoard && r.titleNonIT == "":
		is(true, "the board is for IT, "+count)
	case r.titleNonIT != "":
		is(false, "title says "+r.titleNonIT)
	case r.boardNonIT != "":
		is(false, "category "+r.boardNonIT)
	case boardNeutral != "":
		is(false, "category is role "+boardNeutral+", "+count)
	default:
		is(false, "no IT role, "+count)
	}
}

// split sorts a set of roles into the first that is surely IT work, the first
// that is so only among technologies, and whether the generic one is there.
func split(s roleSet) (specific, neutral string, generic bool) {
	for i, role := range roleLexicon {
		if s&(1<<i) == 0 {
			continue
		}
		switch {
		case role.slug == genericRole:
			generic = true
		case neutralRoles[role.slug]:
			if neutral == "" {
				neutral = role.slug
			}
		case specific == "":
			specific = role.slug
		}
	}
	return specific, neutral, generic
}
