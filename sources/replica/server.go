package replica

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Hosts of the boards, under which their paths stand.
var hosts = [...]string{
	srcJumpit: "jumpit-api.saramin.co.kr", srcRallit: "www.rallit.com", srcGreenhouse: "boards-api.greenhouse.io", srcHN: "hacker-news.firebaseio.com",
}

// robots are what the boards' robots.txt say, as maintainers report; Hacker News has none.
var robots = [...]string{
	srcJumpit: "User-agent: *\nAllow: /\n", srcRallit: "User-agent: *\nDisallow: /applicants\nDisallow: /apply\nDisallow: /auth\nDisallow: /my\n",
	srcGreenhouse: "User-agent: *\nDisallow: /embed/\n", srcHN: "",
}

// rootRobots speaks for all boards, which stand below one host here.
const rootRobots = "User-agent: *\nDisallow: /www.rallit.com/applicants\nDisallow: /www.rallit.com/apply\nDisallow: /www.rallit.com/auth\n" +
	"Disallow: /www.rallit.com/my\nDisallow: /boards-api.greenhouse.io/embed/\n"

const blockPage = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser before accessing the site.</body></html>"

// question is a request to one board at one instant.
type question struct {
	world *World
	src   source
	path  string // below the host
	query url.Values
	now   int32
}

// answer is a board's answer. The body is made only when it is sent.
type answer struct {
	status int
	etag   uint64
	body   func() any
}

func jsonAnswer(status int, body any) answer {
	return answer{status: status, body: func() any { return body }}
}

// Handler answers for all boards as of the clock, each below a folder named for its host:
// /jumpit-api.saramin.co.kr/api/positions and so on. Every good answer has an ETag and
// honours If-None-Match. The handler is safe for concurrent use; a [FaultFlaky] schedule
// is the same again only if requests come in the same order.
func (w *World) Handler(clock func() time.Time) http.Handler {
	var requests atomic.Uint64
	return http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			send(to, http.StatusOK, "text/plain", []byte(rootRobots))
			return
		}
		host, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		src, known := sourceOf(host)
		if !known || r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.NotFound(to, r)
			return
		}
		q := &question{world: w, src: src, path: "/" + path, query: r.URL.Query(), now: w.second(clock())}
		q.serve(to, r, requests.Add(1))
	})
}

func sourceOf(host string) (source, bool) {
	for src, name := range hosts {
		if name == host {
			return source(src), true
		}
	}
	return 0, false
}

