package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
)

// settings are a board's defaults under what the config says.
func (a *app) settings(board sources.Board) sources.Settings {
	s, c := board.Settings, a.config.Sources[board.Name]
	if c.BaseURL != "" {
		s.BaseURL = strings.TrimRight(c.BaseURL, "/")
	}
	if len(c.Boards) > 0 {
		s.Boards = c.Boards
	}
	if len(c.Threads) > 0 {
		s.Threads = c.Threads
	}
	s.Key = c.Key
	return s
}

// chosenBoards are the boards named by --sources, or those that are on; Korean ones first.
func (a *app) chosenBoards(names []string) ([]sources.Board, error) {
	var chosen []sources.Board
	if len(names) > 0 {
		for _, name := range names {
			board, err := a.config.board(name)
			if err != nil {
				return nil, errs.New(errs.Invalid, "--sources: unknown source %q, expected some of %s", name, strings.Join(a.config.boardNames(), ","))
			}
			chosen = append(chosen, board)
		}
		return chosen, nil
	}
	for _, korean := range []bool{true, false} {
		for _, board := range a.config.boards {
			if isOn, _ := a.state(board); isOn && board.IsKorean == korean {
				chosen = append(chosen, board)
			}
		}
	}
	return chosen, nil
}

// mayAsk refuses, with errs.Invalid, to ask a board that lacks more than the config's
// switch: naming it by --sources accepts no terms and brings no key.
func (a *app) mayAsk(chosen ...sources.Board) error {
	for _, board := range chosen {
		lack := a.lack(board)
		if lack == "" {
			continue
		}
		if a.lacksTerms(board) {
			lack += ". Write in tmi.yaml, if you may collect from it: " + acceptance(board.Name) + ". What is known of its terms: " + board.Terms
		}
		return errs.New(errs.Invalid, "%s is not asked: %s", board.Name, lack)
	}
	return nil
}

// acceptance is what the config must say before a board with terms is asked.
func acceptance(source string) string {
	return fmt.Sprintf(`sources: {%s: {terms_accepted: true, terms_accepted_by: "who accepts them", terms_accepted_at: YYYY-MM-DD}}`, source)
}

// lacksTerms says that a board's terms have not been accepted in full: that they are, by
// whom and when.
func (a *app) lacksTerms(board sources.Board) bool {
	c := a.config.Sources[board.Name]
	return !board.IsAllowed && (!c.TermsAccepted || strings.TrimSpace(c.TermsAcceptedBy) == "" || c.TermsAcceptedAt == "")
}

// lack is what a board needs before it may be asked, "" for nothing.
func (a *app) lack(board sources.Board) string {
	s, key := a.settings(board), "sources."+board.Name+"."
	switch {
	case board.IsArchive:
		return "the board is no more or cannot be asked; what was recorded of it can be read"
	case a.lacksTerms(board):
		c := a.config.Sources[board.Name]
		var missing []string
		for _, need := range []struct {
			name  string
			isSet bool
		}{{"terms_accepted: true", c.TermsAccepted}, {"terms_accepted_by", strings.TrimSpace(c.TermsAcceptedBy) != ""}, {"terms_accepted_at", c.TermsAcceptedAt != ""}} {
			if !need.isSet {
				missing = append(missing, key+need.name)
			}
		}
		return "off until its terms are accepted: " + strings.Join(missing, ", ") + " missing"
	case board.NeedsKey && s.Key == "":
		return "off until " + envPrefix + "SOURCES_" + strings.ToUpper(board.Name) + "_KEY holds a key"
	case board.NeedsBoards && len(s.Boards) == 0 && board.IsAllowed && !board.NeedsKey:
		return "allowed, but ships without lists: off until " + key + "boards names one"
	case board.NeedsBoards && len(s.Boards) == 0:
		return "off until " + key + "boards names one"
	}
	return ""
}

// state says whether a board is on, and why.
func (a *app) state(board sources.Board) (isOn bool, why string) {
	c, lack := a.config.Sources[board.Name], a.lack(board)
	switch {
	case c.Enabled != nil && !*c.Enabled && !board.IsArchive:
		return false, "switched off by config"
	case lack != "":
		return false, lack
	case board.IsAllowed:
		return true, "the board lets polite collectors in"
	}
	return true, fmt.Sprintf("its terms are accepted by %s on %s", c.TermsAcceptedBy, c.TermsAcceptedAt)
}

// board returns the board of that name, errs.NotFound for none.
func (c *Config) board(name string) (sources.Board, error) {
	i := slices.IndexFunc(c.boards, func(b sources.Board) bool { return b.Name == name })
	if i < 0 {
		return sources.Board{}, errs.New(errs.NotFound, "unknown source %q, expected one of %s", name, strings.Join(c.boardNames(), ", "))
	}
	return c.boards[i], nil
}

func (c *Config) boardNames() []string {
	var names []string
	for _, b := range c.boards {
		names = append(names, b.Name)
	}
	return names
}
