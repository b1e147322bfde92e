package collect

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/boards"
	"github.com/techmapit/tmi/sources/sourcestest"
)

// recorded are options over a recorded board, with the boards and thread that are recorded.
func recorded(t *testing.T, server, name string, store objects.Store, c *clock) Options {
	t.Helper()
	board, err := boards.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	base := server + "/" + sourcestest.Hosts[name]
	src, err := board.New(sources.Settings{BaseURL: base, Boards: []string{"daangn", "krafton", "moloco", "sendbird"}, Threads: []string{"19055166"}})
	if err != nil {
		t.Fatal(err)
	}
	return Options{Source: src, Store: store, Client: newClient(t, base, c), Clock: c.Now}
}

// landed counts what the runs of a source hold in all: postings, and details refused.
func landed(t *testing.T, o Options) (whole, listOnly map[string]bool) {
	t.Helper()
	runs, err := Manifests(t.Context(), o.Store, o.Source.Name(), time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	whole, listOnly = map[string]bool{}, map[string]bool{}
	for _, run := range runs {
		captures, err := Captures(t.Context(), o.Store, run)
		if err != nil {
			t.Fatal(err)
		}
		for l, err := range Documents(t.Context(), o.Store, captures) {
			if err != nil {
				t.Fatal(err)
			}
			parsed, err := o.Source.Parse(l.Document)
			if err != nil || len(parsed.Bad) > 0 {
				t.Fatalf("%s: %v %v", l.Document.URL, err, parsed.Bad)
			}
			for _, p := range parsed.Postings {
				if parsed.IsWhole {
					whole[p.BoardID] = true
				}
			}
			if parsed.NoDetail {
				listOnly[l.Capture.BoardID] = true
			}
		}
	}
	return whole, listOnly
}

func TestRecordedBoards(t *testing.T) {
	server := sourcestest.Replay(t)
	cases := []struct {
		name                   string
		least, most, refused   int
		responses, secondVisit int
	}{
		{"jumpit", 21, 21, 0, 3 + 21, 3},
		{"rallit", 1, 1, 5, 1 + 6, 1},
		{"greenhouse", 63, 63, 0, 4, 4},
		{"hn", 640, 711, 0, 1 + 735, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			o := recorded(t, server, c.name, newStore(t), clock)
			first, err := Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if first.Status != schemas.StatusDone || first.Counts.Responses != c.responses || first.Counts.Failed != 0 {
				t.Errorf("first run: %s %+v, want %d responses", first.Status, first.Counts, c.responses)
			}
			whole, listOnly := landed(t, o)
			if len(whole) < c.least || len(whole) > c.most || len(listOnly) != c.refused {
				t.Errorf("%d whole postings and %d refused details, want %d to %d and %d", len(whole), len(listOnly), c.least, c.most, c.refused)
			}
			clock.Advance(time.Hour)
			second, err := Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if second.Counts.Responses != 0 || second.Counts.Revisits != c.secondVisit {
				t.Errorf("second run: %+v, want %d revisits alone", second.Counts, c.secondVisit)
			}
			t.Logf("%d responses, %d bytes landed of %d received; %d postings", first.Counts.Responses, first.Counts.BytesOut, first.Counts.BytesIn, len(whole))
		})
	}
}

func TestRecordedBoardsWithFaults(t *testing.T) {
	server := sourcestest.Replay(t, "--fail", "0.2", "--seed", "7")
	clock, store := newClock(), newStore(t)
	for name, want := range map[string]int{"jumpit": 21, "rallit": 6, "greenhouse": 63} {
		o := recorded(t, server, name, store, clock)
		for run := 1; ; run++ {
			clock.Advance(time.Hour)
			m, err := Run(t.Context(), o)
			if err != nil && !errs.Is(err, errs.Unavailable) {
				t.Fatal(err)
			}
			whole, listOnly := landed(t, o)
			if len(whole)+len(listOnly) == want && m.Status == schemas.StatusDone {
				t.Logf("%s: whole after %d runs, %+v", name, run, m.Counts)
				break
			}
			if run == 3 {
				t.Errorf("%s: %d of %d postings after three runs", name, len(whole)+len(listOnly), want)
				break
			}
		}
	}
	for _, path := range requested(t, server) {
		if strings.HasPrefix(path, "/private") || strings.HasPrefix(path, "/www.rallit.com/app") || strings.Contains(path, "/embed/") {
			t.Errorf("%s was asked for, which robots.txt forbids", path)
		}
	}
}

// requested are the paths in the server's own log.
func requested(t *testing.T, server string) (paths []string) {
	t.Helper()
	res, err := http.Get(server + "/__log")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	for lines := json.NewDecoder(res.Body); ; {
		var line struct{ Path, UA string }
		if err := lines.Decode(&line); err == io.EOF {
			return paths
		} else if err != nil {
			t.Fatal(err)
		}
		if line.UA != "" && !strings.HasPrefix(line.UA, "TMI/") && !strings.HasPrefix(line.Path, "/__log") {
			t.Errorf("%s was asked for as %q", line.Path, line.UA)
		}
		paths = append(paths, line.Path)
	}
}

func TestUnknownGreenhouseBoard(t *testing.T) {
	server := sourcestest.Replay(t)
	clock := newClock()
	o := recorded(t, server, "greenhouse", newStore(t), clock)
	board, _ := boards.ByName("greenhouse")
	src, err := board.New(sources.Settings{BaseURL: server + "/" + sourcestest.Hosts["greenhouse"], Boards: []string{"nobody", "moloco"}})
	if err != nil {
		t.Fatal(err)
	}
	o.Source = src
	m, err := Run(t.Context(), o)
	if err != nil || m.Status != schemas.StatusDone || !m.Lists[0].NoSuchBoard || m.Lists[0].IsComplete || !m.Lists[1].IsComplete {
		t.Errorf("got %v, %+v; want the unknown board said so and the other read", err, m)
	}
}

const killedEnv = "TMI_COLLECT_UNTIL_KILLED"

// TestKilled kills a collecting process while it fetches details: no run exists, and the
// next one lands everything.
func TestKilled(t *testing.T) {
	if where := os.Getenv(killedEnv); where != "" {
		uri, server, _ := strings.Cut(where, " ")
		store, err := objects.Open(t.Context(), uri)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = Run(t.Context(), recorded(t, server, "jumpit", store, newClock()))
		return
	}
	server := sourcestest.Replay(t, "--latency", "0.05")
	store := newStore(t)
	child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	child.Env = append(os.Environ(), killedEnv+"="+store.URI()+" "+server)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if len(requested(t, server)) > 8 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	_ = child.Process.Kill()
	_ = child.Wait()
	if runs, err := Manifests(t.Context(), store, "jumpit", time.Time{}, time.Time{}); len(runs) != 0 || err != nil {
		t.Fatalf("%d runs exist after the kill, %v", len(runs), err)
	}
	o := recorded(t, server, "jumpit", store, newClock())
	m, err := Run(t.Context(), o)
	if err != nil || m.Counts.Responses != 24 || m.Status != schemas.StatusDone {
		t.Errorf("the next run: %v, %+v", err, m.Counts)
	}
}
