package warc_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/warc"
)

const head = "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:x:1>\r\nWARC-Date: 2026-01-31T00:00:00Z\r\n"

func zip(parts ...string) string {
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		_, _ = io.WriteString(w, p)
		_ = w.Close()
	}
	return b.String()
}

func firstError(data string, opts warc.ReadOptions) (int, error) {
	n := 0
	for _, err := range warc.NewReader("x.warc", strings.NewReader(data), opts).Records() {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func TestReadBroken(t *testing.T) {
	good := head + "Content-Length: 2\r\n\r\nhi\r\n\r\n"
	zipped := zip(good, good)
	one := len(zip(good))
	for _, c := range []struct {
		name, data string
		before     int // good records before the fault
		want       string
	}{
		{"not a WARC file", "hello\r\n", 0, "expected WARC/1.1"},
		{"unknown version", "WARC/9.9\r\n\r\n", 0, "expected WARC/1.1"},
		{"bare line feeds", strings.ReplaceAll(good, "\r\n", "\n"), 0, "CR LF"},
		{"no colon", "WARC/1.1\r\nnonsense\r\n\r\n", 0, "expected name: value"},
		{"space in a name", "WARC/1.1\r\nA B: c\r\n\r\n", 0, "expected name: value"},
		{"continued first line", "WARC/1.1\r\n x: y\r\n\r\n", 0, "continued"},
		{"no length", head + "\r\nhi\r\n\r\n", 0, "Content-Length"},
		{"two lengths", head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi\r\n\r\n", 0, "2 fields Content-Length"},
		{"negative length", head + "Content-Length: -1\r\n\r\n\r\n\r\n", 0, "no number"},
		{"huge length", head + "Content-Length: 99999999999999999999\r\n\r\n", 0, "no number"},
		{"beyond the cap", head + "Content-Length: 67108865\r\n\r\n", 0, "at most 67108864"},
		{"length too small", head + "Content-Length: 1\r\n\r\nhi\r\n\r\n", 0, "expected two line ends"},
		{"length too large", head + "Content-Length: 60\r\n\r\nhi\r\n\r\n", 0, "block has 6 bytes, expected 60"},
		{"no date", strings.Replace(good, "WARC-Date", "X-Date", 1), 0, "WARC-Date"},
		{"bad date", strings.Replace(good, "2026-01-31", "2026-13-31", 1), 0, "is no date"},
		{"no type", strings.Replace(good, "WARC-Type", "X-Type", 1), 0, "WARC-Type"},
		{"no id", strings.Replace(good, "WARC-Record-ID", "X-ID", 1), 0, "WARC-Record-ID"},
		{"endless line", "WARC/1.1\r\nX: " + strings.Repeat("x", 1<<20), 0, "more than 65536 bytes"},
		{"endless header", "WARC/1.1\r\n" + strings.Repeat("X: y\r\n", 1<<17), 0, "more than 65536 bytes"},
		{"cut in the header", good + "WARC/1.1\r\nWARC-Ty", 1, "ends inside"},
		{"cut in the block", good + head + "Content-Length: 70000\r\n\r\nhi", 1, "block has 2 bytes, expected 70000"},
		{"cut after the block", good[:len(good)-2], 0, "expected two line ends"},
		{"cut in a member", zipped[:len(zipped)-9], 1, "ends inside"},
		{"cut in a member's head", zipped[:one+4], 1, "gzip header"},
		{"cut after one byte", zipped[:one+1], 1, ""},
		{"whole file in one member", zip(good + good), 0, "one member for each record"},
		{"record over two members", zip(good[:len(good)-6], good[len(good)-6:]), 0, "expected 2"},
		{"empty member", zip(good, "", good), 1, "empty"},
		{"flipped checksum", zipped[:len(zipped)-6] + "\xff\xff" + zipped[len(zipped)-4:], 1, "checksum"},
		{"rubbish after a member", zip(good) + "rubbish", 1, ""},
		{"digest of no algorithm", strings.Replace(good, "Content-Length", "WARC-Block-Digest: ABC\r\nContent-Length", 1), 0, "names no algorithm"},
		{"digest of odd length", strings.Replace(good, "Content-Length", "WARC-Block-Digest: sha1:ABC\r\nContent-Length", 1), 0, "letters long"},
		{"digest of another block", strings.Replace(good, "Content-Length", "WARC-Block-Digest: "+warc.Digest([]byte("ho"))+"\r\nContent-Length", 1), 0, "block: digest is sha256:"},
		{"digest of another payload", strings.Replace(good, "Content-Length", "WARC-Payload-Digest: "+warc.Digest([]byte("ho"))+"\r\nContent-Length", 1), 0, "payload: digest is sha256:"},
	} {
		n, err := firstError(c.data, warc.ReadOptions{})
		if n != c.before || !errs.Is(err, errs.Corrupt) || !strings.Contains(fmt.Sprint(err), c.want) || !strings.Contains(fmt.Sprint(err), "x.warc: record at offset ") {
			t.Errorf("%s: got %d records, then %v (%v); want %d, then kind corrupt with offset and %q", c.name, n, err, errs.Of(err), c.before, c.want)
		}
		if errors.Is(err, io.EOF) {
			t.Errorf("%s: the error passes for a clean end", c.name)
		}
	}
}

func TestReadOdd(t *testing.T) {
	good := head + "Content-Length: 2\r\n\r\nhi\r\n\r\n"
	for _, c := range []struct {
		name, data string
		want       int
	}{
		{"nothing", "", 0},
		{"text and members mixed", good + zip(good) + good, 3},
		{"lower case names", strings.ToLower(good[:len(good)-6])[8:] + "", -1},
		{"unknown digest algorithm", strings.Replace(good, "Content-Length", "WARC-Block-Digest: xxh3:ABC\r\nContent-Length", 1), 1},
		{"continued line", strings.Replace(good, "Content-Length", "X-Long: a\r\n b\r\nContent-Length", 1), 1},
		{"unknown type", strings.Replace(good, "resource", "conversion", 1), 1},
		{"short date", strings.Replace(good, "2026-01-31T00:00:00Z", "2026-01", 1), 1},
		{"fraction of a second", strings.Replace(good, "00Z", "00.123456789Z", 1), 1},
	} {
		if c.want < 0 {
			continue
		}
		if n, err := firstError(c.data, warc.ReadOptions{}); n != c.want || err != nil {
			t.Errorf("%s: got %d records, %v, want %d", c.name, n, err, c.want)
		}
	}
}

// A record with a wrong digest is told and the next ones still come.
func TestReadGoesOnAfterWrongDigest(t *testing.T) {
	good := head + "Content-Length: 2\r\n\r\nhi\r\n\r\n"
	bad := strings.Replace(good, "Content-Length", "WARC-Block-Digest: "+warc.Digest(nil)+"\r\nContent-Length", 1)
	var got []bool
	for rec, err := range warc.NewReader("x", strings.NewReader(zip(good, bad, good)), warc.ReadOptions{}).Records() {
		if (rec == nil) != (err != nil) {
			t.Errorf("got %v and %v together", rec, err)
		}
		got = append(got, err == nil)
	}
	if fmt.Sprint(got) != "[true false true]" {
		t.Errorf("got %v", got)
	}
	if n, err := firstError(zip(good, bad, good), warc.ReadOptions{SkipDigests: true}); n != 3 || err != nil {
		t.Errorf("without digests: %d records, %v", n, err)
	}
}

func TestReadCap(t *testing.T) {
	rec := head + "Content-Length: 11\r\n\r\nhello world\r\n\r\n"
	if n, err := firstError(rec, warc.ReadOptions{MaxBlockBytes: 10}); n != 0 || !errs.Is(err, errs.Corrupt) {
		t.Errorf("got %d, %v, want kind corrupt", n, err)
	}
	if n, err := firstError(rec, warc.ReadOptions{MaxBlockBytes: 11}); n != 1 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
}

// A lying length and a bomb of a member cost no memory.
func TestReadBoundedMemory(t *testing.T) {
	lie := head + "Content-Length: 67108864\r\n\r\nhi"
	bomb := zip(head + "Content-Length: 2\r\n\r\nhi\r\n\r\n" + strings.Repeat("\x00", 64<<20))
	bombHead := zip("WARC/1.1\r\nX: " + strings.Repeat("x", 64<<20))
	for name, data := range map[string]string{"lie": lie, "bomb": bomb, "bomb in the header": bombHead} {
		result := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, err := firstError(data, warc.ReadOptions{}); !errs.Is(err, errs.Corrupt) {
					b.Fatal(err)
				}
			}
		})
		if got := result.AllocedBytesPerOp(); got > 1<<20 {
			t.Errorf("%s: %d bytes allocated, want at most 1 MiB", name, got)
		}
	}
}

