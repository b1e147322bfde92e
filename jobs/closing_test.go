package jobs_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/greenhouse"
)

// Four boards of one source over nine days: one of two postings goes to none, one is down,
// one is renamed and answers under its old name that there is no such board, one stays. The
// first closes when three reads agree, the second never, the third with its reason.
func TestBoardToNoneBoardDownBoardRenamed(t *testing.T) {
	t.Parallel()
	today := 1
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		board, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v1/boards/"), "/")
		ids := map[string][]int{"shrinks": {11, 12}, "down": {21, 22}, "renamed": {31, 32}, "stays": {41, 42}}[board]
		switch {
		case ids == nil, board == "renamed" && today >= 4:
			http.Error(w, `{"status":404,"error":"Job not found"}`, http.StatusNotFound)
			return
		case board == "down" && today >= 4:
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case board == "shrinks" && today >= 4:
			ids = nil
		}
		jobs := []string{}
		for _, id := range ids {
			jobs = append(jobs, fmt.Sprintf(`{"id":%d,"title":"Backend Engineer %d","content":"Go and Kafka","location":{"name":"Seoul, South Korea"}}`, id, id))
		}
		fmt.Fprintf(w, `{"jobs":[%s],"meta":{"total":%d}}`, strings.Join(jobs, ","), len(jobs))
	}))
	t.Cleanup(server.Close)
	source, err := greenhouse.New(sources.Settings{BaseURL: server.URL, Boards: []string{"shrinks", "down", "renamed", "stays"}})
	if err != nil {
		t.Fatal(err)
	}
	l := openLake(t, filepath.Join(t.TempDir(), "lake"))
	e := newEnv(t)
	e.Lake, e.Sources["greenhouse"], e.Boards["greenhouse"] = l, source, greenhouse.Board
	for today = 1; today <= 9; today++ {
		now := day(today, 9)
		e.Clock = func() time.Time { return now }
		client, err := crawl.New(crawl.Options{BaseURL: server.URL, Rate: 1e6, Concurrency: 4, Clock: e.Clock, Backoff: time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := collect.Run(t.Context(), collect.Options{Source: source, Store: l.Objects(), Client: client, Clock: e.Clock, Location: seoul}); err != nil {
			t.Fatalf("day %d: %v", today, err)
		}
	}
	now := day(10, 0)
	e.Clock = func() time.Time { return now }
	flow(t, e, river([]string{"greenhouse"}, window(t, day(1, 0), now))...)
	got := read(t, e, "select concat_ws(' ', list, board_id, status, closed_reason, strftime(closed_at at time zone 'Asia/Seoul', '%d')) as line from gold.postings join (select distinct posting_id, board_id from silver.postings) using (posting_id) order by board_id")
	want := []string{"shrinks 11 closed absent 04", "shrinks 12 closed absent 04", "down 21 open", "down 22 open", "renamed 31 closed board_closed 04", "renamed 32 closed board_closed 04", "stays 41 open", "stays 42 open"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("postings (-want +got):\n%s", diff)
	}
}
