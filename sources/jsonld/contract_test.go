package jsonld

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

const onePage = `<script type="application/ld+json">{"@type":"JobPosting","title":"개발자","description":"Go"}</script>`

func TestContract(t *testing.T) {
	answers := map[string]string{"/jobs/a": onePage, "/jobs/b": onePage, "/about": onePage, "/one": onePage}
	base := sourcestest.Serve(t, answers)
	answers["/sitemap.xml"] = `<sitemapindex><sitemap><loc>` + base + `/s1.xml</loc></sitemap><sitemap><loc>` + base + `/s1.xml</loc></sitemap><sitemap><loc>https://other.test/s2.xml</loc></sitemap></sitemapindex>`
	answers["/s1.xml"] = `<urlset>` + strings.Repeat(`<url><loc>`+base+`/jobs/a</loc></url>`, 2) + `<url><loc>` + base + `/jobs/b</loc></url><url><loc>` + base +
		`/jobs/c</loc></url><url><loc>` + base + `/about</loc></url><url><loc>https://other.test/jobs/d</loc></url></urlset>`
	src := newSource(t, sources.Settings{BaseURL: base, Boards: []string{"narae~/jobs/=" + base + "/sitemap.xml", "pages=" + base + "/one", "pages=" + base + "/gone"}})
	sourcestest.Run(t, sourcestest.Case{Source: src, BaseURL: base, Count: 4, Details: 3})
}

func TestSettings(t *testing.T) {
	for _, board := range []string{"https://x.test/", "x=ftp://x.test", "x=/jobs", "x y=https://x.test", "x=https://user:word@x.test/", "=https://x.test"} {
		if _, err := New(sources.Settings{Boards: []string{board}}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: got %v, want errs.Invalid", board, err)
		}
	}
	s := sources.Settings{Boards: []string{"나래=https://Jobs.narae.test/a", "bada~/o/=https://bada.test/sitemap.xml"}}
	for host, want := range map[string]bool{"jobs.narae.test": true, "bada.test": true, "narae.test": false} {
		if got := Board.Hosts(s, host); got != want {
			t.Errorf("%s: got %v, want %v", host, got, want)
		}
	}
}

func TestFilter(t *testing.T) {
	body := []byte(`<urlset><url><loc>https://x.test/jobs/1</loc><lastmod>2026-01-01</lastmod></url><url><loc>https://x.test/about</loc></url></urlset>`)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(body); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"plain": body, "packed": packed.Bytes()} {
		parsed, err := newSource(t, sources.Settings{}).Parse(schemas.Document{Kind: schemas.KindList, List: "x~/jobs/", Status: 200, Body: b})
		want := []sources.Ref{{BoardID: "x.test/jobs/1", URL: "https://x.test/jobs/1", List: "x~/jobs/", Stamp: "2026-01-01", Position: 1}}
		if diff := cmp.Diff(want, parsed.Refs); diff != "" || err != nil {
			t.Errorf("%s: refs (-want +got):\n%s%v", name, diff, err)
		}
	}
}

func TestIDs(t *testing.T) {
	long := "https://x.test/" + strings.Repeat("채용/", 60)
	if a, b := idOf(long+"1"), idOf(long+"2"); a == b || len(a) > 200 || a != idOf(long+"1") {
		t.Errorf("long addresses: %q (%d bytes) and %q", a, len(a), b)
	}
	if idOf("HTTPS://X.test/a/#top") != "x.test/a" || idOf("/a") != "" {
		t.Error("an id is host and path")
	}
}
