package api

import (
	"testing"
	"time"

	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

// Why says the same of a posting as its own answer, with the evidence beside.
func TestWhy(t *testing.T) {
	w := newWorld(t, 60)
	const id = "abababababababababababababababab"
	at := queriestest.MarketNow
	queriestest.Fill(t, w.reader.db, schemas.GoldPosting{PostingID: id, Source: "jumpit", Status: "open", IsIT: true, Country: "KR", URL: "https://b.example/1", Title: "새 제목", Techs: []string{}, FirstSeenAt: at, ClusterSize: 1, VersionCount: 2, ContentHash: id})
	queriestest.Fill(t, w.reader.db, schemas.SilverPosting{PostingID: id, Source: "jumpit", ContentHash: "h2", ValidFrom: at.Add(time.Hour), Title: "새 제목"},
		schemas.SilverPosting{PostingID: id, Source: "jumpit", ContentHash: "h1", ValidFrom: at, Title: "옛 제목"})
	queriestest.Fill(t, w.reader.db, schemas.SilverPresence{PostingID: id, Source: "jumpit", List: "all", SeenFrom: at})
	queriestest.Fill(t, w.reader.db, schemas.SilverLifecycle{PostingID: id, Source: "jumpit", Event: "opened", EventAt: at, Reason: "first_capture", Evidence: "content h1"})
	got := getJSON[Why](t, w, 200, "/api/v1/postings/"+id+"/why")
	if len(got.Versions) != 2 || got.Versions[0].Title != "옛 제목" || len(got.Lists) != 1 || got.Lists[0].SeenTo != nil || len(got.Events) != 1 || got.Events[0].Evidence != "content h1" {
		t.Errorf("got %+v, want two versions, oldest first, one list that still holds it, and its opening with the evidence", got)
	}
	list := getJSON[Postings](t, w, 200, "/api/v1/postings?status=all&country=*&is_it=*")
	closed := 0
	for _, p := range list.Postings {
		detail := getJSON[PostingDetail](t, w, 200, "/api/v1/postings/"+p.PostingID)
		why := getJSON[Why](t, w, 200, "/api/v1/postings/"+p.PostingID+"/why")
		if why.Title != p.Title || why.Status != p.Status || len(why.Technologies) != len(detail.Technologies) || len(why.Events) != len(detail.History) {
			t.Errorf("%s: %+v, want what its own answer says", p.PostingID, why)
		}
		for i, e := range why.Events {
			if e.Event == "closed" {
				closed++
			}
			if i > 0 && e.At.Before(why.Events[i-1].At) {
				t.Errorf("%s: events are not in order: %+v", p.PostingID, why.Events)
			}
		}
	}
	if closed == 0 {
		t.Error("nothing was ever closed: the market proves nothing")
	}
	getJSON[struct{}](t, w, 404, "/api/v1/postings/ffffffffffffffffffffffffffffffff/why")
	getJSON[struct{}](t, w, 404, "/api/v1/postings/no-id/why")
}
