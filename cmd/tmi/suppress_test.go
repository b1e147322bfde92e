package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/sources/replica"
)

// TestSuppress takes a posting off the public side of a running server: no route that gave
// its id or its address before does so after.
func TestSuppress(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 5, Postings: 40, Days: 2})
	m.run(t, 1).wants(t, 0)
	const company = "(select company_id from gold.postings where country = 'KR' and is_it and status = 'open' and duplicate_of is null and company_id is not null order by posting_id limit 1)"
	id := m.one(t, "select posting_id from gold.postings where country = 'KR' and is_it and status = 'open' and duplicate_of is null and company_id is not null order by posting_id limit 1")
	url := m.one(t, "select url from gold.postings where posting_id = '"+id+"'")
	companyID := m.one(t, "select "+company)
	techID := m.one(t, "select min(tech_id) from gold.posting_techs where posting_id = '"+id+"'")

	a := configured(t, m.environ)
	l, err := a.existingLake(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, stop := context.WithCancel(t.Context())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- a.serve(ctx, l, "127.0.0.1:0", func(url string) { ready <- url }) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	base := strings.TrimSuffix(<-ready, "/")
	get := func(path string) (int, string, string) {
		t.Helper()
		answer, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body), answer.Header.Get("ETag")
	}
	routes := []string{"/", "/postings", "/postings/" + id, "/companies/" + companyID, "/techs/" + techID,
		"/api/v1/postings?limit=100&status=all&country=*&is_it=true", "/api/v1/postings?limit=100&tech=" + techID, "/api/v1/postings/" + id,
		"/api/v1/companies/" + companyID, "/api/v1/techs/" + techID, "/api/v1/recommend?techs=" + techID,
		"/api/v1/export/postings.csv?status=all", "/api/v1/export/postings.parquet?status=all", "/api/v1/export/postings.arrow?status=all"}
	// whatever else the server says it has, as far as it needs no parameters
	_, text, _ := get("/openapi.json")
	var described struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal([]byte(text), &described); err != nil {
		t.Fatal(err)
	}
	for path, methods := range described.Paths {
		if _, isGet := methods["get"]; isGet && !strings.Contains(path, "{") {
			routes = append(routes, path)
		}
	}
	named, tag := 0, map[string]string{}
	for _, path := range routes {
		_, body, etag := get(path)
		tag[path] = etag
		if strings.Contains(body, id) || strings.Contains(body, url) {
			named++
		}
	}
	if named < 5 {
		t.Fatalf("%d routes named the posting before: the test looks at the wrong ones", named)
	}

	tmi(t, m.environ, "", "suppress", id).wants(t, 0, "off the public side")
	for began := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		if code, _, _ := get("/api/v1/postings/" + id); code == http.StatusNotFound {
			break
		}
		if time.Since(began) > 30*time.Second {
			t.Fatal("the posting is still public after 30 s")
		}
	}
	for _, path := range routes {
		_, body, etag := get(path)
		if !strings.Contains(path, id) && (strings.Contains(body, id) || strings.Contains(body, url)) {
			t.Errorf("%s still names the posting", path)
		}
		if etag != "" && etag == tag[path] {
			t.Errorf("%s has the ETag of before", path)
		}
	}
	if code, body, _ := get("/postings/" + id); code != http.StatusNotFound || strings.Contains(body, url) {
		t.Errorf("the posting's page: %d", code)
	}
	if got := m.one(t, "select count(*) from gold.postings where posting_id = '"+id+"'"); got != "1" {
		t.Errorf("the owner sees %s rows of it, want 1", got)
	}
	if hidden, err := jobs.Suppressed(t.Context(), l.Objects()); err != nil || len(hidden) != 1 {
		t.Errorf("suppressed: %v, %v", hidden, err)
	}
	tmi(t, m.environ, "", "suppress").wants(t, 0, id)
	tmi(t, m.environ, "", "suppress", "--undo", id).wants(t, 0, "sees the posting again")
	tmi(t, m.environ, "", "suppress", "--undo", id).wants(t, 0, "was not suppressed")
	tmi(t, m.environ, "", "suppress", "x").wants(t, 2, "no posting id")
}
