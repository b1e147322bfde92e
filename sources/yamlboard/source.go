package yamlboard

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
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

// source is a board of a file. base takes the place of the file's own host.
type source struct {
	*file
	origin, base string
}

// source is the board's constructor.
func (f *file) source(s sources.Settings) (sources.Source, error) {
	origin, _ := originOf(f.List.URL)
	b := source{file: f, origin: origin, base: listing.Base(s, origin)}
	r := listing.Reader{Source: f.Name, Version: f.Version, Tokens: s.Boards, IsWhole: f.Detail == nil, Read: b.parse, Page: b.page}
	if f.Kind == kindHTML {
		r.Accept = "text/html"
	}
	return r, nil
}

func (b source) page(list string, page int) string {
	first := 1
	if b.List.FirstPage != nil {
		first = *b.List.FirstPage
	}
	return b.moved(strings.NewReplacer("{list}", url.QueryEscape(list), "{page}", strconv.Itoa(first+page-1),
		"{offset}", strconv.Itoa((page-1)*b.List.Rows)).Replace(b.List.URL))
}

// moved is an address of the board below the configured base.
func (b source) moved(address string) string {
	if rest, ok := strings.CutPrefix(address, b.origin); ok {
		return b.base + rest
	}
	return address
}

// item is one record: a JSON value, or an element of a page.
type item struct {
	raw  json.RawMessage
	html *goquery.Selection
}

func (b source) parse(doc schemas.Document) (sources.Parsed, error) {
	isGone := doc.Status == http.StatusNotFound || doc.Status == http.StatusGone
	switch {
	case isGone && doc.Kind == schemas.KindList:
		return sources.Parsed{NoSuchBoard: true, Last: true}, nil
	case isGone:
		return sources.Parsed{Gone: true}, nil
	case doc.Status != http.StatusOK:
		return sources.Parsed{}, errs.New(errs.Corrupt, "status %d is no answer of the board", doc.Status)
	}
	whole, err := b.open(doc.Body)
	if err != nil {
		return sources.Parsed{}, err
	}
	if doc.Kind == schemas.KindDetail {
		return b.parseDetail(doc, whole)
	}
	return b.parseList(doc, whole)
}

func (b source) open(body []byte) (whole item, err error) {
	if b.Kind == kindHTML {
		html, err := page.Open(body)
		if err != nil {
			return whole, err
		}
		return item{html: html.Selection}, nil
	}
	err = record.Envelope(body, &whole.raw)
	return whole, err
}

func (b source) parseList(doc schemas.Document, whole item) (sources.Parsed, error) {
	items, isThere := whole.items(b.List.Items)
	out := sources.Parsed{IsWhole: b.Detail == nil}
	if b.List.Total != "" {
		text := strings.ReplaceAll(strings.Join(whole.texts(b.List.Total), ""), ",", "")
		total, err := strconv.Atoi(digits(text))
		if err != nil {
			return out, errs.New(errs.Corrupt, "list.total (%s): is %q, expected a number", b.List.Total, text)
		}
		out.Total = &total
	}
	isPlainlyEmpty := out.Total != nil && *out.Total == 0
	if !isThere && !isPlainlyEmpty && (b.Kind == kindJSON || !b.isPaged() || doc.Page <= 1) {
		return out, errs.New(errs.Corrupt, "list.items (%s): the answer has nothing there", b.List.Items)
	}
	before := (max(doc.Page, 1) - 1) * b.List.Rows
	out.Last = !b.isPaged() || len(items) < b.List.Rows || out.Total != nil && before+len(items) >= *out.Total
	for i, it := range items {
		r, p := b.posting(it, b.List.Fields, doc)
		p.Position = int32(before + i + 1)
		ref := sources.Ref{BoardID: p.BoardID, List: doc.List, Position: before + i + 1}
		if b.Detail != nil {
			p.Stamp = record.Stamp(r.Payload())
			ref.Stamp, ref.URL = p.Stamp, b.detail(doc.List, p)
			if ref.URL == "" {
				r.Fail("url", "is "+p.URL+", expected a page of "+b.base)
			}
		}
		if p.BoardID != "" && (b.Detail == nil || ref.URL != "") {
			out.Refs = append(out.Refs, ref)
		}
		r.Keep(&out, p)
	}
	return out, nil
}

// detail is the address of a posting's page; "" for one on another host.
func (b source) detail(list string, p schemas.BoardPosting) string {
	if b.Detail.URL != "{url}" {
		return b.moved(strings.NewReplacer("{id}", url.PathEscape(p.BoardID), "{list}", url.QueryEscape(list)).Replace(b.Detail.URL))
	}
	if address := b.moved(p.URL); strings.HasPrefix(address, b.base+"/") {
		return address
	}
	return ""
}

