package api

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

// secrets are the words of one posting's text, each in one place of it.
type secrets struct {
	posting  schemas.GoldPosting
	policy   string
	evidence string            // in the sentence that proves a technology
	sections map[string]string // in the rest, by section
}

// secretMarket fills the tables with postings whose words are all different, but for one
// that stands in every section, so that a search finds them all.
func secretMarket(t *testing.T, w *world, policies map[string]string) []secrets {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	var all []secrets
	for i := range 24 {
		source := []string{"jumpit", "rallit", "greenhouse"}[i%3]
		s := secrets{policy: policies[source], evidence: fmt.Sprintf("evidence%dx", i), sections: map[string]string{}}
		text := func(section string) string {
			word := fmt.Sprintf("%s%dx", section, i)
			s.sections[section] = word
			return strings.Repeat("- 공통어 "+word+" 문장입니다.\n", 1+r.IntN(3))
		}
		p := schemas.GoldPosting{
			PostingID: schemas.PostingID(source, fmt.Sprint("secret", i)), Source: source, Status: schemas.PostingOpen, IsIT: true, Country: "KR", URL: fmt.Sprintf("https://b.example/%d", i), Title: "백엔드 개발자",
			Company: "라온페이", CompanyID: schemas.CompanyID("라온페이"), Techs: []string{"Go"}, Roles: []string{"backend"}, FirstSeenAt: queriestest.MarketNow, ClusterSize: 1, VersionCount: 1,
			About: text("about"), Duties: text("duties"), Preferred: text("preferred"), Benefits: text("benefits"), Process: text("process"),
		}
		p.ContentHash = p.PostingID
		before := text("requirements") + "- "
		sentence := s.evidence + " Go 언어 경험"
		p.Requirements = before + sentence + "\n" + text("requirements")
		start := int32(len(before) + strings.Index(sentence, "Go"))
		queriestest.Fill(t, w.reader.db, p)
		queriestest.Fill(t, w.reader.db, schemas.GoldPostingTech{PostingID: p.PostingID, TechID: "go", Tech: "Go", Category: "language", Need: "required", Method: "dictionary", Section: "requirements", Surface: "Go",
			StartByte: ptr(start), EndByte: ptr(start + 2)})
		s.posting = p
		all = append(all, s)
	}
	queriestest.Fill(t, w.reader.db, schemas.GoldCompany{CompanyID: schemas.CompanyID("라온페이"), Company: "라온페이", OpenCount: 24, PostingCount: 24, FirstSeenAt: queriestest.MarketNow})
	w.reader.seq.Store(1)
	return all
}

// addresses are questions to every route of the OpenAPI document and to every page, with
// nothing left out: a route that is new must be given an address here.
func addresses(t *testing.T, w *world, id string) []string {
	t.Helper()
	common := url.QueryEscape("공통어")
	of := map[string][]string{
		"/api/v1/postings":                {"?limit=100", "?limit=100&q=" + common, "?q=Go&facets=" + strings.Join([]string{"tech", "company", "role"}, ",")},
		"/api/v1/postings/{id}":           {""},
		"/api/v1/postings/{id}/why":       {""},
		"/api/v1/techs":                   {""},
		"/api/v1/techs/{id}":              {""},
		"/api/v1/companies":               {""},
		"/api/v1/companies/{id}":          {""},
		"/api/v1/stats/tech-frequency":    {"", "?q=" + common},
		"/api/v1/stats/tech-trend":        {"?tech=go"},
		"/api/v1/stats/tech-pairs":        {"?tech=go&q=" + common},
		"/api/v1/recommend":               {"?techs=go", "?limit=50&q=" + common},
		"/api/v1/quality":                 {""},
		"/api/v1/export/postings.csv":     {"", "?q=" + common},
		"/api/v1/export/postings.arrow":   {""},
		"/api/v1/export/postings.parquet": {""},
	}
	var spec struct{ Paths map[string]json.RawMessage }
	if err := json.Unmarshal(w.get("/openapi.json").Body.Bytes(), &spec); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for path := range spec.Paths {
		if of[path] == nil {
			t.Errorf("%s has no address here: whether it keeps to the policy is not known", path)
		}
		subject := map[bool]string{true: "go", false: id}[strings.Contains(path, "/techs/")]
		if strings.Contains(path, "/companies/") {
			subject = schemas.CompanyID("라온페이")
		}
		for _, query := range of[path] {
			paths = append(paths, strings.ReplaceAll(path, "{id}", subject)+query)
		}
	}
	return append(paths, "/", "/postings", "/postings?q="+common, "/postings/"+id, "/techs", "/techs/go", "/companies", "/companies/"+schemas.CompanyID("라온페이"), "/compare?tech=go",
		"/recommend?techs=go", "/recommend?q="+common, "/quality", "/docs")
}

// Whatever is asked on whatever route, no more of a text is shown than its source's policy
// allows: nothing; the sentence that proves a technology, where one posting is shown; all
// sections, there too.
func TestEveryRouteKeepsToThePolicyOfEverySource(t *testing.T) {
	policies := map[string]string{"jumpit": PublishFacts, "rallit": PublishExcerpt, "greenhouse": PublishFull}
	w := newWorld(t, 0, func(o *Options) { o.PublishPolicy = func(source string) string { return policies[source] } })
	all := secretMarket(t, w, policies)
	shown := map[string]int{}
	for _, own := range all {
		id := own.posting.PostingID
		for _, path := range addresses(t, w, id) {
			answer := w.get(path)
			if answer.Code != http.StatusOK {
				t.Fatalf("%s: %d %s\n%s", path, answer.Code, answer.Body, w.faults())
			}
			body := answer.Body.String()
			isOwn, isDetail := strings.Contains(path, id), strings.HasSuffix(path, "/postings/"+id)
			for _, s := range all {
				mayShowEvidence := isOwn && s.posting.PostingID == id && s.policy != PublishFacts
				if has := strings.Contains(body, s.evidence); has && !mayShowEvidence {
					t.Errorf("%s shows the evidence of a posting under %s", path, s.policy)
				} else if has {
					shown[s.policy+" evidence"]++
				}
				for section, word := range s.sections {
					mayShow := isDetail && s.posting.PostingID == id && s.policy == PublishFull
					if has := strings.Contains(body, word); has && !mayShow {
						t.Errorf("%s shows %s of a posting under %s", path, section, s.policy)
					} else if has {
						shown[s.policy+" "+section]++
					}
				}
			}
		}
	}
	for _, what := range []string{"excerpt evidence", "full evidence", "full about", "full duties", "full requirements", "full preferred", "full benefits"} {
		if shown[what] == 0 {
			t.Errorf("%s is never shown: this test would not see it elsewhere", what)
		}
	}
}
