package objects

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/techmapit/tmi/internal/errs"
)

// wrap names the operation and the object and gives the SDK's errors their kind.
func (s *s3Store) wrap(verb, key string, err error) error {
	return errs.Wrap(s3Kind(err), fmt.Errorf("%s object %s/%s: %w", verb, s.URI(), key, err))
}

func s3Kind(err error) errs.Kind {
	if kind := errs.Of(err); kind != errs.Internal {
		return kind
	}
	// The caller gave up: nobody else is to blame.
	if errors.Is(err, context.Canceled) {
		return errs.Internal
	}
	switch apiCode(err) {
	case "NoSuchKey", "NotFound":
		return errs.NotFound
	case "NoSuchBucket":
		return errs.Invalid // a missing bucket must not pass for an empty store
	case "PreconditionFailed", "ConditionalRequestConflict":
		return errs.Conflict
	case "RequestTimeout", "SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeTooSkewed", "OperationAborted", "ExpiredToken":
		return errs.Unavailable
	}
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) {
		switch code := answer.HTTPStatusCode(); {
		case code == http.StatusNotFound:
			return errs.NotFound
		case code == http.StatusPreconditionFailed || code == http.StatusConflict:
			return errs.Conflict
		case code == http.StatusTooManyRequests || code >= 500:
			return errs.Unavailable
		case code >= 400:
			return errs.Invalid // credentials, rights, region, range
		}
	}
	// No answer: the network or the server is away, or there are no credentials to ask
	// with. The SDK says the latter only in words, and it too may mend itself (a role
	// service that starts late).
	return errs.Unavailable
}

func apiCode(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
