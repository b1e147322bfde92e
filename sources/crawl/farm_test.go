package crawl_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/replica"
)

const (
	farmRate        = 20.0 // requests a second, by the config
	farmConcurrency = 2
)

// TestFarm lets one client ask every host of the hostile farm, each at its own pace, and
// holds the client to what the farm's own log says. TMI_TEST_SLOW=1 asks more than 50,000
// times.
func TestFarm(t *testing.T) {
	options := replica.FarmOptions{Hosts: 120, Pages: 8, Delay: 100 * time.Millisecond}
	patience := crawl.Options{Attempts: 3, Timeout: 2 * time.Second}
	isSlow := os.Getenv("TMI_TEST_SLOW") != ""
	if isSlow {
		options.Pages, patience = 520, crawl.Options{Timeout: 3 * time.Second}
	}
	visit := visitFarm(t, options, patience)

	if n := len(visit.log); isSlow && n <= 50_000 {
		t.Errorf("%d requests, want more than 50,000", n)
	}
	visit.checkForbidden(t)
	visit.checkPauses(t)
	visit.checkRates(t)
	visit.checkNuisances(t)
	visit.checkPages(t)
}

// visit is what came of asking a farm: its log, and what the client got and counted.
type visit struct {
	options replica.FarmOptions
	hosts   []replica.FarmHost
	log     []replica.FarmEntry
	byHost  map[string][]replica.FarmEntry
	stats   crawl.Stats

	mu     sync.Mutex
	had    map[string]string                      // address -> body
	failed map[string]map[schemas.Nuisance]int    // host -> documents by what they were given up for
	errs   map[string]error                       // address -> error
	counts struct{ answers, notModified, up int } // as the visitor saw them
}

func visitFarm(t *testing.T, o replica.FarmOptions, patience crawl.Options) *visit {
	t.Helper()
	v := &visit{options: o, byHost: map[string][]replica.FarmEntry{}, had: map[string]string{}, failed: map[string]map[schemas.Nuisance]int{}, errs: map[string]error{}}
	o.Log = func(e replica.FarmEntry) { v.log = append(v.log, e) }
	farm, err := replica.NewFarm(o)
	if err != nil {
		t.Skipf("no farm here: %v", err)
	}
	v.hosts = farm.Hosts()
	ours := map[string]bool{}
	for _, h := range v.hosts {
		ours[hostname(h.URL)] = true
	}
	patience.BaseURL, patience.Hosts = v.hosts[0].URL, func(host string) bool { return ours[host] }
	patience.Rate, patience.Concurrency = farmRate, farmConcurrency
	patience.Backoff, patience.MaxBodyBytes = 50*time.Millisecond, 512<<10
	client, err := crawl.New(patience)
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	var all sync.WaitGroup
	for _, h := range v.hosts {
		all.Go(func() { v.visitHost(t.Context(), client, h) })
	}
	all.Wait()
	took := time.Since(started)
	if err := farm.Close(); err != nil {
		t.Error(err)
	}
	v.stats = client.Stats()
	for _, e := range v.log {
		v.byHost[e.Host] = append(v.byHost[e.Host], e)
	}
	load, _ := os.ReadFile("/proc/loadavg")
	t.Logf("%d hosts, %d requests by the farm's log in %s (%.0f a second), load %s", len(v.hosts), len(v.log), took.Round(time.Millisecond),
		float64(len(v.log))/took.Seconds(), bytes.TrimSpace(load))
	t.Logf("counted by the client: %d requests, %d retries, %d answers, %d not modified, %d given up, %d bytes, %v",
		v.stats.Requests, v.stats.Retries, v.stats.Answers, v.stats.NotModified, v.stats.GivenUp, v.stats.BytesIn, v.stats.Nuisances)
	return v
}

