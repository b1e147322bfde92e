package lake_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/lake/laketest"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/schemas"
)

// Every object that a lake writes is asked to be encrypted, whichever library writes it.
func TestEveryWriteAsksForEncryption(t *testing.T) {
	server := laketest.StartS3(t)
	target, err := url.Parse(server.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	next := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host // it is signed
	}}
	var mu sync.Mutex
	asked := map[string]string{} // by kind of file
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, isUpload := r.URL.Query()["uploads"]
		if r.Method == http.MethodPut && r.URL.Query().Get("partNumber") == "" || isUpload {
			mu.Lock()
			asked[filepath.Ext(r.URL.Path)] += r.Header.Get("x-amz-server-side-encryption") + "/" + r.Header.Get("x-amz-server-side-encryption-aws-kms-key-id") + " "
			mu.Unlock()
		}
		next.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	t.Setenv("AWS_ENDPOINT_URL_S3", proxy.URL)
	l, err := lake.Open(t.Context(), lake.Options{URI: server.URI() + "/lake", CatalogURI: filepath.Join(t.TempDir(), "catalog.db"),
		CacheDir: filepath.Join(t.TempDir(), "cache"), CacheBytes: 1 << 30, Encryption: objects.Encryption{Kind: "aws:kms", KeyID: "alias/tmi"}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	unit := lake.And(lake.Equal("source", "s"), lake.Within("valid_from", noon, noon.AddDate(0, 0, 1)))
	for range 2 {
		if _, err := lake.Overwrite(t.Context(), l, schemas.SilverPostings, unit, each(posting(1, "s", noon))); err != nil {
			t.Fatal(err)
		}
	}
	set, err := l.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Publish(t.Context(), set, noon); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{".parquet", ".avro", ".json"} {
		if asked[kind] == "" {
			t.Errorf("no %s was written: %v", kind, asked)
		}
		for _, got := range strings.Fields(asked[kind]) {
			if got != "aws:kms/alias/tmi" {
				t.Errorf("a %s was asked for %q, want aws:kms with alias/tmi", kind, got)
			}
		}
	}
}

func TestEncryptionThatMakesNoSense(t *testing.T) {
	for _, e := range []objects.Encryption{{Kind: "rot13"}, {Kind: "AES256", KeyID: "k"}, {KeyID: "k"}} {
		if _, err := lake.Open(t.Context(), lake.Options{URI: "file://" + t.TempDir(), Encryption: e}); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "s3_encryption") {
			t.Errorf("%+v: got %v, want errs.Invalid that names the setting", e, err)
		}
	}
}
