package warc

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"sort"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/techmapit/tmi/internal/errs"
)

// Message is an HTTP/1.1 message out of a record's block.
type Message struct {
	StartLine string // "HTTP/1.1 200 OK" or "GET /path HTTP/1.1"
	Header    Header
	Body      []byte // without transfer encoding, still in its content encoding
}

// StatusCode is a response's status, 0 for a request.
func (m *Message) StatusCode() int {
	proto, rest, _ := strings.Cut(m.StartLine, " ")
	if !strings.HasPrefix(proto, "HTTP/") {
		return 0
	}
	code, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	n, err := strconv.Atoi(code)
	if err != nil || n < 100 || n > 999 {
		return 0
	}
	return n
}

// HTTP reads the record's block as an HTTP message. It is errs.Invalid for a record
// that holds none and errs.Corrupt for a broken one.
func (r *Record) HTTP() (*Message, error) {
	if !r.isHTTP() {
		return nil, errs.New(errs.Invalid, "record at offset %d: a %s record of type %q holds no HTTP message", r.Offset, r.Type(), r.Header.Get("Content-Type"))
	}
	m, err := parseMessage(r.Block)
	if err != nil {
		return nil, errs.New(errs.Corrupt, "record at offset %d: %w", r.Offset, err)
	}
	return m, nil
}

// Payload is the document itself: the body of an HTTP message, else the block. A
// revisit's is empty.
func (r *Record) Payload() ([]byte, error) {
	if r.Type() == TypeRevisit {
		return nil, nil
	}
	if !r.isHTTP() {
		return r.Block, nil
	}
	m, err := r.HTTP()
	if err != nil {
		return nil, err
	}
	return m.Body, nil
}

func (r *Record) isHTTP() bool {
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(media), "application/http") {
		return false
	}
	switch r.Type() {
	case TypeRequest, TypeResponse, TypeRevisit:
		return true
	}
	return false
}

func parseMessage(block []byte) (*Message, error) {
	head, body := splitMessage(block)
	lines := bytes.Split(head, []byte("\n"))
	m := &Message{StartLine: string(bytes.TrimRight(lines[0], "\r")), Body: body}
	if !strings.HasPrefix(m.StartLine, "HTTP/") && !strings.Contains(m.StartLine, " HTTP/") {
		return nil, fmt.Errorf("HTTP start line is %.80q, expected one with HTTP/", m.StartLine)
	}
	for _, line := range lines[1:] {
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			continue
		}
		if n := len(m.Header); n > 0 && (line[0] == ' ' || line[0] == '\t') {
			m.Header[n-1].Value += " " + string(bytes.TrimSpace(line)) // a folded line
			continue
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			return nil, fmt.Errorf("HTTP header line is %.80q, expected name: value", line)
		}
		m.Header = append(m.Header, Field{string(bytes.TrimSpace(name)), string(bytes.TrimSpace(value))})
	}
	if isChunked(m.Header) && len(body) > 0 {
		plain, err := dechunk(body)
		if err != nil {
			return nil, err
		}
		m.Body = plain
	}
	return m, nil
}

// splitMessage parts a message at the first empty line. Without one it is all header.
func splitMessage(block []byte) (head, body []byte) {
	for at := 0; ; {
		i := bytes.IndexByte(block[at:], '\n')
		if i < 0 {
			return block, nil
		}
		at += i + 1
		switch rest := block[at:]; {
		case bytes.HasPrefix(rest, []byte("\r\n")):
			return block[:at], rest[2:]
		case bytes.HasPrefix(rest, []byte("\n")):
			return block[:at], rest[1:]
		}
	}
}

func isChunked(h Header) bool {
	return strings.EqualFold(strings.TrimSpace(h.Get("Transfer-Encoding")), "chunked")
}

func dechunk(body []byte) ([]byte, error) {
	plain, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(body)))
	if err != nil {
		return nil, fmt.Errorf("chunked HTTP body: %w", err)
	}
	return plain, nil
}

