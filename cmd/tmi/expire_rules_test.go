package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/techmapit/tmi/internal/mototest"
)

// The bucket's rules are those of the policy, and an S3 server takes them.
func TestS3LifecycleRules(t *testing.T) {
	endpoint := mototest.Start(t)
	python := os.Getenv("TMI_TEST_PYTHON")
	if python == "" {
		python = "python3"
	}
	environ := []string{"TMI_LAKE_URI=s3://lake/some/where", "TMI_RETENTION_RAW_DAYS=100", "TMI_SOURCES_RALLIT_RETENTION_RAW_DAYS=50", "TMI_SOURCES_HN_RETENTION_RAW_DAYS=0"}
	r := tmi(t, environ, "", "expire", "--print-s3-lifecycle")
	r.wants(t, 0)
	put := exec.Command(python, "testdata/put_lifecycle.py", endpoint)
	put.Stdin = strings.NewReader(r.stdout)
	var stderr strings.Builder
	put.Stderr = &stderr
	out, err := put.Output()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, stderr.String(), r.stdout)
	}
	var rules []struct {
		ID         string
		Expiration struct{ Days int }
		Filter     struct{ And struct{ Prefix string } }
	}
	if err := json.Unmarshal(out, &rules); err != nil {
		t.Fatal(err)
	}
	days := map[string]int{}
	for _, rule := range rules {
		days[rule.ID] = rule.Expiration.Days
		if name, ok := strings.CutPrefix(rule.ID, "tmi-raw-"); ok && rule.Filter.And.Prefix != "some/where/raw/source="+name+"/" {
			t.Errorf("%s is of %q", rule.ID, rule.Filter.And.Prefix)
		}
	}
	if _, forEver := days["tmi-raw-hn"]; forEver || days["tmi-raw-jumpit"] != 130 || days["tmi-raw-rallit"] != 80 {
		t.Errorf("days by rule: %v", days)
	}
	if _, ok := days["tmi-removed-is-removed"]; !ok {
		t.Errorf("no rule for old versions of objects in %v", days)
	}
	tmi(t, environ, "", "expire", "--print-s3-lifecycle", "--apply").wants(t, 2, "removes nothing")
}
