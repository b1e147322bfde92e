package crawl

import (
	"net/http"
	"strings"
	"testing"
)

// filler is an ordinary page's text, longer than any guard's page.
var filler = strings.Repeat("<p>서버 개발자를 찾습니다. 대규모 트래픽을 함께 다룹니다.</p>", 200)

func TestBlockPage(t *testing.T) {
	html := func(head, body string) string {
		return "<!doctype html><html><head>" + head + "</head><body>" + body + "</body></html>"
	}
	cases := []struct {
		name   string
		status int
		header http.Header
		body   string
		// isJSON and isHTML say whether it is a block page where JSON, or HTML, was asked for.
		isJSON, isHTML bool
	}{
		{"cloudflare", 200, nil, html("<title>Just a moment...</title>", "<script>window._cf_chl_opt={}</script>"+filler), true, true},
		{"cloudflare in Korean", 200, nil, html("<title>잠시만 기다리십시오…</title>", filler), true, true},
		{"cloudflare's script in a page that was let through", 200, nil, html("<title>채용</title>", `<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>`), true, false},
		{"cloudflare's header", 200, http.Header{"Cf-Mitigated": {"challenge"}}, goodJSON, true, true},
		{"aws at 202", 202, http.Header{"X-Amzn-Waf-Action": {"challenge"}}, "", true, true},
		{"aws by its script", 202, nil, html("", "<script>window.gokuProps = {};</script>"+filler), true, true},
		{"akamai", 200, nil, html("<TITLE>Access Denied</TITLE>", `Reference #18.2 https://errors.edgesuite.net/18.2`), true, true},
		{"imperva", 200, nil, html("", `<iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>`), true, true},
		{"datadome", 200, nil, html("", `<script src="https://ct.captcha-delivery.com/c.js"></script>`), true, true},
		{"f5", 200, nil, html("<title>Request Rejected</title>", "The requested URL was rejected. Please consult with your administrator."), true, true},
		{"Korean portal", 200, nil, html("<title>안내</title>", "<h1>비정상적인 접근이 감지되었습니다</h1>"+filler), true, true},
		{"Korean, short", 200, nil, html("", "과도한 요청으로 접속이 제한되었습니다."), true, true},
		{"Korean, characters to type", 200, nil, html("", "<p>아래 보안문자를 입력해 주세요</p>"), true, true},
		{"a posting that speaks of captchas", 200, nil, html("<title>보안 엔지니어</title>", filler+"<p>CAPTCHA와 보안문자 우회를 막습니다. Access denied pages are ours.</p>"), true, false},
		{"json that speaks of captchas", 200, nil, `{"title":"captcha, access denied, 비정상적인 접근"}`, false, false},
		{"an ordinary page", 200, nil, html("<title>채용</title>", filler), true, false},
		{"an overload page", 503, nil, html("<title>503 Service Unavailable</title>", ""), false, false},
		{"status 403", 403, nil, `{"message":"Forbidden"}`, true, true},
		{"status 401", 401, nil, "", true, true},
		{"no such posting", 404, nil, html("<title>Not found</title>", ""), false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			x := &exchange{status: c.status, header: c.header, body: []byte(c.body)}
			for accept, want := range map[string]bool{"application/json": c.isJSON, "text/html": c.isHTML} {
				why := blockPage(x, question{header: http.Header{"Accept": {accept}}})
				if (why != "") != want {
					t.Errorf("where %s was asked for: got %q, want a block page: %v", accept, why, want)
				}
			}
		})
	}
}
