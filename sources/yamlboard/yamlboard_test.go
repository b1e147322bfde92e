package yamlboard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

const jsonBoard = `
name: naraejobs
title: 나래 채용
korean: true
allowed: true
terms: our own example
kind: json
list:
  url: https://jobs.narae.test/api/jobs?page={page}
  rows: 2
  items: data.jobs
  total: data.total
  fields:
    id: id
    title: title
    company: {const: 나래}
    tags: skills.name
    locations: places
    closes_at: deadline
detail:
  url: https://jobs.narae.test/api/jobs/{id}
  item: data
  fields: {id: id, title: title, company: {const: 나래}, tags: skills.name, requirements: texts.requirements, duties: texts.duties, experience_min: {at: career, pattern: '(\d+)년'}, posted_at: opened, closes_at: deadline, url: page}
`

const htmlBoard = `
name: damajobs
allowed: true
terms: our own example
kind: html
list:
  url: https://dama.test/jobs
  items: li.job
  fields:
    id: {at: a@href, pattern: '/jobs/(\d+)'}
    title: a
    url: a@href
    company: .company
    locations: .place
    closes_at: {at: .until, pattern: '[\d.]{10}'}
    tags: .tags span
    body: .text
`

func newSource(t testing.TB, text, base string) sources.Source {
	t.Helper()
	board, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s := board.Settings
	if base != "" {
		s.BaseURL = base
	}
	src, err := board.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func TestContract(t *testing.T) {
	detail := func(id string) string {
		return `{"data":{"id":` + id + `,"title":"Go 개발자","skills":[{"name":"Go"}],"texts":{"duties":"<p>서버를<br>만듭니다</p>","requirements":"Go & Kafka"},"career":"경력 3년 이상","deadline":"2026-05-20","opened":1777593600,"page":"/jobs/` + id + `"}}`
	}
	base := sourcestest.Serve(t, map[string]string{
		"/api/jobs?page=1": `{"data":{"total":3,"jobs":[{"id":1,"title":"Go 개발자","skills":[{"name":"Go"}],"places":["서울"]},{"id":2,"title":"DBA"}]}}`,
		"/api/jobs?page=2": `{"data":{"total":3,"jobs":[{"id":3,"title":"SRE"}]}}`,
		"/api/jobs/1":      detail("1"), "/api/jobs/2": detail("2"),
	})
	sourcestest.Run(t, sourcestest.Case{Source: newSource(t, jsonBoard, base), BaseURL: base, Count: 3, Details: 3})
}

func TestContractHTML(t *testing.T) {
	base := sourcestest.Serve(t, map[string]string{"/jobs": "testdata/list-page.html"})
	sourcestest.Run(t, sourcestest.Case{Source: newSource(t, htmlBoard, base), BaseURL: base, Count: 3})
}

func TestParse(t *testing.T) { sourcestest.Golden(t, newSource(t, htmlBoard, ""), "all") }

func TestDetail(t *testing.T) {
	src := newSource(t, jsonBoard, "")
	body := `{"data":{"id":1,"title":" Go 개발자 ","skills":[{"name":"Go"},{"name":"Kafka"}],"texts":{"duties":"<p>서버를<br>만듭니다</p>","requirements":"Go &amp; Kafka"},"career":"경력 3년 이상","deadline":"2026.05.20","opened":1777593600,"page":"/jobs/1"}}`
	parsed, err := src.Parse(schemas.Document{Kind: schemas.KindDetail, BoardID: "1", Status: 200, URL: "https://jobs.narae.test/api/jobs/1", Body: []byte(body)})
	if err != nil || len(parsed.Postings) != 1 {
		t.Fatalf("%+v, %v", parsed, err)
	}
	p := parsed.Postings[0]
	if p.Title != "Go 개발자" || p.Duties != "서버를\n만듭니다" || p.Requirements != "Go & Kafka" || len(p.BoardTags) != 2 || *p.ExperienceMinYears != 3 ||
		p.URL != "https://jobs.narae.test/jobs/1" || p.ClosesAt.Format("2006-01-02T15:04:05") != "2026-05-20T14:59:59" || p.PostedAt.Unix() != 1777593600 {
		t.Errorf("posting %+v", p)
	}
	parsed, err = src.Parse(schemas.Document{Kind: schemas.KindDetail, BoardID: "2", Status: 200, Body: []byte(strings.Replace(body, "2026.05.20", "soon", 1))})
	if err != nil || len(parsed.Bad) != 1 || len(parsed.Bad[0].Reasons) != 2 {
		t.Errorf("another posting with a day that is none: %+v, %v; want one bad record with two reasons", parsed, err)
	}
}

func FuzzParse(f *testing.F) { sourcestest.FuzzParse(f, newSource(f, htmlBoard, ""), "all") }

func FuzzParseJSON(f *testing.F) { sourcestest.FuzzParse(f, newSource(f, jsonBoard, ""), "all") }

func TestRefused(t *testing.T) {
	for change, want := range map[[2]string]string{
		{"name: naraejobs", "name: Narae Jobs"}:   `name is "Narae Jobs", expected 2 to 40 lower-case letters`,
		{"kind: json", "kind: xml"}:               `kind is "xml", expected json or html`,
		{"terms: our own example", "terms: ''"}:   `terms is "", expected what the board's robots.txt`,
		{"rows: 2", "rows: 0"}:                    `list.rows is "0"`,
		{"page={page}", "page={pages}"}:           `list.url is "{pages}", expected one of {page}, {offset}, {list}`,
		{"items: data.jobs", "items: data..jobs"}: `list.items is "data..jobs", expected a path`,
		{"    id: id\n", ""}:                      `list.fields.id is "", expected where the posting's id stands`,
		{"places", "{at: places, const: x}"}:      `list.fields.locations is "places", expected either`,
		{"locations: places", "location: places"}: `list.fields.location is "location", expected one of about, benefits`,
		{`'(\d+)년'`, `'(\d+년'`}:                   `detail.fields.experience_min.pattern`,
		{"detail:\n  url: https://jobs.narae.test", "detail:\n  url: https://other.test"}: `detail.url is "https://other.test/api/jobs/{id}", expected {url}, or an address of https://jobs.narae.test`,
		{"  rows: 2", "  row: 2"}:                                     "unknown key row",
		{"{const: 나래}\n    tags", "{cnst: 나래}\n    tags"}:             `unknown key "cnst", expected at, pattern or const`,
		{"rows: 2", "rows: two"}:                                      "cannot unmarshal",
		{"https://jobs.narae.test/api/jobs?page", "ftp://narae.test"}: "list.url",
	} {
		text := strings.Replace(jsonBoard, change[0], change[1], 1)
		path := filepath.Join(t.TempDir(), "narae.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil || text == jsonBoard {
			t.Fatalf("%q changes nothing, or %v", change[0], err)
		}
		if _, err := Load(filepath.Dir(path)); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: got %v, want errs.Invalid that names %s and %s", change[1], err, path, want)
		}
	}
	if _, err := Parse([]byte(strings.Replace(htmlBoard, "li.job", "li..job[", 1))); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "a CSS selector") {
		t.Errorf("a selector that is none: %v", err)
	}
	if _, err := Parse(nil); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "empty") {
		t.Errorf("an empty file: %v", err)
	}
}
