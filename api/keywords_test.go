package api

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/extract"
)

func TestKeywordsAreUnderstoodAsSomebodyMeansThem(t *testing.T) {
	x, err := extract.New()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, 1, func(o *Options) { o.RolesOf, o.Dictionary, o.Techs = x.RolesOf, x.Dictionary(), x.Dictionary().Entries })
	type understood struct{ Roles, Techs, Topics []string }
	for text, want := range map[string]understood{
		"백엔드 신입":             {Roles: []string{"backend"}},
		"backend engineer":   {Roles: []string{"backend"}},
		"데이터 엔지니어":           {Roles: []string{"data-engineer"}},
		"Data Engineer jobs": {Roles: []string{"data-engineer"}},
		"모바일 앱 개발":           {Roles: []string{"mobile"}},
		"핀테크 백엔드":            {Roles: []string{"backend"}, Topics: []string{"결제"}},
		"payments":           {Roles: []string{"backend"}, Topics: []string{"결제"}},
		"실시간 스트리밍":           {Roles: []string{"data-engineer"}, Topics: []string{"실시간"}},
		"MLOps":              {Roles: []string{"ml-engineer", "devops"}, Topics: []string{"mlops"}},
		"자연어처리":              {Roles: []string{"ml-engineer"}, Topics: []string{"자연어"}},
		"React 개발자":          {Roles: []string{"frontend"}, Techs: []string{"react"}},
		"스프링부트 백엔드":          {Roles: []string{"backend"}, Techs: []string{"spring-boot"}},
		"커머스":                {Topics: []string{"커머스"}},
		"양자컴퓨터":              {Topics: []string{"양자컴퓨터"}},
		"개발자 채용":             {},
		"대용량 트래픽 처리 백엔드 개발자": {Roles: []string{"backend"}, Topics: []string{"대용량"}},
	} {
		answer := getJSON[Recommendation](t, w, http.StatusOK, "/api/v1/recommend?q="+url.QueryEscape(text))
		got := understood{Roles: some(answer.Understood.Roles), Topics: some(answer.Understood.Topics)}
		for _, tech := range answer.Understood.Techs {
			got.Techs = append(got.Techs, tech.TechID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestTopicsNameRolesThatExistAndWordsInLowerCase(t *testing.T) {
	seen := map[string]bool{}
	for _, topic := range topics {
		for _, role := range topic.roles {
			if !slices.Contains(extract.Roles, role) {
				t.Errorf("%s: there is no role %s", topic.words[0], role)
			}
		}
		for _, word := range topic.words {
			if seen[word] || word == "" {
				t.Errorf("%q stands twice", word)
			}
			seen[word] = true
		}
	}
	if len(topics) < 40 {
		t.Errorf("only %d topics", len(topics))
	}
}
