package eval

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/techmapit/tmi/extract/duplicates"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

// Planted measures the rule of duplicates on near-duplicates that are made for it: jobs
// whose postings are copied to other boards with small edits or pasted again on their own,
// among jobs of the same employers that only look alike: of another level, place, kind of
// employment, number of years or team, all under the employer's own boilerplate. The same
// seed makes the same postings. Text and facts are compared as they are; no page is read.
func Planted(employers int, seed uint64) TruthReport {
	p := planter{dice: rand.New(rand.NewPCG(seed, 1)), known: map[string]bool{}, buckets: map[string][]duplicates.Member{}}
	for n := range employers {
		p.employer(n)
	}
	var found []schemas.SilverDuplicate
	for _, bucket := range p.buckets {
		slices.SortStableFunc(bucket, func(a, b duplicates.Member) int { return a.ReadableAt.Compare(b.ReadableAt) })
		for _, a := range duplicates.Cluster(bucket) {
			found = append(found, schemas.SilverDuplicate{PostingID: a.ID, ClusterID: a.Cluster, Score: a.Score, RuleVersion: duplicates.RuleVersion})
		}
	}
	return Dedup(p.truth, p.known, found)
}

// planter makes postings and notes what is true of them.
type planter struct {
	dice    *rand.Rand
	truth   []replica.Posting
	known   map[string]bool
	buckets map[string][]duplicates.Member // by employer and title
	jobs    int
}

// planted is a posting before it is posted.
type planted struct {
	duplicates.Facts
	about         []string // the employer's, above the duties
	duties, wants []string
}

func (p planted) work() string {
	return strings.Join(append(slices.Clone(p.about), p.duties...), "\n")
}

var plantedBoards = []string{"jumpit", "rallit", "greenhouse", "hn"}

// language is what postings of one language are made of.
type language struct {
	company       func(n int) string
	titles        []string
	senior        string
	about, duties []string
	wants         []string
	places        [][3]string // as the board writes it, region, district
	reword        *strings.Replacer
	decorate      func(company, title string) string
}

func (p *planter) chance(percent int) bool { return p.dice.IntN(100) < percent }

func (p *planter) pick(from []string, n int) []string {
	var picked []string
	for _, i := range p.dice.Perm(len(from))[:n] {
		picked = append(picked, from[i])
	}
	return picked
}

// employer posts a few jobs, their copies and what looks like them.
func (p *planter) employer(n int) {
	l := &plantedKorean
	if n%3 == 2 {
		l = &plantedEnglish
	}
	company, about := l.company(n), p.pick(l.about, 2)
	for _, title := range p.pick(l.titles, 3) {
		place := l.places[p.dice.IntN(len(l.places))]
		years := int32(1 + p.dice.IntN(5))
		job := planted{about: about, duties: p.pick(l.duties, 5), wants: p.pick(l.wants, 5),
			Facts: duplicates.Facts{Source: plantedBoards[p.dice.IntN(3)], Company: company, Title: title, LocationRaw: place[0], Region: place[1], District: place[2],
				Country: "KR", Employment: "full_time", MinYears: &years}}
		id, looks := p.newJob(), p.lookalikes(job, l)
		// Where only a field tells two jobs apart, a copy without it is anybody's guess.
		saysAll := len(looks) > 0
		p.post(id, "", job)
		boards := p.pick(slices.DeleteFunc(slices.Clone(plantedBoards), func(board string) bool { return board == job.Source }), 2)
		for i, percent := range []int{70, 30} {
			if p.chance(percent) {
				p.post(id, "", p.copied(job, boards[i], l, saysAll))
			}
		}
		if p.chance(25) {
			p.post(id, "", p.pasted(job))
		}
		for _, look := range looks {
			p.post(p.newJob(), id, look)
		}
	}
}

func (p *planter) newJob() string {
	p.jobs++
	return fmt.Sprintf("job-%d", p.jobs)
}

