package api

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

// Every search has a feed of its newest postings and a calendar of its closing dates. They
// take the filters of the list, as the list's page reads them.

const feedPostings = maxLimit

// feed asks for a search's postings and hands them to write, with the set's ETag.
func (s *server) feed(c *gin.Context, kind, sort string, write func(p *web.Page, answer *Postings) ([]byte, error)) {
	p := s.newPage(c, kind)
	values := known(p.Values, filterParams)
	err := s.read(c.Request.Context(), func(ctx context.Context, set Pinned) error {
		p.PublishedAt = set.Published().At
		q, err := s.askValues(values, filterParams)
		if err != nil {
			return err
		}
		q.Sort, q.Limit = sort, feedPostings
		etag := s.etag(set, kind, q.key(), p.Lang, p.Origin)
		c.Header("ETag", etag)
		c.Header("Cache-Control", "no-cache")
		c.Header("Vary", "Accept-Encoding, Accept-Language, Cookie")
		if matchesETag(c.GetHeader("If-None-Match"), etag) {
			c.Status(http.StatusNotModified)
			c.Writer.WriteHeaderNow()
			return nil
		}
		p.Title = searchName(p, s.activeFilters(&web.Page{Lang: p.Lang, Address: p.Address, Values: values}, filterParams))
		answer, err := s.postings(ctx, set, q)
		if err != nil {
			return err
		}
		body, err := write(p, answer)
		if err == nil {
			c.Data(http.StatusOK, c.Writer.Header().Get("Content-Type"), body)
		}
		return err
	})
	var faults fieldErrors
	switch {
	case err == nil:
	case errors.As(err, &faults):
		c.Writer.Header().Del("Content-Type")
		writeProblem(c, problemOf(err))
	default:
		c.Writer.Header().Del("Content-Type")
		s.fail(c, err)
	}
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Updated   string     `xml:"updated"`
	Published string     `xml:"published"`
	Links     []atomLink `xml:"link"`
	Author    string     `xml:"author>name"`
	Terms     []atomTerm `xml:"category"`
	Summary   string     `xml:"summary"`
}

type atomTerm struct {
	Term string `xml:"term,attr"`
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  string      `xml:"author>name"`
	Entries []atomEntry `xml:"entry"`
}

// atomFeed answers with the newest postings of a search (RFC 4287).
func (s *server) atomFeed(c *gin.Context) {
	c.Header("Content-Type", "application/atom+xml; charset=utf-8")
	s.feed(c, "atom", queries.SortNewest, func(p *web.Page, answer *Postings) ([]byte, error) {
		query := known(p.Values, filterParams)
		self := p.Origin + addressOf("/postings.atom", query)
		f := atomFeed{Lang: p.Lang, ID: self, Title: "TMI — " + p.Title, Updated: p.PublishedAt.UTC().Format(time.RFC3339), Author: "TMI",
			Links: []atomLink{{"self", "application/atom+xml", self}, {"alternate", "text/html", p.Origin + addressOf("/postings", query)}}}
		for _, posting := range answer.Postings {
			page, seen := p.Origin+"/postings/"+posting.PostingID, posting.FirstSeenAt
			if posting.PostedAt != nil {
				seen = *posting.PostedAt
			}
			e := atomEntry{ID: page, Title: posting.Title, Updated: seen.UTC().Format(time.RFC3339), Published: seen.UTC().Format(time.RFC3339), Author: orBlank(posting.Company),
				Links: []atomLink{{"alternate", "text/html", page}, {"related", "text/html", posting.URL}}}
			e.Author = cmp.Or(e.Author, p.Label("source", posting.Source))
			e.Summary = factsLine(p, posting)
			for _, tech := range posting.Techs {
				e.Terms = append(e.Terms, atomTerm{tech})
			}
			f.Entries = append(f.Entries, e)
		}
		body, err := xml.MarshalIndent(f, "", " ")
		return append([]byte(xml.Header), body...), err
	})
}

// factsLine is a posting in a line of facts.
func factsLine(p *web.Page, posting Posting) string {
	parts := []string{orBlank(posting.Company), p.Where(posting.Region, posting.District)}
	if years, err := p.Years(posting.ExperienceMinYears, posting.ExperienceMaxYears); err == nil {
		parts = append(parts, years)
	}
	parts = append(parts, strings.Join(posting.Techs, ", "))
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " · ")
}

