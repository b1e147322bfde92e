package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// Whatever is asked, nothing known is suggested, reasons are counts of the postings, and a
// posting's technologies are those known and those missing.
func TestRecommendationsKeepToWhatWasAsked(t *testing.T) {
	w := newWorld(t, 400)
	for query, known := range map[string][]string{
		"techs=java,aws": {"java", "aws"},
		"techs=" + url.QueryEscape("자바") + "&techs=k8s":   {"java", "kubernetes"},
		"q=" + url.QueryEscape("백엔드"):                     nil,
		"q=" + url.QueryEscape("백엔드 카프카") + "&techs=java": {"java", "kafka"},
		"role=devops&location=Seoul":                      nil,
		"role=backend&techs=python&status=all&count=x":    nil,
		"q=zzzz&techs=react":                              {"react"},
	} {
		if strings.Contains(query, "count=") { // refused: there is nothing here to count twice
			getJSON[map[string]any](t, w, http.StatusBadRequest, "/api/v1/recommend?"+query)
			continue
		}
		answer := getJSON[Recommendation](t, w, http.StatusOK, "/api/v1/recommend?top=50&limit=50&"+query)
		var got []string
		for _, k := range answer.Known {
			got = append(got, k.TechID)
		}
		if !slices.Equal(got, known) {
			t.Errorf("%s: known %v, want %v", query, got, known)
		}
		for i, tech := range answer.Techs {
			reason := tech.Reason
			if slices.Contains(known, tech.TechID) || reason.JointCount < 1 || reason.JointCount > reason.PostingCount || i > 0 && answer.Techs[i-1].Score < tech.Score {
				t.Errorf("%s: %+v", query, tech)
			}
			if reason.Kind == "search" && reason.PostingCount != answer.PostingCount || reason.Kind == "with" && (reason.With == nil || !slices.Contains(known, reason.With.TechID)) {
				t.Errorf("%s: reason %+v of %d postings", query, reason, answer.PostingCount)
			}
		}
		if len(answer.Techs) == 0 {
			t.Errorf("%s: nothing is suggested", query)
		}
		for i, p := range answer.Postings {
			var names []string
			for _, tech := range append(slices.Clone(p.Have), p.Missing...) {
				names = append(names, tech.Tech)
			}
			if slices.Sort(names); !slices.Equal(names, p.Techs) && len(p.Techs) > 0 {
				t.Errorf("%s: %v and %v are not %v", query, p.Have, p.Missing, p.Techs)
			}
			if len(known) > 0 && len(p.Have) == 0 || p.Fit < 0 || p.Fit > 1 || i > 0 && answer.Postings[i-1].Fit < p.Fit || p.Status != "open" {
				t.Errorf("%s: fit %+v", query, p)
			}
		}
		if len(answer.Postings) == 0 && answer.PostingCount > 0 {
			t.Errorf("%s: no posting fits", query)
		}
	}
}

func TestTheSearchPageSuggestsWhatTheRecommendationSuggests(t *testing.T) {
	w := newWorld(t, 400)
	answer := getJSON[Recommendation](t, w, 200, "/api/v1/recommend?role=devops")
	page := w.get("/postings?role=devops").Body.String()
	for _, tech := range answer.Techs[:min(len(answer.Techs), pageSuggestions)] {
		if !strings.Contains(page, `href="/postings?role=devops&amp;tech=`+url.QueryEscape(tech.TechID)+`"`) {
			t.Errorf("the page does not offer %s", tech.TechID)
		}
	}
	for path, want := range map[string]string{
		"/recommend": "아는 기술", "/recommend?lang=en&techs=" + url.QueryEscape("자바, k8s") + "&q=&role=": `class="chip missing"`,
		"/recommend?q=zzzz&lang=ko": "맞는 열린 공고가 없습니다", "/recommend?role=devops": `href="/recommend?role=devops&amp;techs=`,
	} {
		if page := w.get(path); page.Code != 200 || !strings.Contains(page.Body.String(), want) {
			t.Errorf("%s: %d, lacks %s\n%s", path, page.Code, want, w.faults())
		}
	}
	if page := w.get("/recommend?techs=cobal"); page.Code != http.StatusBadRequest || !strings.Contains(page.Body.String(), `role="alert"`) {
		t.Errorf("a wrong technology: %d", page.Code)
	}
}
