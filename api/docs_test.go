package api

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

// Every example of docs/api.md is answered.
func TestTheExamplesOfTheDocumentationAreAnswered(t *testing.T) {
	text, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile(`curl 'http://127\.0\.0\.1:8080(/[^']*)'`).FindAllSubmatch(text, -1)
	if len(examples) < 5 {
		t.Fatalf("only %d examples", len(examples))
	}
	w := newWorld(t, 100)
	for _, example := range examples {
		if answer := w.get(string(example[1])); answer.Code != 200 {
			t.Errorf("%s: %d %s", example[1], answer.Code, answer.Body)
		}
	}
}

// The page lists every parameter of every route, and the documentation every parameter of
// a question.
func TestEveryParameterIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	page := newWorld(t, 1).get("/docs").Body.String()
	for _, params := range [][]param{listParams, frequencyParams, techParams, trendParams, pairParams, companyParams, recommendParams, qualityParams, csvParams} {
		for _, p := range params {
			if !regexp.MustCompile("[` =]"+p.name+"[`=,]").Match(text) && p.name != "category" {
				t.Errorf("docs/api.md does not name %s", p.name)
			}
			if !regexp.MustCompile("<code>" + p.name + "</code>").MatchString(page) {
				t.Errorf("/docs does not name %s", p.name)
			}
		}
	}
	for _, facet := range queries.Facets {
		if !regexp.MustCompile(`\b` + facet + `\b`).Match(text) {
			t.Errorf("docs/api.md does not name the facet %s", facet)
		}
	}
}

// What the OpenAPI document says of routes and parameters stands on the Korean page in Korean.
func TestTheDescriptionOfTheAPIIsThereInKorean(t *testing.T) {
	w := newWorld(t, 1)
	var spec struct {
		Info  struct{ Description string }
		Paths map[string]map[string]struct {
			Description string
			Parameters  []struct{ In, Name, Description string }
		}
	}
	if err := json.Unmarshal(w.get("/openapi.json").Body.Bytes(), &spec); err != nil {
		t.Fatal(err)
	}
	said := map[string]string{spec.Info.Description: "info"}
	for path, methods := range spec.Paths {
		for _, op := range methods {
			said[op.Description] = path
			for _, p := range op.Parameters {
				if p.In != "header" {
					said[p.Description] = path + " " + p.Name
				}
			}
		}
	}
	for sentence, where := range said {
		if !web.HasKoreanAPI(sentence) {
			t.Errorf("%s: web has no Korean for %q", where, sentence)
		}
	}
	if page := w.get("/docs?lang=ko").Body.String(); !strings.Contains(page, "한 쪽의 행 수") || strings.Contains(page, "Rows of a page") {
		t.Error("the Korean page is not in Korean")
	}
}

// Every link of the page /docs to a route opens.
func TestTheRoutesOfThePageCanBeTried(t *testing.T) {
	w := newWorld(t, 60)
	page := w.get("/docs").Body.String()
	links := regexp.MustCompile(`href="(/api/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 8 {
		t.Errorf("only %d links", len(links))
	}
	for _, link := range links {
		if answer := w.get(strings.ReplaceAll(link[1], "&amp;", "&")); answer.Code != 200 {
			t.Errorf("%s: %d", link[1], answer.Code)
		}
	}
}
