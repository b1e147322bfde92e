package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/techmapit/tmi/extract"
)

func TestTheHomePageNamesWhatTheFrequencyNames(t *testing.T) {
	w := newWorld(t, 300)
	page := w.get("/").Body.String()
	top := getJSON[Frequency](t, w, 200, "/api/v1/stats/tech-frequency?top=10")
	if names := fmt.Sprint(top.Techs); len(top.Techs) != 10 || !strings.Contains(names, "C++") && !strings.Contains(names, "C#") {
		t.Fatalf("the test wants ten technologies and one that is hard to write, not %s", names)
	}
	at := 0
	for _, tech := range top.Techs {
		next := strings.Index(page[at:], ">"+tech.Tech+"<")
		if next < 0 {
			t.Fatalf("the page does not name %s in its place", tech.Tech)
		}
		at += next
	}
	for _, want := range []string{"<table>", "<svg", "새로 올라온 공고", `lang="ko"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the home page lacks %s", want)
		}
	}
}

func TestPagesSpeakTheReadersLanguageAndRememberIt(t *testing.T) {
	w := newWorld(t, 20)
	for _, c := range []struct {
		path, accept, cookie, lang string
	}{
		{"/", "", "", "ko"}, {"/", "en-US,en;q=0.9,ko;q=0.8", "", "en"}, {"/", "fr,ko;q=0.5", "", "ko"}, {"/", "de", "", "ko"},
		{"/", "en", langCookie + "=ko", "ko"}, {"/?lang=en", "", langCookie + "=ko", "en"}, {"/?lang=xx", "", "", "ko"},
	} {
		answer := w.get(c.path, "Accept-Language", c.accept, "Cookie", c.cookie)
		if !strings.Contains(answer.Body.String(), `<html lang="`+c.lang+`"`) || answer.Header().Get("Content-Language") != c.lang {
			t.Errorf("%+v: not in %s", c, c.lang)
		}
		if set := answer.Header().Get("Set-Cookie"); strings.Contains(set, langCookie) != (c.path == "/?lang=en") {
			t.Errorf("%+v: cookie %q", c, set)
		}
	}
}

func TestTheSearchPageUnderstandsItsForm(t *testing.T) {
	w := newWorld(t, 200)
	// As a browser without scripts sends it: every field, most of them blank.
	form := url.Values{"q": {""}, "tech": {"자바, MySQL"}, "tech_match": {"all"}, "not_tech": {""}, "company": {""}, "location": {" "}, "experience_min": {""}, "status": {"open"}, "country": {"KR"}, "is_it": {"true"}, "utm_source": {"mail"}}
	page := w.get("/postings?" + form.Encode())
	want := getJSON[Postings](t, w, 200, "/api/v1/postings?tech=java&tech=mysql&tech_match=all")
	if page.Code != http.StatusOK || want.Total == 0 || strings.Count(page.Body.String(), `<article class="card">`) != len(want.Postings) {
		t.Errorf("%d, %d cards, want %d", page.Code, strings.Count(page.Body.String(), `<article class="card">`), len(want.Postings))
	}
	for _, p := range want.Postings {
		if !strings.Contains(page.Body.String(), "/postings/"+p.PostingID) {
			t.Errorf("%s is missing", p.PostingID)
		}
	}
	bad := w.get("/postings?tech=" + url.QueryEscape("없는기술<script>"))
	if bad.Code != http.StatusBadRequest || !strings.Contains(bad.Body.String(), `role="alert"`) || strings.Contains(bad.Body.String(), "<script>") {
		t.Errorf("a wrong technology: %d", bad.Code)
	}
	if none := w.get("/postings?q=zzzz"); none.Code != http.StatusOK || !strings.Contains(none.Body.String(), "조건에 맞는 공고가 없습니다") {
		t.Errorf("no result: %d", none.Code)
	}
	if gone := w.get("/postings?sort=relevance&q="); gone.Code != http.StatusOK {
		t.Errorf("sort without keywords: %d", gone.Code)
	}
}

func TestPagesOfAListFollowEachOther(t *testing.T) {
	w := newWorld(t, 120)
	seen := map[string]bool{}
	path := "/postings"
	for range 20 {
		body := w.get(path).Body.String()
		for _, piece := range strings.Split(body, `<h3><a href="/postings/`)[1:] {
			id := piece[:32]
			if seen[id] {
				t.Fatalf("%s twice", id)
			}
			seen[id] = true
		}
		_, rest, ok := strings.Cut(body, `rel="next" href="`)
		if !ok {
			break
		}
		path, _, _ = strings.Cut(strings.ReplaceAll(rest, "&amp;", "&"), `"`)
	}
	if want := getJSON[Postings](t, w, 200, "/api/v1/postings?limit=1").Total; int64(len(seen)) != want {
		t.Errorf("%d postings on the pages, want %d", len(seen), want)
	}
}

