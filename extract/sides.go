package extract

import "strings"

// Tools of either side of a service, as titles write them, for titles that name no side.
const (
	frontWords = ` react reactjs react.js vue vue.js vuejs angular angularjs javascript typescript js html css `
	backWords  = ` java python django flask ruby rails php laravel node nodejs node.js go golang scala elixir c# .net clojure spring kotlin lamp `
)

// sides is what the tools that a title names say.
type sides struct {
	front, back bool
	isBoth      bool // some item of its list names tools of both: "Rails/React"
	isRails     bool // whose developers make both sides
}

func titleSides(title string) (all sides) {
	for _, item := range strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return strings.ContainsRune(",|;", r) }) {
		words := strings.FieldsFunc(item, func(r rune) bool { return strings.ContainsRune(" /&(){}[]", r) })
		front, back := false, false
		for _, word := range words {
			switch {
			case strings.Contains(frontWords, " "+word+" "):
				front = true
			case word == "go" && len(words) > 1: // "go to market"
			case strings.Contains(backWords, " "+word+" "):
				back = true
				all.isRails = all.isRails || word == "rails"
			}
		}
		all.front, all.back = all.front || front, all.back || back
		all.isBoth = all.isBoth || front && back
	}
	return all
}
