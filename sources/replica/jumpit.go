package replica

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const jumpitPage = 16 // rows a page

type jumpitRow struct {
	ID                  int64    `json:"id"`
	JobCategory         string   `json:"jobCategory"`
	Logo                string   `json:"logo"`
	ImagePath           string   `json:"imagePath"`
	Title               any      `json:"title"`
	CompanyName         string   `json:"companyName"`
	TechStacks          []string `json:"techStacks"`
	ScrapCount          int      `json:"scrapCount,omitempty"` // the board drops zeros
	ViewCount           int      `json:"viewCount"`
	Newcomer            bool     `json:"newcomer"`
	MinCareer           int      `json:"minCareer"`
	MaxCareer           int      `json:"maxCareer"`
	Locations           []string `json:"locations"`
	AlwaysOpen          bool     `json:"alwaysOpen"`
	ClosedAt            string   `json:"closedAt"`
	SerialNumber        string   `json:"serialNumber"`
	EncodedSerialNumber string   `json:"encodedSerialNumber"`
	Celebration         int      `json:"celebration"`
	Scraped             bool     `json:"scraped"`
	Applied             bool     `json:"applied"`
}

type jumpitList struct {
	TotalCount    int         `json:"totalCount"`
	Page          int         `json:"page"`
	Keyword       string      `json:"keyword"`
	KeywordType   string      `json:"keywordType"`
	Positions     []jumpitRow `json:"positions"`
	EmptyPosition bool        `json:"emptyPosition"`
}

type jumpitAnswer struct {
	Message string `json:"message"`
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Result  any    `json:"result"`
}

type jumpitStack struct {
	Stack     string `json:"stack"`
	ImagePath string `json:"imagePath"`
}

type jumpitImage struct {
	ImagePath  string `json:"imagePath"`
	SortNumber int    `json:"sortNumber"`
}

type jumpitTag struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Emoticon string `json:"emoticon"`
}

type jumpitPlace struct {
	Address  string `json:"address"`
	Domestic bool   `json:"domestic"`
}

type jumpitDetail struct {
	ID                       int64         `json:"id"`
	Title                    any           `json:"title"`
	CompanyName              string        `json:"companyName"`
	Logo                     string        `json:"logo"`
	CacheCompanyImages       []jumpitImage `json:"cacheCompanyImages"`
	TechStacks               []jumpitStack `json:"techStacks"`
	ServiceInfo              string        `json:"serviceInfo"`
	Responsibility           string        `json:"responsibility"`
	Qualifications           string        `json:"qualifications"`
	PreferredRequirements    string        `json:"preferredRequirements"`
	Welfares                 string        `json:"welfares"`
	RecruitProcess           string        `json:"recruitProcess"`
	Newcomer                 bool          `json:"newcomer"`
	MinCareer                int           `json:"minCareer"`
	MaxCareer                int           `json:"maxCareer"`
	DeveloperInterviews      []struct{}    `json:"developerInterviews"`
	DeveloperInterviewsCount int           `json:"developerInterviewsCount"`
	ITCompanyStory           []struct{}    `json:"itCompanyStory"`
	PublishedAt              string        `json:"publishedAt"`
	ClosedAt                 string        `json:"closedAt"`
	Location                 string        `json:"location"`
	Tags                     []jumpitTag   `json:"tags"`
	SerialNumber             string        `json:"serialNumber"`
	EncodedSerialNumber      string        `json:"encodedSerialNumber"`
	CompanyURL               string        `json:"companyUrl"`
	AlwaysOpen               bool          `json:"alwaysOpen"`
	Celebration              int           `json:"celebration"`
	Education                int           `json:"education"`
	EducationName            string        `json:"educationName"`
	Graduate                 bool          `json:"graduate"`
	EstablishPeriod          int           `json:"establishPeriod"`
	EstablishDate            string        `json:"establishDate"`
	WorkingPlaces            []jumpitPlace `json:"workingPlaces"`
	JobCategories            []category    `json:"jobCategories"`
	Invisible                bool          `json:"invisible"`
	ManDbMcomIdx             int           `json:"manDbMcomIdx"`
	Status                   int           `json:"status"`
	Applied                  bool          `json:"applied"`
	PositionStatus           string        `json:"positionStatus"`
	Scrap                    bool          `json:"scrap"`
	SaraminCompanyTags       []struct{}    `json:"saraminCompanyTags"`
	Follow                   bool          `json:"follow"`
	HiddenPosition           bool          `json:"hiddenPosition"`
}

