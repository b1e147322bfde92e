package queries

import (
	"strings"

	"github.com/techmapit/tmi/internal/errs"
)

const examplePrefix = "examples/"

// Example is a worked question to the lake.
type Example struct {
	Name     string // as `tmi sql --example` takes it
	Question string
	SQL      string // without the question; it runs as it stands, over the tables by their names
}

// Examples are all worked questions, by name.
func Examples() []Example {
	var all []Example
	for _, name := range Names() {
		if short, ok := strings.CutPrefix(name, examplePrefix); ok {
			text := statements[name].text
			all = append(all, Example{Name: short, Question: strings.TrimSpace(strings.TrimPrefix(header(text), "--")), SQL: strings.TrimSpace(withoutHeader(text))})
		}
	}
	return all
}

// ExampleNamed is errs.NotFound for a name that none has.
func ExampleNamed(name string) (Example, error) {
	var names []string
	for _, e := range Examples() {
		if e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return Example{}, errs.New(errs.NotFound, "there is no example %q, expected one of %s", name, strings.Join(names, ", "))
}
