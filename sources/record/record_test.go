package record

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
)

func TestReasons(t *testing.T) {
	r := Of([]byte(`{"id":"7","n":"three","b":1,"s":5,"list":["a",2],"o":"x","rows":[{"stack":"Go"},{"stack":1},"y"],"title":"  ","when":"soon","null":null}`))
	r.Required("title")
	r.Required("absent")
	r.Int("n")
	r.Bool("b")
	r.String("s")
	r.Strings("list")
	r.Object("o")
	for _, row := range r.Objects("rows") {
		row.String("stack")
	}
	r.Time("when")
	r.String("null")
	r.ID("null")
	want := []string{
		`title: is "  ", expected a text`,
		"absent: is missing, expected a text",
		`n: is "three", expected a whole number`,
		"b: is 1, expected true or false",
		"s: is 5, expected a text",
		`list: is ["a",2], expected a list of texts`,
		`o: is "x", expected an object`,
		`rows[2]: is "y", expected an object`,
		"rows[1].stack: is 1, expected a text",
		`when: is "soon", expected a date or a time such as 2026-05-20T23:59:59`,
		"null: is null, expected an id",
	}
	if diff := cmp.Diff(want, r.Reasons()); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	if got := Of([]byte(`[1]`)).Reasons(); len(got) != 1 || got[0] != "record: is [1], expected an object" {
		t.Errorf("not an object: %v", got)
	}
	if r.ID("id") != "7" || Of([]byte(`{"id":12345678901}`)).ID("id") != "12345678901" {
		t.Error("an id is a number or a text")
	}
	if err := Envelope([]byte(`{"a":`), &struct{}{}); !errs.Is(err, errs.Corrupt) {
		t.Errorf("cut short: %v", err)
	}
}

func TestTimes(t *testing.T) {
	utc := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC()
	}
	cases := []struct {
		text    string
		want    time.Time
		isNever bool
	}{
		{"2026-05-20T23:59:59", utc("2026-05-20T14:59:59Z"), false},
		{"2026-05-20 23:59:59", utc("2026-05-20T14:59:59Z"), false},
		{"2026-05-20", utc("2026-05-20T14:59:59Z"), false},
		{"2026-05-20T23:59:59+09:00", utc("2026-05-20T14:59:59Z"), false},
		{"2026-05-20T10:00:00-04:00", utc("2026-05-20T14:00:00Z"), false},
		{"9999-12-31T23:59:59", time.Time{}, true},
		{"9999-12-31", time.Time{}, true},
		{"1970-01-01", time.Time{}, false},
		{"", time.Time{}, false},
	}
	for _, c := range cases {
		r := Of([]byte(`{"at":"` + c.text + `"}`))
		got, isNever := r.Deadline("at")
		if !got.Equal(c.want) || isNever != c.isNever || len(r.Reasons()) > 0 {
			t.Errorf("%q: got %v never=%v %v, want %v never=%v", c.text, got, isNever, r.Reasons(), c.want, c.isNever)
		}
	}
	if got := Of([]byte(`{"at":"2026-05-20"}`)).Time("at"); !got.Equal(utc("2026-05-19T15:00:00Z")) {
		t.Errorf("a posting day begins at midnight in Seoul, got %v", got)
	}
}
