package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/web"
)

// Analyzer finds technologies in a text; *extract.Extractor is one.
type Analyzer interface {
	Techs(p extract.Posting) []extract.Tech
}

const analyzeRoute = "/analyze"

// plainPage is a page whose matter is words alone, and what scripts make of it.
func (s *server) plainPage(name string, scripts ...string) gin.HandlerFunc {
	return func(c *gin.Context) {
		if name == "analyze" && s.Analyzer == nil {
			s.notFoundPage(c)
			return
		}
		p := s.newPage(c, name)
		p.Title, p.Scripts = say(p, name+".title"), scripts
		p.Description = say(p, name+".line")
		if name == "mine" {
			p.NoIndex = true
		}
		p.Data = &analyzeMatter{}
		s.stamp(c.Request.Context(), p)
		s.write(c, http.StatusOK, name, p)
	}
}

func (s *server) glossaryPage(c *gin.Context) {
	p := s.newPage(c, "glossary")
	p.Title, p.Description, p.Data = say(p, "glossary.title"), say(p, "glossary.line"), web.Glossary(p.Lang)
	s.stamp(c.Request.Context(), p)
	s.write(c, http.StatusOK, "glossary", p)
}

// stamp says of when the data are on a page that shows none of them.
func (s *server) stamp(ctx context.Context, p *web.Page) {
	_ = s.read(ctx, func(_ context.Context, set Pinned) error { // without a set the page says nothing of it
		p.PublishedAt = set.Published().At
		return nil
	})
}

type analyzeMatter struct {
	Text   string
	Fault  string
	Pieces []analyzedPiece
	Techs  []extract.Tech
	Done   bool
}

// analyzedPiece is a stretch of the text: a technology's name, or what stands between.
type analyzedPiece struct {
	Text, TechID, Tech string
}

// Of are the technologies needed in a way.
func (m *analyzeMatter) Of(need string) []extract.Tech {
	return slices.DeleteFunc(slices.Clone(m.Techs), func(t extract.Tech) bool { return t.Need != need })
}

// Learn is the address of recommendations for the technologies found.
func (m *analyzeMatter) Learn() string {
	values := make([]string, 0, len(m.Techs))
	for _, t := range m.Techs {
		values = append(values, t.ID)
	}
	return addressOf("/recommend", map[string][]string{"techs": values[:min(len(values), maxValues)]})
}

// maxAnalyzed is the longest text taken, in characters; the body's own limit is in bytes.
const maxAnalyzed = 20_000

// analyzePage finds technologies in a text that a reader gives. The text is in the answer
// and nowhere else: not in the log, not in a cache, not in the address.
func (s *server) analyzePage(c *gin.Context) {
	if s.Analyzer == nil {
		s.notFoundPage(c)
		return
	}
	p := s.newPage(c, "analyze")
	p.Title, p.NoIndex = say(p, "analyze.title"), true
	m := &analyzeMatter{}
	p.Data = m
	status := http.StatusOK
	err := c.Request.ParseForm()
	m.Text = strings.TrimSpace(strings.ReplaceAll(c.Request.PostForm.Get("text"), "\r\n", "\n"))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) || utf8.RuneCountInString(m.Text) > maxAnalyzed:
		m.Fault, status = say(p, "analyze.long", p.Number(maxAnalyzed)), http.StatusRequestEntityTooLarge
	case err != nil || !utf8.ValidString(m.Text):
		m.Fault, m.Text, status = say(p, "analyze.unreadable"), "", http.StatusBadRequest
	case m.Text == "":
		m.Fault, status = say(p, "analyze.empty"), http.StatusBadRequest
	default:
		s.analyze(m)
	}
	s.stamp(c.Request.Context(), p)
	s.write(c, status, "analyze", p)
}

// analyze reads the text as one section, so that headings in it say what is required.
func (s *server) analyze(m *analyzeMatter) {
	const section = "body"
	m.Done = true
	m.Techs = s.Analyzer.Techs(extract.Posting{Sections: []extract.Section{{Name: section, Text: m.Text}}})
	type place struct {
		extract.Mention
		id, name string
	}
	var places []place
	for _, t := range m.Techs {
		for _, mention := range t.Mentions {
			if mention.Section == section {
				places = append(places, place{mention, t.ID, t.Name})
			}
		}
	}
	slices.SortFunc(places, func(a, b place) int { return a.Start - b.Start })
	at := 0
	for _, one := range places {
		if one.Start < at {
			continue // within a longer name
		}
		m.Pieces = append(m.Pieces, analyzedPiece{Text: m.Text[at:one.Start]}, analyzedPiece{m.Text[one.Start:one.End], one.id, one.name})
		at = one.End
	}
	m.Pieces = append(m.Pieces, analyzedPiece{Text: m.Text[at:]})
}