// calendar answers with the closing dates of a search's open postings (RFC 5545): a day each.
func (s *server) calendar(c *gin.Context) {
	c.Header("Content-Type", "text/calendar; charset=utf-8")
	s.feed(c, "ics", queries.SortClosing, func(p *web.Page, answer *Postings) ([]byte, error) {
		var b strings.Builder
		line := func(name, value string) { b.WriteString(folded(name + ":" + value)) }
		line("BEGIN", "VCALENDAR")
		line("VERSION", "2.0")
		line("PRODID", "-//TMI//Tech Map IT//"+strings.ToUpper(p.Lang))
		line("CALSCALE", "GREGORIAN")
		line("METHOD", "PUBLISH")
		line("X-WR-CALNAME", icsText(say(p, "feed.closing", p.Title)))
		for _, posting := range answer.Postings {
			if posting.ClosesAt == nil || posting.Status != "open" {
				continue
			}
			day := posting.ClosesAt.In(s.Location)
			line("BEGIN", "VEVENT")
			line("UID", posting.PostingID+"@tmi")
			line("DTSTAMP", p.PublishedAt.UTC().Format("20060102T150405Z"))
			line("DTSTART;VALUE=DATE", day.Format("20060102"))
			line("DTEND;VALUE=DATE", day.AddDate(0, 0, 1).Format("20060102"))
			line("SUMMARY", icsText(say(p, "feed.closes", strings.TrimPrefix(orBlank(posting.Company)+" — "+posting.Title, " — "))))
			line("DESCRIPTION", icsText(factsLine(p, posting)))
			line("URL", p.Origin+"/postings/"+posting.PostingID)
			line("TRANSP", "TRANSPARENT")
			line("END", "VEVENT")
		}
		line("END", "VCALENDAR")
		c.Header("Content-Disposition", `inline; filename="tmi-closing.ics"`)
		return []byte(b.String()), nil
	})
}

var icsEscapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", "")

func icsText(text string) string { return icsEscapes.Replace(text) }

// folded is a content line in pieces of at most 75 bytes, cut between characters.
func folded(line string) string {
	const most = 75
	var b strings.Builder
	width := 0
	for _, r := range line {
		size := len(string(r))
		if width+size > most {
			b.WriteString("\r\n ")
			width = 1
		}
		b.WriteRune(r)
		width += size
	}
	return b.String() + "\r\n"
}

type sitemapURL struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// sitemap lists what a search engine may show: the fixed pages, technologies and companies
// with open postings, and postings whose source's texts are published in full.
func (s *server) sitemap(c *gin.Context) {
	base := origin(c)
	var urls []sitemapURL
	err := s.read(c.Request.Context(), func(ctx context.Context, set Pinned) error {
		at := set.Published().At.UTC().Format(time.RFC3339)
		for _, path := range []string{"/", "/postings", "/techs", "/trends", "/companies", "/recommend", "/compare", "/reports", "/quality", "/docs", "/glossary", "/analyze", "/takedown"} {
			urls = append(urls, sitemapURL{base + path, at})
		}
		counts, err := s.techCounts(ctx, set)
		if err != nil {
			return err
		}
		for _, e := range s.Techs {
			if counts[e.ID].PostingCount > 0 {
				urls = append(urls, sitemapURL{base + "/techs/" + e.ID, at})
			}
		}
		everyday := s.everyday().postingFilter()
		companies, err := queries.ListCompanies(ctx, set, everyday, "", queries.Page{Sort: queries.SortCount, Limit: sitemapCompanies})
		if err != nil {
			return err
		}
		for _, company := range companies {
			urls = append(urls, sitemapURL{base + "/companies/" + company.CompanyID, at})
		}
		for _, source := range s.Sources {
			if s.PublishPolicy(source) == PublishFull {
				everyday.Sources = append(everyday.Sources, source)
			}
		}
		if len(everyday.Sources) == 0 {
			return nil
		}
		postings, err := queries.ListPostings(ctx, set, everyday, queries.Page{Sort: queries.SortNewest, Limit: sitemapPostings})
		for _, posting := range postings {
			urls = append(urls, sitemapURL{Loc: base + "/postings/" + posting.PostingID})
		}
		return err
	})
	if err != nil {
		s.fail(c, err)
		return
	}
	body, err := xml.Marshal(struct {
		XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []sitemapURL `xml:"url"`
	}{URLs: urls})
	if err != nil {
		s.fail(c, fmt.Errorf("write sitemap: %w", err))
		return
	}
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, "application/xml; charset=utf-8", append([]byte(xml.Header), body...))
}

// A sitemap holds at most 50,000 addresses.
const (
	sitemapCompanies = 5_000
	sitemapPostings  = 40_000
)
