package replica

import (
	"encoding/json"
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestTruthStandsInTheText asks for each posting's page and looks for what the truth says
// of it.
func TestTruthStandsInTheText(t *testing.T) {
	w := newWorld(t, Config{Seed: 21, Postings: 2500, Days: 30})
	v := visit(t, w)
	sizes := map[string][]int{}
	for p := range w.Truth() {
		if !p.HasDetail {
			continue
		}
		v.at = p.Stretches[0].From.Add(time.Minute)
		body := v.ask(detailPath(&p), "").Body.String()
		if !json.Valid([]byte(body)) || !utf8.ValidString(body) {
			t.Fatalf("%s is no JSON", detailPath(&p))
		}
		var decoded any
		if err := json.Unmarshal([]byte(body), &decoded); err != nil {
			t.Fatal(err)
		}
		text := html.UnescapeString(html.UnescapeString(strings.Join(stringsIn(decoded, nil), "\n")))
		sizes[p.Source] = append(sizes[p.Source], len(body))
		for _, n := range p.Techs {
			if n.InText && n.From.IsZero() && !strings.Contains(text, n.Surface) {
				t.Errorf("%s does not name %s as %q:\n%s", detailPath(&p), n.Name, n.Surface, text)
			}
			if !n.From.IsZero() && n.InText && strings.Contains(text, n.Surface) && !isNamedOtherwise(&p, n) {
				t.Errorf("%s names %s before %s", detailPath(&p), n.Name, n.From)
			}
		}
		if strings.Contains(text, "{") && strings.Contains(text, "}") && p.Source != "hn" {
			t.Errorf("%s holds an unfilled slot:\n%s", detailPath(&p), text)
		}
		if p.HasContact != strings.Contains(text, FakeEmail) {
			t.Errorf("%s: bears the contact %v, the truth says %v", detailPath(&p), !p.HasContact, p.HasContact)
		}
		if p.SalaryText != "" && !strings.Contains(text, p.SalaryText) {
			t.Errorf("%s does not say %q", detailPath(&p), p.SalaryText)
		}
	}
	for source, all := range sizes {
		slices.Sort(all)
		t.Logf("%s: %d bytes at the median, %d at the 95th percentile", source, all[len(all)/2], all[len(all)*95/100])
	}
}

// isNamedOtherwise: a surface may be part of another technology's ("SQL" in "MySQL").
func isNamedOtherwise(p *Posting, n TechNeed) bool {
	return slices.ContainsFunc(p.Techs, func(o TechNeed) bool { return o.Name != n.Name && strings.Contains(o.Surface, n.Surface) }) || len(n.Surface) < 5
}

func stringsIn(value any, out []string) []string {
	switch value := value.(type) {
	case string:
		return append(out, value)
	case []any:
		for _, v := range value {
			out = stringsIn(v, out)
		}
	case map[string]any:
		for _, v := range value {
			out = stringsIn(v, out)
		}
	}
	return out
}

// TestChangesShow: what the truth calls a change is one in the served record, and what it
// does not is none but for stamps and counters.
func TestChangesShow(t *testing.T) {
	w := newWorld(t, Config{Seed: 5, Postings: 2000, Days: 30})
	v := visit(t, w)
	content := func(p *Posting, at time.Time) string {
		v.at = at
		var record map[string]any
		v.get(detailPath(p), http.StatusOK, &record)
		for _, key := range []string{"result", "data"} {
			if inner, ok := record[key].(map[string]any); ok {
				record = inner
			}
		}
		for _, noise := range []string{"updated_at", "bookmarkCount", "viewCount", "kids"} {
			delete(record, noise)
		}
		out, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	seen := map[string]int{}
	for p := range w.Truth() {
		if !p.HasDetail {
			continue
		}
		for _, c := range p.Changes {
			before, after := c.At.Add(-time.Second), c.At
			if !p.OpenAt(before) { // it came back with another end date
				before = p.Stretches[0].To.Add(-time.Second)
			}
			if content(&p, before) == content(&p, after) {
				t.Errorf("%s: no change of %s at %s", detailPath(&p), c.Kind, c.At)
			}
			seen[p.Source+" "+c.Kind]++
		}
		first, last := p.Stretches[0].From, p.Stretches[0].To.Add(-time.Second)
		inFirst := slices.ContainsFunc(p.Changes, func(c Change) bool { return c.At.Before(p.Stretches[0].To) })
		if !inFirst && content(&p, first) != content(&p, last) {
			t.Errorf("%s: a change that the truth does not know", detailPath(&p))
		}
		if n := len(p.Changes); n > 1 && p.Changes[n-1].Kind == ChangeTextBack && n == 2 && content(&p, first) != content(&p, p.Changes[1].At) {
			t.Errorf("%s: taken back, and yet not what it was", detailPath(&p))
		}
	}
	for _, must := range []string{"jumpit text", "jumpit text_back", "jumpit tags", "jumpit deadline", "rallit text", "rallit tags", "rallit deadline", "greenhouse text", "greenhouse deadline"} {
		if seen[must] == 0 {
			t.Errorf("no %s change: %v", must, seen)
		}
	}
}

// TestCopiesOfAJob: appearances of one job agree in what matters and differ in wording;
// siblings differ in something that a careful reader can name.
func TestCopiesOfAJob(t *testing.T) {
	w := newWorld(t, Config{Seed: 6, Postings: 3000, Days: 30})
	jobs := map[string][]Posting{}
	for p := range w.Truth() {
		jobs[p.JobID] = append(jobs[p.JobID], p)
	}
	differing, crossed := 0, 0
	for id, copies := range jobs {
		for _, p := range copies[1:] {
			first := copies[0]
			if p.Roles[0] != first.Roles[0] || p.Country != first.Country || p.Place != first.Place || p.MinYears != first.MinYears || p.Language != first.Language {
				t.Errorf("%s: %+v and %+v", id, first, p)
			}
			if p.Source != first.Source {
				crossed++
				if p.Title != first.Title || p.Company != first.Company {
					differing++
				}
			}
		}
		other := jobs[copies[0].LooksLike]
		if len(other) == 0 {
			continue
		}
		a, b := copies[0], other[0]
		if a.Place == b.Place && a.MinYears == b.MinYears && a.Title == b.Title {
			t.Errorf("%s and the one it resembles agree in place, level and title: %+v", id, a)
		}
	}
	if differing*3 < crossed {
		t.Errorf("%d of %d cross-posts differ in title or company's form, want a third", differing, crossed)
	}
}

func TestParticles(t *testing.T) {
	for _, c := range []struct{ word, particle, want string }{
		{"Java", "를", "Java를"}, {"Kotlin", "로", "Kotlin으로"}, {"MySQL", "로", "MySQL로"}, {"MySQL", "를", "MySQL을"}, {"스프링", "와", "스프링과"},
		{"카프카", "와", "카프카와"}, {"Node.js", "를", "Node.js를"}, {"젤", "로", "젤로"}, {"빗켈", "는", "빗켈은"}, {"AWS", "", "AWS"},
	} {
		if got := string(appendParticle([]byte(c.word), c.word, c.particle)); got != c.want {
			t.Errorf("%s + %s: %s, want %s", c.word, c.particle, got, c.want)
		}
	}
}

func TestPlainSenseWordsOccur(t *testing.T) {
	w := newWorld(t, Config{Seed: 1, Postings: 1500, Days: 30})
	found := map[string]int{}
	for i := range w.postings {
		if w.postings[i].kind != kindPosting {
			continue
		}
		text := w.compose(&w.postings[i], version{})
		for _, trap := range []string{"스프링 시즌", "R&D", "go to market", "swift pace", "Express your ideas"} {
			if strings.Contains(strings.Join(slices.Concat(text.about, text.duties, text.benefits), " "), trap) {
				found[trap]++
			}
		}
	}
	if len(found) < 5 {
		t.Errorf("traps met: %v", found)
	}
}
