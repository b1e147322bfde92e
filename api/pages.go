package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/web"
)

// pages registers the website. A page shows the answers that the JSON routes give.
func (s *server) pages(engine *gin.Engine, spec *huma.OpenAPI) {
	engine.GET("/", s.page("home", s.homePage))
	engine.GET("/postings", s.page("postings", s.postingsPage))
	engine.GET("/postings/:id", s.page("posting", s.postingPage))
	engine.GET("/techs", s.page("techs", s.techsPage))
	engine.GET("/techs/:id", s.page("tech", s.techPage))
	engine.GET("/companies", s.page("companies", s.companiesPage))
	engine.GET("/companies/:id", s.page("company", s.companyPage))
	engine.GET("/recommend", s.page("recommend", s.recommendPage))
	engine.GET("/compare", s.page("compare", s.comparePage))
	engine.GET("/quality", s.page("quality", s.qualityPage))
	engine.GET("/trends", s.page("trends", s.trendsPage))
	engine.GET(reportsRoute, s.reportsPage)
	engine.GET(reportsRoute+"/:name", s.reportPage)
	engine.GET("/postings.atom", s.atomFeed)
	engine.GET("/postings.ics", s.calendar)
	engine.GET("/mine", s.plainPage("mine", "mine.js"))
	engine.GET("/takedown", s.plainPage("takedown"))
	engine.GET(analyzeRoute, s.plainPage("analyze"))
	engine.POST(analyzeRoute, s.analyzePage)
	engine.GET("/glossary", s.glossaryPage)
	engine.GET("/sitemap.xml", s.sitemap)
	engine.GET("/docs", func(c *gin.Context) { s.docsPage(c, spec) })
	engine.GET("/static/*file", s.asset)
	engine.GET("/favicon.ico", func(c *gin.Context) {
		address, err := s.site.AssetPath("icon.svg")
		if err != nil {
			s.fail(c, err)
			return
		}
		c.Redirect(http.StatusMovedPermanently, address)
	})
	engine.GET("/robots.txt", func(c *gin.Context) {
		c.String(http.StatusOK, "User-agent: *\nDisallow: /api/\nSitemap: "+origin(c)+"/sitemap.xml\n")
	})
}

// asset hands out a static file; its address names its content, so it never changes.
func (s *server) asset(c *gin.Context) {
	a, ok := s.site.Asset(c.Request.URL.Path)
	if !ok {
		s.notFoundPage(c)
		return
	}
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	c.Data(http.StatusOK, a.ContentType, a.Body)
}

const langCookie = "tmi_lang"

