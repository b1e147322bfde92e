package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

func TestEveryRouteAnswersAsItsGolden(t *testing.T) {
	w := newWorld(t, 60)
	var face schemas.GoldPosting
	for _, p := range w.market.Postings {
		if p.ClusterSize > 1 && len(p.Techs) > 2 {
			face = p
			break
		}
	}
	for name, path := range map[string]string{
		"postings":       "/api/v1/postings?limit=3&facets=source,tech",
		"postings-found": "/api/v1/postings?q=" + url.QueryEscape("백엔드 자바") + "&status=all&limit=2",
		"posting":        "/api/v1/postings/" + face.PostingID,
		"techs":          "/api/v1/techs?limit=3",
		"tech":           "/api/v1/techs/java",
		"tech-frequency": "/api/v1/stats/tech-frequency?top=4",
		"recommend":      "/api/v1/recommend?techs=java,aws&q=" + url.QueryEscape("개발자") + "&top=3&limit=2",
		"quality":        "/api/v1/quality?days=14",
		"companies":      "/api/v1/companies?tech=java&limit=2",
		"company":        "/api/v1/companies/" + schemas.CompanyID("라온페이"),
		"tech-pairs":     "/api/v1/stats/tech-pairs?tech=java&top=3&role=backend&sort=lift",
		"tech-trend":     "/api/v1/stats/tech-trend?tech=java&tech=" + url.QueryEscape("러스트") + "&interval=week&source=jumpit&from=2026-11-01",
		"ready":          "/readyz",
		"healthy":        "/healthz",
	} {
		t.Run(name, func(t *testing.T) {
			answer := w.get(path)
			if answer.Code != http.StatusOK {
				t.Fatalf("%d %s\n%s", answer.Code, answer.Body, w.faults())
			}
			golden(t, name+".golden.json", indented(t, answer.Body.Bytes()))
		})
	}
}

func TestTheOpenAPIDocumentIsAsItsGolden(t *testing.T) {
	answer := newWorld(t, 1, withDoor(t, patient)).get("/openapi.json")
	if answer.Code != http.StatusOK || !bytes.Contains(answer.Body.Bytes(), []byte(`"openapi":"3.1.0"`)) {
		t.Fatalf("%d %.200s", answer.Code, answer.Body)
	}
	golden(t, "openapi.golden.json", indented(t, answer.Body.Bytes()))
}

func TestPagesAreCompleteAndWithoutRepeatsInEveryOrder(t *testing.T) {
	w := newWorld(t, 200)
	for _, question := range []string{"sort=newest", "sort=closing", "q=" + url.QueryEscape("개발"), "q=java&sort=newest", "sort=closing,-salary", "sort=-salary,experience", "q=java&sort=experience,relevance"} {
		for _, limit := range []int{1, 7, 100} {
			seen := map[string]bool{}
			path := fmt.Sprintf("/api/v1/postings?status=all&country=*&is_it=*&%s&limit=%d", question, limit)
			var total int64
			for next := ""; ; {
				answer := getJSON[Postings](t, w, http.StatusOK, path+next)
				total = answer.Total
				for _, p := range answer.Postings {
					if seen[p.PostingID] {
						t.Fatalf("%s: %s twice", path, p.PostingID)
					}
					seen[p.PostingID] = true
				}
				if answer.NextCursor == nil {
					break
				}
				if len(answer.Postings) != limit {
					t.Fatalf("%s: a page of %d before the last", path, len(answer.Postings))
				}
				next = "&cursor=" + *answer.NextCursor
			}
			if int64(len(seen)) != total || total == 0 {
				t.Errorf("%s: %d rows of %d", path, len(seen), total)
			}
		}
	}
	for _, sort := range []string{"count", "name"} {
		var names []string
		for next := ""; ; {
			answer := getJSON[Techs](t, w, http.StatusOK, "/api/v1/techs?limit=3&sort="+sort+next)
			for _, tech := range answer.Techs {
				names = append(names, tech.TechID)
			}
			if answer.NextCursor == nil {
				break
			}
			next = "&cursor=" + url.QueryEscape(*answer.NextCursor)
		}
		if slices.Sort(names); len(slices.Compact(names)) != len(techEntries) {
			t.Errorf("sort %s: pages hold %d technologies, want %d", sort, len(names), len(techEntries))
		}
	}
}

