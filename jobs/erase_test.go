package jobs_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

// TestErase removes one posting of a board with details and one of a board whose list is
// all there is, and one address; nothing of them is left anywhere, everything else is, and
// a full rebuild brings nothing back.
func TestErase(t *testing.T) {
	t.Parallel()
	erases(t, openLake(t, filepath.Join(t.TempDir(), "lake")))
}

// TestEraseInS3 is [TestErase] with the lake in a bucket and the catalog in Postgres.
func TestEraseInS3(t *testing.T) {
	slow(t)
	p := place{uri: laketest.StartS3(t).URI() + "/erased", catalog: laketest.StartPostgres(t)}
	erases(t, p.open(t))
}

func erases(t *testing.T, l *lake.Lake) {
	names := []string{"jumpit", "greenhouse"}
	m := newMarket(t, replica.Config{Seed: 13, Postings: 60, Days: 2})
	m.plant(t, l, names, mornings(1, 3)...)
	whole := window(t, day(1, 0), day(3, 0))
	e := m.env(t, l, day(3, 0))
	flow(t, e, river(names, whole)...)
	const others = "select posting_id || title || coalesce(duties, '') || coalesce(requirements, '') as line from gold.postings where posting_id not in ('', "

	var gone []string
	for _, name := range names {
		id := read(t, e, "select min(posting_id) as line from gold.postings where source = '"+name+"'")[0]
		board := read(t, e, "select min(board_id) as line from silver.postings where posting_id = '"+id+"'")[0]
		before := read(t, e, others+"'"+id+"') order by 1")
		fill(t, e, schemas.SilverAssistantAnswers, answer(id, name, sentence(board)), answer(schemas.PostingID(name, "another"), name, "Kafka"))
		plan, err := jobs.ErasePosting(t.Context(), e, id, false)
		if err != nil || len(plan.Where) < 5 || plan.Proof != nil {
			t.Fatalf("%s: dry run: %+v, %v", name, plan, err)
		}
		if !slices.Contains(plan.Texts, sentence(board)+" 문의: "+address(board)) {
			t.Errorf("%s: the proof looks for %q, not for what is the posting's alone", name, plan.Texts)
		}
		if scanned, err := l.Scan(t.Context(), []string{sentence(board)}); err != nil || len(scanned.Found) == 0 {
			t.Errorf("%s: a dry run removed something: %+v, %v", name, scanned, err)
		}
		done, err := jobs.ErasePosting(t.Context(), e, id, true)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if done.Proof == nil || done.Proof.Objects == 0 {
			t.Errorf("%s: no proof: %+v", name, done)
		}
		for i, w := range plan.Where {
			if done.Where[i] != w {
				t.Errorf("%s: planned %v, did %v", name, w, done.Where[i])
			}
		}
		gone = append(gone, sentence(board), address(board), plan.Texts[0])
		if after := read(t, e, others+"'"+id+"') order by 1"); !slices.Equal(before, after) {
			t.Errorf("%s: other postings changed", name)
		}
		if rows := read(t, e, "select posting_id as line from bronze.sightings where posting_id = '"+id+"' union all select posting_id from silver.lifecycle where posting_id = '"+id+"' union all select posting_id from silver.presence where posting_id = '"+id+"'"); len(rows) > 0 {
			t.Errorf("%s: rows are left: %v", name, rows)
		}
		if _, err := jobs.ErasePosting(t.Context(), e, id, true); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: a second time: %v, want not found", name, err)
		}
	}

	if rows := read(t, e, "select proposals as line from silver.assistant_answers"); len(rows) != len(names) || strings.Contains(strings.Join(rows, " "), "표지") {
		t.Errorf("the assistant's answers are %q, want those about others", rows)
	}

	// one person's address
	address := read(t, e, "select min(board_id) as line from silver.postings where source = 'jumpit'")[0]
	text := "recruiter." + address + "@marker.example"
	fill(t, e, schemas.SilverAssistantAnswers, answer(schemas.PostingID("jumpit", "a third"), "jumpit", text))
	done, err := jobs.EraseText(t.Context(), e, text, true)
	if err != nil || done.Proof == nil || len(done.Where) < 2 {
		t.Fatalf("erase an address: %+v, %v", done, err)
	}
	gone = append(gone, text)
	if kept, err := l.Scan(t.Context(), []string{sentence(address)}); err != nil || len(kept.Found) == 0 {
		t.Errorf("more than the address is gone: %v", err)
	}
	if _, err := jobs.EraseText(t.Context(), e, "a@b", true); !errs.Is(err, errs.Invalid) {
		t.Errorf("a short text: %v, want invalid", err)
	}

	before := headDigests(t, l)
	flow(t, m.env(t, l, e.Clock().Add(time.Hour)), river(names, whole)...)
	sameTables(t, before, headDigests(t, l))
	scanned, err := l.Scan(t.Context(), gone)
	if err != nil || len(scanned.Found) > 0 {
		t.Errorf("after a rebuild: %+v, %v", scanned.Found, err)
	}
	for _, name := range names {
		runs, err := collect.Manifests(t.Context(), l.Objects(), name, time.Time{}, time.Time{})
		if err != nil || len(runs) == 0 || !runs[0].Lacks(schemas.RemovedErased) {
			t.Errorf("%s: run.json does not tell of the erasure: %v", name, err)
		}
	}
}

// answer is what the assistant said of a posting, with words of its text.
func answer(id, source, words string) schemas.SilverAssistantAnswer {
	return schemas.SilverAssistantAnswer{PostingID: id, Source: source, ContentHash: id, PromptVersion: 1, AskedAt: day(2, 0), Model: "some", Status: "answered",
		Proposals: fmt.Sprintf(`[{"section":"requirements","start":0,"end":%d,"surface":%q}]`, len(words), words)}
}
