package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// examples are the files that docs/sources/yaml-boards.md shows, by name.
func examples(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/sources/yaml-boards.md")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)```yaml\nname: ([a-z]+)(.*?)```").FindAllStringSubmatch(string(text), -1) {
		files[m[1]] = "name: " + m[1] + m[2]
	}
	if len(files) != 2 {
		t.Fatalf("%d examples in the page, want one JSON and one HTML board", len(files))
	}
	return files
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Both examples of the page, run against a local server from the list to silver.
func TestYAMLBoards(t *testing.T) {
	t.Parallel()
	const list = `{"data":{"total":1,"jobs":[{"id":17,"title":"Go 개발자","skills":[{"name":"Go"}],"places":["서울"]}]}}`
	const detail = `{"data":{"title":"Go 개발자","skills":[{"name":"Go"}],"career":"경력 3년 이상","texts":{"duties":"Kafka로 서버를 만듭니다","requirements":"Redis 경험"}}}`
	answers := map[string]string{
		"/api/jobs": list, "/api/jobs/17": detail,
		"/jobs":   `<ul><li class="job"><a href="/jobs/3">Rust 개발자</a><span class="company">다마</span></li></ul>`,
		"/jobs/3": `<main><h1>Rust 개발자</h1><span class="company">다마</span><div class="text"><p>Rust와 PostgreSQL</p></div></main>`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	for name, text := range examples(t) {
		write(t, filepath.Join(dir, name+".yaml"), text)
	}
	_, environ := newLake(t)
	environ = append(environ, "TMI_BOARDS_DIR="+dir)
	for _, name := range []string{"NARAE", "DAMA"} {
		environ = append(environ, "TMI_SOURCES_"+name+"_BASE_URL="+server.URL, "TMI_SOURCES_"+name+"_RATE=1000")
	}
	tmi(t, environ, "", "sources").wants(t, 0, "narae", "dama", "the board lets polite collectors in")
	tmi(t, environ, "", "run", "--sources", "narae,dama").wants(t, 0)
	r := tmi(t, environ, "", "sql", "--format", "csv", "select p.source, p.company, p.experience_min_years, string_agg(t.tech, ' ' order by t.tech) from silver.postings p join silver.posting_techs t using (posting_id) group by all order by 1")
	r.wants(t, 0, "dama,다마,,PostgreSQL Rust", "narae,나래,3,Go Kafka Redis")

	listFile, detailFile := write(t, filepath.Join(dir, "list.json"), list), write(t, filepath.Join(dir, "17.json"), detail)
	tmi(t, environ, "", "sources", "test", filepath.Join(dir, "narae.yaml"), "--page", listFile, "--detail", detailFile).
		wants(t, 0, "1 postings, 0 bad records, the board counts 1", "Go 개발자", "https://jobs.narae.example", "Redis 경험")
	tmi(t, environ, "", "sources", "test", filepath.Join(dir, "dama.yaml")).wants(t, 0, "good file of the board dama")
	tmi(t, environ, "", "sources", "test", filepath.Join(dir, "dama.yaml"), "--page", listFile).wants(t, 2, "list.items (li.job)", listFile)
	tmi(t, environ, "", "sources", "test", filepath.Join(dir, "none.yaml")).wants(t, 4, "no such file")
	bad := write(t, filepath.Join(dir, "list2.json"), strings.Replace(list, `"title":"Go 개발자",`, "", 1))
	tmi(t, environ, "", "sources", "test", filepath.Join(dir, "narae.yaml"), "--page", bad).wants(t, 2, "title: is missing")
}

func TestYAMLBoardsRefused(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "dama.yaml"), strings.Replace(examples(t)["dama"], "name: dama", "name: jumpit", 1))
	tmi(t, []string{"TMI_BOARDS_DIR=" + dir}, "", "sources").wants(t, 2, "jumpit", "exists already")
	write(t, filepath.Join(dir, "dama.yaml"), strings.Replace(examples(t)["dama"], "kind: html", "kind: pdf", 1))
	tmi(t, []string{"TMI_BOARDS_DIR=" + dir}, "", "sources").wants(t, 2, "dama.yaml", `kind is "pdf", expected json or html`)
	tmi(t, []string{"TMI_BOARDS_DIR=" + dir + "/none"}, "", "sources").wants(t, 2, "boards_dir", "expected a folder")
	tmi(t, nil, "", "sources", "tset", "x").wants(t, 2, "tset")
}
