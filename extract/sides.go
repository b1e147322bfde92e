package extract

import "strings"

// Tools of either side of a service, as titles write them, for titles that name no side.
const (
	frontWords = ` react reactjs react.js vue vue.js vuejs angular angularjs ember ember.js `
	backWords  = ` django flask rails laravel symfony node nodejs node.js .net spring `
)

// titleSides are the roles of the tools that a title names.
func titleSides(title string) (roles roleSet) {
	front, back := false, false
	for _, word := range strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return strings.ContainsRune(",|; /&(){}[]", r) }) {
		front = front || strings.Contains(frontWords, " "+word+" ")
		back = back || strings.Contains(backWords, " "+word+" ")
	}
	roles.addSides(front, back)
	return roles
}

// addSides adds the role of tools of one side of a service, or of both.
func (s *roleSet) addSides(front, back bool) {
	switch {
	case front && back:
		s.add(roleAt["fullstack"])
	case front:
		s.add(roleAt["frontend"])
	case back:
		s.add(roleAt["backend"])
	}
}
