package crawl

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/techmapit/tmi/schemas"
)

// verdict is what an exchange amounts to: the board's word where name is empty, else what
// it counts as, why, and whether another try gives the same.
type verdict struct {
	name    schemas.Nuisance
	why     string
	isFinal bool
}

// judge reads an answer's status, headers and content.
func judge(x *exchange, q question) verdict {
	if why := blockPage(x, q); why != "" {
		// A guard that says no by status means it; one that hides behind 200 may lift.
		return verdict{schemas.NuisanceBlocked, "blocked: " + why, x.status >= 400 && x.status < 500}
	}
	status := "status " + strconv.Itoa(x.status)
	switch {
	case x.status == http.StatusNotModified && !q.isConditional():
		return verdict{schemas.NuisanceUnasked304, "the board answers 304 to a question without conditions", true}
	case x.status == http.StatusNotModified:
		return verdict{}
	case x.status >= 200 && x.status < 300:
		return judgeBody(x.body, q)
	case x.status == 400 || x.status == 404 || x.status == 410 || x.status == 422:
		return verdict{}
	case x.status == http.StatusTooManyRequests, x.status == http.StatusServiceUnavailable && x.header.Get("Retry-After") != "":
		return verdict{schemas.NuisanceThrottled, status, false}
	case x.status == 408 || x.status == 425 || x.status >= 500:
		return verdict{schemas.NuisanceServerError, status, false}
	}
	return verdict{schemas.NuisanceRefused, "refused: " + status, true}
}

func judgeBody(body []byte, q question) verdict {
	switch {
	case q.isRobots:
	case len(bytes.TrimSpace(trimBOM(body))) == 0:
		return verdict{schemas.NuisanceEmpty, "the answer is empty", false}
	case q.wantsJSON() && !json.Valid(trimBOM(body)):
		return verdict{schemas.NuisanceGarbled, "the answer is not whole JSON (" + strconv.Itoa(len(body)) + " bytes)", false}
	case q.wantsJSON() && isOtherCharset(body):
		return verdict{schemas.NuisanceWrongEncoding, "the answer is JSON in another encoding than UTF-8 (RFC 8259 section 8.1)", false}
	}
	return verdict{}
}

func trimBOM(body []byte) []byte { return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) }

// isOtherCharset says that a text cannot be UTF-8. A stray byte or two are somebody's
// slip inside one posting; a text in EUC-KR has hundreds.
func isOtherCharset(body []byte) bool {
	if utf8.Valid(body) {
		return false
	}
	bad := 0
	for rest := body; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 {
			bad++
		}
		rest = rest[size:]
	}
	const inBytes = 200 // one bad byte in so many
	return bad > 2 && bad*inBytes > len(body)
}

// retryAfter reads the header in both its forms (RFC 9110 section 10.2.3), seconds and a
// date; 0 where it is absent, past or not to be read. A date is the board's: what it wants
// is counted from its own Date as well as from our clock, and the longer holds.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && !math.IsNaN(seconds) {
		const most = 365 * 24 * 3600
		return time.Duration(min(max(0, seconds), most) * float64(time.Second))
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	wait := at.Sub(now)
	if sent, err := http.ParseTime(header.Get("Date")); err == nil {
		wait = max(wait, at.Sub(sent))
	}
	return max(0, wait)
}
