package replica

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

type greenhouseList struct {
	Jobs []json.RawMessage `json:"jobs"`
	Meta struct {
		Total int `json:"total"`
	} `json:"meta"`
}

type greenhouseCompliance struct {
	Type                          string `json:"type"`
	RequiresConsent               bool   `json:"requires_consent"`
	RequiresProcessingConsent     bool   `json:"requires_processing_consent"`
	RequiresRetentionConsent      bool   `json:"requires_retention_consent"`
	RetentionPeriod               *int   `json:"retention_period"`
	DemographicDataConsentApplies bool   `json:"demographic_data_consent_applies"`
}

type greenhouseField struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	Value     any    `json:"value"`
	ValueType string `json:"value_type"`
}

type greenhouseDepartment struct {
	ID       int64   `json:"id"`
	Name     string  `json:"name"`
	ChildIDs []int64 `json:"child_ids"`
	ParentID *int64  `json:"parent_id"`
}

type greenhouseOffice struct {
	ID       int64   `json:"id"`
	Name     string  `json:"name"`
	Location *string `json:"location"`
	ChildIDs []int64 `json:"child_ids"`
	ParentID *int64  `json:"parent_id"`
}

type named struct {
	Name string `json:"name"`
}

type greenhouseJob struct {
	AbsoluteURL         string                 `json:"absolute_url"`
	DataCompliance      []greenhouseCompliance `json:"data_compliance"`
	InternalJobID       int64                  `json:"internal_job_id"`
	Location            named                  `json:"location"`
	Metadata            []greenhouseField      `json:"metadata"` // null on boards without fields of their own
	ID                  int64                  `json:"id"`
	UpdatedAt           string                 `json:"updated_at"`
	RequisitionID       *string                `json:"requisition_id"`
	Title               any                    `json:"title"`
	CompanyName         string                 `json:"company_name"`
	FirstPublished      string                 `json:"first_published"`
	Language            string                 `json:"language"`
	ApplicationDeadline *string                `json:"application_deadline"`
	Education           string                 `json:"education,omitempty"`
	// Content is HTML that is escaped once more; it and what follows come only when asked for.
	Content     string                 `json:"content,omitempty"`
	Departments []greenhouseDepartment `json:"departments,omitempty"`
	Offices     []greenhouseOffice     `json:"offices,omitempty"`
}

// greenhouse answers for boards-api.greenhouse.io.
func (q *question) greenhouse() answer {
	gone := jsonAnswer(http.StatusNotFound, struct {
		Status int    `json:"status"`
		Error  string `json:"error"`
	}{http.StatusNotFound, "Job not found"})
	rest, ok := strings.CutPrefix(q.path, "/v1/boards/")
	token, rest, _ := strings.Cut(rest, "/")
	b := q.world.byToken[token]
	if !ok || b == nil || q.now >= b.closesAt || q.faulty(FaultNoBoard, b) {
		return gone
	}
	if rest == "jobs" {
		return q.greenhouseList(b)
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(rest, "jobs/"), 10, 64)
	p := q.world.find(b, id)
	if err != nil || p == nil || !p.openAt(q.now) {
		return gone
	}
	etag := newDice(q.versionKey(p))
	return answer{status: http.StatusOK, etag: etag.next(), body: func() any { return q.greenhouseJob(b, p, true) }}
}

func (q *question) greenhouseList(b *board) answer {
	rows, total := q.rows(b)
	withContent := q.query.Get("content") == "true"
	etag := newDice(uint64(b.number), uint64(total), uint64(len(q.query.Get("content"))))
	for _, i := range rows {
		etag = etag.with(q.versionKey(&q.world.postings[i]))
	}
	return answer{status: http.StatusOK, etag: etag.next(), body: func() any {
		list := greenhouseList{Jobs: make([]json.RawMessage, 0, len(rows))}
		for _, i := range rows {
			list.Jobs = append(list.Jobs, encode(q.greenhouseJob(b, &q.world.postings[i], withContent)))
		}
		list.Meta.Total = total
		return list
	}}
}

func (q *question) greenhouseJob(b *board, p *posting, withContent bool) greenhouseJob {
	v := p.versionAt(q.now)
	var t text
	if withContent {
		t = q.world.compose(p, v)
	} else {
		t = q.world.head(p, v)
	}
	j := &t.job
	d := newDice(j.company.key, saltCounter)
	updated := p.opened
	for _, at := range []int32{p.editedAt, p.revertedAt, p.touchedAt, p.extendedAt, p.back} {
		if at <= q.now {
			updated = max(updated, at)
		}
	}
	out := greenhouseJob{
		AbsoluteURL:    "https://job-boards.greenhouse.io/" + b.name + "/jobs/" + strconv.FormatInt(p.id, 10),
		DataCompliance: []greenhouseCompliance{{Type: "gdpr"}}, InternalJobID: p.id - 2_000_000_000, Location: named{Name: j.greenhousePlace(b)},
		Metadata: greenhouseFields(b, j), ID: p.id, UpdatedAt: q.offset(updated), Title: q.title(p, t.title), CompanyName: t.employerName,
		FirstPublished: q.offset(p.opened), Language: map[bool]string{true: "ko", false: "en"}[j.isKorean],
	}
	if b.company%2 == 1 {
		requisition := "R-" + strconv.Itoa(1000+int(j.number%9000))
		out.RequisitionID = &requisition
	}
	if at := p.deadlineAt(q.now); at != never {
		deadline := q.offset(at)
		out.ApplicationDeadline = &deadline
	}
	if j.key%6 == 0 {
		out.Education = "education_optional"
	}
	if withContent {
		var content strings.Builder
		t.greenhouseContent(&content, b)
		out.Content = escapeAgain.Replace(content.String())
		out.Departments = []greenhouseDepartment{{ID: 4_000_000_000 + int64(d.below(90000))*1000 + int64(j.jobRow.role), Name: departments[j.role.family], ChildIDs: []int64{}}}
		office := greenhouseOffice{ID: 4_100_000_000 + int64(len(j.place.en)), Name: j.place.en, ChildIDs: []int64{}}
		if where := j.place.en + ", " + j.place.countryName; b.company%2 == 0 {
			office.Location = &where
		}
		out.Offices = []greenhouseOffice{office}
	}
	return out
}

