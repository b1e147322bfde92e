package warc_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/warc"
)

func writeAll(t testing.TB, opts warc.Options, drafts []warc.Draft) ([]byte, []warc.Written) {
	t.Helper()
	var b bytes.Buffer
	w := warc.NewWriter(&b, opts)
	var places []warc.Written
	for i, d := range drafts {
		place, err := w.Write(d)
		if err != nil {
			t.Fatalf("write draft %d: %v", i, err)
		}
		places = append(places, place)
	}
	return b.Bytes(), places
}

func readAll(t testing.TB, data []byte) []*warc.Record {
	t.Helper()
	var list []*warc.Record
	for rec, err := range warc.NewReader("test.warc", bytes.NewReader(data), warc.ReadOptions{}).Records() {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, rec)
	}
	return list
}

func TestWriteThenRead(t *testing.T) {
	for _, plain := range []bool{false, true} {
		opts := fixed()
		opts.Plain = plain
		drafts := everyKind()
		data, places := writeAll(t, opts, drafts)
		recs := readAll(t, data)
		if len(recs) != len(drafts) {
			t.Fatalf("read %d records, want %d", len(recs), len(drafts))
		}
		for i, rec := range recs {
			d, at := drafts[i], places[i]
			if rec.Type() != d.Type || rec.TargetURI() != d.TargetURI || !rec.Date().Equal(captured) || rec.ID() != at.ID || !bytes.Equal(rec.Block, d.Block) {
				t.Errorf("record %d: got %s %s %v %s, %d bytes; want %s %s %v %s, %d bytes", i,
					rec.Type(), rec.TargetURI(), rec.Date(), rec.ID(), len(rec.Block), d.Type, d.TargetURI, captured, at.ID, len(d.Block))
			}
			if rec.Offset != at.Offset || rec.Length != at.Length || rec.PayloadDigest() != at.PayloadDigest {
				t.Errorf("record %d: read at %d+%d digest %s, written %+v", i, rec.Offset, rec.Length, rec.PayloadDigest(), at)
			}
			for _, f := range d.Fields {
				if got := rec.Header.Get(f.Name); got != f.Value {
					t.Errorf("record %d: field %s is %q, want %q", i, f.Name, got, f.Value)
				}
			}
		}
	}
}

func TestSameDraftsSameBytes(t *testing.T) {
	one, _ := writeAll(t, fixed(), everyKind())
	two, _ := writeAll(t, fixed(), everyKind())
	if !bytes.Equal(one, two) {
		t.Error("two writings of the same drafts differ")
	}
}

// The stored message is true of the stored body: the encodings' headers are renamed.
func TestResponseHeadersFitTheBody(t *testing.T) {
	data, _ := writeAll(t, fixed(), everyKind()[3:4])
	m, err := readAll(t, data)[0].HTTP()
	if err != nil {
		t.Fatal(err)
	}
	want := &warc.Message{
		StartLine: "HTTP/1.1 200 OK",
		Header: warc.Header{
			{Name: "Cache-Control", Value: "max-age=60"},
			{Name: "X-Crawler-Content-Encoding", Value: "gzip"},
			{Name: "X-Crawler-Content-Length", Value: "71"},
			{Name: "Content-Type", Value: "application/json; charset=utf-8"},
			{Name: "Date", Value: "Sat, 31 Jan 2026 00:01:02 GMT"},
			{Name: "Etag", Value: `W/"abc"`},
			{Name: "Set-Cookie", Value: "a=1"},
			{Name: "Set-Cookie", Value: "b=2"},
			{Name: "X-Crawler-Transfer-Encoding", Value: "chunked"},
			{Name: "Content-Length", Value: itoa(int64(len(page)))},
		},
		Body: []byte(page),
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}

func TestRevisit(t *testing.T) {
	drafts := everyKind()
	data, _ := writeAll(t, warc.Options{}, drafts)
	for _, rec := range readAll(t, data) {
		if rec.Type() != warc.TypeRevisit {
			continue
		}
		ref, err := rec.RefersTo()
		if err != nil {
			t.Fatal(err)
		}
		want := warc.Reference{
			ID: "urn:uuid:6d058047-ede2-4a13-be79-90c17c631dd4", TargetURI: "https://board.example/api/positions/1?lang=ko", Date: captured.Add(-24 * time.Hour),
			PayloadDigest: warc.Digest([]byte(page)), Object: "raw/source=board/date=2026-01-30/run=20260130T000000Z-1/seg-00000.warc.gz", Offset: 123456, Length: 2345,
		}
		if rec.Header.Get("WARC-Profile") == warc.ProfileNotModified {
			want.PayloadDigest = "" // the server compared, we did not
		}
		if diff := cmp.Diff(want, ref); diff != "" {
			t.Errorf("reference (-want +got):\n%s", diff)
		}
		m, err := rec.HTTP()
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Body) != 0 || m.Header.Get("Etag") != `W/"abc"` || m.Header.Has("Set-Cookie") || m.Header.Has("Content-Length") {
			t.Errorf("message of the revisit: %+v", m)
		}
		if p, err := rec.Payload(); err != nil || len(p) != 0 {
			t.Errorf("payload of a revisit: %q, %v", p, err)
		}
	}
}