func TestWhatCannotBeHonouredIsRefusedAndNamed(t *testing.T) {
	w := newWorld(t, 10)
	cursor := *getJSON[Postings](t, w, http.StatusOK, "/api/v1/postings?limit=1&status=all").NextCursor
	for query, field := range map[string]string{
		"colour=red":                "colour",
		"status=gone":               "status",
		"status=open&status=closed": "status",
		"status=":                   "status",
		"tech=":                     "tech",
		"tech=nosuchthing":          "tech",
		"not_tech=nosuchthing":      "not_tech",
		"tech=java&not_tech=" + url.QueryEscape("자바"): "not_tech",
		"tech_match=most":                             "tech_match",
		"role=cook":                                   "role",
		"source=nosuch":                               "source",
		"employment=slave":                            "employment",
		"remote=moon":                                 "remote",
		"experience_min=many":                         "experience_min",
		"experience_min=-1":                           "experience_min",
		"experience_max=61":                           "experience_max",
		"experience_min=1.5":                          "experience_min",
		"experience_min=5&experience_max=3":           "experience_min",
		"salary_min=1e9":                              "salary_min",
		"posted_from=2026-02-30":                      "posted_from",
		"posted_to=0001-01-01":                        "posted_to",
		"posted_from=2026-11-02&posted_to=2026-11-01": "posted_from",
		"country=Korea":                               "country",
		"is_it=yes":                                   "is_it",
		"sort=relevance":                              "sort",
		"sort=random":                                 "sort",
		"sort=newest,":                                "sort",
		"sort=newest,closing,salary":                  "sort",
		"sort=closing,relevance":                      "sort",
		"sort=--newest":                               "sort",
		"limit=0":                                     "limit",
		"limit=101":                                   "limit",
		"facets=colour":                               "facets",
		"cursor=xyz":                                  "cursor",
		"cursor=" + cursor:                            "cursor", // of another question
		"q=%00":                                       "q",
		"q=%ff":                                       "q",
		"q=" + strings.Repeat("a", 201):               "q",
		"q=" + url.QueryEscape("a b c d e f g h i j k"): "q",
		"q=%zz":   "query",
		"top=5":   "top",
		"tech%5B": "tech[",
		strings.TrimPrefix(strings.Repeat("&tech=java", 31), "&"): "tech",
	} {
		p := getJSON[huma.ErrorModel](t, w, http.StatusBadRequest, "/api/v1/postings?"+query)
		if p.Status != 400 || p.Title != "Bad Request" || len(p.Errors) == 0 || p.Errors[0].Location != "query."+field {
			t.Errorf("%.60s: %+v, want a fault of %s", query, p, field)
		}
	}
	for path, status := range map[string]int{
		"/api/v1/stats/tech-frequency?top=0":                               400,
		"/api/v1/stats/tech-frequency?limit=3":                             400,
		"/api/v1/stats/tech-frequency?count=all":                           400,
		"/api/v1/recommend":                                                400,
		"/api/v1/recommend?location=Seoul":                                 400,
		"/api/v1/recommend?techs=cobal":                                    400,
		"/api/v1/recommend?techs=java&tech=go":                             400,
		"/api/v1/recommend?techs=java&limit=51":                            400,
		"/api/v1/recommend?techs=java&cursor=x":                            400,
		"/api/v1/quality?days=0":                                           400,
		"/api/v1/quality?source=hn":                                        400,
		"/api/v1/companies?company=x":                                      400,
		"/api/v1/companies?sort=newest":                                    400,
		"/api/v1/companies?facets=role":                                    400,
		"/api/v1/companies?limit=0":                                        400,
		"/api/v1/companies/라온페이":                                           404,
		"/api/v1/companies/" + strings.Repeat("0", 32):                     404,
		"/api/v1/stats/tech-pairs":                                         400,
		"/api/v1/stats/tech-pairs?tech=java&tech=go":                       400,
		"/api/v1/stats/tech-pairs?tech=java&sort=name":                     400,
		"/api/v1/stats/tech-pairs?tech=java&tech_match=all":                400,
		"/api/v1/stats/tech-trend":                                         400,
		"/api/v1/stats/tech-trend?tech=cobal":                              400,
		"/api/v1/stats/tech-trend?tech=java&q=x":                           400,
		"/api/v1/stats/tech-trend?tech=java&interval=hour":                 400,
		"/api/v1/stats/tech-trend?tech=java&role=backend&role=devops":      400,
		"/api/v1/stats/tech-trend?tech=java&source=nosuch":                 400,
		"/api/v1/stats/tech-trend?tech=java&from=2026-11-02&to=2026-11-01": 400,
		"/api/v1/stats/tech-trend?tech=java&from=yesterday":                400,
		"/api/v1/techs?category=food":                                      400,
		"/api/v1/techs?lang=ko":                                            400,
		"/api/v1/techs/java?x=1":                                           400,
		"/api/v1/postings/x?x=1":                                           400,
		"/api/v1/techs/cobol":                                              404,
		"/api/v1/postings/x":                                               404,
		"/api/v1/postings/" + strings.Repeat("0", 32):                      404,
		"/api/v1/nothing":                                                  404,
		"/api/v1/postings?" + strings.Repeat("x", 9000):                    414,
	} {
		if p := getJSON[huma.ErrorModel](t, w, status, path); p.Status != status || p.Detail == "" {
			t.Errorf("%.60s: %+v", path, p)
		}
	}
}

