package sourcestest

import (
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Serve is a board of files until the test ends, on loopback: answers gives the file, or
// the body itself where it begins with a bracket, for a path with its query, or for the
// path alone; "→" before an address sends there. Everything else is 404.
func Serve(t testing.TB, answers map[string]string) (base string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.URL.RequestURI()]
		if !ok {
			answer, ok = answers[r.URL.Path]
		}
		switch target, isMoved := strings.CutPrefix(answer, "→"); {
		case !ok:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"error":"not found"}`))
		case isMoved:
			http.Redirect(w, r, target, http.StatusFound)
		case strings.HasPrefix(answer, "{"), strings.HasPrefix(answer, "["), strings.HasPrefix(answer, "<"):
			_, _ = w.Write([]byte(answer))
		default:
			body, err := os.ReadFile(answer)
			if err != nil {
				t.Error(err)
			}
			w.Header().Set("Content-Type", mime.TypeByExtension(filepath.Ext(answer)))
			_, _ = w.Write(body)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// Rows is a JSON list of n records of one form, in which %d is the record's number.
func Rows(n int, form string) string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = strings.ReplaceAll(form, "%d", strconv.Itoa(i+1))
	}
	return "[" + strings.Join(rows, ",") + "]"
}
