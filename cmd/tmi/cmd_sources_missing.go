package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/sources"
)

// livingLists is a board's settings without the employers that the board no longer knows;
// missing names those. They are asked for again after a while.
func (a *app) livingLists(ctx context.Context, store objects.Store, board sources.Board, now time.Time) (s sources.Settings, missing []string, err error) {
	s = a.settings(board)
	if len(s.Boards) == 0 {
		return s, nil, nil
	}
	gone, err := collect.MissingLists(ctx, store, board.Name, now)
	if err != nil {
		return s, nil, err
	}
	s.Boards = slices.DeleteFunc(slices.Clone(s.Boards), func(token string) bool {
		list, _, _ := strings.Cut(token, "=") // a page's list has its address behind its name
		if _, isGone := gone[list]; !isGone {
			return false
		}
		missing = append(missing, list)
		return true
	})
	return s, missing, nil
}

// livingSource is the board's source, asking for living lists alone; it warns of the rest.
func (a *app) livingSource(ctx context.Context, store objects.Store, board sources.Board, now time.Time) (sources.Source, sources.Settings, error) {
	s, missing, err := a.livingLists(ctx, store, board, now)
	if err != nil {
		return nil, s, err
	}
	if len(missing) > 0 {
		a.logger.Warn("lists switched off: the board answered three times that there is no such list", "source", board.Name, "lists", strings.Join(missing, ","), "for", collect.MissingFor)
	}
	source, err := board.New(s)
	return source, s, err
}