// Decoded is the body without its content encodings (gzip, deflate, br, zstd, of which
// several may be nested). More than maxBytes are errs.Corrupt, as is a body that does not
// decode; an unknown encoding is errs.Invalid.
func (m *Message) Decoded(maxBytes int64) ([]byte, error) {
	body := m.Body
	names := strings.Split(m.Header.Get("Content-Encoding"), ",")
	for i := len(names) - 1; i >= 0; i-- {
		name := strings.ToLower(strings.TrimSpace(names[i]))
		if name == "" || name == "identity" || len(body) == 0 {
			continue
		}
		r, err := decoder(name, body)
		if err == nil {
			body, err = io.ReadAll(io.LimitReader(r, maxBytes+1))
		}
		if err != nil {
			if errs.Is(err, errs.Invalid) {
				return nil, err
			}
			return nil, errs.New(errs.Corrupt, "decode %s body: %w", name, err)
		}
		if int64(len(body)) > maxBytes {
			return nil, errs.New(errs.Corrupt, "decode %s body: more than %d bytes", name, maxBytes)
		}
	}
	return body, nil
}

func decoder(name string, body []byte) (io.Reader, error) {
	switch name {
	case "gzip", "x-gzip":
		return gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		// The standard means zlib, some servers send bare deflate.
		if r, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			return r, nil
		}
		return flate.NewReader(bytes.NewReader(body)), nil
	case "br":
		return brotli.NewReader(bytes.NewReader(body)), nil
	case "zstd":
		d, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxBlockBytes))
		if err != nil {
			return nil, err
		}
		return d, nil
	}
	return nil, errs.New(errs.Invalid, "decode body: unknown content encoding %q", name)
}

// crawlerPrefix marks headers whose original value does not describe the stored body;
// Common Crawl's archives use the same.
const crawlerPrefix = "X-Crawler-"

// formatResponse is the HTTP/1.1 message of a response whose body is given as the reader
// of the page sees it, without transfer and content encodings. The headers that spoke of
// the encodings keep their value under the crawler's prefix.
func formatResponse(status int, header http.Header, body []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(body) + 1024)
	writeStatusLine(&b, status)
	for _, f := range sortedFields(header) {
		switch f.Name {
		case "Transfer-Encoding", "Content-Encoding":
			f.Name = crawlerPrefix + f.Name
		case "Content-Length":
			if f.Value == strconv.Itoa(len(body)) {
				continue
			}
			f.Name = crawlerPrefix + f.Name
		}
		writeField(&b, f)
	}
	writeField(&b, Field{"Content-Length", strconv.Itoa(len(body))})
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// formatRevisit keeps of the headers what the next conditional request needs: the ETag,
// or else the date of the last change. The others would cost more than all the rest of
// the record, and their first version is in the record that the revisit refers to.
func formatRevisit(status int, header http.Header) []byte {
	var b bytes.Buffer
	writeStatusLine(&b, status)
	for _, name := range []string{"Etag", "Last-Modified"} {
		if v := header.Get(name); v != "" {
			writeField(&b, Field{name, v})
			break
		}
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

func formatRequest(method, path, host string, header http.Header, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", oneLine(method), oneLine(path))
	writeField(&b, Field{"Host", host})
	for _, f := range sortedFields(header) {
		if f.Name != "Host" && f.Name != "Content-Length" && f.Name != "Transfer-Encoding" {
			writeField(&b, f)
		}
	}
	if len(body) > 0 {
		writeField(&b, Field{"Content-Length", strconv.Itoa(len(body))})
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

func writeStatusLine(b *bytes.Buffer, status int) {
	fmt.Fprintf(b, "HTTP/1.1 %03d %s\r\n", status, http.StatusText(status))
}

// sortedFields orders by name, so that the same answer makes the same bytes. Names that
// are none are left out.
func sortedFields(header http.Header) Header {
	var list Header
	for name, values := range header {
		if !isToken(name) {
			continue
		}
		for _, v := range values {
			list = append(list, Field{http.CanonicalHeaderKey(name), v})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

func writeField(b *bytes.Buffer, f Field) {
	b.WriteString(f.Name)
	b.WriteString(": ")
	b.WriteString(oneLine(f.Value))
	b.WriteString("\r\n")
}

// oneLine keeps a hostile value from starting a line of its own.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\r\n\x00") {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == '\r' || r == '\n' || r == 0 {
			return ' '
		}
		return r
	}, s)
}

// isToken is true for what may name a field (RFC 9110, 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
