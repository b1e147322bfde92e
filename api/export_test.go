package api

import (
	"context"
	"encoding/csv"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/techmapit/tmi/lake/rowenc"
	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/schemas"
)

// The file holds the rows of the list, all of them and in its order, whatever the question.
func TestTheExportHoldsTheRowsOfTheList(t *testing.T) {
	w := newWorld(t, 300)
	for _, question := range []string{"", "tech=java&location=Seoul", "status=all&country=*&is_it=*&sort=closing", "q=" + url.QueryEscape("백엔드 자바") + "&status=all", "q=zzzz"} {
		var want []string
		path := "/api/v1/postings?limit=100&" + question
		var total int64
		for next := ""; ; {
			answer := getJSON[Postings](t, w, 200, path+next)
			total = answer.Total
			for _, p := range answer.Postings {
				want = append(want, strings.Join(csvRecord(p), "|"))
			}
			if answer.NextCursor == nil {
				break
			}
			next = "&cursor=" + *answer.NextCursor
		}
		answer := w.get("/api/v1/export/postings.csv?" + question)
		records, err := csv.NewReader(answer.Body).ReadAll()
		if answer.Code != 200 || err != nil || !slices.Equal(records[0], csvColumns) {
			t.Fatalf("%s: %d %v", question, answer.Code, err)
		}
		var got []string
		for _, record := range records[1:] {
			got = append(got, strings.Join(record, "|"))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, want %d as in the list", question, len(got), len(want))
		}
		if h := answer.Header(); h.Get("TMI-Row-Count") != strconv.FormatInt(total, 10) || h.Get("TMI-Published") != "3" || !strings.HasPrefix(h.Get("Content-Type"), "text/csv") || !strings.Contains(h.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: header %v", question, h)
		}
		if same := w.get("/api/v1/export/postings.csv?"+question, "If-None-Match", answer.Header().Get("ETag")); same.Code != http.StatusNotModified {
			t.Errorf("%s: %d, want 304", question, same.Code)
		}
	}
	page := w.get("/postings?tech=" + url.QueryEscape("자바") + "&sort=closing&utm_source=x").Body.String()
	if !strings.Contains(page, `href="/api/v1/export/postings.csv?bom=true&amp;sort=closing&amp;tech=`) {
		t.Error("the search page has no link to the export")
	}
}

func TestTheExportHasNoWordsOfATextAndNoFormulas(t *testing.T) {
	for _, policy := range []string{PublishFacts, PublishExcerpt, PublishFull} {
		w := newWorld(t, 0, func(o *Options) { o.PublishPolicy = func(string) string { return policy } })
		id := strings.Repeat("a", 32)
		queriestest.Fill(t, w.reader.db, schemas.GoldPosting{PostingID: id, Source: "jumpit", Status: "open", IsIT: true, Country: "KR", URL: "https://b.example/1", Title: "=HYPERLINK(\"x\"), \"신입\"", Company: "@회사",
			Requirements: "비밀 요건", Duties: "비밀 업무", About: "비밀 소개", SalaryRaw: "비밀 연봉", FirstSeenAt: queriestest.MarketNow, ClusterSize: 1, VersionCount: 1, ContentHash: id})
		w.reader.seq.Store(1)
		answer := w.get("/api/v1/export/postings.csv?bom=true", "Accept-Encoding", "gzip")
		body := answer.Body.String()
		if answer.Code != 200 || strings.Contains(body, "비밀") || !strings.HasPrefix(body, byteOrder) || !strings.Contains(body, `"'=HYPERLINK(""x""), ""신입"""`) || !strings.Contains(body, ",'@회사,") {
			t.Errorf("%s: %d %s", policy, answer.Code, body)
		}
	}
}

