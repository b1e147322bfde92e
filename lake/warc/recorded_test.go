package warc_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/lake/warc"
)

const recordedFolder = "../../../shared/recorded/warc"

// Files of other programs, good and broken. The reader must give each record's offset and
// type, or say where and why not; warcio 1.7 finds the same records and faults.
func TestReadRecordedFiles(t *testing.T) {
	if _, err := os.Stat(recordedFolder); err != nil {
		t.Skip("no recorded WARC files beside the repository:", err)
	}
	wget := []string{"0 warcinfo", "410 request", "824 response", "1978 metadata", "2295 resource", "2681 resource"}
	for _, c := range []struct {
		file string
		want []string // offset and type, or "!" and parts of the error
	}{
		{"example.warc", []string{"0 warcinfo", "488 warcinfo", "1197 response", "2566 request", "3370 revisit", "4316 request"}},
		{"example.warc.gz", []string{"0 warcinfo", "353 warcinfo", "784 response", "2012 request", "2621 revisit", "3207 request"}},
		{"example-resource.warc.gz", []string{"0 warcinfo", "361 warcinfo", "802 resource"}},
		{"example-space-in-target-uri.warc.gz", []string{"0 warcinfo", "241 resource"}},
		{"example-wget-bad-target-uri.warc.gz", wget},
		{"example-iana.org-chunked.warc", []string{"0 warcinfo", "405 response", "8379 request"}},
		{"post-test.warc.gz", []string{"0 response", "720 request", "1196 response", "1919 request", "2395 response", "3118 request"}},
		{"example-digest.warc", []string{"! offset 0|payload|1112H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "922 request", "1840 request", "2758 request"}},
		{"example-trunc.warc", []string{"0 warcinfo", "488 warcinfo", "! offset 1197|expected two line ends|Content-Length"}},
		{"example-wrong-chunks.warc.gz", []string{"! offset 0|expected 1613"}},
		{"example-bad-non-chunked.warc.gz", []string{"! offset 0|one member for each record"}},
		{"example-bad.warc.gz.bad", []string{"! offset 0|one member for each record"}},
	} {
		t.Run(c.file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(recordedFolder, c.file))
			if err != nil {
				t.Fatal(err)
			}
			got := describe(t, data, c.file)
			if len(got) != len(c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for i, want := range c.want {
				if parts, ok := strings.CutPrefix(want, "! "); ok {
					for _, part := range strings.Split(parts, "|") {
						if !strings.HasPrefix(got[i], "! ") || !strings.Contains(got[i], part) {
							t.Errorf("record %d: got %q, want an error with %q", i, got[i], part)
						}
					}
				} else if got[i] != want {
					t.Errorf("record %d: got %q, want %q", i, got[i], want)
				}
			}
			readAgainAlone(t, data, c.file)
		})
	}
}

// describe reads data and gives a line for each record or error.
func describe(t *testing.T, data []byte, name string) []string {
	t.Helper()
	var lines []string
	for rec, err := range warc.NewReader(name, bytes.NewReader(data), warc.ReadOptions{}).Records() {
		if err != nil {
			if !errs.Is(err, errs.Corrupt) || !strings.Contains(err.Error(), name) {
				t.Errorf("got error %v (%v), want kind corrupt and the file's name", err, errs.Of(err))
			}
			lines = append(lines, "! "+err.Error())
			continue
		}
		lines = append(lines, itoa(rec.Offset)+" "+string(rec.Type()))
	}
	return lines
}

// readAgainAlone reads each good record by its position, and finds the same.
func readAgainAlone(t *testing.T, data []byte, name string) {
	t.Helper()
	store, err := objects.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := objects.WriteAll(t.Context(), store, name, data); err != nil {
		t.Fatal(err)
	}
	for rec, err := range warc.NewReader(name, bytes.NewReader(data), warc.ReadOptions{}).Records() {
		if err != nil {
			continue
		}
		alone, err := warc.ReadAt(t.Context(), store, name, rec.Offset, rec.Length, warc.ReadOptions{})
		if err != nil {
			t.Errorf("read record at %d alone: %v", rec.Offset, err)
			continue
		}
		if diff := cmp.Diff(rec, alone, cmp.AllowUnexported(warc.Record{})); diff != "" {
			t.Errorf("record at %d alone differs (-in line +alone):\n%s", rec.Offset, diff)
		}
		for _, length := range []int64{rec.Length - 1, rec.Length + 1} {
			if rec.Offset+length > int64(len(data)) {
				continue
			}
			if _, err := warc.ReadAt(t.Context(), store, name, rec.Offset, length, warc.ReadOptions{}); !errs.Is(err, errs.Corrupt) {
				t.Errorf("read %d bytes of the record of %d: got %v, want kind corrupt", length, rec.Length, err)
			}
		}
	}
}

func TestReadRecordedPayloads(t *testing.T) {
	if _, err := os.Stat(recordedFolder); err != nil {
		t.Skip("no recorded WARC files beside the repository:", err)
	}
	for _, c := range []struct {
		file       string
		offset     int64
		encoding   string
		body, text int // bytes as stored and decoded
		starts     string
	}{
		{"example.warc.gz", 784, "gzip", 606, 1270, "<!doctype html>"},
		{"example-iana.org-chunked.warc", 405, "", 7223, 7223, "<!doctype html>"},
	} {
		data, err := os.ReadFile(filepath.Join(recordedFolder, c.file))
		if err != nil {
			t.Fatal(err)
		}
		for rec, err := range warc.NewReader(c.file, bytes.NewReader(data), warc.ReadOptions{}).Records() {
			if err != nil {
				t.Fatal(err)
			}
			if rec.Offset != c.offset {
				continue
			}
			m, err := rec.HTTP()
			if err != nil {
				t.Fatal(err)
			}
			text, err := m.Decoded(warc.MaxBlockBytes)
			if err != nil {
				t.Fatal(err)
			}
			if m.StatusCode() != 200 || m.Header.Get("content-encoding") != c.encoding || len(m.Body) != c.body || len(text) != c.text || !strings.HasPrefix(string(text), c.starts) {
				t.Errorf("%s: status %d, encoding %q, %d bytes, %d decoded, starts %.20q; want %+v", c.file, m.StatusCode(), m.Header.Get("content-encoding"), len(m.Body), len(text), text, c)
			}
		}
	}
}