// post puts a posting on its board an hour after the one before.
func (p *planter) post(job, looksLike string, posting planted) {
	boardID := fmt.Sprint(len(p.truth) + 1)
	id := schemas.PostingID(posting.Source, boardID)
	p.known[id] = true
	p.truth = append(p.truth, replica.Posting{PostingID: id, Source: posting.Source, BoardID: boardID, JobID: job, LooksLike: looksLike,
		Title: posting.Title, Company: posting.Company, Place: posting.LocationRaw, HasDetail: true})
	key := schemas.CompanyID(posting.Company) + " " + duplicates.TitleKey(posting.Title, posting.Company, posting.LocationRaw)
	p.buckets[key] = append(p.buckets[key], duplicates.Member{ID: id, ReadableAt: time.Unix(int64(len(p.truth))*3600, 0).UTC(),
		Posting: duplicates.NewPosting(posting.Facts, posting.work(), strings.Join(posting.wants, "\n"))})
}

// copied is the job on another board: other bullets and endings, lines that fell out, came
// in or changed places, less said in the fields, a decorated title.
func (p *planter) copied(job planted, board string, l *language, saysAll bool) planted {
	job.Source = board
	job.duties, job.wants = p.edited(job.duties, l.duties, l), p.edited(job.wants, l.wants, l)
	if p.chance(30) {
		job.about = nil // it stands in another section there
	}
	if !saysAll && p.chance(30) {
		job.LocationRaw, job.District = job.Region, ""
	}
	if !saysAll && p.chance(20) {
		job.MinYears = nil
	}
	if p.chance(50) {
		job.Title = l.decorate(job.Company, job.Title)
	}
	return job
}

// edited are lines as another board has them.
func (p *planter) edited(lines, more []string, l *language) []string {
	lines = slices.Clone(lines)
	for i := range lines {
		if p.chance(60) {
			lines[i] = l.reword.Replace(lines[i])
		}
		if words := strings.Fields(lines[i]); p.chance(15) && len(words) > 3 {
			k := p.dice.IntN(len(words))
			lines[i] = strings.Join(slices.Delete(words, k, k+1), " ")
		}
		if k := i + 1; p.chance(20) && k < len(lines) {
			lines[i], lines[k] = lines[k], lines[i]
		}
	}
	switch {
	case p.chance(20):
		lines = lines[1:]
	case p.chance(20):
		lines = append(lines, p.pick(more, 1)...)
	}
	for i := range lines {
		lines[i] = "- " + lines[i]
	}
	return lines
}

// pasted is the job once more on its own board, with a word changed at most.
func (p *planter) pasted(job planted) planted {
	if job.duties = slices.Clone(job.duties); p.chance(50) {
		job.duties[p.dice.IntN(len(job.duties))] += "."
	}
	return job
}

// lookalikes are other jobs that resemble this one.
func (p *planter) lookalikes(job planted, l *language) (all []planted) {
	another := func(percent int, change func(*planted)) {
		if p.chance(percent) {
			look := job
			look.Source = plantedBoards[p.dice.IntN(3)]
			change(&look)
			all = append(all, look)
		}
	}
	more := *job.MinYears + 4
	another(25, func(j *planted) { j.Title, j.MinYears = l.senior+" "+j.Title, &more })
	another(20, func(j *planted) { j.MinYears = &more })
	another(25, func(j *planted) {
		for place := j.LocationRaw; j.LocationRaw == place; {
			other := l.places[p.dice.IntN(len(l.places))]
			j.LocationRaw, j.Region, j.District = other[0], other[1], other[2]
		}
	})
	another(15, func(j *planted) { j.Employment = "intern" })
	another(25, func(j *planted) { // the same title in another team, which wants the same people
		j.duties = p.pick(slices.DeleteFunc(slices.Clone(l.duties), func(line string) bool { return slices.Contains(job.duties, line) }), 5)
	})
	another(20, func(j *planted) { // another role in the same words
		for title := j.Title; j.Title == title; {
			j.Title = l.titles[p.dice.IntN(len(l.titles))] + " 2"
		}
	})
	return all
}
