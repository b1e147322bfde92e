package crawl

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/techmapit/tmi/schemas"
)

// The refusals of a body above the cap: as it came, and unpacked.
var (
	errTooLarge = unavailable(schemas.NuisanceTooLarge, "the body is larger than allowed")
	errBomb     = unavailable(schemas.NuisanceBomb, "the body is larger than allowed once it is unpacked")
)

// exchange is one request's room for what comes back. It travels in the request's
// context, because the bytes as received are kept here, by the transport, before Colly
// could convert their character set.
type exchange struct {
	maxBytes   int64
	isCutLong  bool       // a body above maxBytes is cut there, not refused (robots.txt)
	rules      *Robots    // what may be asked for; nil for robots.txt itself
	secret     url.Values // added to the query on the wire
	isSent     bool
	isCut      bool // a body was cut at maxBytes
	wireBytes  int64
	status     int
	header     http.Header
	body       []byte
	receivedAt time.Time
}

type exchangeKey struct{}

// transport does the exchange on the wire: it unpacks gzip, bounds the body on both
// sides of the unpacking, and keeps the bytes.
type transport struct {
	wire  http.RoundTripper
	clock func() time.Time
}

func newWire(concurrency int, timeout time.Duration, mayBePrivate func(host string) bool) *http.Transport {
	// HTTP/1.1 alone: once keeps it to one exchange on the wire for one that we count, and at
	// a request a second a second version would win nothing.
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            guardedDial(mayBePrivate),
		Protocols:              protocols,
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
	// Colly spells the address anew on its way here ("/a/%2e%2e/b" becomes "/b"): robots.txt
	// has its last word on what really goes over the wire.
	if x.rules != nil && !x.rules.Allows(pathAndQuery(req.URL)) {
		return nil, forbidden(req.URL.Host, req.URL)
	}
	x.isSent = true
	res, err := t.wire.RoundTrip(withSecret(once(req), x.secret))
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

// once is the request in a shape that net/http does not send a second time of its own,
// past rate, pause and count, where a kept connection was closed on it: one with a body
// that cannot be had again. The body is empty, so nothing of it goes over the wire.
func once(req *http.Request) *http.Request {
	if req.Method != http.MethodGet {
		return req // never sent twice
	}
	again := *req
	again.Body, again.GetBody = io.NopCloser(strings.NewReader("")), nil
	return &again
}

// read reads the body, unpacked, up to the cap on either side of the unpacking.
func (x *exchange) read(res *http.Response) ([]byte, error) {
	wire := &capped{r: &named{r: res.Body}, left: x.maxBytes, tooLarge: errTooLarge}
	body, isPacked := io.Reader(wire), false
	switch coding := strings.ToLower(strings.TrimSpace(res.Header.Get("Content-Encoding"))); {
	case res.StatusCode == http.StatusNotModified || coding == "" || coding == "identity":
		if res.ContentLength > x.maxBytes && !x.isCutLong {
			return nil, errTooLarge
		}
	case coding == "gzip" || coding == "x-gzip":
		unpacked, err := gzip.NewReader(wire)
		x.wireBytes = x.maxBytes - wire.left
		if errors.Is(err, io.EOF) { // an empty body that calls itself packed
			return nil, nil
		}
		if err != nil {
			return nil, asNuisance(err)
		}
		isPacked = true
		body = &capped{r: unpacked, left: x.maxBytes, tooLarge: errBomb}
	default:
		return nil, unavailable(schemas.NuisanceWrongEncoding, "the body is packed as %.40q, which was not asked for", coding)
	}
	if x.isCutLong { // robots.txt is read as far as it is read
		body = &capped{r: body, left: x.maxBytes - 1, isCut: &x.isCut}
	}
	buffer := bytes.NewBuffer(make([]byte, 0, firstBytes(res, isPacked)))
	_, err := buffer.ReadFrom(body)
	x.wireBytes = x.maxBytes - wire.left
	if err != nil {
		return nil, asNuisance(err)
	}
	return buffer.Bytes(), nil
}

// firstBytes is how much room a body gets before it is seen: what the answer promises, as
// far as a promise is believed.
func firstBytes(res *http.Response, isPacked bool) int64 {
	const least, most = 16 << 10, 1 << 20
	promised := res.ContentLength
	if isPacked {
		promised *= 5 // what text packs to
	}
	return min(max(promised+bytes.MinRead, least), most)
}

// named gives an error of the body's transport its name: what the board promised did not come.
type named struct{ r io.Reader }

func (n *named) Read(p []byte) (int, error) {
	count, err := n.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		var timeout net.Error
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.As(err, &timeout) && timeout.Timeout() {
			err = unavailable(schemas.NuisanceTimeout, "read body: %w", err)
		} else {
			err = unavailable(schemas.NuisanceCutShort, "read body: %w", err)
		}
	}
	return count, err
}

// asNuisance names the unpacker's own errors; those of the transport have their names.
func asNuisance(err error) error {
	switch {
	case NuisanceOf(err) != "":
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return unavailable(schemas.NuisanceCutShort, "unpack body: %w", err)
	}
	return unavailable(schemas.NuisanceWrongEncoding, "unpack body: %w", err)
}

// capped reads at most left bytes, and one more to see whether there are any: then it ends
// with tooLarge, or where that is nil as if there were none, and says so in isCut.
type capped struct {
	r        io.Reader
	left     int64
	tooLarge error
	isCut    *bool
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		var one [1]byte
		n, err := c.r.Read(one[:])
		if n == 0 {
			return 0, err
		}
		if c.tooLarge == nil {
			*c.isCut = true
			return 0, io.EOF
		}
		return 0, c.tooLarge
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	return n, err
}

// withExchange puts x where the transport finds it.
func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}
