package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

type whyVersion struct {
	ValidFrom   time.Time `json:"valid_from" db:"valid_from"`
	ContentHash string    `json:"content_hash" db:"content_hash"`
	Title       string    `json:"title" db:"title"`
	Source      string    `json:"source" db:"source"`
	RunID       string    `json:"run_id" db:"run_id"`
	Capture     string    `json:"capture" db:"capture"`
	RawObject   string    `json:"raw_object" db:"raw_object"`
	RawOffset   int64     `json:"raw_offset" db:"raw_offset"`
	RawLength   int64     `json:"raw_length" db:"raw_length"`
}

type whyTech struct {
	Tech      string `json:"tech" db:"tech"`
	Need      string `json:"need" db:"need"`
	Method    string `json:"method" db:"method"`
	Section   string `json:"section" db:"section"`
	StartByte *int32 `json:"start_byte" db:"start_byte"`
	EndByte   *int32 `json:"end_byte" db:"end_byte"`
	Surface   string `json:"surface" db:"surface"`
}

type whyEvent struct {
	EventAt  time.Time `json:"event_at" db:"event_at"`
	Event    string    `json:"event" db:"event"`
	Reason   string    `json:"reason" db:"reason"`
	Evidence string    `json:"evidence" db:"evidence"`
}

type whySighting struct {
	List    string    `json:"list" db:"list"`
	Seen    string    `json:"seen" db:"seen"`
	Count   int64     `json:"count" db:"sighting_count"`
	FirstAt time.Time `json:"first_at" db:"first_at"`
	LastAt  time.Time `json:"last_at" db:"last_at"`
}

type why struct {
	PostingID string        `json:"posting_id"`
	Versions  []whyVersion  `json:"versions"`
	Techs     []whyTech     `json:"techs"`
	Events    []whyEvent    `json:"events"`
	Sightings []whySighting `json:"sightings"`
}

func (a *app) whyCommand() *cobra.Command {
	var raw bool
	c := &cobra.Command{
		Use:     "why POSTING_ID",
		Short:   "One posting from gold back to the WARC bytes",
		Long:    "Shows a posting's content versions and where each lies in raw, the technologies and what proves\nthem, events, and the lists that named it. --raw prints the board's own bytes of the newest version.\n\n" + exitCodes,
		Example: "  tmi why 0123456789abcdef0123456789abcdef\n  tmi why 0123456789abcdef0123456789abcdef --raw",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			l, err := a.existingLake(ctx)
			if err != nil {
				return err
			}
			defer l.Close()
			heads, err := l.Heads(ctx)
			if err != nil {
				return err
			}
			session, err := l.Session(ctx, heads)
			if err != nil {
				return err
			}
			defer session.Close()
			w, id := why{PostingID: args[0]}, one("posting_id", args[0])
			if w.Versions, err = queries.All[whyVersion](ctx, session, "ops/why_versions", id...); err != nil {
				return err
			}
			if len(w.Versions) == 0 {
				return errs.New(errs.NotFound, "there is no posting %q", args[0])
			}
			if raw {
				last := w.Versions[len(w.Versions)-1]
				document, err := collect.Open(ctx, l.Objects(), schemas.Capture{RefersToObject: last.RawObject, RefersToOffset: last.RawOffset, RefersToLength: last.RawLength})
				if err != nil {
					return err
				}
				_, err = io.WriteString(a.stdout, string(document.Body)+"\n")
				return err
			}
			if w.Techs, err = queries.All[whyTech](ctx, session, "ops/why_techs", id...); err != nil {
				return err
			}
			if w.Events, err = queries.All[whyEvent](ctx, session, "ops/why_events", id...); err != nil {
				return err
			}
			if w.Sightings, err = queries.All[whySighting](ctx, session, "ops/why_sightings", id...); err != nil {
				return err
			}
			return a.printWhy(w)
		},
	}
	c.Flags().BoolVar(&raw, "raw", false, "print the board's bytes of the newest version")
	return c
}

func (a *app) printWhy(w why) error {
	if a.output == "json" {
		return a.printJSON(w)
	}
	when := func(at time.Time) string { return at.In(a.zone).Format("2006-01-02 15:04:05") }
	section := func(title string, header []string, cells [][]string) error {
		fmt.Fprintf(a.stdout, "\n%s\n", title)
		return writeTable(a.stdout, header, cells)
	}
	last := w.Versions[len(w.Versions)-1]
	fmt.Fprintf(a.stdout, "%s  %s (%s)\n", w.PostingID, last.Title, last.Source)
	var versions, techs, events, sightings [][]string
	for _, v := range w.Versions {
		versions = append(versions, []string{when(v.ValidFrom), v.Capture, v.ContentHash, fmt.Sprintf("%s@%d+%d", v.RawObject, v.RawOffset, v.RawLength)})
	}
	for _, t := range w.Techs {
		at := ""
		if t.StartByte != nil && t.EndByte != nil {
			at = fmt.Sprintf("%s %d-%d", t.Section, *t.StartByte, *t.EndByte)
		}
		techs = append(techs, []string{t.Tech, t.Need, t.Method, at, t.Surface})
	}
	for _, e := range w.Events {
		events = append(events, []string{when(e.EventAt), e.Event, e.Reason, e.Evidence})
	}
	for _, s := range w.Sightings {
		sightings = append(sightings, []string{s.List, s.Seen, fmt.Sprint(s.Count), when(s.FirstAt), when(s.LastAt)})
	}
	if err := section("Versions", []string{"valid from", "capture", "content", "raw"}, versions); err != nil {
		return err
	}
	if err := section("Technologies", []string{"technology", "need", "method", "where", "words"}, techs); err != nil {
		return err
	}
	if err := section("Events", []string{"at", "event", "reason", "evidence"}, events); err != nil {
		return err
	}
	return section("Seen in", []string{"list", "as", "times", "first", "last"}, sightings)
}
