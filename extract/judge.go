package extract

import (
	"strings"
	"unicode/utf8"
)

// judge decides which ambiguous candidates of one section count. cs is in text
// order and holds every candidate of the section, the accepted ones included.
func (x *Extractor) judge(text string, cs []candidate) {
	for i := range cs {
		c := &cs[i]
		if !c.ambiguous || c.entry < 0 {
			continue
		}
		c.ok = x.means(text, cs, i)
	}
	// A word beside an accepted word is beside a technology: "Go, Rust, C".
	for i := range cs {
		c := &cs[i]
		if c.ambiguous && c.entry >= 0 && !c.ok {
			c.ok = x.means(text, cs, i)
		}
	}
	for i := range cs {
		if c := &cs[i]; c.ok && negated(text, int(c.start), int(c.end)) {
			c.ok = false
		}
	}
}

// means weighs the evidence for one ambiguous candidate.
func (x *Extractor) means(text string, cs []candidate, i int) bool {
	c := &cs[i]
	e := &x.dict.Entries[c.entry]
	surface := text[c.start:c.end]
	exact := x.isExact(e, surface)
	left, right := x.listNeighbour(text, cs, i, -1), x.listNeighbour(text, cs, i, +1)
	if e.Evidence == EvidenceCase && !exact && !(len(surface) > 2 && left+right >= 4) {
		return false
	}
	quiet := c.kind == KindAbout || c.kind == KindProcess || c.kind == KindBenefits
	switch {
	case c.kind == KindTags:
		return true
	case left+right >= 2 && (exact || right >= 2 && text[c.end] == '/'):
		return true // "c/c++"
	case exact && (right == 1 && slashed(text, cs, i) || left == 1 && slashed(text, cs, i-1)):
		return true // "Node/Express"
	case left+right >= 2 && len(surface) > 1 && (e.Evidence == EvidenceContext || left >= 2 && right >= 2 || commaBeside(text, c)):
		return true
	case quiet && c.kind == KindAbout && e.Evidence == EvidenceContext && exact && (toolBefore(text, c) || cueAfter(text, c) && startsHangul(text[c.end:])):
		return true
	case quiet:
		return false
	case !exact:
		return false
	case left+right >= 1 && e.Evidence != EvidenceList:
		return true
	case left == 1 && right == 1:
		return true
	}
	opens := titleCase(surface) && opensSentence(text, int(c.start)) // a capital says nothing where every word has one
	if e.Evidence == EvidenceCase && !opens && (besideHangul(text, c) || ownLine(text, c) || x.techIn(cs)) {
		return true
	}
	if x.parentNearby(text, cs, i) {
		return true
	}
	before, after := cueBefore(text, c) || toolBefore(text, c), cueAfter(text, c)
	if before || after && !(opens && e.Evidence == EvidenceList && !strongAfter(text[c.end:])) {
		return true
	}
	if e.Evidence == EvidenceList {
		return aloneInParens(text, c) || len(surface) > 2 && commaBeside(text, c) && besideHangul(text, c) && x.techNearby(text, cs, i)
	}
	// A word of Korean letters stands beside Korean wherever it stands.
	return surface[0] < utf8.RuneSelf && besideHangul(text, c) || aloneInParens(text, c) || x.techNearby(text, cs, i)
}

// isExact tells whether the surface is written as one of the entry's words, or
// wholly in capitals where the word is longer than three letters ("REACT").
func (x *Extractor) isExact(e *Entry, surface string) bool {
	for _, w := range e.Words {
		if surface == w || strings.HasPrefix(surface, w) {
			return true
		}
	}
	upper := len(surface) > 3 && e.Evidence != EvidenceCase
	for i := 0; i < len(surface) && upper; i++ {
		upper = !isLower(surface[i])
	}
	return upper || len(surface) > 0 && surface[0] >= utf8.RuneSelf
}

