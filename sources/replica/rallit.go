package replica

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

type rallitAnswer struct {
	StatusCode string  `json:"statusCode"`
	Message    string  `json:"message"`
	Data       any     `json:"data"`
	ErrorCode  *string `json:"errorCode"`
}

type rallitList struct {
	PageNumber int         `json:"pageNumber"`
	PageSize   int         `json:"pageSize"`
	TotalCount int         `json:"totalCount"`
	TotalPage  int         `json:"totalPage"`
	Items      []rallitRow `json:"items"`
}

type codeName struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type rallitRow struct {
	ID                         int64    `json:"id"`
	Title                      any      `json:"title"`
	JobLevel                   string   `json:"jobLevel"`
	JobLevels                  []string `json:"jobLevels"`
	StartedAt                  string   `json:"startedAt"`
	EndedAt                    string   `json:"endedAt"`
	CompanyID                  int      `json:"companyId"`
	CompanyName                string   `json:"companyName"`
	AddressRegion              string   `json:"addressRegion"`
	CompanyRepresentativeImage string   `json:"companyRepresentativeImage"`
	IsBookmarked               bool     `json:"isBookmarked"`
	Status                     codeName `json:"status"`
	URL                        string   `json:"url"`
	JoinReward                 string   `json:"joinReward"`
	JobSkillKeywords           []string `json:"jobSkillKeywords"`
	PartnerLogo                string   `json:"partnerLogo"`
	IsPartner                  bool     `json:"isPartner"`
}

type rallitDetail struct {
	ID                          int64      `json:"id"`
	Title                       any        `json:"title"`
	Description                 string     `json:"description"`
	SalaryType                  string     `json:"salaryType"`
	MinimumSalary               *int       `json:"minimumSalary"`
	StartedAt                   string     `json:"startedAt"`
	EndedAt                     string     `json:"endedAt"`
	Homepage                    string     `json:"homepage"`
	Jobs                        []codeName `json:"jobs"`
	JobLevel                    string     `json:"jobLevel"`
	JobLevels                   []string   `json:"jobLevels"`
	Responsibilities            string     `json:"responsibilities"`
	BasicQualifications         string     `json:"basicQualifications"`
	PreferredQualifications     string     `json:"preferredQualifications"`
	Benefits                    string     `json:"benefits"`
	AdditionalComments          string     `json:"additionalComments"`
	JobSkillKeywords            []string   `json:"jobSkillKeywords"`
	JoinReward                  string     `json:"joinReward"`
	FreeQuestions               []struct{} `json:"freeQuestions"`
	AddressRegion               codeName   `json:"addressRegion"`
	AddressMain                 string     `json:"addressMain"`
	AddressDetail               string     `json:"addressDetail"`
	AddressBuildingName         string     `json:"addressBuildingName"`
	ZipCode                     string     `json:"zipCode"`
	SubmitStatus                string     `json:"submitStatus"`
	Status                      codeName   `json:"status"`
	CompanyID                   int        `json:"companyId"`
	CompanyLogo                 string     `json:"companyLogo"`
	CompanyName                 string     `json:"companyName"`
	CompanyDescription          string     `json:"companyDescription"`
	CompanyRepresentativeImages []string   `json:"companyRepresentativeImages"`
	CompanyTags                 []string   `json:"companyTags"`
	IsBookmarked                bool       `json:"isBookmarked"`
	IsAlwaysHiring              bool       `json:"isAlwaysHiring"`
	PositionSteps               []string   `json:"positionSteps"`
	ApprovedAt                  string     `json:"approvedAt"`
	Latitude                    float64    `json:"latitude"`
	Longitude                   float64    `json:"longitude"`
	BookmarkCount               int        `json:"bookmarkCount"`
	PartnerLogo                 string     `json:"partnerLogo"`
	IsPartner                   bool       `json:"isPartner"`
	Content                     string     `json:"content"`
}

var rallitHiring = codeName{Code: "HIRING", Name: "모집 중"}

// rallit answers for www.rallit.com. All postings are of the job group DEVELOPER; another
// group gives no rows, as on the board.
func (q *question) rallit() answer {
	path := strings.TrimPrefix(q.path, "/client")
	if path == "/api/v1/position" {
		return q.rallitList()
	}
	if rest, ok := strings.CutPrefix(path, "/api/v1/position/"); ok {
		id, err := strconv.ParseInt(rest, 10, 64)
		if p := q.world.find(q.world.boards[srcRallit], id); err == nil && p != nil && p.openAt(q.now) && !p.noDetail {
			return q.rallitDetail(p)
		}
	}
	unknown := "UNKNOWN_ERROR"
	return jsonAnswer(http.StatusNotFound, rallitAnswer{StatusCode: "NOT_FOUND", ErrorCode: &unknown})
}

func (q *question) rallitList() answer {
	rows, total := q.rows(q.world.boards[srcRallit])
	if group := q.query.Get("jobGroup"); group != "" && group != "DEVELOPER" {
		rows, total = nil, 0
	}
	page, size := max(1, atoi(q.query.Get("pageNumber"), 1)), min(max(1, atoi(q.query.Get("pageSize"), 20)), 1000)
	part := slice(rows, (page-1)*size, size)
	etag := newDice(uint64(page), uint64(size), uint64(total))
	for _, i := range part {
		etag = etag.with(q.versionKey(&q.world.postings[i]))
	}
	return answer{status: http.StatusOK, etag: etag.next(), body: func() any {
		list := rallitList{PageNumber: page, PageSize: size, TotalCount: total, TotalPage: (total + size - 1) / size, Items: []rallitRow{}}
		for _, i := range part {
			list.Items = append(list.Items, q.rallitRow(&q.world.postings[i]))
		}
		return rallitAnswer{StatusCode: "OK", Data: list}
	}}
}

