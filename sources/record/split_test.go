package record

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var splitCases = []string{
	`{}`, ` { } `, `[]`, `null`, `"a"`, `{"a":1}`, "{\n\t\"a\" : [1, {\"b\":\"}\"}] ,\r\n \"c\":null }", `{"a":"\\","b":"\"","c\u0064":"\u00e9"}`,
	`{"a":1,"a":2}`, `[1,"x",[],{},true,null]`, `[ "a" , "\\\"" ]`, `{"a":"x\\\\\\\"y","b":[[["]"]]]}`, "{\"a\":\"\xff\"}", `{"":{"":""}}`, `-1.5e+3`,
}

// sameAsStandard holds what is read of a JSON text against what the standard decoder reads.
func sameAsStandard(t *testing.T, in []byte) {
	t.Helper()
	if !json.Valid(in) {
		return
	}
	got := Of(in)
	var want map[string]json.RawMessage
	if err := json.Unmarshal(in, &want); err != nil {
		want = nil
	}
	if diff := cmp.Diff(want, got.fields); diff != "" {
		t.Errorf("%q: fields (-want +got):\n%s", in, diff)
	}
	var packed bytes.Buffer
	if err := json.Compact(&packed, in); err != nil {
		t.Fatal(err)
	}
	if string(compact(in)) != packed.String() {
		t.Errorf("%q: compact is %q, want %q", in, compact(in), packed.String())
	}
	for name, raw := range want {
		var list []json.RawMessage
		wantList := json.Unmarshal(raw, &list) == nil && string(raw) != "null"
		if values, ok := elements(raw); ok != wantList || ok && !cmp.Equal(values, list) {
			t.Errorf("%q: list %q of field %s, %v; want %q, %v", in, values, name, ok, list, wantList)
		}
		for _, value := range append(list, raw) {
			var words string
			wantText := json.Unmarshal(value, &words) == nil && string(value) != "null"
			if read, ok := text(value); ok != wantText || ok && read != words {
				t.Errorf("%q: text of %s is %q, %v; want %q, %v", in, value, read, ok, words, wantText)
			}
		}
	}
}

func TestSplit(t *testing.T) {
	for _, c := range splitCases {
		sameAsStandard(t, []byte(c))
	}
}

func FuzzSplit(f *testing.F) {
	for _, c := range splitCases {
		f.Add([]byte(c))
	}
	f.Fuzz(sameAsStandard)
}
