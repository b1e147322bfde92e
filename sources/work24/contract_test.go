package work24

import (
	"strings"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/sourcestest"
)

const testKey = "key-of-a-test"

func TestContract(t *testing.T) {
	answers := map[string]string{
		path + "L01.do?callTp=L&returnType=XML&startPage=1&display=100&occupation=133100&authKey=" + testKey: `<wantedRoot><total>101</total><startPage>1</startPage>` +
			strings.Repeat(`<wanted><wantedAuthNo>K#</wantedAuthNo><title>개발자</title></wanted>`, 100) + `</wantedRoot>`,
		path + "L01.do?callTp=L&returnType=XML&startPage=2&display=100&occupation=133100&authKey=" + testKey: `<wantedRoot><total>101</total><startPage>2</startPage><wanted><wantedAuthNo>Z</wantedAuthNo><title>개발자</title></wanted></wantedRoot>`,
		path + "D01.do?callTp=D&returnType=XML&infoSvc=VALIDATION&wantedAuthNo=K1&authKey=" + testKey:        `<wantedDtl><wantedAuthNo>K1</wantedAuthNo><wantedInfo><wantedTitle>개발자</wantedTitle></wantedInfo></wantedDtl>`,
	}
	for page, body := range answers { // each row a number of its own
		for n := 1; strings.Contains(body, "K#"); n++ {
			body = strings.Replace(body, "K#", "K"+strings.Repeat("1", n), 1)
		}
		answers[page] = body
	}
	base := sourcestest.Serve(t, answers)
	src := newSource(t, sources.Settings{BaseURL: base, Key: testKey, Boards: []string{"133100"}})
	sourcestest.Run(t, sourcestest.Case{Source: src, BaseURL: base, Count: 101, Details: 2})
}

func TestRefused(t *testing.T) {
	if _, err := newSource(t, sources.Settings{Boards: []string{"133100"}}).Lists(t.Context(), nil); !errs.Is(err, errs.Invalid) {
		t.Errorf("no key: got %v, want errs.Invalid", err)
	}
	if _, err := New(sources.Settings{Boards: []string{"IT"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("no code: got %v, want errs.Invalid", err)
	}
}