// listNeighbour looks at the candidate before (step -1) or after (+1): 2 when it
// stands in the same list and counts, 1 when it is an undecided word written
// exactly, else 0.
func (x *Extractor) listNeighbour(text string, cs []candidate, i, step int) int {
	j := i + step
	if j < 0 || j >= len(cs) {
		return 0
	}
	a, b := &cs[i], &cs[j]
	if step < 0 {
		a, b = b, a
	}
	if b.start < a.end {
		return 0
	}
	gap := text[a.end:b.start]
	if !listGap(gap) && !(len(gap) < 40 && strings.Count(gap, "\n") > 0 && strings.Trim(gap, bulletRunes+"\n") == "" && ownLine(text, a) && ownLine(text, b)) {
		return 0
	}
	n := &cs[j]
	switch {
	case n.ok:
		return 2
	case n.entry >= 0 && x.isExact(&x.dict.Entries[n.entry], text[n.start:n.end]):
		return 1
	}
	return 0
}

// listGap tells whether only list separators stand between two names: commas,
// slashes, bars, "and", "or", "및", versions, closing and opening brackets.
func listGap(gap string) bool {
	if len(gap) > 40 {
		return false
	}
	separators := 0
	for k := 0; k < len(gap); {
		c := gap[k]
		switch {
		case c == ',' || c == '/' || c == '|' || c == '&' || c == '+' || c == ';' || c == '\\':
			separators++
			k++
		case c == '(' && k+1 == len(gap): // "Laravel (Eloquent, Lumen)"
			separators++
			k++
		case c == ' ' || c == '(' || c == ')' || c == '.' || c == '*' || c == '-' || c == '[' || c == ']' || c == ':' || c == '\'' || c == '"':
			k++
		case c == '\n':
			return false
		case isDigit(c):
			k++
		case isAlnum(c):
			start := k
			for k < len(gap) && isAlnum(gap[k]) {
				k++
			}
			switch strings.ToLower(gap[start:k]) {
			case "and", "or", "to", "vs", "with", "on", "over", "not", "but":
				separators++
			case "x", "v", "js", "etc", "eg", "the", "some", "e", "g", "preferably", "either":
			default:
				return false
			}
		default:
			r, size := utf8.DecodeRuneInString(gap[k:])
			switch r {
			case '·', 'ㆍ', '、', '，', '•', '／', '｜', '∙', '→', '⋅':
				separators++
			case '및', '와', '과', '나', '등', '또', '는', '은', '이', '혹', '을', '를', '로', '의':
				separators++
			case '（', '）', '–', '’', '‘', '“', '”':
			default:
				return false
			}
			k += size
		}
	}
	return separators > 0
}