func (q *question) serve(to http.ResponseWriter, r *http.Request, serial uint64) {
	if q.path == "/robots.txt" {
		if robots[q.src] == "" {
			http.NotFound(to, r)
			return
		}
		send(to, http.StatusOK, "text/plain", []byte(robots[q.src]))
		return
	}
	b := q.board()
	fault := q.transportFault(b, serial)
	switch fault {
	case FaultDown:
		to.Header().Set("Retry-After", "1")
		send(to, http.StatusServiceUnavailable, "text/plain", nil)
		return
	case FaultBlock:
		send(to, http.StatusOK, "text/html; charset=utf-8", []byte(blockPage))
		return
	case faultTooMany:
		to.Header().Set("Retry-After", "1")
		send(to, http.StatusTooManyRequests, "text/plain", nil)
		return
	case faultOops:
		send(to, http.StatusInternalServerError, "text/plain", []byte("oops"))
		return
	}
	a := [...]func() answer{srcJumpit: q.jumpit, srcRallit: q.rallit, srcGreenhouse: q.greenhouse, srcHN: q.hn}[q.src]()
	tag := ""
	if a.status == http.StatusOK && a.etag != 0 {
		tag = `"` + strconv.FormatUint(a.etag, 16) + `"`
		to.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag && fault != FaultTruncate {
			to.WriteHeader(http.StatusNotModified)
			return
		}
	}
	body := encode(a.body())
	if a.status == http.StatusOK && tag == "" { // small answers are their own stamp
		d := newDice(uint64(len(body)))
		for chunk := body; len(chunk) > 0; chunk = chunk[min(8, len(chunk)):] {
			var eight [8]byte
			copy(eight[:], chunk)
			d = d.with(uint64(eight[0]) | uint64(eight[1])<<8 | uint64(eight[2])<<16 | uint64(eight[3])<<24 |
				uint64(eight[4])<<32 | uint64(eight[5])<<40 | uint64(eight[6])<<48 | uint64(eight[7])<<56)
		}
		tag = `"` + strconv.FormatUint(d.next(), 16) + `"`
		to.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag && fault != FaultTruncate {
			to.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if fault == FaultTruncate {
		to.Header().Set("Content-Type", "application/json; charset=utf-8")
		to.Header().Set("Content-Length", strconv.Itoa(len(body)))
		to.WriteHeader(a.status)
		_, _ = to.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler) // hangs up
	}
	send(to, a.status, "application/json; charset=utf-8", body)
}

// Faults of transport that only [FaultFlaky] deals out.
const (
	faultTooMany FaultKind = "too_many"
	faultOops    FaultKind = "oops"
)

// transportFault says which fault spoils this request whole, or "".
func (q *question) transportFault(b *board, serial uint64) FaultKind {
	if len(q.world.config.Faults) == 0 {
		return ""
	}
	for _, kind := range []FaultKind{FaultDown, FaultBlock, FaultTruncate} {
		if q.faulty(kind, b) {
			return kind
		}
	}
	if f := q.world.active(FaultFlaky, q.src, b, q.now); f != nil {
		d := newDice(q.world.seed, saltFault, serial)
		if d.chance(f.Share) {
			return pick(&d, []FaultKind{faultTooMany, faultOops, FaultTruncate, FaultBlock})
		}
	}
	return ""
}

func (q *question) faulty(kind FaultKind, b *board) bool {
	return q.world.active(kind, q.src, b, q.now) != nil
}

// board is the list that the request is about, as far as its path names one.
func (q *question) board() *board {
	switch q.src {
	case srcGreenhouse:
		token, _, _ := strings.Cut(strings.TrimPrefix(q.path, "/v1/boards/"), "/")
		return q.world.byToken[token]
	case srcHN:
		id := strings.TrimSuffix(strings.TrimPrefix(q.path, "/v0/item/"), ".json")
		for _, b := range q.world.threads {
			if b.name == id {
				return b
			}
		}
		return nil
	}
	return q.world.boards[q.src]
}

// rows returns what the list names at the instant, newest first, and its total.
func (q *question) rows(b *board) (rows []uint32, total int) {
	rows = q.world.open(b, q.now)
	total = len(rows)
	if len(q.world.config.Faults) == 0 {
		return rows, total
	}
	if q.faulty(FaultEmpty, b) {
		return nil, 0
	}
	if f := q.world.active(FaultCut, q.src, b, q.now); f != nil {
		rows = rows[:int(f.Share*float64(len(rows)))]
		total = len(rows)
	}
	if f := q.world.active(FaultShort, q.src, b, q.now); f != nil {
		rows = rows[:int(f.Share*float64(len(rows)))]
	}
	return rows, total
}

// isBroken says whether the posting is one of those that are served with a wrong type.
func (q *question) isBroken(p *posting) bool {
	if len(q.world.config.Faults) == 0 {
		return false
	}
	f := q.world.active(FaultBroken, q.src, q.world.boards[p.board], q.now)
	if f == nil {
		return false
	}
	d := newDice(q.world.seed, saltFault, uint64(p.id))
	return d.chance(f.Share)
}

// title is the title as served: a number where the record is broken.
func (q *question) title(p *posting, text string) any {
	if q.isBroken(p) {
		return p.id % 100000
	}
	return text
}

// versionKey changes whenever what is served of the posting does, counters aside.
func (q *question) versionKey(p *posting) uint64 {
	key := uint64(p.id)<<8 | p.versionAt(q.now).bits()<<1
	if q.isBroken(p) {
		key |= 1
	}
	return key
}

// with stirs more into a key.
func (d dice) with(part uint64) dice { return dice{state: mix(d.state ^ mix(part+0x632be59bd9b4e019))} }

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// encode writes JSON as the boards do, without escaping HTML.
func encode(value any) []byte {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // our own structs always encode
	}
	return bytes.Clone(bytes.TrimSuffix(buffer.Bytes(), []byte("\n")))
}

func send(to http.ResponseWriter, status int, contentType string, body []byte) {
	to.Header().Set("Content-Type", contentType)
	to.Header().Set("Content-Length", strconv.Itoa(len(body)))
	to.WriteHeader(status)
	_, _ = to.Write(body) // a visitor who hangs up is no error of ours
}

func atoi(text string, otherwise int) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return otherwise
}

// slice is rows[from:from+n], cut to what there is.
func slice(rows []uint32, from, n int) []uint32 {
	from = min(max(from, 0), len(rows))
	return rows[from:min(from+n, len(rows))]
}

// Server is a world on a port of the loopback.
type Server struct {
	URL      string            // http://127.0.0.1:PORT
	BaseURLs map[string]string // by source: what its base_url is to be

	server *http.Server
	done   chan error
}

// Serve answers on a free port of 127.0.0.1 as of the clock until [Server.Close]. The error
// is errs.Unavailable where there is no port.
func (w *World) Serve(clock func() time.Time) (*Server, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0") // at once: nothing to cancel
	if err != nil {
		return nil, fmt.Errorf("serve replica boards: %w", err)
	}
	s := &Server{URL: "http://" + listener.Addr().String(), BaseURLs: map[string]string{},
		server: &http.Server{Handler: w.Handler(clock), ReadHeaderTimeout: 10 * time.Second}, done: make(chan error, 1)}
	for src, host := range hosts {
		s.BaseURLs[sourceNames[src]] = s.URL + "/" + host
	}
	go func() { s.done <- s.server.Serve(listener) }()
	return s, nil
}

// Close stops the server: it waits two seconds for answers under way and drops the rest.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := s.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.server.Close()
	}
	if served := <-s.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	if err != nil {
		return fmt.Errorf("close replica boards: %w", err)
	}
	return nil
}