// What the store says about itself is not blamed on the bytes.
func TestReadKeepsStoreErrors(t *testing.T) {
	data, _ := writeAll(t, fixed(), everyKind())
	away := errs.New(errs.Unavailable, "away")
	for _, cut := range []int{0, 1, 100, 700} {
		r := io.MultiReader(bytes.NewReader(data[:cut]), iotest.ErrReader(away))
		var last error
		for _, err := range warc.NewReader("x", r, warc.ReadOptions{}).Records() {
			last = err
		}
		if !errs.Is(last, errs.Unavailable) {
			t.Errorf("store away after %d bytes: got %v (%v), want kind unavailable", cut, last, errs.Of(last))
		}
	}
}

func TestReadInSmallPieces(t *testing.T) {
	data, places := writeAll(t, fixed(), everyKind())
	i := 0
	for rec, err := range warc.NewReader("x", iotest.OneByteReader(bytes.NewReader(data)), warc.ReadOptions{}).Records() {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Offset != places[i].Offset || rec.Length != places[i].Length {
			t.Errorf("record %d at %d+%d, want %+v", i, rec.Offset, rec.Length, places[i])
		}
		i++
	}
	if i != len(places) {
		t.Errorf("got %d records, want %d", i, len(places))
	}
}

func TestReadAtWrongPlaces(t *testing.T) {
	data, places := writeAll(t, fixed(), everyKind())
	store := openStore(t)
	if _, err := objects.WriteAll(t.Context(), store, "x.warc.gz", data); err != nil {
		t.Fatal(err)
	}
	size := int64(len(data))
	for _, c := range []struct {
		name           string
		key            string
		offset, length int64
		want           errs.Kind
	}{
		{"no object", "y.warc.gz", 0, 10, errs.NotFound},
		{"bad key", "../x", 0, 10, errs.Invalid},
		{"negative offset", "x.warc.gz", -1, 10, errs.Invalid},
		{"no length", "x.warc.gz", 0, 0, errs.Invalid},
		{"after the end", "x.warc.gz", size, 10, errs.Corrupt},
		{"inside a record", "x.warc.gz", places[1].Offset + 3, places[1].Length - 3, errs.Corrupt},
		{"two records", "x.warc.gz", 0, places[2].Offset, errs.Corrupt},
		{"half a record", "x.warc.gz", places[1].Offset, places[1].Length / 2, errs.Corrupt},
	} {
		if _, err := warc.ReadAt(t.Context(), store, c.key, c.offset, c.length, warc.ReadOptions{}); !errs.Is(err, c.want) {
			t.Errorf("%s: got %v (%v), want kind %v", c.name, err, errs.Of(err), c.want)
		}
	}
}

