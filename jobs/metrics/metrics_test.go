package metrics

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// values are a file's lines without the comments.
func values(t *testing.T, dir, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

func TestCollected(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "textfile")
	m := schemas.RunManifest{Source: "jumpit", Status: schemas.StatusPartial, EndedAt: time.Unix(1_700_000_000, 0), Lists: []schemas.ListRead{{IsComplete: true, PostingCount: 40}, {PostingCount: 2}, {NoSuchBoard: true}},
		Counts: schemas.RunCounts{Responses: 6, Revisits: 2, NotModified: 1, Failed: 2, Retries: 3, Puts: 4, Dollars: 0.5, Nuisances: schemas.Nuisances{schemas.NuisanceBlocked: 1}}}
	for range 2 { // the second replaces the first
		if err := Dir(dir).Collected(m, 5); err != nil {
			t.Fatal(err)
		}
		m.Counts.Responses = 14
	}
	got := values(t, dir, "tmi_collect_jumpit.prom")
	for _, want := range []string{
		`tmi_collect_pages{source="jumpit"} 16`, `tmi_collect_success_ratio{source="jumpit"} 0.8888888888888888`,
		`tmi_collect_status{source="jumpit",status="partial"} 1`, `tmi_collect_status{source="jumpit",status="done"} 0`,
		`tmi_collect_exit_code{source="jumpit"} 5`, `tmi_collect_incomplete_lists{source="jumpit"} 1`, `tmi_collect_listed{source="jumpit"} 42`, `tmi_collect_dollars{source="jumpit"} 0.5`,
		`tmi_collect_ended_timestamp_seconds{source="jumpit"} 1.7e+09`, `tmi_collect_nuisances{nuisance="` + string(schemas.NuisanceBlocked) + `",source="jumpit"} 1`,
	} {
		if !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+want+"\n") {
			t.Errorf("%s is not among\n%s", want, strings.Join(got, "\n"))
		}
	}
	m.Counts = schemas.RunCounts{}
	if err := Dir(dir).Collected(m, 5); err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(values(t, dir, "tmi_collect_jumpit.prom"), "\n"); strings.Contains(text, "success_ratio") {
		t.Errorf("a run that asked for nothing says\n%s", text)
	}
}

func TestRan(t *testing.T) {
	dir := t.TempDir()
	start := time.Unix(1_700_000_000, 0)
	if err := Dir(dir).Ran(schemas.Run{Job: "gold", StartedAt: start, EndedAt: start.Add(1500 * time.Millisecond), ExitCode: 7, RowsIn: 5, RowsOut: 3, RowsRejected: 2, BytesOut: 9}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`tmi_job_dollars{job_name="gold",source=""} 0`,
		`tmi_job_duration_seconds{job_name="gold",source=""} 1.5`,
		`tmi_job_ended_timestamp_seconds{job_name="gold",source=""} 1.7000000015e+09`,
		`tmi_job_exit_code{job_name="gold",source=""} 7`,
		`tmi_job_read_bytes{job_name="gold",source=""} 0`,
		`tmi_job_rows{job_name="gold",rows="duplicate",source=""} 0`,
		`tmi_job_rows{job_name="gold",rows="in",source=""} 5`,
		`tmi_job_rows{job_name="gold",rows="out",source=""} 3`,
		`tmi_job_rows{job_name="gold",rows="rejected",source=""} 2`,
		`tmi_job_written_bytes{job_name="gold",source=""} 9`,
	}
	if diff := cmp.Diff(want, values(t, dir, "tmi_job_gold.prom")); diff != "" {
		t.Error(diff)
	}
}

func TestBegan(t *testing.T) {
	dir := t.TempDir()
	if err := Dir(dir).Began("jumpit", time.Unix(1_700_000_000, 0)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`tmi_collect_began_timestamp_seconds{source="jumpit"} 1.7e+09`}, values(t, dir, "tmi_began_jumpit.prom")); diff != "" {
		t.Error(diff)
	}
}

func TestLooked(t *testing.T) {
	dir, cache := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(cache, "a", "b"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string]int{"one": 100, "a/b/two": 23} {
		if err := os.WriteFile(filepath.Join(cache, name), make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := Lake{SeenAt: time.Unix(1_700_000_000, 0), TableBytes: map[string]int64{"gold.postings": 5}, Costs: []JobCost{{Job: "collect", Dollars: 0.25}},
		Sources: []SourceState{{Source: "jumpit", Open: 9, Closed: 4, Lost: 3, Held: 1, Complete: time.Unix(1_600_000_000, 0)}, {Source: "hn", Open: 1}}}
	if err := Dir(dir).Looked(s, Machine{Cache: cache, CacheBytes: 1000, MinFree: 7}); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(values(t, dir, "tmi_lake.prom"), "\n") + "\n"
	for _, want := range []string{
		"tmi_cache_bytes 123", "tmi_cache_limit_bytes 1000", "tmi_disk_min_bytes 7", `tmi_lake_day_dollars{job_name="collect"} 0.25`,
		`tmi_lake_table_bytes{table="gold.postings"} 5`, `tmi_lake_open_postings{source="jumpit"} 9`, `tmi_lake_open_postings{source="hn"} 1`,
		`tmi_lake_recent_events{event="closed",source="jumpit"} 4`, `tmi_lake_recent_events{event="opened",source="hn"} 0`,
		`tmi_lake_held_lists{source="jumpit"} 1`, `tmi_lake_recent_losses{source="jumpit"} 3`, `tmi_lake_complete_timestamp_seconds{source="jumpit"} 1.6e+09`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("%s is not among\n%s", want, text)
		}
	}
	if !strings.Contains(text, `tmi_disk_free_bytes{folder="cache"} `) {
		t.Errorf("the cache's disk is not among\n%s", text)
	}
	// Nothing is published, hn was never read to its end, the lake is in a bucket.
	for _, none := range []string{"published", `complete_timestamp_seconds{source="hn"}`, `folder="lake"`} {
		if strings.Contains(text, none) {
			t.Errorf("%s is among\n%s", none, text)
		}
	}
}

func TestNoFolder(t *testing.T) {
	if err := Dir("").Ran(schemas.Run{Job: "gold"}); err != nil {
		t.Error(err)
	}
	occupied := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(occupied, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Dir(occupied).Ran(schemas.Run{Job: "gold"}); !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), "metrics_dir") {
		t.Errorf("a file in the folder's place: %v", err)
	}
}
