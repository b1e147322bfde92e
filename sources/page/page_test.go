package page

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
)

func TestScripts(t *testing.T) {
	body := []byte(`<html><SCRIPT Type="application/LD+JSON; charset=utf-8">{"a":"<b>&amp;"}</SCRIPT><script>x</script><script type="application/ld+json"></script>
<script type='application/ld+json'>2</script><!-- <script type="application/ld+json">no</script> -->`)
	if diff := cmp.Diff([]string{`{"a":"<b>&amp;"}`, "2"}, Scripts(body, "type", "application/ld+json")); diff != "" {
		t.Errorf("scripts (-want +got):\n%s", diff)
	}
}

func TestNextData(t *testing.T) {
	var v struct{ A int }
	if err := NextData([]byte(`<script id="__NEXT_DATA__" type="application/json">{"a":3}</script>`), &v); err != nil || v.A != 3 {
		t.Errorf("got %v, %v", v, err)
	}
	for _, body := range []string{"", "<html>", `<script id="__NEXT_DATA__">{"a":`} {
		if err := NextData([]byte(body), &v); !errs.Is(err, errs.Corrupt) {
			t.Errorf("%q: got %v, want errs.Corrupt", body, err)
		}
	}
}

func TestText(t *testing.T) {
	doc, err := Open([]byte(`<div class="a"> one <br>two</div><div class="a">three</div>`))
	if err != nil {
		t.Fatal(err)
	}
	if s := doc.Find(".a"); Line(s) != "one two" || Text(s) != "one\ntwo" || Line(doc.Find(".b")) != "" {
		t.Errorf("line %q, text %q", Line(s), Text(s))
	}
}
