package jobs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/schemas"
)

func titled(title string) func(*schemas.BronzePosting) {
	return func(p *schemas.BronzePosting) { p.Title = "백엔드 개발자 " + title }
}

func listRow(p *schemas.BronzePosting) {
	p.Capture, p.Requirements, p.Preferred = schemas.CaptureList, "", ""
}

const versionLines = `select board_id || ' ' || strftime(valid_from at time zone 'Asia/Seoul', '%d %H') || ' ' || replace(title, '백엔드 개발자', '') as line from silver.postings order by board_id, valid_from`

// history is what was captured of four postings over days 1 to 6.
func history() []schemas.BronzePosting {
	return []schemas.BronzePosting{
		// A, B, A again is three versions; repeats are none.
		capture("1", day(1, 9), titled("A")), capture("1", day(2, 9), titled("A")), capture("1", day(3, 9), titled("B")),
		capture("1", day(4, 9), titled("B")), capture("1", day(5, 9), titled("A")), capture("1", day(6, 9), titled("A")),
		// A list row alone stands until the detail comes, and never replaces it.
		capture("2", day(1, 9), listRow), capture("2", day(3, 9), nil), capture("2", day(4, 9), listRow),
		// A list row that may have a detail is not whole and makes no version.
		capture("3", day(2, 9), func(p *schemas.BronzePosting) { listRow(p); p.IsWhole = false }),
		// A minute before and a minute after midnight UTC is one day in Seoul.
		capture("4", day(3, 9).Add(-time.Minute), titled("early")), capture("4", day(3, 9).Add(time.Minute), titled("late")),
	}
}

var versionsWanted = []string{"1 01 09  A", "1 03 09  B", "1 05 09  A", "2 01 09 ", "2 03 09 ", "4 03 08  early", "4 03 09  late"}

func TestSilverVersions(t *testing.T) {
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, history()...)
	w := window(t, day(1, 0), day(7, 0))
	for range 2 { // the second time changes nothing
		report := do(t, e, "silver", w, jobs.Silver)
		if want := (jobs.Report{In: 11, Out: 7, Duplicate: 4}); report.In != want.In || report.Out != want.Out || report.Duplicate != want.Duplicate || report.Rejected != 0 {
			t.Errorf("report: got %+v, want %+v", report, want)
		}
		if diff := cmp.Diff(versionsWanted, read(t, e, versionLines)); diff != "" {
			t.Errorf("versions (-want +got):\n%s", diff)
		}
	}
}

// The same windows in any order and in any chunks give the same rows.
func TestSilverChunks(t *testing.T) {
	for name, order := range map[string][]int{"forward": {1, 2, 3, 4, 5, 6}, "backward": {6, 5, 4, 3, 2, 1}, "mixed": {3, 1, 6, 2, 5, 4, 3}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			fill(t, e, schemas.BronzePostings, history()...)
			for _, d := range order {
				do(t, e, "silver", window(t, day(d, 0), day(d+1, 0)), jobs.Silver)
			}
			if diff := cmp.Diff(versionsWanted, read(t, e, versionLines)); diff != "" {
				t.Errorf("versions (-want +got):\n%s", diff)
			}
		})
	}
}

// Captures that arrive late change which captures after them begin a version.
func TestSilverRestatesWhatCameAfter(t *testing.T) {
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, capture("1", day(1, 9), titled("A")), capture("1", day(3, 9), titled("A")))
	do(t, e, "silver", window(t, day(1, 0), day(4, 0)), jobs.Silver)
	fill(t, e, schemas.BronzePostings, capture("1", day(2, 9), titled("B")))
	do(t, e, "silver", window(t, day(2, 0), day(3, 0)), jobs.Silver)
	want := []string{"1 01 09  A", "1 02 09  B", "1 03 09  A"}
	if diff := cmp.Diff(want, read(t, e, versionLines)); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
}

func TestSilverNormalises(t *testing.T) {
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, capture("1", day(1, 9), func(p *schemas.BronzePosting) {
		p.ClosesAt = time.Date(2026, 5, 31, 23, 59, 59, 0, seoul)
	}))
	do(t, e, "silver", window(t, day(1, 0), day(2, 0)), jobs.Silver)
	got := read(t, e, `select concat_ws('|', company, is_it, country, region, district, requirements, closes_at at time zone 'Asia/Seoul') as line from silver.postings`)
	want := []string{"가나다 주식회사|true|KR|서울|강남구|• Java와 Spring Boot 경험\n• 문의 [phone]|2026-05-31 23:59:59"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("posting (-want +got):\n%s", diff)
	}
	got = read(t, e, `select concat_ws(' ', tech, need, method, section, surface) as line from silver.posting_techs order by tech`)
	want = []string{"Java required dictionary requirements Java", "Kafka preferred dictionary preferred Kafka", "MySQL required board_tag MySQL", "Spring Boot required dictionary requirements Spring Boot"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("technologies (-want +got):\n%s", diff)
	}
}

