package jobs_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/schemas"
)

// digestOf is the digest of a table's head.
func digestOf(t testing.TB, e *jobs.Env, table schemas.Table) string {
	t.Helper()
	set, err := e.Lake.Heads(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.Lake.Session(t.Context(), set, table)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	digest, err := s.Digest(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

// falsify adds a technology that no text names, as an older dictionary may have.
func falsify(t testing.TB, e *jobs.Env, rows ...schemas.SilverPostingTech) {
	t.Helper()
	for i := range rows {
		rows[i].Source, rows[i].TechID, rows[i].Tech, rows[i].Need, rows[i].Method = "jumpit", "cobol", "COBOL", schemas.NeedRequired, schemas.MethodDictionary
		rows[i].ContentHash = schemas.PostingID("jumpit", "any")
	}
	fill(t, e, schemas.SilverPostingTechs, rows...)
}

// Deriving technologies again leaves what a whole rebuild leaves, and nothing else changes.
func TestTechsEqualARebuild(t *testing.T) {
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, append(history(),
		capture("5", day(2, 9).AddDate(0, 1, 0), func(p *schemas.BronzePosting) { p.Company = "(주)가나다"; p.Requirements = "• Java, Kotlin" }))...)
	whole := window(t, day(1, 0), day(7, 0).AddDate(0, 1, 0))
	rebuilt := do(t, e, "silver", whole, jobs.Silver)
	tables := []schemas.Table{schemas.SilverPostings, schemas.SilverPostingTechs}
	want := map[string]string{}
	for _, table := range tables {
		want[table.Name()] = digestOf(t, e, table)
	}
	falsify(t, e, schemas.SilverPostingTech{PostingID: schemas.PostingID("jumpit", "1"), ValidFrom: day(1, 9)},
		schemas.SilverPostingTech{PostingID: schemas.PostingID("jumpit", "5"), ValidFrom: day(2, 9).AddDate(0, 1, 0)})
	if digestOf(t, e, schemas.SilverPostingTechs) == want[schemas.SilverPostingTechs.Name()] {
		t.Fatal("the digest does not see a row more")
	}
	w, err := jobs.WholeOf(t.Context(), e, "jumpit")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		report := do(t, e, "techs", w, jobs.Techs)
		if report.In != rebuilt.Out || report.Out != rebuilt.Out {
			t.Errorf("report: got %+v, want %d versions in and out", report, rebuilt.Out)
		}
		for _, table := range tables {
			if got := digestOf(t, e, table); got != want[table.Name()] {
				t.Errorf("%s: got digest %s, want %s", table.Name(), got, want[table.Name()])
			}
		}
	}
}

// A window is a unit: what lies outside of it stays, in the same month too.
func TestTechsOfAWindow(t *testing.T) {
	e := newEnv(t)
	fill(t, e, schemas.BronzePostings, history()...)
	do(t, e, "silver", window(t, day(1, 0), day(7, 0)), jobs.Silver)
	falsify(t, e, schemas.SilverPostingTech{PostingID: schemas.PostingID("jumpit", "1"), ValidFrom: day(1, 9)},
		schemas.SilverPostingTech{PostingID: schemas.PostingID("jumpit", "1"), ValidFrom: day(3, 9)})
	do(t, e, "techs", window(t, day(3, 0), day(4, 0)), jobs.Techs)
	got := read(t, e, `select strftime(valid_from at time zone 'Asia/Seoul', '%d') as line from silver.posting_techs where tech = 'COBOL'`)
	if diff := cmp.Diff([]string{"01"}, got); diff != "" {
		t.Errorf("days with a false technology (-want +got):\n%s", diff)
	}
}

// What retention removed cannot be read again: its technologies stay.
func TestTechsKeepWhatExpired(t *testing.T) {
	e := newEnv(t)
	row := schemas.SilverPosting{PostingID: schemas.PostingID("jumpit", "1"), Source: "jumpit", BoardID: "1", ContentHash: schemas.PostingID("jumpit", "any"),
		ValidFrom: day(1, 9), URL: "https://example.com/1", Title: "백엔드 개발자", TextExpiredAt: day(20, 9)}
	other := row
	other.PostingID, other.BoardID, other.TextExpiredAt, other.Requirements = schemas.PostingID("jumpit", "2"), "2", time.Time{}, "Java 개발 경험"
	fill(t, e, schemas.SilverPostings, row, other)
	falsify(t, e, schemas.SilverPostingTech{PostingID: row.PostingID, ValidFrom: row.ValidFrom}, schemas.SilverPostingTech{PostingID: other.PostingID, ValidFrom: other.ValidFrom})
	do(t, e, "techs", window(t, day(1, 0), day(2, 0)), jobs.Techs)
	got := read(t, e, `select board_id || ' ' || tech as line from silver.posting_techs join silver.postings using (posting_id) order by line`)
	if diff := cmp.Diff([]string{"1 COBOL", "2 Java"}, got); diff != "" {
		t.Errorf("technologies (-want +got):\n%s", diff)
	}
}

// Months and slices cut time at whole days and lose none of it.
func TestTechsOverMonths(t *testing.T) {
	e := newEnv(t)
	var rows []schemas.SilverPosting
	for i := range 90 { // every 18 hours, from the evening of one month into the third after
		row := benchVersion(i)
		row.ValidFrom = day(28, 21).Add(time.Duration(i) * 18 * time.Hour)
		rows = append(rows, row)
	}
	fill(t, e, schemas.SilverPostings, rows...)
	w, err := jobs.WholeOf(t.Context(), e, "jumpit")
	if err != nil {
		t.Fatal(err)
	}
	do(t, e, "techs", w, jobs.Techs)
	got := read(t, e, `select count(distinct posting_id)::varchar as line from silver.posting_techs`)
	if diff := cmp.Diff([]string{"90"}, got); diff != "" {
		t.Errorf("versions with technologies (-want +got):\n%s", diff)
	}
}

func TestWholeOfNothing(t *testing.T) {
	w, err := jobs.WholeOf(t.Context(), newEnv(t), "jumpit")
	if err != nil || w != (jobs.Window{}) {
		t.Errorf("an empty silver: got %v, %v, want the zero window", w, err)
	}
}
