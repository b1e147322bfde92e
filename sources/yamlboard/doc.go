// Package yamlboard makes boards of the common kind out of YAML files: a JSON or HTML list,
// in pages or not, and perhaps a page per posting. docs/sources/yaml-boards.md describes
// the files.
//
// A file is checked as a whole before anything is asked; what is wrong with it is said with
// the file, the key and what was expected. A board that needs more than paths, selectors
// and patterns is written in Go, as a folder of its own.
package yamlboard
