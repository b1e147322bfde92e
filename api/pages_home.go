package api

import (
	"context"
	"net/http"
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

// movers are the technologies that rose and fell most between two days.
type movers struct {
	From, To string // calendar days
	Up, Down []queries.Mover
}

const (
	moverSpan = 30 // days that risers and fallers look back
	moverMost = 5
)

// movers compares the last day counted with the day a month before; nil where not even half
// a month has been counted.
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
		m.Up, m.Down, err = queries.ListMovers(ctx, set, from, known.Last, moverMost)
		return m, err
	})
}
