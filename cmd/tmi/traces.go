package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/tracing"
	"github.com/techmapit/tmi/jobs/runlog"
)

// startTraces records the command as a span, where a collector is named. A scheduler's
// variable TRACEPARENT puts it below a span of the scheduler's.
func (a *app) startTraces(cmd *cobra.Command) (err error) {
	endpoint := a.config.OTelEndpoint
	if endpoint == "" {
		endpoint = a.variable("OTEL_EXPORTER_OTLP_ENDPOINT")
	}
	a.stopTraces, err = tracing.Start(cmd.Context(), tracing.Options{Endpoint: endpoint, Version: version, Clean: runlog.Cleaner(a.config.secrets()...), Logger: a.logger})
	if err != nil {
		return fmt.Errorf("config: otel_endpoint: %w", err)
	}
	ctx, span := tracing.Begin(tracing.Below(cmd.Context(), a.variable("TRACEPARENT")), cmd.CommandPath())
	a.span = span
	cmd.SetContext(ctx)
	return nil
}

// endTraces sends what is left.
func (a *app) endTraces(err error) {
	if a.stopTraces != nil {
		a.span.End(err)
		a.stopTraces()
	}
	if a.stopLogs != nil {
		a.stopLogs()
	}
}

// sendLogs gives the log to what gathers logs too, where one is named.
func (a *app) sendLogs(ctx context.Context, level slog.Level) error {
	here := a.logger // what cannot be sent is said on standard error
	handler, stop, err := tracing.Logs(ctx, tracing.Options{Endpoint: a.config.LogsEndpoint, Version: version, Clean: runlog.Cleaner(a.config.secrets()...), Logger: here}, level)
	if err != nil {
		return fmt.Errorf("config: logs_endpoint: %w", err)
	}
	if handler != nil {
		a.logger = slog.New(slog.NewMultiHandler(here.Handler(), handler))
	}
	a.stopLogs = stop
	return nil
}

// variable is a variable of the environment that is no setting of ours.
func (a *app) variable(name string) string {
	for _, line := range a.environ {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			return value
		}
	}
	return ""
}
