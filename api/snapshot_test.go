package api

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

// Between any two pages a new set is published in which postings came, went and closed.
// Whatever was there all the time is met once; nothing is met twice.
func TestPagesStandWhileSetsArePublished(t *testing.T) {
	const everything = "status=all&country=*&is_it=*&limit=7&"
	for _, question := range []string{"sort=newest", "sort=closing", "status=open&sort=newest"} {
		t.Run(question, func(t *testing.T) {
			w := newWorld(t, 150)
			r := rand.New(rand.NewPCG(1, 2))
			isOpenOnly := question == "status=open&sort=newest"
			there := map[string]bool{}
			for _, p := range w.market.Postings {
				if p.DuplicateOf == "" && (!isOpenOnly || p.Status == schemas.PostingOpen) {
					there[p.PostingID] = true
				}
			}
			seen := map[string]bool{}
			path := "/api/v1/postings?" + everything + question
			if isOpenOnly {
				path = "/api/v1/postings?country=*&is_it=*&limit=7&" + question
			}
			seq := int64(0)
			for n, next := 0, ""; ; n++ {
				answer := getJSON[Postings](t, w, http.StatusOK, path+next)
				if answer.Published.Seq <= seq {
					t.Fatalf("page %d is of set %d, after %d", n, answer.Published.Seq, seq)
				}
				seq = answer.Published.Seq
				for _, p := range answer.Postings {
					if seen[p.PostingID] {
						t.Fatalf("page %d: %s is met again", n, p.PostingID)
					}
					seen[p.PostingID] = true
				}
				if answer.NextCursor == nil {
					break
				}
				next = "&cursor=" + *answer.NextCursor
				changeMarket(t, w, r, n, there)
				w.reader.seq.Add(1)
			}
			for id := range there {
				if !seen[id] {
					t.Errorf("%s was there all the time and not met", id)
				}
			}
			if len(there) < 60 {
				t.Errorf("only %d postings were there all the time", len(there))
			}
		})
	}
}

// changeMarket takes a posting away, closes one and brings three new ones, at any place of the order.
func changeMarket(t *testing.T, w *world, r *rand.Rand, n int, there map[string]bool) {
	t.Helper()
	ids := make([]string, 0, len(there))
	for id := range there {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	gone, closed := ids[r.IntN(len(ids))], ids[r.IntN(len(ids))]
	delete(there, gone)
	delete(there, closed)
	w.reader.db.Exec(t, "delete from gold.postings where posting_id = ?", gone)
	w.reader.db.Exec(t, "update gold.postings set status = 'closed', closed_reason = 'absent', closed_at = ? where posting_id = ?", queriestest.MarketNow, closed)
	for i := range 3 {
		p := w.market.Postings[r.IntN(len(w.market.Postings))]
		p.PostingID, p.DuplicateOf, p.Status, p.ClosedAt = schemas.PostingID("jumpit", fmt.Sprint("new", n, i)), "", schemas.PostingOpen, time.Time{}
		p.PostedAt = queriestest.MarketNow.Add(-time.Duration(r.IntN(60*24)) * time.Hour)
		queriestest.Fill(t, w.reader.db, p)
	}
}
