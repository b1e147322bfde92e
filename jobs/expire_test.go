package jobs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/replica"
)

// planter is a client that puts a sentence and an address of their own into the text of
// every posting that passes by.
type planter struct{ collect.Client }

func sentence(id string) string { return "표지문장 " + id + " 끝." }
func address(id string) string  { return "recruiter." + id + "@marker.example" }

func planted(id string) string { return "\n" + sentence(id) + " 문의: " + address(id) + "\n" }

func (p planter) Get(ctx context.Context, r sources.Request, known crawl.Known) (schemas.Document, error) {
	doc, err := p.Client.Get(ctx, r, known)
	if err != nil || doc.NotModified || doc.Status != 200 || !json.Valid(doc.Body) {
		return doc, err
	}
	decoder := json.NewDecoder(bytes.NewReader(doc.Body))
	decoder.UseNumber()
	var page any
	if err := decoder.Decode(&page); err != nil {
		return doc, err
	}
	switch list, _ := page.(map[string]any)["jobs"].([]any); {
	case list != nil: // a list that is all there is
		for _, item := range list {
			job := item.(map[string]any)
			job["content"] = job["content"].(string) + planted(fmt.Sprint(job["id"]))
		}
	case doc.Kind == schemas.KindDetail:
		longest := ""
		walk(page, func(s string) string {
			if len(s) > len(longest) {
				longest = s
			}
			return s
		})
		walk(page, func(s string) string {
			if s == longest {
				return s + planted(doc.BoardID)
			}
			return s
		})
	}
	doc.Body, err = json.Marshal(page)
	return doc, err
}

func walk(value any, change func(string) string) any {
	switch v := value.(type) {
	case string:
		return change(v)
	case []any:
		for i := range v {
			v[i] = walk(v[i], change)
		}
	case map[string]any:
		for key := range v {
			v[key] = walk(v[key], change)
		}
	}
	return value
}

// plant collects as [market.collect] does, with the sentences planted.
func (m *market) plant(t testing.TB, l *lake.Lake, names []string, at ...time.Time) {
	t.Helper()
	for _, now := range at {
		m.now = now
		for _, name := range names {
			clock := func() time.Time { return now }
			client, err := crawl.New(crawl.Options{BaseURL: m.server.BaseURLs[name], Rate: 1e6, Concurrency: 4, Clock: clock})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := collect.Run(t.Context(), collect.Options{Source: m.source(t, name), Store: l.Objects(), Client: planter{client}, Clock: clock, Location: seoul, IsDemo: true}); err != nil {
				t.Fatalf("collect %s at %s: %v", name, now, err)
			}
		}
	}
}

func texts(ids []string) (all []string) {
	for _, id := range ids {
		all = append(all, sentence(id), address(id))
	}
	return all
}

// statistics are the digests that expiry may not change.
func statistics(t testing.TB, l *lake.Lake) map[string]string {
	t.Helper()
	all := headDigests(t, l)
	kept := map[string]string{}
	for _, name := range []string{"gold.tech_daily", "gold.tech_pairs", "gold.tech_related", "gold.company_techs", "silver.posting_techs", "silver.presence"} {
		kept[name] = all[name]
	}
	return kept
}

// TestExpire plants a sentence and an address into every posting. After retention and
// upkeep those of closed postings are in no object of the lake, old snapshots included;
// open ones keep their sentence and lose the address where it is not bronze's or raw's to
// keep; statistics stand, and a full rebuild changes nothing.
func TestExpire(t *testing.T) {
	t.Parallel()
	names, postings, days := []string{"jumpit", "greenhouse"}, 250, 7
	if os.Getenv("TMI_TEST_SLOW") != "" {
		names, postings, days = []string{"jumpit", "rallit", "greenhouse"}, 400, 10
	}
	expires(t, openLake(t, filepath.Join(t.TempDir(), "lake")), "", names, postings, days)
}

// TestExpireInS3 is [TestExpire] with the lake in a bucket, the catalog in Postgres, and
// tables read through a local cache, which holds nothing of it either in the end.
func TestExpireInS3(t *testing.T) {
	slow(t)
	p := place{uri: laketest.StartS3(t).URI() + "/expired", catalog: laketest.StartPostgres(t)}
	l, cache := p.openWithCache(t)
	expires(t, l, cache, []string{"jumpit", "greenhouse"}, 250, 7)
}