func lists(complete bool, days ...int) []schemas.BronzeList {
	var rows []schemas.BronzeList
	for _, d := range days {
		rows = append(rows, schemas.BronzeList{Source: "jumpit", List: "all", RunID: day(d, 9).String(), ReadAt: day(d, 9), IsComplete: complete})
	}
	return rows
}

func seen(boardID string, days ...int) []schemas.BronzeSighting {
	var rows []schemas.BronzeSighting
	for _, d := range days {
		rows = append(rows, schemas.BronzeSighting{PostingID: schemas.PostingID("jumpit", boardID), Source: "jumpit", List: "all", RunID: day(d, 9).String(), SeenAt: day(d, 9), Seen: schemas.SeenListed})
	}
	return rows
}

func TestPresence(t *testing.T) {
	ids := map[string]string{}
	for _, id := range []string{"1", "2", "3", "4"} {
		ids[schemas.PostingID("jumpit", id)] = id
	}
	lines := `select posting_id || ' ' || strftime(seen_from at time zone 'Asia/Seoul', '%d') || '-' || coalesce(strftime(seen_to at time zone 'Asia/Seoul', '%d'), 'now') as line from silver.presence`
	named := func(t *testing.T, e *jobs.Env) map[string]bool {
		got := map[string]bool{}
		for _, line := range read(t, e, lines) {
			got[ids[line[:32]]+line[32:]] = true
		}
		return got
	}
	want := map[string]bool{"1 01-now": true, "2 01-02": true, "2 06-now": true, "3 04-now": true, "4 01-01": true}
	for name, order := range map[string][][2]int{"at once": {{1, 7}}, "by day": {{1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 7}}, "out of order": {{4, 7}, {1, 4}, {3, 5}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			fill(t, e, schemas.BronzeLists, append(lists(true, 1, 2, 4, 5, 6), lists(false, 3)...)...)
			fill(t, e, schemas.BronzeSightings, append(append(append(seen("1", 1, 2, 4, 5, 6), seen("2", 1, 2, 3, 6)...), seen("3", 4, 5, 6)...), seen("4", 1)...)...)
			for _, w := range order {
				do(t, e, "silver", window(t, day(w[0], 0), day(w[1], 0)), jobs.Silver)
			}
			if diff := cmp.Diff(want, named(t, e)); diff != "" {
				t.Errorf("stretches (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGoldAndPublish(t *testing.T) {
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, append(history(),
		capture("5", day(2, 9), func(p *schemas.BronzePosting) { p.Company = "(주)가나다"; p.Requirements = "• Java, Kotlin" }))...)
	refine(t, e, window(t, day(1, 0), day(7, 0)))
	if _, err := e.Do(t.Context(), "publish", "", jobs.Window{}, jobs.Publish); err != nil {
		t.Fatal(err)
	}
	got := read(t, e, `select concat_ws(' ', strftime(date, '%d'), tech, open_count, opened_count, company_count) as line
		from gold.tech_daily where role = '*' and source = '*' and tech in ('Java', 'Kotlin') and date <= '2026-05-03' order by 1`)
	want := []string{"01 Java 1 1 1", "02 Java 2 1 1", "02 Kotlin 1 1 1", "03 Java 4 1 1", "03 Kotlin 1 0 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gold.tech_daily (-want +got):\n%s", diff)
	}
	got = read(t, e, `select concat_ws(' ', event, reason, count(*)) as line from silver.lifecycle group by event, reason order by 1`)
	want = []string{"changed new_content 4", "opened first_capture 4"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	got = read(t, e, `select concat_ws(' ', company, posting_count) as line from gold.companies`)
	if len(got) != 1 || !strings.HasSuffix(got[0], " 4") { // one company under two spellings
		t.Errorf("companies: got %q, want one with 4 postings", got)
	}
	set, err := e.Lake.Published(t.Context())
	if err != nil || set.Seq != 1 || set.Tables["ops.runs"].Rows != 4 {
		t.Errorf("published: got %d with %d runs (%v), want set 1 with 4 runs", set.Seq, set.Tables["ops.runs"].Rows, err)
	}
}
