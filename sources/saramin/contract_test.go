package saramin

import (
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

const testKey = "key-of-a-test"

func TestContract(t *testing.T) {
	page := func(n string) string {
		return "/job-search?" + filter + "&sort=pd&count=110&start=" + n + "&fields=posting-date,expiration-date,keyword-code,count&access-key=" + testKey
	}
	base := sourcestest.Serve(t, map[string]string{
		page("0"): `{"jobs":{"count":110,"start":0,"total":"112","job":` + sourcestest.Rows(110, `{"id":"%d","position":{"title":"개발자"}}`) + `}}`,
		page("1"): `{"jobs":{"count":2,"start":1,"total":"112","job":[{"id":"a","position":{"title":"개발자"}},{"id":"b","position":{"title":"개발자"}}]}}`,
	})
	src := newSource(t, sources.Settings{BaseURL: base, Key: testKey})
	sourcestest.Run(t, sourcestest.Case{Source: src, BaseURL: base, Count: 112})
}

func TestNoKey(t *testing.T) {
	if _, err := newSource(t, sources.Settings{}).Lists(t.Context(), nil); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v, want errs.Invalid", err)
	}
}
