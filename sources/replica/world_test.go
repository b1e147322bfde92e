package replica

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
)

func newWorld(t testing.TB, c Config) *World {
	t.Helper()
	w, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// visitor asks a world's boards at an instant of its own.
type visitor struct {
	t       testing.TB
	at      time.Time
	handler http.Handler
}

func visit(t testing.TB, w *World) *visitor {
	v := &visitor{t: t, at: w.Start()}
	v.handler = w.Handler(func() time.Time { return v.at })
	return v
}

func (v *visitor) ask(path, etag string) *httptest.ResponseRecorder {
	v.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	answer := httptest.NewRecorder()
	v.handler.ServeHTTP(answer, r)
	return answer
}

// get asks for JSON and wants the status.
func (v *visitor) get(path string, status int, into any) {
	v.t.Helper()
	answer := v.ask(path, "")
	if answer.Code != status {
		v.t.Fatalf("%s at %s: status %d, want %d: %.200s", path, v.at, answer.Code, status, answer.Body)
	}
	if into != nil {
		if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
			v.t.Fatalf("%s: %v", path, err)
		}
	}
}

const (
	jumpitBase     = "/jumpit-api.saramin.co.kr"
	rallitBase     = "/www.rallit.com"
	greenhouseBase = "/boards-api.greenhouse.io"
	hnBase         = "/hacker-news.firebaseio.com"
)

// listed reads every list of the three boards that have them, page by page, and returns
// "source/id"; it checks each total against the rows.
func (v *visitor) listed(w *World) []string {
	v.t.Helper()
	var seen []string
	var total int
	for page := 1; ; page++ {
		var list struct {
			Result struct {
				TotalCount    int
				Positions     []struct{ ID int64 }
				EmptyPosition bool
			}
		}
		v.get(fmt.Sprintf("%s/api/positions?sort=reg_dt&page=%d", jumpitBase, page), http.StatusOK, &list)
		total = list.Result.TotalCount
		for _, p := range list.Result.Positions {
			seen = append(seen, "jumpit/"+strconv.FormatInt(p.ID, 10))
		}
		if len(list.Result.Positions) > jumpitPage {
			v.t.Fatalf("page %d has %d rows", page, len(list.Result.Positions))
		}
		if len(list.Result.Positions) == 0 {
			if !list.Result.EmptyPosition {
				v.t.Errorf("page %d is empty and does not say so", page)
			}
			break
		}
	}
	if len(seen) != total {
		v.t.Errorf("jumpit at %s: %d rows, total %d", v.at, len(seen), total)
	}
	before := len(seen)
	for page, pages := 1, 1; page <= pages; page++ {
		var list struct {
			Data struct {
				TotalCount, TotalPage int
				Items                 []struct{ ID int64 }
			}
		}
		v.get(fmt.Sprintf("%s/api/v1/position?jobGroup=DEVELOPER&pageNumber=%d&pageSize=50", rallitBase, page), http.StatusOK, &list)
		total, pages = list.Data.TotalCount, list.Data.TotalPage
		for _, p := range list.Data.Items {
			seen = append(seen, "rallit/"+strconv.FormatInt(p.ID, 10))
		}
	}
	if len(seen)-before != total {
		v.t.Errorf("rallit at %s: %d rows, total %d", v.at, len(seen)-before, total)
	}
	for _, token := range w.Boards() {
		path := greenhouseBase + "/v1/boards/" + token + "/jobs"
		if v.ask(path, "").Code == http.StatusNotFound {
			continue
		}
		var list struct {
			Jobs []struct{ ID int64 }
			Meta struct{ Total int }
		}
		v.get(path, http.StatusOK, &list)
		if len(list.Jobs) != list.Meta.Total {
			v.t.Errorf("%s at %s: %d rows, total %d", token, v.at, len(list.Jobs), list.Meta.Total)
		}
		for _, p := range list.Jobs {
			seen = append(seen, "greenhouse/"+strconv.FormatInt(p.ID, 10))
		}
	}
	return seen
}

