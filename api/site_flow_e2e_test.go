//go:build e2e

package api

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/web"
)

// visit opens an address as a new visitor would, at a width in pixels.
func visit(t *testing.T, b *rod.Browser, address string, width int) *rod.Page {
	t.Helper()
	private, err := b.Incognito()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = private.Close() })
	page := private.MustPage().Timeout(2 * time.Minute)
	page.MustSetViewport(width, 900, 1, width < 500)
	page.MustNavigate(address).MustWaitLoad()
	return page
}

// siteForFlow is a site with everything that a visitor may meet.
func siteForFlow(t *testing.T) (*world, *httptest.Server) {
	t.Helper()
	x, err := extract.New()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, 400, func(o *Options) {
		o.IsDemo, o.Analyzer, o.Contact = true, x, "desk@example.org"
		o.Reports = shelf{"2026-10.json": nil, "2026-10.ko.pdf": []byte("%PDF-x")}
	})
	server := httptest.NewServer(w.handler)
	t.Cleanup(server.Close)
	return w, server
}

func follow(page *rod.Page, selector string) {
	wait := page.MustWaitNavigation()
	page.MustElement(selector).MustClick()
	wait()
	page.MustWaitLoad()
}

func TestAVisitorSearchesFiltersSortsAndCharts(t *testing.T) {
	_, server := siteForFlow(t)
	page := visit(t, browser(t), server.URL+"/?lang=ko", 1440)
	page.MustElement("#q").MustInput("java")
	page.MustElement(".suggest:not([hidden]) [role=option]")
	if got := page.MustElement("#q").MustAttribute("aria-expanded"); got == nil || *got != "true" {
		t.Error("suggestions are not said to be open")
	}
	wait := page.MustWaitNavigation()
	page.MustElement(".search button").MustClick()
	wait()
	if info := page.MustInfo(); !strings.Contains(info.URL, "/postings?q=java") {
		t.Fatalf("at %s", info.URL)
	}
	total := page.MustElement(".results-head h2").MustText()
	follow(page, ".facet a[href*='role=']") // a facet narrows
	if narrowed := page.MustElement(".results-head h2").MustText(); narrowed == total {
		t.Errorf("still %s", narrowed)
	}
	if !page.MustHas("mark, .chip.hit") || !page.MustHas(".filter-chip .off") {
		t.Error("no match is marked, or no chip is shown")
	}
	wait = page.MustWaitNavigation()
	page.MustElement(".order select").MustSelect("마감 임박순")
	wait()
	page.MustWaitLoad()
	if got := page.MustEval(`() => document.querySelector(".order select").value`).Str(); got != "closing" || !strings.Contains(page.MustInfo().URL, "sort=closing") {
		t.Errorf("sorted by %s at %s", got, page.MustInfo().URL)
	}
	for _, form := range []string{"column", "pie", "donut", "line"} {
		page.MustElement(".rail [data-form=" + form + "]").MustClick()
		if !page.MustHas(".rail [data-chart-drawn]:not([hidden]) svg") || !strings.Contains(page.MustInfo().URL, "chart="+form) {
			t.Errorf("no chart of form %s, or it is not in the address", form)
		}
	}
	csv := page.MustEval(`async () => {
		const figure = document.querySelector(".rail figure");
		const saved = new Promise(done => { URL.createObjectURL = blob => { blob.text().then(done); return "blob:x"; }; });
		figure.querySelector('[data-save="csv"]').click();
		return saved;
	}`).Str()
	if lines := strings.Split(strings.TrimSpace(csv), "\r\n"); len(lines) < 3 || !strings.Contains(lines[0], "기술,비율") {
		t.Errorf("CSV %q", csv)
	}
	kind := page.MustEval(`async () => {
		const figure = document.querySelector(".rail figure");
		const saved = new Promise(done => { URL.createObjectURL = blob => { done(blob.type + " " + (blob.size > 5000)); return "blob:x"; }; });
		figure.querySelector('[data-save="png"]').click();
		return saved;
	}`).Str()
	if kind != "image/png true" {
		t.Errorf("PNG %s", kind)
	}
	follow(page, ".filter-chip .off")
	follow(page, ".results-head a[href*='view=table']")
	if !page.MustHas(".table-view tbody tr") {
		t.Error("no table")
	}
	follow(page, "th a[href*='sort=experience']") // a head orders by its column
	wait = page.MustWaitNavigation()
	if err := page.Keyboard.Press(input.ShiftLeft); err != nil { // with Shift it is the second order
		t.Fatal(err)
	}
	page.MustElement("th a[data-then*='newest']").MustClick()
	wait()
	if err := page.Keyboard.Release(input.ShiftLeft); err != nil {
		t.Fatal(err)
	}
	page.MustWaitLoad()
	if got := page.MustInfo().URL; !strings.Contains(got, "sort=experience%2Cnewest") || !page.MustHas("th[aria-sort=ascending]") {
		t.Errorf("two orders: at %s", got)
	}
}

