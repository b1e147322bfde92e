package replica

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFaults(t *testing.T) {
	config := Config{Seed: 1, Postings: 800, Days: 20}
	start := newWorld(t, config).Start()
	day := func(n int) time.Time { return start.AddDate(0, 0, n) }
	config.Faults = []Fault{
		{Kind: FaultDown, Source: "jumpit", From: day(3), To: day(4)},
		{Kind: FaultBlock, Source: "jumpit", From: day(5), To: day(6)},
		{Kind: FaultEmpty, Source: "jumpit", From: day(7), To: day(8)},
		{Kind: FaultCut, Source: "jumpit", From: day(9), To: day(10), Share: 0.5},
		{Kind: FaultShort, Source: "jumpit", From: day(11), To: day(12), Share: 0.5},
	}
	w := newWorld(t, config)
	v := visit(t, w)
	total := func(page int) (rows, total int) {
		var list struct {
			Result struct {
				TotalCount int
				Positions  []json.RawMessage
			}
		}
		v.get(jumpitBase+"/api/positions?page="+strconv.Itoa(page), http.StatusOK, &list)
		return len(list.Result.Positions), list.Result.TotalCount
	}
	v.at = day(3).Add(-time.Second)
	if rows, n := total(1); rows != 16 || n < 100 {
		t.Fatalf("before the faults: %d rows of %d", rows, n)
	}
	v.at = day(3)
	if answer := v.ask(jumpitBase+"/api/positions?page=1", ""); answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") == "" {
		t.Errorf("down: %d %v", answer.Code, answer.Header())
	}
	if answer := v.ask(rallitBase+"/api/v1/position", ""); answer.Code != http.StatusOK {
		t.Errorf("another board is down too: %d", answer.Code)
	}
	v.at = day(5)
	if answer := v.ask(jumpitBase+"/api/positions?page=1", ""); answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "Just a moment") {
		t.Errorf("block: %d %s", answer.Code, answer.Body)
	}
	v.at = day(7)
	if rows, n := total(1); rows != 0 || n != 0 {
		t.Errorf("empty: %d rows of %d", rows, n)
	}
	v.at = day(8)
	_, whole := total(1)
	v.at = day(9)
	if _, n := total(1); n > whole*6/10 || n < whole*4/10 {
		t.Errorf("cut by half: %d of %d", n, whole)
	}
	v.at = day(11)
	if rows, n := total(whole/16 + 1); rows != 0 || n < whole*8/10 {
		t.Errorf("short: %d rows on the last page, total %d of %d", rows, n, whole)
	}
}

func TestFaultsOfOneList(t *testing.T) {
	config := Config{Seed: 1, Postings: 800, Days: 20}
	plain := newWorld(t, config)
	config.Faults = []Fault{{Kind: FaultNoBoard, Source: "greenhouse", List: plain.Boards()[1]}, {Kind: FaultEmpty, Source: "hn", List: plain.Threads(plain.End())[0]}}
	w := newWorld(t, config)
	v := visit(t, w)
	v.at = w.Start().AddDate(0, 0, 5)
	for i, token := range w.Boards()[:3] {
		want := http.StatusOK
		if i == 1 {
			want = http.StatusNotFound
		}
		v.get(greenhouseBase+"/v1/boards/"+token+"/jobs?content=true", want, nil)
	}
	var story struct{ Kids []int64 }
	v.get(hnBase+"/v0/item/"+w.Threads(v.at)[0]+".json", http.StatusOK, &story)
	if len(story.Kids) != 0 {
		t.Errorf("an emptied thread has %d kids", len(story.Kids))
	}
}

// TestTruthIsDeafToFaults: faults change answers only.
func TestTruthIsDeafToFaults(t *testing.T) {
	config := Config{Seed: 7, Postings: 300, Days: 30}
	plain := newWorld(t, config)
	config.Faults = PlantFaults(3, plain.Start(), 30, 40)
	faulty := newWorld(t, config)
	var a, b []Posting
	for p := range plain.Truth() {
		a = append(a, p)
	}
	for p := range faulty.Truth() {
		b = append(b, p)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
	for _, f := range config.Faults {
		if f.From.Before(plain.Start().AddDate(0, 0, 3)) || !f.To.After(f.From) || f.To.Sub(f.From) > 73*time.Hour {
			t.Errorf("fault %+v", f)
		}
	}
}

func TestBrokenRecords(t *testing.T) {
	w := newWorld(t, Config{Seed: 1, Postings: 1500, Days: 20, Faults: []Fault{{Kind: FaultBroken, Share: 0.1}}})
	v := visit(t, w)
	v.at = w.Start().AddDate(0, 0, 10)
	broken, all := map[string]int{}, map[string]int{}
	for p := range w.Truth() {
		if !p.OpenAt(v.at) || !p.HasDetail {
			continue
		}
		body := v.ask(detailPath(&p), "").Body.Bytes()
		if !json.Valid(body) {
			t.Fatalf("%s is no JSON", detailPath(&p))
		}
		all[p.Source]++
		if !bytes.Contains(body, []byte(`"title":"`)) && p.Source != "hn" || bytes.Contains(body, []byte(`"time":"`)) {
			broken[p.Source]++
		}
	}
	for source, n := range all {
		if broken[source]*20 < n || broken[source]*5 > n {
			t.Errorf("%s: %d of %d records are broken, want a tenth", source, broken[source], n)
		}
	}
}

func TestServer(t *testing.T) {
	config := Config{Seed: 1, Postings: 600, Days: 20}
	start := newWorld(t, config).Start()
	config.Faults = []Fault{{Kind: FaultTruncate, Source: "rallit"}, {Kind: FaultFlaky, Source: "jumpit", Share: 0.4}}
	w := newWorld(t, config)
	server, err := w.Serve(func() time.Time { return start.AddDate(0, 0, 3) })
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: 10 * time.Second}
	get := func(url string) (int, []byte, error) {
		response, err := client.Get(url)
		if err != nil {
			return 0, nil, err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		return response.StatusCode, body, err
	}
	if status, body, err := get(server.URL + "/robots.txt"); err != nil || status != http.StatusOK || !bytes.Contains(body, []byte("User-agent")) {
		t.Errorf("robots.txt: %d %s %v", status, body, err)
	}
	if status, _, err := get(server.BaseURLs["greenhouse"] + "/robots.txt"); err != nil || status != http.StatusOK {
		t.Errorf("greenhouse's robots.txt: %d %v", status, err)
	}
	if status, _, err := get(server.URL + "/somewhere/else"); err != nil || status != http.StatusNotFound {
		t.Errorf("elsewhere: %d %v", status, err)
	}
	if _, _, err := get(server.BaseURLs["rallit"] + "/api/v1/position?pageSize=50"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("half a body: %v, want an unexpected end", err)
	}
	kinds := map[int]int{}
	for range 100 {
		status, _, _ := get(server.BaseURLs["jumpit"] + "/api/positions?page=1")
		kinds[status]++
	}
	if kinds[http.StatusTooManyRequests] == 0 || kinds[http.StatusInternalServerError] == 0 || kinds[0] > 0 || kinds[http.StatusOK] < 50 {
		t.Errorf("flaky answers: %v", kinds)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := get(server.URL + "/robots.txt"); err == nil {
		t.Error("answers after Close")
	}
}
