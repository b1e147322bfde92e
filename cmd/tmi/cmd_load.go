package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/schemas"
	file "github.com/techmapit/tmi/sources/corpus"
)

func (a *app) loadCommand() *cobra.Command {
	c := &cobra.Command{Use: "load corpus FILE", Short: "Land a file of postings and refine it",
		Long: "Takes what lies in a file into the lake.\n\n" + exitCodes}
	var now string
	corpusCommand := &cobra.Command{
		Use:   "corpus FILE",
		Short: "Land a file of postings, one JSON object a line, and take it through the usual steps",
		Long: "Lands the lines of FILE as raw of the source corpus, 500 to a page, then refines, checks and publishes them as\n" +
			"`tmi run` does with boards' answers. docs/sources/corpus.md has the fields. Nothing is asked of anybody.\n" +
			"The list is the whole file: a posting that a later file lacks counts as absent. Loading the same file again\n" +
			"changes nothing but what was seen when.\n\n" + exitCodes,
		Example: "  tmi load corpus postings.jsonl",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.loadCorpus(cmd.Context(), args[0], now) },
	}
	corpusCommand.Flags().StringVar(&now, "now", "", "set the clock, for replays and tests")
	c.AddCommand(corpusCommand)
	return c
}

func (a *app) loadCorpus(ctx context.Context, path, now string) error {
	tick, err := clock(now, a.zone)
	if err != nil {
		return err
	}
	from, err := os.Open(path)
	if err != nil {
		return errs.New(errs.NotFound, "load corpus: %w", err)
	}
	defer func() { _ = from.Close() }() // it is only read
	l, e, err := a.workplace(ctx, defaultLake, tick)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := collect.Mark(ctx, l.Objects(), false); err != nil {
		return err
	}
	land := func(ctx context.Context, name string, _ int) (schemas.RunManifest, error) {
		manifest, err := collect.Run(ctx, collect.Options{Source: e.Sources[name], Store: l.Objects(), Client: file.NewClient(from, e.Clock), Clock: e.Clock,
			NewRunID: e.NewRunID, Location: a.zone, MinFreeDisk: int64(a.config.MinFreeDisk), SegmentAge: a.config.segmentAge(l.Objects().URI()), Code: version, Logger: a.logger})
		if err == nil {
			err = collect.RefuseEmptied(ctx, l.Objects(), manifest)
		}
		return manifest, err
	}
	results, err := jobs.Run(ctx, e, jobs.RunOptions{Sources: []string{file.Board.Name}, Collect: land})
	if e := a.printResults(results); err == nil {
		err = e
	}
	return err
}