// On a phone the filters are a sheet, with and without scripts.
func TestFiltersOnAPhone(t *testing.T) {
	_, server := siteForFlow(t)
	b := browser(t)
	page := visit(t, b, server.URL+"/postings?tech=java&lang=ko", 390)
	isShown := func(page *rod.Page) bool {
		return page.MustEval(`() => getComputedStyle(document.querySelector("#filters")).display !== "none"`).Bool()
	}
	if isShown(page) {
		t.Error("the sheet is open from the beginning")
	}
	page.MustElement(".to-filters a").MustClick()
	page.MustWait(`() => document.activeElement.id === "filters"`)
	for range 60 { // the keyboard stays within
		page.KeyActions().Press(input.Tab).MustDo()
		if !page.MustEval(`() => document.activeElement === document.body || document.querySelector("#filters").contains(document.activeElement)`).Bool() {
			t.Fatalf("the keyboard leaves the sheet: %s", page.MustEval(`() => document.activeElement.outerHTML`).Str())
		}
	}
	wait := page.MustWaitNavigation()
	page.MustElement("#filters .facet a").MustClick()
	wait()
	page.MustWaitLoad()
	if !isShown(page) || !strings.Contains(page.MustInfo().URL, "role=") {
		t.Errorf("after a filter the sheet is closed, or there is none: %s", page.MustInfo().URL)
	}
	page.KeyActions().Press(input.Escape).MustDo()
	page.MustWait(`() => getComputedStyle(document.querySelector("#filters")).display === "none" && document.activeElement.matches(".to-filters a")`)
	plain := visit(t, b, server.URL+"/", 390)
	if err := (proto.EmulationSetScriptExecutionDisabled{Value: true}).Call(plain); err != nil {
		t.Fatal(err)
	}
	plain.MustNavigate(server.URL + "/postings?tech=java#filters").MustWaitLoad()
	if err := (proto.EmulationSetScriptExecutionDisabled{}).Call(plain); err != nil {
		t.Fatal(err)
	}
	if !isShown(plain) {
		t.Error("without scripts the sheet does not open")
	}
}

// A chart says its values to the pointer and to the keyboard, and puts series out.
func TestChartsAnswer(t *testing.T) {
	_, server := siteForFlow(t)
	page := visit(t, browser(t), server.URL+"/compare?tech=java&tech=python&tech=aws&lang=en", 1440)
	lines := func() int {
		return len(page.MustElement(".lines").MustElements("[data-chart-drawn] path[stroke-width='2.5']"))
	}
	if lines() != 3 {
		t.Fatalf("%d lines of 3", lines())
	}
	page.MustElement("button.key").MustClick()
	if lines() != 2 || page.MustEval(`() => document.querySelector("button.key").ariaPressed`).Str() != "false" {
		t.Errorf("%d lines of 2", lines())
	}
	page.MustElement("[data-chart-drawn]").MustEval(`() => this.focus()`)
	page.KeyActions().Press(input.ArrowRight).Press(input.ArrowRight).MustDo()
	if said := page.MustElement("p.hidden[role=status]").MustEval(`() => this.textContent`).Str(); !strings.Contains(said, "Python ") || !strings.Contains(said, "AWS ") || strings.Contains(said, "Java ") {
		t.Errorf("the keyboard hears %q", said)
	}
	if !page.MustHas(".chart-tip:not([hidden])") {
		t.Error("nothing is shown at the value")
	}
	page.KeyActions().Press(input.Escape).MustDo()
	if page.MustHas(".chart-tip:not([hidden])") {
		t.Error("Escape does not put it away")
	}
	box := page.MustElement("[data-chart-drawn] .strip").MustShape().Box()
	page.Mouse.MustMoveTo(box.X+box.Width-2, box.Y+10)
	if !page.MustHas(".chart-tip:not([hidden])") {
		t.Error("nothing is shown under the pointer")
	}
	narrow := visit(t, page.Browser(), server.URL+"/postings?chart=donut&lang=ko", 390)
	if wide := narrow.MustEval(`() => document.querySelector("[data-chart-drawn] svg").getBoundingClientRect().right`).Num(); wide > 390 {
		t.Errorf("the chart ends at %f of 390", wide)
	}
}

