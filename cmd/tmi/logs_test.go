package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestLogs(t *testing.T) {
	root, environ := newLake(t)
	tmi(t, environ, "", "logs").wants(t, 4, "no log is kept")
	tmi(t, environ, "", "demo", "--days", "2", "--postings", "40", "--no-serve", "--now", "2026-05-06").wants(t, 0)

	tmi(t, environ, "", "logs").wants(t, 0, "run landed", "job done", "job=gold", "published", "run_id=")
	tmi(t, environ, "", "logs", "--from", "2026-05-01", "--level", "info", "--grep", "job=nosuch").wants(t, 0)
	tmi(t, environ, "", "logs", "--level", "loud").wants(t, 2, "--level", "loud")
	tmi(t, environ, "", "logs", "--grep", "(").wants(t, 2, "--grep")
	tmi(t, environ, "", "logs", "--run", "20260504T000000Z-00000000").wants(t, 4, "20260504T000000Z-00000000")
	tmi(t, environ, "", "logs", "--run", "x", "--from", "2026-05-01").wants(t, 2, "--from")

	manifests, err := filepath.Glob(filepath.Join(root, "raw/source=jumpit/date=*/run=*/run.json"))
	if err != nil || len(manifests) != 2 {
		t.Fatalf("manifests: %v, %v", manifests, err)
	}
	collected := strings.TrimPrefix(filepath.Base(filepath.Dir(manifests[0])), "run=")
	r := tmi(t, environ, "", "logs", "--run", collected)
	r.wants(t, 0, "list read", "run landed", "source=jumpit")
	if strings.Contains(r.stdout, "rallit") || strings.Contains(r.stdout, "job done") {
		t.Errorf("the log of one run:\n%s", r.stdout)
	}
	r = tmi(t, environ, "", "history", "--run", collected)
	r.wants(t, 0, collected, "collect jumpit", "done, exit code 0", "whole", "refined by", "bronze", "silver", "lifecycle", "gold", "publish", "run landed")

	refined := regexp.MustCompile(`silver +(\S+) +done`).FindStringSubmatch(r.stdout)
	if refined == nil {
		t.Fatalf("no run of silver in\n%s", r.stdout)
	}
	tmi(t, environ, "", "history", "--run", refined[1]).wants(t, 0, refined[1], "silver jumpit", "job done")
	var whole struct {
		Job    string
		RowsIn int64 `json:"rows_in"`
		Log    []struct {
			Msg   string
			RunID string `json:"run_id"`
		}
	}
	r = tmi(t, environ, "", "history", "--output", "json", "--run", refined[1])
	if err := json.Unmarshal([]byte(r.stdout), &whole); err != nil || whole.Job != "silver" || whole.RowsIn == 0 || len(whole.Log) == 0 || whole.Log[0].RunID != refined[1] {
		t.Errorf("%v\n%s", err, r.stdout)
	}
	tmi(t, environ, "", "history", "--run", "20260504T000000Z-00000000").wants(t, 4, "20260504T000000Z-00000000", "ops.runs")

	// A run that bronze has not read, and one that was cut off.
	fresh := filepath.Join(root, "raw/source=rallit/date=2026-05-07/run=20260507T000000Z-0000000")
	for name, text := range map[string]string{
		"1/run.json":  `{"version":1,"run":"20260507T000000Z-00000001","source":"rallit","status":"partial","error":"cut","lists":[{"list":"all","posting_count":3}]}`,
		"2/open.json": `{"version":1,"run":"20260507T000000Z-00000002"}`,
	} {
		if err := os.MkdirAll(filepath.Dir(fresh+name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(fresh+name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tmi(t, environ, "", "history", "--run", "20260507T000000Z-00000001").wants(t, 0, "collect rallit", "partial", "cut", "in part", "no log of it is kept")
	tmi(t, environ, "", "history", "--run", "20260507T000000Z-00000002").wants(t, 0, "collect rallit", "open")
}
