package api

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/search"
)

// indexedReader is a reader whose sets have an index.
type indexedReader struct {
	*reader
	ix *search.Index
}

func (r indexedReader) Acquire(ctx context.Context) (Pinned, error) {
	set, err := r.reader.Acquire(ctx)
	return indexedPinned{set, r.ix}, err
}

type indexedPinned struct {
	Pinned
	ix *search.Index
}

func (p indexedPinned) Index() *search.Index { return p.ix }

// withIndex gives the sets of a world an index of its market.
func (w *world) withIndex(t *testing.T, change ...func(*Options)) *world {
	t.Helper()
	path := filepath.Join(t.TempDir(), "part")
	b, err := search.NewBuilder(path)
	if err != nil {
		t.Fatal(err)
	}
	techs, events := map[string][]queries.PostingTech{}, map[string][]search.Event{}
	for _, p := range w.market.Postings {
		rows, err := queries.ListPostingTechs(t.Context(), w.reader.db, p.PostingID)
		if err != nil {
			t.Fatal(err)
		}
		techs[p.PostingID] = rows
	}
	for _, e := range w.market.Events {
		events[e.PostingID] = append(events[e.PostingID], search.Event{Event: e.Event, EventAt: e.EventAt, Reason: e.Reason})
	}
	for _, p := range w.market.Postings {
		d := search.Document{Posting: p, Events: events[p.PostingID]}
		for _, row := range techs[p.PostingID] {
			for _, t := range w.market.Techs {
				if t.PostingID == p.PostingID && t.TechID == row.TechID {
					d.Techs = append(d.Techs, t)
				}
			}
		}
		b.Add(d)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	part, err := search.OpenPart(path)
	if err != nil {
		t.Fatal(err)
	}
	ix, err := search.Open([]search.Slice{{Part: part}}, search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	return newWorld(t, 0, append([]func(*Options){func(o *Options) {
		r := &reader{db: w.reader.db}
		r.seq.Store(3)
		o.Reader = indexedReader{r, ix}
	}}, change...)...)
}

// An index changes how fast an answer comes, not the answer.
func TestAnswersAreTheSameWithAnIndex(t *testing.T) {
	plain := newWorld(t, 400)
	indexed := plain.withIndex(t)
	r := rand.New(rand.NewPCG(5, 5))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	total := int64(0)
	for range 60 {
		v := url.Values{}
		for name, values := range map[string][]string{
			"tech": {"java", "kafka"}, "not_tech": {"react"}, "tech_match": {"all"}, "role": {"backend", "devops"}, "company": {"나루", "labs"}, "location": {"서울", "Bundang"},
			"source": {"jumpit", "hn"}, "employment": {"full_time"}, "experience_min": {"3"}, "experience_max": {"5"}, "salary_min": {"50000000"}, "remote": {"remote"},
			"status": {"all", "closed"}, "posted_from": {"2026-10-10"}, "posted_to": {"2026-11-10"}, "country": {"*", "US"}, "is_it": {"*", "false"}, "is_always_open": {"true", "false"},
		} {
			if r.IntN(5) == 0 {
				v.Set(name, pick(values...))
			}
		}
		list := v.Encode()
		v.Set("sort", pick("newest", "closing", "-newest", "closing,salary", "salary,-experience", "-closing,experience"))
		v.Set("limit", "7")
		v.Set("facets", "tech,company,role,location,source,seniority")
		path := "/api/v1/postings?" + v.Encode()
		for range 3 { // pages
			want, got := getJSON[Postings](t, plain, 200, path), getJSON[Postings](t, indexed, 200, path)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s (-scan +index):\n%s", path, diff)
			}
			total += int64(len(got.Postings))
			if got.NextCursor == nil {
				break
			}
			v.Set("cursor", *got.NextCursor)
			path = "/api/v1/postings?" + v.Encode()
		}
		path = "/api/v1/stats/tech-frequency?" + list
		if diff := cmp.Diff(getJSON[Frequency](t, plain, 200, path), getJSON[Frequency](t, indexed, 200, path), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
			t.Fatalf("%s (-scan +index):\n%s", path, diff)
		}
	}
	if total < 100 {
		t.Errorf("only %d postings were compared", total)
	}
	for _, p := range plain.market.Postings[:60] {
		path := "/api/v1/postings/" + p.PostingID
		if diff := cmp.Diff(getJSON[PostingDetail](t, plain, 200, path), getJSON[PostingDetail](t, indexed, 200, path)); diff != "" {
			t.Fatalf("%s (-scan +index):\n%s", path, diff)
		}
	}
	if answer := indexed.get("/api/v1/postings/" + strings.Repeat("0", 32)); answer.Code != 404 {
		t.Errorf("an unknown posting: %d", answer.Code)
	}
}

func TestThePageSaysWhatItCorrected(t *testing.T) {
	w := newWorld(t, 200).withIndex(t)
	page := w.get("/postings?q=kuberntes").Body.String()
	for _, want := range []string{"‘kuberntes’ 대신 ‘Kubernetes’", `href="/postings?is_verbatim=true&amp;q=kuberntes"`, "kuberntes’ 검색</a>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	asWritten := w.get("/postings?q=kuberntes&is_verbatim=true&lang=en").Body.String()
	if strings.Contains(asWritten, "Showing results") || !strings.Contains(asWritten, "<span>as written</span>") {
		t.Error("the page of the word as it is written says that it was corrected, or does not say that it was not")
	}
}

// What a search shows of texts keeps to the source's policy.
func TestHighlightsKeepToThePolicy(t *testing.T) {
	plain := newWorld(t, 300)
	for policy, shows := range map[string][]string{
		PublishFacts: {"title", "company"}, PublishExcerpt: {"title", "company", "requirements", "preferred"}, PublishFull: {"title", "company", "requirements", "preferred", "duties", "about", "benefits"},
	} {
		w := plain.withIndex(t, func(o *Options) { o.PublishPolicy = func(string) string { return policy } })
		met := map[string]int{}
		for _, q := range []string{"백엔드", "kubernetes", "설계하고", "결제", "식대", "라온페이"} {
			for _, p := range getJSON[Postings](t, w, 200, "/api/v1/postings?limit=100&q="+url.QueryEscape(q)).Postings {
				for _, h := range p.Highlights {
					met[h.Field]++
					if len([]rune(h.Text)) > maxExcerptRunes || len(h.Matches) == 0 {
						t.Errorf("%s: highlight %+v", policy, h)
					}
					for _, m := range h.Matches {
						if m[0] < 0 || m[0] >= m[1] || m[1] > len(h.Text) {
							t.Errorf("%s: highlight %+v marks %v", policy, h, m)
						}
					}
				}
			}
		}
		for field := range met {
			if !strings.Contains(fmt.Sprint(shows), field) {
				t.Errorf("%s: %s is shown", policy, field)
			}
		}
		for _, field := range shows {
			if met[field] == 0 {
				t.Errorf("%s: nothing is shown of %s", policy, field)
			}
		}
	}
}

func TestSearchCorrectsNamesOfTechnologies(t *testing.T) {
	w := newWorld(t, 200).withIndex(t)
	want := getJSON[Postings](t, w, 200, "/api/v1/postings?q=kubernetes")
	for _, q := range []string{"kuberntes", "쿠버네티즈", "k8s", "쿠버네티스"} {
		got := getJSON[Postings](t, w, 200, "/api/v1/postings?q="+url.QueryEscape(q))
		if got.Total != want.Total || got.Total == 0 {
			t.Errorf("%s finds %d postings, kubernetes %d", q, got.Total, want.Total)
		}
		isSlip := q == "kuberntes" || q == "쿠버네티즈"
		if isSlip && (len(got.Corrected) != 1 || got.Corrected[0] != Correction{q, "kubernetes", "Kubernetes"}) || !isSlip && len(got.Corrected) > 0 {
			t.Errorf("%s: corrected %+v", q, got.Corrected)
		}
		if asIs := getJSON[Postings](t, w, 200, "/api/v1/postings?is_verbatim=true&q="+url.QueryEscape(q)); isSlip && asIs.Total > 0 || !isSlip && asIs.Total != want.Total || len(asIs.Corrected) > 0 {
			t.Errorf("%s as it is written finds %d postings, corrected %+v", q, asIs.Total, asIs.Corrected)
		}
	}
}

// What is counted beforehand is what the site asks for.
func TestWarmIsWhatTheSiteAsks(t *testing.T) {
	s := &server{Options: Options{Reader: &reader{}, Dictionary: techEntries, Techs: techEntries}}
	if err := s.fill(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(search.Filter(s.everyday().postingFilter()), everydayFilter()); diff != "" {
		t.Errorf("the site asks (-) for another set than is counted (+):\n%s", diff)
	}
}
