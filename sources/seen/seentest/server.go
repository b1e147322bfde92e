// Package seentest runs a Redis server for tests.
package seentest

import (
	"bufio"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Server is a Redis that nobody else uses.
type Server struct {
	URI string
	// Kill ends it at once, with all that it knew.
	Kill func()
}

// Start runs Debian's redis-server behind a Unix socket, and skips the test where there is
// none.
func Start(t testing.TB) Server {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("no redis-server here (Debian's package redis-server brings it)")
	}
	socket := t.TempDir() + "/redis.sock"
	c := exec.Command(program, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	isDead := false
	kill := func() {
		if !isDead {
			isDead = true
			_ = c.Process.Kill()
			_ = c.Wait()
		}
	}
	t.Cleanup(kill)
	ready := make(chan bool, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if strings.Contains(lines.Text(), "ready to accept connections") {
				ready <- true
				break
			}
		}
		_, _ = io.Copy(io.Discard, out) // lest it waits for a reader
	}()
	select {
	case <-ready:
	case <-time.After(20 * time.Second):
		t.Fatal("redis-server does not start")
	}
	return Server{URI: "unix://" + socket, Kill: kill}
}
