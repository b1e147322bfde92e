package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// The newest point of a series is what the frequency counts now, for every filter that both
// take; and without copies there is never more than with them.
func TestTheTrendEndsWhereTheFrequencyStands(t *testing.T) {
	w := newWorld(t, 400)
	for _, filter := range []string{"", "&role=backend", "&source=jumpit", "&role=devops&source=hn"} {
		for _, count := range []string{"unique", "raw"} {
			frequency := getJSON[Frequency](t, w, 200, "/api/v1/stats/tech-frequency?top=200&count="+count+filter)
			if len(frequency.Techs) == 0 || frequency.Count != count {
				t.Fatalf("%s %s: nothing counted", filter, count)
			}
			for _, interval := range intervals {
				for _, tech := range frequency.Techs {
					trend := getJSON[Trend](t, w, 200, "/api/v1/stats/tech-trend?tech="+tech.TechID+"&interval="+interval+"&count="+count+filter)
					points := trend.Series[0].Points
					last := points[len(points)-1]
					// A copy whose face has other technologies counts with its own here, and not at all there.
					if count == "raw" && last.OpenCount != tech.PostingCount || last.OpenCount < tech.PostingCount || last.LastDate != "2026-11-22" {
						t.Errorf("%s %s %s: trend ends with %+v, frequency %d", filter, count, tech.TechID, last, tech.PostingCount)
					}
					if !slices.IsSortedFunc(points, func(a, b TrendPoint) int { return strings.Compare(a.Date, b.Date) }) {
						t.Errorf("%s: not in order of time", tech.TechID)
					}
				}
			}
		}
	}
}

func TestFlowsOfIntervalsAddUpToThoseOfTheirDays(t *testing.T) {
	w := newWorld(t, 200)
	sum := func(path string) (opened, closed, days int64) {
		for _, p := range getJSON[Trend](t, w, 200, path).Series[0].Points {
			opened, closed, days = opened+p.OpenedCount, closed+p.ClosedCount, days+p.DayCount
		}
		return opened, closed, days
	}
	for _, span := range []string{"", "&from=2026-10-07&to=2026-11-03"} {
		a, b, c := sum("/api/v1/stats/tech-trend?tech=aws" + span)
		for _, interval := range []string{"week", "month"} {
			if x, y, z := sum("/api/v1/stats/tech-trend?tech=aws&interval=" + interval + span); x != a || y != b || z != c || a == 0 {
				t.Errorf("%s%s: %d opened, %d closed in %d days, want %d, %d and %d", interval, span, x, y, z, a, b, c)
			}
		}
	}
}

func TestTheTrendBeforeAnyDayIsCountedIsEmpty(t *testing.T) {
	w := newWorld(t, 10)
	w.reader.db.Exec(t, "delete from gold.tech_daily")
	trend := getJSON[Trend](t, w, 200, "/api/v1/stats/tech-trend?tech=java&from=2026-11-01")
	if len(trend.Series) != 1 || len(trend.Series[0].Points) != 0 || *trend.Filter.From != "2026-11-01" || trend.Filter.To != nil {
		t.Errorf("got %+v", trend)
	}
	if page := w.get("/techs/java"); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "아직 센 날이 없습니다") {
		t.Errorf("page: %d", page.Code)
	}
}

func TestTheTechnologyPageDrawsItsTrend(t *testing.T) {
	w := newWorld(t, 200)
	for path, want := range map[string][]string{
		"/techs/java":                            {`role="img" aria-label="열린 공고 (기간 끝), 2026. 9. 21. – 2026. 11. 16.`, `2026. 9. 28. – 2026. 11. 16. 열림`, `<path class="line line-1"`, `<td class="num" data-value="`, `href="/techs/java?interval=day#trend"`},
		"/techs/java?interval=day":               {`role="img" aria-label="열린 공고 (기간 끝), 2026. 9. 24. – 2026. 11. 22.`, `2026. 9. 25. – 2026. 11. 22. 열림`},
		"/techs/java?interval=quarter":           {"2026년 3분기", "2026년 4분기"},
		"/trends?interval=year&lang=en":          {">2026</th>", `aria-current="true">Year<`},
		"/techs/java?interval=month&lang=en":     {`aria-label="Postings that opened and closed, Oct 2026 – Nov 2026. Opened from`, ">Nov 2026</th>"},
		"/techs/java?interval=hour&utm_source=x": {`aria-current="true">주<`},
		"/techs/rust?interval=week":              {`>2026. 11. 16.</th>`},
	} {
		page := w.get(path)
		if page.Code != http.StatusOK {
			t.Errorf("%s: %d\n%s", path, page.Code, w.faults())
		}
		for _, text := range want {
			if !strings.Contains(page.Body.String(), text) {
				t.Errorf("%s lacks %s", path, text)
			}
		}
	}
}

func TestUpToFiveTechnologiesAreCompared(t *testing.T) {
	w := newWorld(t, 200)
	for path, c := range map[string]struct {
		status int
		want   []string
	}{
		"/compare": {200, []string{`href="/compare?tech=java"`}},
		"/compare?tech=" + url.QueryEscape("자바, k8s") + "&interval=week": {200, []string{`<path class="line line-1"`, ">Kubernetes</th>", `href="/compare?interval=week&amp;tech=kubernetes"`}},
		"/compare?tech=java&role=backend&lang=en":                        {200, []string{"Remove Java", `aria-current="true">Week<`, "Postings that closed"}},
		"/compare?tech=java&interval=hour":                               {400, []string{`role="alert"`}},
		"/compare?tech=java,aws,python,react,cpp&lang=en":                {200, []string{`<path class="line line-4"`}},
		"/compare?tech=java,aws,python,react,cpp,mysql":                  {400, []string{`role="alert"`}},
		"/compare?tech=cobal":                                            {400, []string{`role="alert"`}},
	} {
		page := w.get(path)
		if page.Code != c.status {
			t.Errorf("%s: %d\n%s", path, page.Code, w.faults())
		}
		for _, want := range c.want {
			if !strings.Contains(page.Body.String(), want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
	}
}
