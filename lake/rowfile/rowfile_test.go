package rowfile

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
)

func TestRoundTrip(t *testing.T) {
	store, err := objects.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 23, 59, 59, 123456000, time.UTC)
	want := []schemas.Capture{
		{Kind: "list", List: "모두", Page: 1, URL: "https://example.com/1", Status: 200, CapturedAt: at, Object: "a", Length: 7, RefersToObject: "a", Source: "s", RunID: "r"},
		{Kind: "detail", BoardID: "7", Stamp: "x", Digest: "sha256:A", ETag: `"e"`, LastModified: "now", CapturedAt: at.Add(time.Hour), IsRevisit: true, Object: "b", Offset: 1 << 40, RefersToOffset: 3, RefersToLength: 4},
	}
	if _, err := Write(t.Context(), store, "x/index.parquet", want); err != nil {
		t.Fatal(err)
	}
	got, err := Read[schemas.Capture](t.Context(), store, "x/index.parquet")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if _, err := Write(t.Context(), store, "x/index.parquet", want); !errs.Is(err, errs.Conflict) {
		t.Errorf("second write: got %v, want errs.Conflict", err)
	}
	if none, err := Encode([]schemas.Capture{}); err != nil {
		t.Error(err)
	} else if rows, err := Decode[schemas.Capture](none); err != nil || len(rows) != 0 {
		t.Errorf("no rows: got %v, %v", rows, err)
	}
	for _, broken := range []string{"", "PAR1", "not parquet at all, but long enough to be one"} {
		if _, err := Decode[schemas.Capture]([]byte(broken)); !errs.Is(err, errs.Corrupt) {
			t.Errorf("%q: got %v, want errs.Corrupt", broken, err)
		}
	}
}
