package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/techmapit/tmi/api"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/report"
	"github.com/techmapit/tmi/lake"
)

// waits are how long the server waits for a client, and for requests when it ends.
type waits struct{ header, request, idle, shutdown time.Duration }

var serverWaits = waits{header: 10 * time.Second, request: 60 * time.Second, idle: 2 * time.Minute, shutdown: 10 * time.Second}

const maxHeaderBytes = 64 << 10

// serve answers over the lake until the context ends, then lets requests finish.
func (a *app) serve(ctx context.Context, l *lake.Lake, addr string, ready func(url string)) error {
	demo, err := isDemo(ctx, l.Objects())
	if err != nil {
		return err
	}
	e, err := a.env(l, func() time.Time { return time.Now().UTC() })
	if err != nil {
		return err
	}
	r := &reader{lake: l, logger: a.logger}
	for _, name := range a.config.boardNames() {
		if a.publishPolicy(name) == api.PublishFacts {
			r.unread = append(r.unread, name)
		}
	}
	defer r.close()
	traffic := &api.Traffic{}
	sql, closeDoor, err := a.openDoor(l, traffic.IsBusy)
	if err != nil {
		return err
	}
	defer closeDoor()
	limits, err := a.config.serving()
	if err != nil {
		return err
	}
	sql.RatePerSecond = limits.sqlRate
	dictionary := e.Extractor.Dictionary()
	handler, err := api.New(api.Options{Reader: r, Dictionary: dictionary, Techs: dictionary.Entries, Sources: a.config.boardNames(), IsDemo: demo,
		PublishPolicy: a.publishPolicy, Location: a.zone, Logger: a.logger, Version: version, SQL: sql,
		RolesOf: e.Extractor.RolesOf, RatePerSecond: limits.rate, Origins: limits.origins, Proxies: limits.proxies, Contact: a.config.Contact, Analyzer: e.Extractor, Reports: report.Shelf{Objects: l.Objects()}, Machine: a.machine(l), Traffic: traffic})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return errs.New(errs.Unavailable, "listen on %s: %w", addr, err)
	}
	watching, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() { r.watch(watching) })
	defer watch.Wait() // before the reader is closed
	defer stop()
	ready(fmt.Sprintf("http://%s/", listener.Addr()))
	return serveHTTP(ctx, listener, handler, serverWaits, a.logger)
}

// serveHTTP answers until the context ends. Then it takes no more requests and lets those
// that it has finish, as long as it waits for a shutdown.
func serveHTTP(ctx context.Context, listener net.Listener, handler http.Handler, w waits, logger *slog.Logger) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: w.header, ReadTimeout: w.request, WriteTimeout: w.request,
		IdleTimeout: w.idle, MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelDebug)}
	serving, failed := context.WithCancel(ctx)
	defer failed()
	stopped := make(chan error, 1)
	go func() {
		<-serving.Done()
		timeout, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.shutdown)
		defer cancel()
		err := server.Shutdown(timeout)
		if errors.Is(err, context.DeadlineExceeded) {
			logger.Warn("requests were cut off: they took longer than the server waits when it ends", "dur", w.shutdown)
			err = server.Close()
		}
		stopped <- err
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return errs.New(errs.Unavailable, "serve on %s: %w", listener.Addr(), err)
	}
	return <-stopped
}