func TestTheFilterIsSaidAsUnderstood(t *testing.T) {
	w := newWorld(t, 10)
	answer := w.get("/api/v1/stats/tech-frequency?tech=k8s&tech=" + url.QueryEscape("쿠버네티스") + "&country=us&is_it=*")
	for _, want := range []string{`"tech":["kubernetes"]`, `"country":"US"`, `"is_it":"*"`, `"status":"open"`, `"tech_match":"any"`, `"q":null`, `"role":[]`} {
		if !strings.Contains(answer.Body.String(), want) {
			t.Errorf("answer lacks %s: %s", want, answer.Body)
		}
	}
	if answer := w.get("/api/v1/postings"); !strings.Contains(answer.Body.String(), `"country":"KR"`) || !strings.Contains(answer.Body.String(), `"is_it":true`) {
		t.Errorf("defaults are not said: %s", answer.Body)
	}
}

func TestAnETagStandsUntilTheSetOrTheQuestionChanges(t *testing.T) {
	w := newWorld(t, 30)
	for _, path := range []string{"/api/v1/postings?limit=2", "/api/v1/techs", "/api/v1/techs/java", "/api/v1/stats/tech-frequency", "/api/v1/companies", "/api/v1/quality", "/", "/postings", "/techs", "/companies", "/quality", "/recommend?techs=java"} {
		first := w.get(path)
		etag := first.Header().Get("ETag")
		if first.Code != http.StatusOK || etag == "" {
			t.Fatalf("%s: %d, ETag %q", path, first.Code, etag)
		}
		same := w.get(path, "If-None-Match", `"other", `+etag)
		if same.Code != http.StatusNotModified || same.Body.Len() != 0 || same.Header().Get("ETag") != etag {
			t.Errorf("%s: %d with %d bytes, want 304", path, same.Code, same.Body.Len())
		}
		if other := w.get(path, "If-None-Match", `"other"`); other.Code != http.StatusOK {
			t.Errorf("%s: %d, want 200", path, other.Code)
		}
		w.reader.seq.Add(1)
		if next := w.get(path, "If-None-Match", etag); next.Code != http.StatusOK || next.Header().Get("ETag") == etag {
			t.Errorf("%s after a publish: %d, ETag %s", path, next.Code, next.Header().Get("ETag"))
		}
	}
	if w.get("/api/v1/postings?limit=2").Header().Get("ETag") == w.get("/api/v1/postings?limit=3").Header().Get("ETag") {
		t.Error("two questions share an ETag")
	}
	if w.get("/api/v1/postings?tech=java").Header().Get("ETag") != w.get("/api/v1/postings?tech="+url.QueryEscape("자바")).Header().Get("ETag") {
		t.Error("the same question in other words has another ETag")
	}
}

func TestAnAnswerIsAskedForOnceAndAgainAfterAPublish(t *testing.T) {
	w := newWorld(t, 30)
	w.get("/")
	asked := w.reader.queries.Load()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { w.get("/") })
	}
	group.Wait()
	if n := w.reader.queries.Load(); n != asked {
		t.Errorf("%d more statements for a page that was kept", n-asked)
	}
	w.reader.seq.Add(1)
	if w.get("/"); w.reader.queries.Load() == asked {
		t.Error("a new set was not read")
	}
	w = newWorld(t, 0, func(o *Options) { o.CacheAnswers = 2 })
	queriestest.FillMarket(t, w.reader.db, 20)
	w.reader.seq.Store(1)
	for i := range 20 {
		w.get(fmt.Sprintf("/api/v1/postings?limit=%d", i+1))
	}
}

