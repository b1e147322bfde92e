package api

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/web"
)

type homeMatter struct {
	Numbers queries.Numbers
	Chart   web.Chart
	Movers  *movers
	Newest  []Posting
}

const homeNewest = 6

func (s *server) homePage(ctx context.Context, _ *gin.Context, set Pinned, p *web.Page) (int, error) {
	everyday := s.everyday()
	everyday.Sort, everyday.Limit, everyday.Top = queries.SortNewest, homeNewest, defaultTop
	year, month, day := p.Now.In(s.Location).Date()
	numbers, err := s.numbers(ctx, set, time.Date(year, month, day, 0, 0, 0, 0, s.Location))
	if err != nil {
		return 0, err
	}
	frequency, err := s.frequency(ctx, set, everyday)
	if err != nil {
		return 0, err
	}
	newest, err := s.postings(ctx, set, everyday)
	if err != nil {
		return 0, err
	}
	m := homeMatter{Numbers: numbers, Chart: techChart(p, frequency, say(p, "home.top"), nil), Newest: newest.Postings}
	m.Chart.Note = say(p, "home.top.note", p.Number(frequency.PostingCount))
	if m.Movers, err = s.movers(ctx, set); err != nil {
		return 0, err
	}
	p.Data, p.Scripts, p.Feeds = m, []string{"suggest.js", "chart.js"}, []string{"/postings.atom"}
	return http.StatusOK, nil
}

// techChart is a frequency as a page draws it; each bar leads to where href says.
func techChart(p *web.Page, f *Frequency, head string, href func(Share) string) web.Chart {
	if href == nil {
		href = func(t Share) string { return "/techs/" + t.TechID }
	}
	chart := web.Chart{Head: head, Of: say(p, "chart.tech"), HasReach: true, Over: f.TechCount - int64(len(f.Techs))}
	for _, t := range f.Techs {
		chart.Items = append(chart.Items, web.Item{Name: t.Tech, Href: href(t), Count: t.PostingCount, Share: t.Share, Low: t.ShareLow, High: t.ShareHigh})
	}
	return chart
}

// mover is a technology whose stock of open postings changed.
type mover struct {
	TechID, Tech string
	Then, Now    int64
}

// Change is the part by which the stock grew, negative where it shrank.
func (m mover) Change() float64 { return float64(m.Now-m.Then) / float64(max(m.Then, 1)) }

// movers are the technologies that rose and fell most between two days.
type movers struct {
	From, To string // calendar days
	Up, Down []mover
}

const (
	moverSpan = 30 // days that risers and fallers look back
	moverMin  = 10 // postings on both days together, below which a change is chance
	moverMost = 5
	// moverNoise is how many standard deviations of a count a change must reach to be told.
	moverNoise = 1.0
)

// movers compares the last day counted with the day a month before; nil where not even half
// a month has been counted. Changes are ranked by how unlikely they are by chance, so that
// one posting more of a rare technology does not stand above a hundred of a common one.
func (s *server) movers(ctx context.Context, set Pinned) (*movers, error) {
	return answerOf(ctx, s, keyOf(set, "movers"), func(ctx context.Context) (*movers, error) {
		known, err := queries.TrendDays(ctx, set)
		if err != nil || known.Last.IsZero() {
			return nil, err
		}
		from := known.Last.AddDate(0, 0, -moverSpan)
		if from.Before(known.First) {
			from = known.First
		}
		if known.Last.Sub(from) < moverSpan/2*24*time.Hour {
			return nil, nil
		}
		m := &movers{From: from.Format(dateLayout), To: known.Last.Format(dateLayout)}
		then, err := s.stockOn(ctx, set, from)
		if err != nil {
			return nil, err
		}
		now, err := s.stockOn(ctx, set, known.Last)
		if err != nil {
			return nil, err
		}
		for _, e := range s.Techs {
			one := mover{TechID: e.ID, Tech: e.Name, Then: then[e.ID], Now: now[e.ID]}
			switch noise := one.noise(); {
			case one.Then+one.Now < moverMin:
			case noise >= moverNoise:
				m.Up = append(m.Up, one)
			case noise <= -moverNoise:
				m.Down = append(m.Down, one)
			}
		}
		slices.SortFunc(m.Up, func(a, b mover) int {
			return cmp.Or(cmp.Compare(b.noise(), a.noise()), cmp.Compare(a.TechID, b.TechID))
		})
		slices.SortFunc(m.Down, func(a, b mover) int {
			return cmp.Or(cmp.Compare(a.noise(), b.noise()), cmp.Compare(a.TechID, b.TechID))
		})
		m.Up, m.Down = m.Up[:min(len(m.Up), moverMost)], m.Down[:min(len(m.Down), moverMost)]
		return m, nil
	})
}

// noise is a change in standard deviations of the two counts.
func (m mover) noise() float64 {
	return float64(m.Now-m.Then) / math.Sqrt(float64(max(m.Now+m.Then, 1)))
}

// stockOn is how many open postings asked for each technology at a day's end.
func (s *server) stockOn(ctx context.Context, set Pinned, day time.Time) (map[string]int64, error) {
	ids := make([]string, len(s.Techs))
	for i, e := range s.Techs {
		ids[i] = e.ID
	}
	points, err := queries.ListTechTrend(ctx, set, queries.TrendQuestion{TechIDs: ids, Days: queries.Days{First: day, Last: day}, Unit: queries.UnitDay})
	stock := make(map[string]int64, len(points))
	for _, point := range points {
		stock[point.TechID] = point.OpenCount
	}
	return stock, err
}
