package sourcestest

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// caseName is list-page1.json or detail-gone.400.html: the document's kind, the case, and
// the status where it is not 200.
var caseName = regexp.MustCompile(`^(list|detail)-([a-z0-9-]+?)(?:\.(\d{3}))?\.(?:json|html|xml)$`)

// Golden parses every document in testdata and compares with <case>.golden.json beside
// it. Each posting must keep the contract of its row, and each bad record must say why.
// List is the name of the list that the documents belong to.
func Golden(t *testing.T, src sources.Source, list string) {
	t.Helper()
	paths, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, path := range paths {
		m := caseName.FindStringSubmatch(filepath.Base(path))
		if m == nil || strings.HasSuffix(path, ".golden.json") {
			continue
		}
		found++
		plain := strings.TrimSuffix(path, filepath.Ext(path))
		t.Run(filepath.Base(plain), func(t *testing.T) {
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			doc := schemas.Document{Source: src.Name(), Kind: schemas.DocumentKind(m[1]), List: list, URL: "https://board.test/" + filepath.Base(plain), Status: 200, Body: body}
			if m[3] != "" {
				doc.Status, _ = strconv.Atoi(m[3])
			}
			if doc.Kind == schemas.KindList {
				doc.Page = 1
			}
			compare(t, plain+".golden.json", outcome(t, src, doc))
		})
	}
	if found == 0 {
		t.Error("testdata holds no case")
	}
}

// outcome is the golden file's content: what was parsed, or the error.
func outcome(t *testing.T, src sources.Source, doc schemas.Document) []byte {
	t.Helper()
	parsed, err := src.Parse(doc)
	if err != nil {
		if !errs.Is(err, errs.Corrupt) {
			t.Errorf("an unreadable document is errs.Corrupt, got kind %v: %v", errs.Of(err), err)
		}
		return []byte("{\n  \"Error\": " + strconv.Quote(err.Error()) + "\n}\n")
	}
	CheckParsed(t, parsed)
	for i := range parsed.Postings {
		// The payload is the document again; its presence is what there is to see.
		if !json.Valid([]byte(parsed.Postings[i].Payload)) {
			t.Errorf("posting %d: payload is not JSON", i)
		}
		parsed.Postings[i].Payload = "(as received)"
	}
	text, err := json.MarshalIndent(parsed, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// CheckParsed asks of a parsed document what every board owes.
func CheckParsed(t *testing.T, parsed sources.Parsed) {
	t.Helper()
	for _, p := range parsed.Postings {
		if reasons := schemas.Validate(&p); len(reasons) > 0 {
			t.Errorf("posting %s breaks its contract: %v", p.BoardID, reasons)
		}
	}
	for _, bad := range parsed.Bad {
		if len(bad.Reasons) == 0 || len(bad.Row) == 0 {
			t.Errorf("bad record %q has no reason or no row", bad.BoardID)
		}
	}
	for _, ref := range parsed.Refs {
		if ref.BoardID == "" || ref.Position < 1 {
			t.Errorf("ref %+v has no id or no position", ref)
		}
	}
}

func compare(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with: go test -run Parse -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// FuzzParse feeds Parse with mutations of the documents in testdata: whatever comes, it
// answers or says errs.Corrupt, twice the same.
func FuzzParse(f *testing.F, src sources.Source, list string) {
	paths, _ := filepath.Glob("testdata/*")
	for _, path := range paths {
		if body, err := os.ReadFile(path); err == nil && !strings.HasSuffix(path, ".golden.json") {
			f.Add(body, true, 200)
			f.Add(body, false, 200)
		}
	}
	f.Add([]byte("null"), false, 404)
	f.Fuzz(func(t *testing.T, body []byte, isList bool, status int) {
		doc := schemas.Document{Source: src.Name(), Kind: schemas.KindDetail, List: list, Status: status, Body: body, BoardID: "1"}
		if isList {
			doc.Kind, doc.Page, doc.BoardID = schemas.KindList, 1, ""
		}
		parsed, err := src.Parse(doc)
		if err != nil && !errs.Is(err, errs.Corrupt) {
			t.Errorf("kind %v: %v", errs.Of(err), err)
		}
		again, _ := src.Parse(doc)
		if diff := cmp.Diff(parsed, again); diff != "" {
			t.Errorf("the same bytes read differently:\n%s", diff)
		}
	})
}