// An unchanged page costs at most 500 bytes, with random ids and all that a collector says of it.
func TestRevisitIsSmall(t *testing.T) {
	const uri = "https://jumpit-api.saramin.example/api/position/53171"
	header := http.Header{
		"Date": {"Sat, 31 Jan 2026 00:01:02 GMT"}, "Etag": {`W/"5f2b-19b0c1d2e3f"`}, "Last-Modified": {"Fri, 30 Jan 2026 07:11:59 GMT"}, "Content-Type": {"application/json; charset=utf-8"},
		"Set-Cookie": {strings.Repeat("s=1234", 40)}, "Content-Security-Policy": {strings.Repeat("default-src 'self'; ", 30)}, "Server": {"nginx"}, "X-Request-Id": {"0b0e7b3e-4b2f-4e0e-9a52-7d1b3c9f1a11"},
	}
	at := time.Date(2026, 1, 31, 0, 1, 2, 345678900, time.UTC)
	earlier := warc.Reference{
		Date: at.Add(-24 * time.Hour), PayloadDigest: warc.Digest([]byte(page)),
		Object: "raw/source=jumpit/date=2026-01-30/run=20260130T000000Z-7f3a9c/seg-00003.warc.gz", Offset: 31234567, Length: 12345,
	}
	for _, d := range []warc.Draft{warc.SamePayload(uri, at, 200, header, earlier), warc.NotModified(uri, at, header, earlier)} {
		d.Fields = append(d.Fields, warc.Field{Name: "TMI-Source", Value: "jumpit"}, warc.Field{Name: "TMI-Kind", Value: "detail"}, warc.Field{Name: "TMI-List", Value: "all"}, warc.Field{Name: "TMI-Board-Id", Value: "53171"})
		_, places := writeAll(t, warc.Options{}, []warc.Draft{d})
		if places[0].Length > 500 {
			t.Errorf("takes %d bytes, want at most 500", places[0].Length)
		}
		t.Logf("%d bytes", places[0].Length)
	}
}

func TestFieldBlocks(t *testing.T) {
	data, _ := writeAll(t, fixed(), everyKind())
	recs := readAll(t, data)
	if got := recs[0].Fields().Get("Software"); got != "tmi/test" {
		t.Errorf("warcinfo software is %q", got)
	}
	if got := recs[8].Fields().Get("note"); got != "한글" {
		t.Errorf("metadata note is %q", got)
	}
	if ref, err := recs[8].RefersTo(); err != nil || ref.ID != "urn:uuid:6d058047-ede2-4a13-be79-90c17c631dd4" {
		t.Errorf("metadata is about %+v, %v", ref, err)
	}
}

// Bytes of a hostile server cannot forge a header or a record.
func TestHostileHeaders(t *testing.T) {
	d := warc.Response("https://board.example/", captured, 200, http.Header{
		"X-Split": {"a\r\nX-Forged: yes\r\n\r\nWARC/1.1\r\n"}, "Bad Name": {"x"}, "": {"x"}, "X-Nul": {"a\x00b"},
	}, []byte("body"))
	data, _ := writeAll(t, fixed(), []warc.Draft{d})
	m, err := readAll(t, data)[0].HTTP()
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.Has("X-Forged") || len(m.Header) != 3 || string(m.Body) != "body" {
		t.Errorf("got %+v", m)
	}
}