func TestTheCacheDropsWhatWasUsedLongestAgo(t *testing.T) {
	c := newAnswerCache(2)
	c.put("a", 1)
	c.put("b", 2)
	c.get("a")
	c.put("c", 3)
	if _, ok := c.get("b"); ok {
		t.Error("b was kept")
	}
	for _, key := range []string{"a", "c"} {
		if _, ok := c.get(key); !ok {
			t.Errorf("%s was dropped", key)
		}
	}
}

func TestBeforeTheFirstPublishEverythingSaysWhatToDo(t *testing.T) {
	w := newWorld(t, 0)
	for _, path := range []string{"/", "/postings", "/techs", "/api/v1/postings", "/api/v1/stats/tech-frequency", "/readyz", "/api/v1/techs/java"} {
		answer := w.get(path)
		if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(answer.Body.String(), "tmi run") || answer.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", path, answer.Code, answer.Body)
		}
	}
	if page := w.get("/", "Accept", "text/html"); page.Code != http.StatusServiceUnavailable || !strings.Contains(page.Body.String(), "tmi run") {
		t.Errorf("page: %d", page.Code)
	}
	if answer := w.get("/healthz"); answer.Code != http.StatusOK {
		t.Errorf("healthz: %d", answer.Code)
	}
}

func TestFaultsOfOursTellTheLogAndNotTheClient(t *testing.T) {
	w := newWorld(t, 5)
	for name, c := range map[string]struct {
		met    error
		status int
	}{
		"internal":    {errors.New("secret detail"), 500},
		"unavailable": {errs.New(errs.Unavailable, "secret detail"), 503},
		"too slow":    {context.DeadlineExceeded, 503},
	} {
		w.reader.mu.Lock()
		w.reader.onQuery = func(context.Context) error { return c.met }
		w.reader.mu.Unlock()
		w.log.Reset()
		answer := w.get("/api/v1/postings?limit=1", "X-Request-Id", "my-request-7")
		if answer.Code != c.status || strings.Contains(answer.Body.String(), "secret") || !strings.Contains(w.log.String(), "my-request-7") {
			t.Errorf("%s: %d %s\n%s", name, answer.Code, answer.Body, w.log)
		}
		if page := w.get("/", "Accept", "text/html"); page.Code != c.status || strings.Contains(page.Body.String(), "secret") || !strings.Contains(page.Body.String(), "<html") {
			t.Errorf("%s: page %d", name, page.Code)
		}
	}
	w.reader.onQuery = func(context.Context) error { panic("boom") }
	if answer := w.get("/api/v1/postings?limit=2"); answer.Code != 500 || strings.Contains(answer.Body.String(), "boom") || !strings.Contains(w.log.String(), "boom") {
		t.Errorf("panic: %d %s", answer.Code, answer.Body)
	}
	w.reader.onQuery = nil
	if answer := w.get("/api/v1/postings?limit=2"); answer.Code != 200 {
		t.Errorf("after a panic: %d %s", answer.Code, answer.Body)
	}
}