// jumpit answers for jumpit-api.saramin.co.kr. Every sort gives the newest first, and
// keyword, techStack and career are ignored; jobCategory filters.
func (q *question) jumpit() answer {
	if q.path == "/api/positions" {
		return q.jumpitList()
	}
	if rest, ok := strings.CutPrefix(q.path, "/api/position/"); ok {
		id, err := strconv.ParseInt(rest, 10, 64)
		if p := q.world.find(q.world.boards[srcJumpit], id); err == nil && p != nil && p.isShownAlone(q.now) {
			return q.jumpitDetail(p)
		}
		return jsonAnswer(http.StatusBadRequest, jumpitAnswer{Message: "존재하지 않는 포지션입니다.", Status: http.StatusBadRequest, Code: "C003"})
	}
	return jsonAnswer(http.StatusNotFound, jumpitAnswer{Message: "Not Found", Status: http.StatusNotFound, Code: "C404"})
}

// isShownAlone says whether the posting's own page answers: while it is open, and a week
// longer where its end date has passed.
func (p *posting) isShownAlone(now int32) bool {
	if now < p.opened || p.openAt(now) {
		return now >= p.opened
	}
	end, ended := p.gone, p.how[0]
	if p.back != never && now >= p.closed {
		end, ended = p.closed, p.how[1]
	}
	return ended == howEndDate && now < end+7*day
}

func (q *question) jumpitList() answer {
	rows, total := q.rows(q.world.boards[srcJumpit])
	if wanted := q.query["jobCategory"]; len(wanted) > 0 {
		rows = q.inCategories(rows, wanted)
		total = len(rows)
	}
	page := max(1, atoi(q.query.Get("page"), 1))
	part := slice(rows, (page-1)*jumpitPage, jumpitPage)
	etag := newDice(uint64(page), uint64(total), uint64(q.now/day))
	for _, i := range part {
		etag = etag.with(q.versionKey(&q.world.postings[i]))
	}
	return answer{status: http.StatusOK, etag: etag.next(), body: func() any {
		list := jumpitList{TotalCount: total, Page: page, KeywordType: "etc", Positions: []jumpitRow{}, EmptyPosition: len(part) == 0}
		for _, i := range part {
			list.Positions = append(list.Positions, q.jumpitRow(&q.world.postings[i]))
		}
		return jumpitAnswer{Message: "success", Status: http.StatusOK, Code: "P004", Result: list}
	}}
}

// inCategories keeps the rows of the wanted categories: repeated or in comma lists.
func (q *question) inCategories(rows []uint32, wanted []string) []uint32 {
	var ids []int
	for _, list := range wanted {
		for _, id := range strings.Split(list, ",") {
			ids = append(ids, atoi(id, -1))
		}
	}
	var out []uint32
	for _, i := range rows {
		j := q.world.jobAt(q.world.postings[i].job)
		if slices.ContainsFunc(j.categories(), func(c category) bool { return slices.Contains(ids, c.ID) }) {
			out = append(out, i)
		}
	}
	return out
}

// categories are the board's categories of the job: none now and then.
func (j *job) categories() []category {
	d := newDice(j.key, saltCounter)
	switch roll := d.share(); {
	case roll < 0.07:
		return []category{}
	case roll < 0.3:
		return j.role.categories
	}
	return j.role.categories[:1]
}

func (q *question) jumpitRow(p *posting) jumpitRow {
	t := q.world.head(p, p.versionAt(q.now))
	j := &t.job
	names := make([]string, 0, 2)
	for _, c := range j.categories() {
		names = append(names, c.Name)
	}
	d := newDice(q.world.seed, saltCounter, uint64(p.id))
	serial := serialNumber(&j.company)
	row := jumpitRow{
		ID: p.id, JobCategory: strings.Join(names, ","), Title: q.title(p, t.title), CompanyName: t.employerName, TechStacks: jumpitTags(t.tags),
		Logo: imageURL("logo", j.company.key), ImagePath: imageURL("cover", j.company.key), ScrapCount: max(0, d.below(30)-8),
		ViewCount: 20 + d.below(400) + int((q.now-p.opened)/day)*d.between(3, 30), Newcomer: j.isNewcomer, MinCareer: j.minYears, MaxCareer: j.maxYears,
		Locations: []string{strings.Join(strings.Fields(j.place.ko)[:2], " ")}, AlwaysOpen: p.deadline == never,
		ClosedAt: q.naive(p.deadlineAt(q.now), "T"), SerialNumber: serial, EncodedSerialNumber: base64.StdEncoding.EncodeToString([]byte(serial)),
		Celebration: 50,
	}
	return row
}

