package crawl

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gocolly/colly/v2"
	"golang.org/x/time/rate"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// Defaults of [Options].
const (
	DefaultRate          = 1.0 // requests a second
	DefaultConcurrency   = 2
	DefaultTimeout       = 30 * time.Second
	DefaultAttempts      = 5
	DefaultBackoff       = 500 * time.Millisecond // before the second attempt; doubles from there
	DefaultMaxBodyBytes  = 32 << 20
	DefaultMaxRetryAfter = 2 * time.Minute

	maxBackoff   = 30 * time.Second
	maxRedirects = 5
	robotsFor    = 24 * time.Hour // RFC 9309 section 2.4
	noRobotsFor  = 10 * time.Minute

	// ProductToken is the name by which a robots.txt speaks of this crawler.
	ProductToken = "TMI"
	homePage     = "https://github.com/techmapit/tmi"
)

// Options say whom a client asks and how. Zero fields take the defaults above.
type Options struct {
	BaseURL string  // scheme, host and perhaps a path prefix; the only host that is asked
	Version string  // of the program, for the User-Agent
	Contact string  // how to reach who runs it, for the User-Agent; may be empty
	Rate    float64 // requests a second to the host; a robots.txt may lower it

	Concurrency   int           // requests under way at once
	Timeout       time.Duration // for one attempt, body included
	Attempts      int           // tries for one document, the first included
	Backoff       time.Duration // before the second try; doubles, with jitter, up to 30 s
	MaxBodyBytes  int64         // larger bodies are refused, packed or unpacked
	MaxRetryAfter time.Duration // a host that asks for longer is given up for this run

	// Hosts says which hosts besides the base URL's may be asked, each with a gate and a
	// robots.txt of its own; nil = none.
	Hosts func(host string) bool

	// AllowPrivate lets the base URL's name lead to a private address. A base URL written
	// as a loopback or private address needs no such word.
	AllowPrivate bool

	// Clock dates documents. It paces requests only together with a Sleep of its own: a
	// clock that is set or stands still must not change how fast a board is asked.
	Clock  func() time.Time
	Sleep  func(ctx context.Context, d time.Duration) error
	Logger *slog.Logger
}

// Known is what is known of an earlier answer to the same request; the zero value asks
// without conditions.
type Known struct {
	ETag         string
	LastModified string
}

// Stats count what a client did since it was made.
type Stats struct {
	Requests  int   // sent, robots.txt and retries included
	Retries   int   // attempts after the first
	Blocked   int   // answers recognised as block pages
	Forbidden int   // documents that robots.txt kept from being asked for
	BytesIn   int64 // bodies as they came over the wire
}

// Client asks one board. It is safe for concurrent use.
type Client struct {
	o         Options
	given     Options // o before its defaults, for the clients of other hosts
	base      *url.URL
	pace      func() time.Time // the clock of rates, pauses and the age of robots.txt
	userAgent string
	collector *colly.Collector // never used itself: each request runs on a clone
	gate      *gate
	breaker   breaker
	requests  atomic.Int64
	retries   atomic.Int64
	blocked   atomic.Int64
	forbidden atomic.Int64
	bytesIn   atomic.Int64

	robotsMu    sync.Mutex
	robots      *Robots
	robotsUntil time.Time

	othersMu sync.Mutex
	others   map[string]*Client // by scheme and host
}

