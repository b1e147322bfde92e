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
	m := schemas.RunManifest{Source: "jumpit", Status: schemas.StatusPartial, EndedAt: time.Unix(1_700_000_000, 0), Lists: []schemas.ListRead{{IsComplete: true}, {}},
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
		`tmi_collect_exit_code{source="jumpit"} 5`, `tmi_collect_incomplete_lists{source="jumpit"} 1`, `tmi_collect_dollars{source="jumpit"} 0.5`,
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
