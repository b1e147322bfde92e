// Package queuetest runs an SQS server for tests: moto, which speaks AWS's protocol.
package queuetest

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/techmapit/tmi/internal/mototest"
)

// Server is an SQS that nobody else uses.
type Server struct {
	Endpoint string
	client   *sqs.Client
}

// Environ are the variables by which the AWS SDK gets to a server like this one.
func Environ() []string { return mototest.Environ() }

// Start runs the server, or skips the test as [mototest.Start] does.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{Endpoint: mototest.Start(t)}
	s.client = sqs.New(sqs.Options{BaseEndpoint: &s.Endpoint, Region: "us-east-1", Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
	})})
	return s
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
