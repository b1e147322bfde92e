package extract

import "strings"

// workWords tell that a sentence is about the hire, or about the job.
var workWords = []string{"you will", "you'll", "you’ll", "you would", "you'd", "you are", "you're", "you’re", "looking for", "hiring", "seeking", "help us", "to help", "work on", "working on", "will be", "will work", "responsible for",
	"this role", "the role", "the position", "this position", "join our", "join the", "join us", "candidate", "someone", "we need"}

// workVerbs open a line of a list of duties.
var workVerbs = []string{"build", "design", "develop", "implement", "maintain", "create", "own", "work", "write", "lead"}

// wantWords before a field tell that it is something to know.
var wantWords = []string{"experience", "knowledge", "familiar", "proficien", "skills", "expertise", "understanding", "years", "stack", "plus", "comfortable", "fluent", "background"}

// work notes the roles of what the words at m name, where that is the hire's work.
func (r *factReader) work(roles roleSet, text string, m *factMatch) {
	if roles.empty() || !r.titleRoles.generic() {
		return
	}
	from, to := sentence(text, int(m.start), int(m.end))
	low := strings.ToLower(text[from:to])
	before := strings.ReplaceAll(strings.ToLower(text[from:m.start]), "experienced", "")
	if (containsAny(low, workWords) || strings.HasPrefix(low, "you ") || startsWithVerb(low)) && !containsAny(before, wantWords) && !containsAny(before, otherWords) {
		r.workRoles.join(roles)
	}
}

func startsWithVerb(line string) bool {
	line = strings.TrimLeft(line, bullets)
	for _, verb := range workVerbs {
		if rest, ok := strings.CutPrefix(line, verb); ok && (strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, ", ") || strings.HasPrefix(rest, "ing ")) {
			return true
		}
	}
	return false
}