func TestASlowAnswerEndsAtTheTimeout(t *testing.T) {
	w := newWorld(t, 5, func(o *Options) { o.Timeout = 30 * time.Millisecond })
	w.reader.onQuery = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	if answer := w.get("/api/v1/postings"); answer.Code != 503 || !strings.Contains(answer.Body.String(), "too long") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

func TestWhatThePublicSeesOfATextFollowsThePolicy(t *testing.T) {
	policy := PublishExcerpt
	w := newWorld(t, 0, func(o *Options) { o.PublishPolicy = func(string) string { return policy } })
	id := strings.Repeat("a", 32)
	long := strings.Repeat("가", 150)
	requirements := "- 학력 무관\n- " + long + " Go 언어에 " + long + "\nJava는 보지 않습니다."
	start := int32(strings.Index(requirements, "Go"))
	queriestest.Fill(t, w.reader.db, schemas.GoldPosting{PostingID: id, Source: "jumpit", Status: "open", IsIT: true, Country: "KR", URL: "https://b.example/1", Title: "개발자", Company: "라온페이", CompanyID: schemas.CompanyID("라온페이"), Requirements: requirements, About: "언어에 비밀 혜택", Benefits: "비밀 혜택", Techs: []string{"Go"}, FirstSeenAt: queriestest.MarketNow, ClusterSize: 1, VersionCount: 1, ContentHash: id})
	queriestest.Fill(t, w.reader.db, schemas.GoldCompany{CompanyID: schemas.CompanyID("라온페이"), Company: "라온페이", OpenCount: 1, PostingCount: 1, FirstSeenAt: queriestest.MarketNow})
	queriestest.Fill(t, w.reader.db, schemas.GoldPostingTech{PostingID: id, TechID: "go", Tech: "Go", Need: "required", Method: "dictionary", Section: "requirements", Surface: "Go", StartByte: ptr(start), EndByte: ptr(start + 2)})
	for i, c := range []struct{ policy, shown, hidden string }{
		{PublishFacts, `"tech":"Go"`, "언어에"},
		{PublishExcerpt, "언어에", "비밀 혜택"},
		{PublishFull, "비밀 혜택", "no such words"},
	} {
		policy = c.policy
		w.reader.seq.Store(int64(i + 1))
		for _, path := range []string{"/api/v1/postings/" + id, "/postings/" + id} {
			body := w.get(path).Body.String()
			if strings.Contains(path, "api") && !strings.Contains(body, c.shown) || strings.Contains(body, c.hidden) {
				t.Errorf("%s under %s: shows %v, hides %v", path, c.policy, strings.Contains(body, c.shown), !strings.Contains(body, c.hidden))
			}
		}
		why := w.get("/api/v1/postings/" + id + "/why").Body.String()
		if strings.Contains(why, "언어에") != (c.policy != PublishFacts) || strings.Contains(why, "비밀 혜택") {
			t.Errorf("why under %s: %s", c.policy, why)
		}
		// Everywhere else there are no words of a text, whatever the policy.
		for _, path := range everywhere(schemas.CompanyID("라온페이")) {
			answer := w.get(path)
			if body := answer.Body.String(); answer.Code != 200 || strings.Contains(body, "언어에") || strings.Contains(body, "비밀 혜택") {
				t.Errorf("%s under %s: %d, shows words of the text", path, c.policy, answer.Code)
			}
		}
		detail := getJSON[PostingDetail](t, w, 200, "/api/v1/postings/"+id)
		if e := detail.Technologies[0].Evidence; e != nil {
			if n := utf8.RuneCountInString(*e.Sentence); n > maxExcerptRunes || (*e.Sentence)[e.MatchStart:e.MatchEnd] != "Go" || strings.Contains(*e.Sentence, "Java") || strings.Contains(*e.Sentence, "학력") {
				t.Errorf("%s: sentence of %d characters: %s", c.policy, n, *e.Sentence)
			}
		} else if c.policy != PublishFacts {
			t.Errorf("%s: no evidence", c.policy)
		}
		page := w.get("/postings/" + id).Body.String()
		if strings.Contains(page, "noindex") != (c.policy != PublishFull) {
			t.Errorf("%s: noindex", c.policy)
		}
	}
}

// everywhere are the routes and pages that show postings in any way but one posting's own.
func everywhere(companyID string) []string {
	return []string{
		"/api/v1/postings?q=Go&facets=tech,company", "/api/v1/techs", "/api/v1/techs/go", "/api/v1/companies", "/api/v1/stats/tech-frequency", "/api/v1/stats/tech-trend?tech=go", "/api/v1/stats/tech-pairs?tech=go",
		"/api/v1/recommend?techs=go", "/api/v1/recommend?q=Go", "/api/v1/quality", "/api/v1/export/postings.csv",
		"/", "/postings", "/postings?q=Go", "/techs", "/techs/go", "/companies", "/compare?tech=go", "/recommend?techs=go", "/quality", "/docs", "/api/v1/companies/" + companyID, "/companies/" + companyID,
	}
}

func TestSentencesAreCutAroundTheWords(t *testing.T) {
	for _, c := range []struct{ text, words, want string }{
		{"- Java 경험\n- Go 경험이 있으신 분\n- 기타", "Go", "Go 경험이 있으신 분"},
		{"We use Go. You know Kafka well! Yes.", "Kafka", "You know Kafka well!"},
		{"Node.js 서버", "Node.js", "Node.js 서버"},
		{"버전 3.11 이상의 Python", "Python", "버전 3.11 이상의 Python"},
		{"Go", "Go", "Go"},
		{strings.Repeat("x", 300) + " Go", "Go", "…" + strings.Repeat("x", 196) + " Go"},
		{"Go " + strings.Repeat("가", 300), "Go", "Go " + strings.Repeat("가", 196) + "…"},
	} {
		start := strings.Index(c.text, c.words)
		got, at := sentenceAround(c.text, start, start+len(c.words))
		if got != c.want || got[at:at+len(c.words)] != c.words {
			t.Errorf("%.40q: got %q at %d, want %q", c.text, got, at, c.want)
		}
	}
}

func TestDemoDataSaySoEverywhere(t *testing.T) {
	w := newWorld(t, 20, func(o *Options) { o.IsDemo = true })
	real := newWorld(t, 20)
	var answers, pages []string
	for _, path := range append(everywhere(schemas.CompanyID("라온페이")), "/api/v1/postings/"+w.market.Postings[0].PostingID, "/nothing", "/postings/"+w.market.Postings[0].PostingID) {
		switch {
		case strings.HasSuffix(path, ".csv"):
			if w.get(path).Header().Get("TMI-Demo") != "true" {
				t.Errorf("%s does not say demo", path)
			}
		case strings.HasPrefix(path, "/api/"):
			answers = append(answers, path)
		default:
			pages = append(pages, path)
		}
	}
	for _, path := range answers {
		if a := w.get(path); !strings.Contains(a.Body.String(), `"demo":true`) || a.Header().Get("TMI-Demo") != "true" {
			t.Errorf("%s does not say demo", path)
		}
		if a := real.get(path); strings.Contains(a.Body.String(), `"demo"`) || a.Header().Get("TMI-Demo") != "" {
			t.Errorf("%s over real data says demo", path)
		}
	}
	for _, path := range pages {
		if a := w.get(path, "Accept", "text/html"); !strings.Contains(a.Body.String(), `class="demo"`) {
			t.Errorf("%s has no banner", path)
		}
		if a := real.get(path, "Accept", "text/html"); strings.Contains(a.Body.String(), `class="demo"`) {
			t.Errorf("%s over real data has a banner", path)
		}
	}
}

func TestOneClientIsLimitedAndOthersAreNot(t *testing.T) {
	w := newWorld(t, 5, func(o *Options) { o.RatePerSecond = 3 })
	refused := 0
	for range 10 {
		if a := w.get("/api/v1/techs"); a.Code == http.StatusTooManyRequests {
			refused++
			if a.Header().Get("Retry-After") == "" || a.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("429 without Retry-After or problem: %v", a.Header())
			}
		}
	}
	if refused < 5 || refused > 7 {
		t.Errorf("%d of 10 refused, want about 7", refused)
	}
	if a := w.get("/healthz"); a.Code != 200 {
		t.Errorf("a probe was refused: %d", a.Code)
	}
}

