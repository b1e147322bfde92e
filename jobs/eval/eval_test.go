package eval

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

func TestFigure(t *testing.T) {
	units := make([]Score, 100)
	for i := range units {
		units[i] = Score{Right: 9, Extra: i % 2, Missed: 1}
	}
	f := figure("x", units)
	if f.Right != 900 || f.Extra != 50 || f.Missed != 100 || f.IsSmall {
		t.Errorf("counts are %+v", f)
	}
	if f.Recall != (Interval{0.9, 0.9, 0.9}) {
		t.Errorf("recall is the same in every unit, and is %+v", f.Recall)
	}
	if p := f.Precision; !(p.Low < p.Value && p.Value < p.High) || p.High-p.Low > 0.05 {
		t.Errorf("precision is %+v", p)
	}
	if again := figure("x", units); again != f {
		t.Error("the same input gave other figures")
	}
	if f := figure("none", nil); f.F1.Value != 1 || !f.IsSmall {
		t.Errorf("of nothing: %+v", f)
	}
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLabels(t *testing.T) {
	dir := write(t, "tuned.jsonl", `{"id":"a:1","techs":[["Java","req"],["Kafka","pref"]],"optional":["SQL"],"is_it":true,"country":null,"experience":[3,null]}`+"\n\n")
	parts, err := Labels(dir)
	if err != nil {
		t.Fatal(err)
	}
	three, is := int32(3), true
	want := []Part{{"tuned", []Label{{ID: "a:1", Techs: []NamedTech{{"Java", "req"}, {"Kafka", "pref"}}, Optional: []string{"SQL"},
		IsIT: Judged[bool]{true, &is}, Country: Judged[string]{Is: true}, Experience: Judged[[2]*int32]{true, &[2]*int32{&three, nil}}}}}}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Error(diff)
	}
	for name, c := range map[string]struct {
		text string
		want errs.Kind
	}{
		"a need that is none": {`{"id":"a:1","techs":[["Java","must"]]}`, errs.Invalid},
		"no JSON":             {"x", errs.Invalid},
	} {
		if _, err := Labels(write(t, "x.jsonl", c.text)); !errs.Is(err, c.want) || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Labels(write(t, TextsFile, "")); !errs.Is(err, errs.NotFound) {
		t.Errorf("texts alone: %v", err)
	}
}

var x = func() *extract.Extractor {
	x, err := extract.New()
	if err != nil {
		panic(err)
	}
	return x
}()

func TestExtract(t *testing.T) {
	three, won := int32(3), int64(40_000_000)
	corpus := write(t, "tuned.jsonl", `{"id":"a:1","techs":[["자바","req"],["Kafka","req"],["Frobnicator","req"]],"optional":["Redis"],"is_it":true,"country":"KR","experience":[3,null],"region":"서울","roles":["backend","android"],"seniority":null,"remote":"hybrid","salary":{"min":4000000,"max":null,"currency":"KRW","period":"month"}}
{"id":"a:2","techs":[]}`)
	parts, err := Labels(corpus)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]Found{"a:1": {HasFacts: true,
		Posting: schemas.SilverPosting{Language: "ko", IsIT: true, Country: "KR", ExperienceMinYears: &three, Region: "부산",
			Roles: []string{"backend", "web"}, SalaryRaw: "월 400만원 이상", SalaryMinKRW: &won},
		Techs: []schemas.SilverPostingTech{
			{TechID: "java", Tech: "Java", Category: "language", Need: schemas.NeedRequired},
			{TechID: "kafka", Tech: "Kafka", Category: "messaging", Need: schemas.NeedPreferred},
			{TechID: "redis", Tech: "Redis", Category: "database", Need: schemas.NeedRequired},
			{TechID: "go", Tech: "Go", Category: "language", Need: schemas.NeedRequired},
		}}}
	report := Extract(parts, found, x.Dictionary(), false)
	type line struct {
		Name                 string
		Right, Extra, Missed int
	}
	var got []line
	for _, f := range report.Parts[0].Figures {
		if strings.HasSuffix(f.Name, " ko") && f.Name != "language ko" {
			continue // the same again: there is one language
		}
		got = append(got, line{f.Name, f.Right, f.Extra, f.Missed})
	}
	want := []line{{"technologies", 2, 1, 1}, {"language ko", 2, 1, 1}, {"need", 1, 1, 1}, {"is it", 1, 0, 0}, {"is it exact", 1, 0, 0}, {"country", 1, 0, 0}, {"country exact", 1, 0, 0},
		{"roles", 1, 1, 1}, {"seniority exact", 1, 0, 0}, {"experience", 1, 0, 0}, {"experience exact", 1, 0, 0}, {"remote", 0, 0, 1}, {"remote exact", 0, 1, 1},
		{"region", 0, 1, 1}, {"region exact", 0, 1, 1}, {"salary", 1, 0, 0}, {"salary exact", 1, 0, 0}, {"salary in won", 0, 1, 1}, {"salary in won exact", 0, 1, 1},
		{"category language", 1, 1, 0}, {"category messaging", 1, 0, 0}, {"category not in the dictionary", 0, 0, 1},
		{"role android", 0, 0, 1}, {"role backend", 1, 0, 0}, {"role web", 0, 1, 0}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if p := report.Parts[0]; p.NoText != 1 || p.Labels != 2 {
		t.Errorf("labels %d, without a text %d", p.Labels, p.NoText)
	}
	if len(report.Misses) != 8 {
		t.Errorf("misses are %v", report.Misses)
	}
	parts[0].Name = HeldOut
	if got := Extract(parts, found, x.Dictionary(), false).Misses; len(got) != 0 {
		t.Errorf("misses of the held-out part are shown: %v", got)
	}
	if got := Extract(parts, found, x.Dictionary(), true).Misses; len(got) != 8 {
		t.Errorf("misses of the held-out part that were asked for: %v", got)
	}
}

// TestExtractWithoutTechnologies: what a label leaves out was not judged.
func TestExtractWithoutTechnologies(t *testing.T) {
	parts, err := Labels(write(t, "new.jsonl", `{"id":"a:1","employment":"contract"}`))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]Found{"a:1": {HasFacts: true, Posting: schemas.SilverPosting{Employment: "contract"}, Techs: []schemas.SilverPostingTech{{TechID: "java"}}}}
	report := Extract(parts, found, x.Dictionary(), false)
	var got []string
	for _, f := range report.Parts[0].Figures {
		got = append(got, f.Name)
	}
	if diff := cmp.Diff([]string{"employment", "employment exact"}, got); diff != "" || len(report.Misses) != 0 {
		t.Errorf("figures (-want +got):\n%s\nmisses %v", diff, report.Misses)
	}
}

