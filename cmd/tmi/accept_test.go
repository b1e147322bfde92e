package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestAccept lets a list lose most of its postings: held until somebody accepts it.
func TestAccept(t *testing.T) {
	t.Parallel()
	var count atomic.Int32
	count.Store(12)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v0/postings/narae" {
			http.NotFound(w, r)
			return
		}
		var rows []string
		for i := range count.Load() {
			rows = append(rows, fmt.Sprintf(`{"id":"p%d","text":"Go Developer %d","descriptionPlain":"Go and Kafka"}`, i, i))
		}
		_, _ = fmt.Fprintf(w, "[%s]", strings.Join(rows, ","))
	}))
	t.Cleanup(server.Close)
	_, environ := newLake(t)
	environ = append(environ, "TMI_SOURCES_LEVER_BASE_URL="+server.URL, "TMI_SOURCES_LEVER_BOARDS=narae", "TMI_SOURCES_LEVER_RATE=1000")
	run := func(day int) {
		t.Helper()
		tmi(t, environ, "", "run", "--sources", "lever", "--now", nine(day).Format(time.RFC3339)).wants(t, 0)
	}
	open := func() string {
		t.Helper()
		r := tmi(t, environ, "", "sql", "--format", "csv", "select count(*) from gold.postings where status = 'open'")
		r.wants(t, 0)
		return strings.Fields(r.stdout)[1]
	}
	run(1)
	tmi(t, environ, "", "sources", "accept", "lever", "narae").wants(t, 4, "no list of lever is held")
	count.Store(3)
	run(2)
	if got := open(); got != "12" {
		t.Errorf("%s open after the first held read, want 12", got)
	}
	tmi(t, environ, "", "status").wants(t, 0, "lever list narae fell from 12 postings to 3: held", "tmi sources accept lever narae")
	tmi(t, environ, "", "sources", "accept", "lever", "other").wants(t, 4, "held are: narae")
	tmi(t, environ, "", "sources", "accept", "levr", "narae").wants(t, 4, "unknown source")
	tmi(t, environ, "", "sources", "accept", "lever").wants(t, 2, "accepts 2 arg")
	tmi(t, environ, "", "sources", "accept", "lever", "narae").wants(t, 0, "fell from 12 postings to 3", "the next run closes")
	run(3)
	if got := open(); got != "3" {
		t.Errorf("%s open after the loss was accepted, want 3", got)
	}
	if r := tmi(t, environ, "", "status"); strings.Contains(r.stdout, "held") {
		t.Errorf("still held:\n%s", r.stdout)
	}
}
