package extract

import "strings"

// Sides of a service that a technology is used on, for postings that name no side and say
// it by their tools: by the dictionary's id, and as titles write them.
const (
	frontTechs = ` react vue-js angular angularjs javascript typescript html css redux next-js jquery svelte ember-js sass tailwind-css nuxt-js `
	backTechs  = ` java spring spring-boot python django flask fastapi ruby ruby-on-rails php laravel node-js express nestjs go scala elixir phoenix c-sharp dot-net asp-net asp-net-core clojure postgresql mysql mongodb redis kafka apache-kafka haskell oracle-database sql-server jpa mybatis `

	frontWords = ` react reactjs react.js vue vue.js vuejs angular angularjs javascript typescript js html css `
	backWords  = ` java python django flask ruby rails php laravel node nodejs node.js go golang scala elixir c# .net clojure spring kotlin lamp `
)

// techSides counts the technologies of either side among ids.
func techSides(ids []string) (front, back int) {
	for _, id := range ids {
		switch {
		case strings.Contains(frontTechs, " "+id+" "):
			front++
		case strings.Contains(backTechs, " "+id+" "):
			back++
		}
	}
	return front, back
}

// titleSides tells which sides' tools a title names, whether some item of its list is
// nothing but a tool ("Ruby, Node, Technical Support"), and whether it names Rails, whose
// developers make both sides.
func titleSides(title string) (front, back, isItem, isRails bool) {
	for _, item := range strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return strings.ContainsRune(",|;/&(){}[]", r) }) {
		words := strings.Fields(item)
		for _, word := range words {
			switch {
			case strings.Contains(frontWords, " "+word+" "):
				front = true
			case word == "go" && len(words) > 1: // "go to market"
			case strings.Contains(backWords, " "+word+" "):
				back = true
				isItem = isItem || len(words) == 1
				isRails = isRails || word == "rails"
			}
		}
	}
	return front, back, isItem, isRails
}
