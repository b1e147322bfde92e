package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/replica"
)

// contentOf is a statement whose one value is a digest of a table's rows as far as two
// collectors that asked at different minutes of a day must agree: instants count by their
// day, and where in raw a row lies and which run it is of do not count.
func contentOf(t schemas.Table) string {
	var columns []string
	for _, c := range t.Columns() {
		switch {
		case slices.Contains(t.Volatile, c.Name), slices.Contains([]string{"raw_object", "raw_offset", "raw_length"}, c.Name):
		case c.Type == schemas.TypeTimestamp:
			columns = append(columns, fmt.Sprintf("(%s::timestamptz at time zone 'Asia/Seoul')::date as %[1]s", c.Name))
		default:
			columns = append(columns, c.Name)
		}
	}
	distinct := ""
	if t.Name() == schemas.BronzeSightings.Name() { // a run that was killed saw postings too
		distinct = "distinct"
	}
	return fmt.Sprintf("select count(*) || ' ' || coalesce(md5(string_agg(line, '|' order by line)), '') from (select %s to_json(r)::varchar as line from (select %s from %s) as r)", distinct, strings.Join(columns, ", "), t.Name())
}

func runFolders(t *testing.T, root string) []string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(root, "raw", "*", "*", "run=*"))
	if err != nil {
		t.Fatal(err)
	}
	return folders
}

// Collecting that is killed again and again, with no chance to tidy, lands in the end what
// it would have landed undisturbed, each page once.
func TestCollectKilled(t *testing.T) {
	if !isSlow() {
		t.Skip("TMI_TEST_SLOW=1 runs it: a minute")
	}
	const kills = 20
	names := []string{"jumpit", "rallit", "greenhouse", "hn"}
	m := newMarket(t, replica.Config{Seed: 3, Postings: 1500, Days: 3})
	m.set(nine(3))
	lake := func() (root string, environ []string) {
		root, environ = newLake(t)
		environ = append(slices.Clone(m.environ), environ...)
		for _, name := range names {
			environ = append(environ, "TMI_SOURCES_"+strings.ToUpper(name)+"_RATE=40")
		}
		return root, append(environ, "TMI_SEGMENT_AGE=40ms", "TMI_LOG_LEVEL=warn")
	}
	collect := []string{"collect", "--sources", strings.Join(names, ","), "--now", nine(3).Format(time.RFC3339)}
	refine := []string{"run", "--from-raw", "--sources", strings.Join(names, ","), "--now", nine(3).Add(time.Hour).Format(time.RFC3339)}

	_, calm := lake()
	for _, args := range [][]string{collect, refine} {
		if c, output := child(t, calm, args...); c.Run() != nil {
			t.Fatalf("%v: %s", args, output)
		}
	}

	root, environ := lake()
	random := rand.New(rand.NewPCG(uint64(kills), 9))
	killed := 0
	for try := 0; killed < kills && try < 5*kills; try++ {
		// Each begins a minute later, as they would: clocks do not go back.
		now := nine(3).Add(time.Duration(try) * time.Minute).Format(time.RFC3339)
		c, output := child(t, environ, "collect", "--sources", strings.Join(names, ","), "--now", now)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		begun := len(runFolders(t, root)) + len(names)
		for len(ended) == 0 && len(runFolders(t, root)) < begun {
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(time.Duration(random.Int64N(int64(500 * time.Millisecond))))
		_ = c.Process.Kill() // it may have ended
		err := <-ended
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled() {
			killed++
		} else if err != nil {
			t.Fatalf("%v: %s", err, output)
		}
	}
	takenOver, err := filepath.Glob(filepath.Join(root, "raw", "*", "*", "*", "index-*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	last := append(slices.Clone(collect[:len(collect)-1]), nine(3).Add(50*time.Minute).Format(time.RFC3339), "--resume")
	refine[len(refine)-1] = nine(3).Add(2 * time.Hour).Format(time.RFC3339)
	for _, args := range [][]string{last, refine} {
		if c, output := child(t, environ, args...); c.Run() != nil {
			t.Fatalf("%v: %s", args, output)
		}
	}
	for _, table := range schemas.Tables() {
		if table.Layer == schemas.Ops || table.Name() == schemas.BronzeLists.Name() || table.Name() == "gold.source_quality" {
			continue // they tell of runs, and there were more
		}
		want := tmi(t, calm, "", "sql", "--format", "csv", contentOf(table))
		want.wants(t, 0)
		if got := tmi(t, environ, "", "sql", "--format", "csv", contentOf(table)); got.code != 0 || got.stdout != want.stdout {
			t.Errorf("%s after %d kills: %s%s, undisturbed %s", table.Name(), killed, got.stdout, got.stderr, want.stdout)
		}
	}
	if left, err := filepath.Glob(filepath.Join(root, "raw", "*", "*", "*", "open.json")); err != nil || len(left) > 0 {
		t.Errorf("runs that have not ended: %v %v", left, err)
	}
	if killed < kills {
		t.Errorf("killed %d times, want %d", killed, kills)
	}
	if len(takenOver) == 0 {
		t.Error("no run was taken over: the kills came before anything was landed")
	}
	t.Logf("killed %d times, %d runs taken over before the last one", killed, len(takenOver))
}
