package replica

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// recorded finds the answers of the real boards, which are not part of the repository.
func recorded(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "recorded", path))
	if err != nil {
		t.Skip("the recorded answers of real boards are not here: ../shared/recorded beside the repository")
	}
	return data
}

// shape notes for each path in a JSON value which types stand there: "data.items[].id" ->
// {"number"}. A null is noted as a type of its own.
type shape map[string]map[string]int

func (s shape) add(path string, value any) {
	note := func(kind string) {
		if s[path] == nil {
			s[path] = map[string]int{}
		}
		s[path][kind]++
	}
	switch value := value.(type) {
	case nil:
		note("null")
	case bool:
		note("bool")
	case string:
		note("string")
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			note("float")
		} else {
			note("int")
		}
	case []any:
		note("array")
		for _, v := range value {
			s.add(path+"[]", v)
		}
	case map[string]any:
		note("object")
		for key, v := range value {
			s.add(path+"."+key, v)
		}
	}
}

func (s shape) read(t *testing.T, data []byte) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	s.add("", value)
}

// compare wants of ours what the board sends: every key that the board always sends, no key
// that it never sends, and no other types than its own. Paths below one of free are not
// compared: their keys are each board's own.
func compare(t *testing.T, board string, theirs, ours shape, free ...string) {
	t.Helper()
	isFree := func(path string) bool {
		return slices.ContainsFunc(free, func(f string) bool { return strings.HasPrefix(path, f) })
	}
	parent := func(path string) string { return path[:max(strings.LastIndex(path, "."), 0)] }
	for path, types := range ours {
		known := theirs[path]
		switch {
		case isFree(path):
		case known == nil && theirs[parent(path)] != nil: // else the recording's array was empty
			t.Errorf("%s: we send %s (%v), the board never does", board, path, types)
		case known == nil || len(known) == 1 && known["null"] > 0: // a null says nothing of the type
		default:
			for kind := range types {
				if known[kind] == 0 {
					t.Errorf("%s: %s is %s, the board sends %v", board, path, kind, known)
				}
			}
		}
	}
	for path, types := range theirs {
		sum := 0
		for _, n := range types {
			sum += n
		}
		isAlways := sum == theirs[parent(path)]["object"] && !strings.HasSuffix(path, "[]")
		if isAlways && !isFree(path) && ours[path] == nil && ours[parent(path)]["object"] > 0 {
			t.Errorf("%s: the board always sends %s (%v), we never do", board, path, types)
		}
	}
}

func lines(data []byte) []string {
	var out []string
	scanner := bufio.NewScanner(strings.NewReader(string(data)))
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		if scanner.Text() != "" {
			out = append(out, scanner.Text())
		}
	}
	return out
}

func shapeWorld(t *testing.T) (*World, *visitor) {
	w := newWorld(t, Config{Seed: 1, Postings: 1500, Days: 30})
	v := visit(t, w)
	v.at = w.Start().Add(12 * 24 * time.Hour)
	return w, v
}

// details adds the pages of a source's open postings, the value at key of each where the
// board wraps it.
func (v *visitor) details(w *World, source, key string, into shape) {
	v.t.Helper()
	for p := range w.Truth() {
		if p.Source != source || !p.OpenAt(v.at) || !p.HasDetail {
			continue
		}
		var answer json.RawMessage
		v.get(detailPath(&p), http.StatusOK, &answer)
		if key != "" {
			var wrapped map[string]json.RawMessage
			if err := json.Unmarshal(answer, &wrapped); err != nil {
				v.t.Fatal(err)
			}
			answer = wrapped[key]
		}
		into.read(v.t.(*testing.T), answer)
	}
}

func TestShapeOfJumpit(t *testing.T) {
	theirs, ours := shape{}, shape{}
	for _, line := range lines(recorded(t, "jumpit/details.jsonl")) {
		theirs.read(t, []byte(line))
	}
	w, v := shapeWorld(t)
	v.details(w, "jumpit", "result", ours)
	compare(t, "jumpit", theirs, ours)
}

