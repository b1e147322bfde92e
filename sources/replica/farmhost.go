package replica

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/techmapit/tmi/schemas"
)

const (
	farmListRows = 50
	// one page in farmTrickEvery has a trick to it.
	farmTrickEvery = 4
	// one host in farmBadEvery is bad as a whole.
	farmBadEvery = 10
)

// farmRobots are the ways in which good hosts give their robots.txt.
var farmRobots = []string{"plain", "delay", "own group", "redirected", "missing", "forbidden", "huge", "longest match", "windows"}

// farmBad are the ways in which whole hosts are bad.
var farmBad = []string{
	"robots 503", "down", "blocked", "robots loop", "long pause", "empty", "robots to a private address", "endless", "forbids all",
	"robots block page", "robots hangs up", "hangs",
}

type farmHost struct {
	FarmHost
	farm    *Farm
	index   int
	address string

	mu    sync.Mutex
	asked map[string]int // by path
}

func newFarmHost(f *Farm, index int, address string) *farmHost {
	h := &farmHost{farm: f, index: index, address: address, asked: map[string]int{}}
	h.FarmHost = FarmHost{URL: "http://" + address, Kind: "good", Robots: farmRobots[index%len(farmRobots)]}
	if index%farmBadEvery == farmBadEvery-1 {
		h.Kind, h.Robots = farmBad[index/farmBadEvery%len(farmBad)], "plain"
		if strings.HasPrefix(h.Kind, "robots ") || h.Kind == "forbids all" {
			h.Robots = h.Kind
		}
	}
	switch h.Robots {
	case "missing", "forbidden":
	case "delay", "own group", "windows":
		h.Delay = f.o.Delay * time.Duration(2+index%3) / 2
		h.Forbids = true
	default:
		h.Forbids = true
	}
	return h
}

// rules are the text of the host's robots.txt.
func (h *farmHost) rules() string {
	delay := ""
	if h.Delay > 0 {
		delay = fmt.Sprintf("Crawl-delay: %g\n", h.Delay.Seconds())
	}
	const all, private = "User-agent: *\n", "Disallow: /private\n"
	switch h.Robots {
	case "forbids all":
		return all + "Disallow: /\n"
	case "own group":
		return all + "Disallow: /\n\nUser-agent: tmi/1.0\nAllow: /\n\nUser-agent: other\nDisallow: /jobs\n\nUser-agent: TMI\n" + private + delay
	case "huge":
		return all + private + strings.Repeat("# "+strings.Repeat("x", 97)+"\n", 6000) + "Disallow: /\n"
	case "longest match":
		return all + "Disallow: /\nAllow: /jobs/\nAllow: /*.json\nAllow: /sitemap.xml$\nDisallow: /private.json\nDisallow: /jobs/private\nAllow: /new\nAllow: /loop\n"
	case "windows":
		return "\xef\xbb\xbf" + strings.ReplaceAll(all+private+delay+"Sitemap: "+h.SitemapURL()+"\nnonsense\n", "\n", "\r\n")
	}
	return all + delay + private
}

// reply says what the host answers.
func (h *farmHost) reply(r *http.Request) farmReply {
	h.mu.Lock()
	nth := h.asked[r.URL.RequestURI()]
	h.asked[r.URL.RequestURI()] = nth + 1
	h.mu.Unlock()
	path := r.URL.Path
	if path == "/robots.txt" || strings.HasPrefix(path, "/robots/") {
		return h.robotsReply(path)
	}
	switch h.Kind {
	case "down":
		return farmReply{status: http.StatusInternalServerError, nuisance: schemas.NuisanceServerError}
	case "blocked":
		return farmReply{status: http.StatusForbidden, nuisance: schemas.NuisanceBlocked}
	case "long pause":
		return farmReply{status: http.StatusTooManyRequests, pause: time.Hour, nuisance: schemas.NuisanceThrottled}
	case "endless":
		return farmReply{status: http.StatusOK, nuisance: schemas.NuisanceTooLarge, raw: sendEndless}
	case "hangs":
		return farmReply{nuisance: schemas.NuisanceTimeout, raw: sendNothing}
	}
	switch {
	case path == "/list.json":
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		return h.list(page)
	case path == "/sitemap.xml":
		return h.sitemap()
	case strings.HasPrefix(path, "/loop"):
		return farmReply{status: http.StatusFound, location: path + "x", nuisance: loopEnd(path)}
	}
	id, isHTML, ok := farmPageOf(path)
	if !ok || id >= h.farm.o.Pages {
		return farmReply{status: http.StatusNotFound, body: []byte(`{"error":"no such page"}`), contentType: "application/json"}
	}
	page := h.page(id, isHTML)
	if trick := h.trick(id, isHTML); trick != nil && !strings.HasPrefix(path, "/new/") && (trick.times == 0 || nth < trick.times) {
		return trick.play(h, id, page)
	}
	if r.Header.Get("If-None-Match") == page.etag || page.lastModified != "" && r.Header.Get("If-Modified-Since") == page.lastModified {
		page.status, page.body = http.StatusNotModified, nil
	}
	return page
}

// loopEnd marks the redirect at which a crawler that follows five gives up.
func loopEnd(path string) schemas.Nuisance {
	if len(path) == len("/loop")+4 {
		return schemas.NuisanceRedirectLoop
	}
	return ""
}

