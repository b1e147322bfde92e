package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/techmapit/tmi/internal/tracing"
)

const (
	maxURLBytes  = 8 << 10
	maxBodyBytes = 256 << 10 // the longest statement, each character escaped, and the longest text to analyze; the other routes are a GET

	// sqlMargin is for starting a worker and stopping a statement; the door's own limits act before.
	sqlMargin = 15 * time.Second
)

type requestIDKey struct{}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// protect is the stack around every route, outermost first.
func (s *server) protect() []gin.HandlerFunc {
	return []gin.HandlerFunc{s.identify, s.trace, s.observe, s.secure, s.recover, s.shareAcrossOrigins(), s.limitSizes, s.limitRate(), s.deadline, s.compress}
}

// identify gives each request an id: the caller's own where it looks like one.
func (s *server) identify(c *gin.Context) {
	id := c.GetHeader("X-Request-Id")
	if !isRequestID(id) {
		var random [8]byte
		_, _ = rand.Read(random[:]) // never fails
		id = hex.EncodeToString(random[:])
	}
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), requestIDKey{}, id))
	c.Header("X-Request-Id", id)
}

func isRequestID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	return strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

// trace records the request as a span, which the caller's header traceparent may put below
// one of its own. What people search for is no part of it.
func (s *server) trace(c *gin.Context) {
	if isProbe(c.Request.URL.Path) {
		return
	}
	route := c.FullPath()
	if route == "" {
		route = "none"
	}
	ctx, span := tracing.BeginRequest(c.Request.Context(), c.Request.Header, c.Request.Method+" "+route,
		slog.String("request_id", requestID(c.Request.Context())), slog.String("http.request.method", c.Request.Method), slog.String("http.route", route))
	c.Request = c.Request.WithContext(ctx)
	c.Next()
	status := c.Writer.Status()
	span.Set(slog.Int("http.response.status_code", status))
	var err error
	if status >= http.StatusInternalServerError {
		err = errors.New(http.StatusText(status))
	}
	span.End(err)
}

// observe writes the access log and the metrics. The log has no query: what people search
// for is their own.
func (s *server) observe(c *gin.Context) {
	started := time.Now()
	if s.Traffic != nil && c.FullPath() != sqlRoute {
		s.Traffic.note(started)
	}
	s.metrics.inFlight.Inc()
	defer s.metrics.inFlight.Dec()
	c.Next()
	route, status, took := c.FullPath(), c.Writer.Status(), time.Since(started)
	if route == "" {
		route = "none"
	}
	s.metrics.observe(route, c.Request.Method, status, took)
	level := s.Logger.Info
	if isProbe(c.Request.URL.Path) {
		level = s.Logger.Debug
	}
	level("request", "request_id", requestID(c.Request.Context()), "method", c.Request.Method, "route", route, "path", c.Request.URL.Path,
		"status", status, "bytes", max(c.Writer.Size(), 0), "dur", took, "client", s.clientOf(c.Request))
}

func isProbe(path string) bool {
	return path == "/healthz" || path == "/readyz" || path == "/metrics"
}

// secure sets the headers that keep a browser from doing more than showing our pages.
func (s *server) secure(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	if s.IsDemo {
		h.Set("TMI-Demo", "true")
	}
}

// recover turns a panic into a problem, and the stack into a line of the log.
func (s *server) recover(c *gin.Context) {
	defer func() {
		met := recover()
		if met == nil {
			return
		}
		if err, ok := met.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(met) // the server's own way to end a connection
		}
		s.Logger.Error("request panicked", "request_id", requestID(c.Request.Context()), "panic", fmt.Sprint(met), "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			s.fail(c, errors.New("panic"))
		}
		c.Abort()
	}()
	c.Next()
}

func (s *server) limitSizes(c *gin.Context) {
	if len(c.Request.RequestURI) > maxURLBytes {
		writeProblem(c, &huma.ErrorModel{Status: http.StatusRequestURITooLong, Detail: fmt.Sprintf("the address has %d bytes, at most %d are taken", len(c.Request.RequestURI), maxURLBytes)})
		return
	}
	if c.Request.ContentLength > maxBodyBytes {
		writeProblem(c, &huma.ErrorModel{Status: http.StatusRequestEntityTooLarge, Detail: fmt.Sprintf("the body has %d bytes, at most %d are taken", c.Request.ContentLength, maxBodyBytes)})
		return
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxBodyBytes)
}

func (s *server) deadline(c *gin.Context) {
	limit := s.Timeout
	if strings.HasPrefix(c.Request.URL.Path, exportPrefix) {
		limit = s.ExportTimeout
	} else if s.SQL != nil && c.Request.URL.Path == sqlRoute {
		limit = s.SQL.Wait + s.SQL.Limits.Time + sqlMargin
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), limit)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

func isContextError(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// headAsGet answers HEAD with what GET would answer; the server drops the body.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			get := *r // the server looks at its own request to know that this is a HEAD
			get.Method = http.MethodGet
			r = &get
		}
		next.ServeHTTP(w, r)
	})
}

// isAPI says whether a client expects JSON rather than a page.
func isAPI(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || isProbe(r.URL.Path) || strings.HasPrefix(r.URL.Path, "/openapi")
}

func (s *server) notFound(c *gin.Context) {
	if isAPI(c.Request) {
		writeProblem(c, &huma.ErrorModel{Status: http.StatusNotFound, Detail: fmt.Sprintf("there is nothing at %s; /docs lists what there is", c.Request.URL.Path)})
		return
	}
	s.notFoundPage(c)
}

func (s *server) notAllowed(c *gin.Context) {
	writeProblem(c, &huma.ErrorModel{Status: http.StatusMethodNotAllowed, Detail: fmt.Sprintf("%s takes no %s", c.Request.URL.Path, c.Request.Method)})
}

// fail answers with what went wrong, as a problem or as a page.
func (s *server) fail(c *gin.Context, err error) {
	if !isAPI(c.Request) && strings.Contains(c.GetHeader("Accept"), "text/html") {
		s.errorPage(c, err)
		return
	}
	p := problemOf(err)
	s.logFault(c.Request.Context(), p.Status, err)
	writeProblem(c, p)
}
