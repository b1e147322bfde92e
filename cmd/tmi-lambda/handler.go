package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/jobs/metriclog"
	"github.com/techmapit/tmi/jobs/queue"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/seen"
)

const (
	segmentAge = time.Minute
	// putAway is how long before its deadline a slice stops asking.
	putAway = 30 * time.Second
	// maxSlices ends a chain that would never end by itself.
	maxSlices = 1000
)

// slice is an event: what is to be collected, and how far the slices before came.
type slice struct {
	Source   string             `json:"source"`
	Lists    []string           `json:"lists,omitempty"` // nil = all
	Limit    int                `json:"limit,omitempty"` // the newest postings; 0 = all
	Deadline time.Time          `json:"deadline,omitzero"`
	Cursor   *schemas.RunCursor `json:"cursor,omitempty"`
	Slice    int                `json:"slice,omitempty"` // how many came before
}

// result is the answer to one event.
type result struct {
	Source   string            `json:"source"`
	Run      string            `json:"run"`
	Status   string            `json:"status"`
	Slice    int               `json:"slice"`
	Requeued bool              `json:"requeued"`
	Counts   schemas.RunCounts `json:"counts"`
}

type handler struct {
	settings
	store    objects.Store
	announce *queue.Queue // nil = nobody is told
	slices   *queue.Queue // nil = nobody goes on
	seen     *seen.Memory // nil = nothing is shared
	log      *slog.Logger
}

func newHandler(ctx context.Context, environ []string, log *slog.Logger) (*handler, error) {
	s, err := readSettings(environ)
	if err != nil {
		return nil, err
	}
	h := &handler{settings: s, log: log}
	if h.store, err = objects.OpenEncrypted(ctx, s.lakeURI, s.encryption); err != nil {
		return nil, err
	}
	if s.queueURL != "" {
		if h.announce, err = queue.Open(ctx, s.queueURL); err != nil {
			return nil, fmt.Errorf("TMI_QUEUE_URL: %w", err)
		}
	}
	if s.sliceQueueURL != "" {
		if h.slices, err = queue.Open(ctx, s.sliceQueueURL); err != nil {
			return nil, fmt.Errorf("TMI_SLICE_QUEUE_URL: %w", err)
		}
	}
	if s.dedupURI != "" {
		if h.seen, err = seen.Open(s.dedupURI, s.lakeURI); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// handle takes one event, or a batch of them from SQS, whose answer names the messages to
// be delivered again: those that failed for a reason that may pass.
func (h *handler) handle(ctx context.Context, event json.RawMessage) (any, error) {
	var batch events.SQSEvent
	if err := json.Unmarshal(event, &batch); err != nil || len(batch.Records) == 0 {
		s, err := readSlice(event)
		if err != nil {
			return nil, err
		}
		return h.collect(ctx, s)
	}
	answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, message := range batch.Records {
		s, err := readSlice([]byte(message.Body))
		if err == nil {
			_, err = h.collect(ctx, s)
		}
		if err == nil {
			continue
		}
		h.log.Error("slice failed", "message_id", message.MessageId, "source", s.Source, "error", err.Error())
		if errs.Is(err, errs.Unavailable) {
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: message.MessageId})
		}
	}
	return answer, nil
}

func readSlice(text []byte) (s slice, err error) {
	lines := json.NewDecoder(bytes.NewReader(text))
	lines.DisallowUnknownFields()
	if err := lines.Decode(&s); err != nil {
		return s, errs.New(errs.Invalid, `event: %w; expected {"source":"…","lists":["…"]}`, err)
	}
	if s.Source == "" {
		return s, errs.New(errs.Invalid, `event: source is missing, expected {"source":"…","lists":["…"]}`)
	}
	return s, nil
}