func (h *farmHost) robotsReply(path string) farmReply {
	text := farmReply{status: http.StatusOK, contentType: "text/plain", body: []byte(h.rules())}
	switch h.Robots {
	case "missing":
		return farmReply{status: http.StatusNotFound}
	case "forbidden":
		return farmReply{status: http.StatusForbidden}
	case "redirected":
		if path == "/robots.txt" {
			return farmReply{status: http.StatusMovedPermanently, location: "/robots/1"}
		} else if path != "/robots/5" {
			return farmReply{status: http.StatusFound, location: path[:len(path)-1] + string(path[len(path)-1]+1)}
		}
	case "huge":
		text.nuisance = schemas.NuisanceRobotsHuge
	case "robots 503":
		return farmReply{status: http.StatusServiceUnavailable, nuisance: schemas.NuisanceServerError}
	case "robots loop":
		reply := farmReply{status: http.StatusFound, location: "/robots/" + strings.TrimPrefix(path, "/robots/") + "x"}
		if path == "/robots.txt" {
			reply.location = "/robots/"
		}
		if path == "/robots/xxxx" {
			reply.nuisance = schemas.NuisanceRedirectLoop
		}
		return reply
	case "robots to a private address":
		return farmReply{status: http.StatusFound, location: "http://127.200.0.1:9/robots.txt", nuisance: schemas.NuisancePrivate}
	case "robots block page":
		return farmReply{status: http.StatusOK, contentType: "text/html", body: []byte(blockPage), nuisance: schemas.NuisanceBlocked}
	case "robots hangs up":
		return farmReply{nuisance: schemas.NuisanceConnection, raw: hangUp}
	}
	return text
}

// farmList is a page of a list.
type farmList struct {
	Total int      `json:"total"`
	Pages int      `json:"pages"`
	URLs  []string `json:"urls"`
}

// list names the pages, and among them what a crawler must not ask for: what robots.txt
// forbids, in several spellings, and addresses on other hosts.
func (h *farmHost) list(page int) farmReply {
	list := farmList{Total: h.farm.o.Pages, Pages: max(1, (h.farm.o.Pages+farmListRows-1)/farmListRows), URLs: []string{}}
	if h.Kind == "empty" {
		list.Total, list.Pages = 0, 1
	}
	for id := (page - 1) * farmListRows; id < min(page*farmListRows, list.Total); id++ {
		kind := "json"
		if id%2 == 1 {
			kind = "html"
		}
		list.URLs = append(list.URLs, fmt.Sprintf("%s/jobs/%d.%s", h.URL, id, kind))
		if id%farmListRows == 0 {
			list.URLs = append(list.URLs, "http://169.254.169.254/latest/meta-data/", "http://127.200.0.1:9/admin", "file:///etc/passwd")
		}
		if id%2 == 0 && h.Forbids {
			spellings := []string{"/private.json?id=%d", "/jobs/../private.json?id=%d", "/jobs/%%2e%%2e/private.json?id=%d", "/%%70rivate.json?id=%d"}
			list.URLs = append(list.URLs, h.URL+fmt.Sprintf(spellings[id/2%len(spellings)], id))
		}
	}
	body, err := json.Marshal(list)
	if err != nil {
		panic(err) // our own struct always encodes
	}
	return farmReply{status: http.StatusOK, contentType: "application/json", body: body}
}

func (h *farmHost) sitemap() farmReply {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for id := 1; id < h.farm.o.Pages && h.Kind != "empty"; id += 2 {
		fmt.Fprintf(&b, "<url><loc>%s/jobs/%d.html</loc><lastmod>2026-03-0%d</lastmod></url>", h.URL, id, 1+id%9)
	}
	b.WriteString("</urlset>")
	return farmReply{status: http.StatusOK, contentType: "application/xml", body: []byte(b.String())}
}

// farmPageOf reads /jobs/ID.json and /jobs/ID.html, and the same below /new.
func farmPageOf(path string) (id int, isHTML, ok bool) {
	name, ok := strings.CutPrefix(strings.TrimPrefix(path, "/new"), "/jobs/")
	if !ok {
		return 0, false, false
	}
	name, kind, _ := strings.Cut(name, ".")
	id, err := strconv.Atoi(name)
	return id, kind == "html", err == nil && id >= 0 && (kind == "html" || kind == "json")
}

// FarmText is what the page of a posting says where it is answered honestly.
func FarmText(host, id int) string {
	words := []string{"서버", "데이터", "플랫폼", "결제", "검색", "추천", "Kubernetes", "PostgreSQL", "Kotlin", "Go", "Airflow", "React"}
	var b strings.Builder
	fmt.Fprintf(&b, "농장 %d의 공고 %d:", host, id)
	for n := range 60 {
		b.WriteString(" " + words[(host*7+id*5+n*n)%len(words)])
	}
	return b.String()
}

func (h *farmHost) page(id int, isHTML bool) farmReply {
	reply := farmReply{status: http.StatusOK, etag: fmt.Sprintf(`"%d-%d"`, h.index, id), contentType: "application/json"}
	if id%3 == 0 {
		reply.lastModified = time.Date(2026, 3, 1, 0, 0, id, 0, time.UTC).Format(http.TimeFormat)
	}
	text := FarmText(h.index, id)
	if isHTML {
		reply.contentType = "text/html; charset=utf-8"
		reply.body = fmt.Appendf(nil, `<!doctype html><html><head><title>공고 %d</title><script type="application/ld+json">`+
			`{"@context":"https://schema.org","@type":"JobPosting","identifier":"%d-%d","title":"엔지니어 %d","description":%q,"datePosted":"2026-03-01",`+
			`"hiringOrganization":{"@type":"Organization","name":"농장 %d"},"jobLocation":{"@type":"Place","address":{"addressCountry":"KR"}}}</script></head><body><h1>엔지니어</h1><p>%s</p></body></html>`,
			id, h.index, id, id, text, h.index, text)
		return reply
	}
	reply.body = fmt.Appendf(nil, `{"id":%d,"text":%q}`, id, text)
	return reply
}
