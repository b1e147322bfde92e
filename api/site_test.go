package api

import (
	"context"
	"encoding/xml"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/web"
)

func TestEveryPageStandsWithoutScripts(t *testing.T) {
	w := newWorld(t, 200)
	for path, want := range map[string][]string{
		"/":                                {"늘어난 기술", `data-chart="share"`, `href="/postings.atom"`},
		"/trends":                          {`data-chart="time"`, `aria-current="true">주<`, "직무별 열린 공고"},
		"/trends?by=source&interval=month": {"게시판별 열린 공고", "점핏"},
		"/mine":                            {"noscript", `content="noindex"`},
		"/takedown":                        {"tmi suppress", "아직 적지 않았습니다"},
		"/postings?view=table&cols=salary&cols=closes&sort=closing":  {`href="/postings?cols=salary&amp;cols=closes&amp;sort=salary&amp;view=table" data-then="/postings?cols=salary&amp;cols=closes&amp;sort=closing%2Csalary&amp;view=table"`, `aria-sort="ascending"`, "sort=-closing"},
		"/postings?view=table&cols=salary&sort=closing&sort=-salary": {`<sub>2</sub>`, `<option value="-salary" selected>연봉 낮은 순`, `aria-hidden="true">↑`, `/api/v1/postings?sort=closing%2C-salary`},
		"/postings?sort=newest&sort=newest":                          {`<option value="newest" selected>`, `/api/v1/postings?sort=newest&#39;`},
		"/postings?is_always_open=true":                              {`<span class="operator">상시 채용</span>`, `<option value="true" selected>상시 채용</option>`},
		"/postings?experience_min=3&salary_min=55000000":             {"3년 이상", "5,500만 원 이상", `<option value="55000000" selected>5,500만 원`},
		"/postings?location=" + url.QueryEscape("강남구") + "&lang=en":  {"<span>Gangnam-gu</span>", "<li>Gangnam-gu, Seoul</li>"},
		"/postings?location=gangnam-gu":                              {"<li>서울 강남구</li>"},
		"/techs?page=99":                                             {"가운데 1 ~"},
		"/postings?tech=java&tech=aws":                               {`not_tech=java`, `tech_match=all`, "하나라도 포함", "curl &#39;http://example.com/api/v1/postings?tech=java"},
		"/postings?by=role":                                          {"이 공고들의 직무"},
		"/postings?experience_max=0&limit=50":                        {`class="chip on"`, `aria-current="true">50건씩`},
		"/postings?q=zzzz&tech=java":                                 {"‘Java’ 빼기"},
		"/recommend?techs=java":                                      {`data-own-techs="[{&#34;id&#34;:&#34;java&#34;`, `value="Java"`},
		"/postings?tech=java&theme=dark&lang=en":                     {`data-theme="dark"`, `lang="en"`},
	} {
		page := w.get(path)
		if page.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, page.Code, w.faults())
		}
		for _, text := range want {
			if !strings.Contains(page.Body.String(), text) {
				t.Errorf("%s lacks %s", path, text)
			}
		}
	}
}

func TestAThemeIsRemembered(t *testing.T) {
	w := newWorld(t, 20)
	chosen := w.get("/?theme=dark")
	if cookie := chosen.Header().Get("Set-Cookie"); !strings.HasPrefix(cookie, themeCookie+"=dark") {
		t.Errorf("cookie %q", cookie)
	}
	for cookie, want := range map[string]bool{"dark": true, "light": true, "auto": false, `"><script>`: false} {
		page := w.get("/", "Cookie", themeCookie+"="+cookie).Body.String()
		if strings.Contains(page, `data-theme="`+cookie+`"`) != want {
			t.Errorf("theme %s", cookie)
		}
	}
}