// TestExtractTogether: held-out parts are measured together beside each by itself.
func TestExtractTogether(t *testing.T) {
	parts, err := Labels(write(t, "held-out.jsonl", `{"id":"a:1","employment":"contract"}`))
	if err != nil {
		t.Fatal(err)
	}
	more := Part{"held-out-more", []Label{parts[0].Labels[0], {ID: "a:3"}}}
	more.Labels[0].ID = "a:2"
	found := map[string]Found{"a:1": {HasFacts: true, Posting: schemas.SilverPosting{Employment: "contract"}}, "a:2": {HasFacts: true}}
	tuned := Part{"tuned", parts[0].Labels}
	report := Extract([]Part{parts[0], more, tuned}, found, x.Dictionary(), false)
	last := report.Parts[len(report.Parts)-1]
	want := []any{"all held-out", 3, 1, 2, 1, 1}
	if got := []any{last.Part, last.Labels, last.NoText, last.Figures[0].Units, last.Figures[0].Right, last.Figures[0].Missed}; !cmp.Equal(want, got) {
		t.Errorf("together: %v, want %v", got, want)
	}
	if n := len(Extract([]Part{parts[0], tuned}, found, x.Dictionary(), false).Parts); n != 2 {
		t.Errorf("one held-out part and another: %d reports, want 2", n)
	}
}

func played(id, job, source string) replica.Posting {
	return replica.Posting{PostingID: id, JobID: job, Source: source, Company: "가나다", HasDetail: true}
}

func TestDedup(t *testing.T) {
	truth := []replica.Posting{played("a", "1", "jumpit"), played("b", "1", "rallit"), played("c", "2", "jumpit"), played("d", "2", "jumpit"), played("e", "3", "jumpit"), played("f", "1", "hn")}
	known := map[string]bool{"a": true, "b": true, "c": true, "d": true, "e": true}
	found := []schemas.SilverDuplicate{{PostingID: "a", ClusterID: "a"}, {PostingID: "b", ClusterID: "a"}, {PostingID: "e", ClusterID: "a"}}
	report := Dedup(truth, known, found)
	got := map[string]Score{}
	for _, f := range report.Figures {
		got[f.Name] = Score{f.Right, f.Extra, f.Missed}
	}
	want := map[string]Score{"pairs": {1, 2, 1}, "across boards": {1, 1, 0}, "within a board": {0, 1, 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if report.Unknown != 1 || report.Postings != 5 || len(report.Misses) != 3 {
		t.Errorf("report is %+v", report)
	}
}

func TestClose(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 5, n, 0, 0, 0, 0, time.UTC) }
	stretch := func(from, to int) replica.Stretch {
		return replica.Stretch{From: day(from), To: day(to), How: replica.EndedByRemoval}
	}
	closed := func(id string, n int) schemas.SilverLifecycle {
		return schemas.SilverLifecycle{PostingID: id, Event: schemas.EventClosed, EventAt: day(n), Reason: "absent"}
	}
	posting := func(id string, stretches ...replica.Stretch) replica.Posting {
		p := played(id, id, "jumpit")
		p.Stretches = stretches
		return p
	}
	truth := []replica.Posting{
		posting("found", stretch(1, 5)), posting("twice", stretch(1, 5), stretch(10, 15)), posting("missed", stretch(1, 5)),
		posting("wrongly", stretch(1, 40)), posting("too late to tell", stretch(1, 19)), posting("never seen"),
	}
	known := map[string]bool{}
	for _, p := range truth[:5] {
		known[p.PostingID] = true
	}
	report := Close(truth, known, []schemas.SilverLifecycle{closed("found", 6), closed("twice", 5), closed("twice", 17), closed("wrongly", 7)}, day(1), day(20))
	if f := report.Figures[0]; f.Name != "closings" || f.Right != 3 || f.Extra != 1 || f.Missed != 1 {
		t.Errorf("closings are %+v", f)
	}
	if d := report.Delay; d == nil || d.MedianHours != 24 || d.MaxHours != 48 {
		t.Errorf("delay is %+v", d)
	}
	if report.Unknown != 1 || len(report.Misses) != 2 {
		t.Errorf("report is %+v", report)
	}
}

