package corpus

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
)

const line = `{"posting_id":"7","url":"https://b.invalid/7","title":"백엔드 개발자","company":"가람","category":"백엔드","industry":"금융","status":"closed","needs_career":false,"posted_at":"2026-01-02 03:04:05","closes_at":null,"tasks":"- 결제","techs":["Kafka"]}`

// A file is read to its end, whether or not its last page is full, and again from the pages alone.
func TestAFileIsReadToItsEnd(t *testing.T) {
	source, err := New(sources.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, pageLines - 1, pageLines, pageLines + 1, 2 * pageLines} {
		var file strings.Builder
		for i := range n {
			file.WriteString(strings.Replace(line, `"7"`, fmt.Sprintf("%q", fmt.Sprint(i)), 1) + "\n\n")
		}
		client := NewClient(strings.NewReader(file.String()), time.Now)
		l, err := source.Discover(t.Context(), getter{client}, list, 0)
		if err != nil || !l.IsComplete || l.PostingCount != n {
			t.Errorf("%d lines: %+v %v", n, l.ListRead, err)
		}
	}
}

type getter struct{ *Client }

func (g getter) Get(ctx context.Context, r sources.Request) (schemas.Document, error) {
	return g.Client.Get(ctx, r, crawl.Known{})
}

func TestALineBecomesAPosting(t *testing.T) {
	parsed, err := parse(schemas.Document{Kind: schemas.KindList, List: list, Page: 2, Status: 200, Body: []byte(line + "\n{\"posting_id\":\"8\"}\n" + strings.Replace(line, "closed", "gone", 1))})
	if err != nil || len(parsed.Postings) != 1 || len(parsed.Bad) != 2 || !parsed.Last || !parsed.IsWhole {
		t.Fatalf("%+v %v", parsed, err)
	}
	p := parsed.Postings[0]
	if p.BoardID != "7" || p.Title != "백엔드 개발자" || p.Categories[0] != "백엔드" || p.BoardTags[0] != "Kafka" || p.Duties != "- 결제" || !*p.IsNewcomer || p.IsAlwaysOpen {
		t.Errorf("%+v", p)
	}
	if !p.ClosesAt.Equal(p.PostedAt.Add(closedAfter)) || p.PostedAt.Format(time.RFC3339) != "2026-01-01T18:04:05Z" {
		t.Errorf("posted %s, closes %s", p.PostedAt, p.ClosesAt)
	}
	if _, err := parse(schemas.Document{Status: 404}); !errs.Is(err, errs.Corrupt) {
		t.Errorf("404: %v", err)
	}
}

func TestPagesComeInOrderAndLinesHaveALimit(t *testing.T) {
	client := NewClient(strings.NewReader(strings.Repeat("x", 2*maxLineBytes)), time.Now)
	if _, err := client.Get(t.Context(), sources.Request{Page: 2}, crawl.Known{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("page 2 first: %v", err)
	}
	if _, err := client.Get(t.Context(), sources.Request{Page: 2}, crawl.Known{}); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "bytes") {
		t.Errorf("a line too long: %v", err)
	}
}
