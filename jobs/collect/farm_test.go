package collect

import (
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/jsonld"
	"github.com/techmapit/tmi/sources/replica"
)

// TestFarm collects the hostile farm's sitemaps and pages, and compares run.json and what
// was landed with the farm's own log.
func TestFarm(t *testing.T) {
	clock := newClock()
	var log []replica.FarmEntry
	farm, err := replica.NewFarm(replica.FarmOptions{Hosts: 60, Pages: 8, Clock: clock.Now, Log: func(e replica.FarmEntry) { log = append(log, e) }})
	if err != nil {
		t.Skipf("no farm here: %v", err)
	}
	t.Cleanup(func() { _ = farm.Close() })
	settings := sources.Settings{BaseURL: "https://example.com"}
	ours := map[string]bool{}
	for i, h := range farm.Hosts() {
		settings.Boards = append(settings.Boards, "farm"+strconv.Itoa(i)+"="+h.SitemapURL())
		u, err := url.Parse(h.URL)
		if err != nil {
			t.Fatal(err)
		}
		ours[u.Hostname()] = true
	}
	source, err := jsonld.New(settings)
	if err != nil {
		t.Fatal(err)
	}
	client, err := crawl.New(crawl.Options{BaseURL: settings.BaseURL, Hosts: func(host string) bool { return ours[host] }, Rate: 20, Concurrency: 4,
		Attempts: 3, Timeout: 1500 * time.Millisecond, MaxBodyBytes: 512 << 10, Clock: clock.Now, Sleep: clock.Sleep})
	if err != nil {
		t.Fatal(err)
	}
	store := newStore(t)
	run, err := Run(t.Context(), Options{Source: source, Store: store, Client: client, Clock: clock.Now, Code: "1.0", Concurrency: 8})
	if err != nil {
		t.Fatal(err)
	}
	if err := farm.Close(); err != nil { // nothing is logged any more
		t.Fatal(err)
	}

	planted, last := schemas.Nuisances{}, map[string]replica.FarmEntry{}
	for _, e := range log {
		if e.Nuisance != "" {
			planted[e.Nuisance]++
		}
		last["http://"+e.Host+e.Path] = e
	}
	counted := schemas.Nuisances{}
	for name, n := range run.Counts.Nuisances {
		if planted[name] > 0 || !slices.Contains(unasked, name) {
			counted[name] = n
		}
	}
	if diff := cmp.Diff(planted, counted); diff != "" {
		t.Errorf("planted (-) and counted by run.json (+):\n%s", diff)
	}
	if run.Counts.Requests != len(log) {
		t.Errorf("run.json counts %d requests, the farm %d", run.Counts.Requests, len(log))
	}
	captures, err := Captures(t.Context(), store, run)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range captures {
		if e := last[c.URL]; e.Nuisance != "" {
			t.Errorf("%s was landed, which was %s (status %d)", c.URL, e.Nuisance, e.Status)
		}
	}
	for i, h := range farm.Hosts() {
		if list := run.Lists[i]; h.Kind == "good" && list.PostingCount == 0 {
			t.Errorf("the list of %s, a good host, holds nothing: %s", h.URL, list.Error)
		} else if h.Kind != "good" && h.Kind != "empty" && list.IsComplete {
			t.Errorf("the list of %s, where %s, counts as complete", h.URL, h.Kind)
		}
	}
	t.Logf("%d requests, %d captures, %v", len(log), len(captures), run.Counts.Nuisances)
}

// unasked are what the farm cannot see: nothing came.
var unasked = []schemas.Nuisance{schemas.NuisanceRobotsForbidden, schemas.NuisanceRobotsUnavailable, schemas.NuisanceForeignAddress, schemas.NuisanceLongPause, schemas.NuisanceLeftAlone}