func TestWhatTheExportCannotHonourIsRefusedAndWhatBreaksIsCut(t *testing.T) {
	w := newWorld(t, 300)
	for _, query := range []string{"limit=5", "cursor=x", "facets=role", "colour=red", "bom=yes", "tech=cobal"} {
		if p := getJSON[map[string]any](t, w, http.StatusBadRequest, "/api/v1/export/postings.csv?"+query); p["status"] != 400.0 {
			t.Errorf("%s: %v", query, p)
		}
	}
	w.reader.onQuery = func(context.Context) error { return errors.New("secret") }
	if answer := w.get("/api/v1/export/postings.csv?tech=go"); answer.Code != 500 || strings.Contains(answer.Body.String(), "secret") || answer.Header().Get("ETag") != "" {
		t.Errorf("before the first row: %d %s", answer.Code, answer.Body)
	}
	w.reader.onQuery = nil
	// More than a block of rows, and a client to whom only the first can be written.
	w.reader.db.Exec(t, `insert into gold.postings by name select p.* replace (md5(p.posting_id || g.range) as posting_id) from gold.postings p, range(5) g`)
	w.reader.seq.Add(1)
	defer func() {
		met := recover()
		if err, ok := met.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("a broken export ended with %v, not by cutting the connection", met)
		}
	}()
	w.handler.ServeHTTP(&brokenWriter{ResponseRecorder: httptest.NewRecorder()}, httptest.NewRequest(http.MethodGet, "/api/v1/export/postings.csv?status=all&country=*&is_it=*", nil))
	t.Error("a broken export was taken for a whole one")
}

// brokenWriter takes one write.
type brokenWriter struct {
	*httptest.ResponseRecorder
	writes int
}

func (w *brokenWriter) Write(b []byte) (int, error) {
	if w.writes++; w.writes > 1 {
		return 0, errors.New("connection reset")
	}
	return w.ResponseRecorder.Write(b)
}

// TestTypedExports reads the Parquet of an export back: the rows of the list, by name and
// type. The Arrow stream comes from the same rows and columns.
func TestTypedExports(t *testing.T) {
	w := newWorld(t, 300)
	const question = "?status=all&country=*&is_it=*&sort=newest"
	for format, begins := range map[string]string{"parquet": "PAR1", "arrow": "\xff\xff\xff\xff"} {
		answer := w.get("/api/v1/export/postings." + format + question)
		if h := answer.Header(); answer.Code != http.StatusOK || h.Get("Content-Type") != rowenc.ContentType(format) || !strings.Contains(h.Get("Content-Disposition"), "."+format) || !strings.HasPrefix(answer.Body.String(), begins) {
			t.Fatalf("%s: %d %v %.20q", format, answer.Code, h, answer.Body)
		}
		if p := getJSON[map[string]any](t, w, http.StatusBadRequest, "/api/v1/export/postings."+format+"?bom=true"); p["status"] != 400.0 {
			t.Errorf("%s takes a byte order mark: %v", format, p)
		}
	}
	answer := w.get("/api/v1/export/postings.parquet" + question)
	file := filepath.Join(t.TempDir(), "export.parquet")
	if err := os.WriteFile(file, answer.Body.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	page := getJSON[Postings](t, w, http.StatusOK, "/api/v1/postings"+question+"&limit=100")
	rows, err := w.reader.db.Query(t.Context(), "select * from read_parquet('"+file+"')")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rowenc.Columns(rows)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; rows.Next(); n++ {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		if n >= len(page.Postings) {
			continue
		}
		want := exportRow(page.Postings[n])
		for i, c := range columns {
			declared := exportColumns[i]
			typeName := strings.Replace(c.Type, "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", 1)
			if got, want := rowenc.Text(values[i], c.Type), rowenc.Text(want[i], c.Type); got != want || c.Name != declared.Name || typeName != declared.Type {
				t.Errorf("row %d: %s %s is %q, want %s %s %q", n, c.Name, typeName, got, declared.Name, declared.Type, want)
			}
		}
	}
	if err := rows.Err(); err != nil || strconv.Itoa(n) != answer.Header().Get("TMI-Row-Count") {
		t.Errorf("%d rows, %s said, %v", n, answer.Header().Get("TMI-Row-Count"), err)
	}
}
