package greeting

import (
	"fmt"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func next(queries string) string {
	return `<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"dehydratedState":{"queries":[` + queries + `]}}}}</script>`
}

func TestContract(t *testing.T) {
	detail := func(id int) string {
		return next(fmt.Sprintf(`{"queryKey":["career","getOpeningById"],"state":{"data":{"data":{"openingsInfo":{"openingId":%d,"title":"서버 개발자","status":"OPEN","detail":"<p>Go</p>"}}}}}`, id))
	}
	base := sourcestest.Serve(t, map[string]string{
		"/narae/":            "→/narae/ko/home",
		"/narae/ko/home":     "testdata/list-page.html",
		"/career.bada.test/": next(`{"queryKey":["openings"],"state":{"data":[]}}`),
		"/narae/ko/o/210001": detail(210001),
		"/narae/ko/o/210002": detail(210002), // the third is gone
	})
	src := newSource(t, sources.Settings{BaseURL: base, Boards: []string{"narae", "career.bada.test"}})
	sourcestest.Run(t, sourcestest.Case{Source: src, BaseURL: base, Count: 3, Details: 3})
}

func TestHosts(t *testing.T) {
	s := sources.Settings{BaseURL: Board.Settings.BaseURL, Boards: []string{"narae", "career.bada.test"}}
	for host, want := range map[string]bool{
		"narae.career.greetinghr.com": true, "career.bada.test": true, "other.career.greetinghr.com": false, "career.greetinghr.com": false,
	} {
		if got := Board.Hosts(s, host); got != want {
			t.Errorf("%s: got %v, want %v", host, got, want)
		}
	}
	s.BaseURL = "http://127.0.0.1:1/greeting"
	if Board.Hosts(s, "narae.career.greetinghr.com") {
		t.Error("a base URL of one's own leads nowhere else")
	}
	src := newSource(t, sources.Settings{}).(source)
	if got := opening(src.root("narae"), "7"); got != "https://narae.career.greetinghr.com/ko/o/7" {
		t.Errorf("address %s", got)
	}
}

func TestBadToken(t *testing.T) {
	if _, err := New(sources.Settings{Boards: []string{"a/../b"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v, want errs.Invalid", err)
	}
}
