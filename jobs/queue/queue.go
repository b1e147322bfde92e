package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
)

// Queue sends to one queue. Safe for concurrent use.
type Queue struct {
	client *sqs.Client
	url    string
}

var hostRegion = regexp.MustCompile(`^sqs\.([a-z0-9-]+)\.amazonaws\.com`)

// Open takes a queue's URL, as AWS shows it: its host is the server that is asked, and its
// region is taken from there where the environment names none. Credentials come by the AWS
// SDK's usual chain. It asks nothing yet. It is errs.Invalid for an URL that is none.
func Open(ctx context.Context, queueURL string) (*Queue, error) {
	u, err := url.Parse(queueURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(u.Path) < 2 {
		return nil, errs.New(errs.Invalid, "queue_url is %q, expected a queue's URL such as https://sqs.ap-northeast-2.amazonaws.com/123456789012/collected", queueURL)
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, errs.New(errs.Invalid, "AWS settings: %w", err)
	}
	client := sqs.NewFromConfig(c, func(o *sqs.Options) {
		o.BaseEndpoint = aws.String(u.Scheme + "://" + u.Host)
		if m := hostRegion.FindStringSubmatch(u.Host); m != nil {
			o.Region = m[1]
		} else if o.Region == "" {
			o.Region = "us-east-1"
		}
	})
	return &Queue{client: client, url: queueURL}, nil
}

// Send sends the value as JSON. It is errs.Unavailable where the queue does not take it.
func (q *Queue) Send(ctx context.Context, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	if _, err := q.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: aws.String(string(text))}); err != nil {
		return errs.New(errs.Unavailable, "send to %s: %w", q.url, err)
	}
	return nil
}

// Announce implements [collect.Announcer].
func (q *Queue) Announce(ctx context.Context, e collect.Event) error { return q.Send(ctx, e) }
