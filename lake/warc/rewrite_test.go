package warc_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/warc"
)

// TestRewrite replaces one record and removes another: offsets and lengths stand, the other
// records are byte for byte what they were, and every gzip reader reads all of it.
func TestRewrite(t *testing.T) {
	store, err := objects.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	var plain bytes.Buffer
	w := warc.NewWriter(&plain, warc.Options{Now: func() time.Time { return at }})
	bodies := []string{"first " + strings.Repeat("lorem ipsum ", 50), "second " + strings.Repeat("secret sentence, ", 3), "third", "fourth"}
	var places []warc.Written
	for i, body := range bodies {
		place, err := w.Write(warc.Response(fmt.Sprintf("https://example.com/%d", i), at, 200, http.Header{"Etag": {`"1"`}}, []byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, place)
	}
	const key = "raw/seg-00000.warc.gz"
	if _, err := objects.WriteNew(t.Context(), store, key, plain.Bytes()); err != nil {
		t.Fatal(err)
	}
	edit := func(r *warc.Record) (*warc.Draft, error) {
		switch r.Offset {
		case places[1].Offset:
			return r.WithBody([]byte("second, without"), "erase")
		case places[2].Offset:
			return r.Removed("erase"), nil
		}
		return nil, nil
	}
	done, err := warc.Rewrite(t.Context(), store, key, edit)
	if err != nil || done.Records != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	data, err := objects.ReadAll(t.Context(), store, key)
	if err != nil || len(data) != plain.Len() {
		t.Fatalf("%d bytes (%v), want %d", len(data), err, plain.Len())
	}
	for _, i := range []int{0, 3} {
		from, to := places[i].Offset, places[i].Offset+places[i].Length
		if !bytes.Equal(data[from:to], plain.Bytes()[from:to]) {
			t.Errorf("record %d changed", i)
		}
	}
	second, err := warc.ReadAt(t.Context(), store, key, places[1].Offset, places[1].Length, warc.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if body, err := second.Payload(); err != nil || string(body) != "second, without" || second.ID() != places[1].ID {
		t.Errorf("%q of %s, %v", body, second.ID(), err)
	}
	if !second.HadDigest(places[1].PayloadDigest) || second.HadDigest(places[0].PayloadDigest) {
		t.Error("the record does not know the digest that it had, or knows too many")
	}
	third, err := warc.ReadAt(t.Context(), store, key, places[2].Offset, places[2].Length, warc.ReadOptions{})
	if err != nil || !third.IsRemoved() || third.TargetURI() != "" {
		t.Errorf("%+v, %v; want a removed record", third, err)
	}
	zip, err := gzip.NewReader(bytes.NewReader(data)) // the standard library's reader, through all members
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(zip)
	if err != nil || strings.Contains(string(all), "secret") || strings.Contains(string(all), "example.com/2") || !strings.Contains(string(all), "fourth") {
		t.Errorf("%v: %s", err, all)
	}

	// again, and what cannot be done
	if again, err := warc.Rewrite(t.Context(), store, key, func(*warc.Record) (*warc.Draft, error) { return nil, nil }); err != nil || again.Records != 0 || again.SHA256 != done.SHA256 {
		t.Errorf("%+v, %v; want the same object", again, err)
	}
	noise := make([]byte, 4096)
	for i := range noise {
		noise[i] = byte(i * i >> 3)
	}
	if _, err := warc.Rewrite(t.Context(), store, key, func(r *warc.Record) (*warc.Draft, error) {
		if r.Offset != places[1].Offset {
			return nil, nil
		}
		return r.WithBody(bytes.Repeat(noise, 20), "erase")
	}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a record that grows: %v, want invalid", err)
	}
	boom := errors.New("boom")
	if _, err := warc.Rewrite(t.Context(), store, key, func(*warc.Record) (*warc.Draft, error) { return nil, boom }); !errors.Is(err, boom) {
		t.Errorf("%v, want the edit's error", err)
	}
	if after, err := objects.ReadAll(t.Context(), store, key); err != nil || !bytes.Equal(after, data) {
		t.Errorf("a rewrite that failed changed the object (%v)", err)
	}
}