func detailPath(p *Posting) string {
	switch p.Source {
	case "jumpit":
		return jumpitBase + "/api/position/" + p.BoardID
	case "rallit":
		return rallitBase + "/api/v1/position/" + p.BoardID
	case "greenhouse":
		return greenhouseBase + "/v1/boards/" + p.List + "/jobs/" + p.BoardID
	}
	return hnBase + "/v0/item/" + p.BoardID + ".json"
}

func TestSameConfigGivesTheSameBytes(t *testing.T) {
	digest := func(seed int64) (sums [2]uint64) {
		w := newWorld(t, Config{Seed: seed, Postings: 600, Days: 20})
		v := visit(t, w)
		answers, truth := fnv.New64a(), fnv.New64a()
		for day := range 20 {
			v.at = w.Start().Add(time.Duration(day)*24*time.Hour + 10*time.Hour)
			for i, id := range v.listed(w) {
				if i%9 == 0 {
					fmt.Fprintln(answers, id)
				}
			}
			for _, thread := range w.Threads(v.at) {
				fmt.Fprintln(answers, v.ask(hnBase+"/v0/item/"+thread+".json", "").Body)
			}
		}
		for p := range w.Truth() {
			fmt.Fprintf(truth, "%+v\n", p)
			fmt.Fprintln(answers, v.ask(detailPath(&p), "").Body)
		}
		return [2]uint64{answers.Sum64(), truth.Sum64()}
	}
	first, again, other := digest(5), digest(5), digest(6)
	if first != again {
		t.Errorf("seed 5 gave %x, then %x", first, again)
	}
	if first == other {
		t.Errorf("seeds 5 and 6 gave the same world")
	}
}

// TestWhatIsAskedDoesNotChangeTheWorld asks the same thing before and after many others.
func TestWhatIsAskedDoesNotChangeTheWorld(t *testing.T) {
	w := newWorld(t, Config{Seed: 2, Postings: 500, Days: 30})
	v := visit(t, w)
	v.at = w.Start().Add(5 * 24 * time.Hour)
	path := jumpitBase + "/api/positions?page=2"
	first := v.ask(path, "").Body.String()
	for _, days := range []int{29, 0, 14} {
		v.at = w.Start().Add(time.Duration(days) * 24 * time.Hour)
		v.listed(w)
	}
	v.at = w.Start().Add(5 * 24 * time.Hour)
	if diff := cmp.Diff(first, v.ask(path, "").Body.String()); diff != "" {
		t.Errorf("the page changed (-first +then):\n%s", diff)
	}
}

func TestListsShowWhatTheTruthSays(t *testing.T) {
	for _, c := range []Config{{Seed: 1, Postings: 900, Days: 30}, {Seed: 9, Postings: 60, Days: 12}, {Seed: 3, Postings: 500, Days: 1}} {
		w := newWorld(t, c)
		truth := slices.Collect(w.Truth())
		v := visit(t, w)
		d := newDice(uint64(c.Seed), 77)
		instants := []time.Time{w.Start(), w.End(), w.End().Add(20 * 24 * time.Hour)}
		for range 25 {
			instants = append(instants, w.Start().Add(time.Duration(d.below(c.Days*86400))*time.Second))
		}
		for _, p := range truth[:20] { // and at the very edges of what stands
			for _, s := range p.Stretches {
				instants = append(instants, s.From, s.To, s.To.Add(-time.Second))
			}
		}
		for _, at := range instants {
			if at.Before(w.Start()) {
				continue
			}
			v.at = at
			var want []string
			for i := range truth {
				if p := &truth[i]; p.Source != "hn" && p.OpenAt(at) {
					want = append(want, p.Source+"/"+p.BoardID)
				}
			}
			got := v.listed(w)
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%+v at %s: lists differ from the truth (-truth +lists):\n%s", c, at, diff)
			}
		}
	}
}

