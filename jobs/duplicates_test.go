package jobs_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/extract/duplicates"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/schemas"
)

const aDuty = "• 주문 서비스의 서버를 설계하고 개발합니다.\n• 대용량 트래픽을 안정적으로 처리합니다.\n• 동료의 코드를 함께 검토하고 개선합니다.\n• 장애의 원인을 찾아 고칩니다."

// posted is a version of silver: the same job wherever it stands, unless it is changed.
func posted(source, boardID string, at time.Time, change func(*schemas.SilverPosting)) schemas.SilverPosting {
	row := schemas.SilverPosting{
		PostingID: schemas.PostingID(source, boardID), Source: source, BoardID: boardID, ContentHash: fmt.Sprintf("%032d", at.Unix()), ValidFrom: at,
		URL: "https://example.com/" + boardID, Title: "백엔드 개발자", Company: "가나다", CompanyID: schemas.CompanyID("가나다"), IsIT: true, Country: "KR",
		LocationRaw: "서울 강남구 논현로 1", Region: "서울", District: "강남구", Employment: "full_time", Duties: aDuty, Requirements: "• Java와 Spring Boot 경험이 있는 분", IsDetail: true,
	}
	if change != nil {
		change(&row)
	}
	return row
}

const clusters = `
	select board.source || ' ' || board.board_id || ' is ' || face.source || ' ' || face.board_id || ' since ' || strftime(found_at at time zone 'Asia/Seoul', '%d') as line
	from silver.duplicates
	join (select distinct posting_id, source, board_id from silver.postings) as board using (posting_id)
	join (select distinct posting_id, source, board_id from silver.postings) as face on face.posting_id = cluster_id
	order by line`

