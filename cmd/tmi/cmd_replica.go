package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/sources/replica"
)

func (a *app) replicaCommand() *cobra.Command {
	var p demoParameters
	var addr, now, start, truth, farmLog string
	var farmHosts int
	var isFarm bool
	c := &cobra.Command{
		Use:   "replica",
		Short: "Serve the demo's job boards alone, for tests of collectors and schedulers",
		Long: "Plays Jumpit, Rallit, Greenhouse and Hacker News in their real shapes from a seed, and prints the\n" +
			"TMI_SOURCES_… variables that point a collector at them. The clock runs on from --now, which is the\n" +
			"last simulated day unless --start says which is the first.\n\n" +
			"With --farm it plays a hundred small boards instead, each on an address of its own from 127.1.0.1 on (Linux),\n" +
			"which are nuisances in every way that a crawler meets: docs/manners.md. --farm-log keeps what each was asked.\n\n" + exitCodes,
		Example: "  tmi replica --addr 127.0.0.1:9900 --postings 500\n  tmi replica --farm --farm-log farm.jsonl",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if isFarm {
				return a.serveFarm(cmd.Context(), addr, farmLog, farmHosts)
			}
			wall, err := clock(now, a.zone)
			if err != nil {
				return err
			}
			p.Start = jobs.DayStart(wall(), a.zone).AddDate(0, 0, 1-p.Days)
			if start != "" {
				if p.Start, err = parseTime(start, a.zone); err != nil {
					return fmt.Errorf("--start: %w", err)
				}
			}
			world, err := p.world()
			if err != nil {
				return err
			}
			if truth != "" {
				if err := world.WriteTruth(truth); err != nil {
					return err
				}
			}
			return a.serveReplica(cmd.Context(), world, wall, addr)
		},
	}
	p.addFlags(c)
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:0", "where to listen")
	c.Flags().StringVar(&now, "now", "", "set the clock")
	c.Flags().StringVar(&start, "start", "", "the first simulated day, for a clock that is set to one day after the other (default: the clock's day is the last)")
	c.Flags().StringVar(&truth, "truth", "", "folder to write the truth to: what opened, changed and closed when, and whose duplicate it is")
	c.Flags().BoolVar(&isFarm, "farm", false, "play the hostile farm instead")
	c.Flags().IntVar(&farmHosts, "farm-hosts", replica.DefaultFarmHosts, "how many boards the farm has")
	c.Flags().StringVar(&farmLog, "farm-log", "", "file for the farm's own log: a JSON line per request")
	return c
}

func (a *app) serveReplica(ctx context.Context, world *replica.World, now func() time.Time, addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return errs.New(errs.Unavailable, "listen on %s: %w", addr, err)
	}
	server := &http.Server{Handler: world.Handler(now), ReadHeaderTimeout: serverWaits.header}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		stopped <- server.Close()
	}()
	base, played := "http://"+listener.Addr().String(), replica.Hosts()
	for _, board := range a.config.boards {
		prefix := "TMI_SOURCES_" + strings.ToUpper(board.Name)
		if host, isPlayed := played[board.Name]; isPlayed {
			fmt.Fprintf(a.stdout, "%s_BASE_URL=%s/%s\n%s_RATE=%g\n", prefix, base, host, prefix, demoRate)
		} else if isOn, _ := a.state(board); isOn {
			// Whoever takes these settings over means to ask no real board.
			fmt.Fprintf(a.stdout, "%s_ENABLED=false\n", prefix)
		}
	}
	fmt.Fprintf(a.stdout, "TMI_SOURCES_GREENHOUSE_BOARDS=%s\n", strings.Join(world.Boards(), ","))
	fmt.Fprintf(a.stdout, "TMI_SOURCES_HN_THREADS=%s\n", strings.Join(world.Threads(now()), ","))
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return errs.New(errs.Unavailable, "serve on %s: %w", addr, err)
	}
	return <-stopped
}
