package deps

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// DuckDB's Arrow door answers a query over a registered view with rows of other columns
// and ignores its filters (LAKE-FACTS.md, trap 1), silently. The house goes through
// database/sql, and does not build the door at all.
var bannedNames = []string{"RegisterView", "NewArrowFromConn"}

const bannedTag = "duckdb_arrow"

// Banned returns every place below dir where Go code names DuckDB's Arrow door, or where a
// Go file or a build recipe sets the build tag that opens it.
func Banned(dir string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != dir && (name == "data" || name == "bin" || name == "node_modules" || strings.HasPrefix(name, ".") && name != ".ci" && name != ".github") {
				return filepath.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		shown, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		var more []string
		switch {
		case strings.HasSuffix(name, ".go"):
			more, err = bannedInGo(path, shown)
		case isRecipe(shown):
			more, err = bannedInRecipe(path, shown)
		}
		found = append(found, more...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for banned names below %s: %w", dir, err)
	}
	return found, nil
}

func bannedInGo(path, shown string) ([]string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []string
	at := func(pos token.Pos) string { return fmt.Sprintf("%s:%d", shown, files.Position(pos).Line) }
	ast.Inspect(file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && slices.Contains(bannedNames, id.Name) {
			found = append(found, fmt.Sprintf("%s: names %s; go through database/sql", at(id.Pos()), id.Name))
		}
		return true
	})
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if constraint.IsGoBuild(comment.Text) && strings.Contains(comment.Text, bannedTag) {
				found = append(found, fmt.Sprintf("%s: builds with the tag %s", at(comment.Pos()), bannedTag))
			}
		}
	}
	return found, nil
}

func bannedInRecipe(path, shown string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var found []string
	for i, line := range strings.Split(string(text), "\n") {
		if strings.Contains(line, bannedTag) {
			found = append(found, fmt.Sprintf("%s:%d: builds with the tag %s", shown, i+1, bannedTag))
		}
	}
	return found, nil
}

// isRecipe tells the files that say how we are built.
func isRecipe(shown string) bool {
	name := filepath.Base(shown)
	return name == "Makefile" || strings.Contains(name, "Dockerfile") ||
		strings.HasPrefix(shown, ".ci"+string(filepath.Separator)) || strings.HasPrefix(shown, ".github"+string(filepath.Separator))
}
