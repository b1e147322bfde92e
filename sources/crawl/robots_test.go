package crawl

import (
	"strings"
	"testing"
	"time"
)

func TestRobots(t *testing.T) {
	const file = "\xef\xbb\xbf# our rules\r\nDisallow: /before-any-group\r\n" +
		"User-agent: *\nDisallow: /private/\nAllow: /private/open\nDisallow: /*.json$\nDisallow: /search?q=\nDisallow: /caf%C3%A9\nDisallow: /a%7eb\nCrawl-delay: 2\n\n" +
		"User-agent: other\nUser-agent: third\nDisallow: /\n"
	const named = "User-agent: *\nDisallow: /\n\nUser-agent: tmi/2.0\nAllow: /\nDisallow: /mine\n\nSitemap: https://example.com/s.xml\nnonsense\n\nUser-Agent: TMI\nDisallow: /more\nCrawl-delay: x\n"
	cases := []struct {
		name, file, path string
		want             bool
	}{
		{"no rule", file, "/jobs", true},
		{"prefix", file, "/private/x", false},
		{"longest match allows", file, "/private/open/1", true},
		{"rules are anchored at the start", file, "/x/private/", true},
		{"star and dollar", file, "/a/b.json", false},
		{"dollar means the end", file, "/a/b.json?page=1", true},
		{"query is part of the path", file, "/search?q=go", false},
		{"escaped and plain are one", file, "/café", false},
		{"unreserved is unescaped", file, "/a~b", false},
		{"rules before any group count for nobody", file, "/before-any-group", true},
		{"robots.txt itself", "User-agent: *\nDisallow: /", "/robots.txt", true},
		{"own group instead of star", named, "/jobs", true},
		{"own group", named, "/mine", false},
		{"own groups are merged", named, "/more", false},
		{"a tie allows", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
		{"empty disallow allows", "User-agent: *\nDisallow:", "/a", true},
		{"empty file", "", "/a", true},
		{"a page in its place", "<html><body>Not found</body></html>", "/a", true},
		{"name of another that begins alike", "User-agent: TMIbot\nDisallow: /", "/a", true},
		{"agents after rules open a new group", "User-agent: a\nDisallow: /x\nUser-agent: *\nDisallow: /y", "/x", true},
		{"star in the middle of a pattern", "User-agent: *\nDisallow: /a*b", "/x/a1b", true},
		{"many stars end", "User-agent: *\nDisallow: /" + strings.Repeat("*a", 60) + "b", "/" + strings.Repeat("a", 3000), true},
		{"a crawl-delay ends no group's names", "User-agent: a\nCrawl-delay: 5\nUser-agent: *\nDisallow: /y", "/y", false},
		{"an empty disallow ends them", "User-agent: a\nDisallow:\nUser-agent: *\nDisallow: /y", "/y", false},
		{"half a last line is none", "User-agent: *\nDisallow: /\n#" + strings.Repeat("x", robotsMaxBytes-36) + "\nAllow: /none", "/y", false},
		{"only star", "User-agent: *\nDisallow: *", "/a", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := ParseRobots([]byte(c.file), ProductToken).Allows(c.path); got != c.want {
				t.Errorf("%s is allowed: got %v, want %v; file:\n%s", c.path, got, c.want, c.file[:min(len(c.file), 500)])
			}
		})
	}
	if got := ParseRobots([]byte(file), ProductToken).CrawlDelay(); got != 2*time.Second {
		t.Errorf("crawl delay: got %v, want 2s", got)
	}
	if ParseRobots([]byte(strings.Repeat("#"+strings.Repeat("x", 99)+"\n", 5300)+"User-agent: *\nDisallow: /\n"), ProductToken).Allows("/a") == false {
		t.Error("rules beyond 500 KiB were read")
	}
	if noRobots.Allows("/a") || !noRobots.Allows("/robots.txt") {
		t.Error("a robots.txt that cannot be had must forbid all but itself")
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*$", "/a%2")
	f.Fuzz(func(t *testing.T, file, path string) {
		ParseRobots([]byte(file), ProductToken).Allows(path)
	})
}