func TestThreadsShowWhatTheTruthSays(t *testing.T) {
	w := newWorld(t, Config{Seed: 4, Postings: 1500, Days: 60})
	truth := slices.Collect(w.Truth())
	v := visit(t, w)
	for _, days := range []int{1, 3, 20, 31, 45, 59} {
		v.at = w.Start().Add(time.Duration(days) * 24 * time.Hour)
		var user struct{ Submitted []int64 }
		v.get(hnBase+"/v0/user/whoishiring.json", http.StatusOK, &user)
		threads := w.Threads(v.at)
		if user.Submitted[0] < user.Submitted[1] || !slices.Contains(user.Submitted, mustInt(t, threads[0])) {
			t.Errorf("day %d: submitted %v, threads %v", days, user.Submitted[:3], threads)
		}
		live := map[string]bool{}
		noise := 0
		for _, thread := range threads {
			var story struct {
				Title string
				Kids  []int64
				Time  int64
			}
			v.get(hnBase+"/v0/item/"+thread+".json", http.StatusOK, &story)
			if !strings.HasPrefix(story.Title, "Ask HN: Who is hiring? (") {
				t.Errorf("thread %s is called %q", thread, story.Title)
			}
			isOver := v.at.Sub(time.Unix(story.Time, 0)) >= 30*24*time.Hour
			for _, id := range story.Kids {
				var item struct {
					Deleted, Dead bool
					Text          string
				}
				v.get(fmt.Sprintf("%s/v0/item/%d.json", hnBase, id), http.StatusOK, &item)
				switch {
				case item.Deleted || item.Dead || !strings.Contains(item.Text, " | "):
					noise++
				case !isOver:
					live[strconv.FormatInt(id, 10)] = true
				}
			}
		}
		for i := range truth {
			if p := &truth[i]; p.Source == "hn" && p.OpenAt(v.at) != live[p.BoardID] {
				t.Errorf("day %d: posting %s: truth says open %v, its thread %v", days, p.BoardID, p.OpenAt(v.at), live[p.BoardID])
			} else if p.Source == "hn" {
				delete(live, p.BoardID)
			}
		}
		if len(live) > 0 || noise == 0 {
			t.Errorf("day %d: %d comments that the truth does not know, %d that are no postings", days, len(live), noise)
		}
	}
}