func TestShapeOfRallit(t *testing.T) {
	for _, c := range []struct{ name, file, path string }{
		{"list", "rallit/list.json", rallitBase + "/api/v1/position?jobGroup=DEVELOPER&pageNumber=1&pageSize=50"},
		{"detail", "rallit/detail.json", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			theirs, ours := shape{}, shape{}
			theirs.read(t, recorded(t, c.file))
			w, v := shapeWorld(t)
			if c.path != "" {
				var answer json.RawMessage
				v.get(c.path, http.StatusOK, &answer)
				ours.read(t, answer)
			} else {
				v.details(w, "rallit", "", ours)
			}
			compare(t, "rallit", theirs, ours)
		})
	}
}

func TestShapeOfGreenhouse(t *testing.T) {
	theirs, ours := shape{}, shape{}
	for _, board := range []string{"daangn", "krafton", "moloco", "sendbird"} {
		theirs.read(t, recorded(t, "greenhouse/"+board+".json"))
	}
	w, v := shapeWorld(t)
	for _, token := range w.Boards() {
		var answer json.RawMessage
		v.get(greenhouseBase+"/v1/boards/"+token+"/jobs?content=true", http.StatusOK, &answer)
		ours.read(t, answer)
	}
	compare(t, "greenhouse", theirs, ours, ".jobs[].metadata")
}

func TestShapeOfHackerNews(t *testing.T) {
	theirs, ours := shape{}, shape{}
	theirComments, ourComments := shape{}, shape{}
	for _, line := range lines(recorded(t, "hn/items.jsonl")) {
		if strings.Contains(line, `"type": "story"`) || strings.Contains(line, `"type":"story"`) {
			theirs.read(t, []byte(line))
		} else {
			theirComments.read(t, []byte(line))
		}
	}
	w, v := shapeWorld(t)
	var answer json.RawMessage
	thread := w.Threads(v.at)[0]
	v.get(hnBase+"/v0/item/"+thread+".json", http.StatusOK, &answer)
	ours.read(t, answer)
	var story struct{ Kids []int64 }
	if err := json.Unmarshal(answer, &story); err != nil {
		t.Fatal(err)
	}
	for _, id := range story.Kids {
		v.get(fmt.Sprintf("%s/v0/item/%d.json", hnBase, id), http.StatusOK, &answer)
		ourComments.read(t, answer)
	}
	compare(t, "hn story", theirs, ours)
	compare(t, "hn comment", theirComments, ourComments)
}

// TestJumpitListRow compares with the keys that SITES.md gives, as no list was recorded.
func TestJumpitListRow(t *testing.T) {
	_, v := shapeWorld(t)
	var list struct {
		Message string
		Status  int
		Code    string
		Result  struct {
			Positions []map[string]any
		}
	}
	v.get(jumpitBase+"/api/positions?page=1", http.StatusOK, &list)
	want := strings.Fields("alwaysOpen applied celebration closedAt companyName encodedSerialNumber id imagePath jobCategory locations logo " +
		"maxCareer minCareer newcomer scraped serialNumber techStacks title viewCount")
	for _, row := range list.Result.Positions {
		var keys []string
		for key := range row {
			if key != "scrapCount" {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		if !slices.Equal(keys, want) {
			t.Fatalf("keys %v, want %v", keys, want)
		}
		if closed, _ := row["closedAt"].(string); !strings.HasSuffix(closed, "T23:59:59") {
			t.Errorf("closedAt is %q", closed)
		}
		if _, isText := row["techStacks"].([]any)[0].(string); !isText {
			t.Errorf("techStacks are %v, want strings", row["techStacks"])
		}
	}
	if list.Message != "success" || list.Status != http.StatusOK || list.Code != "P004" {
		t.Errorf("envelope %+v", list)
	}
}