// New returns a client for the base URL's host; errs.Invalid where that is no http or
// https address.
func New(o Options) (*Client, error) {
	given := o
	base, err := url.Parse(o.BaseURL)
	if err != nil || (base.Scheme != "http" && base.Scheme != "https") || base.Hostname() == "" || base.User != nil {
		return nil, errs.New(errs.Invalid, "base_url %q: expected an http or https address without a password", o.BaseURL)
	}
	o.Rate, o.Concurrency = cmp.Or(o.Rate, DefaultRate), cmp.Or(o.Concurrency, DefaultConcurrency)
	o.Timeout, o.Attempts, o.Backoff = cmp.Or(o.Timeout, DefaultTimeout), cmp.Or(o.Attempts, DefaultAttempts), cmp.Or(o.Backoff, DefaultBackoff)
	o.MaxBodyBytes, o.MaxRetryAfter = cmp.Or(o.MaxBodyBytes, DefaultMaxBodyBytes), cmp.Or(o.MaxRetryAfter, DefaultMaxRetryAfter)
	if o.Rate < 0 || o.Concurrency < 0 || o.Attempts < 0 {
		return nil, errs.New(errs.Invalid, "rate %v, concurrency %d, attempts %d: expected positive numbers", o.Rate, o.Concurrency, o.Attempts)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	pace := o.Clock
	if o.Sleep == nil {
		o.Sleep, pace = Sleep, time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Client{o: o, given: given, base: base, pace: pace, userAgent: UserAgent(o.Version, o.Contact)}
	c.gate = &gate{
		clock: pace, sleep: o.Sleep, maxPause: o.MaxRetryAfter,
		slots: make(chan struct{}, o.Concurrency), limiter: rate.NewLimiter(rate.Limit(o.Rate), 1),
	}
	mayBePrivate := func(host string) bool {
		return strings.EqualFold(host, base.Hostname()) && (o.AllowPrivate || isLocalHost(host))
	}
	c.collector = colly.NewCollector(colly.UserAgent(c.userAgent), colly.AllowURLRevisit(), colly.MaxBodySize(0), colly.ParseHTTPErrorResponse())
	c.collector.IgnoreRobotsTxt = true // robots.go and the gate do what Colly would do otherwise
	c.collector.DisableCookies()
	c.collector.WithTransport(&transport{wire: newWire(o.Concurrency, o.Timeout, mayBePrivate), clock: o.Clock})
	c.collector.SetRequestTimeout(o.Timeout)
	// Redirects are followed here, where each step passes the gate and robots.txt again.
	c.collector.SetRedirectHandler(func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse })
	return c, nil
}

// UserAgent is the one name under which the program asks.
func UserAgent(version, contact string) string {
	about := "+" + homePage
	if contact != "" {
		about += "; " + contact
	}
	return ProductToken + "/" + cmp.Or(version, "0") + " (" + about + ")"
}

// Stats returns the counts so far.
func (c *Client) Stats() Stats {
	s := Stats{
		Requests: int(c.requests.Load()), Retries: int(c.retries.Load()), Blocked: int(c.blocked.Load()),
		Forbidden: int(c.forbidden.Load()), BytesIn: c.bytesIn.Load(),
	}
	c.othersMu.Lock()
	defer c.othersMu.Unlock()
	for _, other := range c.others {
		o := other.Stats()
		s.Requests, s.Retries, s.Blocked = s.Requests+o.Requests, s.Retries+o.Retries, s.Blocked+o.Blocked
		s.Forbidden, s.BytesIn = s.Forbidden+o.Forbidden, s.BytesIn+o.BytesIn
	}
	return s
}

// Get asks for the request's document, with the conditions that known allows, and
// returns the board's answer as [sources.Getter] promises; Source is left to the caller.
// Where the board answers 304, NotModified is set and Body is empty.
func (c *Client) Get(ctx context.Context, r sources.Request, known Known) (schemas.Document, error) {
	doc := schemas.Document{Kind: r.Kind, List: r.List, BoardID: r.BoardID, Page: r.Page, URL: r.URL}
	if other, err := c.otherHost(r.URL); err != nil {
		return doc, fmt.Errorf("get %s: %w", r.URL, err)
	} else if other != nil {
		return other.Get(ctx, r, known)
	}
	ctx = withManner(ctx, manner{method: r.Method, secret: r.Secret})
	header := http.Header{}
	header.Set("User-Agent", c.userAgent)
	header.Set("Accept", cmp.Or(r.Accept, "application/json"))
	header.Set("Accept-Encoding", "gzip")
	if known.ETag != "" {
		header.Set("If-None-Match", known.ETag)
	}
	if known.LastModified != "" {
		header.Set("If-Modified-Since", known.LastModified)
	}
	if err := c.breaker.check(c.pace()); err != nil {
		return doc, fmt.Errorf("get %s: %w", r.URL, err)
	}
	x, err := c.ask(ctx, r.URL, header, false)
	if ctx.Err() == nil {
		c.breaker.saw(err, c.pace())
	}
	if err != nil {
		return doc, fmt.Errorf("get %s: %w", r.URL, err)
	}
	doc.Status, doc.Header, doc.Body = x.status, x.header, x.body
	doc.FetchedAt, doc.NotModified = x.receivedAt.UTC(), x.status == http.StatusNotModified
	if doc.NotModified && known == (Known{}) {
		return doc, errs.New(errs.Unavailable, "get %s: the board answers 304 to a question without conditions", r.URL)
	}
	return doc, nil
}

// ask tries until there is an answer, the attempts are used up or trying is pointless.
func (c *Client) ask(ctx context.Context, address string, header http.Header, isRobots bool) (*exchange, error) {
	var last error
	for attempt := range c.o.Attempts {
		if attempt > 0 {
			c.retries.Add(1)
			if err := c.o.Sleep(ctx, c.backoff(attempt)); err != nil {
				return nil, err
			}
		}
		x, isFinal, err := c.follow(ctx, address, header, isRobots)
		if err == nil {
			return x, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if isFinal {
			return nil, err
		}
		c.o.Logger.Debug("try again", "url", address, "attempt", attempt+1, "reason", err.Error())
		last = err
	}
	return nil, errs.New(errs.Unavailable, "no answer in %d attempts: %w", c.o.Attempts, last)
}

// backoff is half fixed and half chance, so that requests that failed together do not
// come back together.
func (c *Client) backoff(attempt int) time.Duration {
	d := min(c.o.Backoff<<(attempt-1), maxBackoff)
	return d/2 + rand.N(d/2+1)
}

// follow makes one attempt, redirects included. isFinal says that another gives the same.
func (c *Client) follow(ctx context.Context, address string, header http.Header, isRobots bool) (x *exchange, isFinal bool, err error) {
	u, err := url.Parse(address)
	if err != nil || !(sameSite(c.base, u) || sameSite(u, c.base)) {
		return nil, true, errs.New(errs.Invalid, "the address is not on the host of %s", c.o.BaseURL)
	}
	for range maxRedirects + 1 {
		if !isRobots {
			robots, err := c.robotsOf(ctx)
			if err != nil {
				return nil, true, err
			}
			if robots.isNo {
				return nil, true, errs.New(errs.Unavailable, "robots.txt of %s cannot be had, which means no", c.base.Host)
			}
			if !robots.Allows(pathAndQuery(u)) {
				c.forbidden.Add(1)
				return nil, true, errs.New(errs.Invalid, "robots.txt of %s forbids %s", c.base.Host, u.Path)
			}
		}
		if x, isFinal, err = c.attempt(ctx, u, header, isRobots); err != nil {
			return nil, isFinal, err
		}
		target := x.header.Get("Location")
		if x.status < 301 || x.status > 308 || x.status == http.StatusNotModified || target == "" {
			break
		}
		next, err := u.Parse(target)
		// Another host may hold this one's robots.txt (RFC 9309 section 2.3.1.2), nothing else.
		if err != nil || !sameSite(u, next) && !(isRobots && (next.Scheme == "https" || next.Scheme == u.Scheme)) {
			return nil, true, errs.New(errs.Unavailable, "the board sends us to another host (%s), which is refused", target)
		}
		u, x = next, nil
	}
	if x == nil {
		return nil, true, errs.New(errs.Unavailable, "more than %d redirects", maxRedirects)
	}
	return c.judged(x, header, isRobots)
}

// judged turns an answer that is none into an error.
func (c *Client) judged(x *exchange, header http.Header, isRobots bool) (*exchange, bool, error) {
	what, why := judge(x.status, x.header, x.body, !isRobots && strings.Contains(header.Get("Accept"), "json"))
	if isRobots && x.status >= 400 && x.status < 500 && x.status != http.StatusTooManyRequests {
		return x, false, nil // RFC 9309 section 2.3.1.3: no robots.txt
	}
	if wait := retryAfter(x.header, c.pace()); wait > 0 && what != isAnswer {
		c.gate.pauseFor(wait)
	}
	switch what {
	case isAnswer:
		return x, false, nil
	case isBlocked:
		c.blocked.Add(1)
		// A guard that says no by status means it; one that hides behind 200 may lift.
		return nil, x.status >= 400 && x.status < 500, errs.New(errs.Unavailable, "%w: %s", errBlocked, why)
	case isRefused:
		return nil, true, errs.New(errs.Unavailable, "refused: %s", why)
	}
	return nil, false, errs.New(errs.Unavailable, "%s", why)
}

// attempt passes the gate and makes one exchange through Colly.
func (c *Client) attempt(ctx context.Context, u *url.URL, header http.Header, isRobots bool) (*exchange, bool, error) {
	leave, err := c.gate.enter(ctx)
	if err != nil {
		return nil, true, err
	}
	defer leave()
	x, method := &exchange{maxBytes: c.o.MaxBodyBytes}, http.MethodGet
	if isRobots {
		x.maxBytes, x.isCutLong = robotsMaxBytes, true
	} else {
		m := mannerOf(ctx)
		x.secret, method = m.secret, cmp.Or(m.method, method)
	}
	attemptCtx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	collector := c.collector.Clone()
	collector.Context = withExchange(attemptCtx, x)
	c.requests.Add(1)
	err = collector.Request(method, u.String(), nil, nil, header.Clone())
	c.bytesIn.Add(x.wireBytes)
	switch {
	case err == nil && x.header != nil:
		return x, false, nil
	case err == nil:
		return nil, true, errs.New(errs.Internal, "the exchange left no answer")
	case errors.Is(err, errTooLarge):
		return nil, true, errs.New(errs.Unavailable, "%w (%d bytes)", errTooLarge, x.maxBytes)
	}
	return nil, isHopeless(err), errs.Wrap(errs.Unavailable, err)
}

// isHopeless says that an error on the wire will be the same next time.
func isHopeless(err error) bool {
	var dns *net.DNSError
	var cert x509.UnknownAuthorityError
	var name x509.HostnameError
	return errors.Is(err, errPrivate) || errors.As(err, &dns) && dns.IsNotFound || errors.As(err, &cert) || errors.As(err, &name)
}

func pathAndQuery(u *url.URL) string {
	path := cmp.Or(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return path
}

// robotsOf returns the host's rules, asking for them where they are not at hand. It holds
// the lock while asking: everybody else would have to wait for the same answer.
func (c *Client) robotsOf(ctx context.Context) (*Robots, error) {
	c.robotsMu.Lock()
	defer c.robotsMu.Unlock()
	if c.robots != nil && c.pace().Before(c.robotsUntil) {
		return c.robots, nil
	}
	root := url.URL{Scheme: c.base.Scheme, Host: c.base.Host, Path: "/robots.txt"}
	header := http.Header{"User-Agent": {c.userAgent}, "Accept": {"text/plain, */*;q=0.5"}, "Accept-Encoding": {"gzip"}}
	x, err := c.ask(ctx, root.String(), header, true)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		c.o.Logger.Warn("robots.txt cannot be had", "host", c.base.Host, "error", err.Error())
		c.robots, c.robotsUntil = noRobots, c.pace().Add(noRobotsFor)
	case x.status >= 300:
		c.robots, c.robotsUntil = &Robots{}, c.pace().Add(robotsFor)
	default:
		c.robots, c.robotsUntil = ParseRobots(x.body, ProductToken), c.pace().Add(robotsFor)
		c.gate.slowTo(c.robots.CrawlDelay())
	}
	return c.robots, nil
}