func mustInt(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestDailyVisitorMeetsEveryPosting is what the demo relies on, from eight in the morning on.
func TestDailyVisitorMeetsEveryPosting(t *testing.T) {
	for i, days := range []int{1, 2, 7, 30, 30, 30, 30, 30, 30, 30, 30, 100} {
		for _, hour := range []int{8, 10, 15, 22} {
			start := time.Date(2026, 3, 2, 0, 0, 0, 0, KST).AddDate(0, i/5, i*4) // all over the month, whose threads begin on its first working day
			w := newWorld(t, Config{Seed: 11, Postings: 1500, Days: days, Start: start})
			missed := map[string]int{}
			for p := range w.Truth() {
				met := false
				for day := range days {
					at := w.Start().Add(time.Duration(day*24+hour) * time.Hour)
					if p.Source == "hn" && w.Threads(at)[0] != p.List { // the newest thread is all that is read
						continue
					}
					met = met || p.OpenAt(at)
				}
				if !met {
					missed[p.Source]++
				}
			}
			if missed["jumpit"]+missed["rallit"]+missed["greenhouse"] > 0 || days >= 7 && missed["hn"] > 0 {
				t.Errorf("%d days from %s at %d o'clock: never met: %v", days, w.Start(), hour, missed)
			}
		}
	}
}

func TestGoneInTheBoardsOwnWay(t *testing.T) {
	w := newWorld(t, Config{Seed: 8, Postings: 1500, Days: 30})
	v := visit(t, w)
	met := map[string]int{}
	for p := range w.Truth() {
		last := p.Stretches[len(p.Stretches)-1]
		v.at = last.To.Add(time.Hour)
		answer := v.ask(detailPath(&p), "")
		want := map[string]int{"jumpit": http.StatusBadRequest, "rallit": http.StatusNotFound, "greenhouse": http.StatusNotFound, "hn": http.StatusOK}[p.Source]
		if p.Source == "jumpit" && last.How == EndedByDate {
			want = http.StatusOK // the page outlives the end date by a week
		}
		if answer.Code != want {
			t.Errorf("%s %s, %s: status %d, want %d", p.Source, p.BoardID, last.How, answer.Code, want)
		}
		if want == http.StatusBadRequest && !strings.Contains(answer.Body.String(), `"code":"C003"`) {
			t.Errorf("jumpit %s: %s", p.BoardID, answer.Body)
		}
		if p.Source == "hn" && last.How == EndedByRemoval && !strings.Contains(answer.Body.String(), `"deleted":true`) && !strings.Contains(answer.Body.String(), `"dead":true`) {
			t.Errorf("hn %s: %s", p.BoardID, answer.Body)
		}
		v.at = p.Stretches[0].From
		if answer := v.ask(detailPath(&p), ""); (answer.Code == http.StatusOK) != p.HasDetail {
			t.Errorf("%s %s when it opens: status %d, has a detail %v", p.Source, p.BoardID, answer.Code, p.HasDetail)
		}
		met[p.Source+" "+last.How]++
		if !p.HasDetail {
			met["no detail"]++
		}
	}
	for _, must := range []string{"jumpit end_date", "jumpit removed", "rallit end_date", "rallit removed", "greenhouse removed", "greenhouse end_date",
		"greenhouse board_closed", "hn thread_end", "hn removed", "no detail"} {
		if met[must] == 0 {
			t.Errorf("no posting is %q: %v", must, met)
		}
	}
}

func TestETagStandsForTheBytes(t *testing.T) {
	w := newWorld(t, Config{Seed: 1, Postings: 700, Days: 30})
	v := visit(t, w)
	paths := []string{jumpitBase + "/api/positions?page=1", rallitBase + "/api/v1/position?pageSize=50", hnBase + "/v0/user/whoishiring.json", hnBase + "/v0/item/" + w.Threads(w.End())[0] + ".json"}
	for _, token := range w.Boards() {
		paths = append(paths, greenhouseBase+"/v1/boards/"+token+"/jobs?content=true", greenhouseBase+"/v1/boards/"+token+"/jobs")
	}
	n := 0
	for p := range w.Truth() {
		if n++; n%7 == 0 || len(p.Changes) > 0 {
			paths = append(paths, detailPath(&p))
		}
	}
	for _, path := range paths {
		bodies := map[string]string{}
		for hours := 0; hours < 30*24; hours += 31 {
			v.at = w.Start().Add(time.Duration(hours) * time.Hour)
			answer := v.ask(path, "")
			tag := answer.Header().Get("ETag")
			if answer.Code != http.StatusOK {
				continue
			}
			if before, known := bodies[tag]; tag == "" || known && before != answer.Body.String() {
				t.Fatalf("%s at %s: one ETag %s, two bodies", path, v.at, tag)
			}
			bodies[tag] = answer.Body.String()
			if again := v.ask(path, tag); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
				t.Fatalf("%s at %s: status %d with its own ETag", path, v.at, again.Code)
			}
		}
	}
}

func TestSharesAndKinds(t *testing.T) {
	const n = 4000
	w := newWorld(t, Config{Seed: 1, Postings: n, Days: 30})
	count := map[string]int{}
	jobs, sources, ids := map[string]int{}, map[string]map[string]int{}, map[string]bool{}
	techs := 0
	for p := range w.Truth() {
		count[p.Source]++
		jobs[p.JobID]++
		if sources[p.JobID] == nil {
			sources[p.JobID] = map[string]int{}
		}
		sources[p.JobID][p.Source]++
		if ids[p.PostingID] {
			t.Fatalf("two postings are %s", p.PostingID)
		}
		ids[p.PostingID] = true
		if p.OpenedAt.Before(w.Start()) {
			count["early"]++
		}
		if p.IsIT {
			techs += len(p.Techs)
			count["it"]++
		}
		for _, c := range p.Changes {
			count["change "+c.Kind]++
		}
		if len(p.Stretches) > 1 {
			count["back"]++
		}
		if p.LooksLike != "" {
			count["sibling"]++
		}
		count["lang "+p.Language]++
		count["country "+p.Country]++
		if p.IsNewcomer {
			count["newcomer"]++
		}
		if p.SalaryText != "" {
			count["salary"]++
		}
		if p.HasContact {
			count["contact"]++
		}
	}
	for _, s := range sources {
		if len(s) > 1 {
			count["crossed"]++
		}
		for _, n := range s {
			if n > 1 {
				count["repeated"]++
				break
			}
		}
	}
	between := func(what string, low, high int) {
		t.Helper()
		if count[what] < low || count[what] > high {
			t.Errorf("%s: %d, want %d to %d", what, count[what], low, high)
		}
	}
	between("jumpit", n*40/100, n*40/100)
	between("rallit", n*20/100, n*20/100)
	between("greenhouse", n*25/100, n*25/100)
	between("hn", n*15/100, n*15/100)
	between("early", n*40/100, n*65/100)
	between("crossed", n*5/100, n*20/100)
	between("repeated", n*3/100, n*12/100)
	between("sibling", n*4/100, n*15/100)
	between("back", n*2/100, n*8/100)
	for _, kind := range []string{ChangeText, ChangeTextBack, ChangeTags, ChangeDeadline} {
		between("change "+kind, n/200, n/4)
	}
	between("lang ko", n*60/100, n*85/100)
	between("country KR", n*65/100, n*90/100)
	between("country US", n*5/100, n*25/100)
	between("newcomer", n*5/100, n*20/100)
	between("salary", n*10/100, n*35/100)
	between("contact", n/100, n*6/100)
	if mean := float64(techs) / float64(count["it"]); mean < 6 || mean > 9 {
		t.Errorf("an IT posting names %.1f technologies, want 6 to 9", mean)
	}
	t.Logf("%v", count)
}

