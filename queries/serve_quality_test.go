package queries

import (
	"context"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

func TestQualityCountsTheDaysAskedForAndReadsOfAllTime(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	if rows, err := ListSourceQuality(ctx, db, 7); err != nil || len(rows) != 0 {
		t.Errorf("nothing counted: %v %v", rows, err)
	}
	at := func(text string) time.Time { return day(text).Add(3 * time.Hour) }
	queriestest.Fill(t, db,
		schemas.GoldSourceQuality{Date: day("2026-11-01"), Source: "hn", VersionCount: 50, WithTech: 1, ListReads: 9, CompleteReads: 9, LastReadAt: at("2026-11-01")},
		schemas.GoldSourceQuality{Date: day("2026-11-20"), Source: "jumpit", VersionCount: 4, WithCompany: 4, WithTech: 3, ListReads: 2, CompleteReads: 1, LastReadAt: at("2026-11-20"), RejectCount: 1, ClosedCount: 2},
		schemas.GoldSourceQuality{Date: day("2026-11-22"), Source: "jumpit", VersionCount: 6, WithCompany: 6, WithTech: 6, WithSalary: 2, ListReads: 2, LastReadAt: at("2026-11-20")},
	)
	posting := func(id, source, face string, isIT bool) {
		queriestest.Fill(t, db, schemas.GoldPosting{PostingID: id, Source: source, Status: "open", IsIT: isIT, Country: "KR", URL: "https://b.example", Title: "x", DuplicateOf: face, FirstSeenAt: queriestest.MarketNow, ClusterSize: 1, VersionCount: 1, ContentHash: id})
	}
	posting("a", "jumpit", "", true)
	posting("b", "jumpit", "a", true)
	posting("c", "rallit", "", false)
	span := SourceQuality{From: day("2026-11-16"), To: day("2026-11-22")}
	hn, rallit := span, span
	hn.Source, hn.LastReadAt = "hn", at("2026-11-01")
	jumpit := SourceQuality{Source: "jumpit", From: span.From, To: span.To, LastReadAt: at("2026-11-20"), ListReads: 4, CompleteReads: 1, VersionCount: 10, WithCompany: 10, WithTech: 9, WithSalary: 2, RejectCount: 1, ClosedCount: 2, OpenCount: 2, CopyCount: 1, EverydayCount: 1}
	rallit.Source, rallit.OpenCount = "rallit", 1
	got, err := ListSourceQuality(ctx, db, 7)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff([]SourceQuality{hn, jumpit, rallit}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReasonsAreCountedWithoutTheValuesTheyQuote(t *testing.T) {
	ctx, db := context.Background(), queriestest.New(t)
	reject := func(day int, source string, reasons ...string) {
		at := queriestest.MarketNow.AddDate(0, 0, day)
		queriestest.Fill(t, db, schemas.Reject{RejectedAt: at, CapturedAt: at, RunID: "r", Job: "bronze", Source: source, TableName: "bronze.postings", Reasons: reasons})
	}
	reject(0, "hn", `salary: is -5, expected at least 0`, `url: is "mailto:kim@example.com", expected an http or https address`)
	reject(-1, "hn", `salary: is {"from": "kim@exam, expected at least 0`)
	reject(-2, "hn", `url: is "a \"quoted\" word", expected an http or https address`, "title: is missing, expected a text")
	reject(-20, "hn", "title: is missing, expected a text")
	reject(0, "jumpit", `row: cannot be read at 3: "Kim`)
	got, err := ListRejectReasons(ctx, db, queriestest.MarketNow.AddDate(0, 0, -7), 4)
	if err != nil {
		t.Fatal(err)
	}
	row := func(source, reason string, count int64, daysAgo int, of int64) RejectReason {
		return RejectReason{Source: source, TableName: "bronze.postings", Reason: reason, RejectCount: count, LastAt: queriestest.MarketNow.AddDate(0, 0, -daysAgo), ReasonCount: of}
	}
	want := []RejectReason{
		row("hn", "salary: is …, expected at least N", 2, 0, 4), row("hn", `url: is …, expected an http or https address`, 2, 0, 4),
		row("hn", "title: is missing; expected a text", 1, 2, 4), row("jumpit", `row: cannot be read at N: "…"`, 1, 0, 4),
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
