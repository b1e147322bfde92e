// Package companies knows the employers that the program ships with: their names, the
// applicant tracking system that holds their postings, and their token there, from
// sources/companies.yaml. It is the default list of every such source, and the name of
// employers whose boards do not say it.
//
// A change of a shipped name changes what the parsers of those boards read: raise their
// ParserVersion with it.
package companies

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
)

// Company is one employer's board.
type Company struct {
	NameKo   string `yaml:"name_ko"`
	NameEn   string `yaml:"name_en"`
	ATS      string `yaml:"ats"`     // the source's name
	Token    string `yaml:"token"`   // the employer's name there
	Country  string `yaml:"country"` // ISO 3166-1, two letters
	SeenOn   string `yaml:"seen_on"` // YYYY-MM-DD
	Evidence string `yaml:"evidence"`
	IsDead   bool   `yaml:"dead"` // it no longer answers
}

// Parse reads a list of employers; errs.Invalid, naming the entry and field, where
// something is missing, not known or said twice.
func Parse(text []byte) ([]Company, error) {
	var list []Company
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil {
		return nil, errs.New(errs.Invalid, "read companies: %w", err)
	}
	seen := map[[2]string]bool{}
	for i, c := range list {
		for _, f := range []struct {
			name, value string
			form        *regexp.Regexp
		}{
			{"name_ko", c.NameKo, anything}, {"name_en", c.NameEn, anything}, {"ats", c.ATS, sourceName}, {"token", c.Token, token},
			{"country", c.Country, country}, {"evidence", c.Evidence, anything},
		} {
			if !f.form.MatchString(f.value) {
				return nil, errs.New(errs.Invalid, "company %d (%s): %s is %q, expected a text like %s", i+1, c.NameEn, f.name, f.value, f.form)
			}
		}
		if _, err := time.Parse(time.DateOnly, c.SeenOn); err != nil {
			return nil, errs.New(errs.Invalid, "company %d (%s): seen_on is %q, expected a day such as 2026-06-05", i+1, c.NameEn, c.SeenOn)
		}
		key := [2]string{c.ATS, c.Token}
		if seen[key] {
			return nil, errs.New(errs.Invalid, "company %d (%s): %s/%s stands twice", i+1, c.NameEn, c.ATS, c.Token)
		}
		seen[key] = true
	}
	return list, nil
}

var (
	anything   = regexp.MustCompile(`\S`)
	sourceName = regexp.MustCompile(`^[a-z0-9]+$`)
	country    = regexp.MustCompile(`^[A-Z]{2}$`)
	token      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
)

var shipped = sync.OnceValue(func() []Company {
	list, err := Parse(sources.CompaniesYAML())
	if err != nil {
		panic(err) // the list is part of the program, and a test reads it
	}
	return list
})

// All returns the shipped employers in their order, dead boards included.
func All() []Company { return slices.Clone(shipped()) }

// Tokens returns the tokens of an ATS's shipped boards that are not known to be dead.
func Tokens(ats string) (tokens []string) {
	for _, c := range shipped() {
		if c.ATS == ats && !c.IsDead {
			tokens = append(tokens, c.Token)
		}
	}
	return tokens
}

// Name is a board's employer in Korean, or its token where it is not a shipped one.
func Name(ats, token string) string {
	for _, c := range shipped() {
		if c.ATS == ats && c.Token == token {
			return cmp.Or(c.NameKo, c.NameEn)
		}
	}
	return token
}

// Check refuses boards that cannot be tokens of an ATS with errs.Invalid; like is where a
// person reads the token off.
func Check(ats string, boards []string, like string) error {
	for _, board := range boards {
		if !token.MatchString(board) {
			return errs.New(errs.Invalid, "%s boards: %q is no employer's token, expected letters, digits, dots and dashes as in %s", ats, board, like)
		}
	}
	return nil
}
