package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var built struct {
	sync.Once
	path string
	err  error
}

// binary is the program as its users run it: that of TMI_TEST_BINARY, or built once.
func binary(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("TMI_TEST_BINARY"); path != "" {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	built.Do(func() {
		dir, err := os.MkdirTemp("", "tmi-test-")
		if err != nil {
			built.err = err
			return
		}
		built.path = filepath.Join(dir, "tmi")
		if text, err := exec.Command("go", "build", "-o", built.path, ".").CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w: %s", err, text)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.path != "" {
		_ = os.RemoveAll(filepath.Dir(built.path)) // a leftover is the system's to remove
	}
	os.Exit(code)
}

// child is a command of the binary with nothing of our environment but what it needs.
func child(t testing.TB, environ []string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	c := exec.CommandContext(t.Context(), binary(t), args...)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir()}, environ...)
	c.Dir = t.TempDir()
	var output bytes.Buffer
	c.Stdout, c.Stderr = &output, &output
	return c, &output
}

const demoContent = `select md5(string_agg(line, '|' order by line)) from (
	select concat_ws(' ', posting_id, content_hash, (valid_from at time zone 'Asia/Seoul')::date) as line from silver.postings
	union all select concat_ws(' ', date, tech_id, role, source, open_count, opened_count, closed_count) from gold.tech_daily)`

// A demo that is killed again and again, with no chance to tidy, is in the end the demo that
// was never disturbed; and no half of it is ever published.
func TestDemoKilled(t *testing.T) {
	if !isSlow() {
		t.Skip("TMI_TEST_SLOW=1 runs it: a minute")
	}
	args := []string{"demo", "--postings", "200", "--days", "4", "--no-serve", "--now", "2026-05-09"}
	_, environ := newLake(t)
	began := time.Now()
	calm, output := child(t, environ, args...)
	if err := calm.Run(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	took := time.Since(began)
	want := tmi(t, environ, "", "sql", "--format", "csv", demoContent)
	want.wants(t, 0)

	root, environ := newLake(t)
	killed := 0
	for i := 1; i < 12; i++ {
		c, output := child(t, environ, args...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(took*time.Duration(i)/12, func() { _ = c.Process.Kill() }) // it may have ended
		err := c.Wait()
		timer.Stop()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled() {
			killed++
		} else if err != nil {
			t.Fatalf("%v: %s", err, output)
		}
		if sets, err := filepath.Glob(filepath.Join(root, "published", "*.json")); err != nil || len(sets) > 1 {
			t.Fatalf("published sets %v (%v), want one at most", sets, err)
		}
	}
	last, output := child(t, environ, args...)
	if err := last.Run(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	got := tmi(t, environ, "", "sql", "--format", "csv", demoContent)
	if got.code != 0 || got.stdout != want.stdout {
		t.Errorf("after %d kills: %s%s, undisturbed %s", killed, got.stdout, got.stderr, want.stdout)
	}
	t.Logf("killed %d times; an undisturbed demo takes %s", killed, took.Round(time.Millisecond))
}

// memoryGroup makes a cgroup whose processes may have that many bytes; "" where this
// process may not.
func memoryGroup(t *testing.T, limit int64) (procs string) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		number, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, path, _ := strings.Cut(rest, ":")
		var group, file string
		switch {
		case controllers == "memory":
			group, file = filepath.Join("/sys/fs/cgroup/memory", path, "tmi-test"), "memory.limit_in_bytes"
		case number == "0":
			group, file = filepath.Join("/sys/fs/cgroup", path, "tmi-test"), "memory.max"
		default:
			continue
		}
		if os.Mkdir(group, 0o755) != nil {
			continue
		}
		t.Cleanup(func() {
			if err := os.Remove(group); err != nil {
				t.Error(err)
			}
		})
		if os.WriteFile(filepath.Join(group, file), fmt.Append(nil, limit), 0o644) == nil {
			return filepath.Join(group, "cgroup.procs")
		}
	}
	return ""
}

// Twenty thousand postings fit in two gibibytes.
func TestDemoInTwoGibibytes(t *testing.T) {
	if !isSlow() {
		t.Skip("TMI_TEST_SLOW=1 runs it: a minute or two")
	}
	const limit = 2 << 30
	_, environ := newLake(t)
	args := []string{"demo", "--postings", "20000", "--days", "5", "--no-serve"}
	procs := memoryGroup(t, limit)
	if procs == "" {
		t.Log("no cgroup may be made here: the limit is told by TMI_MEMORY alone")
		environ = append(environ, "TMI_MEMORY=2GiB")
	}
	c, output := child(t, environ, args...)
	if procs != "" { // the shell enters the group and becomes the program
		c.Args = append([]string{"sh", "-c", `echo $$ > "$0" && exec "$@"`, procs, c.Path}, args...)
		var err error
		if c.Path, err = exec.LookPath("sh"); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	if err := c.Run(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	peak := c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	load, _ := os.ReadFile("/proc/loadavg") // only to print
	t.Logf("peak %d MiB in %s, in a cgroup: %t; load %s", peak>>20, time.Since(began).Round(time.Second), procs != "", strings.TrimSpace(string(load)))
	if peak >= limit {
		t.Errorf("peak %d MiB, want less than %d", peak>>20, limit>>20)
	}
}