func (q *question) jumpitDetail(p *posting) answer {
	v := p.versionAt(q.now)
	etag := newDice(q.versionKey(p))
	return answer{status: http.StatusOK, etag: etag.next(), body: func() any {
		t := q.world.compose(p, v)
		j := &t.job
		style := t.style
		bullet, newline := pick(&style, bullets), pick(&style, []string{"\r\n", "\n"})
		d := newDice(j.company.key, saltCounter)
		serial := serialNumber(&j.company)
		founded := d.between(1998, 2024)
		main, detail := j.address()
		out := jumpitDetail{
			ID: p.id, Title: q.title(p, t.title), CompanyName: t.employerName, Logo: imageURL("logo", j.company.key),
			CacheCompanyImages: []jumpitImage{{ImagePath: imageURL("cover", j.company.key), SortNumber: 1}},
			ServiceInfo:        plain(t.about, "", newline), Responsibility: plain(t.duties, bullet, newline), Qualifications: plain(t.requirements, bullet, newline),
			PreferredRequirements: plain(t.preferred, bullet, newline), Welfares: plain(t.benefits, bullet, newline), RecruitProcess: plain(t.process, bullet, newline),
			TechStacks: []jumpitStack{}, Newcomer: j.isNewcomer, MinCareer: j.minYears, MaxCareer: j.maxYears, DeveloperInterviews: []struct{}{}, ITCompanyStory: []struct{}{},
			PublishedAt: q.world.instant(p.opened).In(KST).Format(time.DateOnly) + " 00:00:00", ClosedAt: q.naive(p.deadlineAt(q.now), " "),
			Location: main + ", " + detail, SerialNumber: serial, EncodedSerialNumber: base64.StdEncoding.EncodeToString([]byte(serial)),
			CompanyURL: "https://" + j.company.token + ".example", AlwaysOpen: p.deadline == never, Celebration: 50,
			EstablishPeriod: 2027 - founded, EstablishDate: fmt.Sprintf("%d년 %d월 설립", founded, d.between(1, 12)),
			WorkingPlaces: []jumpitPlace{{Address: main + ", " + detail, Domestic: d.chance(0.5)}}, JobCategories: j.categories(),
			ManDbMcomIdx: d.between(7_000_000, 9_000_000), PositionStatus: "CHECKED", SaraminCompanyTags: []struct{}{},
		}
		for _, tag := range jumpitTags(t.tags) {
			out.TechStacks = append(out.TechStacks, jumpitStack{Stack: tag, ImagePath: "https://cdn.example/stacks/" + url.PathEscape(tag) + ".png"})
		}
		for i := range 2 {
			perk := theLibrary().perks[(d.below(1000)*2+i)%len(theLibrary().perks)]
			out.Tags = append(out.Tags, jumpitTag{ID: strconv.Itoa(276 + d.below(20)), Name: perk.ko, Emoticon: perk.en})
		}
		out.Education, out.EducationName = j.education()
		return jumpitAnswer{Message: "success", Status: http.StatusOK, Code: "C001", Result: out}
	}}
}

func (j *job) education() (code int, name string) {
	d := newDice(j.key, saltCounter, 1)
	switch roll := d.share(); {
	case roll < 0.4:
		return 0, "무관"
	case roll < 0.65:
		return 7, "대학졸업(2,3년) 이상"
	}
	return 8, "대학교졸업(4년) 이상"
}

// jumpitNames are the board's own spellings of technologies.
var jumpitNames = map[string]string{"Azure": "AZURE", "HTML": "HTML5", "CSS": "CSS 3", "Spring": "Spring Framework", "Android": "Android OS", "VMware": "vmware"}

func jumpitTags(tags []int16) []string {
	names := make([]string, 0, len(tags))
	for _, t := range tags {
		name := theLibrary().techs[t].english[0]
		if own, ok := jumpitNames[theLibrary().techs[t].name]; ok {
			name = own
		}
		names = append(names, name)
	}
	return names
}

// serialNumber is a business number that cannot be one: it begins with 000.
func serialNumber(c *company) string {
	d := newDice(c.key, saltCounter, 2)
	return fmt.Sprintf("000%07d", d.below(10_000_000))
}

func imageURL(what string, key uint64) string {
	return fmt.Sprintf("https://cdn.example/images/%s/%x.png", what, key&0xffffffff)
}

// naive tells an instant as the Korean boards do, without a zone; never is the year 9999.
func (q *question) naive(at int32, between string) string {
	if at == never {
		return "9999-12-31" + between + "23:59:59"
	}
	return q.world.instant(at).In(KST).Format("2006-01-02" + between + "15:04:05")
}
