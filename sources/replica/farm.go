package replica

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// Defaults of [FarmOptions].
const (
	DefaultFarmHosts = 120
	DefaultFarmPages = 40
	DefaultFarmDelay = 200 * time.Millisecond
	DefaultFarmPause = time.Second
)

// FarmOptions say how large a farm is and how fast it wants to be asked. Zero fields take
// the defaults above.
type FarmOptions struct {
	Hosts int           // at most 60,000
	Pages int           // postings of each host
	Port  int           // of every host; 0 = each host a free one
	Delay time.Duration // the shortest crawl-delay that a robots.txt asks for; others ask for half as much again, or twice
	Pause time.Duration // what a throttled answer asks for; whole seconds
	Clock func() time.Time
	// Log hears of every request once it was answered, one at a time.
	Log func(FarmEntry)
}

// FarmEntry is a line of the farm's own log: a request as the host saw it.
type FarmEntry struct {
	Host   string    `json:"host"` // address and port
	Path   string    `json:"path"` // with the query
	At     time.Time `json:"at"`   // when it came
	Status int       `json:"status"`
	// Nuisance is what the answer was planted to be; empty for an honest answer.
	Nuisance schemas.Nuisance `json:"nuisance,omitempty"`
	// Until is the moment before which the answer asked not to be asked again; zero for none.
	Until time.Time `json:"until,omitzero"`
}

// FarmHost is one board of the farm.
type FarmHost struct {
	URL string // http://127.1.x.y:PORT
	// Kind is "good", or the one way in which the whole host is bad.
	Kind string
	// Delay is the least time between requests that its robots.txt asks for; 0 = none.
	Delay time.Duration
	// Robots says how its robots.txt is given: "plain", "missing", "redirected" …
	Robots string
	// Forbids says that robots.txt forbids /private.
	Forbids bool
}

// ListURL is a page, from 1, of the host's list as JSON; SitemapURL lists the pages that
// hold schema.org JobPosting.
func (h FarmHost) ListURL(page int) string { return h.URL + "/list.json?page=" + strconv.Itoa(page) }

// SitemapURL is the address of the sitemap.
func (h FarmHost) SitemapURL() string { return h.URL + "/sitemap.xml" }

// Farm plays a hundred and more small job boards, each on a loopback address of its own,
// that are nuisances in every way that a crawler meets: see [FarmHost] and docs/manners.md.
// What a board answers depends on its place in the farm, the path, and how often the path
// was asked for before; nothing depends on chance.
type Farm struct {
	o       FarmOptions
	hosts   []*farmHost
	byLocal map[string]*farmHost // by local address and port
	server  *http.Server
	serving sync.WaitGroup

	logMu sync.Mutex
}

// NewFarm listens on 127.1.0.1 and the addresses that follow, and answers until
// [Farm.Close]. It is errs.Unavailable where an address or port is not to be had: systems
// other than Linux have 127.0.0.1 alone.
func NewFarm(o FarmOptions) (*Farm, error) {
	if o.Hosts == 0 {
		o.Hosts = DefaultFarmHosts
	}
	if o.Pages == 0 {
		o.Pages = DefaultFarmPages
	}
	if o.Delay == 0 {
		o.Delay = DefaultFarmDelay
	}
	if o.Pause == 0 {
		o.Pause = DefaultFarmPause
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Hosts < 0 || o.Hosts > 60_000 || o.Pages < 0 || o.Pause%time.Second != 0 {
		return nil, errs.New(errs.Invalid, "a farm of %d hosts, %d pages each, a pause of %v; expected up to 60000, no less than none, whole seconds", o.Hosts, o.Pages, o.Pause)
	}
	f := &Farm{o: o, byLocal: map[string]*farmHost{}}
	f.server = &http.Server{Handler: f, ReadHeaderTimeout: 10 * time.Second}
	var listeners []net.Listener
	for i := range o.Hosts {
		address := net.JoinHostPort(fmt.Sprintf("127.1.%d.%d", i/250, i%250+1), strconv.Itoa(o.Port))
		listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
		if err != nil {
			for _, l := range listeners {
				_ = l.Close()
			}
			return nil, errs.New(errs.Unavailable, "open the farm's host %d: %w", i+1, err)
		}
		listeners = append(listeners, listener)
		h := newFarmHost(f, i, listener.Addr().String())
		f.hosts, f.byLocal[listener.Addr().String()] = append(f.hosts, h), h
	}
	for _, listener := range listeners {
		f.serving.Go(func() {
			if err := f.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				_ = listener.Close() // this host is gone; the others answer on
			}
		})
	}
	return f, nil
}

// Hosts are the farm's boards in the order of their addresses.
func (f *Farm) Hosts() []FarmHost {
	hosts := make([]FarmHost, len(f.hosts))
	for i, h := range f.hosts {
		hosts[i] = h.FarmHost
	}
	return hosts
}

// Close hangs up on everybody.
func (f *Farm) Close() error {
	err := f.server.Close()
	f.serving.Wait()
	return err
}

// ServeHTTP answers for the host on whose address the request came in, whatever name the
// request itself gives.
func (f *Farm) ServeHTTP(to http.ResponseWriter, r *http.Request) {
	at := f.o.Clock()
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	h := f.byLocal[local.String()]
	reply := h.reply(r)
	entry := FarmEntry{Host: h.address, Path: r.URL.RequestURI(), At: at, Status: reply.status, Nuisance: reply.nuisance}
	if reply.pause > 0 {
		entry.Until = f.askForPause(to, reply)
	}
	if f.o.Log != nil {
		f.logMu.Lock()
		f.o.Log(entry)
		f.logMu.Unlock()
	}
	reply.send(to, r)
}

// askForPause writes Retry-After in the form that the reply wants, and returns the moment
// that it names. A date has whole seconds, so it is the next one.
func (f *Farm) askForPause(to http.ResponseWriter, reply farmReply) time.Time {
	now := f.o.Clock()
	if !reply.pauseAsDate {
		to.Header().Set("Retry-After", strconv.Itoa(int(reply.pause/time.Second)))
		return now.Add(reply.pause)
	}
	until := now.Add(reply.pause + time.Second - time.Nanosecond).Truncate(time.Second)
	to.Header().Set("Retry-After", until.UTC().Format(http.TimeFormat))
	return until
}