func TestDraftsThatAreRefused(t *testing.T) {
	good := warc.Response("https://board.example/", captured, 200, nil, []byte("x"))
	for name, spoil := range map[string]func(d *warc.Draft){
		"no target":         func(d *warc.Draft) { d.TargetURI = "" },
		"space in target":   func(d *warc.Draft) { d.TargetURI = "https://a/ b" },
		"break in target":   func(d *warc.Draft) { d.TargetURI = "https://a/\r\nX: y" },
		"unknown type":      func(d *warc.Draft) { d.Type = "page" },
		"no type":           func(d *warc.Draft) { d.Type = "" },
		"bad id":            func(d *warc.Draft) { d.ID = "1" },
		"id with brackets":  func(d *warc.Draft) { d.ID = "<urn:x>" },
		"break in field":    func(d *warc.Draft) { d.Fields = warc.Header{{Name: "TMI-List", Value: "a\nb"}} },
		"bad field":         func(d *warc.Draft) { d.Fields = warc.Header{{Name: "TMI List", Value: "a"}} },
		"own field":         func(d *warc.Draft) { d.Fields = warc.Header{{Name: "content-length", Value: "1"}} },
		"break in type":     func(d *warc.Draft) { d.ContentType = "a\r\nb" },
		"break in digest":   func(d *warc.Draft) { d.Type, d.PayloadDigest = warc.TypeRevisit, "a\r\nb"; d.Block = nil },
		"header too large":  func(d *warc.Draft) { d.Fields = warc.Header{{Name: "X", Value: strings.Repeat("x", 70<<10)}} },
		"block too large":   func(d *warc.Draft) { d.Block = make([]byte, warc.MaxBlockBytes+1) },
		"year out of range": func(d *warc.Draft) { d.Date = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"block was cut":     func(d *warc.Draft) { d.Block = d.Block[:3] },
	} {
		var b bytes.Buffer
		d := good
		spoil(&d)
		if _, err := warc.NewWriter(&b, fixed()).Write(d); !errs.Is(err, errs.Invalid) || b.Len() > 0 {
			t.Errorf("%s: got %v and %d bytes, want kind invalid and none", name, err, b.Len())
		}
	}
}

type failing struct{ left int }

var errFull = errors.New("full")

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return f.left, errFull
	}
	f.left -= len(p)
	return len(p), nil
}

func TestWriterStaysBroken(t *testing.T) {
	w := warc.NewWriter(&failing{left: 100}, fixed())
	for range 2 {
		if _, err := w.Write(everyKind()[0]); !errors.Is(err, errFull) {
			t.Errorf("got %v, want the writer's error", err)
		}
	}
}

// Whatever is written is read back the same, alone and in line.
func TestRoundTripOfRandomRecords(t *testing.T) {
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var drafts []warc.Draft
		for range 1 + rnd.IntN(20) {
			drafts = append(drafts, randomDraft(rnd))
		}
		opts := fixed()
		opts.Plain = seed%3 == 0
		data, places := writeAll(t, opts, drafts)
		store := openStore(t)
		if _, err := store.Put(t.Context(), "x.warc", bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		recs := readAll(t, data)
		if len(recs) != len(drafts) {
			t.Fatalf("seed %d: read %d records, want %d", seed, len(recs), len(drafts))
		}
		for i, at := range places {
			alone, err := warc.ReadAt(t.Context(), store, "x.warc", at.Offset, at.Length, warc.ReadOptions{})
			if err != nil {
				t.Fatalf("seed %d, record %d: %v", seed, i, err)
			}
			if diff := cmp.Diff(recs[i], alone, cmp.AllowUnexported(warc.Record{})); diff != "" {
				t.Errorf("seed %d, record %d (-in line +alone):\n%s", seed, i, diff)
			}
			if alone.TargetURI() != drafts[i].TargetURI || !bytes.Equal(alone.Block, drafts[i].Block) {
				t.Errorf("seed %d, record %d: not what was written", seed, i)
			}
		}
	}
}

func randomDraft(rnd *rand.Rand) warc.Draft {
	body := make([]byte, rnd.IntN(1<<rnd.IntN(18)))
	for i := range body {
		body[i] = "ab\r\n\x00\xff한WARC/1.1 "[rnd.IntN(16)]
	}
	uri := "https://board.example/" + strings.Repeat("p", rnd.IntN(300))
	switch rnd.IntN(4) {
	case 0:
		return warc.Resource(uri, captured, "application/octet-stream", body)
	case 1:
		return warc.Request(uri, captured, "POST", nil, body)
	case 2:
		return warc.NotModified(uri, captured, http.Header{"Etag": {string(body[:min(len(body), 40)])}}, warc.Reference{ID: "urn:x:1"})
	}
	return warc.Response(uri, captured, 100+rnd.IntN(900), http.Header{"X-Any": {string(body[:min(len(body), 99)])}}, body)
}
