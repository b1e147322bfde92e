package replica

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/techmapit/tmi/schemas"
)

// farmReply is one answer of the farm.
type farmReply struct {
	status       int
	nuisance     schemas.Nuisance
	contentType  string
	body         []byte
	location     string
	etag         string
	lastModified string
	packing      string // Content-Encoding
	header       [2]string
	pause        time.Duration // asked for by Retry-After
	pauseAsDate  bool
	// raw answers in place of all of the above but the status that is logged.
	raw func(to http.ResponseWriter, r *http.Request)
}

func (a farmReply) send(to http.ResponseWriter, r *http.Request) {
	if a.raw != nil {
		a.raw(to, r)
		return
	}
	for name, value := range map[string]string{
		"Content-Type": a.contentType, "Location": a.location, "ETag": a.etag, "Last-Modified": a.lastModified, "Content-Encoding": a.packing, a.header[0]: a.header[1],
	} {
		if value != "" {
			to.Header().Set(name, value)
		}
	}
	to.WriteHeader(a.status)
	_, _ = to.Write(a.body) // a visitor who hangs up is no error of ours
}

// farmTrick is what is wrong with a page: the first times that it is asked for, or always
// where times is 0.
type farmTrick struct {
	name     string
	nuisance schemas.Nuisance
	times    int
	isJSON   bool // it makes sense for a JSON page alone
	play     func(h *farmHost, id int, page farmReply) farmReply
}

// trick is the page's, nil for an honest one.
func (h *farmHost) trick(id int, isHTML bool) *farmTrick {
	if id%farmTrickEvery != farmTrickEvery-1 && id%farmTrickEvery != farmTrickEvery-2 || id/farmTrickEvery%2 != id%2 {
		return nil
	}
	t := &farmTricks[(id/farmTrickEvery+h.index)%len(farmTricks)]
	if t.isJSON && isHTML {
		return nil
	}
	return t
}

// as is a trick whose answer is always the same.
func as(a farmReply) func(*farmHost, int, farmReply) farmReply {
	return func(*farmHost, int, farmReply) farmReply { return a }
}

func farmHTML(text string) []byte {
	return []byte("<!doctype html><html><head><meta charset=utf-8></head><body>" + text + "</body></html>")
}

// farmTricks are all of them. Those that last stand apart, so that a crawler which gives a
// host up after many failures in a row has no reason to.
var farmTricks = []farmTrick{
	{"429 with seconds", schemas.NuisanceThrottled, 1, false, func(h *farmHost, _ int, _ farmReply) farmReply {
		return farmReply{status: http.StatusTooManyRequests, pause: h.farm.o.Pause}
	}},
	{"gzip bomb", schemas.NuisanceBomb, 0, false, func(_ *farmHost, _ int, page farmReply) farmReply {
		return farmReply{status: http.StatusOK, contentType: page.contentType, packing: "gzip", body: farmBomb()}
	}},
	{"half a body", schemas.NuisanceCutShort, 1, false, func(_ *farmHost, _ int, page farmReply) farmReply {
		return rawReply(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", page.contentType, len(page.body), page.body[:len(page.body)/2]))
	}},
	{"endless body", schemas.NuisanceTooLarge, 0, false, as(farmReply{status: http.StatusOK, raw: sendEndless})},
	{"503 with a date", schemas.NuisanceThrottled, 1, false, func(h *farmHost, _ int, _ farmReply) farmReply {
		return farmReply{status: http.StatusServiceUnavailable, pause: h.farm.o.Pause, pauseAsDate: true}
	}},
	{"redirect to another host", schemas.NuisanceOffHost, 0, false, as(farmReply{status: http.StatusFound, location: "https://elsewhere.example/jobs"})},
	{"challenge page at 200", schemas.NuisanceBlocked, 1, false, as(farmReply{status: http.StatusOK, contentType: "text/html", body: []byte(blockPage)})},
	{"redirect to a private address", schemas.NuisancePrivate, 0, false, as(farmReply{status: http.StatusFound, location: "http://169.254.169.254/latest/meta-data/"})},
	{"drips", schemas.NuisanceTimeout, 1, false, as(farmReply{status: http.StatusOK, raw: sendSlowly})},
	{"redirects in a circle", "", 0, false, as(farmReply{status: http.StatusFound, location: "/loop"})},
	{"nothing at 200", schemas.NuisanceEmpty, 1, false, as(farmReply{status: http.StatusOK})},
	{"304 that nobody asked for", schemas.NuisanceUnasked304, 0, false, as(farmReply{status: http.StatusNotModified})},
	{"hangs up", schemas.NuisanceConnection, 1, false, as(farmReply{raw: hangUp})},
	{"a length beyond all bounds", schemas.NuisanceTooLarge, 0, false, as(rawReply("HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n{"))},
	{"JSON in EUC-KR", schemas.NuisanceWrongEncoding, 1, true, as(farmReply{status: http.StatusOK, contentType: "application/json; charset=euc-kr",
		body: []byte(`{"text":"` + strings.Repeat("\xb0\xb3\xb9\xdf\xc0\xda ", 20) + `"}`)})},
	{"payment required", schemas.NuisanceRefused, 0, false, as(farmReply{status: http.StatusPaymentRequired})},
	{"challenge at 202", schemas.NuisanceBlocked, 1, false, as(farmReply{status: http.StatusAccepted, header: [2]string{"X-Amzn-Waf-Action", "challenge"}})},
	{"moved on the host", "", 0, false, func(_ *farmHost, id int, page farmReply) farmReply {
		kind := "json"
		if strings.HasPrefix(page.contentType, "text/html") {
			kind = "html"
		}
		return farmReply{status: http.StatusMovedPermanently, location: fmt.Sprintf("/new/jobs/%d.%s", id, kind)}
	}},
	{"half of the JSON", schemas.NuisanceGarbled, 2, true, func(_ *farmHost, _ int, page farmReply) farmReply {
		page.body = page.body[:len(page.body)/2]
		return page
	}},
	{"forbidden", schemas.NuisanceBlocked, 0, false, as(farmReply{status: http.StatusForbidden})},
	{"gzip by name alone", schemas.NuisanceWrongEncoding, 1, false, func(_ *farmHost, _ int, page farmReply) farmReply {
		page.packing = "gzip"
		return page
	}},
	{"gone", "", 0, false, as(farmReply{status: http.StatusGone, contentType: "application/json", body: []byte(`{"error":"closed"}`)})},
	{"500 twice", schemas.NuisanceServerError, 2, false, as(farmReply{status: http.StatusInternalServerError, body: []byte("oops")})},
	{"Korean block page at 200", schemas.NuisanceBlocked, 1, false, as(farmReply{status: http.StatusOK, contentType: "text/html",
		body: farmHTML("<h1>비정상적인 접근이 감지되어 접속이 제한되었습니다</h1>")})},
	{"packed as nobody asked", schemas.NuisanceWrongEncoding, 1, false, func(_ *farmHost, _ int, page farmReply) farmReply {
		page.packing = "br"
		return page
	}},
	{"chunks that are none", schemas.NuisanceCutShort, 1, false, as(rawReply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{ \r\nZZ\r\n}\r\n0\r\n\r\n"))},
	{"half a gzip", schemas.NuisanceCutShort, 1, false, func(_ *farmHost, _ int, page farmReply) farmReply {
		page.packing, page.body = "gzip", packed(page.body)
		page.body = page.body[:len(page.body)/2]
		return page
	}},
}

func init() {
	for i := range farmTricks {
		t := &farmTricks[i]
		play := t.play
		t.play = func(h *farmHost, id int, page farmReply) farmReply {
			reply := play(h, id, page)
			reply.nuisance = t.nuisance
			return reply
		}
	}
}

func packed(text []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(text)
	_ = w.Close()
	return b.Bytes()
}

// farmBomb is 64 MiB of zeros in 64 KiB: one MiB packed, over and over.
var farmBomb = sync.OnceValue(func() []byte { return bytes.Repeat(packed(make([]byte, 1<<20)), 64) })

// rawReply is bytes that net/http would not write, behind which the host hangs up.
func rawReply(text string) farmReply {
	return farmReply{status: http.StatusOK, raw: func(to http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(to).Hijack()
		if err != nil {
			panic(err) // the farm speaks HTTP/1.1 alone, which always lets go
		}
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	}}
}

func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// sendEndless writes until the visitor hangs up.
func sendEndless(to http.ResponseWriter, r *http.Request) {
	line := bytes.Repeat([]byte(" "), 32<<10)
	for r.Context().Err() == nil {
		if _, err := to.Write(line); err != nil {
			return
		}
	}
}

// sendSlowly writes a byte at a time, for ever.
func sendSlowly(to http.ResponseWriter, r *http.Request) {
	to.Header().Set("Content-Length", strconv.Itoa(100_000))
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := io.WriteString(to, " "); err != nil {
			return
		}
		_ = http.NewResponseController(to).Flush()
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

// sendNothing holds the line until the visitor hangs up.
func sendNothing(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