func TestPlanted(t *testing.T) {
	report := Planted(300, 7)
	figures := map[string]Figure{}
	for _, f := range report.Figures {
		figures[f.Name] = f
		t.Logf("%s: %d right, %d extra, %d missed", f.Name, f.Right, f.Extra, f.Missed)
	}
	if f := figures["pairs"]; f.Right < 500 || f.Precision.Value < 0.99 || f.Recall.Value < 0.95 {
		t.Errorf("planted duplicates: %+v, want precision of 0.99 and recall of 0.95 over 500 pairs and more", f)
	}
	for _, board := range []string{"within a board", "across boards"} {
		if f := figures[board]; f.Right < 50 || f.Precision.Value < 0.97 || f.Recall.Value < 0.9 {
			t.Errorf("%s: %+v", board, f)
		}
	}
	looks := 0
	for _, m := range report.Misses {
		looks += strings.Count(m.Got, "=")
	}
	if looks != figures["pairs"].Extra {
		t.Errorf("%d misses speak of wrong pairs, %d are counted", looks, figures["pairs"].Extra)
	}
	if diff := cmp.Diff(report.Figures, Planted(300, 7).Figures); diff != "" {
		t.Errorf("the same seed gave other postings: %s", diff)
	}
}

func TestRelatedFindsWhatGoesTogether(t *testing.T) {
	stacks := func(yield func(queries.Stack, error) bool) {
		for i := range 400 {
			stack := queries.Stack{PostingID: fmt.Sprint(i), TechIDs: []string{"git", "java", "jpa", "spring"}}
			if i%2 == 0 {
				stack.TechIDs = []string{"css", "git", "react", "redux"}
			}
			for n := range 30 { // seen everywhere now and then, and so more popular than either kind of work
				if (i/2+7*n)%5 > 1 {
					stack.TechIDs = append(stack.TechIDs, fmt.Sprint("office-", n))
				}
			}
			if !yield(stack, nil) {
				return
			}
		}
	}
	report, err := Related(stacks)
	if err != nil {
		t.Fatal(err)
	}
	if report.Postings != 400 || report.Tries != 400*(4+18) || report.Found <= report.Popular || report.Lift.Low <= 0 || report.IsSmall {
		t.Errorf("%+v", report)
	}
	if again, _ := Related(stacks); again != report {
		t.Error("the same postings gave other figures")
	}
	broken := errors.New("broken")
	if _, err := Related(func(yield func(queries.Stack, error) bool) { yield(queries.Stack{}, broken) }); !errors.Is(err, broken) {
		t.Errorf("the postings' error became %v", err)
	}
	if empty, err := Related(func(func(queries.Stack, error) bool) {}); err != nil || !empty.IsSmall || empty.Tries != 0 {
		t.Errorf("of nothing: %+v, %v", empty, err)
	}
}

func TestKeywordsAreComparedWithTheTenOverall(t *testing.T) {
	dir := write(t, "mine.jsonl", `{"keyword":"data","yes":["sql","python"],"no":["css"]}`+"\n"+`{"keyword":"web","yes":["git"],"no":["sql"]}`)
	parts, err := KeywordLabels(dir)
	if err != nil {
		t.Fatal(err)
	}
	lists := map[string][]string{"data": {"sql", "python", "spark"}, "web": {"sql"}}
	reports, err := Keywords(parts, func(keyword string) ([]string, error) { return lists[keyword], nil }, []string{"git", "sql"})
	if err != nil {
		t.Fatal(err)
	}
	r := reports[0]
	if r.Part != "mine" || r.NotJudged != 1 || len(r.NotAhead) != 1 || r.NotAhead[0] != "web" || r.Figures[0].Right != 2 || r.Figures[0].Extra != 18 || r.Figures[1].Right != 2 {
		t.Errorf("%+v", r)
	}
	for name, text := range map[string]string{"no keyword": `{"yes":["sql"]}`, "nothing judged": `{"keyword":"data"}`} {
		if _, err := KeywordLabels(write(t, "x.jsonl", text)); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "label 1 of x") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