func TestTheDictionaryIsPagedByNumbers(t *testing.T) {
	var many dictionary
	for i := range 10 * pageTechs {
		many = append(many, extract.Entry{ID: fmt.Sprintf("t%03d", i), Name: fmt.Sprintf("T%03d", i), Category: "language", DescriptionKO: "-", DescriptionEN: "-"})
	}
	w := newWorld(t, 5, func(o *Options) { o.Dictionary, o.Techs = many, many })
	seen := map[string]bool{}
	for n := 1; n <= 10; n++ {
		page := w.get(fmt.Sprintf("/techs?sort=name&page=%d", n)).Body.String()
		for _, piece := range strings.Split(page, `<a href="/techs/`)[1:] {
			seen[piece[:4]] = true
		}
		if !strings.Contains(page, fmt.Sprintf(`<span aria-current="page">%d</span>`, n)) || !strings.Contains(page, fmt.Sprintf("600가지 가운데 %d ~ %d번째", (n-1)*pageTechs+1, n*pageTechs)) {
			t.Errorf("page %d does not say which it is", n)
		}
		for _, other := range []int{n - 1, n + 1, 10} {
			if other > 1 && other <= 10 && other != n && !strings.Contains(page, fmt.Sprintf(`href="/techs?page=%d&amp;sort=name"`, other)) {
				t.Errorf("page %d does not lead to %d", n, other)
			}
		}
	}
	if len(seen) != len(many) {
		t.Errorf("%d technologies on the pages, want %d", len(seen), len(many))
	}
	for _, odd := range []string{"0", "-1", "x", "99999999999999999999"} {
		if page := w.get("/techs?page=" + odd); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), `aria-current="page">1<`) {
			t.Errorf("page %s: %d", odd, page.Code)
		}
	}
	if page := w.get("/techs?page=11").Body.String(); !strings.Contains(page, `aria-current="page">10<`) {
		t.Error("behind the last page is not the last one")
	}
}

// headOf is a posting's page without the postings that are like it.
func headOf(page string) string {
	head, _, _ := strings.Cut(page, `aria-labelledby="similar"`)
	return head
}

