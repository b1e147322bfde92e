package replica

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// story is a submission of the account "whoishiring".
type story struct {
	id       int64
	at       int32
	title    string
	isHiring bool
}

// hnItem is a story or a comment; keys in the API's order.
type hnItem struct {
	By          string  `json:"by,omitempty"`
	Dead        bool    `json:"dead,omitempty"`
	Deleted     bool    `json:"deleted,omitempty"`
	Descendants *int    `json:"descendants,omitempty"`
	ID          int64   `json:"id"`
	Kids        []int64 `json:"kids,omitempty"`
	Parent      int64   `json:"parent,omitempty"`
	Score       int     `json:"score,omitempty"`
	Text        string  `json:"text,omitempty"`
	Time        any     `json:"time"`
	Title       string  `json:"title,omitempty"`
	Type        string  `json:"type"`
}

type hnUser struct {
	About     string  `json:"about"`
	Created   int64   `json:"created"`
	ID        string  `json:"id"`
	Karma     int     `json:"karma"`
	Submitted []int64 `json:"submitted"`
}

const hnAccount = "whoishiring"

// hn answers for hacker-news.firebaseio.com. What does not exist is null, as there.
func (q *question) hn() answer {
	if q.path == "/v0/user/"+hnAccount+".json" {
		return q.hnUser()
	}
	rest, ok := strings.CutPrefix(q.path, "/v0/item/")
	id, err := strconv.ParseInt(strings.TrimSuffix(rest, ".json"), 10, 64)
	if !ok || err != nil {
		return jsonAnswer(http.StatusOK, nil)
	}
	for _, s := range q.world.stories {
		if s.id == id && s.at <= q.now {
			return q.hnStory(s)
		}
	}
	for _, b := range q.world.threads {
		if id <= b.story.id || b.low == b.high || id > q.world.postings[b.high-1].id+1 {
			continue
		}
		if p := q.world.find(b, id); p != nil && p.opened <= q.now {
			return q.hnComment(b, p)
		}
		if p := q.world.find(b, id-1); p != nil && p.hasReply() && p.opened+hour <= q.now {
			return jsonAnswer(http.StatusOK, hnItem{By: "reader" + strconv.FormatInt(id%1000, 36), ID: id, Parent: p.id,
				Text: "Is the role open to people who are still studying?", Time: q.world.instant(p.opened + hour).Unix(), Type: "comment"})
		}
	}
	return jsonAnswer(http.StatusOK, nil)
}

func (q *question) hnUser() answer {
	user := hnUser{About: "Posts the monthly hiring threads.", Created: 1293840000, ID: hnAccount, Karma: 24000}
	for _, s := range slices.Backward(q.world.stories) {
		if s.at <= q.now {
			user.Submitted = append(user.Submitted, s.id)
		}
	}
	return jsonAnswer(http.StatusOK, user)
}

func (q *question) hnStory(s story) answer {
	item := hnItem{By: hnAccount, ID: s.id, Score: 300, Title: s.title, Type: "story", Time: q.world.instant(s.at).Unix(),
		Text: "Say where the job is and whether REMOTE, INTERNS or VISA candidates are welcome.<p>One post per company, please, and only by the company itself."}
	if !s.isHiring {
		item.Text = "The hiring thread of the month is next door."
		zero := 0
		item.Descendants = &zero
		return jsonAnswer(http.StatusOK, item)
	}
	b := q.world.threads[slices.IndexFunc(q.world.threads, func(b *board) bool { return b.story.id == s.id })]
	rows, _ := q.rows(b)
	etag := newDice(uint64(s.id), uint64(len(rows)))
	if len(rows) > 0 {
		etag = etag.with(uint64(rows[0]))
	}
	return answer{status: http.StatusOK, etag: etag.next(), body: func() any {
		for _, i := range rows {
			item.Kids = append(item.Kids, q.world.postings[i].id)
		}
		// Comments stand in the order of their votes, which is none that a reader could use.
		slices.SortFunc(item.Kids, func(a, b int64) int {
			x, y := newDice(saltRank, uint64(a)), newDice(saltRank, uint64(b))
			if x.state < y.state {
				return -1
			}
			return 1
		})
		count := len(rows) + len(rows)/8
		item.Descendants = &count
		return item
	}}
}

