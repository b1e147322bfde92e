package crawl

import (
	"bytes"
	"net/http"
	"strconv"
)

// blockMarks stand in the markup of the usual guards' pages and in no page of a board.
// (Cloudflare's "/cdn-cgi/challenge-platform" is not among them: it is put into pages that
// were let through as well.)
var blockMarks = lower(
	"_cf_chl_opt", "cf-chl-", "cf-browser-verification", "cf-error-details", // Cloudflare
	"awswafcookiedomainlist", "gokuprops", ".token.awswaf.com", // AWS WAF
	"_incapsula_resource", "incapsula incident id", // Imperva
	"captcha-delivery.com", "px-captcha", "_pxappid", // DataDome, PerimeterX
	"errors.edgesuite.net", "sec-if-cpt-container", // Akamai
	"sucuri website firewall", "distil_r_captcha", "kpsdk", // Sucuri, Distil, Kasada
)

// blockWords are what such pages say. A posting may well speak of captchas, so of a page
// where HTML is what was asked for only title and headings count, or a page with little else.
var blockWords = lower(
	"just a moment", "attention required", "checking your browser", "enable javascript and cookies", "verify you are human",
	"are you a robot", "are you human", "not a robot", "captcha", "access denied", "access to this page has been denied", "you have been blocked",
	"request unsuccessful", "the requested url was rejected", "unusual traffic", "automated access", "bot detection", "pardon our interruption",
	"잠시만 기다리십시오", "비정상적인 접근", "비정상적인 요청", "비정상 접근", "자동화된 접근", "자동화된 요청", "로봇이 아닙니다", "로봇이 아님", "사람인지 확인",
	"자동입력 방지", "자동입력방지", "자동등록방지", "보안문자", "접근이 차단", "접속이 차단", "접근이 제한", "접속이 제한", "요청이 차단", "과도한 접속", "과도한 요청",
)

func lower(words ...string) (list [][]byte) {
	for _, word := range words {
		list = append(list, bytes.ToLower([]byte(word)))
	}
	return list
}

const (
	markedBytes = 64 << 10 // how far into an HTML page the marks count
	wordyBytes  = 4 << 10  // a page up to so long may be a guard's by its words alone
)

// blockPage says by what an answer is known as a block page, "" for none.
func blockPage(x *exchange, q question) string {
	for _, name := range []string{"X-Amzn-Waf-Action", "Cf-Mitigated"} {
		if value := x.header.Get(name); value != "" {
			return "the header " + name + ": " + value
		}
	}
	if x.status == http.StatusForbidden || x.status == http.StatusUnauthorized {
		return "status " + strconv.Itoa(x.status)
	}
	body := trimBOM(x.body)
	if !bytes.HasPrefix(bytes.TrimLeft(body[:min(len(body), 1<<10)], " \t\r\n"), []byte("<")) {
		return ""
	}
	head := bytes.ToLower(body[:min(len(body), markedBytes)])
	if word := firstIn(head, blockMarks); word != "" {
		return "a page that holds " + strconv.Quote(word)
	}
	spoken := head
	if !q.wantsJSON() && len(body) > wordyBytes {
		spoken = headings(head)
	}
	if word := firstIn(spoken, blockWords); word != "" {
		return "a page that says " + strconv.Quote(word)
	}
	if q.wantsJSON() && x.status >= 200 && x.status < 300 {
		return "HTML where JSON was asked for"
	}
	return ""
}

func firstIn(text []byte, words [][]byte) string {
	for _, word := range words {
		if bytes.Contains(text, word) {
			return string(word)
		}
	}
	return ""
}

// headings are the title and the largest headings of a page in lower case.
func headings(page []byte) (text []byte) {
	for _, tag := range []string{"title", "h1", "h2"} {
		rest := page
		for {
			_, after, ok := bytes.Cut(rest, []byte("<"+tag))
			if !ok {
				break
			}
			inside, behind, _ := bytes.Cut(after, []byte("</"+tag))
			text, rest = append(append(text, ' '), inside...), behind
		}
	}
	return text
}
