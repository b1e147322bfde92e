package jobkorea

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/listing"
	"github.com/techmapit/tmi/sources/page"
	"github.com/techmapit/tmi/sources/record"
)

const (
	name     = "jobkorea"
	homeURL  = "https://www.jobkorea.co.kr"
	baseURL  = "https://m.jobkorea.co.kr"
	accept   = "text/html"
	pageRows = 40
)

// Board is JobKorea for the config. Its default lists are the duties of developers.
var Board = sources.Board{
	Name: name, Title: "잡코리아 JobKorea", HomeURL: homeURL, IsKorean: true, NeedsBoards: true,
	Settings: sources.Settings{BaseURL: baseURL, Boards: duties()},
	Terms:    "the operator has gone to court against collectors (maintainers' reports, 2026): ask it first",
	New:      New,
}

// duties are the site's numbers from backend (1000229) to QA (1000247).
func duties() (ids []string) {
	for id := 1000229; id <= 1000247; id++ {
		ids = append(ids, strconv.Itoa(id))
	}
	return ids
}

var (
	number  = regexp.MustCompile(`^\d{1,12}$`)
	address = regexp.MustCompile(`(?:GI_Read|SwipeGIReadInfo)/(\d{1,12})`)
)

// New returns the source for the duties named in the settings' boards; errs.Invalid for one
// that is no number.
func New(s sources.Settings) (sources.Source, error) {
	for _, board := range s.Boards {
		if !number.MatchString(board) {
			return nil, errs.New(errs.Invalid, "jobkorea boards: %q is no duty, expected a number such as 1000229", board)
		}
	}
	board := source{listing.Base(s, baseURL)}
	return listing.Reader{
		Source: name, Version: 1, Tokens: s.Boards, Read: board.parse, Accept: accept,
		Filter: func(list string) string { return "duty=" + list },
		Page: func(list string, page int) string {
			return fmt.Sprintf("%s/Recruit/JobList/arealist?duty=%s&sort=6&page=%d", board.base, url.QueryEscape(list), page)
		},
	}, nil
}

type source struct{ base string }

func (s source) detail(boardID string) string { return s.base + "/Recruit/GI_Read/" + boardID }

func (s source) parse(doc schemas.Document) (sources.Parsed, error) {
	switch {
	case doc.Kind == schemas.KindDetail && (doc.Status == http.StatusNotFound || doc.Status == http.StatusGone):
		return sources.Parsed{Gone: true}, nil
	case doc.Status != http.StatusOK:
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d is no answer of the board", doc.Status)
	}
	html, err := page.Open(doc.Body)
	if err != nil {
		return sources.Parsed{}, err
	}
	if doc.Kind == schemas.KindDetail {
		return parseDetail(doc, html)
	}
	return s.parseList(doc, html)
}

// row is what a list says of a posting, and the posting's payload.
type row struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Company string   `json:"company,omitempty"`
	Texts   []string `json:"texts,omitempty"` // all that stands in the row, in reading order
}

func (s source) parseList(doc schemas.Document, html *goquery.Document) (sources.Parsed, error) {
	out := sources.Parsed{}
	container, cards := html.Find("#devNormalListContainer"), html.Find(`[data-sentry-component="CardJob"]`)
	var rows []row
	switch {
	case container.Length() > 0:
		total, err := strconv.Atoi(strings.ReplaceAll(container.AttrOr("data-agicnt", ""), ",", ""))
		if err != nil || total < 0 {
			return out, errs.New(errs.Corrupt, "#devNormalListContainer: data-agicnt is %q, expected the number of postings", container.AttrOr("data-agicnt", ""))
		}
		rows = mobileRows(container.Find("li"))
		out.Total = &total
		out.Last = len(rows) == 0 || max(doc.Page, 1)*pageRows >= total
	case cards.Length() > 0:
		rows, out.Last = cardRows(cards), true
	default:
		return out, errs.New(errs.Corrupt, "the page has neither #devNormalListContainer nor a CardJob")
	}
	raws := make([]json.RawMessage, len(rows))
	for i, r := range rows {
		raw, err := json.Marshal(r)
		if err != nil {
			return out, errs.New(errs.Corrupt, "keep row: %w", err)
		}
		raws[i] = raw
	}
	listing.Rows(&out, raws, doc.List, (max(doc.Page, 1)-1)*pageRows, fromRow, s.detail)
	return out, nil
}

func idOf(s *goquery.Selection) (id string) {
	s.EachWithBreak(func(_ int, a *goquery.Selection) bool {
		if m := address.FindStringSubmatch(a.AttrOr("href", "")); m != nil {
			id = m[1]
		}
		return id == ""
	})
	return id
}

func mobileRows(items *goquery.Selection) (rows []row) {
	items.Each(func(_ int, li *goquery.Selection) {
		if id := idOf(li.Find("a[href]")); id != "" { // other items are advertisements
			rows = append(rows, row{ID: id, Title: page.Line(li.Find(".title")), Company: page.Line(li.Find(".company")), Texts: texts(li)})
		}
	})
	return rows
}

// cardRows reads the desktop search: the title and then the company are the texts of links
// to the posting.
func cardRows(cards *goquery.Selection) (rows []row) {
	cards.Each(func(_ int, card *goquery.Selection) {
		links := card.Find(`a[href*="GI_Read/"]`)
		r := row{ID: idOf(links), Texts: texts(card)}
		var said []string
		links.Each(func(_ int, a *goquery.Selection) { said = append(said, page.Line(a)) })
		said = record.Names(said...)
		if len(said) > 0 {
			r.Title = said[0]
		}
		if len(said) > 1 {
			r.Company = said[1]
		}
		if r.ID != "" {
			rows = append(rows, r)
		}
	})
	return rows
}

var (
	region     = regexp.MustCompile(`^(서울|경기|인천|부산|대구|대전|광주|울산|세종|강원|충북|충남|전북|전남|경북|경남|제주|전국|해외)`)
	andOthers  = regexp.MustCompile(`\s*외\s*\d+$`)
	experience = regexp.MustCompile(`^(신입|경력|무관)`)
)

func fromRow(r *record.Record) (schemas.BoardPosting, bool) {
	p := schemas.BoardPosting{BoardID: r.ID("id"), Title: htmltext.Line(r.Required("title")), Company: r.String("company"), CountryRaw: "KR", Payload: r.Payload()}
	p.URL = homeURL + "/Recruit/GI_Read/" + p.BoardID
	for _, text := range r.Strings("texts") {
		switch {
		case text == p.Title || text == p.Company:
		case region.MatchString(text) && len(p.Locations) == 0:
			p.Locations = []string{andOthers.ReplaceAllString(text, "")}
		case experience.MatchString(text) && p.ExperienceRaw == "":
			p.ExperienceRaw = text
		case strings.Contains(text, ", ") && len(p.Categories) == 0:
			p.Categories = record.Split(text, ",")
		}
	}
	p.Stamp = record.Stamp(p.Title, p.Company, p.Locations, p.ExperienceRaw, p.Categories)
	return p, true
}
