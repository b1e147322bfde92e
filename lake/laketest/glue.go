package laketest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"

	"github.com/techmapit/tmi/internal/mototest"
)

// StartGlue starts a Glue server without tables and points AWS_ENDPOINT_URL_GLUE at it for
// the rest of the test, which therefore cannot be parallel. It skips where [mototest.Start]
// does. The server is moto, which takes an update whatever version it was made from; what
// stands before it refuses one of an old version, as AWS documents of UpdateTable.
func StartGlue(t testing.TB) {
	t.Helper()
	moto, err := url.Parse(mototest.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(moto)
	var updates sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") != "AWSGlue.UpdateTable" {
			proxy.ServeHTTP(w, r)
			return
		}
		updates.Lock()
		defer updates.Unlock()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		isNewest, err := isNewestVersion(r, moto.String(), body)
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		case !isNewest:
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"ConcurrentModificationException","Message":"Update table failed due to concurrent modifications."}`)
		default:
			r.Body = io.NopCloser(bytes.NewReader(body))
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	t.(interface{ Setenv(string, string) }).Setenv("AWS_ENDPOINT_URL_GLUE", server.URL)
}

// isNewestVersion asks moto whether an update was made from the version that it has.
func isNewestVersion(r *http.Request, moto string, body []byte) (bool, error) {
	var update struct {
		DatabaseName, VersionID string
		TableInput              struct{ Name string }
	}
	if err := json.Unmarshal(body, &update); err != nil {
		return false, err
	}
	question, err := json.Marshal(map[string]string{"DatabaseName": update.DatabaseName, "Name": update.TableInput.Name})
	if err != nil {
		return false, err
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, moto, bytes.NewReader(question))
	if err != nil {
		return false, err
	}
	for _, name := range []string{"Authorization", "Content-Type", "X-Amz-Date"} {
		request.Header.Set(name, r.Header.Get(name))
	}
	request.Header.Set("X-Amz-Target", "AWSGlue.GetTable")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	var found struct{ Table struct{ VersionID string } }
	err = json.NewDecoder(response.Body).Decode(&found)
	return found.Table.VersionID == update.VersionID, err
}
