package collect

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/crawl"
)

// What warcio says of a segment's records, a JSON line for each.
const warcioLines = `
import hashlib, json, sys
from warcio.archiveiterator import ArchiveIterator
for path in sys.argv[1:]:
    with open(path, 'rb') as f:
        it = ArchiveIterator(f, check_digests='raise')
        for r in it:
            if r.rec_type not in ('response', 'revisit'):
                continue
            body = r.content_stream().read()
            print(json.dumps({
                'type': r.rec_type, 'uri': r.rec_headers.get_header('WARC-Target-URI'), 'board_id': r.rec_headers.get_header('TMI-Board-Id') or '',
                'status': int(r.http_headers.get_statuscode()), 'digest': r.rec_headers.get_header('WARC-Payload-Digest') or '',
                'body': hashlib.sha256(body).hexdigest(), 'offset': it.get_record_offset(), 'length': it.get_record_length(),
            }))
`

type warcioLine struct {
	Type    string `json:"type"`
	URI     string `json:"uri"`
	BoardID string `json:"board_id"`
	Status  int    `json:"status"`
	Digest  string `json:"digest"`
	Body    string `json:"body"`
	Offset  int64  `json:"offset"`
	Length  int64  `json:"length"`
}

// warcio reads each record of a crawl of twenty thousand pages, half of them gone, and of the
// next one that finds most of them unchanged, where our index says, as what we read there.
func TestWarcioReadsACrawl(t *testing.T) {
	if os.Getenv("TMI_TEST_SLOW") == "" {
		t.Skip("TMI_TEST_SLOW=1 runs it: half a minute")
	}
	program := os.Getenv("TMI_TEST_PYTHON")
	if program == "" {
		program = "python3"
	}
	if out, err := exec.Command(program, "-c", "import warcio").CombinedOutput(); err != nil {
		t.Skipf("no Python with warcio (%v %s); set TMI_TEST_PYTHON to one", err, out)
	}
	const pages = benchPages / 2
	hasChanged := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, isPage := strings.CutPrefix(r.URL.Path, "/jobs/")
		n, _ := strconv.Atoi(id)
		switch {
		case r.URL.Path == "/robots.txt", isPage && n >= pages:
			http.NotFound(w, r)
		case isPage && hasChanged && n%2 == 0:
			_, _ = fmt.Fprintf(w, `{"changed":%d,"text":"%s"}`, n, strings.Repeat("바뀐 공고 ", n%60))
		case isPage:
			_, _ = fmt.Fprintf(w, `{"id":%d,"text":"%s"}`, n, strings.Repeat("서버 개발자 ", n%90))
		default:
			_, _ = w.Write([]byte(`{"all":true}`))
		}
	}))
	t.Cleanup(server.Close)
	store, clock := newStore(t), newClock()
	client, err := crawl.New(crawl.Options{BaseURL: server.URL, Rate: 1e9, Concurrency: 8, Clock: clock.Now, Sleep: clock.Sleep})
	if err != nil {
		t.Fatal(err)
	}
	// The pages that the list names beyond the last one are answered by 404.
	o := Options{Source: pageBoard{server.URL}, Store: store, Client: client, Clock: clock.Now, Concurrency: 8, RecheckUnstamped: time.Hour}
	for run := range 2 {
		clock.Advance(24 * time.Hour)
		hasChanged = run == 1
		m, err := Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		captures, err := Captures(t.Context(), store, m)
		if err != nil {
			t.Fatal(err)
		}
		args := []string{"-c", warcioLines}
		for _, s := range m.Segments {
			args = append(args, store.(objects.Local).LocalPath(s.Key))
		}
		out, err := exec.Command(program, args...).Output()
		if err != nil {
			t.Fatalf("warcio: %v", err)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		if len(lines) != len(captures) {
			t.Fatalf("run %d: warcio reads %d records, we landed %d", run, len(lines), len(captures))
		}
		revisits, revisitBytes := 0, int64(0)
		for i, line := range lines { // both are in the order of the segments
			var got warcioLine
			if err := json.Unmarshal([]byte(line), &got); err != nil {
				t.Fatal(err)
			}
			c := captures[i]
			want := warcioLine{Type: "response", URI: c.URL, BoardID: c.BoardID, Status: int(c.Status), Digest: c.Digest, Offset: c.Offset, Length: c.Length}
			doc, err := Open(t.Context(), store, c)
			if err != nil {
				t.Fatal(err)
			}
			want.Body = sha256Hex(doc.Body)
			if c.IsRevisit {
				want.Type, want.Body, want.Status = "revisit", sha256Hex(nil), got.Status
				revisits++
				revisitBytes += c.Length
			}
			if got != want {
				t.Fatalf("run %d, %s at %d: warcio %+v, ours %+v", run, path.Base(c.Object), c.Offset, got, want)
			}
		}
		t.Logf("run %d: %d records in %d segments of %d bytes agree; %d revisits of %d bytes on average", run, len(lines), len(m.Segments), m.Counts.BytesOut, revisits, revisitBytes/int64(max(1, revisits)))
		if isSecond := run == 1; isSecond && (revisits < pages/2 || revisitBytes/int64(revisits) > 500) {
			t.Errorf("%d revisits of %d bytes on average, want at least %d of at most 500", revisits, revisitBytes/int64(revisits), pages/2)
		}
		if m.Status != schemas.StatusDone {
			t.Errorf("run %d: %+v", run, m)
		}
	}
}

func sha256Hex(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }
