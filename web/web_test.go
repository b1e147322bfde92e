package web

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestEveryWordStandsInBothLanguages(t *testing.T) {
	for key, pair := range words {
		for i, text := range pair {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s has no words in %s", key, Languages[i])
			}
		}
		if strings.Count(pair[0], "%") != strings.Count(pair[1], "%") {
			t.Errorf("%s: %q and %q take different values", key, pair[0], pair[1])
		}
	}
}

func TestTemplatesSayOnlyWhatThereAreWordsFor(t *testing.T) {
	if _, err := New(); err != nil {
		t.Fatal(err)
	}
	entries, err := files.ReadDir("templates")
	if err != nil {
		t.Fatal(err)
	}
	call := regexp.MustCompile(`\.T "([^"]+)"`)
	inline := regexp.MustCompile(`(?i)<script|<style|style=|\son[a-z]+=|(src|href)="(https?:)?//`)
	for _, entry := range entries {
		text, err := files.ReadFile("templates/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range call.FindAllStringSubmatch(string(text), -1) {
			if _, err := Say("ko", match[1]); err != nil {
				t.Errorf("%s: %v", entry.Name(), err)
			}
		}
		if found := inline.Find(text); found != nil {
			t.Errorf("%s holds %q, which the site's policy refuses", entry.Name(), found)
		}
	}
}

// WCAG 2.2, relative luminance and contrast ratio.
func contrast(a, b string) float64 {
	luminance := func(hex string) float64 {
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			n, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
			c := float64(n) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			sum += weight * c
		}
		return sum
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestColoursHaveEnoughContrastInLightAndDark(t *testing.T) {
	sheet, err := files.ReadFile("static/app.css")
	if err != nil {
		t.Fatal(err)
	}
	pairs := regexp.MustCompile(`--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`).FindAllStringSubmatch(string(sheet), -1)
	if len(pairs) < 15 {
		t.Fatalf("%d colours found", len(pairs))
	}
	for i, scheme := range Themes {
		colours := map[string]string{}
		for _, pair := range pairs {
			colours[pair[1]] = pair[2+i]
		}
		for _, c := range []struct {
			on, under string
			least     float64
		}{
			{"ink", "ground", 4.5}, {"ink", "surface", 4.5}, {"ink", "raised", 4.5}, {"soft", "ground", 4.5}, {"soft", "surface", 4.5}, {"soft", "raised", 4.5},
			{"accent", "ground", 4.5}, {"accent", "surface", 4.5}, {"accent", "accent-wash", 4.5}, {"accent-ink", "accent", 4.5}, {"warm", "warm-wash", 4.5},
			{"bad", "bad-wash", 4.5}, {"good", "good-wash", 4.5}, {"good", "surface", 4.5}, {"bad", "surface", 4.5}, {"warm", "surface", 4.5}, {"ink", "mark", 4.5}, {"line-strong", "surface", 3}, {"line-strong", "ground", 3}, {"bar", "raised", 3}, {"line-0", "surface", 3}, {"line-1", "surface", 3}, {"line-2", "surface", 3}, {"line-3", "surface", 3}, {"line-4", "surface", 3}, {"line-5", "surface", 3}, {"line-6", "surface", 3}, {"line-7", "surface", 3}, {"ink", "bar", 3},
		} {
			if got := contrast(colours[c.on], colours[c.under]); got < c.least {
				t.Errorf("%s: %s on %s is %.2f, want at least %.1f", scheme, c.on, c.under, got, c.least)
			}
		}
	}
}

func newPage(lang string) *Page {
	seoul := time.FixedZone("KST", 9*3600)
	return &Page{Lang: lang, Location: seoul, Now: time.Date(2026, 11, 22, 23, 0, 0, 0, seoul), Address: &url.URL{Path: "/postings"}, Values: url.Values{"tech": {"c++", "go"}, "cursor": {"x"}}}
}

func TestDaysAreCountedInTheSitesTimeZone(t *testing.T) {
	p := newPage("ko")
	for days, want := range map[int]string{0: "D-DAY", 1: "D-1", 30: "D-30", -1: ""} {
		end := time.Date(2026, 11, 22+days, 0, 30, 0, 0, p.Location).UTC() // still the day before in UTC
		if got := p.DDay(end); got != want {
			t.Errorf("%d days: %q, want %q", days, got, want)
		}
	}
	for days, want := range map[int]string{0: "오늘", -1: "어제", -5: "5일 전", -20: "2026. 11. 2."} {
		if got, err := p.Ago(p.Now.AddDate(0, 0, days)); err != nil || got != want {
			t.Errorf("%d days: %q %v, want %q", days, got, err, want)
		}
	}
}

func TestFactsAreSaidInBothLanguages(t *testing.T) {
	n := func(v int32) *int32 { return &v }
	w := func(v int64) *int64 { return &v }
	ko, en := newPage("ko"), newPage("en")
	for _, c := range []struct {
		low, high *int32
		ko, en    string
	}{
		{nil, nil, "", ""}, {n(0), n(0), "신입", "Entry level"}, {n(0), nil, "경력 무관", "Any experience"}, {n(0), n(3), "신입 ~ 경력 3년", "Up to 3 years"},
		{n(3), nil, "경력 3년 이상", "3 years or more"}, {n(3), n(5), "경력 3 ~ 5년", "3 to 5 years"}, {n(4), n(4), "경력 4년", "4 years"}, {nil, n(2), "신입 ~ 경력 2년", "Up to 2 years"},
	} {
		a, _ := ko.Years(c.low, c.high)
		b, _ := en.Years(c.low, c.high)
		if a != c.ko || b != c.en {
			t.Errorf("got %q and %q, want %q and %q", a, b, c.ko, c.en)
		}
	}
	for _, c := range []struct {
		low, high *int64
		ko, en    string
	}{
		{nil, nil, "", ""}, {w(45_000_000), nil, "4,500만 원 이상", "from ₩45M"}, {nil, w(60_000_000), "6,000만 원 이하", "up to ₩60M"},
		{w(45_500_000), w(60_000_000), "4,550만 원 ~ 6,000만 원", "₩45.5M ~ ₩60M"},
	} {
		a, _ := ko.Pay(c.low, c.high)
		b, _ := en.Pay(c.low, c.high)
		if a != c.ko || b != c.en {
			t.Errorf("got %q and %q, want %q and %q", a, b, c.ko, c.en)
		}
	}
	if got := fmt.Sprint(ko.Number(1234567), " ", ko.Number(999), " ", ko.Percent(0.0004), " ", ko.Percent(0.421)); got != "1,234,567 999 <0.1% 42.1%" {
		t.Errorf("got %s", got)
	}
}

func TestLinksKeepTheQuestionAndLeaveThePage(t *testing.T) {
	p := newPage("ko")
	for got, want := range map[string]string{
		p.With("role", "backend"): "/postings?role=backend&tech=c%2B%2B&tech=go",
		p.With("tech", "go"):      "/postings?tech=c%2B%2B&tech=go",
		p.Without("tech", "c++"):  "/postings?tech=go",
		p.Without("tech"):         "/postings",
		p.Set("sort", "closing"):  "/postings?sort=closing&tech=c%2B%2B&tech=go",
		p.Next("abc"):             "/postings?cursor=abc&tech=c%2B%2B&tech=go",
		p.APIPath():               "/api/v1/postings?tech=c%2B%2B&tech=go",
		p.InLang("en"):            "/postings?cursor=x&lang=en&tech=c%2B%2B&tech=go",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAssetsAreNamedForTheirContent(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	address, err := s.AssetPath("app.css")
	if err != nil || !regexp.MustCompile(`^/static/app\.[0-9a-f]{10}\.css$`).MatchString(address) {
		t.Errorf("address %s %v", address, err)
	}
	if a, ok := s.Asset(address); !ok || !strings.HasPrefix(a.ContentType, "text/css") || len(a.Body) == 0 {
		t.Errorf("asset %v %s", ok, a.ContentType)
	}
	if _, ok := s.Asset("/static/../site.go"); ok {
		t.Error("a file outside is served")
	}
}
