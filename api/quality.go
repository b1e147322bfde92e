package api

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

// Completeness are shares of content versions that state a fact, 0 to 1; null where no
// version began.
type Completeness struct {
	Company    *float64 `json:"company"`
	Location   *float64 `json:"location"`
	Technology *float64 `json:"technology" doc:"At least one technology of the dictionary was found"`
	EndDate    *float64 `json:"end_date"`
	Salary     *float64 `json:"salary"`
	Detail     *float64 `json:"detail" doc:"The posting's own page was read, not the list alone"`
}

// SourceQuality is a source's freshness and completeness.
type SourceQuality struct {
	Source        string       `json:"source"`
	LastReadAt    *time.Time   `json:"last_read_at" doc:"Newest reading of a whole list; null = never"`
	IsFresh       bool         `json:"is_fresh" doc:"That was within the 36 hours before the set was published"`
	ListReads     int64        `json:"list_reads" doc:"Readings of a list in the span"`
	CompleteReads int64        `json:"complete_reads" doc:"Of them those that reached the list's end; only these can close a posting"`
	VersionCount  int64        `json:"version_count" doc:"Content versions that began in the span: what completeness is of"`
	Completeness  Completeness `json:"completeness"`
	RejectCount   int64        `json:"reject_count" doc:"Rows refused in the span"`
	ClosedCount   int64        `json:"closed_count" doc:"Postings that closed in the span"`
	OpenCount     int64        `json:"open_count" doc:"Postings open now, of any kind and country, copies included"`
	CopyCount     int64        `json:"copy_count" doc:"Of them copies of another posting of the same job"`
	EverydayCount int64        `json:"everyday_count" doc:"Of them IT postings in Korea, each job once: what the statistics count"`
}

// RejectReason is why rows were refused.
type RejectReason struct {
	Source      *string   `json:"source"`
	Table       string    `json:"table" doc:"The table that refused them"`
	Reason      string    `json:"reason" doc:"Without the values refused"`
	RejectCount int64     `json:"reject_count"`
	LastAt      time.Time `json:"last_at"`
}

// Limit is something that the numbers do not say.
type Limit struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// DuplicateRule is how two postings are told to be one job.
type DuplicateRule struct {
	Version   *int64 `json:"version" doc:"Of the rule that found this set's copies; null = none was found yet"`
	CopyCount int64  `json:"copy_count" doc:"Postings of all time that are copies of another"`
	Text      string `json:"text"`
}

// Quality answers GET /quality.
type Quality struct {
	Sources     []SourceQuality `json:"sources" doc:"By name"`
	Rejects     []RejectReason  `json:"rejects" doc:"Most frequent first, up to 50"`
	ReasonCount int64           `json:"reason_count" doc:"Reasons in all"`
	Duplicates  DuplicateRule   `json:"duplicates" doc:"What counts as one job"`
	Limits      []Limit         `json:"limits" doc:"Known limits of all these numbers"`
	Days        int             `json:"days"`
	From        *string         `json:"from" format:"date" doc:"First calendar day of the span"`
	To          *string         `json:"to" format:"date" doc:"Last calendar day of the span: the last one counted"`
	Origin
}

const (
	defaultDays   = 30
	maxDays       = 365
	rejectReasons = 50
	freshFor      = 36 * time.Hour // a daily reading and half a day's grace
)

// limits are the ids of what web's words say under "limit.".
var limits = []string{"boards", "stated", "names", "rules", "copies", "closing", "trend", "share"}

var qualityParams = []param{{name: "days", doc: "Calendar days up to the last one counted", schema: number(1, maxDays, defaultDays), read: func(r *reading, v []string) {
	if n := r.whole(v[0], 1, maxDays); n != nil {
		r.q.Days = int(*n)
	}
}}}

func (s *server) quality(ctx context.Context, set Pinned, q *question) (*Quality, error) {
	return answerOf(ctx, s, keyOf(set, "quality", q.key()), func(ctx context.Context) (*Quality, error) {
		answer := &Quality{Sources: []SourceQuality{}, Rejects: []RejectReason{}, Days: q.Days, Origin: s.originOf(set)}
		for _, id := range limits {
			text, err := web.Say("en", "limit."+id)
			if err != nil {
				return nil, err
			}
			answer.Limits = append(answer.Limits, Limit{id, text})
		}
		rule, err := queries.GetDuplicateRule(ctx, set)
		if err != nil {
			return nil, err
		}
		if answer.Duplicates.CopyCount = rule.CopyCount; rule.Version > 0 {
			answer.Duplicates.Version = &rule.Version
		}
		if answer.Duplicates.Text, err = web.Say("en", "quality.rule.text"); err != nil {
			return nil, err
		}
		rows, err := queries.ListSourceQuality(ctx, set, q.Days)
		if err != nil {
			return nil, err
		}
		since := set.Published().At.AddDate(0, 0, -q.Days)
		for _, row := range rows {
			if !row.From.IsZero() {
				answer.From, answer.To = ptr(row.From.Format(dateLayout)), ptr(row.To.Format(dateLayout))
				since = time.Date(row.From.Year(), row.From.Month(), row.From.Day(), 0, 0, 0, 0, s.Location)
			}
			answer.Sources = append(answer.Sources, sourceQualityOf(row, set.Published().At))
		}
		reasons, err := queries.ListRejectReasons(ctx, set, since, rejectReasons)
		if err != nil {
			return nil, err
		}
		for _, row := range reasons {
			answer.ReasonCount = row.ReasonCount
			answer.Rejects = append(answer.Rejects, RejectReason{Source: orNull(row.Source), Table: row.TableName, Reason: row.Reason, RejectCount: row.RejectCount, LastAt: row.LastAt})
		}
		return answer, nil
	})
}

func sourceQualityOf(row queries.SourceQuality, publishedAt time.Time) SourceQuality {
	share := func(n int64) *float64 {
		if row.VersionCount == 0 {
			return nil
		}
		return ptr(float64(n) / float64(row.VersionCount))
	}
	return SourceQuality{
		Source: row.Source, LastReadAt: instant(row.LastReadAt), IsFresh: !row.LastReadAt.IsZero() && publishedAt.Sub(row.LastReadAt) <= freshFor,
		ListReads: row.ListReads, CompleteReads: row.CompleteReads, VersionCount: row.VersionCount,
		Completeness: Completeness{Company: share(row.WithCompany), Location: share(row.WithLocation), Technology: share(row.WithTech),
			EndDate: share(row.WithEndDate), Salary: share(row.WithSalary), Detail: share(row.WithDetail)},
		RejectCount: row.RejectCount, ClosedCount: row.ClosedCount, OpenCount: row.OpenCount, CopyCount: row.CopyCount, EverydayCount: row.EverydayCount,
	}
}

func (s *server) qualityPage(ctx context.Context, _ *gin.Context, set Pinned, p *web.Page) (int, error) {
	p.Title, p.Values = say(p, "quality.title"), nil
	q, err := s.askValues(nil, qualityParams)
	if err != nil {
		return 0, err
	}
	answer, err := s.quality(ctx, set, q)
	p.Data = answer
	return http.StatusOK, err
}
