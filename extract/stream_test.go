package extract

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestStream(t *testing.T) {
	long := strings.Repeat("경험을 쌓습니다. ", 200_000) + "Kafka"
	longLine, err := json.Marshal(map[string]any{"id": "long", "sections": []Section{{"duties", long}}})
	if err != nil {
		t.Fatal(err)
	}
	in := strings.Join([]string{
		`{"id":"a","title":"Java 개발자","sections":[{"name":"preferred","text":"Kafka & Go"}],"extra":1}`,
		``,
		`{"id":7,"title":"C++"}`,
		`not json`,
		`{"id":"b","title":3}`,
		`{"title":"no id"}`,
		`[1]`,
		"{\"id\":\"u\",\"title\":\"\xff\"}",
		string(longLine),
		`{"id":"last","title":"Rust Engineer"}`, // no newline at the end
	}, "\n")
	var out bytes.Buffer
	lines, bad, err := newTest(t).Stream(strings.NewReader(in), &out)
	if err != nil || lines != 9 || bad != 5 {
		t.Errorf("Stream = %d lines, %d bad, %v; want 9, 5, nil", lines, bad, err)
	}
	got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	want := []string{
		`{"id":"a","techs":[{"id":"java","name":"Java","need":"required","method":"dictionary","mentions":[{"section":"title","start":0,"end":4,"surface":"Java"}]},` +
			`{"id":"kafka","name":"Kafka","need":"preferred","method":"dictionary","mentions":[{"section":"preferred","start":0,"end":5,"surface":"Kafka"}]},` +
			`{"id":"go","name":"Go","need":"preferred","method":"dictionary","mentions":[{"section":"preferred","start":8,"end":10,"surface":"Go"}]}]}`,
		`{"id":7,"techs":[{"id":"cpp","name":"C++","need":"required","method":"dictionary","mentions":[{"section":"title","start":0,"end":3,"surface":"C++"}]}]}`,
		`{"line":4,"error":"line is not JSON`,
		`{"id":"b","error":"field title is a JSON number, expected string"}`,
		`{"line":6,"error":"field id is missing, expected a string or a number"}`,
		`{"line":7,"error":"line is a JSON array, expected an object"}`,
		`{"id":"u","error":"line is not UTF-8"}`,
		`{"id":"long","techs":[{"id":"kafka",`,
		`{"id":"last","techs":[{"id":"rust",`,
	}
	if len(got) != len(want) {
		t.Fatalf("got %d lines, want %d:\n%.2000s", len(got), len(want), out.String())
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("line %d\n got %.400s\nwant %s", i, got[i], want[i])
		}
	}
}

func TestStreamFaults(t *testing.T) {
	x := newTest(t)
	broken := errors.New("broken pipe")
	in := io.MultiReader(strings.NewReader("{\"id\":\"a\",\"title\":\"Java\"}\n"), iotest.ErrReader(broken))
	var out bytes.Buffer
	lines, bad, err := x.Stream(in, &out)
	if lines != 1 || bad != 0 || !errors.Is(err, broken) || !strings.Contains(out.String(), `"java"`) {
		t.Errorf("Stream = %d, %d, %v, out %q; want the good line answered and the error", lines, bad, err, out.String())
	}
}
