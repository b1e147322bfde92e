package jobs_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/extract/assistant"
	"github.com/techmapit/tmi/extract/assistant/assistanttest"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/schemas"
)

// assisted gives an environment an assistant that asks the server.
func assisted(t testing.TB, e *jobs.Env, server *assistanttest.Server, change func(*assistant.Options)) *assistant.Assistant {
	t.Helper()
	o := assistant.Options{APIKey: "k", BaseURL: server.URL, Model: "m", MaxTokens: 1 << 40, MaxDollars: 1e9, InputPrice: 1, OutputPrice: 2, Rate: 1e6,
		Timeout: time.Second, FirstWait: time.Microsecond, Extractor: e.Extractor}
	if change != nil {
		change(&o)
	}
	a, err := assistant.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	e.Assistant = a
	return a
}

// doubtful is a posting with a word without evidence (Notion) and an unknown name.
func doubtful(i int) schemas.BronzePosting {
	return capture(fmt.Sprint(i), day(1, 9).Add(time.Duration(i)*time.Second), func(p *schemas.BronzePosting) {
		p.Requirements = fmt.Sprintf("• Java와 Spring Boot 경험\n• 문의 02-000-0000\n• Together we keep Notion tidy, number %d.\n• Quxmesh%dDB를 써 본 경험", i, i%7)
	})
}

// keptPlaces are every place in silver.assistant_answers with the text that stands there.
func keptPlaces(t testing.TB, e *jobs.Env) (places []extract.Mention, texts []string) {
	t.Helper()
	for _, line := range read(t, e, `select proposals || chr(1) || requirements as line from silver.assistant_answers join silver.postings using (content_hash) where proposals is not null`) {
		list, requirements, _ := strings.Cut(line, "\x01")
		var mentions []extract.Mention
		if err := json.Unmarshal([]byte(list), &mentions); err != nil {
			t.Fatal(err)
		}
		for _, m := range mentions {
			text := requirements
			if m.Section != "requirements" {
				text = ""
			}
			places, texts = append(places, m), append(texts, text)
		}
	}
	return places, texts
}

// faulty answers every fifth question wrongly, each time in another way.
func faulty(q assistanttest.Question) assistanttest.Reply {
	right := assistanttest.Reply{Technologies: q.Doubts, InputTokens: 500, OutputTokens: 60}
	if q.Number%5 != 0 {
		return right
	}
	made := func(mentions ...assistanttest.Mention) assistanttest.Reply {
		return assistanttest.Reply{Technologies: append(slices.Clone(q.Doubts), mentions...), InputTokens: 500, OutputTokens: 60}
	}
	switch q.Number / 5 % 10 {
	case 0:
		return assistanttest.Reply{Status: 500}
	case 1:
		return assistanttest.Reply{Status: 429, RetryDelay: "0.001s"}
	case 2:
		return assistanttest.Reply{Text: `{"technologies":[{"surface":"Java`, InputTokens: 500, OutputTokens: 60}
	case 3:
		return assistanttest.Reply{Text: `{"answer":"COBOL"}`, InputTokens: 500, OutputTokens: 60}
	case 4:
		return made(assistanttest.Mention{Section: "requirements", Start: 0, End: 5, Surface: "COBOL"}, assistanttest.Mention{Section: "requirements", Start: 3, End: 13, Surface: "Kubernetes"})
	case 5: // offsets of something else, and words that are none
		for i := range right.Technologies {
			right.Technologies[i].Start -= 2
			right.Technologies[i].End -= 2
		}
		return assistanttest.Reply{Technologies: append(right.Technologies, assistanttest.Mention{Section: "requirements", Start: 0, End: 3, Surface: "pring"}), InputTokens: 500, OutputTokens: 60}
	case 6:
		return assistanttest.Reply{Technologies: q.Doubts, Finish: "MAX_TOKENS", InputTokens: 500, OutputTokens: 2048}
	case 7:
		return assistanttest.Reply{Body: "<html>overloaded</html>", InputTokens: 500, OutputTokens: 60}
	case 8: // what a posting could have told it to say
		return made(assistanttest.Mention{Section: "system", Start: 0, End: 4, Surface: "COBOL"}, assistanttest.Mention{Section: "benefits", Surface: "Oracle Database"})
	}
	if q.Number < 50 {
		return assistanttest.Reply{Pause: time.Minute, InputTokens: 500, OutputTokens: 60}
	}
	return assistanttest.Reply{Abort: true, InputTokens: 500, OutputTokens: 60}
}

