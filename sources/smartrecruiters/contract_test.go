package smartrecruiters

import (
	"strings"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

func TestContract(t *testing.T) {
	page := func(offset, id string) string {
		return `{"offset":` + offset + `,"limit":100,"totalFound":3,"content":[{"id":"` + id + `","name":"Engineer"}]}`
	}
	detail := func(id string) string {
		return strings.ReplaceAll(`{"id":"ID","name":"Engineer","jobAd":{"sections":{}}}`, "ID", id)
	}
	base := sourcestest.Serve(t, map[string]string{
		"/v1/companies/Narae/postings?limit=100&offset=0":   page("0", "1"),
		"/v1/companies/Narae/postings?limit=100&offset=100": page("1", "2"),
		"/v1/companies/Narae/postings?limit=100&offset=200": page("2", "3"),
		"/v1/companies/Narae/postings/1":                    detail("1"),
		"/v1/companies/Narae/postings/2":                    detail("2"), // the third is gone
	})
	src := newSource(t, sources.Settings{BaseURL: base, Boards: []string{"Narae"}})
	sourcestest.Run(t, sourcestest.Case{Source: src, BaseURL: base, Count: 3, Details: 3})
}

func TestBadToken(t *testing.T) {
	if _, err := New(sources.Settings{Boards: []string{"a/b"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v, want errs.Invalid", err)
	}
}
