// Package queuetest runs an SQS server for tests: moto, which speaks AWS's protocol.
package queuetest

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Server is an SQS that nobody else uses.
type Server struct {
	Endpoint string
	client   *sqs.Client
}

// Environ are the variables by which the AWS SDK gets to a server like this one.
func Environ() []string {
	return []string{"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true"}
}

// Start runs moto in TMI_TEST_PYTHON, or python3, and skips the test where that has none.
// It sets [Environ] for the test.
func Start(t testing.TB) *Server {
	t.Helper()
	program := os.Getenv("TMI_TEST_PYTHON")
	if program == "" {
		program = "python3"
	}
	if out, err := exec.Command(program, "-c", "import moto.server, flask_cors").CombinedOutput(); err != nil {
		t.Skipf("no Python with moto (%s: %v %s); set TMI_TEST_PYTHON to one", program, err, lastLine(out))
	}
	for _, line := range Environ() {
		name, value, _ := strings.Cut(line, "=")
		t.(interface{ Setenv(string, string) }).Setenv(name, value)
	}
	port := freePort(t)
	c := exec.Command(program, "-m", "moto.server", "-H", "127.0.0.1", "-p", port)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- c.Wait() }()
	t.Cleanup(func() { _ = c.Process.Kill(); <-exited })
	s := &Server{Endpoint: "http://127.0.0.1:" + port}
	for deadline := time.Now().Add(30 * time.Second); ; {
		if res, err := http.Get(s.Endpoint + "/moto-api/data.json"); err == nil {
			text, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK && strings.HasPrefix(string(text), "{") {
				break
			}
		}
		select {
		case err := <-exited:
			exited <- err
			t.Fatalf("moto ended: %v", err)
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatal("moto does not answer")
		}
	}
	s.client = sqs.New(sqs.Options{BaseEndpoint: &s.Endpoint, Region: "us-east-1", Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
	})})
	return s
}

func lastLine(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// Queue makes a queue and returns its URL.
func (s *Server) Queue(t testing.TB, name string) string {
	t.Helper()
	q, err := s.client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return *q.QueueUrl
}

// Take removes what the queue holds and returns the messages' bodies.
func (s *Server) Take(t testing.TB, url string) (bodies []string) {
	t.Helper()
	for {
		got, err := s.client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Messages) == 0 {
			return bodies
		}
		for _, m := range got.Messages {
			bodies = append(bodies, *m.Body)
			if _, err := s.client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