// TestFewCloseAtOnce keeps the worlds without faults free of days that look like one.
func TestFewCloseAtOnce(t *testing.T) {
	w := newWorld(t, Config{Seed: 3, Postings: 2000, Days: 30})
	truth := slices.Collect(w.Truth())
	for day := 1; day < 30; day++ {
		open, lost := map[string]int{}, map[string]int{}
		for i := range truth {
			p := &truth[i]
			list := p.Source + p.List
			before, now := w.Start().Add(time.Duration(day*24-14)*time.Hour), w.Start().Add(time.Duration(day*24+10)*time.Hour)
			if p.Source == "hn" || !p.OpenAt(before) {
				continue
			}
			open[list]++
			if !p.OpenAt(now) && p.ClosedHow != EndedWithBoard {
				lost[list]++
			}
		}
		for list, n := range lost {
			if n*2 > open[list] && open[list] > 3 || n >= 20 && n*5 > open[list] {
				t.Errorf("day %d: %s loses %d of %d", day, list, n, open[list])
			}
		}
	}
}

func TestMarketDrifts(t *testing.T) {
	w := newWorld(t, Config{Seed: 1, Postings: 6000, Days: 360})
	share := func(name string, from, to int) float64 {
		with, all := 0, 0
		for p := range w.Truth() {
			day := int(p.OpenedAt.Sub(w.Start()).Hours() / 24)
			if p.IsIT && day >= from && day < to {
				all++
				if slices.ContainsFunc(p.Techs, func(n TechNeed) bool { return n.Name == name }) {
					with++
				}
			}
		}
		return float64(with) / float64(all)
	}
	for _, name := range []string{"LangChain", "FastAPI"} {
		if early, late := share(name, -60, 60), share(name, 240, 360); late < early*1.2 {
			t.Errorf("%s goes from %.3f to %.3f, want a rise", name, early, late)
		}
	}
	if early, late := share("jQuery", -60, 60), share("jQuery", 240, 360); late > early*0.9 {
		t.Errorf("jQuery goes from %.3f to %.3f, want a fall", early, late)
	}
}

func TestConfigRefused(t *testing.T) {
	for _, c := range []Config{{Postings: 0, Days: 3}, {Postings: 5, Days: 0}, {Postings: MaxPostings + 1, Days: 3}, {Postings: 5, Days: 5000}} {
		if _, err := New(c); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: error %v, want errs.Invalid", c, err)
		}
	}
}

func TestSmallWorlds(t *testing.T) {
	for n := 1; n < 40; n++ {
		w := newWorld(t, Config{Seed: int64(n), Postings: n, Days: 1 + n%13, Start: time.Date(2026, time.Month(1+n%12), 1+n%28, 20, 30, 0, 0, time.UTC)})
		count := 0
		for range w.Truth() {
			count++
		}
		if count != n {
			t.Errorf("%d postings asked for, %d there", n, count)
		}
		if clock := w.Start().In(KST).Format("15:04:05"); clock != "00:00:00" {
			t.Errorf("the world starts at %s KST", clock)
		}
		visit(t, w).listed(w)
	}
}

