package crawl

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// question is one thing to ask the host for: a document, or its robots.txt.
type question struct {
	address  string
	header   http.Header
	method   string
	secret   url.Values
	isRobots bool
}

func (q question) wantsJSON() bool { return strings.Contains(q.header.Get("Accept"), "json") }

func (q question) isConditional() bool {
	return q.header.Get("If-None-Match") != "" || q.header.Get("If-Modified-Since") != ""
}

// ask tries until there is an answer, the attempts are used up or trying is pointless.
// Each attempt that fails is counted under its name.
func (c *Client) ask(ctx context.Context, q question) (*exchange, error) {
	var last error
	late := 0
	for attempt := range c.o.Attempts {
		if attempt > 0 {
			c.tally.count(func(s *Stats) { s.Retries++ })
		}
		x, isFinal, err := c.follow(ctx, q)
		if err == nil {
			return x, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c.tally.nuisance(NuisanceOf(err))
		if isFinal {
			return nil, err
		}
		c.o.Logger.Debug("try again", "url", q.address, "attempt", attempt+1, "reason", err.Error())
		last = err
		if NuisanceOf(err) == schemas.NuisanceTimeout {
			if late++; late == maxLate {
				return nil, errs.New(errs.Unavailable, "not answered in time, %d times: %w", late, err)
			}
		}
		if err := c.backOff(ctx, attempt, err); err != nil {
			return nil, err
		}
	}
	return nil, errs.New(errs.Unavailable, "no answer in %d attempts: %w", c.o.Attempts, last)
}

// backOff waits before the next attempt: half of it fixed and half chance, so that
// requests that failed together do not come back together. A host that says it is asked
// too often is left alone by everybody, not by this document alone.
func (c *Client) backOff(ctx context.Context, attempt int, err error) error {
	d := min(c.o.Backoff<<attempt, maxBackoff)
	d = d/2 + rand.N(d/2+1)
	if NuisanceOf(err) == schemas.NuisanceThrottled {
		c.gate.pauseFor(d)
		return nil
	}
	if attempt+1 == c.o.Attempts {
		return nil
	}
	return c.o.Sleep(ctx, d)
}

// follow makes one attempt, redirects included. isFinal says that another gives the same.
func (c *Client) follow(ctx context.Context, q question) (x *exchange, isFinal bool, err error) {
	u, err := url.Parse(q.address)
	if err != nil || !(sameSite(c.base, u) || sameSite(u, c.base)) {
		return nil, true, invalid(schemas.NuisanceForeignAddress, "the address is not on the host of %s", c.o.BaseURL)
	}
	for range maxRedirects + 1 {
		var rules *Robots
		if !q.isRobots {
			if rules, err = c.rulesFor(ctx, u); err != nil {
				return nil, true, err
			}
		}
		if x, isFinal, err = c.attempt(ctx, u, q, rules); err != nil {
			return nil, isFinal, err
		}
		if x.status < 301 || x.status > 308 || x.status == http.StatusNotModified || x.header.Get("Location") == "" {
			break
		}
		if wait := retryAfter(x.header, c.pace()); wait > 0 {
			c.gate.pauseFor(wait)
		}
		if u, err = redirected(u, x.header.Get("Location"), q.isRobots); err != nil {
			return nil, true, err
		}
		x = nil
	}
	if x == nil {
		return nil, true, unavailable(schemas.NuisanceRedirectLoop, "more than %d redirects", maxRedirects)
	}
	return c.judged(x, q)
}

// redirected is where a redirect leads, if that is a place to go: the same host, or for a
// robots.txt any public one (RFC 9309 section 2.3.1.2).
func redirected(from *url.URL, location string, isRobots bool) (*url.URL, error) {
	to, err := from.Parse(location)
	switch {
	case err == nil && sameSite(from, to):
		return to, nil
	case err == nil && isLocalHost(to.Hostname()):
		return nil, unavailable(schemas.NuisancePrivate, "the board sends us to a private address (%.200s), which is refused", location)
	case err == nil && isRobots && to.User == nil && (to.Scheme == "https" || to.Scheme == from.Scheme):
		return to, nil
	}
	off := unavailable(schemas.NuisanceOffHost, "the board sends us to another host (%.200s), which is refused", location)
	if err == nil {
		off = movedError{off, to.String()}
	}
	return nil, off
}

// movedError is the refusal to follow a redirect to another host.
type movedError struct {
	error
	to string
}

func (e movedError) Unwrap() error { return e.error }

// MovedTo is the address on another host to which a board sent us and which was refused; ""
// for every other error of [Client.Get]. Who asks in a person's name may go there anew.
func MovedTo(err error) string {
	if moved, ok := errors.AsType[movedError](err); ok {
		return moved.to
	}
	return ""
}

// judged turns an answer that is none into an error.
func (c *Client) judged(x *exchange, q question) (*exchange, bool, error) {
	if q.isRobots && x.status >= 400 && x.status < 500 && x.status != http.StatusTooManyRequests {
		return x, false, nil // RFC 9309 section 2.3.1.3: no robots.txt
	}
	v := judge(x, q)
	if wait := retryAfter(x.header, c.pace()); wait > 0 && v.name != "" {
		c.gate.pauseFor(wait)
	}
	if v.name == "" {
		return x, false, nil
	}
	return nil, v.isFinal, unavailable(v.name, "%s", v.why)
}

// attempt passes the gate and makes one exchange through Colly. rules, where there are
// any, are asked once more of the address that goes over the wire.
func (c *Client) attempt(ctx context.Context, u *url.URL, q question, rules *Robots) (*exchange, bool, error) {
	leave, err := c.gate.enter(ctx)
	if err != nil {
		return nil, true, err
	}
	defer leave()
	x := &exchange{maxBytes: c.o.MaxBodyBytes, secret: q.secret, rules: rules}
	if q.isRobots {
		x.maxBytes, x.isCutLong = robotsMaxBytes, true
	}
	attemptCtx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	collector := c.collector.Clone()
	collector.Context = withExchange(attemptCtx, x)
	err = collector.Request(q.method, u.String(), nil, nil, q.header.Clone())
	c.tally.count(func(s *Stats) {
		s.BytesIn += x.wireBytes
		if x.isSent {
			s.Requests++
		}
	})
	if err == nil && x.header == nil {
		err = errors.New("the exchange left no answer")
	}
	if err == nil {
		return x, false, nil
	}
	kind := errs.Unavailable
	if errs.Is(err, errs.Invalid) { // the transport's own word
		kind = errs.Invalid
	}
	return nil, isHopeless(err), fault{wireNuisance(err, attemptCtx.Err() != nil), errs.Wrap(kind, err)}
}

// wireNuisance names what went wrong on the wire.
func wireNuisance(err error, isLate bool) schemas.Nuisance {
	var known fault
	var timeout net.Error
	switch {
	case errors.As(err, &known):
		return known.name
	case isLate, errors.As(err, &timeout) && timeout.Timeout():
		return schemas.NuisanceTimeout
	case errors.Is(err, errPrivate):
		return schemas.NuisancePrivate
	}
	return schemas.NuisanceConnection
}

// isHopeless says that an error on the wire will be the same next time.
func isHopeless(err error) bool {
	var dns *net.DNSError
	var cert x509.UnknownAuthorityError
	var name x509.HostnameError
	switch NuisanceOf(err) {
	case schemas.NuisanceTooLarge, schemas.NuisanceBomb, schemas.NuisanceRobotsForbidden:
		return true
	}
	return errors.Is(err, errPrivate) || errors.As(err, &dns) && dns.IsNotFound || errors.As(err, &cert) || errors.As(err, &name)
}

func pathAndQuery(u *url.URL) string {
	path := cmp.Or(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return path
}

// rulesFor returns the host's rules where they let the address be asked for.
func (c *Client) rulesFor(ctx context.Context, u *url.URL) (*Robots, error) {
	rules, err := c.robotsOf(ctx)
	if err != nil {
		return nil, err
	}
	if rules.isNo {
		return nil, unavailable(schemas.NuisanceRobotsUnavailable, "robots.txt of %s cannot be had, which means no", c.base.Host)
	}
	if !rules.Allows(pathAndQuery(u)) {
		return nil, forbidden(c.base.Host, u)
	}
	return rules, nil
}

func forbidden(host string, u *url.URL) error {
	return invalid(schemas.NuisanceRobotsForbidden, "robots.txt of %s forbids %s", host, u.Path)
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
	x, err := c.ask(ctx, question{address: root.String(), method: http.MethodGet, isRobots: true, header: http.Header{
		"User-Agent": {c.userAgent}, "Accept": {"text/plain, */*;q=0.5"}, "Accept-Encoding": {"gzip"},
	}})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		c.o.Logger.Warn("robots.txt cannot be had", "host", c.base.Host, "error", err.Error())
		c.robots, c.robotsUntil = noRobots, c.pace().Add(noRobotsFor)
		return c.robots, nil
	case x.status >= 300:
		c.robots = &Robots{}
	default:
		c.robots = ParseRobots(x.body, ProductToken)
	}
	if x.isCut {
		c.tally.nuisance(schemas.NuisanceRobotsHuge)
	}
	c.robotsUntil = c.pace().Add(robotsFor)
	c.gate.keepApart(min(c.robots.CrawlDelay(), maxCrawlDelay))
	return c.robots, nil
}