func TestAVisitorReadsComparesAndKeeps(t *testing.T) {
	_, server := siteForFlow(t)
	page := visit(t, browser(t), server.URL+"/postings?tech=java&lang=en", 1440)
	page.MustElement("[data-keep-search]").MustClick()
	if page.MustElement("[data-keep-search]").MustText() != "★ Search saved" {
		t.Error("the search is not kept")
	}
	if covered := page.MustEval(`() => { const a = document.querySelector(".card h3 a"), r = a.getBoundingClientRect(); return !a.contains(document.elementFromPoint(r.x + 5, r.y + r.height / 2)) && r.y < innerHeight; }`).Bool(); covered {
		t.Error("the card's link lies under something")
	}
	wait := page.MustWaitNavigation()
	page.MustElement(".card h3 a").MustEval(`() => this.click()`)
	wait()
	page.MustWaitLoad()
	if !page.MustHas(".evidence") || !page.MustHas("h1") {
		t.Error("the posting's page lacks its technologies")
	}
	page.MustElement("[data-keep-posting]").MustClick()
	if page.MustElement("[data-keep-posting]").MustText() != "★ Saved" {
		t.Error("the posting is not kept")
	}
	page.MustNavigate(server.URL + "/recommend?techs=java&techs=mysql").MustWaitLoad()
	if !page.MustHas(".suggested .button") || !page.MustHas(".fit") {
		t.Error("nothing to learn, or no posting that fits")
	}
	page.MustElement("[data-keep-techs]").MustClick()
	page.MustNavigate(server.URL + "/mine").MustWaitLoad()
	page.MustElement("[data-list=postings] li")
	for list, want := range map[string]int{"techs": 2, "searches": 1, "postings": 1} {
		if got := len(page.MustElements("[data-list=" + list + "] li")); got != want {
			t.Errorf("%d %s kept, want %d", got, list, want)
		}
	}
	link := page.MustElement("[data-link]").MustProperty("value").Str()
	other := visit(t, page.Browser(), link, 390) // another device
	other.MustElement("[data-take]").MustClick()
	other.MustElement("[data-list=postings] li")
	if got := len(other.MustElements("[data-list=techs] li")); got != 2 {
		t.Errorf("the link carries %d technologies", got)
	}
	broken := visit(t, page.Browser(), server.URL+"/mine#%%%broken", 390)
	if !broken.MustHas("[data-offer][hidden]") {
		t.Error("a broken link is offered")
	}
	page.MustNavigate(server.URL + "/compare?tech=java&tech=python&tech=aws").MustWaitLoad()
	if got := len(page.MustElements("[data-chart=time]:first-of-type [data-chart-drawn] path[stroke-width='2.5']")); got < 3 {
		t.Errorf("%d lines of 3", got)
	}
}

func TestLanguageAndThemeStay(t *testing.T) {
	_, server := siteForFlow(t)
	page := visit(t, browser(t), server.URL+"/?lang=ko", 390)
	follow(page, "a[hreflang=en]")
	page.MustElement(".to-dark").MustClick()
	page.MustNavigate(server.URL + "/techs").MustWaitLoad()
	root := page.MustElement("html")
	if lang, theme := root.MustAttribute("lang"), root.MustAttribute("data-theme"); *lang != "en" || theme == nil || *theme != "dark" {
		t.Errorf("language %s, theme %v", *lang, theme)
	}
	if ground := page.MustEval(`() => getComputedStyle(document.body).backgroundColor`).Str(); ground != "rgb(16, 21, 19)" {
		t.Errorf("ground %s", ground)
	}
	if strings.Contains(page.MustInfo().URL, "theme") {
		t.Error("the theme stands in the address")
	}
}

// The keyboard alone reaches the search, picks a suggestion, and opens a posting.
func TestTheKeyboardIsEnough(t *testing.T) {
	_, server := siteForFlow(t)
	page := visit(t, browser(t), server.URL+"/?lang=en", 1440)
	focused := func() string {
		return page.MustEval(`() => document.activeElement.outerHTML.slice(0, 120)`).Str()
	}
	page.KeyActions().Press(input.Tab).MustDo()
	if got := focused(); !strings.Contains(got, "skip") {
		t.Errorf("first comes %s", got)
	}
	page.KeyActions().Press(input.Slash).MustDo()
	if got := focused(); !strings.Contains(got, `id="q"`) {
		t.Fatalf("/ leads to %s", got)
	}
	page.MustInsertText("jav")
	page.MustElement(".suggest:not([hidden]) [role=option]")
	wait := page.MustWaitNavigation()
	page.KeyActions().Press(input.ArrowDown).Press(input.Enter).MustDo()
	wait()
	if got := page.MustInfo().URL; !strings.Contains(got, "q=Java") {
		t.Fatalf("at %s", got)
	}
	page.MustWaitLoad()
	for range 120 {
		page.KeyActions().Press(input.Tab).MustDo()
		if page.MustEval(`() => document.activeElement.matches(".card h3 a")`).Bool() {
			wait := page.MustWaitNavigation()
			page.KeyActions().Press(input.Enter).MustDo()
			wait()
			if !strings.Contains(page.MustInfo().URL, "/postings/") {
				t.Errorf("at %s", page.MustInfo().URL)
			}
			return
		}
		if width := page.MustEval(`() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== "none" || document.activeElement.matches("input, a, button, summary, body") }`).Bool(); !width {
			t.Errorf("no ring around %s", focused())
		}
	}
	t.Error("no posting is reached")
}

