// Package boards lists the job boards that the program knows. A new board is one folder
// beside it and one line here.
package boards

import (
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/ashby"
	"github.com/techmapit/tmi/sources/corpus"
	"github.com/techmapit/tmi/sources/greenhouse"
	"github.com/techmapit/tmi/sources/greeting"
	"github.com/techmapit/tmi/sources/hn"
	"github.com/techmapit/tmi/sources/jobkorea"
	"github.com/techmapit/tmi/sources/jsonld"
	"github.com/techmapit/tmi/sources/jumpit"
	"github.com/techmapit/tmi/sources/lever"
	"github.com/techmapit/tmi/sources/programmers"
	"github.com/techmapit/tmi/sources/rallit"
	"github.com/techmapit/tmi/sources/rocketpunch"
	"github.com/techmapit/tmi/sources/saramin"
	"github.com/techmapit/tmi/sources/smartrecruiters"
	"github.com/techmapit/tmi/sources/toss"
	"github.com/techmapit/tmi/sources/wanted"
	"github.com/techmapit/tmi/sources/work24"
	"github.com/techmapit/tmi/sources/workable"
)

// All returns every board, Korean ones first, which is the order in which they are
// collected.
func All() []sources.Board {
	return []sources.Board{
		jumpit.Board, rallit.Board, greenhouse.Board, greeting.Board, toss.Board, saramin.Board, work24.Board,
		wanted.Board, jobkorea.Board, rocketpunch.Board, programmers.Board,
		ashby.Board, lever.Board, smartrecruiters.Board, workable.Board, jsonld.Board, hn.Board, corpus.Board,
	}
}

// Names returns the boards' names in the order of [All].
func Names() []string {
	var names []string
	for _, board := range All() {
		names = append(names, board.Name)
	}
	return names
}

// ByName returns the board of that name; errs.Invalid, naming those there are, for none.
func ByName(name string) (sources.Board, error) {
	for _, board := range All() {
		if board.Name == name {
			return board, nil
		}
	}
	return sources.Board{}, errs.New(errs.Invalid, "source %q is not known, expected one of %s", name, strings.Join(Names(), ", "))
}
