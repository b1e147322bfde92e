package laketest

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sys/unix"
)

// S3 is a real S3 server that lives as long as one test.
type S3 struct {
	Endpoint string // "http://127.0.0.1:port"
	Bucket   string // exists and is empty
	Folder   string // where the server keeps its buckets' files
}

// URI is the bucket as a lake's address.
func (s S3) URI() string { return "s3://" + s.Bucket }

// StartS3 starts versitygw on a free port of 127.0.0.1, makes a bucket and points the
// usual AWS variables at it for the rest of the test, which therefore cannot be parallel.
// The server is killed when the test ends. Without a versitygw in PATH, in Go's bin
// folder or in the repository's bin folder the test is skipped.
func StartS3(t testing.TB) S3 {
	t.Helper()
	program := findVersitygw()
	if program == "" {
		t.Skip("versitygw is not installed (go install github.com/versity/versitygw/cmd/versitygw@v1.8.0, or make setup)")
	}
	server := S3{Bucket: "lake-test", Folder: t.TempDir()}
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "test-access", "AWS_SECRET_ACCESS_KEY": "test-secret-key", "AWS_SESSION_TOKEN": "",
		"AWS_REGION": "us-east-1", "AWS_PROFILE": "", "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_ENDPOINT_URL": "",
	} {
		t.Setenv(name, value)
	}
	// A free port can be taken by somebody else before the server has it: try again.
	var log string
	for range 5 {
		address := freeAddress(t)
		server.Endpoint = "http://" + address
		t.Setenv("AWS_ENDPOINT_URL_S3", server.Endpoint)
		var ok bool
		if ok, log = start(t, program, address, server.Folder); ok {
			createBucket(t, server.Bucket)
			return server
		}
	}
	t.Fatalf("start %s: it does not answer:\n%s", program, log)
	return S3{}
}

func findVersitygw() string {
	const name = "versitygw"
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	folders := []string{os.Getenv("GOBIN")}
	for _, gopath := range filepath.SplitList(os.Getenv("GOPATH")) {
		folders = append(folders, filepath.Join(gopath, "bin"))
	}
	if home, err := os.UserHomeDir(); err == nil {
		folders = append(folders, filepath.Join(home, "go", "bin"))
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		folders = append(folders, filepath.Join(filepath.Dir(file), "..", "..", "bin"))
	}
	for _, folder := range folders {
		if folder == "" {
			continue
		}
		if path, err := exec.LookPath(filepath.Join(folder, name)); err == nil {
			return path
		}
	}
	return ""
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// start runs the server and reports whether it came to answer; if not, with its output.
func start(t testing.TB, program, address, folder string) (bool, string) {
	t.Helper()
	args := []string{"--port", address, "--quiet", "posix"}
	// Object metadata lives in extended attributes; where the file system has none, in
	// files beside.
	if err := unix.Setxattr(folder, "user.tmi", []byte("1"), 0); err != nil {
		args = append(args, "--sidecar", t.TempDir())
	}
	var log bytes.Buffer
	cmd := exec.Command(program, append(args, folder)...)
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY=test-access", "ROOT_SECRET_KEY=test-secret-key")
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	stop := func() { _ = cmd.Process.Kill(); <-ended }
	t.Cleanup(stop)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		select {
		case <-ended:
			return false, log.String()
		case <-time.After(20 * time.Millisecond):
		}
		if conn, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			_ = conn.Close()
			return true, ""
		}
	}
	stop()
	return false, log.String()
}

func createBucket(t testing.TB, bucket string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		t.Fatalf("read the AWS settings: %v", err)
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(bucket)}); err != nil && !strings.Contains(err.Error(), "BucketAlreadyOwnedByYou") {
		t.Fatalf("create bucket %s: %v", bucket, err)
	}
}