func (p *posting) hasReply() bool { return p.id%11 == 0 }

func (q *question) hnComment(b *board, p *posting) answer {
	item := hnItem{ID: p.id, Parent: b.story.id, Time: q.world.instant(p.opened).Unix(), Type: "comment"}
	isTaken := p.kind == kindPosting && p.how[0] == howRemoved && q.now >= p.gone
	if p.hasReply() && q.now >= p.opened+hour {
		item.Kids = []int64{p.id + 1}
	}
	switch {
	case p.kind == kindDeleted, isTaken && p.id%2 == 0:
		item.Deleted = true
		return jsonAnswer(http.StatusOK, item)
	case p.kind == kindDead:
		item.Dead, item.By, item.Text = true, "promo"+strconv.FormatInt(p.id%1000, 36), pickText(p, hnSpam)
		return jsonAnswer(http.StatusOK, item)
	case p.kind == kindTalk:
		item.By, item.Text = "user"+strconv.FormatInt(p.id%10000, 36), pickText(p, hnTalk)
		return jsonAnswer(http.StatusOK, item)
	}
	item.Dead = isTaken
	if q.isBroken(p) {
		item.Time = "yesterday"
	}
	etag := newDice(uint64(p.id), uint64(len(item.Kids)), uint64(map[bool]int{true: 1}[isTaken]), q.versionKey(p))
	return answer{status: http.StatusOK, etag: etag.next(), body: func() any {
		t := q.world.compose(p, version{})
		item.By = "at" + t.job.company.token
		item.Text = t.hnText()
		return item
	}}
}

func pickText(p *posting, from []string) string { return from[int(p.id/2)%len(from)] }

var hnSpam = []string{
	"Fifty thousand qualified leads for your sales team, delivered weekly. See the link in my profile.",
	"Outsource everything to us: web, mobile, design, at rates you will not believe.",
}

var hnTalk = []string{
	"Is anybody here hiring people who want to move from teaching into programming?",
	"It would be nice if posters said what they pay. Half of the comments above do not.",
	"I applied to the company above two months ago and never heard back.",
	"Could we have a thread for part time work as well?",
}

// hnText writes the comment: a headline with bars, then paragraphs.
func (t *text) hnText() string {
	j := &t.job
	style := t.style
	where := []string{}
	if j.place.en != "" {
		city := j.place.en
		if j.place.country != "US" || style.chance(0.3) {
			city += ", " + j.place.countryName
		}
		where = append(where, city)
	}
	mode := "ONSITE"
	switch {
	case j.isRemote && j.place.country != "":
		mode = "REMOTE (" + j.place.countryName + ")"
	case j.isRemote:
		mode = pick(&style, []string{"REMOTE", "REMOTE (worldwide)", "Remote, any time zone"})
	case j.isHybrid:
		mode = "HYBRID"
	}
	head := append([]string{t.employerName, t.title}, where...)
	head = append(head, mode, employmentEn[j.employment])
	if pay := j.salary.text(false); pay != "" {
		head = append(head, pay)
	}
	link := "https://" + j.company.token + ".example/jobs"
	parts := []string{escapeHN.Replace(strings.Join(head, " | ")), escapeHN.Replace(strings.Join(t.about, " "))}
	list := func(heading string, lines []string) {
		if len(lines) == 0 {
			return
		}
		parts = append(parts, escapeHN.Replace(heading+":"))
		for _, line := range lines {
			parts = append(parts, escapeHN.Replace("- "+line))
		}
	}
	heads := headings[1][style.below(3)]
	list(heads[1], t.duties)
	list(heads[2], t.requirements)
	list(heads[3], t.preferred)
	if style.chance(0.5) {
		list(heads[4], t.benefits)
	}
	if t.hasContact {
		parts = append(parts, "Questions: "+FakeEmail)
	}
	escaped := escapeHN.Replace(link)
	parts = append(parts, "Apply: <a href=\""+escaped+"\" rel=\"nofollow\">"+escaped+"</a>")
	return strings.Join(parts, "<p>")
}

var escapeHN = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;", "/", "&#x2F;")
