package warc_test

import (
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/warc"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

var captured = time.Date(2026, 1, 31, 0, 1, 2, 345678000, time.UTC)

// fixed are options under which the same drafts make the same bytes.
func fixed() warc.Options {
	var n atomic.Int64
	return warc.Options{
		Now:   func() time.Time { return captured },
		NewID: func() string { return fmt.Sprintf("urn:uuid:00000000-0000-4000-8000-%012d", n.Add(1)) },
	}
}

func openStore(t testing.TB) objects.Store {
	t.Helper()
	s, err := objects.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const page = `{"id": 1, "title": "백엔드 개발자", "stack": ["Go", "PostgreSQL"]}`

func pageHeader() http.Header {
	return http.Header{
		"Content-Type": {"application/json; charset=utf-8"}, "Content-Encoding": {"gzip"}, "Transfer-Encoding": {"chunked"}, "Content-Length": {"71"},
		"Etag": {`W/"abc"`}, "Date": {"Sat, 31 Jan 2026 00:01:02 GMT"}, "Set-Cookie": {"a=1", "b=2"}, "Cache-Control": {"max-age=60"},
	}
}

// everyKind is one draft of every kind, the revisits pointing at the response as if it
// lay in an earlier run's segment.
func everyKind() []warc.Draft {
	const uri = "https://board.example/api/positions/1?lang=ko"
	earlier := warc.Reference{
		ID: "urn:uuid:6d058047-ede2-4a13-be79-90c17c631dd4", TargetURI: uri, Date: captured.Add(-24 * time.Hour), PayloadDigest: warc.Digest([]byte(page)),
		Object: "raw/source=board/date=2026-01-30/run=20260130T000000Z-1/seg-00000.warc.gz", Offset: 123456, Length: 2345,
	}
	response := warc.Response(uri, captured, 200, pageHeader(), []byte(page))
	response.Fields = warc.Header{{Name: "TMI-Kind", Value: "detail"}, {Name: "TMI-List", Value: "백엔드"}, {Name: "TMI-Board-Id", Value: "1"}}
	return []warc.Draft{
		warc.Info(warc.Header{{Name: "software", Value: "tmi/test"}, {Name: "format", Value: "WARC File Format 1.1"}}),
		warc.Request(uri, captured, "GET", http.Header{"User-Agent": {"tmi/test (+https://tmi.example)"}}, nil),
		warc.Request("https://board.example/search", captured, "POST", http.Header{"Content-Type": {"application/json"}}, []byte(`{"page":1}`)),
		response,
		warc.Response("https://board.example/empty", captured, 204, nil, nil),
		warc.Response("https://board.example/gone", captured, 404, http.Header{"Content-Type": {"text/html"}}, []byte("<p>gone\r\n\r\n</p>")),
		warc.SamePayload(uri, captured, 200, pageHeader(), earlier),
		warc.NotModified(uri, captured, pageHeader(), earlier),
		warc.Metadata(uri, captured, earlier.ID, warc.Header{{Name: "fetchTimeMs", Value: "42"}, {Name: "note", Value: "한글"}}),
		warc.Resource("file:///corpus.jsonl", captured, "application/jsonl", []byte(page+"\n")),
		warc.Resource("urn:x:empty", time.Time{}, "", nil),
	}
}
