// Package recognise tells the applicant tracking system (ATS) behind a careers page, by the
// page's address or by what the page holds. It asks nobody.
package recognise

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/techmapit/tmi/sources/page"
)

// Found is a board as the config names it.
type Found struct {
	Source string // the source's name
	Board  string // what stands in sources.<name>.boards
	How    string // what it was told by, for people
}

// marks are the addresses at which employers' boards stand; the first group is the token.
// Each was seen in recorded answers or in the code of others (docs/sources/).
var marks = []struct {
	source  string
	pattern *regexp.Regexp
}{
	{"greenhouse", regexp.MustCompile(`boards-api\.greenhouse\.io/v1/boards/([A-Za-z0-9_-]+)`)},
	{"greenhouse", regexp.MustCompile(`(?:job-)?boards(?:\.eu)?\.greenhouse\.io/embed/job_board(?:/js)?\?(?:[^"'\s<>]*[&;])?for=([A-Za-z0-9_-]+)`)},
	{"greenhouse", regexp.MustCompile(`(?:job-)?boards(?:\.eu)?\.greenhouse\.io/([A-Za-z0-9_-]+)`)},
	{"lever", regexp.MustCompile(`(?:jobs\.lever\.co|api\.lever\.co/v0/postings)/([A-Za-z0-9._-]+)`)},
	{"ashby", regexp.MustCompile(`(?:jobs\.ashbyhq\.com|api\.ashbyhq\.com/posting-api/job-board)/([A-Za-z0-9._-]+)`)},
	{"smartrecruiters", regexp.MustCompile(`(?:(?:jobs|careers)\.smartrecruiters\.com|api\.smartrecruiters\.com/v1/companies)/([A-Za-z0-9._-]+)`)},
	{"workable", regexp.MustCompile(`apply\.workable\.com/(?:api/v\d/(?:widget/)?accounts/)?([A-Za-z0-9][A-Za-z0-9-]+)`)},
	{"greeting", regexp.MustCompile(`//([A-Za-z0-9-]+)\.career\.greetinghr\.com`)},
}

// notTokens stand where a token could and are none.
var notTokens = map[string]bool{"embed": true, "api": true, "v1": true, "static": true, "assets": true, "j": true}

// Address tells by an address alone.
func Address(address string) (Found, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return Found{}, false
	}
	return inText(u.Scheme+"://"+strings.ToLower(u.Host)+u.RequestURI(), "its address", true)
}

func inText(text, how string, isStart bool) (Found, bool) {
	for _, mark := range marks {
		for _, at := range mark.pattern.FindAllStringSubmatchIndex(text, -1) {
			token := strings.TrimRight(text[at[2]:at[3]], ".")
			before := strings.TrimPrefix(strings.TrimPrefix(text[:at[0]], "https:"), "http:")
			if notTokens[strings.ToLower(token)] || isStart && strings.Trim(before, "/") != "" {
				continue
			}
			return Found{Source: mark.source, Board: token, How: how}, true
		}
	}
	return Found{}, false
}

// Page tells by a page's content: an address of a board that it links to or embeds, the
// state that Greeting's pages carry, or postings described as JSON-LD.
func Page(address string, body []byte) (Found, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return Found{}, false
	}
	text := strings.ReplaceAll(string(body), `\/`, "/")
	if strings.Contains(text, "greetinghr") && len(page.Scripts(body, "id", "__NEXT_DATA__")) > 0 {
		return Found{Source: "greeting", Board: u.Host, How: "the page is one of Greeting on the employer's own host"}, true
	}
	if found, ok := inText(text, "a link or script of the page", false); ok {
		return found, true
	}
	for _, script := range page.Scripts(body, "type", "application/ld+json") {
		if strings.Contains(script, "JobPosting") {
			return Found{Source: "jsonld", Board: u.Hostname() + "=" + address, How: "the page describes its postings as JSON-LD"}, true
		}
	}
	return Found{}, false
}
