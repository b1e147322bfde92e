package seen_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/seen"
	"github.com/techmapit/tmi/sources/seen/seentest"
)

func open(t *testing.T, address, lake string) *seen.Memory {
	t.Helper()
	m, err := seen.Open(address, lake)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	return m
}

func TestMemory(t *testing.T) {
	server := seentest.Start(t)
	m := open(t, server.URI, "s3://lake")
	at := time.Date(2026, 3, 2, 1, 0, 0, 1000, time.UTC)
	captures := map[string]schemas.Capture{
		"jumpit\x00detail\x001": {Kind: "detail", BoardID: "1", URL: "https://a/한글?q=1", Status: 200, Stamp: "s", Digest: "sha256:x", ETag: `"e"`, CapturedAt: at, Object: "raw/x", Offset: 1 << 40, Length: 7,
			RefersToObject: "raw/y", RefersToOffset: 2, RefersToLength: 3, IsRevisit: true, Source: "jumpit", RunID: "r", List: "all", Page: 3, LastModified: "yesterday"},
		"jumpit\x00detail\x002": {Kind: "detail", BoardID: "2", CapturedAt: at},
	}
	if err := m.Put(t.Context(), captures); err != nil {
		t.Fatal(err)
	}
	pages := []string{"jumpit\x00detail\x001", "nobody", "jumpit\x00detail\x002"}
	got, err := m.Get(t.Context(), pages)
	if diff := cmp.Diff(captures, got); diff != "" || err != nil {
		t.Errorf("%v (-put +got):\n%s", err, diff)
	}
	if got, err := open(t, server.URI, "s3://other").Get(t.Context(), pages); len(got) != 0 || err != nil {
		t.Errorf("another lake's memory: %v, %v", got, err)
	}
	server.Kill()
	if _, err := m.Get(t.Context(), pages); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a dead server: %v, want errs.Unavailable", err)
	}
	if err := m.Put(t.Context(), captures); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a dead server: %v, want errs.Unavailable", err)
	}
}

func TestAddress(t *testing.T) {
	for _, address := range []string{"", "localhost:6379", "redis://user:hunter2@host:port:1/x", "http://127.0.0.1"} {
		if _, err := seen.Open(address, "s3://lake"); !errs.Is(err, errs.Invalid) || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "redis://host:port") {
			t.Errorf("%q: %v, want errs.Invalid that says what was expected and no password", address, err)
		}
	}
}
