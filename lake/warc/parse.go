package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

var versions = map[string]bool{"WARC/1.1": true, "WARC/1.0": true, "WARC/0.18": true, "WARC/0.17": true}

// errCut stands for an end of the input inside a record.
var errCut = errors.New("the input ends inside the record")

// parseRecord reads one record and the two line ends after it. At a clean end of the
// input it returns io.EOF. Errors of in itself come back unchanged in the chain.
func parseRecord(in *bufio.Reader, maxBlock int64) (*Record, error) {
	if _, err := in.Peek(1); err == io.EOF {
		return nil, io.EOF
	}
	budget := maxHeaderBytes
	version, err := readLine(in, &budget)
	if err != nil {
		return nil, fmt.Errorf("version line: %w", err)
	}
	if !versions[version] {
		return nil, fmt.Errorf("first line is %.80q, expected WARC/1.1 or an older version", version)
	}
	rec := &Record{Version: version}
	if rec.Header, err = readFields(in, &budget); err != nil {
		return nil, err
	}
	size, err := rec.checkHeader(maxBlock)
	if err != nil {
		return nil, err
	}
	if rec.Block, err = readBlock(in, size); err != nil {
		return nil, err
	}
	var end [4]byte
	if n, err := io.ReadFull(in, end[:]); string(end[:n]) != "\r\n\r\n" {
		if err != nil && !isEOF(err) {
			return nil, err
		}
		return nil, fmt.Errorf("after a block of %d bytes comes %q, expected two line ends: Content-Length is wrong or the record is cut", size, end[:n])
	}
	return rec, nil
}

// checkHeader looks for what every record must have and returns its block's size.
func (r *Record) checkHeader(maxBlock int64) (int64, error) {
	for _, name := range []string{"WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length"} {
		count := 0
		for _, f := range r.Header {
			if strings.EqualFold(f.Name, name) {
				count++
			}
		}
		if count != 1 || r.Header.Get(name) == "" {
			return 0, fmt.Errorf("%d fields %s, expected one with a value", count, name)
		}
	}
	var err error
	if r.date, err = parseDate(r.Header.Get("WARC-Date")); err != nil {
		return 0, fmt.Errorf("WARC-Date: %w", err)
	}
	size, err := parseCount(r.Header.Get("Content-Length"))
	if err != nil {
		return 0, fmt.Errorf("field Content-Length: %w", err)
	}
	if size > maxBlock {
		return 0, fmt.Errorf("block of %d bytes, expected at most %d", size, maxBlock)
	}
	return size, nil
}

// readBlock takes size bytes. Memory follows what is really there: a lying
// Content-Length costs nothing.
func readBlock(in *bufio.Reader, size int64) ([]byte, error) {
	const sure = 64 << 10
	if size <= sure {
		block := make([]byte, size)
		if n, err := io.ReadFull(in, block); err != nil {
			return nil, blockError(size, int64(n), err)
		}
		return block, nil
	}
	var b bytes.Buffer
	b.Grow(sure)
	if n, err := io.CopyN(&b, in, size); err != nil {
		return nil, blockError(size, n, err)
	}
	return b.Bytes(), nil
}

func blockError(want, got int64, err error) error {
	if isEOF(err) {
		return fmt.Errorf("block has %d bytes, expected %d: %w", got, want, errCut)
	}
	return err
}

// readFields reads named fields up to the empty line.
func readFields(in *bufio.Reader, budget *int) (Header, error) {
	var h Header
	for {
		line, err := readLine(in, budget)
		if err != nil {
			return nil, fmt.Errorf("header: %w", err)
		}
		if line == "" {
			return h, nil
		}
		if line[0] == ' ' || line[0] == '\t' {
			if len(h) == 0 {
				return nil, fmt.Errorf("header starts with the continued line %.80q", line)
			}
			h[len(h)-1].Value += " " + strings.TrimSpace(line)
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || !isToken(name) {
			return nil, fmt.Errorf("header line is %.80q, expected name: value", line)
		}
		h = append(h, Field{name, strings.TrimSpace(value)})
	}
}

// readLine reads up to CR LF, which it takes off, and counts down the budget.
func readLine(in *bufio.Reader, budget *int) (string, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if *budget -= len(part); *budget < 0 {
			return "", fmt.Errorf("more than %d bytes before the block", maxHeaderBytes)
		}
		line = append(line, part...)
		if err == nil {
			break
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if isEOF(err) {
			err = errCut
		}
		return "", err
	}
	text, ok := bytes.CutSuffix(line, []byte("\r\n"))
	if !ok {
		return "", fmt.Errorf("line %.80q does not end with CR LF", line)
	}
	return string(text), nil
}

// parseFields reads application/warc-fields, of which some programs leave out the last
// line's end.
func parseFields(block []byte) (Header, error) {
	text := strings.TrimRight(string(block), "\r\n") + "\r\n\r\n"
	budget := len(text)
	return readFields(bufio.NewReader(strings.NewReader(text)), &budget)
}

func isEOF(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// checkDigests compares the record's digests with its bytes. A payload digest may be of
// the body as it was sent or of the body without its chunks: archives do both. Revisits
// and records that hold a part of a payload cannot be checked.
func (r *Record) checkDigests() error {
	if d := r.Header.Get("WARC-Block-Digest"); d != "" {
		if err := checkDigest(d, r.Block); err != nil {
			return fmt.Errorf("block: %w", err)
		}
	}
	d := r.PayloadDigest()
	if d == "" || r.Type() == TypeRevisit || r.Header.Has("WARC-Segment-Number") {
		return nil
	}
	candidates := [][]byte{r.Block}
	if r.isHTTP() {
		_, body := splitMessage(r.Block)
		candidates[0] = body
		if m, err := parseMessage(r.Block); err == nil && isChunked(m.Header) {
			candidates = append(candidates, m.Body)
		}
	}
	if err := checkDigest(d, candidates...); err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	return nil
}