var departments = map[string]string{"dev": "Engineering", "data": "Data", "infra": "Infrastructure", "device": "Engineering", "game": "Game Studio",
	"qa": "Quality", "office": "Business"}

// escapeAgain is the second escape of Greenhouse's content.
var escapeAgain = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// greenhousePlace names the place in the manner of the board.
func (j *job) greenhousePlace(b *board) string {
	if j.isRemote {
		return "Remote - " + j.place.countryName
	}
	if j.place.country != "KR" {
		return j.place.en + ", " + j.place.countryName
	}
	switch b.company % 4 {
	case 0:
		return strings.ToUpper(j.place.en)
	case 1:
		return j.place.en
	case 2:
		return j.place.en + ", Korea"
	}
	return j.place.en + ", South Korea"
}

// greenhouseFields are the board's own fields: of several types, or none at all.
func greenhouseFields(b *board, j *job) []greenhouseField {
	base := int64(6_000_000_000) + int64(b.company)*100_000
	words := employmentEn
	if j.company.isKorean {
		words = employmentKo
	}
	switch b.company % 3 {
	case 0:
		return []greenhouseField{
			{ID: base + 3, Name: "Employment Type", Value: words[j.employment], ValueType: "single_select"},
			{ID: base + 13, Name: "Engineer", Value: j.role.isIT(), ValueType: "yes_no"},
			{ID: base + 23, Name: "Prior Experience", Value: map[bool]string{true: "신입", false: "경력"}[j.isNewcomer], ValueType: "single_select"},
			{ID: base + 33, Name: "Valid Through", Value: "", ValueType: "date"},
			{ID: base + 43, Name: "Order", Value: "1.0", ValueType: "number"},
			{ID: base + 53, Name: "External Link", Value: nil, ValueType: "url"},
		}
	case 1:
		return []greenhouseField{{ID: base + 63, Name: "External department name", Value: []string{departments[j.role.family]}, ValueType: "multi_select"}}
	}
	return nil
}

// headings of a board's sections, in three manners a language: about, duties, requirements,
// preferred, benefits, process.
var headings = [2][3][6]string{{
	{"팀을 소개해요", "이런 일을 해요", "이런 분과 함께하고 싶어요", "이런 분이면 더 좋아요", "이런 혜택이 있어요", "이렇게 합류해요"},
	{"회사 소개", "주요 업무", "자격 요건", "우대 사항", "복지 및 혜택", "전형 절차"},
	{"조직을 소개합니다", "담당하실 업무", "지원 자격", "우대 요건", "근무 환경과 복지", "채용 절차"},
}, {
	{"About us", "What you'll do", "What we're looking for", "Nice to have", "Benefits", "Hiring process"},
	{"Who we are", "Responsibilities", "Requirements", "Bonus points", "What we offer", "Interview process"},
	{"About the company", "The role", "Minimum qualifications", "Preferred qualifications", "Perks and benefits", "How to apply"},
}}

// greenhouseContent writes the body as HTML, the sections in the board's own order.
func (t *text) greenhouseContent(b *strings.Builder, board *board) {
	language := 1
	if t.job.isKorean {
		language = 0
	}
	heads := headings[language][board.company%3]
	sections := [6][]string{t.about, t.duties, t.requirements, t.preferred, t.benefits, t.process}
	order := [6]int{0, 1, 2, 3, 4, 5}
	if board.company%4 == 3 { // benefits before the work, as some do
		order = [6]int{0, 4, 1, 2, 3, 5}
	}
	b.WriteString(`<div class="content-intro">`)
	for at, i := range order {
		tag := "h3"
		if board.company%5 == 4 {
			tag = "p"
		}
		b.WriteString("<" + tag + "><strong>")
		b.WriteString(escapeHTML.Replace(heads[i]))
		b.WriteString("</strong></" + tag + ">\n")
		if i == 0 {
			b.WriteString("<p>")
			b.WriteString(escapeHTML.Replace(strings.Join(sections[0], " ")))
			b.WriteString("&nbsp;</p>\n<hr>\n")
		} else {
			markup(b, sections[i], board.company/2)
			b.WriteString("\n")
		}
		if at == 0 {
			b.WriteString("</div>")
		}
	}
}

// offset tells an instant as Greenhouse does, in New York's time.
func (q *question) offset(at int32) string {
	return q.world.instant(at).In(newYork).Format(time.RFC3339)
}
