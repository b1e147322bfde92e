// Package page opens the HTML pages of boards that answer with pages: the scripts in which
// they carry data, and elements by selector. It reads what is there and runs nothing.
package page

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources/htmltext"
)

// Scripts returns the content of the page's scripts whose attribute has the value, in
// their order; values are compared without regard to case and to what follows a semicolon.
func Scripts(body []byte, attribute, value string) (found []string) {
	tokens := html.NewTokenizer(bytes.NewReader(body))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return found
		case html.StartTagToken:
			token := tokens.Token()
			if token.DataAtom != atom.Script || !has(token, attribute, value) {
				continue
			}
			if tokens.Next() == html.TextToken {
				found = append(found, string(tokens.Raw()))
			}
		}
	}
}

func has(token html.Token, attribute, value string) bool {
	for _, a := range token.Attr {
		plain, _, _ := strings.Cut(a.Val, ";")
		if a.Key == attribute && strings.EqualFold(strings.TrimSpace(plain), value) {
			return true
		}
	}
	return false
}

// NextData is the state that a page made with Next.js carries; errs.Corrupt where there is
// none or it is no JSON.
func NextData(body []byte, v any) error {
	scripts := Scripts(body, "id", "__NEXT_DATA__")
	if len(scripts) == 0 {
		return errs.New(errs.Corrupt, "the page has no __NEXT_DATA__")
	}
	if err := json.Unmarshal([]byte(scripts[0]), v); err != nil {
		return errs.New(errs.Corrupt, "read __NEXT_DATA__: %w", err)
	}
	return nil
}

// Open parses a page; errs.Corrupt where it is none.
func Open(body []byte) (*goquery.Document, error) {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		return nil, errs.New(errs.Corrupt, "read page: %w", err)
	}
	return doc, nil
}

// Line is the text of the first of the elements on one line.
func Line(s *goquery.Selection) string { return htmltext.Line(s.First().Text()) }

// Text is the text of the first of the elements, line by line as a person reads it.
func Text(s *goquery.Selection) string {
	inner, err := s.First().Html()
	if err != nil {
		return ""
	}
	return htmltext.Text(inner)
}
