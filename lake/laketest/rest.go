package laketest

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// restTimeout is how long the server may take to answer.
const restTimeout = 60 * time.Second

// StartREST starts the REST catalog server of Iceberg's own test kit, in Java, on a free port
// and returns its address. It keeps metadata in folders, where the lake's URI says. It skips
// where TMI_TEST_REST_CATALOG names no folder with its jars (make rest-setup) or Java is
// missing.
func StartREST(t testing.TB) string {
	t.Helper()
	jars := os.Getenv("TMI_TEST_REST_CATALOG")
	if found, _ := filepath.Glob(filepath.Join(jars, "iceberg-open-api-*.jar")); jars == "" || len(found) == 0 {
		t.Skip("no REST catalog here: make rest-setup, and TMI_TEST_REST_CATALOG with the folder of its jars")
	}
	java, err := exec.LookPath("java")
	if err != nil {
		t.Skip("no Java here, which the REST catalog runs in")
	}
	home := t.TempDir()
	_, port, err := net.SplitHostPort(freeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	server := exec.Command(java, "-Xmx512m", "-cp", filepath.Join(jars, "*"), "org.apache.iceberg.rest.RESTCatalogServer")
	server.Env = append(os.Environ(), "CATALOG_REST_PORT="+port, "CATALOG_WAREHOUSE=file://"+home, "CATALOG_URI=jdbc:sqlite:"+filepath.Join(home, "catalog.db"))
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	t.Cleanup(func() { _ = server.Process.Kill(); <-ended })
	address := "http://127.0.0.1:" + port
	for deadline := time.Now().Add(restTimeout); ; {
		if res, err := http.Get(address + "/v1/config"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return address
			}
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the REST catalog ended: %v\n%s", err, log.String())
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatal("the REST catalog does not answer")
		}
	}
}
