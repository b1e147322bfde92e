package crawl

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// verdict is what an exchange amounts to.
type verdict int

const (
	isAnswer  verdict = iota // the board's word
	isBroken                 // cut short, overloaded, garbled: worth another try
	isBlocked                // a page that keeps crawlers out
	isRefused                // another try gives the same
)

// judge reads an answer's status, headers and content. The text says why for all but
// [isAnswer].
func judge(status int, header http.Header, body []byte, wantsJSON bool) (verdict, string) {
	if why := blockPage(status, header, body, wantsJSON); why != "" {
		return isBlocked, why
	}
	switch {
	case status == http.StatusNotModified:
		return isAnswer, ""
	case status >= 200 && status < 300:
		if wantsJSON && !json.Valid(trimBOM(body)) {
			return isBroken, "the answer is not whole JSON (" + strconv.Itoa(len(body)) + " bytes)"
		}
		return isAnswer, ""
	case status == 400 || status == 404 || status == 410 || status == 422:
		return isAnswer, ""
	case status == 408 || status == 425 || status == 429 || status >= 500:
		return isBroken, "status " + strconv.Itoa(status)
	}
	return isRefused, "status " + strconv.Itoa(status)
}

func trimBOM(body []byte) []byte { return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) }

// errBlocked marks the answers that are block pages.
var errBlocked = errors.New("blocked")

// blockWords are what the pages of the usual guards say. They are looked for in HTML
// alone, and in its head: a posting may well speak of captchas.
var blockWords = [][]byte{
	[]byte("just a moment"), []byte("captcha"), []byte("attention required! | cloudflare"), []byte("cf-chl-"),
	[]byte("/cdn-cgi/challenge-platform"), []byte("awswafcookiedomainlist"), []byte("_incapsula_resource"),
	[]byte("access denied"), []byte("request unsuccessful"), []byte("are you a robot"), []byte("unusual traffic"),
	[]byte("비정상적인 접근"), []byte("로봇이 아닙니다"), []byte("자동입력 방지"),
}

// blockHeadBytes is how far into an HTML page the words count; guards' pages are short.
const blockHeadBytes = 16 << 10

// blockPage says by what an answer is known as a block page, "" for none.
func blockPage(status int, header http.Header, body []byte, wantsJSON bool) string {
	if action := header.Get("X-Amzn-Waf-Action"); action != "" {
		return "the header x-amzn-waf-action: " + action
	}
	if header.Get("Cf-Mitigated") != "" {
		return "the header cf-mitigated: " + header.Get("Cf-Mitigated")
	}
	if status == http.StatusForbidden || status == http.StatusUnauthorized {
		return "status " + strconv.Itoa(status)
	}
	head := bytes.TrimSpace(trimBOM(body[:min(len(body), blockHeadBytes)]))
	if !bytes.HasPrefix(head, []byte("<")) {
		return ""
	}
	head = bytes.ToLower(head)
	for _, word := range blockWords {
		// A long page of an HTML board may load a captcha for its forms; a guard's page is short.
		if bytes.Contains(head, word) && (wantsJSON || len(body) <= blockHeadBytes) {
			return "a page that says " + strconv.Quote(string(word))
		}
	}
	if wantsJSON && status >= 200 && status < 300 {
		return "HTML where JSON was asked for"
	}
	return ""
}

// retryAfter reads the header in both its forms, seconds and a date; 0 where it is
// absent, past or not to be read.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