func (q *question) rallitRow(p *posting) rallitRow {
	t := q.world.head(p, p.versionAt(q.now))
	j := &t.job
	level, levels := j.rallitLevels()
	started, ended := q.rallitDates(p)
	return rallitRow{
		ID: p.id, Title: q.title(p, t.title), JobLevel: level, JobLevels: levels, StartedAt: started, EndedAt: ended, CompanyID: companyNumber(j),
		CompanyName: t.employerName, AddressRegion: j.place.code, CompanyRepresentativeImage: imageURL("cover", j.company.key), Status: rallitHiring,
		URL: "https://www.rallit.com/positions/" + strconv.FormatInt(p.id, 10), JoinReward: "0", JobSkillKeywords: rallitTags(&t),
	}
}

func (q *question) rallitDetail(p *posting) answer {
	v := p.versionAt(q.now)
	// The count of bookmarks moves now and then, so that bytes change though nothing else does.
	weeks := uint64((q.now-p.opened)/(9*day) + 1)
	etag := newDice(q.versionKey(p), weeks)
	return answer{status: http.StatusOK, etag: etag.next(), body: func() any {
		t := q.world.compose(p, v)
		j := &t.job
		style, form := t.style, t.style.below(3)
		d := newDice(j.company.key, saltCounter)
		level, levels := j.rallitLevels()
		started, ended := q.rallitDates(p)
		main, detail := j.address()
		terms, steps := t.process[:0:0], []string{}
		for _, line := range t.process {
			if strings.Contains(line, "→") {
				for _, step := range strings.Split(line, "→") {
					steps = append(steps, strings.TrimSpace(step))
				}
				continue
			}
			terms = append(terms, line)
		}
		out := rallitDetail{
			ID: p.id, Title: q.title(p, t.title), Description: "<p>" + escapeHTML.Replace(strings.Join(t.about, " ")) + "</p>", SalaryType: "UNKNOWN_SALARY",
			StartedAt: started, EndedAt: ended, Homepage: "https://" + j.company.token + ".example", Jobs: []codeName{{Code: j.role.code.en, Name: j.role.code.ko}},
			JobLevel: level, JobLevels: levels, Responsibilities: htmlText(t.duties, form), BasicQualifications: htmlText(t.requirements, form),
			PreferredQualifications: htmlText(t.preferred, form), Benefits: htmlText(t.benefits, form), AdditionalComments: htmlText(terms, form),
			JobSkillKeywords: rallitTags(&t), JoinReward: "0", FreeQuestions: []struct{}{}, AddressRegion: codeName{Code: j.place.code, Name: j.place.name},
			AddressMain: main, AddressDetail: detail, ZipCode: strconv.Itoa(10000 + d.below(50000))[:5], SubmitStatus: "NONE", Status: rallitHiring,
			CompanyID: companyNumber(j), CompanyLogo: imageURL("logo", j.company.key), CompanyName: t.employerName,
			CompanyDescription: "<p>" + escapeHTML.Replace(t.about[0]) + "</p>", CompanyRepresentativeImages: []string{imageURL("cover", j.company.key)},
			IsAlwaysHiring: p.deadline == never, PositionSteps: steps, ApprovedAt: q.naive(p.opened, " "),
			Latitude: j.place.latitude + float64(style.below(100))/10000, Longitude: j.place.longitude + float64(style.below(100))/10000, BookmarkCount: int(weeks),
		}
		for i := range 4 {
			out.CompanyTags = append(out.CompanyTags, theLibrary().perks[(int(j.company.key%97)+i*3)%len(theLibrary().perks)].ko)
		}
		return rallitAnswer{StatusCode: "OK", Data: out}
	}}
}

// rallitLevels gives the level, which often says nothing, and the levels, which do.
func (j *job) rallitLevels() (string, []string) {
	level := "SENIOR"
	switch {
	case j.employment == "intern":
		level = "INTERN"
	case j.isNewcomer:
		level = "BEGINNER"
	case j.minYears <= 3:
		level = "JUNIOR"
	case j.minYears <= 8:
		level = "MIDDLE"
	}
	if j.key%2 == 0 {
		return "IRRELEVANT", []string{level}
	}
	return level, []string{level}
}

func (q *question) rallitDates(p *posting) (started, ended string) {
	started, ended = "1970-01-01", "9999-12-31"
	if p.id%2 == 0 {
		started = q.world.instant(p.opened).In(KST).Format(time.DateOnly)
	}
	if at := p.deadlineAt(q.now); at != never {
		ended = q.world.instant(at).In(KST).Format(time.DateOnly)
	}
	return started, ended
}

func companyNumber(j *job) int { return 1 + int(j.jobRow.company)*3 + int(j.market) }

// rallitTags are skill keywords in the free casing of their writers.
func rallitTags(t *text) []string {
	names := make([]string, 0, len(t.tags))
	for i, tag := range t.tags {
		name := theLibrary().techs[tag].english[0]
		switch (t.job.key + uint64(i)) % 5 {
		case 0:
			name = strings.ToLower(name)
		case 1:
			if len(name) < 7 {
				name = strings.ToUpper(name)
			}
		}
		names = append(names, name)
	}
	return names
}
