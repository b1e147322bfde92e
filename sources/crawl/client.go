package crawl

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gocolly/colly/v2"

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
	maxLate      = 3 // attempts at one document that may run out of time: each costs the run a Timeout
	maxRedirects = 5
	robotsFor    = 24 * time.Hour // RFC 9309 section 2.4
	noRobotsFor  = 10 * time.Minute

	// maxCrawlDelay is the longest crawl-delay that is kept to; a longer one counts as this.
	maxCrawlDelay = 2 * time.Minute

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
	tally     tally

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
	c.gate = newGate(o, pace)
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
	s := c.tally.copied()
	c.othersMu.Lock()
	defer c.othersMu.Unlock()
	for _, other := range c.others {
		s.add(other.Stats())
	}
	return s
}

// Get asks for the request's document, with the conditions that known allows, and
// returns the board's answer as [sources.Getter] promises; Source is left to the caller.
// Where the board answers 304, NotModified is set and Body is empty. What [NuisanceOf]
// says of an error is what it was counted as.
func (c *Client) Get(ctx context.Context, r sources.Request, known Known) (schemas.Document, error) {
	if other, err := c.otherHost(r.URL); err != nil {
		return schemas.Document{}, fmt.Errorf("get %s: %w", r.URL, err)
	} else if other != nil {
		return other.Get(ctx, r, known)
	}
	doc, err := c.get(ctx, r, known)
	if err != nil {
		if ctx.Err() == nil {
			c.tally.count(func(s *Stats) { s.GivenUp++ })
		}
		return doc, fmt.Errorf("get %s: %w", r.URL, err)
	}
	c.tally.count(func(s *Stats) {
		s.Answers++
		if doc.NotModified {
			s.NotModified++
		}
	})
	return doc, nil
}

func (c *Client) get(ctx context.Context, r sources.Request, known Known) (schemas.Document, error) {
	doc := schemas.Document{Kind: r.Kind, List: r.List, BoardID: r.BoardID, Page: r.Page, URL: r.URL}
	if err := c.breaker.check(c.pace()); err != nil {
		c.tally.nuisance(NuisanceOf(err))
		return doc, err
	}
	header := http.Header{
		"User-Agent": {c.userAgent}, "Accept": {cmp.Or(r.Accept, "application/json")}, "Accept-Encoding": {"gzip"},
	}
	if known.ETag != "" {
		header["If-None-Match"] = []string{known.ETag}
	}
	if known.LastModified != "" {
		header["If-Modified-Since"] = []string{known.LastModified}
	}
	x, err := c.ask(ctx, question{address: r.URL, header: header, method: cmp.Or(r.Method, http.MethodGet), secret: r.Secret})
	if ctx.Err() == nil {
		c.breaker.saw(err, c.pace())
	}
	if err != nil {
		return doc, err
	}
	doc.Status, doc.Header, doc.Body = x.status, x.header, x.body
	doc.FetchedAt, doc.NotModified = x.receivedAt.UTC(), x.status == http.StatusNotModified
	return doc, nil
}
