package extract

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"unicode/utf8"
)

// streamBatch is how many lines are worked on at a time.
const streamBatch = 512

// streamBytes ends a batch early, so that long lines do not fill the memory.
const streamBytes = 8 << 20

// Stream reads one posting a line as JSON ({"id","title","company","sections",
// "board_tags"}; id is a string or a number) and writes one line for each, in
// order: {"id","techs"}, or {"id"|"line","error"} when the line is broken. Blank
// lines are passed over. A line may be as long as memory allows. lines counts
// the lines answered, bad those of them answered with an error; err is a failure
// to read or write, after which what was answered stands.
func (x *Extractor) Stream(in io.Reader, out io.Writer) (lines, bad int, err error) {
	r := bufio.NewReaderSize(in, 1<<16)
	w := bufio.NewWriterSize(out, 1<<16)
	workers := runtime.GOMAXPROCS(0)
	batch := make([]streamLine, 0, streamBatch)
	number := 0
	for end := false; !end; {
		batch = batch[:0]
		size := 0
		for len(batch) < streamBatch && size < streamBytes {
			raw, readErr := r.ReadBytes('\n')
			if len(raw) > 0 {
				number++
				size += len(raw)
				if raw = bytes.TrimSpace(raw); len(raw) > 0 {
					batch = append(batch, streamLine{number: number, in: raw})
				}
			}
			if readErr != nil {
				end = true
				if !errors.Is(readErr, io.EOF) {
					err = fmt.Errorf("read postings at line %d: %w", number+1, readErr)
				}
				break
			}
		}
		var wg sync.WaitGroup
		for k := range workers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := k; i < len(batch); i += workers {
					x.answer(&batch[i])
				}
			}()
		}
		wg.Wait()
		for i := range batch {
			lines++
			if batch[i].bad {
				bad++
			}
			if _, writeErr := w.Write(batch[i].out); writeErr != nil {
				return lines, bad, errors.Join(err, fmt.Errorf("write line %d: %w", batch[i].number, writeErr))
			}
		}
		if flushErr := w.Flush(); flushErr != nil {
			return lines, bad, errors.Join(err, fmt.Errorf("write line %d: %w", number, flushErr))
		}
	}
	return lines, bad, err
}

type streamLine struct {
	number int
	in     []byte
	out    []byte
	bad    bool
}

type streamPosting struct {
	ID        json.RawMessage `json:"id"`
	Title     string          `json:"title"`
	Company   string          `json:"company"`
	Sections  []Section       `json:"sections"`
	BoardTags []string        `json:"board_tags"`
}

type streamAnswer struct {
	ID    json.RawMessage `json:"id"`
	Techs []streamTech    `json:"techs"`
}

type streamTech struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Need     string    `json:"need"`
	Method   string    `json:"method"`
	Mentions []Mention `json:"mentions"`
}

type streamError struct {
	ID    json.RawMessage `json:"id,omitempty"`
	Line  int             `json:"line,omitempty"`
	Error string          `json:"error"`
}

// answer fills l.out.
func (x *Extractor) answer(l *streamLine) {
	var p streamPosting
	if err := p.read(l.in); err != nil {
		e := streamError{Error: err.Error()}
		if id := idOf(l.in, p.ID); id != nil {
			e.ID = id
		} else {
			e.Line = l.number
		}
		l.bad = true
		l.out = encodeLine(e)
		return
	}
	techs := x.Techs(Posting{Title: p.Title, Company: p.Company, Sections: p.Sections, BoardTags: p.BoardTags})
	a := streamAnswer{ID: p.ID, Techs: make([]streamTech, len(techs))}
	for i, t := range techs {
		a.Techs[i] = streamTech{ID: t.ID, Name: t.Name, Need: t.Need, Method: t.Method, Mentions: t.Mentions}
	}
	l.out = encodeLine(a)
}

func (p *streamPosting) read(line []byte) error {
	if !utf8.Valid(line) {
		// Offsets into a text that a decoder had to mend would point nowhere.
		return errors.New("line is not UTF-8")
	}
	if err := json.Unmarshal(line, p); err != nil {
		var typeErr *json.UnmarshalTypeError
		if errors.As(err, &typeErr) {
			field := typeErr.Field
			if field == "" {
				return fmt.Errorf("line is a JSON %s, expected an object", typeErr.Value)
			}
			return fmt.Errorf("field %s is a JSON %s, expected %s", field, typeErr.Value, typeErr.Type)
		}
		return fmt.Errorf("line is not JSON: %w", err)
	}
	if !validID(p.ID) {
		return errors.New("field id is missing, expected a string or a number")
	}
	return nil
}

// validID accepts a JSON string or number.
func validID(id json.RawMessage) bool {
	return len(id) > 0 && (id[0] == '"' && len(id) > 2 || isDigit(id[0]) || id[0] == '-')
}

// idOf returns the id of a broken line when it can still be read.
func idOf(line []byte, id json.RawMessage) json.RawMessage {
	if !validID(id) {
		var only struct {
			ID json.RawMessage `json:"id"`
		}
		if json.Unmarshal(line, &only) != nil {
			return nil
		}
		id = only.ID
	}
	if !validID(id) || !utf8.Valid(id) {
		return nil
	}
	return id
}

// encodeLine writes v as one line; the types above cannot fail to encode.
func encodeLine(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return b.Bytes()
}
