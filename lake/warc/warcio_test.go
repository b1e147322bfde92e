package warc_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/warc"
)

// python is an interpreter that has warcio, the independent reader that must understand
// what we write: TMI_TEST_PYTHON, or python3.
func python(t *testing.T) string {
	t.Helper()
	program := os.Getenv("TMI_TEST_PYTHON")
	if program == "" {
		program = "python3"
	}
	if out, err := exec.Command(program, "-c", "import warcio").CombinedOutput(); err != nil {
		t.Skipf("no Python with warcio (%s: %v %s); set TMI_TEST_PYTHON to one", program, err, strings.TrimSpace(string(out)))
	}
	return program
}

// What warcio says of a file, a JSON line for each record.
const warcioScript = `
import json, sys
from warcio.archiveiterator import ArchiveIterator
with open(sys.argv[1], 'rb') as f:
    it = ArchiveIterator(f, check_digests='raise')
    for r in it:
        body = r.content_stream().read()
        http = r.http_headers
        print(json.dumps({
            'type': r.rec_type, 'id': r.rec_headers.get_header('WARC-Record-ID'), 'uri': r.rec_headers.get_header('WARC-Target-URI') or '',
            'date': r.rec_headers.get_header('WARC-Date'), 'kind': r.rec_headers.get_header('TMI-Kind') or '', 'list': r.rec_headers.get_header('TMI-List') or '',
            'status': http.get_statuscode() if http and r.rec_type != 'request' else '', 'body': body.hex(), 'offset': it.get_record_offset(), 'length': it.get_record_length(),
            'digest_passed': r.digest_checker.passed,
        }))
`

type warcioRecord struct {
	Type   string `json:"type"`
	ID     string `json:"id"`
	URI    string `json:"uri"`
	Date   string `json:"date"`
	Kind   string `json:"kind"`
	List   string `json:"list"`
	Status string `json:"status"`
	Body   string `json:"body"`
	Offset int64  `json:"offset"`
	Length int64  `json:"length"`
	Passed *bool  `json:"digest_passed"`
}

// warcio finds the records we wrote, at our offsets, with our payloads, and its digests agree.
func TestWarcioReadsASegment(t *testing.T) {
	program := python(t)
	store := openStore(t)
	w, err := warc.NewSegmentWriter(store, warc.SegmentOptions{Options: fixed(), Prefix: "raw/source=board/date=2026-01-31/run=1", Info: warc.Header{{Name: "software", Value: "tmi/test"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range everyKind() {
		if _, err := w.Append(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	path := store.(objects.Local).LocalPath(w.Segments()[0].Key)

	out, err := exec.Command(program, "-c", warcioScript, path).Output()
	if err != nil {
		t.Fatalf("warcio: %v\n%s", err, stderr(err))
	}
	var got []warcioRecord
	for line := range strings.Lines(string(out)) {
		var r warcioRecord
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		// warcio checks no digest of revisits, and of empty payloads only where it reads on.
		if passed := r.Passed != nil && *r.Passed; !passed && r.Type != "revisit" && r.Body != "" {
			t.Errorf("record %s: warcio did not pass its digests", r.ID)
		}
		r.Passed = nil
		got = append(got, r)
	}

	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var want []warcioRecord
	for rec, err := range warc.NewReader(filepath.Base(path), f, warc.ReadOptions{}).Records() {
		if err != nil {
			t.Fatal(err)
		}
		body, err := rec.Payload()
		if err != nil {
			t.Fatal(err)
		}
		r := warcioRecord{
			Type: string(rec.Type()), ID: rec.Header.Get("WARC-Record-ID"), URI: rec.TargetURI(), Date: rec.Header.Get("WARC-Date"),
			Kind: rec.Header.Get("TMI-Kind"), List: rec.Header.Get("TMI-List"), Body: fmt.Sprintf("%x", body), Offset: rec.Offset, Length: rec.Length,
		}
		if m, err := rec.HTTP(); err == nil && m.StatusCode() > 0 {
			r.Status = fmt.Sprint(m.StatusCode())
		}
		want = append(want, r)
	}
	if len(want) != len(everyKind())+1 {
		t.Errorf("we read %d records, want %d", len(want), len(everyKind())+1)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("we and warcio read differently (-we +warcio):\n%s", diff)
	}

	if out, err := exec.Command(program, "-c", "from warcio.cli import main; main()", "check", path).CombinedOutput(); err != nil {
		t.Errorf("warcio check: %v\n%s", err, out)
	}
}

func stderr(err error) string {
	if exit, ok := err.(*exec.ExitError); ok { //nolint:errorlint // exec returns it bare
		return string(exit.Stderr)
	}
	return ""
}