// A thousand answers, one in five of them wrong: what is stored stands in the texts, and a
// second run asks nothing.
func TestAssistThousandAnswers(t *testing.T) {
	const postings = 1000
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, many(postings)...)
	w := window(t, day(1, 0), day(2, 0))
	do(t, e, "silver", w, jobs.Silver)
	server := assistanttest.New(t, faulty)
	a := assisted(t, e, server, nil)
	report := do(t, e, "assist", w, jobs.Assist)
	calls := server.Asked()
	t.Logf("%d postings asked about in %d calls: %+v", report.In, len(calls), report)
	if report.In != postings || report.In != report.Out+report.Rejected || int(report.Requests) != len(calls) {
		t.Errorf("report: got %+v after %d calls, want %d postings in", report, len(calls), postings)
	}
	// Broken JSON, another schema and cut answers are three of ten faults; the others are mended by asking again or hold good places too.
	if report.Rejected < postings/20 || report.Rejected > postings/10 {
		t.Errorf("%d postings have no answer, want about one in seventeen", report.Rejected)
	}
	places, texts := keptPlaces(t, e)
	ungrounded := 0
	for i, m := range places {
		if m.Start < 0 || m.End > len(texts[i]) || m.Start >= m.End || texts[i][m.Start:m.End] != m.Surface {
			ungrounded++
		}
	}
	if ungrounded > 0 || len(places) != 2*int(report.Out) {
		t.Errorf("%d of %d places do not stand in their text, want 0 of %d", ungrounded, len(places), 2*report.Out)
	}
	if got := read(t, e, `select count(*) || ' ' || sum(dropped_count) as line from silver.assistant_answers where proposals like '%COBOL%' or proposals like '%Kubernetes%' or dropped_count > 0`); !strings.HasSuffix(got[0], fmt.Sprint(" ", dropped(calls))) {
		t.Errorf("answers with something made up, and how much was dropped: got %v, want %d dropped", got, dropped(calls))
	}
	// Only what the text names in doubt became a technology.
	got := read(t, e, `select tech || ' ' || count(*) as line from silver.posting_techs where method = 'assistant' group by tech`)
	if diff := cmp.Diff([]string{fmt.Sprint("Notion ", report.Out)}, got); diff != "" {
		t.Errorf("technologies of the assistant (-want +got):\n%s", diff)
	}
	if spent := a.Spent(); spent.Requests != int64(len(calls)) || math.Abs(report.Dollars-spent.Dollars) > 1e-9 || spent.InputTokens+spent.OutputTokens < sum(server.Charged()) {
		t.Errorf("spent %+v in the report's %v dollars; the server charged for %d tokens", spent, report.Dollars, sum(server.Charged()))
	}
	if again := do(t, e, "assist", w, jobs.Assist); again.In != 0 || len(server.Asked()) != len(calls) {
		t.Errorf("a second run: got %+v and %d more calls, want none", again, len(server.Asked())-len(calls))
	}
	// Silver made again reads what was kept, asks nothing, and is the same.
	before := digestOf(t, e, schemas.SilverPostingTechs)
	do(t, e, "silver", w, jobs.Silver)
	if digestOf(t, e, schemas.SilverPostingTechs) != before || len(server.Asked()) != len(calls) {
		t.Error("a rebuild changes the technologies or asks")
	}
}

func many(n int) []schemas.BronzePosting {
	rows := make([]schemas.BronzePosting, n)
	for i := range rows {
		rows[i] = doubtful(i)
	}
	return rows
}

func sum(numbers []int64) (total int64) {
	for _, n := range numbers {
		total += n
	}
	return total
}

// dropped is how many places the faults above made up in answers that are read.
func dropped(calls []assistanttest.Question) (n int) {
	for _, q := range calls {
		if q.Number%5 != 0 {
			continue
		}
		switch q.Number / 5 % 10 {
		case 4, 8:
			n += 2
		case 5:
			n++
		}
	}
	return n
}