// language is the one asked for by ?lang=, remembered, or preferred by the browser.
func language(c *gin.Context) string {
	if lang := c.Query("lang"); slices.Contains(web.Languages, lang) {
		http.SetCookie(c.Writer, &http.Cookie{Name: langCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		return lang
	}
	if lang, err := c.Cookie(langCookie); err == nil && slices.Contains(web.Languages, lang) {
		return lang
	}
	for _, one := range strings.Split(c.GetHeader("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(one), ";")
		tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
		if slices.Contains(web.Languages, tag) {
			return tag
		}
	}
	return web.Languages[0]
}

const themeCookie = "tmi_theme"

// theme is the one asked for by ?theme=, or remembered; empty is the device's own.
func theme(c *gin.Context) string {
	given := c.Query("theme")
	if given == "auto" || slices.Contains(web.Themes, given) {
		http.SetCookie(c.Writer, &http.Cookie{Name: themeCookie, Value: given, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode}) //nolint:gosec // the page's script writes it too; it is no secret
	} else if cookie, err := c.Cookie(themeCookie); err == nil {
		given = cookie
	}
	if !slices.Contains(web.Themes, given) {
		return ""
	}
	return given
}

// origin is the scheme and host that a request was sent to.
func origin(c *gin.Context) string {
	scheme := "http"
	if c.Request.TLS != nil || strings.EqualFold(c.GetHeader("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	if !isHost.MatchString(c.Request.Host) {
		return ""
	}
	return scheme + "://" + c.Request.Host
}

var isHost = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$|^\[[0-9a-fA-F:.]+\](:[0-9]+)?$`)

// newPage is a page without its matter. Blank fields of a form say nothing, and a list in
// one field is taken apart, as a browser without scripts sends them.
func (s *server) newPage(c *gin.Context, name string) *web.Page {
	values := url.Values{}
	for key, given := range c.Request.URL.Query() {
		for _, value := range given {
			parts := []string{value}
			if key == "tech" || key == "not_tech" || key == "techs" || key == "location" {
				parts = strings.Split(value, ",")
			}
			for _, part := range parts {
				if part = strings.TrimSpace(part); part != "" && key != "lang" && key != "theme" {
					values.Add(key, part)
				}
			}
		}
	}
	names := map[string]string{}
	for _, name := range []string{"tech", "not_tech", "techs"} {
		for _, value := range values[name] {
			if entry, ok := s.Dictionary.Resolve(value); ok {
				names[value] = entry.Name
			}
		}
	}
	return &web.Page{
		Names: names, PlaceName: extract.EnglishPlace,
		Lang: language(c), Theme: theme(c), Origin: origin(c), Contact: s.Contact, Name: name, Address: c.Request.URL, Values: values, IsDemo: s.IsDemo,
		Now: s.Now(), Location: s.Location, Version: s.Version,
	}
}

// known keeps the values that a page's question has parameters for; links from elsewhere
// carry others.
func known(values url.Values, params []param) url.Values {
	kept := url.Values{}
	for _, p := range params {
		if given, ok := values[p.name]; ok {
			kept[p.name] = given
		}
	}
	return kept
}

// page wraps a page's matter with the set it is read from, its ETag, and its errors.
func (s *server) page(name string, fill func(ctx context.Context, c *gin.Context, set Pinned, p *web.Page) (status int, err error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		p := s.newPage(c, name)
		err := s.read(c.Request.Context(), func(ctx context.Context, set Pinned) error {
			p.PublishedAt = set.Published().At
			today := p.Now.In(s.Location).Format(dateLayout) // badges count days
			etag := s.etag(set, "page", c.Request.URL.RequestURI(), p.Lang, p.Theme, p.Origin, today)
			c.Header("Vary", "Accept-Encoding, Accept-Language, Cookie")
			if matchesETag(c.GetHeader("If-None-Match"), etag) {
				c.Header("ETag", etag)
				c.Status(http.StatusNotModified)
				c.Writer.WriteHeaderNow()
				return nil
			}
			// Pages that everybody opens are kept as they went out; searches are too many for that.
			isKept := c.Request.URL.RawQuery == ""
			if body, ok := s.answers.get(etag); ok && isKept {
				s.send(c, http.StatusOK, etag, p.Lang, body.([]byte))
				return nil
			}
			status, err := fill(ctx, c, set, p)
			if err != nil {
				return err
			}
			body, err := s.site.Render(name, p)
			if err != nil {
				return err
			}
			if status == http.StatusOK && isKept {
				s.answers.put(etag, body)
			}
			s.send(c, status, etag, p.Lang, body)
			return nil
		})
		if err != nil {
			s.errorPage(c, err)
		}
	}
}

// send sends a page; one that is not what was asked for has no ETag and is not kept.
func (s *server) send(c *gin.Context, status int, etag, lang string, body []byte) {
	if status == http.StatusOK && etag != "" {
		c.Header("ETag", etag)
		c.Header("Cache-Control", "no-cache")
	} else {
		c.Header("Cache-Control", "no-store")
	}
	c.Header("Content-Language", lang)
	c.Data(status, "text/html; charset=utf-8", body)
}

// write renders and sends a page that no published set stands behind.
func (s *server) write(c *gin.Context, status int, name string, p *web.Page) {
	body, err := s.site.Render(name, p)
	switch {
	case err == nil:
		s.send(c, status, "", p.Lang, body)
	case name != "error":
		s.errorPage(c, err)
	default:
		s.logFault(c.Request.Context(), http.StatusInternalServerError, err)
		writeProblem(c, problemOf(err))
	}
}

// say is a page's words for code that runs before its template.
func say(p *web.Page, key string, args ...any) string {
	text, err := p.T(key, args...)
	if err != nil {
		return key
	}
	return text
}

type postingMatter struct {
	*PostingDetail
	Similar []FittingPosting
}

// HasNeed says whether a technology is needed in that way.
func (m postingMatter) HasNeed(need string) bool {
	return slices.ContainsFunc(m.Technologies, func(t PostingTech) bool { return t.Need == need })
}

func (s *server) postingPage(ctx context.Context, c *gin.Context, set Pinned, p *web.Page) (int, error) {
	answer, err := s.posting(ctx, set, c.Param("id"))
	if err != nil {
		return 0, err
	}
	p.Scripts = []string{"keep.js"}
	similar, err := s.similar(ctx, set, answer)
	if err != nil {
		return 0, err
	}
	p.Title, p.NoIndex, p.Data = answer.Title, answer.Publish != PublishFull, postingMatter{answer, similar}
	if answer.Company != nil {
		p.Title += " — " + *answer.Company
	}
	p.Description = strings.Join(answer.Techs, ", ")
	return http.StatusOK, nil
}

type techsMatter struct {
	Answer     *Techs
	Faults     fieldErrors
	Categories []string
	All        int64
	Pages      []pageLink
	From, To   int // places of the first and the last one shown
}

// pageLink is a page of a list that is numbered; IsBehindGap says that some between it and
// the link before are left out.
type pageLink struct {
	Number              int
	Address             string
	IsHere, IsBehindGap bool
}

const pageTechs = 60

func (s *server) techsPage(ctx context.Context, _ *gin.Context, set Pinned, p *web.Page) (int, error) {
	params := without(techParams, "limit", "cursor")
	number, err := strconv.Atoi(p.Values.Get("page"))
	if err != nil || number < 1 {
		number = 1
	}
	p.Title, p.Values = say(p, "techs.title"), known(p.Values, params)
	matter := &techsMatter{Categories: extract.Categories, All: int64(len(s.Techs))}
	p.Data = matter
	q, err := s.askValues(p.Values, params)
	if err == nil {
		q.Limit = len(s.Techs) // the dictionary is at hand as a whole
		matter.Answer, err = s.techs(ctx, set, q)
	}
	if errors.As(err, &matter.Faults) {
		return http.StatusBadRequest, nil
	}
	if err != nil {
		return 0, err
	}
	matter.cut(p, number)
	return http.StatusOK, nil
}

// cut leaves one page of the answer, the last one where there are fewer.
func (m *techsMatter) cut(p *web.Page, number int) {
	all := m.Answer.Techs
	last := max((len(all)+pageTechs-1)/pageTechs, 1)
	number = min(number, last)
	before := 0
	for n := 1; n <= last; n++ {
		if n != 1 && n != last && (n < number-2 || n > number+2) {
			continue
		}
		link := pageLink{Number: n, Address: p.Set("page", strconv.Itoa(n)), IsHere: n == number, IsBehindGap: n > before+1}
		before = n
		if n == 1 {
			link.Address = p.Without("page")
		}
		m.Pages = append(m.Pages, link)
	}
	from, to := (number-1)*pageTechs, min(number*pageTechs, len(all))
	shown := *m.Answer // the answer itself is shared
	shown.Techs = all[from:to]
	m.Answer, m.From, m.To = &shown, from+1, to
}

type techMatter struct {
	*TechDetail
	Trend   *trendMatter
	Related web.Chart
}

// relatedChart is how often a technology's postings name another one as well.
func relatedChart(p *web.Page, t *TechDetail) web.Chart {
	chart := web.Chart{Head: say(p, "tech.related"), Of: say(p, "chart.tech"), Note: say(p, "tech.related.note")}
	for _, other := range t.Related {
		chart.Items = append(chart.Items, web.Item{Name: other.Tech, Href: "/techs/" + other.TechID, Count: other.JointCount, Share: float64(other.JointCount) / float64(max(other.TechCount, 1))})
	}
	return chart
}

func (s *server) techPage(ctx context.Context, c *gin.Context, set Pinned, p *web.Page) (int, error) {
	id := c.Param("id")
	if entry, ok := s.Dictionary.Resolve(id); ok { // people type names into addresses
		id = entry.ID
	}
	answer, err := s.tech(ctx, set, id)
	if err != nil {
		return 0, err
	}
	trend, err := s.trendOf(ctx, set, p, answer.TechID)
	if err != nil {
		return 0, err
	}
	p.Title, p.Data, p.Scripts = answer.Tech.Tech, techMatter{answer, trend, relatedChart(p, answer)}, []string{"chart.js"}
	if p.Description = answer.DescriptionEN; p.IsKorean() {
		p.Description = answer.DescriptionKO
	}
	p.Description = answer.Tech.Tech + ": " + say(p, "tech.description", p.Description, p.Number(answer.PostingCount), p.Percent(answer.Share))
	return http.StatusOK, nil
}

type errorMatter struct {
	Status     int
	Head, Line string
}

func (s *server) notFoundPage(c *gin.Context) {
	s.errorPage(c, errs.New(errs.NotFound, "there is no page %s", c.Request.URL.Path))
}

// errorPage says what went wrong and where to go on.
func (s *server) errorPage(c *gin.Context, err error) {
	problem := problemOf(err)
	s.logFault(c.Request.Context(), problem.Status, err)
	p := s.newPage(c, "error")
	p.NoIndex = true
	m := errorMatter{Status: problem.Status}
	switch {
	case problem.Status == http.StatusNotFound:
		m.Head, m.Line = say(p, "error.404"), say(p, "error.404.line")
	case problem.Status == http.StatusBadRequest:
		m.Head, m.Line = say(p, "error.400"), problem.Detail
	case errors.Is(err, errNothingPublished):
		m.Head, m.Line = say(p, "error.503"), say(p, "error.503.line")
	case problem.Status == http.StatusServiceUnavailable:
		m.Head, m.Line = say(p, "error.busy"), say(p, "error.busy.line")
	default:
		m.Head, m.Line = say(p, "error.500"), say(p, "error.500.line", requestID(c.Request.Context()))
	}
	p.Title, p.Data = m.Head, m
	// A page that is not there helps whoever asked; other faults are told to programs as such.
	accept := c.GetHeader("Accept")
	if !strings.Contains(accept, "text/html") && (problem.Status != http.StatusNotFound || strings.Contains(accept, "json")) {
		writeProblem(c, problem)
		return
	}
	for name, values := range problemHeaders(problem.Status) {
		c.Header(name, values[0])
	}
	c.Abort()
	s.write(c, problem.Status, "error", p)
}