func expires(t *testing.T, l *lake.Lake, cache string, names []string, postings, days int) {
	faults := []replica.Fault{{Kind: replica.FaultBroken, Share: 0.05}}
	m := newMarket(t, replica.Config{Seed: 11, Postings: postings, Days: days, Faults: faults})
	m.plant(t, l, names, mornings(1, days+1)...)
	whole := window(t, day(1, 0), day(days+1, 0))
	e := m.env(t, l, day(days+1, 0))
	flow(t, e, river(names, whole)...)

	const hasText = "strlen(concat(duties, requirements, preferred, benefits, process, about)) > 0"
	due := read(t, e, "select board_id as line from silver.postings join gold.postings using (posting_id) where status = 'closed' group by 1 order by 1")
	open := read(t, e, "select board_id as line from silver.postings join gold.postings using (posting_id) where status = 'open' and is_detail group by 1 order by 1 limit 5")
	if len(due) < 2 || len(open) < 2 {
		t.Fatalf("%d postings are closed, %d open: the market is too small", len(due), len(open))
	}
	if before, err := l.Scan(t.Context(), texts(append(due[:2:2], open...))); err != nil || len(before.Found) == 0 {
		t.Fatalf("nothing was planted: %+v, %v", before, err)
	}
	if shown := read(t, e, "select url as line from ops.rejects where row is not null"); len(shown) == 0 {
		t.Fatal("no rejected row shows anything: the market is too sound")
	}
	want := statistics(t, l)
	rows := read(t, e, "select 'bronze ' || count(*) as line from bronze.postings union all select 'silver ' || count(*) from silver.postings order by 1")

	// 180 days after the last of them closed
	e.Retention = jobs.RetentionPolicy{Retention: jobs.DefaultRetention}
	e.Clock = func() time.Time { return day(days+2, 0).Add(180 * 24 * time.Hour).UTC() }
	plan, err := jobs.ExpireAll(t.Context(), e, names, false)
	if err != nil || len(plan) == 0 {
		t.Fatalf("dry run: %v, %v", plan, err)
	}
	if scanned, err := l.Scan(t.Context(), texts(due[:1])); err != nil || len(scanned.Found) == 0 {
		t.Errorf("a dry run removed something: %+v, %v", scanned, err)
	}
	done, err := jobs.ExpireAll(t.Context(), e, names, true)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(plan) != fmt.Sprint(done) {
		t.Errorf("planned %v\ndone %v", plan, done)
	}
	if _, err := jobs.Upkeep(t.Context(), e, true); err != nil {
		t.Fatal(err)
	}
	nothingOf := func(when string, texts []string) {
		t.Helper()
		scanned, err := l.Scan(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		for _, place := range scanned.Found {
			t.Errorf("%s: %s holds %q", when, place.Object, texts[place.Text])
		}
	}
	gone := read(t, e, "select board_id as line from silver.postings where text_expired_at is not null group by 1 order by 1")
	if len(gone) < len(due) {
		t.Errorf("%d postings lost their texts, want at least the %d that are closed", len(gone), len(due))
	}
	nothingOf("after expiry", texts(gone))
	if cache != "" {
		copies, err := lake.Open(t.Context(), lake.Options{URI: "file://" + cache, Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer copies.Close()
		scanned, err := copies.Scan(t.Context(), texts(gone))
		if err != nil || scanned.Objects == 0 || len(scanned.Found) > 0 {
			t.Errorf("the cache: %d copies, %v found, %v", scanned.Objects, scanned.Found, err)
		}
	}
	sameTables(t, want, statistics(t, l))
	if kept, err := l.Scan(t.Context(), []string{sentence(open[0])}); err != nil || len(kept.Found) == 0 {
		t.Errorf("an open posting lost its text: %v", err)
	}
	var addresses []string
	for _, id := range open {
		addresses = append(addresses, address(id))
	}
	nothingOf("addresses of open postings", addresses)
	for name, c := range map[string]struct {
		statement string
		want      []string
	}{
		"rows stay":            {"select 'bronze ' || count(*) as line from bronze.postings union all select 'silver ' || count(*) from silver.postings order by 1", rows},
		"silver without texts": {"select posting_id as line from silver.postings where text_expired_at is not null and " + hasText, []string{}},
		"gold without texts":   {"select posting_id as line from gold.postings where text_expired_at is not null and " + hasText, []string{}},
		"gold says so":         {"select posting_id as line from gold.postings where text_expired_at is null and posting_id in (select posting_id from silver.postings where text_expired_at is not null)", []string{}},
		"the event":            {"select count(*)::varchar as line from silver.lifecycle where event = 'expired' and reason = 'retention'", []string{fmt.Sprint(len(gone))}},
		"no payload":           {"select posting_id as line from bronze.postings where payload is not null", []string{}},
		"no rejected row":      {"select url as line from ops.rejects where row is not null", []string{}},
		"no sightings":         {"select posting_id as line from bronze.sightings", []string{}},
	} {
		if got := read(t, e, c.statement); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if published, err := l.Published(t.Context()); err != nil || published.Seq < 2 {
		t.Errorf("set %d is published (%v), want one of after the expiry", published.Seq, err)
	}

	// again, and a full rebuild
	if again, err := jobs.ExpireAll(t.Context(), e, names, true); err != nil || len(again) != 0 {
		t.Errorf("a second time %v was due (%v)", again, err)
	}
	all := headDigests(t, l)
	rebuilt := m.env(t, l, e.Clock())
	flow(t, rebuilt, river(names, whole)...)
	got := headDigests(t, l)
	for _, name := range []string{"gold.source_quality"} { // counts days up to now
		delete(got, name)
		delete(all, name)
	}
	sameTables(t, all, got)
	nothingOf("after a rebuild", texts(gone))
	w := whole
	report, err := rebuilt.Do(t.Context(), "bronze", names[0], w, jobs.Bronze)
	if err != nil || report.Sealed == 0 || report.Sealed != report.Out {
		t.Errorf("bronze: %+v, %v; want all rows sealed", report, err)
	}

	// raw goes last, and bronze stays
	e.Clock = func() time.Time { return day(days+2, 0).Add(400 * 24 * time.Hour).UTC() }
	if _, err := jobs.ExpireAll(t.Context(), e, names, true); err != nil {
		t.Fatal(err)
	}
	for info, err := range l.Objects().List(t.Context(), "raw/") {
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(info.Key, "/run.json") {
			t.Errorf("%s is still there", info.Key)
		}
	}
	last := headDigests(t, l)
	flow(t, m.env(t, l, e.Clock()), river(names, whole)...)
	got = headDigests(t, l)
	delete(got, "gold.source_quality")
	delete(last, "gold.source_quality")
	sameTables(t, last, got)
}