func TestMessages(t *testing.T) {
	record := func(typ, contentType, block string) *warc.Record {
		return &warc.Record{Header: warc.Header{{Name: "WARC-Type", Value: typ}, {Name: "Content-Type", Value: contentType}}, Block: []byte(block)}
	}
	const media = "application/http; msgtype=response"
	for _, c := range []struct {
		name, block, body string
		want              errs.Kind // of the error, 0 = none
	}{
		{"plain", "HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", "body", 0},
		{"no headers", "HTTP/1.0 200 OK\r\n\r\nbody", "body", 0},
		{"header alone", "HTTP/1.1 304 Not Modified\r\nA: b", "", 0},
		{"bare line feeds", "HTTP/1.1 200 OK\nA: b\n\nbody", "body", 0},
		{"folded header", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\nbody", "body", 0},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n002;x=y\r\nde\r\n0\r\n\r\n", "abcde", 0},
		{"chunked, nothing stored", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "", 0},
		{"wrong chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<html>", "", errs.Corrupt},
		{"cut chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "", errs.Corrupt},
		{"no HTTP", "hello", "", errs.Corrupt},
		{"nothing", "", "", errs.Corrupt},
		{"header without colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "", errs.Corrupt},
	} {
		m, err := record("response", media, c.block).HTTP()
		if c.want != 0 {
			if !errs.Is(err, c.want) {
				t.Errorf("%s: got %v, want kind %v", c.name, err, c.want)
			}
			continue
		}
		if err != nil || string(m.Body) != c.body {
			t.Errorf("%s: got %+v, %v, want body %q", c.name, m, err, c.body)
		}
	}
	if _, err := record("resource", "text/html", "x").HTTP(); !errs.Is(err, errs.Invalid) {
		t.Errorf("HTTP of a resource: got %v, want kind invalid", err)
	}
	if p, err := record("resource", "text/html", "x").Payload(); err != nil || string(p) != "x" {
		t.Errorf("payload of a resource: %q, %v", p, err)
	}
}

func TestDecoded(t *testing.T) {
	body := func(encoding, data string) *warc.Message {
		return &warc.Message{Header: warc.Header{{Name: "Content-Encoding", Value: encoding}}, Body: []byte(data)}
	}
	text := strings.Repeat("hello ", 1000)
	for name, m := range map[string]*warc.Message{
		"none": body("", text), "identity": body("identity", text), "gzip": body("gzip", zip(text)), "twice": body("gzip, x-gzip", zip(zip(text))),
	} {
		got, err := m.Decoded(int64(len(text)))
		if err != nil || string(got) != text {
			t.Errorf("%s: got %d bytes, %v", name, len(got), err)
		}
	}
	if _, err := body("gzip", zip(text)).Decoded(int64(len(text)) - 1); !errs.Is(err, errs.Corrupt) {
		t.Errorf("beyond the limit: got %v, want kind corrupt", err)
	}
	if _, err := body("gzip", text).Decoded(1 << 20); !errs.Is(err, errs.Corrupt) {
		t.Errorf("not gzip: got %v, want kind corrupt", err)
	}
	if _, err := body("rot13", text).Decoded(1 << 20); !errs.Is(err, errs.Invalid) {
		t.Errorf("unknown encoding: got %v, want kind invalid", err)
	}
}

func FuzzReader(f *testing.F) {
	data, _ := writeAll(f, fixed(), everyKind())
	f.Add(data)
	opts := fixed()
	opts.Plain = true
	data, _ = writeAll(f, opts, everyKind())
	f.Add(data)
	f.Add([]byte(zip(head + "Content-Length: 2\r\n\r\nhi\r\n\r\n")))
	f.Add([]byte("WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <a:b>\r\nWARC-Date: 2026\r\nContent-Type: application/http\r\nContent-Length: 53\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var end int64
		for rec, err := range warc.NewReader("fuzz", bytes.NewReader(data), warc.ReadOptions{MaxBlockBytes: 1 << 20}).Records() {
			if err != nil {
				if !errs.Is(err, errs.Corrupt) {
					t.Fatalf("got %v (%v), want kind corrupt", err, errs.Of(err))
				}
				continue
			}
			if rec.Offset < end || rec.Length <= 0 || rec.Offset+rec.Length > int64(len(data)) {
				t.Fatalf("record at %d+%d of %d bytes, the last one ended at %d", rec.Offset, rec.Length, len(data), end)
			}
			end = rec.Offset + rec.Length
			_, _ = rec.Payload()
			_, _ = rec.RefersTo()
			_ = rec.Fields()
			if m, err := rec.HTTP(); err == nil {
				_ = m.StatusCode()
				_, _ = m.Decoded(1 << 20)
			}
		}
	})
}

func TestDatesAreUTC(t *testing.T) {
	seoul := time.FixedZone("KST", 9*3600)
	d := warc.Resource("urn:x:1", time.Date(2026, 1, 31, 8, 59, 0, 0, seoul), "text/plain", nil)
	data, _ := writeAll(t, fixed(), []warc.Draft{d})
	if got := readAll(t, data)[0].Header.Get("WARC-Date"); got != "2026-01-30T23:59:00Z" {
		t.Errorf("WARC-Date is %s", got)
	}
}
