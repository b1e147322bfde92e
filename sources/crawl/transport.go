package crawl

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// errTooLarge is the refusal of a body above the cap, packed or unpacked.
var errTooLarge = errors.New("the body is larger than allowed")

// exchange is one request's room for what comes back. It travels in the request's
// context, because the bytes as received are kept here, by the transport, before Colly
// could convert their character set.
type exchange struct {
	maxBytes   int64
	isCutLong  bool // a body above maxBytes is cut there, not refused (robots.txt)
	wireBytes  int64
	status     int
	header     http.Header
	body       []byte
	receivedAt time.Time
	secret     url.Values // added to the query on the wire
}

type exchangeKey struct{}

// transport does the exchange on the wire: it unpacks gzip, bounds the body on both
// sides of the unpacking, and keeps the bytes.
type transport struct {
	wire  http.RoundTripper
	clock func() time.Time
}

func newWire(concurrency int, timeout time.Duration, mayBePrivate func(host string) bool) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            guardedDial(mayBePrivate),
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    concurrency,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  timeout,
		MaxResponseHeaderBytes: 256 << 10,
		DisableCompression:     true, // unpacking is bounded here, not there
	}
}

// RoundTrip sends the request and reads the whole answer.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	x, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return nil, errors.New("crawl: a request without its exchange")
	}
	req = withSecret(req, x.secret)
	res, err := t.wire.RoundTrip(req)
	if err != nil {
		return nil, withoutSecret(err, x.secret)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := x.read(res)
	if err != nil {
		return nil, err
	}
	header := res.Header.Clone()
	// The body is kept unpacked, so what spoke of its packing goes.
	header.Del("Content-Encoding")
	header.Del("Content-Length")
	header.Del("Transfer-Encoding")
	body = maskSecret(header, body, x.secret)
	x.status, x.header, x.body, x.receivedAt = res.StatusCode, header, body, t.clock()
	// Colly needs status and headers alone; Uncompressed keeps it from unpacking again.
	res.Body, res.Uncompressed = http.NoBody, true
	return res, nil
}

func (x *exchange) read(res *http.Response) ([]byte, error) {
	var body io.Reader = &counted{r: &capped{r: res.Body, left: x.maxBytes, isCut: x.isCutLong}, n: &x.wireBytes}
	if strings.EqualFold(strings.TrimSpace(res.Header.Get("Content-Encoding")), "gzip") && res.StatusCode != http.StatusNotModified {
		unpacked, err := gzip.NewReader(body)
		if errors.Is(err, io.EOF) { // an empty body that calls itself packed
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("unpack body: %w", err)
		}
		body = &capped{r: unpacked, left: x.maxBytes, isCut: x.isCutLong}
	}
	return io.ReadAll(body)
}

// capped reads at most left bytes, and one more to see whether there are any.
type capped struct {
	r     io.Reader
	left  int64
	isCut bool
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		var one [1]byte
		n, err := c.r.Read(one[:])
		if n == 0 {
			return 0, err
		}
		if c.isCut {
			return 0, io.EOF
		}
		return 0, errTooLarge
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	return n, err
}

type counted struct {
	r io.Reader
	n *int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	*c.n += int64(n)
	return n, err
}

// withExchange puts x where the transport finds it.
func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}