// The budget ends the asking, at most one call behind it; the next run goes on.
func TestAssistBudget(t *testing.T) {
	const most = 20_000
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, many(100)...)
	w := window(t, day(1, 0), day(2, 0))
	do(t, e, "silver", w, jobs.Silver)
	server := assistanttest.New(t, func(q assistanttest.Question) assistanttest.Reply {
		if q.Number%4 == 0 {
			return assistanttest.Reply{Text: "?", InputTokens: 500, OutputTokens: 200}
		}
		return assistanttest.Reply{Technologies: q.Doubts, InputTokens: 500, OutputTokens: 200}
	})
	seen := int64(0)
	for run := 1; run <= 5; run++ { // each run has a budget of its own
		assisted(t, e, server, func(o *assistant.Options) { o.MaxTokens = most })
		calls := len(server.Asked())
		report := do(t, e, "assist", w, jobs.Assist)
		seen += report.In
		charged := server.Charged()[calls:]
		last := int64(0)
		if len(charged) > 0 {
			last = charged[len(charged)-1]
		}
		if sum(charged)-last >= most && last > 0 {
			t.Errorf("run %d: %d tokens before its last call, want less than %d", run, sum(charged)-last, most)
		}
		if int(report.In) != len(charged) {
			t.Errorf("run %d: %d postings and %d calls", run, report.In, len(charged))
		}
	}
	if seen != 100 || len(server.Asked()) != 100 {
		t.Errorf("five runs asked about %d postings in %d calls, want each of 100 once", seen, len(server.Asked()))
	}
}

// Faults change nothing about it: what failed is booked too, and repeated calls are.
func TestAssistBudgetUnderFaults(t *testing.T) {
	const most = 40_000
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, many(200)...)
	w := window(t, day(1, 0), day(2, 0))
	do(t, e, "silver", w, jobs.Silver)
	server := assistanttest.New(t, func(q assistanttest.Question) assistanttest.Reply {
		r := faulty(q)
		r.Abort, r.Pause = r.Abort || r.Pause > 0, 0
		return r
	})
	for run := 1; ; run++ {
		a := assisted(t, e, server, func(o *assistant.Options) { o.MaxTokens = most })
		before := len(server.Charged())
		report := do(t, e, "assist", w, jobs.Assist)
		if report.In == 0 {
			break
		}
		charged := server.Charged()[before:]
		if all := sum(charged); all-charged[len(charged)-1] >= most {
			t.Errorf("run %d: the server charged for %d tokens, the last call for %d: want the others below %d", run, all, charged[len(charged)-1], most)
		}
		if spent := a.Spent(); run == 1 && spent.InputTokens+spent.OutputTokens < most {
			t.Errorf("run 1 ended with %+v, before its budget", spent)
		}
		if run > 20 {
			t.Fatal("the runs do not end")
		}
	}
	if got := read(t, e, `select count(*) || ' ' || count(distinct content_hash) as line from silver.assistant_answers`); got[0] != "200 200" {
		t.Errorf("answers and contents: got %s, want each of 200 once", got[0])
	}
}

func TestAssistIsOff(t *testing.T) {
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, doubtful(1))
	w := window(t, day(1, 0), day(2, 0))
	do(t, e, "silver", w, jobs.Silver)
	if report := do(t, e, "assist", w, jobs.Assist); report != (jobs.Report{}) {
		t.Errorf("got %+v, want nothing done", report)
	}
}

// A server that is away ends the step; what it said before stays, and a day later the
// questions are asked again.
func TestAssistServerAway(t *testing.T) {
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, many(20)...)
	w := window(t, day(1, 0), day(2, 0))
	do(t, e, "silver", w, jobs.Silver)
	isAway := false
	server := assistanttest.New(t, func(q assistanttest.Question) assistanttest.Reply {
		if isAway = isAway || q.Number > 3; isAway {
			return assistanttest.Reply{Status: 503}
		}
		return assistanttest.Reply{Technologies: q.Doubts}
	})
	assisted(t, e, server, nil)
	_, err := e.Do(t.Context(), "assist", "jumpit", w, jobs.Assist)
	if !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), "503") {
		t.Fatalf("got %v, want errs.Unavailable that names the answer", err)
	}
	got := read(t, e, `select status || ' ' || count(*) as line from silver.assistant_answers group by status order by 1`)
	if diff := cmp.Diff([]string{"answered 3", "unavailable 5"}, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if got := read(t, e, `select count(*)::varchar as line from silver.posting_techs where method = 'assistant'`); got[0] != "3" {
		t.Errorf("%s technologies of the assistant, want 3", got[0])
	}
	server = assistanttest.New(t, func(q assistanttest.Question) assistanttest.Reply { return assistanttest.Reply{Technologies: q.Doubts} })
	assisted(t, e, server, nil)
	if report := do(t, e, "assist", w, jobs.Assist); report.In != 12 {
		t.Errorf("soon after: got %+v, want the 12 that were never asked", report)
	}
	later := e.Clock().Add(25 * time.Hour)
	e.Clock = func() time.Time { return later }
	if report := do(t, e, "assist", w, jobs.Assist); report.In != 5 || report.Out != 5 {
		t.Errorf("a day later: got %+v, want the 5 that were asked in vain", report)
	}
}

