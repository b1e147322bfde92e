package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSourcesAdd recognises boards by address, redirect and content on a local server, and
// saves one without harm to the file's comments.
func TestSourcesAdd(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lever := `[` + strings.TrimSuffix(strings.Repeat(`{"id":"p","text":"Go Developer","descriptionPlain":"Go and Kafka"},`, 1), ",")
		for i := range 7 {
			lever += `,{"id":"q` + string(rune('0'+i)) + `","text":"Data Engineer","descriptionPlain":"Spark"}`
		}
		answer, ok := map[string]string{
			"/v0/postings/narae": lever + `]`,
			"/v0/postings/empty": `[]`,
			"/careers":           `<html><a href="https://jobs.lever.co/narae">open roles</a></html>`,
			"/plain":             `<html>우리 회사</html>`,
			"/one":               `<html><script type="application/ld+json">{"@type":"JobPosting","title":"SRE","description":"Go"}</script></html>`,
		}[r.URL.Path]
		switch {
		case r.URL.Path == "/moved":
			http.Redirect(w, r, "https://jobs.lever.co/narae", http.StatusFound)
		case !ok:
			http.NotFound(w, r)
		default:
			_, _ = w.Write([]byte(answer))
		}
	}))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "tmi.yaml")
	const before = "# our collector\ncontact: jobs@example.com # who to ask\nsources:\n  # one employer of ours\n  lever:\n    rate: 1000\n    boards: [dama] # seen in May\n"
	write(t, file, before)
	environ := []string{"TMI_SOURCES_LEVER_BASE_URL=" + server.URL, "TMI_SOURCES_JSONLD_RATE=1000"}
	add := func(args ...string) result {
		return tmi(t, environ, "", append([]string{"--config", file, "sources", "add"}, args...)...)
	}
	for address, how := range map[string]string{"https://jobs.lever.co/narae/p": "its address", server.URL + "/moved": "its address", server.URL + "/careers": "a link or script"} {
		r := add(address)
		r.wants(t, 0, "Lever, board narae", how, "Go Developer", "nothing is saved: --yes saves it")
		if n := strings.Count(r.stdout, "Engineer"); n != 4 {
			t.Errorf("%s: %d further postings shown, want five in all\n%s", address, n, r.stdout)
		}
	}
	add(server.URL+"/one").wants(t, 0, "schema.org JobPosting", "SRE")
	add(server.URL+"/plain").wants(t, 4, "shows none of", "YAML file")
	add("https://jobs.lever.co/nobody").wants(t, 4, "no board nobody")
	add("https://jobs.lever.co/empty").wants(t, 4, "no posting")
	add("https://apply.workable.com/narae").wants(t, 2, "workable is not asked", "terms_accepted")
	add("jobs.lever.co").wants(t, 2, "no http or https address")
	if text, err := os.ReadFile(file); err != nil || string(text) != before {
		t.Errorf("the config changed without a word: %s, %v", text, err)
	}

	r := add("--yes", "--output", "json", "https://jobs.lever.co/narae")
	r.wants(t, 0, "saved: sources.lever.boards of "+file)
	var out added
	if err := json.Unmarshal([]byte(r.stdout), &out); err != nil || !out.Saved || len(out.Postings) != 5 {
		t.Errorf("json: %v\n%s", err, r.stdout)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, kept := range []string{"# our collector", "contact: jobs@example.com # who to ask", "# one employer of ours", "rate: 1000", "boards: [dama, narae] # seen in May"} {
		if !strings.Contains(string(text), kept) {
			t.Errorf("%q is lost:\n%s", kept, text)
		}
	}
	add("--yes", "https://jobs.lever.co/narae").wants(t, 0, "already")
}

func TestWithBoard(t *testing.T) {
	for name, c := range map[string]struct{ text, want, problem string }{
		"no file":          {"", "sources:\n  ashby:\n    boards:\n      - shipped\n      - narae\n", ""},
		"no sources":       {"threads: 2\n", "threads: 2\nsources:\n  ashby:\n    boards:\n      - shipped\n      - narae\n", ""},
		"an empty key":     {"sources:\n", "sources:\n  ashby:\n    boards:\n      - shipped\n      - narae\n", ""},
		"other keys":       {"sources:\n  ashby:\n    rate: 2 # slow\n", "sources:\n  ashby:\n    rate: 2 # slow\n    boards:\n      - shipped\n      - narae\n", ""},
		"a list of others": {"sources:\n  ashby:\n    boards:\n      - a # first\n", "sources:\n  ashby:\n    boards:\n      - a # first\n      - narae\n", ""},
		"a list as a text": {"sources:\n  ashby:\n    boards: shipped\n", "sources:\n  ashby:\n    boards:\n      - shipped\n      - narae\n", ""},
		"no mapping":       {"sources: [a]\n", "", "sources"},
		"boards no list":   {"sources:\n  ashby:\n    boards: {a: b}\n", "", "sources.ashby.boards"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := withBoard([]byte(c.text), "ashby", []string{"shipped"}, "narae")
			if c.problem != "" {
				if err == nil || !strings.Contains(err.Error(), c.problem) {
					t.Errorf("got %v, want an error that names %s", err, c.problem)
				}
				return
			}
			if err != nil || string(got) != c.want {
				t.Errorf("got %v\n%s\nwant\n%s", err, got, c.want)
			}
		})
	}
}
