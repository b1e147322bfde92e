// Package deps holds the house to its picture (DESIGN.md section 1): imports go downward
// only, rooms on one line never import each other, and each heavy dependency has one room.
//
// [List] asks the go command what every package imports, [Check] compares that with the
// picture, [Banned] looks for what the house does not use at all. All three return
// findings in words; no findings means that the house stands as drawn. The package's test
// runs them over this repository, so that a wall broken by an import fails `make test`.
package deps
