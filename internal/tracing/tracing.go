package tracing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/techmapit/tmi/internal/errs"
)

// Options say where spans go.
type Options struct {
	// Endpoint is the collector's address for OTLP over HTTP, http://host:4318; spans go to
	// /v1/traces below it. "" records nothing.
	Endpoint string
	Version  string
	// Clean is applied to every attribute, as for [slog.HandlerOptions]; nil changes nothing.
	Clean  func([]string, slog.Attr) slog.Attr
	Logger *slog.Logger
}

// flushWithin is how long the end of a process waits for a collector that does not answer.
const flushWithin = 5 * time.Second

// complainEvery keeps a server whose collector is away from filling its log.
const complainEvery = 10 * time.Minute

type recorder struct {
	tracer trace.Tracer
	clean  func([]string, slog.Attr) slog.Attr
}

var (
	current atomic.Pointer[recorder]
	w3c     propagation.TraceContext
)

// Start begins to record, for the whole process. Stop sends what is left and ends it; it may
// be called twice. An endpoint that is no address is errs.Invalid; one where nobody answers
// is logged when spans cannot be sent, and is nobody's failure. The variables OTEL_…, such as
// OTEL_EXPORTER_OTLP_HEADERS and OTEL_TRACES_SAMPLER, say the rest.
func Start(ctx context.Context, o Options) (stop func(), err error) {
	if o.Endpoint == "" {
		return func() {}, nil
	}
	address, err := endpoint(o.Endpoint, "/v1/traces")
	if err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(address))
	if err != nil {
		return nil, fmt.Errorf("send traces to %s: %w", o.Endpoint, err)
	}
	what, err := process(ctx, o.Version)
	if err != nil {
		return nil, err
	}
	complain(o.Logger)
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(what))
	mine := &recorder{tracer: provider.Tracer("github.com/techmapit/tmi"), clean: o.Clean}
	current.Store(mine)
	return func() {
		if !current.CompareAndSwap(mine, nil) {
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushWithin)
		defer cancel()
		if err := provider.Shutdown(ctx); err != nil {
			otel.Handle(err)
		}
	}, nil
}

// process is what this process says of itself.
func process(ctx context.Context, version string) (*resource.Resource, error) {
	what, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "tmi"), attribute.String("service.version", version)), resource.WithFromEnv())
	if err != nil {
		return nil, errs.New(errs.Invalid, "OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	return what, nil
}

// complain logs what cannot be sent, now and then.
func complain(logger *slog.Logger) {
	var at atomic.Int64
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		now := time.Now().UnixNano()
		if last := at.Load(); (last == 0 || now-last > int64(complainEvery)) && at.CompareAndSwap(last, now) {
			logger.Warn("traces or logs are not sent", "error", err)
		}
	}))
}

// endpoint adds OTLP's own path, such as /v1/traces, to a collector's address.
func endpoint(address, ownPath string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", errs.New(errs.Invalid, "%q is no address of a collector, expected http://host:4318", address)
	}
	if u.Path = strings.TrimRight(u.Path, "/"); !strings.HasSuffix(u.Path, ownPath) {
		u.Path += ownPath
	}
	return u.String(), nil
}

// Span is a piece of work that has begun. The nil Span is one that nobody records; all its
// methods do nothing.
type Span struct {
	span trace.Span
	of   *recorder
}

// Begin begins a span below that of the context, and gives the context for what is part of it.
func Begin(ctx context.Context, name string, attributes ...slog.Attr) (context.Context, *Span) {
	return begin(ctx, name, trace.SpanKindInternal, attributes)
}

// BeginRequest is [Begin] for a request that this process answers: the span is below that of
// the caller where the header traceparent names one (W3C Trace Context).
func BeginRequest(ctx context.Context, header http.Header, name string, attributes ...slog.Attr) (context.Context, *Span) {
	if current.Load() == nil {
		return ctx, nil
	}
	ctx = trace.ContextWithSpanContext(ctx, trace.SpanContext{}) // never below the command that serves
	return begin(w3c.Extract(ctx, propagation.HeaderCarrier(header)), name, trace.SpanKindServer, attributes)
}

// Below gives a context below the span that traceparent names; "" or nonsense names none.
func Below(ctx context.Context, traceparent string) context.Context {
	return w3c.Extract(ctx, propagation.MapCarrier{"traceparent": traceparent})
}

func begin(ctx context.Context, name string, kind trace.SpanKind, attributes []slog.Attr) (context.Context, *Span) {
	of := current.Load()
	if of == nil {
		return ctx, nil
	}
	ctx, span := of.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(of.attributes(attributes)...))
	return ctx, &Span{span, of}
}

// Set adds attributes, known only while the work goes on.
func (s *Span) Set(attributes ...slog.Attr) {
	if s != nil {
		s.span.SetAttributes(s.of.attributes(attributes)...)
	}
}

// TraceID is the id that all spans of one trace share, 32 hexadecimal digits; "" of nil.
func (s *Span) TraceID() string {
	if s == nil {
		return ""
	}
	return s.span.SpanContext().TraceID().String()
}

// End ends the span; an error marks it as failed. Cancelling is no failure.
func (s *Span) End(err error) {
	if s == nil {
		return
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		text := s.of.cleaned(slog.Any("error", err)).Value.String()
		s.span.SetStatus(codes.Error, text)
	}
	s.span.End()
}

func (r *recorder) cleaned(a slog.Attr) slog.Attr {
	if r.clean == nil {
		return a
	}
	return r.clean(nil, a)
}

func (r *recorder) attributes(from []slog.Attr) []attribute.KeyValue {
	to := make([]attribute.KeyValue, len(from))
	for i, a := range from {
		to[i] = keyValue(r.cleaned(a))
	}
	return to
}

// keyValue is OpenTelemetry's way to say the same.
func keyValue(a slog.Attr) attribute.KeyValue {
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindInt64:
		return attribute.Int64(a.Key, v.Int64())
	case slog.KindFloat64:
		return attribute.Float64(a.Key, v.Float64())
	case slog.KindBool:
		return attribute.Bool(a.Key, v.Bool())
	default:
		return attribute.String(a.Key, v.String())
	}
}
