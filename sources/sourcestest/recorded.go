package sourcestest

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// RecordedDir is the folder of recorded boards, beside the repository. The test is
// skipped where the folder is not there: the recordings are not part of the repository.
func RecordedDir(t testing.TB) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", "recorded")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the recorded boards (../shared/recorded) are not on this machine")
	}
	return dir
}

// Replay serves the recorded boards until the test ends and returns the server's address;
// args are those of replay.py. The test is skipped without the recordings or Python.
func Replay(t testing.TB, args ...string) string {
	t.Helper()
	dir := RecordedDir(t)
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3, which serves the recorded boards, is not on this machine")
	}
	cmd := exec.Command(python, append([]string{filepath.Join(dir, "replay.py"), "--port", "0"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("replay.py said nothing: %v", err)
	}
	return strings.TrimSpace(line)
}

// Hosts are the boards' own host names, below which replay.py serves them.
var Hosts = map[string]string{
	"jumpit":     "jumpit-api.saramin.co.kr",
	"rallit":     "www.rallit.com",
	"greenhouse": "boards-api.greenhouse.io",
	"hn":         "hacker-news.firebaseio.com",
}
