package laketest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// nobody is the user that the server runs as where the test is root: Postgres refuses root.
const nobody = 65534

// postgresTimeout is how long the server may take to answer.
const postgresTimeout = 30 * time.Second

// StartPostgres starts a Postgres server on a free port of 127.0.0.1 for the time of the
// test and returns the address of its database. It skips where Postgres is not installed.
func StartPostgres(t testing.TB) string {
	t.Helper()
	bin := findPostgres()
	if bin == "" {
		t.Skip("no Postgres server here: install Debian's package postgresql")
	}
	dir, err := os.MkdirTemp("", "tmi-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	var user *syscall.Credential
	if os.Getuid() == 0 {
		user = &syscall.Credential{Uid: nobody, Gid: nobody}
		if err := os.Chown(dir, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "tmi", "-A", "trust", "--no-sync", "-E", "UTF8")
	initdb.SysProcAttr, initdb.Dir = &syscall.SysProcAttr{Credential: user}, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	_, port, err := net.SplitHostPort(freeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	server := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off")
	server.SysProcAttr, server.Dir, server.Stderr = &syscall.SysProcAttr{Credential: user}, dir, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGINT) // fast shutdown; it may have ended already
		<-ended
	})
	ctx, cancel := context.WithTimeout(t.Context(), postgresTimeout)
	defer cancel()
	for ctx.Err() == nil {
		ready := exec.CommandContext(ctx, filepath.Join(bin, "pg_isready"), "-h", "127.0.0.1", "-p", port)
		if ready.Run() == nil {
			return fmt.Sprintf("postgres://tmi@127.0.0.1:%s/postgres?sslmode=disable", port)
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("postgres ended: %v\n%s", err, log.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("postgres does not answer on port %s\n%s", port, log.String())
	return ""
}

// findPostgres is the folder of the server's programs: Debian keeps them off the PATH.
func findPostgres() string {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err == nil && len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	if path, err := exec.LookPath("initdb"); err == nil && !strings.Contains(path, "/shims/") {
		return filepath.Dir(path)
	}
	return ""
}
