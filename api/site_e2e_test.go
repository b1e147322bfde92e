//go:build e2e

package api

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/launcher/flags"
	"github.com/go-rod/rod/lib/proto"

	"github.com/techmapit/tmi/schemas"
)

const chromium = "/usr/bin/chromium"

// browser starts a fresh Chromium that speaks to nobody but the test's server.
func browser(t *testing.T) *rod.Browser {
	t.Helper()
	if _, err := os.Stat(chromium); err != nil {
		t.Skip("no Chromium on this machine: apt install chromium")
	}
	l := launcher.New().Bin(chromium).Headless(true).NoSandbox(true).Leakless(false).UserDataDir(t.TempDir())
	for _, flag := range []flags.Flag{"disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "hide-scrollbars"} {
		l.Set(flag)
	}
	address, err := l.Launch()
	if err != nil {
		t.Fatal(err)
	}
	b := rod.New().ControlURL(address)
	if err := b.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = b.Close()
		l.Kill()
	})
	return b
}

// Pictures of every page, narrow and wide, light and dark, go to the folder named by
// TMI_TEST_ARTEFACTS. The test itself fails on whatever a reader would trip over: a page wider
// than the window, a request to elsewhere, a refused style or script.
func TestPagesInABrowser(t *testing.T) {
	w, server := siteForFlow(t)
	b := browser(t)
	var open string
	for _, p := range w.market.Postings {
		if p.Status == "open" && len(p.Techs) > 3 && p.Region != "" && p.SalaryMinKRW != nil && p.ClusterSize > 1 {
			open = p.PostingID
			break
		}
	}
	pages := map[string]string{
		"home": "/?lang=ko", "postings": "/postings?lang=ko&tech=java&location=%EC%84%9C%EC%9A%B8", "none": "/postings?lang=ko&q=zzzz", "bad": "/postings?lang=ko&experience_min=9&experience_max=2",
		"posting": "/postings/" + open + "?lang=ko", "techs": "/techs?lang=ko", "tech": "/techs/java?lang=ko", "missing": "/nothing?lang=ko", "docs": "/docs?lang=ko", "docs-en": "/docs?lang=en", "companies": "/companies?lang=ko", "quality": "/quality?lang=ko", "compare": "/compare?lang=ko&tech=java,aws,python,react,cpp", "compare-none": "/compare?lang=en", "recommend": "/recommend?lang=ko&techs=java,mysql", "recommend-en": "/recommend?lang=en&role=devops", "company": "/companies/" + schemas.CompanyID("라온페이") + "?lang=ko", "tech-week-en": "/techs/java?lang=en&interval=week", "home-en": "/?lang=en",
		"trends": "/trends?lang=ko", "reports": "/reports?lang=ko", "report": "/reports/2026-10?lang=ko", "mine": "/mine?lang=ko", "analyze": "/analyze?lang=ko", "takedown": "/takedown?lang=ko", "glossary": "/glossary?lang=ko",
		"postings-en": "/postings?lang=en", "posting-en": "/postings/" + open + "?lang=en",
	}
	for _, view := range []struct {
		name, scheme string
		width        int
	}{{"390-light", "light", 390}, {"390-dark", "dark", 390}, {"1440-light", "light", 1440}, {"1440-dark", "dark", 1440}} {
		for name, path := range pages {
			t.Run(view.name+"/"+name, func(t *testing.T) { look(t, b, server.URL, path, name+"-"+view.name, view.scheme, view.width) })
		}
	}
}

func look(t *testing.T, b *rod.Browser, origin, path, name, scheme string, width int) {
	incognito := b.MustIncognito()
	defer incognito.MustClose()
	page := incognito.MustPage()
	page.MustSetViewport(width, 900, 1, width < 500)
	if err := (proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}).Call(page); err != nil {
		t.Fatal(err)
	}
	var elsewhere, refused []string
	go page.EachEvent(func(e *proto.NetworkRequestWillBeSent) {
		if !strings.HasPrefix(e.Request.URL, origin) && !strings.HasPrefix(e.Request.URL, "data:") {
			elsewhere = append(elsewhere, e.Request.URL)
		}
	}, func(e *proto.LogEntryAdded) {
		if strings.Contains(e.Entry.Text, "Content Security Policy") {
			refused = append(refused, e.Entry.Text)
		}
	})()
	if err := (proto.NetworkSetExtraHTTPHeaders{Headers: proto.NetworkHeaders{}}).Call(page); err != nil {
		t.Fatal(err)
	}
	page.MustNavigate(origin + path).MustWaitLoad()
	if !page.MustHas("main h1") || page.MustHas(".error") != strings.HasPrefix(name, "missing") {
		t.Errorf("not the page that was asked for: %s", page.MustElement("body").MustText())
	}
	sizes := page.MustEval(`() => [document.documentElement.scrollWidth, window.innerWidth]`).Arr()
	if sizes[0].Int() > sizes[1].Int() {
		t.Errorf("the page is %d wide in a window of %d", sizes[0].Int(), sizes[1].Int())
	}
	if small := page.MustEval(`() => [...document.querySelectorAll('button, .button, nav a')].filter(e => { const h = e.getBoundingClientRect().height; return h > 0 && h < 24; }).map(e => e.textContent)`).Arr(); len(small) > 0 {
		t.Errorf("too small to touch: %v", small)
	}
	if len(elsewhere)+len(refused) > 0 {
		t.Errorf("requests elsewhere %v, refused %v", elsewhere, refused)
	}
	if folder := os.Getenv("TMI_TEST_ARTEFACTS"); folder != "" {
		picture, err := page.Screenshot(true, &proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
