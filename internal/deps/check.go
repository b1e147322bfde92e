package deps

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Check compares the packages with the picture and returns what differs, sorted; none
// means that they agree. Tests are held to less than the code beside them: they may look
// sideways and use any library, never upwards.
func Check(packages []Package) []string {
	var found []string
	report := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	byPath := make(map[string]Package, len(packages))
	for _, p := range packages {
		byPath[p.ImportPath] = p
	}
	for _, p := range packages {
		from, ok := room(p.ImportPath)
		if !ok {
			report("%s: no room of the picture", p.ImportPath)
			continue
		}
		for _, to := range p.Imports {
			checkImport(p.ImportPath, from, to, report)
		}
		for _, to := range p.TestImports {
			if other, ok := room(to); ok && lines[other] > lines[from] {
				report("%s: its tests import %s, a room above", p.ImportPath, to)
			}
		}
	}
	for path, refused := range standalone {
		if _, ok := byPath[path]; !ok {
			continue
		}
		for reached := range reach(path, byPath) {
			for _, r := range refused {
				// A path that ends in a slash names everything below it, others one package.
				if reached == r || strings.HasSuffix(r, "/") && strings.HasPrefix(reached, r) {
					report("%s: reaches %s, which it must do without", path, reached)
				}
			}
		}
	}
	sort.Strings(found)
	return slices.Compact(found)
}

func checkImport(path, from, to string, report func(string, ...any)) {
	if other, ok := room(to); ok {
		if other != from && lines[other] >= lines[from] {
			report("%s: imports %s; imports go downward only", path, to)
		}
		if isTestKit(to) && !isTestKit(path) {
			report("%s: imports %s, which is for tests only", path, to)
		}
		return
	}
	if strings.HasPrefix(to, module+"/") {
		report("%s: imports %s, no room of the picture", path, to)
		return
	}
	if from == "schemas" && strings.Contains(strings.Split(to, "/")[0], ".") {
		report("%s: imports %s; schemas has the standard library alone", path, to)
	}
	for prefix, owner := range heavy {
		if strings.HasPrefix(to, prefix) && from != owner {
			report("%s: imports %s, whose place is %s", path, to, owner)
		}
	}
}

// room is the first folder of one of our import paths; ok is false for everything else.
func room(path string) (name string, ok bool) {
	rest, ours := strings.CutPrefix(path, module+"/")
	if !ours {
		return "", false
	}
	name, _, _ = strings.Cut(rest, "/")
	_, ok = lines[name]
	return name, ok
}

// isTestKit tells packages that help tests, such as lake/laketest.
func isTestKit(path string) bool {
	last := path[strings.LastIndexByte(path, '/')+1:]
	return strings.HasPrefix(path, module+"/") && strings.HasSuffix(last, "test")
}

// reach returns everything that path imports, directly or through our own packages.
func reach(path string, byPath map[string]Package) map[string]bool {
	seen := map[string]bool{}
	var visit func(string)
	visit = func(path string) {
		for _, to := range byPath[path].Imports {
			if !seen[to] {
				seen[to] = true
				visit(to)
			}
		}
	}
	visit(path)
	return seen
}