func TestDuplicates(t *testing.T) {
	rows := []schemas.SilverPosting{
		posted("jumpit", "1", day(1, 9), nil),
		posted("jumpit", "1", day(3, 9), func(p *schemas.SilverPosting) { p.Duties = "• 다 고쳐 썼습니다." }), // what is edited stays the job that it was
		posted("rallit", "2", day(2, 9), func(p *schemas.SilverPosting) {
			p.Title, p.Company, p.Duties = "[가나다] 백엔드 개발자 채용", "(주)가나다", "- 주문 서비스의 서버를 설계하고 개발해요\n- 대용량 트래픽을 안정적으로 처리해요\n- 동료의 코드를 함께 검토하고 개선해요"
		}),
		posted("greenhouse", "3", day(2, 9), func(p *schemas.SilverPosting) { p.IsDetail, p.Duties = false, "" }), // nothing to compare
		posted("greenhouse", "3", day(4, 9), nil),
		posted("jumpit", "4", day(2, 9), func(p *schemas.SilverPosting) { p.Title = "시니어 백엔드 개발자" }),
		posted("jumpit", "5", day(2, 9), func(p *schemas.SilverPosting) {
			p.LocationRaw, p.District = "서울 마포구 월드컵로", "마포구"
		}),
		posted("jumpit", "6", day(2, 9), func(p *schemas.SilverPosting) { p.CompanyID = schemas.CompanyID("라마바") }),
		posted("jumpit", "7", day(2, 9), func(p *schemas.SilverPosting) { p.CompanyID = "" }),
		posted("jumpit", "8", day(3, 9), nil), // posted again
	}
	want := []string{"greenhouse 3 is jumpit 1 since 04", "jumpit 1 is jumpit 1 since 02", "jumpit 8 is jumpit 1 since 03", "rallit 2 is jumpit 1 since 02"}
	whole := window(t, day(1, 0), day(5, 0))
	for _, c := range []struct {
		name    string
		windows []jobs.Window
	}{
		{"at once", []jobs.Window{whole}},
		{"twice", []jobs.Window{whole, whole}},
		{"day by day", []jobs.Window{window(t, day(1, 0), day(2, 0)), window(t, day(2, 0), day(3, 0)), window(t, day(3, 0), day(4, 0)), window(t, day(4, 0), day(5, 0))}},
		{"the past again", []jobs.Window{whole, window(t, day(2, 0), day(3, 0))}},
		{"the past later", []jobs.Window{window(t, day(3, 0), day(5, 0)), window(t, day(1, 0), day(3, 0))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newEnv(t)
			fill(t, e, schemas.SilverPostings, rows...)
			for _, w := range c.windows {
				do(t, e, "duplicates", w, jobs.Duplicates)
			}
			if diff := cmp.Diff(want, read(t, e, clusters)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDuplicatesStand keeps what was decided where the texts have gone since, and decides
// anew where another rule decided.
func TestDuplicatesStand(t *testing.T) {
	e := newEnv(t)
	expired := func(p *schemas.SilverPosting) { p.Duties, p.Requirements, p.TextExpiredAt = "", "", day(20, 0) }
	a, b, c := posted("jumpit", "1", day(1, 9), expired), posted("rallit", "2", day(2, 9), expired), posted("jumpit", "3", day(3, 9), nil)
	fill(t, e, schemas.SilverPostings, a, b, c, posted("rallit", "4", day(3, 10), nil))
	row := func(p schemas.SilverPosting, rule int32) schemas.SilverDuplicate {
		return schemas.SilverDuplicate{PostingID: p.PostingID, ClusterID: a.PostingID, RuleVersion: rule, Score: 0.9, FoundAt: day(2, 9)}
	}
	fill(t, e, schemas.SilverDuplicates, row(a, duplicates.RuleVersion), row(b, duplicates.RuleVersion))
	do(t, e, "duplicates", window(t, day(1, 0), day(5, 0)), jobs.Duplicates)
	want := []string{"jumpit 1 is jumpit 1 since 02", "jumpit 3 is jumpit 3 since 03", "rallit 2 is jumpit 1 since 02", "rallit 4 is jumpit 3 since 03"}
	if diff := cmp.Diff(want, read(t, e, clusters)); diff != "" {
		t.Error(diff)
	}

	e = newEnv(t)
	wrong := posted("jumpit", "9", day(2, 9), func(p *schemas.SilverPosting) { p.Title = "회계 담당자" })
	fill(t, e, schemas.SilverPostings, posted("jumpit", "1", day(1, 9), nil), wrong)
	do(t, e, "silver", window(t, day(1, 0), day(3, 0)), nothing)
	old := int32(duplicates.RuleVersion + 1)
	fill(t, e, schemas.SilverDuplicates, row(a, old), row(wrong, old))
	do(t, e, "duplicates", window(t, day(5, 0), day(6, 0)), jobs.Duplicates)
	if got := read(t, e, clusters); len(got) > 0 {
		t.Errorf("of another rule still stands: %v", got)
	}
}

// TestClusterIsShownByAnOpenPosting closes the first posting of a job that still stands on
// another board.
func TestClusterIsShownByAnOpenPosting(t *testing.T) {
	e := newEnv(t)
	a, b := posted("jumpit", "1", day(1, 9), nil), posted("rallit", "2", day(2, 9), nil)
	fill(t, e, schemas.SilverPostings, a, b)
	event := func(p schemas.SilverPosting, event, reason string, at time.Time) schemas.SilverLifecycle {
		return schemas.SilverLifecycle{PostingID: p.PostingID, Source: p.Source, Event: event, Reason: reason, EventAt: at}
	}
	fill(t, e, schemas.SilverLifecycles, event(a, schemas.EventOpened, "first_capture", day(1, 9)), event(b, schemas.EventOpened, "first_capture", day(2, 9)))
	w := window(t, day(1, 0), day(5, 0))
	faces := func() []string {
		do(t, e, "duplicates", w, jobs.Duplicates)
		do(t, e, "gold", w, jobs.Gold)
		return read(t, e, "select source || ' ' || status || ' ' || cluster_size as line from gold.postings where duplicate_of is null")
	}
	if diff := cmp.Diff([]string{"jumpit open 2"}, faces()); diff != "" {
		t.Error(diff)
	}
	fill(t, e, schemas.SilverLifecycles, event(a, schemas.EventClosed, "absent", day(3, 9)))
	if diff := cmp.Diff([]string{"rallit open 2"}, faces()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"jumpit 1 is jumpit 1 since 02", "rallit 2 is jumpit 1 since 02"}, read(t, e, clusters)); diff != "" {
		t.Errorf("silver's clusters moved: %s", diff)
	}
}

// nothing is a step that does nothing, and is recorded.
func nothing(context.Context, *jobs.Env, string, jobs.Window) (report jobs.Report, err error) {
	return report, nil
}
