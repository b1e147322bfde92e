// Package mototest runs moto, which speaks the protocols of AWS's services, for the time of a
// test: SQS and Glue have no other server that a test can start.
package mototest

import (
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Environ are the variables by which the AWS SDK gets to a server like this one.
func Environ() []string {
	return []string{"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true"}
}

// Start runs moto in TMI_TEST_PYTHON, or python3, and returns its address; it skips the test
// where that has none. It sets [Environ] for the test.
func Start(t testing.TB) string {
	t.Helper()
	program := os.Getenv("TMI_TEST_PYTHON")
	if program == "" {
		program = "python3"
	}
	if out, err := exec.Command(program, "-c", "import moto.server, flask_cors").CombinedOutput(); err != nil {
		t.Skipf("no Python with moto (%s: %v %s); set TMI_TEST_PYTHON to one", program, err, lastLine(out))
	}
	for _, line := range Environ() {
		name, value, _ := strings.Cut(line, "=")
		t.(interface{ Setenv(string, string) }).Setenv(name, value)
	}
	port := freePort(t)
	c := exec.Command(program, "-m", "moto.server", "-H", "127.0.0.1", "-p", port)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- c.Wait() }()
	t.Cleanup(func() { _ = c.Process.Kill(); <-exited })
	endpoint := "http://127.0.0.1:" + port
	for deadline := time.Now().Add(30 * time.Second); ; {
		if res, err := http.Get(endpoint + "/moto-api/data.json"); err == nil {
			text, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK && strings.HasPrefix(string(text), "{") {
				break
			}
		}
		select {
		case err := <-exited:
			exited <- err
			t.Fatalf("moto ended: %v", err)
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatal("moto does not answer")
		}
	}
	return endpoint
}

func lastLine(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