func TestFilesCarryTheirHashes(t *testing.T) {
	w := newWorld(t, 20)
	page := w.get("/postings").Body.String()
	elements := regexp.MustCompile(`(?:src|href)="(/static/[^"]+\.(?:js|css))"( integrity="sha384-[^"]{64}")?`).FindAllStringSubmatch(page, -1)
	if len(elements) < 4 {
		t.Fatalf("%d files", len(elements))
	}
	for _, e := range elements {
		file := w.get(e[1])
		if e[2] == "" || file.Code != http.StatusOK || !strings.Contains(file.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: integrity %q, %d, %s", e[1], e[2], file.Code, file.Header().Get("Cache-Control"))
		}
		for _, imported := range regexp.MustCompile(`from "([^"]+)"`).FindAllStringSubmatch(file.Body.String(), -1) {
			if w.get(imported[1]).Code != http.StatusOK {
				t.Errorf("%s imports %s, which is not there", e[1], imported[1])
			}
		}
	}
}

func TestEverySearchHasAFeed(t *testing.T) {
	w := newWorld(t, 200)
	answer := w.get("/postings.atom?tech=java&status=all&lang=en")
	var feed struct {
		Title string `xml:"title"`
		Links []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Entries []struct {
			ID, Title, Updated string
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(answer.Body.Bytes(), &feed); err != nil || answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Fatalf("%d %s %v", answer.Code, answer.Header(), err)
	}
	if want := getJSON[Postings](t, w, 200, "/api/v1/postings?tech=java&status=all").Total; int64(len(feed.Entries)) != min(want, feedPostings) || want == 0 {
		t.Errorf("%d entries, want %d", len(feed.Entries), want)
	}
	if feed.Title != "TMI — Java · All" || feed.Links[0].Href != "http://example.com/postings.atom?status=all&tech=java" {
		t.Errorf("%s %s", feed.Title, feed.Links[0].Href)
	}
	if again := w.get("/postings.atom?tech=java&status=all&lang=en", "If-None-Match", answer.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("again: %d", again.Code)
	}
	if bad := w.get("/postings.atom?tech=nonesuch"); bad.Code != http.StatusBadRequest {
		t.Errorf("an unknown technology: %d", bad.Code)
	}
}

func TestEverySearchHasACalendarOfItsEnds(t *testing.T) {
	w := newWorld(t, 200)
	text := w.get("/postings.ics?lang=ko").Body.String()
	ends := 0
	seoul, _ := time.LoadLocation("Asia/Seoul")
	for _, p := range getJSON[Postings](t, w, 200, "/api/v1/postings?sort=closing&limit=100").Postings {
		if p.ClosesAt != nil {
			ends++
			if !strings.Contains(text, "UID:"+p.PostingID+"@tmi\r\n") || !strings.Contains(text, "DTSTART;VALUE=DATE:"+p.ClosesAt.In(seoul).Format("20060102")) {
				t.Errorf("%s is not in the calendar", p.PostingID)
			}
		}
	}
	if strings.Count(text, "BEGIN:VEVENT") != ends || ends == 0 {
		t.Errorf("%d events, want %d", strings.Count(text, "BEGIN:VEVENT"), ends)
	}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.Contains(line, "\n") {
			t.Errorf("line of %d bytes: %s", len(line), line)
		}
	}
	if got, want := icsText("a,b;c\\d\ne"), `a\,b\;c\\d\ne`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestTheSitemapLeavesOutWhatIsNotIndexed(t *testing.T) {
	isFull := false
	w := newWorld(t, 100, func(o *Options) {
		o.PublishPolicy = func(source string) string {
			if isFull && source == "jumpit" {
				return PublishFull
			}
			return PublishExcerpt
		}
	})
	if text := w.get("/sitemap.xml").Body.String(); !strings.Contains(text, "<loc>http://example.com/techs/java</loc>") || strings.Contains(text, "/postings/") {
		t.Error("the sitemap lacks a technology or lists a posting that is not indexed")
	}
	isFull = true
	text := w.get("/sitemap.xml").Body.String()
	for _, p := range getJSON[Postings](t, w, 200, "/api/v1/postings?limit=100").Postings {
		if strings.Contains(text, p.PostingID) != (p.Source == "jumpit") {
			t.Errorf("%s of %s", p.PostingID, p.Source)
		}
	}
	if robots := w.get("/robots.txt").Body.String(); !strings.Contains(robots, "Sitemap: http://example.com/sitemap.xml") {
		t.Error(robots)
	}
}

func TestATextIsAnalyzedAndForgotten(t *testing.T) {
	x, err := extract.New()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, 20, func(o *Options) { o.Analyzer = x })
	post := func(text string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/analyze?lang=ko", strings.NewReader(url.Values{"text": {text}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, r)
		return answer
	}
	page := post("자격 요건\r\n- Java 백엔드 개발 3년 이상 <b>\r\n우대 사항\r\n- Kafka 운영 경험 비밀낱말")
	body := page.Body.String()
	for _, want := range []string{"찾은 기술 2가지", `<mark title="Java">Java</mark>`, "필요한 기술", "우대하는 기술", "&lt;b&gt;"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if page.Header().Get("Cache-Control") != "no-store" || strings.Contains(w.log.String(), "비밀낱말") {
		t.Error("the text is kept")
	}
	for text, status := range map[string]int{" ": 400, strings.Repeat("가", maxAnalyzed+1): 413, "\xff\xfe": 400} {
		if got := post(text); got.Code != status || !strings.Contains(got.Body.String(), `role="alert"`) {
			t.Errorf("%.10q: %d, want %d", text, got.Code, status)
		}
	}
	if none := newWorld(t, 0).get("/analyze"); none.Code != http.StatusNotFound {
		t.Errorf("without an analyzer: %d", none.Code)
	}
}

// shelf is a fake that behaves: reports by month, files by name.
type shelf map[string][]byte

func (s shelf) Reports(context.Context) ([]string, error) {
	return slices.Sorted(maps.Keys(s)), nil
}

func (s shelf) Report(_ context.Context, month string) (*web.Report, error) {
	if _, ok := s[month+".json"]; !ok {
		return nil, errs.New(errs.NotFound, "no report")
	}
	return &web.Report{Month: month, From: month + "-01", To: month + "-31", Techs: []web.ReportTech{{TechID: "java", Tech: "Java", Count: 3, Share: .3, Low: .1, High: .6}}, Dates: []string{month + "-01"}, Stock: []int64{7}, Open: 7}, nil
}

func (s shelf) File(_ context.Context, name string) ([]byte, error) {
	if data, ok := s[name]; ok && name != "2026-10.json" {
		return data, nil
	}
	return nil, errs.New(errs.NotFound, "no file")
}

func TestReportsAreShownAndHandedOut(t *testing.T) {
	w := newWorld(t, 20, func(o *Options) {
		o.Reports = shelf{"2026-10.json": nil, "2026-10.ko.pdf": []byte("%PDF-x"), "2026-10.en.pdf": nil}
	})
	for path, want := range map[string]string{
		"/reports": `href="/reports/2026-10"`, "/reports/2026-10": "2026년 10월 IT 채용 시장", "/reports/2026-10?lang=en": "The IT job market, October 2026",
	} {
		if page := w.get(path); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), want) {
			t.Errorf("%s: %d lacks %s %s", path, page.Code, want, w.faults())
		}
	}
	if page := w.get("/reports/2026-10").Body.String(); !strings.Contains(page, "/reports/2026-10.ko.pdf") || strings.Contains(page, ".en.pdf") {
		t.Error("the files of the page's language are not the ones named")
	}
	file := w.get("/reports/2026-10.ko.pdf")
	if file.Code != http.StatusOK || file.Header().Get("Content-Type") != "application/pdf" || !strings.HasPrefix(file.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("file: %d %v", file.Code, file.Header())
	}
	for _, path := range []string{"/reports/2026-09", "/reports/2026-09.ko.pdf", "/reports/x"} {
		if page := w.get(path); page.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, page.Code)
		}
	}
	if page := newWorld(t, 20).get("/reports"); !strings.Contains(page.Body.String(), "아직 리포트가 없습니다") {
		t.Error("no reports: the page does not say so")
	}
}
