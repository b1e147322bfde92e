package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/api"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/sources/replica"
)

// TestServePicksUpWhatIsPublished serves a lake that is published to meanwhile. The new set
// is open within 5 s although nobody asks for anything, and whoever reads the one before
// goes on reading it.
func TestServePicksUpWhatIsPublished(t *testing.T) {
	t.Parallel()
	m := newMarket(t, replica.Config{Seed: 8, Postings: 40, Days: 2})
	m.run(t, 1).wants(t, 0)
	a := configured(t, m.environ)
	l, err := a.existingLake(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := &reader{lake: l, logger: a.logger}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.watch(ctx)
	}()
	defer func() {
		stop()
		<-done
		r.close()
		if _, err := r.Acquire(t.Context()); err == nil {
			t.Error("a set is handed out after the end")
		}
	}()
	before, err := r.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if seq := before.Published().Seq; seq != 1 {
		t.Fatalf("set %d is served first", seq)
	}
	m.run(t, 2).wants(t, 0)
	published := time.Now()
	for r.seq() == 1 {
		if time.Since(published) > 30*time.Second {
			t.Fatal("the new set is not served 30 s after it was published")
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Logf("set %d was picked up %s after the run that published it had ended", r.seq(), time.Since(published).Round(time.Millisecond))
	after, err := r.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer after.Release()
	if before.Published().Seq != 1 || after.Published().Seq <= 1 {
		t.Errorf("sets %d and %d are read", before.Published().Seq, after.Published().Seq)
	}
	for _, set := range []api.Pinned{before, after} {
		if n, err := queries.CountPostings(t.Context(), set, queries.PostingFilter{}); err != nil || n == 0 {
			t.Errorf("set %d has %d postings, %v", set.Published().Seq, n, err)
		}
	}
	before.Release()
}

// configured is the program as a command finds it.
func configured(t *testing.T, environ []string) *app {
	t.Helper()
	a := newApp(strings.NewReader(""), io.Discard, io.Discard, environ)
	a.output = "table"
	command := &cobra.Command{}
	command.SetContext(t.Context())
	if err := a.configure(command); err != nil {
		t.Fatal(err)
	}
	return a
}

// listening runs serveHTTP; end asks it to end, over gives what it returned.
func listening(t *testing.T, handler http.Handler, w waits) (addr string, end func(), over <-chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	t.Cleanup(end)
	done := make(chan error, 1)
	go func() { done <- serveHTTP(ctx, listener, handler, w, slog.New(slog.DiscardHandler)) }()
	return listener.Addr().String(), end, done
}

// slowHandler answers after it was told to, and says when a request has come.
func slowHandler() (handler http.Handler, come <-chan struct{}, finish chan<- struct{}) {
	arrived, let := make(chan struct{}, 8), make(chan struct{})
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-let
		_, _ = io.WriteString(w, "whole")
	}), arrived, let
}

// TestShutdown ends a server in the middle of an answer: the answer is whole, a new request
// is refused.
func TestShutdown(t *testing.T) {
	t.Parallel()
	handler, come, finish := slowHandler()
	addr, end, over := listening(t, handler, serverWaits)
	answered := make(chan string, 1)
	go func() {
		answer, err := http.Get("http://" + addr)
		if err != nil {
			answered <- err.Error()
			return
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		answered <- fmt.Sprint(string(body), err)
	}()
	<-come
	end()
	for {
		conn, err := net.Dial("tcp", addr)
		if errors.Is(err, syscall.ECONNREFUSED) {
			break
		}
		if err == nil {
			conn.Close() // the end was not met yet
		}
		time.Sleep(10 * time.Millisecond)
	}
	select {
	case err := <-over:
		t.Fatalf("the server ended before its request did: %v", err)
	default:
	}
	close(finish)
	if got := <-answered; got != "whole<nil>" {
		t.Errorf("the answer that was under way: %s", got)
	}
	if err := <-over; err != nil {
		t.Error(err)
	}
}

// TestShutdownDoesNotWaitForEver ends a server whose request never does.
func TestShutdownDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	handler, come, finish := slowHandler()
	defer close(finish)
	w := serverWaits
	w.shutdown = 100 * time.Millisecond
	addr, end, over := listening(t, handler, w)
	cut := make(chan error, 1)
	go func() {
		answer, err := http.Get("http://" + addr)
		if err == nil {
			answer.Body.Close()
		}
		cut <- err
	}()
	<-come
	end()
	if err := <-over; err != nil {
		t.Errorf("cutting off a request is no fault of the server: %v", err)
	}
	if err := <-cut; err == nil {
		t.Error("the request that never ended was answered")
	}
}

// TestSlowClients has clients that send a request, or read an answer, a byte at a time or
// not at all: they are cut off, and others are answered meanwhile.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 64<<20) // more than the system takes on its own
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/large" {
			_, _ = io.WriteString(w, large) // who reads too slowly is cut off
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		_, _ = io.WriteString(w, "whole")
	})
	addr, _, _ := listening(t, handler, waits{header: time.Second, request: 2 * time.Second, idle: time.Second, shutdown: time.Second})
	slow := map[string]string{
		"says nothing":           "",
		"never ends its header":  "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"never ends its body":    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nbegin",
		"never reads its answer": "GET /large HTTP/1.1\r\nHost: x\r\n\r\n",
	}
	conns := map[string]net.Conn{}
	for name, text := range slow {
		for i := range 20 {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, text); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				conns[name] = conn
			}
		}
	}
	answer, err := http.Get("http://" + addr)
	if err != nil {
		t.Fatalf("while others are slow: %v", err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("while others are slow: %s", answer.Status)
	}
	time.Sleep(2500 * time.Millisecond)
	for name, conn := range conns {
		if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, bufio.NewReader(conn))
		var late net.Error
		if errors.As(err, &late) && late.Timeout() {
			t.Errorf("a client that %s still has its connection", name)
		}
		if n >= int64(len(large)) {
			t.Errorf("a client that %s was sent all of its answer", name)
		}
	}
}
