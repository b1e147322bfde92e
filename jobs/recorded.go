package jobs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/eval"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
)

// FoundInRecorded reads a folder of boards' answers as they were received, with the parsers
// and the extractor as they are now:
//
//	greenhouse/TOKEN.json   a board's list with its contents
//	jumpit/*.jsonl          the result of a detail answer a line
//	hn/*.jsonl              an item a line
//
// Parts that are not there are skipped; errs.NotFound where the folder has none of them.
// What is found is named source:board_id.
func FoundInRecorded(dir string, from map[string]sources.Source, boards map[string]sources.Board, x *extract.Extractor) (map[string]eval.Found, error) {
	r := recordedAnswers{dir: dir, sources: from, boards: boards, extractor: x, found: map[string]eval.Found{}}
	read := 0
	for _, layout := range []struct {
		source, files string
		documents     func(path string, text []byte) []schemas.Document
	}{
		{"greenhouse", "*.json", oneList}, {"jumpit", "*.jsonl", detailLines}, {"hn", "*.jsonl", itemLines},
	} {
		paths, err := filepath.Glob(filepath.Join(dir, layout.source, layout.files))
		if err != nil {
			return nil, errs.New(errs.Invalid, "recorded %s: %w", dir, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", path, err)
			}
			read++
			for _, doc := range layout.documents(path, text) {
				doc.Source, doc.Status = layout.source, http.StatusOK
				r.add(doc)
			}
		}
	}
	if read == 0 {
		return nil, errs.Wrap(errs.NotFound, errors.Join(fmt.Errorf("recorded %s: no board's answers in it", dir), fs.ErrNotExist))
	}
	return r.found, nil
}

type recordedAnswers struct {
	dir       string
	sources   map[string]sources.Source
	boards    map[string]sources.Board
	extractor *extract.Extractor
	found     map[string]eval.Found
}

// add reads one document; what is no posting, or cannot be read, has nothing to measure.
func (r *recordedAnswers) add(doc schemas.Document) {
	source := r.sources[doc.Source]
	if source == nil {
		return
	}
	parsed, err := source.Parse(doc)
	if err != nil || parsed.Ignored != "" {
		return
	}
	for i := range parsed.Postings {
		p := schemas.BronzePosting{PostingID: schemas.PostingID(doc.Source, parsed.Postings[i].BoardID), Source: doc.Source, CapturedAt: time.Unix(0, 0).UTC(),
			ContentHash: schemas.ContentHash(&parsed.Postings[i]), Capture: schemas.CaptureDetail, IsWhole: true, BoardPosting: parsed.Postings[i]}
		id := doc.Source + ":" + p.BoardID
		if _, has := r.found[id]; has {
			continue
		}
		posting, techs := Normalise(r.extractor, r.boards[doc.Source], &p)
		r.found[id] = eval.Found{Posting: posting, Techs: techs, HasFacts: true}
	}
}

func oneList(path string, text []byte) []schemas.Document {
	token := strings.TrimSuffix(filepath.Base(path), ".json")
	return []schemas.Document{{Kind: schemas.KindList, List: token, Page: 1, Body: text}}
}

func detailLines(_ string, text []byte) (all []schemas.Document) {
	for line := range bytes.Lines(text) {
		all = append(all, schemas.Document{Kind: schemas.KindDetail, Body: []byte(`{"result":` + string(line) + `}`)})
	}
	return all
}

func itemLines(_ string, text []byte) (all []schemas.Document) {
	for line := range bytes.Lines(text) {
		var item struct {
			ID     json.RawMessage `json:"id"`
			Parent json.RawMessage `json:"parent"`
		}
		if json.Unmarshal(line, &item) != nil || item.Parent == nil {
			continue // the story itself
		}
		all = append(all, schemas.Document{Kind: schemas.KindDetail, List: strings.Trim(string(item.Parent), `"`), BoardID: strings.Trim(string(item.ID), `"`), Body: line})
	}
	return all
}
