package warc

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Draft is a record to be written. Make one with [Info], [Response], [Request],
// [SamePayload], [NotModified], [Metadata] or [Resource] and set further fields before
// writing. A draft may be written more than once; each writing is a record of its own
// unless ID is set.
type Draft struct {
	Type          Type
	ID            string    // "urn:uuid:…"; "" = the writer's generator gives one
	TargetURI     string    // required but for warcinfo and metadata
	Date          time.Time // moment of capture; zero = the writer's clock
	ContentType   string    // of the block; "" = not said
	PayloadDigest string    // of the payload that a revisit does not repeat; others are computed
	Fields        Header    // further named fields, such as TMI-Kind; not those this package writes
	Block         []byte

	hasPayload bool
	payloadAt  int  // where in the block the payload starts
	isBare     bool // without digests, to fit into another record's place
}

const (
	typeFields   = "application/warc-fields"
	typeResponse = "application/http; msgtype=response"
	typeRequest  = "application/http; msgtype=request"
	typeRevisit  = "application/http" // a revisit is a response anyway, and there are many
)

// Info is a warcinfo record, about all records that follow it in the object.
func Info(fields Header) Draft {
	return Draft{Type: TypeInfo, ContentType: typeFields, Block: formatFields(fields)}
}

// Response is what the server at uri answered at that moment. The body is given decoded,
// without transfer and content encodings; headers that spoke of them are kept as
// X-Crawler-… and Content-Length is the stored body's.
func Response(uri string, at time.Time, status int, header http.Header, body []byte) Draft {
	block := formatResponse(status, header, body)
	return Draft{
		Type: TypeResponse, TargetURI: uri, Date: at, ContentType: typeResponse, Block: block,
		hasPayload: true, payloadAt: len(block) - len(body),
	}
}

// Request is what was asked of the server at uri.
func Request(uri string, at time.Time, method string, header http.Header, body []byte) Draft {
	path, host := uri, ""
	if u, err := url.Parse(uri); err == nil {
		path, host = u.RequestURI(), u.Host
	}
	block := formatRequest(method, path, host, header, body)
	return Draft{
		Type: TypeRequest, TargetURI: uri, Date: at, ContentType: typeRequest, Block: block,
		hasPayload: true, payloadAt: len(block) - len(body),
	}
}

// SamePayload is a revisit: the server answered with a body that the earlier record has
// already. Of the headers the ETag or else Last-Modified is kept.
func SamePayload(uri string, at time.Time, status int, header http.Header, earlier Reference) Draft {
	return revisit(ProfileSamePayload, uri, at, formatRevisit(status, header), earlier)
}

// NotModified is a revisit: the server said that nothing changed since the earlier
// record (status 304). Of the headers the ETag or else Last-Modified is kept. Where the
// earlier record's place is given the digest, which nobody compared, is left out: it would
// be an eighth of the record.
func NotModified(uri string, at time.Time, header http.Header, earlier Reference) Draft {
	if earlier.Object != "" {
		earlier.PayloadDigest = ""
	}
	return revisit(ProfileNotModified, uri, at, formatRevisit(http.StatusNotModified, header), earlier)
}

func revisit(profile, uri string, at time.Time, block []byte, earlier Reference) Draft {
	if earlier.TargetURI == uri {
		earlier.TargetURI = ""
	}
	fields := append(Header{{"WARC-Profile", profile}}, referenceFields(earlier)...)
	return Draft{
		Type: TypeRevisit, TargetURI: uri, Date: at, ContentType: typeRevisit, Block: block,
		PayloadDigest: earlier.PayloadDigest, Fields: fields,
	}
}

func referenceFields(ref Reference) Header {
	var h Header
	if ref.ID != "" {
		h = append(h, Field{"WARC-Refers-To", "<" + ref.ID + ">"})
	}
	if ref.TargetURI != "" {
		h = append(h, Field{"WARC-Refers-To-Target-URI", ref.TargetURI})
	}
	if !ref.Date.IsZero() {
		h = append(h, Field{"WARC-Refers-To-Date", formatDate(ref.Date)})
	}
	if ref.Object != "" {
		h = append(h, Field{fieldRefersToFilename, ref.Object}, Field{fieldRefersToOffset, strconv.FormatInt(ref.Offset, 10)})
		if ref.Length > 0 {
			h = append(h, Field{fieldRefersToLength, strconv.FormatInt(ref.Length, 10)})
		}
	}
	return h
}

// Metadata says something about the record with the id about, "" for about uri alone.
func Metadata(uri string, at time.Time, about string, fields Header) Draft {
	d := Draft{Type: TypeMetadata, TargetURI: uri, Date: at, ContentType: typeFields, Block: formatFields(fields)}
	if about != "" {
		d.Fields = Header{{"WARC-Refers-To", "<" + about + ">"}}
	}
	return d
}

// Resource is a document that came without a protocol, such as a file that was loaded.
func Resource(uri string, at time.Time, contentType string, body []byte) Draft {
	return Draft{Type: TypeResource, TargetURI: uri, Date: at, ContentType: contentType, Block: body, hasPayload: true}
}

// formatFields is a block of application/warc-fields. Names that are none are left out.
func formatFields(fields Header) []byte {
	var b []byte
	for _, f := range fields {
		if isToken(f.Name) {
			b = append(b, f.Name+": "+oneLine(f.Value)+"\r\n"...)
		}
	}
	return b
}

// Fields reads a block of application/warc-fields, as warcinfo and metadata records have.
func (r *Record) Fields() Header {
	h, _ := parseFields(r.Block)
	return h
}