func TestWriteTruth(t *testing.T) {
	w := newWorld(t, Config{Seed: 1, Postings: 120, Days: 10})
	dir := filepath.Join(t.TempDir(), "truth")
	if err := w.WriteTruth(dir); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "postings.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var got []Posting
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		var p Posting
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		got = append(got, p)
	}
	if diff := cmp.Diff(slices.Collect(w.Truth()), got); diff != "" {
		t.Errorf("truth written differs (-truth +file):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(dir, "world.json")); err != nil {
		t.Error(err)
	}
}

func TestManyPostings(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second and 300 MB")
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	w := newWorld(t, Config{Seed: 1, Postings: 100_000, Days: 30})
	took := time.Since(began)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if bytes := after.HeapAlloc - before.HeapAlloc; bytes > 300<<20 {
		t.Errorf("100,000 postings take %d MB", bytes>>20)
	}
	if took > 5*time.Second {
		t.Errorf("100,000 postings take %s to make", took)
	}
	v := visit(t, w)
	began = time.Now()
	const pages = 50
	for page := range pages {
		v.get(fmt.Sprintf("%s/api/positions?page=%d", jumpitBase, page*20+1), http.StatusOK, nil)
	}
	t.Logf("made in %s, %d MB; a list page in %s", took, (after.HeapAlloc-before.HeapAlloc)>>20, time.Since(began)/pages)
	runtime.KeepAlive(w)
}

func TestFilters(t *testing.T) {
	w := newWorld(t, Config{Seed: 1, Postings: 1500, Days: 20})
	v := visit(t, w)
	v.at = w.Start().AddDate(0, 0, 5)
	var list struct {
		StatusCode string
		Data       struct{ TotalCount int }
	}
	v.get(rallitBase+"/api/v1/position?jobGroup=DEVELOPPER&pageSize=50", http.StatusOK, &list)
	if list.StatusCode != "OK" || list.Data.TotalCount != 0 {
		t.Errorf("a mistyped job group gives %+v, want OK and no rows", list)
	}
	count := func(query string) int {
		var list struct {
			Result struct {
				TotalCount int
				Positions  []struct{ JobCategory string }
			}
		}
		v.get(jumpitBase+"/api/positions?page=1"+query, http.StatusOK, &list)
		for _, row := range list.Result.Positions {
			if query == "&jobCategory=19" && !strings.Contains(row.JobCategory, "빅데이터") {
				t.Errorf("a row of %q answers to category 19", row.JobCategory)
			}
		}
		return list.Result.TotalCount
	}
	all, backend, data, both, none := count(""), count("&jobCategory=1"), count("&jobCategory=19"), count("&jobCategory=1,19"), count("&jobCategory=999")
	if backend == 0 || data == 0 || both <= backend || both > backend+data || none != 0 || both >= all {
		t.Errorf("all %d, backend %d, data %d, both %d, unknown %d", all, backend, data, both, none)
	}
}

func BenchmarkTruth(b *testing.B) {
	w := newWorld(b, Config{Seed: 1, Postings: 20_000, Days: 30})
	for range b.N {
		for p := range w.Truth() {
			_ = p
		}
	}
	b.ReportMetric(float64(b.N)*20_000/b.Elapsed().Seconds(), "postings/s")
}

func BenchmarkNew(b *testing.B) {
	for range b.N {
		newWorld(b, Config{Seed: 1, Postings: 100_000, Days: 30})
	}
}

func BenchmarkDetail(b *testing.B) {
	w := newWorld(b, Config{Seed: 1, Postings: 5000, Days: 30})
	v := visit(b, w)
	v.at = w.Start().Add(15 * 24 * time.Hour)
	var paths []string
	for p := range w.Truth() {
		if p.OpenAt(v.at) {
			paths = append(paths, detailPath(&p))
		}
	}
	bytes := 0
	b.ResetTimer()
	for i := range b.N {
		bytes += v.ask(paths[i%len(paths)], "").Body.Len()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	b.ReportMetric(float64(bytes)/float64(b.N), "bytes/answer")
}
