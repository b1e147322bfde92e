package queries

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
)

//go:embed */*.sql
var files embed.FS

// statement is a .sql file, ready to run.
type statement struct {
	text       string
	parameters []string // sorted names of its $parameters, without the sign
}

// statements are all files but the fragments, by name. A file that cannot be loaded is a
// programmer's mistake, met at start-up by every test.
var statements = mustLoad(files)

// Text is the SQL text of a statement ("gold/tech_daily"), its fragments included. It is
// errs.NotFound for a name that no file has.
func Text(name string) (string, error) {
	s, err := byName(name)
	return s.text, err
}

// Names lists the names of all statements in alphabetical order.
func Names() []string {
	names := make([]string, 0, len(statements))
	for name := range statements {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Parameters lists the names of a statement's parameters in alphabetical order, without
// the dollar sign.
func Parameters(name string) ([]string, error) {
	s, err := byName(name)
	return slices.Clone(s.parameters), err
}

func byName(name string) (statement, error) {
	s, ok := statements[name]
	if !ok {
		return statement{}, errs.New(errs.NotFound, "find statement %q: no such file in queries", name)
	}
	return s, nil
}

func mustLoad(fsys fs.FS) map[string]statement {
	loaded, err := load(fsys)
	if err != nil {
		panic(err)
	}
	return loaded
}

func load(fsys fs.FS) (map[string]statement, error) {
	paths, err := fs.Glob(fsys, "*/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list statements: %w", err)
	}
	loaded := make(map[string]statement, len(paths))
	for _, p := range paths {
		if strings.HasPrefix(path.Base(p), "_") {
			continue
		}
		name := strings.TrimSuffix(p, ".sql")
		text, err := withFragments(fsys, name, nil)
		if err != nil {
			return nil, fmt.Errorf("load statement %s: %w", name, err)
		}
		loaded[name] = statement{text: text, parameters: parametersOf(text)}
	}
	return loaded, nil
}

var includeLine = regexp.MustCompile(`(?m)^[ \t]*-- include: (\S+)[ \t]*$`)

// withFragments reads a file and puts the fragments that it names in their places.
func withFragments(fsys fs.FS, name string, within []string) (string, error) {
	if slices.Contains(within, name) {
		return "", fmt.Errorf("fragment %s includes itself", name)
	}
	raw, err := fs.ReadFile(fsys, name+".sql")
	if err != nil {
		return "", err
	}
	text := string(raw)
	if len(within) > 0 {
		text = strings.TrimSpace(withoutHeader(text)) // the header describes the file, not the place
	}
	var failed error
	text = includeLine.ReplaceAllStringFunc(text, func(line string) string {
		body, err := withFragments(fsys, includeLine.FindStringSubmatch(line)[1], append(within, name))
		if err != nil {
			failed = err
		}
		return body
	})
	return text, failed
}

// header returns the comment lines that open a file.
func header(text string) string {
	return text[:len(text)-len(withoutHeader(text))]
}

func withoutHeader(text string) string {
	for strings.HasPrefix(text, "--") {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text
}

// notParameters are the places of a text in which a dollar sign names no parameter.
var notParameters = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"`)

var parameter = regexp.MustCompile(`\$([a-z_][a-z0-9_]*)`)

func parametersOf(text string) []string {
	var names []string
	for _, match := range parameter.FindAllStringSubmatch(notParameters.ReplaceAllString(text, " "), -1) {
		names = append(names, match[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}