func TestEveryPostingAndTechnologyHasAPage(t *testing.T) {
	w := newWorld(t, 80)
	for _, p := range w.market.Postings {
		page := w.get("/postings/"+p.PostingID, "Accept-Language", "en")
		if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), `name="robots" content="noindex"`) || !strings.Contains(page.Body.String(), p.URL) {
			t.Fatalf("%s: %d\n%s", p.PostingID, page.Code, w.faults())
		}
		if open := p.Status == "open"; open && p.IsAlwaysOpen != strings.Contains(headOf(page.Body.String()), "Always open") {
			t.Errorf("%s: always open", p.PostingID)
		}
	}
	for _, tech := range techEntries {
		if page := w.get("/techs/" + url.PathEscape(tech.ID)); page.Code != http.StatusOK {
			t.Errorf("%s: %d\n%s", tech.ID, page.Code, w.faults())
		}
	}
	for _, path := range []string{"/docs", "/techs?q=" + url.QueryEscape("카프카"), "/techs?category=language&sort=name&q="} {
		if page := w.get(path); page.Code != http.StatusOK {
			t.Errorf("%s: %d", path, page.Code)
		}
	}
	for _, path := range []string{"/companies", "/companies?tech=" + url.QueryEscape("자바, AWS") + "&sort=name&q=&lang=en", "/companies?q=zzz"} {
		if page := w.get(path); page.Code != http.StatusOK {
			t.Errorf("%s: %d", path, page.Code)
		}
	}
	if page := w.get("/companies?sort=size"); page.Code != http.StatusBadRequest || !strings.Contains(page.Body.String(), `role="alert"`) {
		t.Errorf("a wrong order of companies: %d", page.Code)
	}
	for _, c := range getJSON[Companies](t, w, 200, "/api/v1/companies?status=all&country=*&is_it=*").Companies {
		if page := w.get("/companies/" + c.CompanyID); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "<h1>"+c.Company+"</h1>") {
			t.Errorf("%s: %d\n%s", c.Company, page.Code, w.faults())
		}
		if page := w.get("/postings?company=" + c.CompanyID); !strings.Contains(page.Body.String(), `<span>`+c.Company+`</span><a class="off"`) {
			t.Errorf("the filter of %s does not name it", c.Company)
		}
	}
	if page := w.get("/techs/C%2B%2B"); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "<h1>C++</h1>") {
		t.Errorf("a technology by its name: %d", page.Code)
	}
	missing := w.get("/nothing/here", "Accept", "text/html")
	if missing.Code != http.StatusNotFound || !strings.Contains(missing.Body.String(), `role="search"`) {
		t.Errorf("404 page: %d", missing.Code)
	}
	if a := w.get("/postings/" + strings.Repeat("0", 32)); a.Code != http.StatusNotFound {
		t.Errorf("a posting that is not there: %d", a.Code)
	}
	if a := w.get("/favicon.ico"); a.Code != http.StatusMovedPermanently {
		t.Errorf("favicon: %d", a.Code)
	}
	if a := w.get(mustAsset(t)); a.Code != http.StatusOK || !strings.Contains(a.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("asset: %d %v", a.Code, a.Header())
	}
}

func mustAsset(t *testing.T) string {
	w := newWorld(t, 1)
	_, rest, _ := strings.Cut(w.get("/").Body.String(), `rel="stylesheet" href="`)
	address, _, _ := strings.Cut(rest, `"`)
	return address
}

func BenchmarkHomePage(b *testing.B) {
	w := newWorld(b, 300)
	for b.Loop() {
		w.get("/")
	}
}

// The cold cost of the questions behind the site at 100,000 postings.
func BenchmarkQuestionsOverManyPostings(b *testing.B) {
	w := newWorld(b, 300)
	w.reader.db.Exec(b, `insert into gold.postings by name select p.* replace (md5(p.posting_id || g.range) as posting_id) from gold.postings p, range(330) g`)
	w.reader.db.Exec(b, `insert into gold.posting_techs by name select t.* replace (md5(t.posting_id || g.range) as posting_id) from gold.posting_techs t, range(330) g`)
	for name, path := range map[string]string{
		"list": "/api/v1/postings", "filters": "/api/v1/postings?tech=java&role=backend&location=Seoul", "keyword": "/api/v1/postings?q=" + url.QueryEscape("결제 백엔드"),
		"frequency": "/api/v1/stats/tech-frequency", "posting": "/api/v1/postings/" + w.market.Postings[7].PostingID, "home": "/",
		"pairs": "/api/v1/stats/tech-pairs?tech=java", "trend": "/api/v1/stats/tech-trend?tech=java", "companies": "/api/v1/companies", "recommend": "/api/v1/recommend?techs=java,aws&role=backend", "csv": "/api/v1/export/postings.csv",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w.reader.seq.Add(1)
				if a := w.get(path); a.Code != 200 {
					b.Fatal(a.Code)
				}
			}
		})
	}
}