// A text that was cut otherwise after the answer holds what still stands in it alone.
func TestAnswersAreHeldAgainstTheTextOfNow(t *testing.T) {
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, doubtful(1), doubtful(2))
	w := window(t, day(1, 0), day(2, 0))
	for _, c := range []struct {
		boardID  string
		mentions string
	}{
		{"1", `[{"section":"requirements","start":0,"end":6,"surface":"Notion"},{"section":"requirements","start":0,"end":5,"surface":"COBOL"}]`},
		{"2", `[{"section":"duties","start":0,"end":6,"surface":"Notion"}]`},
	} {
		p := doubtful(int(c.boardID[0] - '0'))
		fill(t, e, schemas.SilverAssistantAnswers, schemas.SilverAssistantAnswer{PostingID: p.PostingID, Source: "jumpit", ContentHash: p.ContentHash,
			PromptVersion: 1, AskedAt: day(1, 10), Model: "m", Status: assistant.StatusAnswered, Proposals: c.mentions})
	}
	do(t, e, "silver", w, jobs.Silver)
	got := read(t, e, `select board_id || ' ' || tech || ' ' || (decode(encode(requirements)[start_byte + 1:end_byte])) as line
		from silver.posting_techs join silver.postings using (posting_id) where method = 'assistant'`)
	if diff := cmp.Diff([]string{"1 Notion Notion"}, got); diff != "" {
		t.Errorf("technologies of the assistant (-want +got):\n%s", diff)
	}
	fill(t, e, schemas.SilverAssistantAnswers, schemas.SilverAssistantAnswer{PostingID: doubtful(1).PostingID, Source: "jumpit", ContentHash: doubtful(1).ContentHash,
		PromptVersion: 1, AskedAt: day(1, 11), Model: "m", Status: assistant.StatusAnswered, Proposals: "{"})
	if _, err := e.Do(t.Context(), "silver", "jumpit", w, jobs.Silver); !errs.Is(err, errs.Corrupt) {
		t.Errorf("proposals that are no list: got %v, want errs.Corrupt", err)
	}
}

func TestAssistantCandidates(t *testing.T) {
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, many(15)...)
	w := window(t, day(1, 0), day(2, 0))
	do(t, e, "silver", w, jobs.Silver)
	assisted(t, e, assistanttest.New(t, func(q assistanttest.Question) assistanttest.Reply { return assistanttest.Reply{Technologies: q.Doubts} }), nil)
	do(t, e, "assist", w, jobs.Assist)
	set, err := e.Lake.Heads(t.Context(), schemas.SilverAssistantAnswers)
	if err != nil {
		t.Fatal(err)
	}
	session, err := e.Lake.Session(t.Context(), set, schemas.SilverAssistantAnswers)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	candidates, err := jobs.AssistantCandidates(t.Context(), session, e.Extractor.Dictionary(), extract.Refused("quxmesh3db"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range candidates {
		got = append(got, fmt.Sprint(c.Name, " ", c.Postings, " ", c.Sources, " ", c.Section))
	}
	want := []string{"Quxmesh0DB 3 [jumpit] requirements"}
	for _, i := range []int{1, 2, 4, 5, 6} { // one is refused
		want = append(want, fmt.Sprintf("Quxmesh%dDB 2 [jumpit] requirements", i))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
}

func TestUnknownNames(t *testing.T) {
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings,
		capture("1", day(1, 9), func(p *schemas.BronzePosting) {
			p.Requirements = "Java, Quuxbase, a.person@mail.example, 010-0000-0000"
		}),
		capture("2", day(1, 9), func(p *schemas.BronzePosting) { p.Requirements = "Kafka/Quuxbase, Zorbler" }))
	do(t, e, "silver", window(t, day(1, 0), day(2, 0)), jobs.Silver)
	set, err := e.Lake.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	session, err := e.Lake.Session(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	names, err := jobs.UnknownNames(e.Extractor, jobs.PostingsOfLake(t.Context(), session), extract.Refused("Zorbler"))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != 1 || names[0].Name != "Quuxbase" || names[0].Postings != 2 || names[0].Method != "list" || strings.Contains(names[0].Context, "@") || strings.Contains(names[0].Context, "010") {
		t.Errorf("names are %+v", names)
	}
}