// titleCase tells whether only the first letter is a capital.
func titleCase(s string) bool {
	return len(s) > 1 && isUpper(s[0]) && strings.IndexFunc(s[1:], func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}

// opensSentence tells whether what starts at i is the first word of a sentence; a name that
// has its line to itself is not one.
func opensSentence(text string, i int) bool {
	head := strings.TrimRight(text[:i], " ")
	if head == "" {
		return true
	}
	last := head[len(head)-1]
	return last == '.' || last == '!' || last == '?' || last == '\n'
}

// techIn tells whether the section names a technology beyond doubt.
func (x *Extractor) techIn(cs []candidate) bool {
	for i := range cs {
		if cs[i].ok && !cs[i].ambiguous && cs[i].entry >= 0 {
			return true
		}
	}
	return false
}

// slashed tells whether candidates i and i+1 are joined by a slash and nothing else.
func slashed(text string, cs []candidate, i int) bool {
	return cs[i+1].start == cs[i].end+1 && text[cs[i].end] == '/'
}

func commaBeside(text string, c *candidate) bool {
	after := strings.TrimLeft(text[c.end:], " ")
	before := strings.TrimRight(text[:c.start], " ")
	return after != "" && (after[0] == ',' || after[0] == '/') || before != "" && (before[len(before)-1] == ',' || before[len(before)-1] == '/')
}

// wordsAfter only follow the name of a technology one works in.
var wordsAfter = map[string]bool{
	"developer": true, "developers": true, "dev": true, "devs": true, "engineer": true, "engineers": true, "programmer": true, "programmers": true, "programming": true, "coder": true,
	"language": true, "framework": true, "library": true, "backend": true, "codebase": true, "code": true, "sdk": true, "microservices": true, "services": true, "stack": true, "frontend": true,
	"stdlib": true, "compiler": true, "app": true, "apps": true, "application": true, "applications": true, "server": true, "servers": true, "ecosystem": true, "scripts": true, "cluster": true, "development": true, "db": true,
	"hooks": true, "components": true, "experience": true, "knowledge": true, "skills": true,
	"jobs": true, "shop": true, "monolith": true, "models": true, "pipeline": true, "pipelines": true, "api": true, "apis": true, "queries": true, "plugin": true, "plugins": true, "dashboards": true,
	"charts": true, "modules": true, "tests": true, "workflows": true, "functions": true, "consultant": true, "administrator": true, "admin": true, "dba": true, "expert": true, "codebases": true,
	"toolchain": true, "runtime": true, "drivers": true, "bindings": true, "macros": true, "backends": true, "projects": true, "migration": true, "playbooks": true, "cookbooks": true, "clusters": true,
}

// strongAfter tells whether the next word follows names of technologies alone; "services" in
// "Render services to clients" also follows verbs.
func strongAfter(rest string) bool {
	rest = strings.TrimLeft(rest, " -")
	for _, w := range []string{"develop", "dev ", "devs", "engineer", "programm", "language", "framework", "sdk", "api", "backend", "codebase", "shop"} {
		if hasFoldPrefix(rest, w) {
			return true
		}
	}
	return rest != "" && (rest[0] >= utf8.RuneSelf || isDigit(rest[0]))
}

// wordsAfterKO open the Korean run that follows.
var wordsAfterKO = []string{"개발", "언어", "프로그래", "기반", "프레임워크", "엔지니어", "서버", "백엔드", "프론트", "클라이언트", "앱", "라이브러리", "엔진", "사용", "활용", "경험", "경력", "코드", "환경", "능숙", "연동", "쿼리", "통신", "튜닝", "스크립트", "문법", "버스", "결제", "같은", "앱 개발", "웹 개발", "를", "을", "로", "으로", "와", "과", "등", "및"}

// participles with a preposition after them stand before the name of a tool: "baked with Packer".
var participles = map[string]bool{
	"written": true, "built": true, "made": true, "developed": true, "implemented": true, "coded": true, "baked": true, "packaged": true, "configured": true, "scheduled": true, "orchestrated": true,
	"kept": true, "stored": true, "drawn": true, "deployed": true, "hosted": true, "tested": true, "managed": true, "fed": true, "styled": true, "programmed": true, "modelled": true, "modeled": true,
	"designed": true, "provisioned": true, "automated": true, "powered": true, "migrated": true, "migrate": true, "deploy": true, "delivered": true, "monitored": true,
	"sent": true, "compiled": true, "rewritten": true, "rewrite": true, "rewriting": true, "code": true, "firmware": true, "software": true, "engine": true, "backend": true, "frontend": true,
	"services": true, "scripts": true, "tests": true, "apis": true, "api": true, "app": true, "apps": true, "macros": true, "dashboards": true, "configuration": true, "models": true, "traces": true, "errors": true,
	"streams": true, "payments": true, "billing": true, "infrastructure": true, "pipelines": true, "components": true, "applications": true, "application": true, "syncing": true, "data": true,
}

// prepositions link those to the name.
var prepositions = map[string]bool{"in": true, "with": true, "on": true, "through": true, "via": true, "over": true, "to": true, "using": true, "by": true}

// toolBefore tells whether the words before say that something is made, kept or run with the name.
func toolBefore(text string, c *candidate) bool {
	words := [2]string{}
	end := int(c.start)
	for i := range words {
		for end > 0 && text[end-1] == ' ' {
			end--
		}
		start := end
		for start > 0 && (isAlnum(text[start-1]) || text[start-1] == '-') {
			start--
		}
		words[i] = text[start:end]
		end = start
	}
	if i := strings.LastIndexByte(words[1], '-'); i >= 0 {
		words[1] = words[1][i+1:]
	}
	return prepositions[words[0]] && participles[strings.ToLower(words[1])] && !(words[0] == "by" && strings.ToLower(words[1]) != "powered" && strings.ToLower(words[1]) != "fed")
}

// ownLine tells whether the candidate is all that its line holds beside bullets and commas.
func ownLine(text string, c *candidate) bool {
	from, to := strings.LastIndexByte(text[:c.start], '\n')+1, len(text)
	if nl := strings.IndexByte(text[c.end:], '\n'); nl >= 0 {
		to = int(c.end) + nl
	}
	return strings.Trim(text[from:c.start], bulletRunes) == "" && strings.Trim(text[c.end:to], bulletRunes) == ""
}

// bulletRunes may stand beside a name that has its line to itself.
const bulletRunes = " \t\r-*+•·∙‣▪●○◦ㆍ–—,.;0123456789"

// cuesBefore only stand before the name of a technology one works in.
var cuesBefore = []string{
	"written in", "built in", "built with", "built on", "building with", "coding in", "code in", "programming in", "program in", "developed in", "implemented in", "experience with", "experience in", "experience using", "experienced with", "experienced in",
	"experience writing", "experience of", "proficient in", "proficient with", "proficiency in", "proficiency with", "expertise in", "expertise with", "fluent in", "fluency in", "knowledge of", "familiar with", "familiarity with", "skills in", "skilled in", "using", "languages like",
	"languages such as", "such as", "frameworks like", "tools like", "stack is", "stack:", "languages:", "language:", "backend:", "frontend:", "front-end:", "back-end:", "technologies:", "tech:", "tech stack:", "skills:", "develop in", "engineers in", "development in", "expert in", "expert with",
	"strong in", "working with", "work with", "experience building", "comfortable with", "comfortable in", "background in", "preferably", "years of", "writing", "we use", "based on", "mostly", "primarily", "working in", "work in", "ideally", "knowing", "love", "senior", "e.g.", "modern", "learn",
}

func cueAfter(text string, c *candidate) bool {
	rest := text[c.end:]
	if rest == "" {
		return false
	}
	// A Korean word glued on or after a blank.
	trimmed := strings.TrimLeft(rest, " -")
	for _, w := range wordsAfterKO {
		if strings.HasPrefix(trimmed, w) {
			// A particle must be glued; a noun may stand apart, and so may the 등 that ends a list.
			if len(w) > 3 || trimmed == rest || w == "등" {
				return true
			}
		}
	}
	if rest[0] != ' ' && rest[0] != '-' && rest[0] != '/' {
		return false
	}
	n := 0
	for n < len(trimmed) && (isAlnum(trimmed[n]) || trimmed[n] == '.' && n+1 < len(trimmed) && isAlnum(trimmed[n+1])) {
		n++
	}
	word := trimmed[:n]
	if wordsAfter[strings.ToLower(word)] {
		return true
	}
	// A version: "Swift 5", "Angular 1.x".
	return rest[0] == ' ' && n > 0 && n <= 4 && isDigit(word[0]) && (word[n-1] == 'x' || isDigit(word[n-1])) && (n <= 2 || strings.Contains(word, "."))
}

func cueBefore(text string, c *candidate) bool {
	from := int(c.start) - 32
	if from < 0 {
		from = 0
	}
	head := text[from:c.start]
	if nl := strings.LastIndexByte(head, '\n'); nl >= 0 {
		head = head[nl+1:]
	}
	head = strings.TrimRight(head, " ")
	for _, article := range []string{" the", " some", " modern", " our", " strong"} {
		head = strings.TrimSuffix(head, article)
	}
	for _, cue := range cuesBefore {
		if n := len(head) - len(cue); n >= 0 && strings.EqualFold(head[n:], cue) && (n == 0 || !isAlnum(head[n-1]) || !isAlnum(cue[0])) {
			return true
		}
	}
	return false
}

// besideHangul tells whether Korean stands directly around the word: English
// words inside a Korean sentence are names.
func besideHangul(text string, c *candidate) bool {
	after := strings.TrimLeft(text[c.end:], " ")
	before := strings.TrimRight(text[:c.start], " (")
	return startsHangul(after) || endsHangul(before)
}

func startsHangul(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r >= 0xAC00 && r <= 0xD7A3
}

func endsHangul(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r >= 0xAC00 && r <= 0xD7A3
}

func aloneInParens(text string, c *candidate) bool {
	return c.start > 0 && int(c.end) < len(text) && text[c.start-1] == '(' && text[c.end] == ')'
}

// nearby is how far, in bytes, a technology on the same line still speaks for a
// word.
const nearby = 120

// parentNearby tells whether the entry's parent stands on the same line: "VPC"
// where the line speaks of AWS.
func (x *Extractor) parentNearby(text string, cs []candidate, i int) bool {
	c := &cs[i]
	parent, ok := x.dict.byID[x.dict.Entries[c.entry].Parent]
	if !ok || c.end-c.start < 2 {
		return false
	}
	for j := range cs {
		if cs[j].entry != int32(parent) || !cs[j].ok {
			continue
		}
		lo, hi := min(c.start, cs[j].start), max(c.end, cs[j].end)
		if hi-lo < 2*nearby && strings.IndexByte(text[lo:hi], '\n') < 0 {
			return true
		}
	}
	return false
}

// speaks tells whether an accepted candidate is sure enough to speak for another word.
func (x *Extractor) speaks(c *candidate) bool {
	return c.ok && (!c.ambiguous || x.dict.Entries[c.entry].Evidence != EvidenceList)
}

func (x *Extractor) techNearby(text string, cs []candidate, i int) bool {
	c := &cs[i]
	for j := i - 1; j >= 0 && c.start-cs[j].end < nearby; j-- {
		if x.speaks(&cs[j]) && strings.IndexByte(text[cs[j].end:c.start], '\n') < 0 {
			return true
		}
	}
	for j := i + 1; j < len(cs) && cs[j].start-c.end < nearby; j++ {
		if x.speaks(&cs[j]) && strings.IndexByte(text[c.end:cs[j].start], '\n') < 0 {
			return true
		}
	}
	return false
}

// sellers are the categories whose entries are often companies, too: customers,
// investors and former employers of an ad's prose.
var sellers = map[string]bool{
	"platform": true, "collaboration": true, "analytics": true, "observability": true, "cloud": true, "cloud_service": true, "ci": true, "infrastructure": true, "database": true,
}

// companyReach is how far, in bytes, a cue such as "customers" speaks for the
// names after it in its sentence.
const companyReach = 140

// asCompany tells whether candidate i is listed as a company: a cue stands before
// it in the same sentence.
func (x *Extractor) asCompany(text string, cs []candidate, i int) bool {
	start := cs[i].start
	for j := i - 1; j >= 0 && start-cs[j].end < companyReach; j-- {
		if x.scan.patterns[cs[j].pattern].kind != patternCompany {
			continue
		}
		between := text[cs[j].end:start]
		if p := &x.scan.patterns[cs[j].pattern]; !strings.Contains(p.exact, " ") {
			rest, lists := strings.TrimLeft(between, " "), false
			for _, w := range listWords {
				lists = lists || strings.HasPrefix(rest, w)
			}
			if !lists {
				continue
			}
		}
		return !strings.ContainsAny(between, "\n;") && !strings.Contains(between, ". ")
	}
	return false
}

// award tells whether the line goes on to boast: prizes, programmes and
// partnerships in a company's own history.
func award(text string, end int) bool {
	rest := text[end:]
	if nl := strings.IndexByte(rest, '\n'); nl >= 0 {
		rest = rest[:nl]
	}
	if len(rest) > 100 {
		rest = rest[:100]
	}
	for _, w := range []string{"선정", "수상", "선발", "파트너", "Partner", "Program", "Award"} {
		if strings.Contains(rest, w) {
			return true
		}
	}
	return false
}

// unwanted stand before a technology that is not used.
var unwanted = []string{"not use", "n't use", "never use", "not using", "no longer use", "nor"}

// negated tells whether the text says it does not want the technology: "no PHP",
// "not Java", "Spring 아님", "PHP 제외".
func negated(text string, start, end int) bool {
	head := strings.TrimRight(text[:start], " ")
	if len(head) < start {
		n := len(head)
		for n > 0 && isAlnum(head[n-1]) {
			n--
		}
		switch word := head[n:]; len(word) {
		case 2:
			if strings.EqualFold(word, "no") {
				return true
			}
		case 3:
			if strings.EqualFold(word, "not") {
				return true
			}
		}
		for _, phrase := range unwanted {
			if len(head) >= len(phrase) && strings.EqualFold(head[len(head)-len(phrase):], phrase) {
				return true
			}
		}
	}
	tail := strings.TrimLeft(text[end:], " ")
	for _, w := range []string{"아님", "아닌", "아닙니다", "제외", "가 아닌", "이 아닌", "가 아니라", "이 아니라"} {
		if strings.HasPrefix(tail, w) {
			return true
		}
	}
	return false
}