func hostname(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// visitHost reads the host's list and everything that it names, two at a time, and asks for
// every tenth honest page once more with the conditions that it got.
func (v *visit) visitHost(ctx context.Context, client *crawl.Client, h replica.FarmHost) {
	var addresses []string
	for page, pages := 1, 1; page <= pages; page++ {
		doc, err := v.get(ctx, client, h, h.ListURL(page), crawl.Known{})
		if err != nil {
			addresses = stubborn(h)
			break
		}
		var list struct {
			Pages int      `json:"pages"`
			URLs  []string `json:"urls"`
		}
		if err := json.Unmarshal(doc.Body, &list); err != nil {
			v.errs[h.ListURL(page)] = err
			return
		}
		pages, addresses = list.Pages, append(addresses, list.URLs...)
	}
	next := make(chan string)
	var workers sync.WaitGroup
	for range farmConcurrency {
		workers.Go(func() {
			for address := range next {
				doc, err := v.get(ctx, client, h, address, crawl.Known{})
				if err == nil && doc.Status == 200 && strings.HasSuffix(address, "0.json") {
					header := doc.Header
					known := crawl.Known{ETag: first(header["Etag"]), LastModified: first(header["Last-Modified"])}
					_, _ = v.get(ctx, client, h, address, known)
				}
			}
		})
	}
	for _, address := range addresses {
		next <- address
	}
	close(next)
	workers.Wait()
}

// stubborn are pages that a visitor might ask for who does not take no for an answer. A
// host that hangs would take minutes to say nothing.
func stubborn(h replica.FarmHost) (addresses []string) {
	for id := range 20 {
		if h.Kind != "hangs" {
			addresses = append(addresses, h.URL+"/jobs/"+strconv.Itoa(id)+".json")
		}
	}
	return addresses
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

func (v *visit) get(ctx context.Context, client *crawl.Client, h replica.FarmHost, address string, known crawl.Known) (schemas.Document, error) {
	accept := "application/json"
	if strings.HasSuffix(address, ".html") {
		accept = "text/html"
	}
	doc, err := client.Get(ctx, sources.Request{URL: address, Kind: schemas.KindDetail, Accept: accept}, known)
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case err != nil:
		v.counts.up++
		v.errs[address] = err
		if v.failed[h.URL] == nil {
			v.failed[h.URL] = map[schemas.Nuisance]int{}
		}
		v.failed[h.URL][crawl.NuisanceOf(err)]++
	case doc.NotModified:
		v.counts.answers++
		v.counts.notModified++
	default:
		v.counts.answers++
		v.had[address] = string(doc.Body)
	}
	return doc, err
}

// checkForbidden looks for what robots.txt forbade, and for anything at all on hosts whose
// robots.txt means no.
func (v *visit) checkForbidden(t *testing.T) {
	t.Helper()
	forbidden := 0
	for _, h := range v.hosts {
		for _, e := range v.byHost[strings.TrimPrefix(h.URL, "http://")] {
			isRobots := e.Path == "/robots.txt" || strings.HasPrefix(e.Path, "/robots/")
			means := strings.HasPrefix(h.Kind, "robots ") || h.Kind == "forbids all"
			if !isRobots && (means || h.Forbids && strings.Contains(e.Path, "private")) {
				forbidden++
				t.Errorf("%s (%s, robots.txt %s) was asked for %s", e.Host, h.Kind, h.Robots, e.Path)
			}
		}
	}
	t.Logf("%d forbidden fetches", forbidden)
}

// arrival is how much later than it was sent a request or an answer may be seen by the
// other side, on a machine that others use too: the farm's clock reads a request when its
// turn at the processor comes.
const arrival = 750 * time.Millisecond

// checkPauses looks for what was asked again before the time that the answer named: the
// same path never, and another path of the host only where it was on its way already.
func (v *visit) checkPauses(t *testing.T) {
	t.Helper()
	asked, early := 0, 0
	for host, entries := range v.byHost {
		for i, e := range entries {
			if e.Until.IsZero() {
				continue
			}
			asked++
			for _, later := range entries[i+1:] {
				if later.At.Before(e.Until) && (later.Path == e.Path || later.At.Sub(e.At) > arrival) {
					early++
					t.Errorf("%s was asked for %s %v before the pause that it asked for at %s was over", host, later.Path, e.Until.Sub(later.At), e.Path)
				}
			}
		}
	}
	if asked == 0 {
		t.Error("no answer asked for a pause: the test shows nothing")
	}
	t.Logf("%d pauses asked for, %d retries before they had passed", asked, early)
}

// checkRates holds each host's log to one request in the longer of our own delay and the
// host's, in every window between two requests, of which arrival is forgiven.
func (v *visit) checkRates(t *testing.T) {
	t.Helper()
	worst := time.Duration(math.MinInt64)
	for _, h := range v.hosts {
		delay := max(h.Delay, time.Duration(float64(time.Second)/farmRate))
		entries := v.byHost[strings.TrimPrefix(h.URL, "http://")]
		slices.SortFunc(entries, func(a, b replica.FarmEntry) int { return a.At.Compare(b.At) })
		latest := time.Duration(math.MinInt64)             // the most that any request so far was late against the pace
		for i, e := range entries[min(1, len(entries)):] { // robots.txt, the first, tells the delay
			slack := e.At.Sub(entries[0].At) - time.Duration(i)*delay
			if latest != math.MinInt64 {
				early := latest - slack
				worst = max(worst, early)
				if early > arrival {
					t.Errorf("%s: request %d (%s) came %v too early for one in %v since some request before", h.URL, i, e.Path, early, delay)
					break
				}
			}
			latest = max(latest, slack)
		}
	}
	t.Logf("the worst window of any host is %v short of its requests' least time", worst)
}

// checkNuisances compares what the farm planted with what the client counted, name by name.
func (v *visit) checkNuisances(t *testing.T) {
	t.Helper()
	planted, notModified := schemas.Nuisances{}, 0
	for _, e := range v.log {
		if e.Nuisance != "" {
			planted[e.Nuisance]++
		} else if e.Status == 304 {
			notModified++
		}
	}
	// What was not asked for stands in no log: the visitor counted it.
	unasked := []schemas.Nuisance{schemas.NuisanceRobotsForbidden, schemas.NuisanceRobotsUnavailable, schemas.NuisanceForeignAddress, schemas.NuisanceLongPause, schemas.NuisanceLeftAlone}
	for _, failed := range v.failed {
		for _, name := range unasked {
			if failed[name] > 0 {
				planted[name] += failed[name]
			}
		}
	}
	if diff := cmp.Diff(planted, v.stats.Nuisances); diff != "" {
		t.Errorf("planted (-) and counted (+):\n%s", diff)
	}
	for _, name := range append(unasked, schemas.NuisanceThrottled, schemas.NuisanceBlocked, schemas.NuisanceServerError, schemas.NuisanceTimeout, schemas.NuisanceBomb, schemas.NuisanceTooLarge,
		schemas.NuisanceCutShort, schemas.NuisanceEmpty, schemas.NuisanceWrongEncoding, schemas.NuisanceConnection, schemas.NuisanceOffHost, schemas.NuisancePrivate,
		schemas.NuisanceRedirectLoop, schemas.NuisanceUnasked304, schemas.NuisanceRefused, schemas.NuisanceGarbled, schemas.NuisanceRobotsHuge) {
		if v.stats.Nuisances[name] == 0 {
			t.Errorf("no %s was planted or counted", name)
		}
	}
	want := crawl.Stats{Requests: len(v.log), Answers: v.counts.answers, NotModified: notModified, GivenUp: v.counts.up}
	got := crawl.Stats{Requests: v.stats.Requests, Answers: v.stats.Answers, NotModified: v.stats.NotModified, GivenUp: v.stats.GivenUp}
	if diff := cmp.Diff(want, got); diff != "" || v.counts.notModified != notModified || notModified == 0 {
		t.Errorf("by the log (-) and the client (+), %d times 304 in the log:\n%s", notModified, diff)
	}
}

// checkPages wants every page of every good host that was not spoiled for good, whatever
// the bad hosts did, and nothing of the spoiled ones.
func (v *visit) checkPages(t *testing.T) {
	t.Helper()
	spoiled := map[string]bool{}
	last := map[string]replica.FarmEntry{}
	for _, e := range v.log {
		last["http://"+e.Host+e.Path] = e
	}
	for address, e := range last {
		spoiled[address] = e.Nuisance != "" || e.Status/100 == 3 && e.Status != 304
	}
	had, lost := 0, 0
	for i, h := range v.hosts {
		if h.Kind != "good" {
			continue
		}
		for id := range v.options.Pages {
			kind := ".json"
			if id%2 == 1 {
				kind = ".html"
			}
			address := h.URL + "/jobs/" + strconv.Itoa(id) + kind
			body, isHad := v.had[address]
			switch {
			case isHad && last[address].Status != 410 && !strings.Contains(body, replica.FarmText(i, id)):
				t.Errorf("%s came as %.200q", address, body)
			case isHad:
				had++
			case !spoiled[address]:
				t.Errorf("%s of a good host was not had: %v", address, v.errs[address])
			default:
				lost++
			}
		}
	}
	if had == 0 || lost == 0 {
		t.Errorf("%d pages of good hosts were had and %d refused: the test shows nothing", had, lost)
	}
	t.Logf("good hosts: %d pages had, %d given up because they are spoiled for good", had, lost)
}
