package collect

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/warc"
	"github.com/techmapit/tmi/schemas"
)

// Landed is a capture with the document that it is.
type Landed struct {
	Capture  schemas.Capture
	Document schemas.Document
}

// Open reads a capture back into the document that the board answered with. A revisit's
// status, headers and body are those of the response it refers to, and NotModified is
// set. It is errs.NotFound where the segment is gone and errs.Corrupt where its bytes are
// not the capture's.
func Open(ctx context.Context, store objects.Store, c schemas.Capture) (schemas.Document, error) {
	record, err := warc.ReadAt(ctx, store, c.RefersToObject, c.RefersToOffset, c.RefersToLength, warc.ReadOptions{})
	if err != nil {
		return schemas.Document{}, fmt.Errorf("open capture of %s: %w", c.URL, err)
	}
	return document(c, record)
}

func document(c schemas.Capture, record *warc.Record) (schemas.Document, error) {
	bad := func(err error) (schemas.Document, error) {
		return schemas.Document{}, errs.New(errs.Corrupt, "open capture of %s: %s at %d: %w", c.URL, c.RefersToObject, c.RefersToOffset, err)
	}
	if record.IsRemoved() {
		return schemas.Document{}, fmt.Errorf("open capture of %s: %w", c.URL, ErrRemoved)
	}
	if record.Type() != warc.TypeResponse {
		return bad(fmt.Errorf("a %s record, expected a response", record.Type()))
	}
	if c.Digest != "" && !record.HadDigest(c.Digest) {
		return bad(fmt.Errorf("digest %s, expected %s", record.PayloadDigest(), c.Digest))
	}
	message, err := record.HTTP()
	if err != nil {
		return bad(err)
	}
	header := http.Header{}
	for _, field := range message.Header {
		header.Add(field.Name, field.Value)
	}
	return schemas.Document{
		Source: c.Source, Kind: schemas.DocumentKind(c.Kind), List: c.List, BoardID: c.BoardID, Page: int(c.Page), URL: c.URL,
		Status: message.StatusCode(), Header: header, Body: message.Body, FetchedAt: c.CapturedAt.UTC(), NotModified: c.IsRevisit,
	}, nil
}

// wholeFrom is how many captures of one segment are worth reading the segment through
// for, instead of asking for each alone.
const wholeFrom = 8

// Documents opens many captures, segment by segment, in the order in which what they
// repeat lies in the lake. An error comes with the capture it is about, and the next
// captures follow.
func Documents(ctx context.Context, store objects.Store, captures []schemas.Capture) iter.Seq2[Landed, error] {
	order := make([]int32, len(captures)) // captures are large: a million of them is not copied to be sorted
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(i, j int32) int {
		a, b := &captures[i], &captures[j]
		return cmp.Or(cmp.Compare(a.RefersToObject, b.RefersToObject), cmp.Compare(a.RefersToOffset, b.RefersToOffset), a.CapturedAt.Compare(b.CapturedAt))
	})
	return func(yield func(Landed, error) bool) {
		for rest := order; len(rest) > 0; {
			n := 1
			for n < len(rest) && captures[rest[n]].RefersToObject == captures[rest[0]].RefersToObject {
				n++
			}
			one := rest[:n]
			rest = rest[n:]
			if n >= wholeFrom {
				var isDone bool
				if one, isDone = readThrough(ctx, store, captures, one, yield); isDone {
					return
				}
			}
			for _, i := range one {
				doc, err := Open(ctx, store, captures[i])
				if !yield(Landed{captures[i], doc}, err) {
					return
				}
			}
		}
	}
}

// readThrough reads one segment from its start and yields the captures wanted of it, which
// are sorted by offset; records between are not unpacked. It returns those it did not come to,
// for whatever reason: asking for each alone says what is wrong with it.
func readThrough(ctx context.Context, store objects.Store, captures []schemas.Capture, wanted []int32, yield func(Landed, error) bool) (rest []int32, isDone bool) {
	name := captures[wanted[0]].RefersToObject
	body, _, err := store.Get(ctx, name)
	if err != nil {
		return wanted, false
	}
	defer func() { _ = body.Close() }()
	reader := warc.NewReader(name, body, warc.ReadOptions{})
	for len(wanted) > 0 && ctx.Err() == nil {
		record, err := reader.At(captures[wanted[0]].RefersToOffset)
		if err != nil {
			return wanted, false
		}
		for len(wanted) > 0 && captures[wanted[0]].RefersToOffset == record.Offset {
			c := captures[wanted[0]]
			wanted = wanted[1:]
			doc, err := document(c, record)
			if !yield(Landed{c, doc}, err) {
				return nil, true
			}
		}
	}
	return wanted, false
}
