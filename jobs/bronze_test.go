package jobs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
)

// pages is a board whose list has pages of ids; each row is the whole posting. An id that
// is no text is a record of the wrong type.
type pages struct{ url string }

func (p pages) Name() string       { return "jumpit" }
func (p pages) ParserVersion() int { return 1 }

func (p pages) Lists(context.Context, sources.Getter) ([]string, error) { return []string{"all"}, nil }

func (p pages) Discover(ctx context.Context, get sources.Getter, list string, _ int) (sources.Listing, error) {
	found := sources.Listing{ListRead: schemas.ListRead{List: list, IsComplete: true}}
	for n := 1; n <= 2; n++ {
		doc, err := get.Get(ctx, sources.Request{URL: fmt.Sprintf("%s/%d", p.url, n), Kind: schemas.KindList, List: list, Page: n})
		if err != nil {
			return found, err
		}
		parsed, err := p.Parse(doc)
		if err != nil {
			return found, err
		}
		found.Refs = append(found.Refs, parsed.Refs...)
		found.ReadAt = doc.FetchedAt
	}
	found.PostingCount = len(found.Refs)
	return found, nil
}

func (p pages) Fetch(context.Context, sources.Getter, sources.Ref) (schemas.Document, error) {
	return schemas.Document{}, errs.New(errs.Invalid, "the list is whole")
}

func (p pages) Parse(doc schemas.Document) (sources.Parsed, error) {
	var ids []any
	if err := json.Unmarshal(doc.Body, &ids); err != nil {
		return sources.Parsed{}, errs.Wrap(errs.Corrupt, err)
	}
	parsed := sources.Parsed{IsWhole: true}
	for i, id := range ids {
		text, ok := id.(string)
		if !ok {
			parsed.Bad = append(parsed.Bad, sources.Bad{Row: json.RawMessage(fmt.Sprint(id)), Reasons: []string{"id: is a number, expected a text; call 02-000-0000"}})
			continue
		}
		parsed.Refs = append(parsed.Refs, sources.Ref{BoardID: text, List: doc.List, Position: i + 1})
		parsed.Postings = append(parsed.Postings, schemas.BoardPosting{BoardID: text, URL: "https://example.com/" + text, Title: "백엔드 개발자 " + text, Payload: "{}"})
	}
	return parsed, nil
}

// A list that moves while it is read names a posting on two pages, and one page names one
// twice; a record of the wrong type among them is refused alone, with its place in raw.
func TestBronzeOfAMovingList(t *testing.T) {
	board := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, map[string]string{"/1": `["1", "2"]`, "/2": `["2", "3", "3", 4]`}[r.URL.Path])
	}))
	defer board.Close()
	e := newEnv(t)
	source := pages{board.URL}
	e.Sources["jumpit"] = source
	now := func() time.Time { return day(1, 9) }
	client, err := crawl.New(crawl.Options{BaseURL: board.URL, Rate: 1e6, Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := collect.Run(t.Context(), collect.Options{Source: source, Store: e.Lake.Objects(), Client: client, Clock: now, Location: seoul}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time changes nothing
		report := do(t, e, "bronze", window(t, day(1, 0), day(2, 0)), jobs.Bronze)
		if report.In != 6 || report.Out != 4 || report.Duplicate != 1 || report.Rejected != 1 {
			t.Errorf("report: got %+v, want 6 in, 4 out, 1 duplicate, 1 rejected", report)
		}
	}
	refine(t, e, window(t, day(1, 0), day(2, 0)))
	for what, c := range map[string]struct {
		statement string
		want      []string
	}{
		"captures":  {"select board_id || ' ' || count(*) as line from bronze.postings group by board_id order by 1", []string{"1 1", "2 2", "3 1"}},
		"sightings": {"select count(*) || ' of ' || count(distinct posting_id) as line from bronze.sightings", []string{"3 of 3"}},
		"versions":  {"select board_id as line from silver.postings order by 1", []string{"1", "2", "3"}},
		"rejects":   {"select array_to_string(reasons, '; ') || ' ' || (raw_object is not null and raw_offset is not null) as line from ops.rejects", []string{"id: is a number, expected a text; call [phone] true"}},
	} {
		if diff := cmp.Diff(c.want, read(t, e, c.statement)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}
