package jsonld

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// mostSitemapBytes bounds an unpacked sitemap, as sitemaps.org does.
const mostSitemapBytes = 50 << 20

func looksLikeSitemap(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	path := strings.ToLower(u.Path)
	return strings.HasSuffix(path, ".xml") || strings.HasSuffix(path, ".xml.gz") || strings.Contains(path, "sitemap")
}

// sitemapOf says whether a body is a sitemap, and unpacks one that was packed as a file.
func sitemapOf(body []byte) ([]byte, bool) {
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, false
		}
		if body, err = io.ReadAll(io.LimitReader(r, mostSitemapBytes)); err != nil {
			return nil, false
		}
	}
	const headBytes = 4 << 10
	head := body[:min(len(body), headBytes)]
	return body, bytes.Contains(head, []byte("<urlset")) || bytes.Contains(head, []byte("<sitemapindex"))
}

// entry is a line of a sitemap: an address, and when it last changed as the site says it.
type entry struct {
	loc, lastmod string
	isSitemap    bool
}

// entries reads a sitemap; errs.Corrupt where it ends early.
func entries(body []byte) (list []entry, err error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict, d.Entity = false, xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	var now entry
	var field, space string // of the open entry; pictures have addresses of their own
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, errs.New(errs.Corrupt, "read sitemap: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			field = t.Name.Local
			switch {
			case field == "url" || field == "sitemap":
				now, space = entry{isSitemap: field == "sitemap"}, t.Name.Space
			case t.Name.Space != space:
				field = ""
			}
		case xml.CharData:
			switch text := strings.TrimSpace(string(t)); field {
			case "loc":
				now.loc += text
			case "lastmod":
				now.lastmod += text
			}
		case xml.EndElement:
			if (t.Name.Local == "url" || t.Name.Local == "sitemap") && now.loc != "" {
				list = append(list, now)
				now = entry{}
			}
			field = ""
		}
	}
}

// parseSitemap makes a ref of each address that contains the word in the list's name.
func parseSitemap(doc schemas.Document, body []byte) (sources.Parsed, error) {
	list, err := entries(body)
	if err != nil {
		return sources.Parsed{}, err
	}
	_, word, _ := strings.Cut(doc.List, "~")
	out := sources.Parsed{Last: true}
	for _, e := range list {
		id := idOf(e.loc)
		if e.isSitemap || id == "" || !strings.Contains(e.loc, word) || !strings.HasPrefix(e.loc, "http") {
			continue
		}
		out.Refs = append(out.Refs, sources.Ref{BoardID: id, URL: e.loc, List: doc.List, Stamp: e.lastmod, Position: len(out.Refs) + 1})
	}
	return out, nil
}

// innerSitemaps are the sitemaps that a sitemap index names.
func innerSitemaps(doc schemas.Document) (addresses []string) {
	body, ok := sitemapOf(doc.Body)
	if !ok {
		return nil
	}
	list, err := entries(body)
	if err != nil {
		return nil
	}
	for _, e := range list {
		if e.isSitemap {
			addresses = append(addresses, e.loc)
		}
	}
	return addresses
}
