package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/internal/errs"
)

// fieldError says what is wrong with one parameter.
type fieldError struct {
	Field   string // the parameter's name
	Value   string // as given
	Message string // for developers
	Kind    string // names the words that the site has for it
}

func (e fieldError) Error() string { return e.Field + ": " + e.Message }

// fieldErrors are all that is wrong with a question; it is of kind errs.Invalid.
type fieldErrors []fieldError

func (e fieldErrors) Error() string {
	texts := make([]string, len(e))
	for i, f := range e {
		texts[i] = f.Error()
	}
	return strings.Join(texts, "; ")
}

// errNothingPublished is what a request meets before the first publish.
var errNothingPublished = errs.New(errs.Unavailable, "nothing is published yet: run `tmi run` (or `tmi demo`) and ask again")

// problemOf translates an error for the client: kind and message, never the cause of a
// fault of ours, which goes to the log.
func problemOf(err error) *huma.ErrorModel {
	p := &huma.ErrorModel{Detail: err.Error()}
	var fields fieldErrors
	switch {
	case errors.As(err, &fields):
		p.Status, p.Detail = http.StatusBadRequest, "the question cannot be answered as it stands: "+fields.Error()
		for _, f := range fields {
			detail := &huma.ErrorDetail{Location: "query." + f.Field, Message: f.Message}
			if f.Value != "" {
				detail.Value = f.Value
			}
			p.Errors = append(p.Errors, detail)
		}
	case errors.Is(err, errNothingPublished):
		p.Status, p.Detail = http.StatusServiceUnavailable, errNothingPublished.Error()
	case errors.Is(err, context.DeadlineExceeded):
		p.Status, p.Detail = http.StatusServiceUnavailable, "the answer took too long; ask a narrower question or try again"
	case errors.Is(err, context.Canceled):
		p.Status, p.Detail = 499, "the client went away" // as proxies log it; nobody reads the answer
	case errs.Is(err, errs.NotFound), errs.Is(err, errs.Invalid):
		p.Status = errs.Of(err).HTTPStatus()
	case errs.Is(err, errs.Unavailable):
		p.Status, p.Detail = http.StatusServiceUnavailable, "the lake cannot be read at the moment; try again"
	default:
		p.Status, p.Detail = http.StatusInternalServerError, "this is a fault of the server; its log has the cause under the request id"
	}
	p.Title = http.StatusText(p.Status)
	return p
}

// problemHeaders are those that belong to an error answer.
func problemHeaders(status int) http.Header {
	h := http.Header{"Cache-Control": {"no-store"}}
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		h.Set("Retry-After", strconv.Itoa(map[int]int{http.StatusServiceUnavailable: 5, http.StatusTooManyRequests: 1}[status]))
	}
	return h
}

// writeProblem answers with a problem and ends the request.
func writeProblem(c *gin.Context, p *huma.ErrorModel) {
	if p.Title == "" {
		p.Title = http.StatusText(p.Status)
	}
	for name, values := range problemHeaders(p.Status) {
		c.Header(name, values[0])
	}
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	c.Abort()
	c.Data(p.Status, "application/problem+json", append(body, '\n'))
}

// humaProblem is a problem as the routes of package huma return it.
func (s *server) humaProblem(ctx context.Context, err error) error {
	p := problemOf(err)
	s.logFault(ctx, p.Status, err)
	return huma.ErrorWithHeaders(p, problemHeaders(p.Status))
}

// logFault writes the cause of a fault of ours to the log.
func (s *server) logFault(ctx context.Context, status int, err error) {
	if status >= 500 && !errors.Is(err, errNothingPublished) {
		s.Logger.Error("request failed", "request_id", requestID(ctx), "err", err)
	}
}
