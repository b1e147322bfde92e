package tracing

import (
	"context"
	"fmt"
	"log/slog"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	otellog "go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
)

// Logs begins to send log records from level on by OTLP over HTTP to o.Endpoint, below which
// they go to /v1/logs: a collector, or http://loki:3100/otlp. Stop sends what is left. Without
// an endpoint the handler is nil. A record within a span carries the ids of its trace.
func Logs(ctx context.Context, o Options, level slog.Level) (handler slog.Handler, stop func(), err error) {
	if o.Endpoint == "" {
		return nil, func() {}, nil
	}
	address, err := endpoint(o.Endpoint, "/v1/logs")
	if err != nil {
		return nil, nil, err
	}
	exporter, err := otlploghttp.New(ctx, otlploghttp.WithEndpointURL(address))
	if err != nil {
		return nil, nil, fmt.Errorf("send logs to %s: %w", o.Endpoint, err)
	}
	what, err := process(ctx, o.Version)
	if err != nil {
		return nil, nil, err
	}
	complain(o.Logger)
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(exporter)), sdklog.WithResource(what))
	stop = func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushWithin)
		defer cancel()
		if err := provider.Shutdown(ctx); err != nil {
			otel.Handle(err)
		}
	}
	return &logHandler{logger: provider.Logger("github.com/techmapit/tmi"), level: level, clean: o.Clean}, stop, nil
}

// logHandler turns records into OpenTelemetry's.
type logHandler struct {
	logger otellog.Logger
	level  slog.Level
	clean  func([]string, slog.Attr) slog.Attr
	prefix string // of groups, with a dot behind each
	attrs  []attribute.KeyValue
}

// Enabled implements [slog.Handler].
func (h *logHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// Handle implements [slog.Handler].
func (h *logHandler) Handle(ctx context.Context, r slog.Record) error {
	var to otellog.Record
	to.SetTimestamp(r.Time)
	to.SetBody(attribute.StringValue(r.Message))
	to.SetSeverity(otellog.Severity(int(r.Level) + int(otellog.SeverityInfo))) // both have four steps to a level
	to.SetSeverityText(r.Level.String())
	to.AddAttributes(h.attrs...)
	r.Attrs(func(a slog.Attr) bool {
		to.AddAttributes(h.attribute(a))
		return true
	})
	h.logger.Emit(ctx, to)
	return nil
}

// WithAttrs implements [slog.Handler].
func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	own := *h
	own.attrs = append([]attribute.KeyValue{}, h.attrs...)
	for _, a := range attrs {
		own.attrs = append(own.attrs, h.attribute(a))
	}
	return &own
}

// WithGroup implements [slog.Handler].
func (h *logHandler) WithGroup(name string) slog.Handler {
	own := *h
	own.prefix += name + "."
	return &own
}

func (h *logHandler) attribute(a slog.Attr) attribute.KeyValue {
	if h.clean != nil {
		a = h.clean(nil, a)
	}
	a.Key = h.prefix + a.Key
	return keyValue(a)
}