func (b source) parseDetail(doc schemas.Document, whole item) (sources.Parsed, error) {
	out := sources.Parsed{IsWhole: true}
	if b.Detail == nil {
		return out, errs.New(errs.Corrupt, "the board's file says nothing of details")
	}
	one := whole
	if b.Detail.Item != "" {
		items, _ := whole.items(b.Detail.Item)
		if len(items) == 0 {
			return out, errs.New(errs.Corrupt, "detail.item (%s): the answer has nothing there", b.Detail.Item)
		}
		one = items[0]
	}
	r, p := b.posting(one, b.Detail.Fields, doc)
	r.Asked(doc, "id", p.BoardID)
	r.Keep(&out, p)
	return out, nil
}

// items are the records at a place; isThere is false where the answer has no such place.
func (it item) items(place string) (items []item, isThere bool) {
	if it.html != nil {
		it.html.Find(place).Each(func(_ int, s *goquery.Selection) { items = append(items, item{html: s}) })
		return items, len(items) > 0
	}
	found := []json.RawMessage{it.raw}
	if place != "" && place != "." {
		found = values(it.raw, strings.Split(place, "."))
	}
	for _, raw := range found {
		isThere = true
		var list []json.RawMessage
		if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) && json.Unmarshal(raw, &list) == nil {
			for _, inner := range list {
				items = append(items, item{raw: inner})
			}
			continue
		}
		items = append(items, item{raw: raw})
	}
	return items, isThere
}

// values follows a path; a list on the way stands for each of its values.
func values(raw json.RawMessage, path []string) (found []json.RawMessage) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	if len(path) == 0 {
		return []json.RawMessage{raw}
	}
	switch raw[0] {
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) == nil {
			for _, inner := range list {
				found = append(found, values(inner, path)...)
			}
		}
	case '{':
		var fields map[string]json.RawMessage
		if json.Unmarshal(raw, &fields) == nil {
			found = values(fields[path[0]], path[1:])
		}
	}
	return found
}

// texts are the values at a place as texts: of JSON, texts, numbers and lists of those; of
// a page, each element's inner HTML, or the attribute after "@".
func (it item) texts(place string) (all []string) {
	if it.html == nil {
		var walk func(raw json.RawMessage)
		walk = func(raw json.RawMessage) {
			raw = bytes.TrimSpace(raw)
			var text string
			var list []json.RawMessage
			switch {
			case len(raw) == 0 || string(raw) == "null":
			case raw[0] == '"' && json.Unmarshal(raw, &text) == nil:
				all = append(all, text)
			case raw[0] == '[' && json.Unmarshal(raw, &list) == nil:
				for _, inner := range list {
					walk(inner)
				}
			case raw[0] != '{':
				all = append(all, string(raw))
			}
		}
		path := strings.Split(place, ".")
		if place == "." {
			path = nil
		}
		for _, raw := range values(it.raw, path) {
			walk(raw)
		}
		return all
	}
	selector, attribute, hasAttribute := strings.Cut(place, "@")
	found := it.html
	if selector != "" && selector != "." {
		found = it.html.Find(selector)
	}
	found.Each(func(_ int, s *goquery.Selection) {
		if hasAttribute {
			if value, ok := s.Attr(attribute); ok {
				all = append(all, value)
			}
			return
		}
		if inner, err := s.Html(); err == nil {
			all = append(all, inner)
		}
	})
	return all
}

// payload is the record as it is kept: JSON as received, of a page what was read.
func (it item) payload(said map[string][]string) json.RawMessage {
	if it.html == nil {
		return it.raw
	}
	text, err := json.Marshal(said)
	if err != nil {
		return nil // texts and lists of them always encode
	}
	return text
}

// said are the values of every field, patterns applied and blanks left out.
func (it item) said(fields map[string]field) map[string][]string {
	all := map[string][]string{}
	for name, f := range fields {
		texts := []string{f.Const}
		if f.Const == "" {
			texts = it.texts(f.At)
		}
		for _, text := range texts {
			if _, isAttribute := strings.CutPrefix(f.At, "@"); !fieldNames[name] && !isAttribute {
				text = htmltext.Line(htmltext.Text(text))
			}
			if f.pattern != nil {
				m := f.pattern.FindStringSubmatch(text)
				if m == nil {
					continue
				}
				text = m[min(1, len(m)-1)]
			}
			if strings.TrimSpace(text) != "" {
				all[name] = append(all[name], text)
			}
		}
		if len(all[name]) == 0 {
			delete(all, name)
		}
	}
	return all
}

func digits(text string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(text, ""), func(c string) bool { return c < "0" || c > "9" }), "")
}
