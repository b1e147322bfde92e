package jobkorea

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/htmltext"
	"github.com/techmapit/tmi/sources/page"
	"github.com/techmapit/tmi/sources/record"
)

// labels are the facts that pages and fragments name, by our name of each.
var labels = map[string]string{
	"경력": "experience", "학력": "education", "고용형태": "employment", "급여": "salary", "연봉": "salary",
	"지역": "location", "근무지역": "location", "근무지주소": "location", "모집분야": "duty", "직무": "duty", "스킬": "skills", "핵심역량": "skills",
	"산업": "industry", "업종": "industry", "산업(업종)": "industry", "우대사항": "preferred", "우대조건": "preferred",
	"시작": "opens", "시작일": "opens", "마감": "closes", "마감일": "closes",
}

// fields are what a page says, and the posting's payload.
type fields struct {
	ID          string            `json:"id"`
	Title       string            `json:"title"`
	Company     string            `json:"company,omitempty"`
	Description string            `json:"description,omitempty"`
	Keywords    []string          `json:"keywords,omitempty"`
	Facts       map[string]string `json:"facts,omitempty"`
}

// texts are the texts below the elements, piece by piece in reading order.
func texts(s *goquery.Selection) (pieces []string) {
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			if line := htmltext.Line(n.Data); line != "" {
				pieces = append(pieces, line)
			}
			return
		case n.Type == html.ElementNode && slices.Contains([]string{"script", "style", "noscript", "template"}, n.Data):
			return
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child)
		}
	}
	for _, n := range s.Nodes {
		walk(n)
	}
	return pieces
}

// factsOf reads runs of label and value; a label may stand twice before its value, and
// what follows in brackets explains it. The first value of a label counts.
func factsOf(pieces []string) map[string]string {
	facts := map[string]string{}
	for i := 0; i < len(pieces)-1; i++ {
		field, isLabel := labels[strings.TrimRight(pieces[i], " :")]
		if !isLabel || facts[field] != "" || pieces[i+1] == pieces[i] {
			continue
		}
		if _, isOther := labels[pieces[i+1]]; !isOther {
			facts[field] = pieces[i+1]
		}
	}
	return facts
}

func parseDetail(doc schemas.Document, html *goquery.Document) (sources.Parsed, error) {
	meta := func(property string) string {
		return htmltext.Line(html.Find(`meta[property="`+property+`"]`).AttrOr("content", ""))
	}
	f := fields{
		ID:          doc.BoardID,
		Title:       cmp.Or(page.Line(html.Find("h1.recruit-title")), plainTitle(meta("og:title"))),
		Company:     cmp.Or(page.Line(html.Find("#rowCompany .companyHeader h2")), page.Line(html.Find("#rowCompany .info-company p"))),
		Description: meta("og:description"),
		Facts:       factsOf(texts(html.Selection)),
	}
	html.Find("#rowKeyword .keyword-list, #rowTag li").Each(func(_ int, s *goquery.Selection) { f.Keywords = append(f.Keywords, texts(s)...) })
	if m := address.FindStringSubmatch(cmp.Or(html.Find(`link[rel="canonical"]`).AttrOr("href", ""), meta("og:url"))); m != nil {
		f.ID = m[1]
	}
	isFragment := html.Find("#rowGuidelines, #rowReceipt").Length() > 0
	switch {
	case f.Title == "" && isFragment:
		return sources.Parsed{IsWhole: true, Ignored: "a fragment without the posting's title: its page has it"}, nil
	case f.Title == "" && len(f.Facts) == 0:
		return sources.Parsed{}, errs.New(errs.Corrupt, "the page holds no posting: no title and no fact")
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return sources.Parsed{}, errs.New(errs.Corrupt, "keep page: %w", err)
	}
	out := sources.Parsed{IsWhole: true}
	r := record.Of(raw)
	p := schemas.BoardPosting{
		BoardID: r.ID("id"), Title: r.Required("title"), Company: f.Company, BoardTags: record.Names(append(record.Split(f.Facts["skills"], ","), f.Keywords...)...),
		Categories: record.Split(f.Facts["duty"], ","), EmploymentRaw: f.Facts["employment"], ExperienceRaw: f.Facts["experience"],
		EducationRaw: f.Facts["education"], SalaryRaw: f.Facts["salary"], IndustryRaw: f.Facts["industry"], Preferred: f.Facts["preferred"],
		CountryRaw: "KR", Payload: r.Payload(),
	}
	p.URL = homeURL + "/Recruit/GI_Read/" + p.BoardID
	if place := f.Facts["location"]; place != "" {
		p.Locations = []string{andOthers.ReplaceAllString(place, "")}
	}
	p.PostedAt = dayIn(f.Facts["opens"], 0)
	if p.IsAlwaysOpen = alwaysOpen.MatchString(f.Facts["closes"]); !p.IsAlwaysOpen {
		p.ClosesAt = dayIn(f.Facts["closes"], 24*time.Hour-time.Second)
	}
	r.Asked(doc, "id", p.BoardID)
	r.Keep(&out, p)
	return out, nil
}

var (
	day        = regexp.MustCompile(`\d{4}\.\d{2}\.\d{2}`)
	alwaysOpen = regexp.MustCompile(`상시|수시|채용\s*시`)
	siteName   = regexp.MustCompile(`\s*[|\-]\s*잡코리아\s*$`)
)

func plainTitle(title string) string { return strings.TrimSpace(siteName.ReplaceAllString(title, "")) }

// dayIn is the day in a text such as 2026.05.20(수), later by a time of day; zero for none.
func dayIn(text string, ofDay time.Duration) time.Time {
	at, err := time.ParseInLocation("2006.01.02", day.FindString(text), record.KST)
	if err != nil {
		return time.Time{}
	}
	return at.Add(ofDay).UTC()
}