func TestAnswersAreProtectedCompressedAndTraced(t *testing.T) {
	w := newWorld(t, 50)
	a := w.get("/postings", "Accept-Encoding", "gzip", "X-Request-Id", "bad id!")
	h := a.Header()
	if h.Get("Content-Encoding") != "gzip" || !bytes.Contains(gunzip(t, a.Body.Bytes()), []byte("<html")) {
		t.Errorf("not gzip: %v", h)
	}
	if id := h.Get("X-Request-Id"); len(id) != 16 {
		t.Errorf("request id %q", id)
	}
	csp := h.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") {
		t.Errorf("CSP %q", csp)
	}
	if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("headers %v", h)
	}
	if strings.Contains(w.log.String(), "secret-word") {
		t.Error("log has the query")
	}
	w.get("/api/v1/postings?q=secret-word")
	if strings.Contains(w.log.String(), "secret-word") || !strings.Contains(w.log.String(), "route=/api/v1/postings") {
		t.Errorf("access log: %s", w.log)
	}
	if quiet := newWorld(t, 1).get("/metrics").Body.String(); !strings.Contains(quiet, "tmi_published_seq 3") {
		t.Error("a server that nobody asked anything tells no set")
	}
	m := w.get("/metrics").Body.String()
	for _, want := range []string{`tmi_http_requests_total{method="GET",route="/api/v1/postings",status="200"} 1`, `tmi_http_request_duration_seconds_bucket{route="/postings"`, "tmi_published_seq 3"} {
		if !strings.Contains(m, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}
