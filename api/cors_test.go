package api

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func TestOtherSitesAskOnlyWhereTheyAreNamed(t *testing.T) {
	const friend, stranger = "https://friend.example", "https://stranger.example"
	for name, c := range map[string]struct {
		origins              []string
		origin, path, wanted string
	}{
		"nobody is named":         {nil, friend, "/api/v1/techs", ""},
		"the one that is named":   {[]string{friend}, friend, "/api/v1/techs", friend},
		"another one":             {[]string{friend}, stranger, "/api/v1/techs", ""},
		"all":                     {[]string{"*"}, stranger, "/api/v1/techs", "*"},
		"an error is read too":    {[]string{friend}, friend, "/api/v1/techs?x=1", friend},
		"a refusal is read too":   {[]string{friend}, friend, "/api/v1/nothing", friend},
		"an export":               {[]string{friend}, friend, "/api/v1/export/postings.csv", friend},
		"the OpenAPI document":    {[]string{friend}, friend, "/openapi.json", friend},
		"pages are not for sites": {[]string{"*"}, friend, "/techs", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 10, func(o *Options) { o.Origins = c.origins })
			h := w.get(c.path, "Origin", c.origin).Header()
			if got := h.Get("Access-Control-Allow-Origin"); got != c.wanted {
				t.Errorf("allowed origin %q, want %q", got, c.wanted)
			}
			if isNamed := len(c.origins) > 0 && c.origins[0] == friend; isNamed && !slices.ContainsFunc(h.Values("Vary"), func(v string) bool { return strings.Contains(v, "Origin") }) {
				t.Errorf("Vary is %q: a cache would hand the answer to another site", h.Values("Vary"))
			}
			if h.Get("Access-Control-Allow-Credentials") != "" {
				t.Error("cookies are shared")
			}
			if c.wanted != "" && !strings.Contains(h.Get("Access-Control-Expose-Headers"), "ETag") {
				t.Error("a page cannot read the ETag")
			}
		})
	}
}

func TestABrowserMayAskFirst(t *testing.T) {
	for origin, want := range map[string]int{"https://friend.example": http.StatusNoContent, "https://stranger.example": http.StatusMethodNotAllowed} {
		w := newWorld(t, 1, withDoor(t, patient), func(o *Options) { o.Origins = []string{"https://friend.example"}; o.RatePerSecond = 1 })
		for range 3 { // questions about questions cost nothing
			r := httptest.NewRequest(http.MethodOptions, sqlRoute, nil)
			r.Header.Set("Origin", origin)
			r.Header.Set("Access-Control-Request-Method", "POST")
			answer := httptest.NewRecorder()
			w.handler.ServeHTTP(answer, r)
			h := answer.Header()
			if answer.Code == http.StatusTooManyRequests && want != http.StatusNoContent {
				continue
			}
			if isAllowed := strings.Contains(h.Get("Access-Control-Allow-Headers"), "Authorization") && strings.Contains(h.Get("Access-Control-Allow-Methods"), "POST"); answer.Code != want || isAllowed != (want == http.StatusNoContent) {
				t.Errorf("%s: %d %v", origin, answer.Code, h)
			}
		}
	}
}

func TestClientsBehindAKnownProxyAreToldApart(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, c := range map[string]struct {
		proxies            []netip.Prefix
		remote, said, want string
	}{
		"no proxy is known":         {nil, "10.0.0.7:1", "203.0.113.9", "10.0.0.7"},
		"a known proxy":             {proxies, "10.0.0.7:1", "203.0.113.9", "203.0.113.9"},
		"a stranger says so":        {proxies, "198.51.100.1:1", "203.0.113.9", "198.51.100.1"},
		"the client lies":           {proxies, "10.0.0.7:1", "127.0.0.1, 203.0.113.9", "203.0.113.9"},
		"two proxies":               {proxies, "10.0.0.7:1", "203.0.113.9, 10.2.3.4", "203.0.113.9"},
		"proxies alone":             {proxies, "10.0.0.7:1", "10.1.1.1", "10.1.1.1"},
		"nonsense":                  {proxies, "10.0.0.7:1", "unknown", "10.0.0.7"},
		"nothing":                   {proxies, "10.0.0.7:1", "", "10.0.0.7"},
		"an address in new clothes": {proxies, "[::ffff:10.0.0.7]:1", "2001:db8::1", "2001:db8::1"},
	} {
		s := &server{Options: Options{Proxies: c.proxies}}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		if c.said != "" {
			r.Header.Set("X-Forwarded-For", c.said)
		}
		if got := s.clientOf(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
