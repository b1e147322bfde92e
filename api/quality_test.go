package api

import (
	"strings"
	"testing"
)

func TestQualitySaysWhatItDoesNotKnow(t *testing.T) {
	w := newWorld(t, 120)
	answer := getJSON[Quality](t, w, 200, "/api/v1/quality")
	if len(answer.Sources) != 4 || len(answer.Limits) != len(limits) || len(answer.Rejects) == 0 || *answer.From != "2026-10-24" || *answer.To != "2026-11-22" {
		t.Errorf("got %+v", answer)
	}
	for _, one := range answer.Sources {
		if c := one.Completeness; c.Company == nil || *c.Company > 1 || *c.Technology <= 0 || one.CompleteReads > one.ListReads || one.CopyCount > one.OpenCount || one.EverydayCount > one.OpenCount {
			t.Errorf("got %+v", one)
		}
	}
	if rule := answer.Duplicates; rule.Version == nil || *rule.Version != 2 || rule.CopyCount == 0 || rule.Text == "" {
		t.Errorf("got the rule %+v", rule)
	}
	page := w.get("/quality").Body.String()
	for _, want := range []string{"점핏", "알려진 한계", "규칙 2판", "title: is …, expected a text"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, table := range []string{"gold.source_quality", "gold.postings", "ops.rejects", "silver.duplicates"} {
		w.reader.db.Exec(t, "delete from "+table)
	}
	w.reader.seq.Add(1)
	if empty := getJSON[Quality](t, w, 200, "/api/v1/quality"); len(empty.Sources)+len(empty.Rejects) != 0 || empty.From != nil || empty.Duplicates.Version != nil || empty.Duplicates.CopyCount != 0 {
		t.Errorf("of nothing: %+v", empty)
	}
	if page := w.get("/quality"); page.Code != 200 || !strings.Contains(page.Body.String(), "아직 읽은 게시판이 없습니다") || !strings.Contains(page.Body.String(), "아직 찾은 중복이 없습니다") {
		t.Errorf("page of nothing: %d", page.Code)
	}
}
