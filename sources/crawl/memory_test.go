package crawl

import (
	"bytes"
	"net/http"
	"runtime"
	"testing"

	"github.com/techmapit/tmi/schemas"
)

// TestMemory has bodies that would fill any memory, sent and unpacked, and counts what is
// allocated, by the board too, before they are refused.
func TestMemory(t *testing.T) {
	const most = 1 << 20
	bomb := bytes.Repeat(pack(string(make([]byte, 1<<20))), 256)
	if len(bomb) >= most {
		t.Fatalf("the bomb has %d bytes packed, which is no bomb", len(bomb))
	}
	block := make([]byte, 64<<10)
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		want   schemas.Nuisance
	}{
		"endless": {endless, schemas.NuisanceTooLarge},
		"endless, so it says": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1099511627776")
			endless(w, r)
		}, schemas.NuisanceTooLarge},
		"256 MiB in a quarter": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		}, schemas.NuisanceBomb},
		"an endless error page": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			endless(w, r)
		}, schemas.NuisanceTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBoard(t, c.handle)
			client := newClient(t, b.URL, newClock(), func(o *Options) { o.MaxBodyBytes = most })
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := get(t, client, b.URL+"/list")
			runtime.ReadMemStats(&after)
			if NuisanceOf(err) != c.want || client.Stats().BytesIn > most+100 { // robots.txt too
				t.Errorf("got %v and %d bytes over the wire, want it given up as %s after %d", err, client.Stats().BytesIn, c.want, most)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 16*most {
				t.Errorf("%d bytes were allocated for a body of which %d are allowed", took, most)
			}
		})
	}
}
