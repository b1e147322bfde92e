package jobs

import (
	"iter"

	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// parsed is a document on its way from its record to rows: what can be found out of it
// alone, on any processor.
type parsed struct {
	capture schemas.Capture
	err     error // why there is no document
	doc     schemas.Document
	said    sources.Parsed
	unread  error // why nothing can be read of it
	rows    []judgedRow
}

type judgedRow struct {
	schemas.BronzePosting
	verdict judged
	err     error
}

const (
	batchDocuments = 64
	batchBytes     = 256 << 10
)

// landedDocument is a document, or why it cannot be opened.
type landedDocument struct {
	collect.Landed
	err error
}

// batched groups documents for the workers, few of the large ones. An error that is about
// one document goes with it, any other ends the sequence.
func batched(documents iter.Seq2[collect.Landed, error], isItsOwn func(error) bool) iter.Seq2[[]landedDocument, error] {
	return func(yield func([]landedDocument, error) bool) {
		var batch []landedDocument
		size := 0
		for document, err := range documents {
			if err != nil && !isItsOwn(err) {
				yield(nil, err)
				return
			}
			batch = append(batch, landedDocument{document, err})
			if size += len(document.Document.Body); len(batch) < batchDocuments && size < batchBytes {
				continue
			}
			if !yield(batch, nil) {
				return
			}
			batch, size = nil, 0
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
}

// read parses documents of a run and makes rows of what they say.
func (u *bronzeUnit) read(run schemas.RunManifest) func([]landedDocument) []parsed {
	return func(batch []landedDocument) []parsed {
		results := make([]parsed, len(batch))
		for i, document := range batch {
			p := &results[i]
			p.capture, p.doc, p.err = document.Capture, document.Document, document.err
			if p.err != nil || !u.window.holds(p.capture.CapturedAt) {
				continue
			}
			if p.said, p.unread = u.parser.Parse(p.doc); p.unread != nil || p.capture.IsRevisit {
				continue
			}
			p.rows = make([]judgedRow, len(p.said.Postings))
			for j := range p.said.Postings {
				row := &p.rows[j]
				row.BronzePosting = u.posting(&p.said.Postings[j], p.doc, lineageOf(run, p.capture))
				row.IsWhole = p.said.IsWhole || u.whole[refusal{row.BoardID, u.dayOf(p.capture)}]
				if p.said.IsWhole {
					row.Capture = schemas.CaptureDetail
				}
				row.verdict, row.err = judge(u.env.Contracts, schemas.BronzePostings, &row.BronzePosting)
			}
		}
		return results
	}
}