// axeSource is axe-core as npm installs it: TMI_TEST_AXE names the file.
func axeSource(t *testing.T) string {
	t.Helper()
	path := os.Getenv("TMI_TEST_AXE")
	if path == "" {
		t.Skip("no axe-core: make e2e installs it, TMI_TEST_AXE names the file")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sitePages is one page of every type.
func sitePages(t *testing.T, w *world) []string {
	t.Helper()
	posting, company := "", ""
	for _, p := range w.market.Postings {
		if p.Status == "open" && len(p.Techs) > 3 && p.ClusterSize > 1 {
			posting, company = p.PostingID, p.CompanyID
			break
		}
	}
	return []string{"/", "/postings?q=java&role=backend", "/postings?view=table", "/postings?q=zzzz&tech=java", "/postings?experience_min=9&experience_max=2", "/postings/" + posting, "/techs", "/techs/java",
		"/companies", "/companies/" + company, "/trends", "/recommend?techs=java", "/compare?tech=java&tech=aws", "/mine", "/analyze", "/takedown", "/glossary", "/reports", "/reports/2026-10", "/quality", "/docs", "/nothing"}
}

func TestAxeFindsNothing(t *testing.T) {
	source := axeSource(t)
	w, server := siteForFlow(t)
	b := browser(t)
	for _, path := range sitePages(t, w) {
		for _, lang := range web.Languages {
			for _, theme := range web.Themes {
				join := map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]
				page := visit(t, b, server.URL+path+join+"lang="+lang+"&theme="+theme, 390)
				if err := (proto.PageSetBypassCSP{Enabled: true}).Call(page); err != nil {
					t.Fatal(err)
				}
				page.MustReload().MustWaitLoad()
				page.MustEval(`source => { (0, eval)(source) }`, source)
				look := func(what string) {
					text := page.MustEval(`async () => JSON.stringify((await axe.run(document, { resultTypes: ["violations"] })).violations.map(v => v.id + " " + v.nodes[0].html.slice(0, 200)))`).Str()
					var found []string
					if err := json.Unmarshal([]byte(text), &found); err != nil || len(found) > 0 {
						t.Errorf("%s %s %s %s: %v %s", path, lang, theme, what, err, strings.Join(found, "\n"))
					}
				}
				look("at 390 px")
				if strings.Contains(path, "role=backend") {
					page.MustElement(".to-filters a").MustClick()
					page.MustWait(`() => document.activeElement.id === "filters" && document.getAnimations().every(a => a.playState === "finished")`)
					look("with the sheet open")
					page.MustEval(`() => { location.hash = "to-filters"; }`)
				}
				page.MustSetViewport(1440, 900, 1, false)
				if page.MustHas("[data-form=pie]") {
					page.MustElement("[data-form=pie]").MustEval(`() => this.click()`)
				}
				look("at 1440 px")
				page.MustClose()
			}
		}
	}
}

// What a first view weighs, compressed, in bytes; and when the first words are painted.
const (
	mostBytes       = 200 << 10
	mostChartBytes  = 500 << 10
	mostFirstPaints = 1000 // milliseconds, on the machine itself
)

func TestAFirstViewIsLight(t *testing.T) {
	w, server := siteForFlow(t)
	b := browser(t)
	for _, path := range sitePages(t, w) {
		page := visit(t, b, server.URL+path, 390)
		bytes := page.MustEval(`() => Math.round([...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce((sum, e) => sum + e.transferSize, 0))`).Int()
		paint := page.MustEval(`() => new Promise(done => { const at = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime; if (at()) done(at()); else new PerformanceObserver(() => done(at())).observe({ type: "paint", buffered: true }); setTimeout(() => done(at() ?? -1), 3000); })`).Num()
		most := mostBytes
		if page.MustHas("[data-chart]") {
			most = mostChartBytes
		}
		if bytes == 0 || bytes > most {
			t.Errorf("%s: %d bytes, at most %d", path, bytes, most)
		}
		t.Logf("%-50s %7d bytes, first paint after %.0f ms (wanted: %d)", path, bytes, paint, mostFirstPaints)
		page.MustClose()
	}
}