// collect is collectSlice with a line of the log that CloudWatch makes metrics of. Slices that
// failed before they asked anything are told too: a batch's are no errors of the function.
func (h *handler) collect(ctx context.Context, s slice) (result, error) {
	r, m, err := h.collectSlice(ctx, s)
	h.log.LogAttrs(ctx, slog.LevelInfo, "collecting ended", metriclog.Collected(s.Source, m, err, time.Now())...)
	return r, err
}

// collectSlice runs one slice and, where it did not come to its end, sends the next. Where that
// cannot be sent the error makes the event come again, which repeats nothing.
func (h *handler) collectSlice(ctx context.Context, s slice) (r result, m schemas.RunManifest, err error) {
	deadline, hasDeadline := ctx.Deadline()
	if !s.Deadline.IsZero() && (!hasDeadline || s.Deadline.Before(deadline)) {
		deadline, hasDeadline = s.Deadline, true
	}
	runCtx := ctx
	if hasDeadline {
		if left := time.Until(deadline) - putAway; left <= 0 {
			return r, m, errs.New(errs.Unavailable, "%s: %s to the deadline, expected more than %s", s.Source, time.Until(deadline).Round(time.Millisecond), putAway)
		}
		var stop context.CancelFunc
		runCtx, stop = context.WithDeadline(ctx, deadline.Add(-putAway))
		defer stop()
	}
	o, err := h.options(s)
	if err != nil {
		return r, m, err
	}
	m, err = collect.Run(runCtx, o)
	r = result{Source: s.Source, Run: m.RunID, Status: m.Status, Slice: s.Slice, Counts: m.Counts}
	if m.Cursor != nil && errors.Is(err, context.DeadlineExceeded) {
		r, err = h.goOn(ctx, s, m, r)
		return r, m, err
	}
	if err == nil {
		err = collect.RefuseEmptied(ctx, h.store, m)
	}
	return r, m, err
}

// goOn sends the next slice's event.
func (h *handler) goOn(ctx context.Context, s slice, m schemas.RunManifest, r result) (result, error) {
	log := h.log.With("source", s.Source, "run_id", m.RunID, "slice", s.Slice)
	switch {
	case h.slices == nil:
		log.Warn("the slice ended before its lists did, and TMI_SLICE_QUEUE_URL names no queue for the next")
		return r, nil
	case m.Counts.Requests == 0:
		return r, errs.New(errs.Unavailable, "%s: the slice had no time to ask anything", s.Source)
	case s.Slice+1 >= maxSlices:
		return r, errs.New(errs.Invalid, "%s: not at its end after %d slices", s.Source, maxSlices)
	}
	s.Cursor, s.Deadline = m.Cursor, time.Time{}
	s.Slice++
	if err := h.slices.Send(ctx, s); err != nil {
		return r, err
	}
	r.Requeued = true
	log.Info("the next slice goes on", "details_left", m.Cursor.DetailsLeft)
	return r, nil
}

func (h *handler) options(s slice) (o collect.Options, err error) {
	board, settings, err := h.board(s.Source)
	if err != nil {
		return o, err
	}
	source, err := board.New(settings.Settings)
	if err != nil {
		return o, err
	}
	var hosts func(string) bool
	if board.Hosts != nil {
		hosts = func(host string) bool { return board.Hosts(settings.Settings, host) }
	}
	client, err := crawl.New(crawl.Options{BaseURL: settings.BaseURL, Hosts: hosts, Version: version, Contact: h.contact, Rate: settings.rate, Concurrency: settings.concurrency, Logger: h.log})
	if err != nil {
		return o, err
	}
	o = collect.Options{Source: source, Store: h.store, Client: client, Location: h.zone, Lists: s.Lists, Limit: s.Limit, SegmentAge: segmentAge, Code: version, Concurrency: settings.concurrency, Logger: h.log}
	if s.Cursor != nil {
		o.ListsSince = s.Cursor.ListsSince
	}
	if h.announce != nil { // a nil pointer in an interface is not nil
		o.Announcer = h.announce
	}
	if h.seen != nil {
		o.Seen = h.seen
	}
	return o, nil
}
