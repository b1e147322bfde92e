package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/techmapit/tmi/sources/replica"
)

// TestReplicaFarm asks one of the farm's boards by the printed address and reads its log.
func TestReplicaFarm(t *testing.T) {
	if farm, err := replica.NewFarm(replica.FarmOptions{Hosts: 2}); err != nil {
		t.Skipf("no farm here: %v", err)
	} else if err := farm.Close(); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "farm.jsonl")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	reader, stdout := io.Pipe()
	var stderr bytes.Buffer
	done := make(chan int, 1)
	go func() {
		code := newApp(strings.NewReader(""), stdout, &stderr, nil).run(ctx, []string{"replica", "--farm", "--farm-hosts", "3", "--farm-log", log})
		_ = stdout.Close()
		done <- code
	}()
	printed, address := bufio.NewScanner(reader), ""
	for address == "" && printed.Scan() {
		_, after, _ := strings.Cut(printed.Text(), "farm000=")
		address, _, _ = strings.Cut(after, ",")
	}
	res, err := http.Get(address)
	if err != nil {
		t.Fatalf("ask %q: %v", address, err)
	}
	_ = res.Body.Close()
	stop()
	if code := <-done; code != 0 {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var entry replica.FarmEntry
	if err := json.Unmarshal(bytes.TrimSpace(text), &entry); err != nil || entry.Path != "/sitemap.xml" || entry.Status != 200 || !strings.Contains(address, entry.Host) {
		t.Errorf("the log says %s (%v)", text, err)
	}
	tmi(t, nil, "", "replica", "--farm", "--addr", "here").wants(t, 2, "expected an address with a port")
	tmi(t, nil, "", "replica", "--farm", "--farm-log", filepath.Join(t.TempDir(), "no", "where")).wants(t, 2, "--farm-log")
	tmi(t, nil, "", "replica", "--farm", "--farm-hosts", "-1").wants(t, 2, "expected up to 60000")
}
