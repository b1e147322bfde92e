package extract

import "strings"

// fieldRoles are words that name no job by themselves and a narrower one before an engineer
// or developer ("data engineer"), or as an item of a list of jobs ("iOS, Backend, Data").
var fieldRoles = map[string]string{
	"data": "data-engineer", "etl": "data-engineer", "pipeline": "data-engineer", "pipelines": "data-engineer",
	"infrastructure": "devops", "infra": "devops", "api": "backend", "gis": "gis", "video": "media", "media": "media", "crypto": "blockchain", "platform": "platform-engineer", "security": "security", "reliability": "sre", "hw": "hardware", "controls": "robotics", "ai": "ml-engineer", "ml": "ml-engineer", "cloud": "cloud", "database": "dba", "network": "network", "networking": "network",
	"web": "web", "mobile": "mobile", "xamarin": "mobile", "flutter": "mobile", "swift": "ios", "objective-c": "ios", "unity": "game-client", "simulation": "simulation", "salesforce": "crm-developer",
}

// itemRoles are fields that name a job only as an item of a list.
var itemRoles = map[string]string{"product": "product-manager", "design": "ux-designer", "quality": "qa", "systems": "system-engineer"}

// fieldFillers stand beside a field without changing what it says.
const fieldFillers = ` senior sr sr. junior jr principal staff lead leads big on and software systems application applications team engineer engineers developer developers roles ` +
	` devops backend frontend front-end back-end ios android qa sre fullstack full-stack java python go golang scala php ruby c# c++ rust javascript typescript kotlin `

const (
	fieldReach = 40 // bytes of a job's name on either side of its noun
	nameEnds   = ",|;&+()[]{}:•\n"
)

// fieldsOf are the roles that the fields and tools in a job's name say; the tools of both
// sides of a service mean full stack. isBare tells that nothing else stands there.
func fieldsOf(name string, isItem bool) (roles roleSet, isBare bool) {
	front, back, wasField := false, false, false
	isBare = true
	for _, word := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == ' ' || r == '/' }) {
		slug := fieldRoles[word]
		if slug == "" && isItem && !strings.Contains(name, " ") {
			slug = itemRoles[word]
		}
		isPart := wasField && isFoundation(word) // "Data Platform"
		wasField = slug != ""
		switch {
		case isPart:
		case slug != "":
			roles.add(roleAt[slug])
		case strings.Contains(frontWords, " "+word+" "):
			front = true
		case strings.Contains(backWords, " "+word+" "):
			back = true
		case !strings.Contains(fieldFillers, " "+word+" "):
			isBare = false
		}
	}
	roles.addSides(front, back)
	return roles, isBare
}

// fieldsBeside are the roles that the words before the general job at [start, end) of text
// say, or those after it where they are nothing but fields: "Software Engineer - Data".
func fieldsBeside(text string, start, end int) roleSet {
	before := text[max(0, start-fieldReach):start]
	before = before[strings.LastIndexAny(before, nameEnds)+1:]
	for _, divider := range []string{" - ", " – ", " and ", " or ", ". ", " for "} {
		if k := strings.LastIndex(before, divider); k >= 0 {
			before = before[k+len(divider):]
		}
	}
	if roles, _ := fieldsOf(before, false); !roles.empty() {
		return roles
	}
	rest := strings.TrimLeft(cutText(text[end:], fieldReach), "s ")
	after := strings.TrimLeft(rest, "(,-–[{: ")
	if after == rest {
		line, _, _ := strings.Cut(rest, "\n")
		if slug := fieldRoles[strings.ToLower(strings.TrimSpace(line))]; slug != "" { // "Software Engineer Security"
			return 1 << roleAt[slug]
		}
		return 0
	}
	if inside, _, ok := strings.Cut(after, ")"); ok && strings.HasPrefix(rest, "(") && strings.Contains(inside, ",") {
		return listedFields(inside)
	}
	if k := strings.IndexAny(after, nameEnds); k >= 0 {
		after = after[:k]
	}
	after, _, _ = strings.Cut(after, " - ")
	after, _, _ = strings.Cut(after, "http")
	if strings.HasPrefix(rest, ",") && hasJobNoun(after) {
		return 0 // the next job of a list
	}
	if roles, isBare := fieldsOf(after, false); isBare {
		return roles
	}
	if first, _, _ := strings.Cut(after, " "); !hasJobNoun(after) { // "Software Engineer, Data Products"
		roles, _ := fieldsOf(first, false)
		return roles
	}
	return 0
}

// saysWhichTeam tells whether the last item of a title stands behind the only job before it.
func saysWhichTeam(title string, items [][2]int, x *factScanner) bool {
	k := len(items) - 2
	if k < 0 || title[items[k][1]] != ',' || k > 0 && title[items[k-1][1]] != '|' {
		return false
	}
	job := title[items[k][0]:items[k][1]]
	return hasJobNoun(job) && x.namesRole(job)
}

// listedFields are the roles of a list's items that are nothing but fields: "(backend, infra)".
func listedFields(list string) (roles roleSet) {
	for _, item := range strings.Split(list, ",") {
		if own, isBare := fieldsOf(strings.TrimSpace(item), false); isBare {
			roles.join(own)
		}
	}
	return roles
}

// itemFields are the roles of a title's items that are nothing but fields. What stands in
// brackets only says more of the job before it.
func itemFields(title string, x *factScanner) (roles roleSet) {
	title = outsideBrackets(title)
	items := itemsOf(title)
	for i, item := range items {
		if i == len(items)-1 && saysWhichTeam(title, items, x) {
			continue // "Site Reliability Engineer, Infrastructure"
		}
		name := strings.Trim(title[item[0]:item[1]], " /&,|;")
		if !strings.Contains(name, "/") && x.namesRole(name) {
			continue
		}
		if own, isBare := fieldsOf(name, true); isBare {
			roles.join(own)
		}
	}
	return roles
}

func outsideBrackets(title string) string {
	depth := 0
	return strings.Map(func(c rune) rune {
		switch {
		case strings.ContainsRune("([{", c):
			depth++
		case strings.ContainsRune(")]}", c):
			depth--
		case depth <= 0:
			return c
		}
		return -1
	}, title)
}

// namesRole tells whether some phrase of a narrower role stands in the words.
func (x *factScanner) namesRole(words string) bool {
	var s scratch
	for _, m := range x.match(&s, words) {
		if p := &x.patterns[m.pattern]; p.kind == factRole && roleLexicon[p.role].slug != genericRole {
			return true
		}
	}
	return false
}
